"""Disclosure control: no count of 1 to threshold-1 persons or events leaves in a document.

Policy, with its reasons:

- Counts below the threshold are removed, and with them further counts until no sum gives a small
  one back (`protect`): another level of the variable, the same level in another group or in all,
  a group's total. All removed rows carry one note, so that nobody can tell which were the small.
- What is computed from a removed count goes with it: percentages, rates, survival, medians of
  small groups; means, differences and p values of the whole variable, as they can be solved for
  the missing number.
- Flowchart: a small exclusion hides the count between it and a neighbouring step, and so the two
  steps are shown as one ("steps 4 and 5 together: 16"). Nothing is rounded, every number that is
  shown is true, and the exclusions still add up to who entered and who stayed.
- Survival: an estimate at a named time is kept if nobody or at least `threshold` had the event
  by then, since the named time before, and after the last one, and at least `threshold` are at
  risk; curves are thinned in the same way (`curve`), as OpenSAFELY's kaplan-meier action does.
- Comparisons (hazard ratios, p values) are removed if a compared group or level has fewer than
  `threshold` persons or events, but some. Models keep no counts of their own, as they count
  complete cases: beside the whole they would show who is incomplete.

What it does not do: two definitions give two cohorts of much the same persons, and their
difference may be small; it is not removed, as the cohorts are not nested in general. Persons
censored between two times are not counted as small, nor are source rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from seroclear.analysis.result import Row
from seroclear.report.cells import (
    LEVEL_MARK,
    LINES,
    Cell,
    events_cell,
    is_model,
    named,
    persons_cell,
    value_cell,
)
from seroclear.report.curve import thin
from seroclear.report.protect import Counts, protect
from seroclear.report.sums import collect

THRESHOLD = 5  # persons or events; the design's default
SUPPRESSED = "suppressed"  # every note of a removed number begins with this
OF_PERSONS = ("person-years", "median follow-up", "visit mean")
OF_EVENTS = ("events", "rate per 100 person-years", "percent with outcome")
OF_TIME = ("survival", "lowest survival", "highest survival", "cumulative incidence")
POOLED = ("mean", "sd", "p", "smd")  # Table 1: with the other groups they tell a missing count
# How notes of models read without their counts.
IN_WORDS = {
    "[c] events for [c] terms": "few events for the number of terms",
    "[c] events for [c] term": "few events for the number of terms",
    "[c] of [c] persons": "some persons",
    "[c] persons": "some persons",
    "[c] of [c] resamples": "some resamples",
}
NUMBER = re.compile(r"(?<![\d.])\d+(?![\d.]*\d)(?! *(?:year|month|week|day|%))")


def suppress(rows: list[Row], threshold: int = THRESHOLD) -> list[Row]:
    """The rows as they may be published: same order, small counts removed.

    Curve rows (analysis='kaplan_meier_curve') that cannot be shown are left out; every other row
    stays, without its number. Rows with analysis='published' are not changed.

    Args:
        rows: all rows of a document together; suppressing parts of them separately is not safe.
        threshold: the smallest count that may be shown; 0 switches suppression off.
    """
    if threshold <= 1:
        return list(rows)
    counts = collect(rows)
    small = {
        (row.definition, row.outcome, row.analysis, row.method, row.variable)
        for row in rows
        if is_model(row) and any(0 < count < threshold for count in (row.n or 0, row.events or 0))
    }
    policy = _Policy(counts, protect(counts, threshold), threshold, small)
    return [policy.apply(row) for row in thin(rows, counts, policy.hidden, threshold)]


@dataclass(frozen=True, slots=True)
class _Policy:
    """What a row loses, once it is known which counts are hidden."""

    counts: Counts[Cell]
    hidden: set[Cell]
    threshold: int
    small_lines: set[
        tuple[str, str, str, str, str]
    ]  # terms of a model with a level of few persons or events

    def apply(self, row: Row) -> Row:
        if row.analysis in ("published", "kaplan_meier_curve"):
            return row
        if row.analysis == "table_one":
            gone, n_gone = self._table_one(row), self._gone(self._missing(row))
            events_gone = n_gone
        elif is_model(row):
            gone, n_gone, events_gone = self._model(row), True, True
        else:
            n_cell = value_cell(row) if row.analysis == "flowchart" else persons_cell(row)
            n_gone = n_cell is None or self._gone(n_cell, row.n)
            events_gone = row.analysis == "risk_table" or self._gone(events_cell(row), row.events)
            gone = self._result(row, n_gone, events_gone)
        row = replace(
            row,
            n=None if n_gone or gone else row.n,
            events=None if events_gone or gone else row.events,
            note=_masked(row.note, 0 if is_model(row) else self.threshold),
        )
        if gone and row.value is not None:
            note = f"{SUPPRESSED}: fewer than {self.threshold}, or would reveal such a count"
            row = replace(row, value=None, lower=None, upper=None, note=note)
        return row

    def _gone(self, cell: Cell | None, value: float | None = None) -> bool:
        if cell is None:
            return False
        return (cell if value is None else named(self.counts, cell, round(value))) in self.hidden

    def _is_few(self, row: Row) -> bool:
        return any(0 < count < self.threshold for count in (row.n or 0, row.events or 0))

    def _is_small(self, cell: Cell) -> bool:
        return 0 < self.counts.values.get(cell, 0) < self.threshold

    def _result(self, row: Row, n_gone: bool, events_gone: bool) -> bool:
        """Whether the value of a row outside Table 1 must go."""
        own = value_cell(row)
        if own is not None:
            return self._gone(own, row.value)
        if row.estimate in OF_PERSONS:
            return n_gone
        if row.estimate in OF_EVENTS:
            return n_gone or events_gone
        if row.estimate in OF_TIME:
            return self._is_few(row) or any(
                self._gone(cell) for cell in (persons_cell(row), events_cell(row))
            )
        return events_gone or any(self._is_small(cell) for cell in self._compared(row))

    def _model(self, row: Row) -> bool:
        """Whether the value of a model's row must go."""
        if self._is_few(row):
            return True
        if row.estimate in OF_TIME:
            return any(self._gone(cell) for cell in (persons_cell(row), events_cell(row)))
        line = (row.definition, row.outcome, row.analysis, row.method, row.variable)
        if row.analysis in LINES:
            return line in self.small_lines
        return line in self.small_lines or any(self._is_small(c) for c in self._compared(row))

    def _compared(self, row: Row) -> list[Cell]:
        """The persons and events of the groups (or levels) that a row compares."""

        def takes_part(cell: Cell) -> bool:
            if cell.kind not in ("persons", "events") or cell.definition != row.definition:
                return False
            if cell.outcome not in ("", row.outcome):
                return False
            if not row.stratum:
                return cell.stratum == "" and cell.group != "" and cell.time < 0
            label = row.stratum.split(LEVEL_MARK)[0]
            one_level = LEVEL_MARK in row.stratum
            same = cell.stratum == row.stratum if one_level else cell.stratum.startswith(label)
            return same and (cell.group == row.group or not row.group)

        return [cell for cell in self.counts.values if takes_part(cell)]

    def _missing(self, row: Row) -> Cell | None:
        return value_cell(replace(row, estimate="missing", level=""))

    def _table_one(self, row: Row) -> bool:
        """Whether the value of a Table 1 row must go."""
        own = value_cell(row)
        if own is not None:
            return self._gone(own, row.value)
        if row.estimate in POOLED:
            of_variable = [
                cell
                for cell in self.counts.values
                if cell.kind in ("level", "missing")
                and (cell.definition, cell.variable) == (row.definition, row.variable)
            ]
            return any(c in self.hidden or self._is_unmeasured(c) for c in of_variable)
        missing = self._missing(row)
        persons = persons_cell(row)
        if row.estimate == "percent":
            level = value_cell(replace(row, estimate="n"))
            return any(self._gone(cell) for cell in (level, missing, persons))
        return self._gone(persons) or (missing is not None and self._is_unmeasured(missing))

    def _is_unmeasured(self, missing: Cell) -> bool:
        """Whether only a few persons have a value at all."""
        persons = Cell("persons", missing.definition, missing.stratum, missing.group)
        values = self.counts.values
        if missing.kind != "missing" or persons not in values or missing not in values:
            return False
        return 0 < values[persons] - values[missing] < self.threshold


def _masked(note: str, threshold: int) -> str:
    """The note without numbers, if one of them is a small count; threshold 0 removes all."""
    numbers = [int(number) for number in NUMBER.findall(note)]
    if not any(0 < number < threshold or not threshold for number in numbers):
        return note
    note = NUMBER.sub("[c]", note)
    for counted, words in IN_WORDS.items():
        note = note.replace(counted, words)
    return note
