"""A cohort made ready for statistics: checked, in order of patient, split into groups."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import COMPETING, OUTCOME, Cohort, Covariate

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CONFIDENCE = 0.95
Z = 1.959963984540054  # the 97.5th percentile of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Prepared:
    """The columns every analysis needs, in order of patient_id.

    Attributes:
        cohort: where study, definition, outcome, groups and covariates are named.
        time: years from time zero, >= 0.
        outcome: the outcome happened at `time`.
        competing: a competing event happened at `time`.
        group: the group of each patient.
    """

    cohort: Cohort
    time: Floats
    outcome: Bools
    competing: Bools
    group: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.time)

    def members(self, group: str) -> Bools:
        """Who belongs to the group; everybody when it is ''."""
        if not group:
            return np.ones(len(self), dtype=bool)
        return np.asarray(self.group == group, dtype=bool)

    def only(self, chosen: Bools) -> Prepared:
        """The same with the chosen patients only."""
        columns = {name: column[chosen] for name, column in self.cohort.columns.items()}
        return Prepared(
            cohort=replace(self.cohort, columns=columns),
            time=self.time[chosen],
            outcome=self.outcome[chosen],
            competing=self.competing[chosen],
            group=self.group[chosen],
        )

    def numbers(self, name: str) -> Floats:
        """A numeric column; nan is unknown."""
        return np.asarray(self.column(name), dtype=float)

    def texts(self, name: str) -> NDArray[np.object_]:
        """A text column; '' is unknown."""
        return _texts(self.column(name))

    def column(self, name: str) -> NDArray[Any]:
        """A column of the cohort.

        Raises:
            SeroclearError: the cohort has no such column.
        """
        if name not in self.cohort.columns:
            raise SeroclearError(
                f"Study '{self.cohort.study}': the cohort has no column '{name}'; "
                "add it to the study's covariates or subgroups."
            )
        return self.cohort.columns[name]

    def row(self, analysis: str, **fields: Any) -> Row:
        """A row with study, definition and outcome filled in."""
        cohort = self.cohort
        return Row(
            study=cohort.study,
            analysis=analysis,
            outcome=cohort.outcome,
            definition=cohort.definition,
            **fields,
        )


def prepare(cohort: Cohort) -> Prepared:
    """Check a cohort and put it in order of patient_id, so results never depend on row order.

    Raises:
        SeroclearError: a time is negative or unknown, or a patient's group is not one of
            `cohort.groups`.
    """
    columns = {name: np.asarray(column) for name, column in cohort.columns.items()}
    patient = columns["patient_id"]
    if not (patient[:-1] <= patient[1:]).all():
        order = np.argsort(patient, kind="stable")
        columns = {name: column[order] for name, column in columns.items()}
    time = np.asarray(columns["time"], dtype=float)
    event = np.asarray(columns["event"], dtype=int)
    group = _texts(columns["group"])
    if not (np.isfinite(time) & (time >= 0)).all():
        raise SeroclearError(
            f"Study '{cohort.study}': a follow-up time is negative or unknown; "
            "check the study's follow_up, which must end on or after time zero."
        )
    strangers = sorted(set(group) - set(cohort.arms))
    if strangers:
        raise SeroclearError(
            f"Study '{cohort.study}': group {strangers[0]!r} is not one of the study's groups "
            f"({', '.join(cohort.groups)}); name it in the study or leave those patients out."
        )
    return Prepared(
        cohort=replace(cohort, columns=columns),
        time=time,
        outcome=event == OUTCOME,
        competing=event == COMPETING,
        group=group,
    )


def levels_of(covariate: Covariate, values: NDArray[np.object_]) -> tuple[str, ...]:
    """The levels of a category in the order they are shown.

    A value that was not announced is shown after the announced ones, never dropped.
    """
    extra = sorted({str(v) for v in set(values.tolist()) if v} - set(covariate.levels))
    return (*covariate.levels, *extra)


def number(value: float | None) -> float | None:
    """A number for a row: None when it is not finite."""
    return None if value is None or not math.isfinite(value) else float(value)


def _texts(column: NDArray[Any]) -> NDArray[np.object_]:
    """The column as it is where it holds nothing but texts."""
    if column.dtype != object or not set(map(type, column.tolist())) <= {str, NoneType}:
        return np.array([_text(value) for value in column], dtype=object)
    unknown = np.array([value is None for value in column.tolist()], dtype=bool)
    return np.where(unknown, "", column) if unknown.any() else column


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)  # nan is unequal to itself
