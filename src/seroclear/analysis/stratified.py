"""The groups compared within the strata of a category, all strata together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seroclear.analysis.cox_fit import fit_cox
from seroclear.analysis.design import design, group_covariate
from seroclear.analysis.firth import Fit
from seroclear.analysis.log_rank import comparison_rows, log_rank_test
from seroclear.analysis.prepared import Prepared, prepare
from seroclear.analysis.regression_rows import (
    few_events,
    joined,
    left_out,
    not_estimable,
    regression_rows,
)
from seroclear.analysis.result import Row
from seroclear.analysis.subgroups import find_category
from seroclear.study.cohort import Cohort, Covariate

ANALYSIS = "stratified"


@dataclass(frozen=True, slots=True)
class Stratified:
    """Log-rank test and Cox regression in which each level of a category has its own hazard.

    Rows of analysis 'stratified', stratum the category's label: log-rank 'chi-square' and 'p';
    'hazard ratio' and 'p' of the group alone, then with the study's other covariates (`method`
    tells the two apart). Persons whose level is unknown are left out and counted in the notes.

    Attributes:
        name: a category of the cohort: subgroup, covariate or described characteristic.
    """

    name: str

    def __call__(self, cohort: Cohort) -> list[Row]:
        """Run the analysis.

        Raises:
            SeroclearError: the cohort has no such category.
        """
        stratum = find_category(cohort, self.name, "stratified")
        everybody = prepare(cohort)
        levels = everybody.texts(self.name)
        prepared = everybody.only(levels != "")
        levels = levels[levels != ""]
        lost = len(everybody) - len(prepared)
        caution = f"{lost} persons left out: {stratum.label} is unknown" if lost else ""
        test = log_rank_test(
            prepared.time, prepared.outcome, prepared.group, cohort.groups, strata=levels
        )
        method = f"log-rank test stratified by {stratum.label}; competing events censored"
        rows = comparison_rows(
            prepared,
            ANALYSIS,
            test._replace(note=joined(test.note, caution)),
            method,
            stratum=stratum.label,
        )
        if len(cohort.groups) < 2:
            return rows
        group = group_covariate(prepared)
        rows += self._cox(prepared, stratum, [group], "", caution)
        others = [c for c in cohort.covariates if c.name != self.name]
        if others:
            adjusted = "; adjusted for " + ", ".join(c.label for c in others)
            rows += self._cox(prepared, stratum, [group, *others], adjusted, caution)
        return rows

    def _cox(
        self,
        cohort: Prepared,
        stratum: Covariate,
        covariates: Sequence[Covariate],
        adjusted: str,
        caution: str,
    ) -> list[Row]:
        matrix = design(cohort, covariates)
        method = (
            f"Cox regression stratified by {stratum.label}, Efron ties, complete cases, Wald 95% "
            f"limits; competing events censored{adjusted}"
        )
        keep = matrix.complete
        events = int(cohort.outcome[keep].sum())
        reason = not_estimable(matrix, events)
        few = "" if reason else few_events(events, matrix.matrix.shape[1])
        note = joined(few, left_out(matrix), caution)
        fit: Fit | None = None
        reasons: Sequence[str] = ()
        if not reason:
            fitted = fit_cox(
                cohort.time[keep],
                cohort.outcome[keep],
                matrix.matrix,
                strata=cohort.texts(self.name)[keep],
            )
            fit, reasons = fitted.fit, fitted.notes
        found = regression_rows(
            cohort, matrix, ANALYSIS, method, fit, joined(reason, note), reasons
        )
        return [replace(row, stratum=stratum.label) for row in found]


def stratified(name: str) -> Stratified:
    """The analysis stratified by one category, to be called with a cohort: stratified("sex")."""
    return Stratified(name)
