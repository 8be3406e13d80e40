"""What a patient's results of a marker show in all: the one status, the other, or both.

A finding shows a status only where a result of its day does, and differs from its results only
where they contradict each other or a dose sets it aside. So of most patients it is known what they
were ever found to have, and that it never changed, before any finding is made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.findings import findings, results_of
from seroclear.course.inputs import Step, laboratory
from seroclear.course.marker import Marker, row_status
from seroclear.course.records import Records
from seroclear.course.set_aside import doses, setting_aside

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Sides:
    """One marker's results of everybody who is asked about; each answer is computed once.

    Args:
        records: theirs.
        marker: the marker.
        definition: the definition.
        step: see Inputs.step.
    """

    FOUND = "mixed findings"  # the step that `found` keeps

    def __init__(
        self, records: Records, marker: Marker, definition: Definition, step: Step
    ) -> None:
        self._records = records
        self._marker = marker
        self._definition = definition
        self._step = step

    def ever_found(self, status: str) -> ir.Table:
        """Patients with a finding of the marker's upper or lower status (patient_id)."""
        sides, found = self._sides, self.found
        shown = sides.above if status == self._marker.above else sides.below
        return ibis.union(
            sides.filter(~sides.mixed, shown).select("patient_id"),
            found.filter(found.status == status).select("patient_id"),
        )

    @property
    def mixed(self) -> ir.Table:
        """Patients (patient_id) whose results show both, or who were given what sets one aside."""
        sides = self._sides
        return self._keep("mixed", lambda: sides.filter(sides.mixed).select("patient_id"))

    @property
    def found(self) -> ir.Table:
        """Findings of these; nobody else's ever change."""

        def make() -> ir.Table:
            few = self._records.among(self.mixed)
            return findings(few, self._marker, self._definition)

        return self._keep(self.FOUND, make)

    @property
    def _sides(self) -> ir.Table:
        """patient_id, above, below and mixed (see there); one row for everyone with a result."""
        return self._keep("sides", self._read_sides)

    def _read_sides(self) -> ir.Table:
        marker, rules = self._marker, self._definition
        read = row_status(results_of(self._records, marker, rules), marker, rules)
        sides = read.group_by("patient_id").agg(
            above=(read.status_here == marker.above).max().fill_null(False),
            below=(read.status_here == marker.below).max().fill_null(False),
        )
        drugs = {drug_class for _, drug_class, _ in setting_aside(marker, rules)}
        if not drugs:
            return sides.mutate(mixed=sides.above & sides.below)
        dosed = ibis.union(*[doses(self._records, name).days for name in sorted(drugs)])
        dosed = dosed.select(dosed_patient="dose_patient").distinct()
        joined = sides.left_join(dosed, sides.patient_id == dosed.dosed_patient)
        return joined.select(
            "patient_id",
            "above",
            "below",
            mixed=(joined.above & joined.below) | joined.dosed_patient.notnull(),
        )

    def _keep(self, name: str, make: Callable[[], ir.Table]) -> ir.Table:
        return self._step(laboratory(self._marker.name), name, make)
