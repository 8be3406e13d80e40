"""A target trial emulated: starting a treatment soon against not starting it, without a gift of
time. The method is in `clone_censor`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seroclear.analysis.clone_censor import (
    Arm,
    clone_censor_weight,
    risk_difference,
)
from seroclear.analysis.clone_weights import Emulation
from seroclear.analysis.design import design
from seroclear.analysis.emulation_balance import emulation_balance
from seroclear.analysis.prepared import Floats, Prepared, prepare
from seroclear.analysis.regression_rows import joined, left_out
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort

ANALYSIS = "emulated_trial"
DAYS_A_WEEK, DAYS_A_YEAR = 7, 365.25
PERIOD_WEEKS = 4
SEED, RESAMPLES = 20240801, 200


@dataclass(frozen=True, slots=True)
class EmulatedTrial:
    """Clone, censor, weight: see `clone_censor`.

    Rows of analysis 'emulated_trial', level 'begun' or 'not begun': 'risk' at the end of the grace
    period and of follow-up (`time`), 'events' while on the strategy, 'effective persons', 'largest
    weight'; level '': 'risk difference' with 95% limits from resampled persons (seeded). Stratum
    'as treated': the difference between those who ever and those who never started, which lends the
    first the time before: shown to be seen, not to be used. Then rows of analyses 'balance' and
    'propensity' (see `emulation_balance`).

    Attributes:
        name: the change of the study that is the treatment.
        grace_weeks: it may begin up to here; a multiple of four.
        until_weeks: follow-up ends; a multiple of four.
    """

    name: str
    grace_weeks: int
    until_weeks: int

    @property
    def seed(self) -> int:
        """Of the resamples."""
        return SEED

    def __call__(self, cohort: Cohort) -> list[Row]:
        """Run the analysis.

        Raises:
            SeroclearError: the study has no such change, or an inconsistent cohort (see `prepare`).
        """
        if cohort.intervals is None or self.name not in cohort.intervals:
            raise SeroclearError(
                f"Study '{cohort.study}': emulated_trial('{self.name}') needs an exposure that "
                "begins during follow-up; name it in the study: changes=[change(...)]."
            )
        start = _starts(cohort, self.name)
        prepared = prepare(replace(cohort, columns=cohort.columns | {"start_of_it": start}))
        matrix = design(prepared, cohort.covariates)
        prepared = prepared.only(matrix.complete)
        emulation = Emulation(
            time=prepared.time,
            event=prepared.outcome,
            start=prepared.numbers("start_of_it"),
            baseline=matrix.matrix,
            grace=self.grace_weeks * DAYS_A_WEEK / DAYS_A_YEAR,
            width=PERIOD_WEEKS * DAYS_A_WEEK / DAYS_A_YEAR,
            periods=self.until_weeks // PERIOD_WEEKS,
        )
        alike = emulation_balance(prepared, matrix, emulation) if len(prepared) else []
        return self._rows(prepared, emulation, left_out(matrix)) + alike

    def _rows(self, cohort: Prepared, emulation: Emulation, caution: str) -> list[Row]:
        method = (
            f"clone, censor, weight: begun within {self.grace_weeks} weeks, or not at all, "
            f"followed to week {self.until_weeks}; competing events censored"
        )
        if not len(cohort) or not cohort.outcome.any():
            note = "no events" if len(cohort) else "no persons with all covariates known"
            return [cohort.row(ANALYSIS, estimate="risk difference", method=method, note=note)]
        emulated = clone_censor_weight(emulation)
        end = self.until_weeks * DAYS_A_WEEK / DAYS_A_YEAR
        rows = []
        for level, arm in (("begun", emulated.start), ("not begun", emulated.without)):
            if arm is not None:
                rows += self._arm(cohort, level, arm, end, joined(emulated.note, caution), method)
        difference = risk_difference(emulation, SEED, RESAMPLES)
        rows.append(
            cohort.row(
                ANALYSIS,
                estimate="risk difference",
                time=round(end, 2),
                value=difference.value,
                lower=difference.lower,
                upper=difference.upper,
                method=f"{method}; limits from {RESAMPLES} resamples of persons",
                note=joined(difference.note, caution),
            )
        )
        return [*rows, _as_treated(cohort, emulation, end)]

    def _arm(
        self, cohort: Prepared, level: str, arm: Arm, end: float, note: str, method: str
    ) -> list[Row]:
        grace = self.grace_weeks // PERIOD_WEEKS
        risks = [
            (self.grace_weeks * DAYS_A_WEEK / DAYS_A_YEAR, grace),
            (end, len(arm.survival) - 1),
        ]
        rows = [
            cohort.row(
                ANALYSIS,
                variable="Strategy",
                level=level,
                estimate="risk",
                time=round(year, 2),
                value=float(1 - arm.survival[place]),
                method=method,
                note=note,
            )
            for year, place in risks
            if np.isfinite(arm.survival[place])
        ]
        for name, value in (
            ("events", float(arm.events)),
            ("effective persons", arm.effective),
            ("largest weight", arm.largest),
        ):
            events = arm.events if name == "events" else None
            rows.append(
                cohort.row(
                    ANALYSIS,
                    variable="Strategy",
                    level=level,
                    estimate=name,
                    value=value,
                    events=events,
                    method=method,
                )
            )
        return rows


def emulated_trial(name: str, grace_weeks: int, until_weeks: int) -> EmulatedTrial:
    """The analysis of one change, to be called with a cohort."""
    if grace_weeks % PERIOD_WEEKS or until_weeks % PERIOD_WEEKS or grace_weeks >= until_weeks:
        raise SeroclearError(
            f"emulated_trial: grace_weeks and until_weeks are multiples of {PERIOD_WEEKS}, and the "
            "grace period is the shorter."
        )
    return EmulatedTrial(name, grace_weeks, until_weeks)


def _starts(cohort: Cohort, name: str) -> Floats:
    """Years from time zero to the change; inf: not during follow-up."""
    assert cohort.intervals is not None
    begun = cohort.intervals[name] == "yes"
    start = np.full(len(cohort), np.inf)
    np.minimum.at(start, cohort.intervals["person"][begun], cohort.intervals["start"][begun])
    return start


def _as_treated(cohort: Prepared, emulation: Emulation, end: float) -> Row:
    """Kaplan–Meier risks of those who ever and never started: what must not be done."""
    from seroclear.analysis.curve import kaplan_meier_curve

    ever = np.isfinite(emulation.start)
    value = None
    if ever.any() and not ever.all():
        risks = [
            kaplan_meier_curve(emulation.time[who], emulation.event[who]).at(end).value
            for who in (ever, ~ever)
        ]
        if risks[0] is not None and risks[1] is not None:
            value = float(risks[1] - risks[0])
    return cohort.row(
        ANALYSIS,
        stratum="as treated",
        estimate="risk difference",
        time=round(end, 2),
        value=value,
        method="Kaplan–Meier risks of ever and never begun: immortal time, not to be used",
        note="" if value is not None else "nobody to compare at that time",
    )
