"""Of those whom a rule applies to: how many have followed it, quarter by quarter."""

from __future__ import annotations

import numpy as np

from seroclear.analysis.competing import to_contact
from seroclear.analysis.limits import wilson
from seroclear.analysis.prepared import prepare
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort

DAYS_A_YEAR = 365.25
METHOD = (
    "of those whom a rule had begun to apply to by the last day of the quarter and who were still "
    "followed or had changed, the share who had changed; Wilson 95% limits"
)


def concordance_by_quarter(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'concordance', stratum the calendar quarter ('2015 Q1'): 'percent changed'.

    Time zero is the day from which the outcome is what a rule asks for. Who has it stays counted as
    concordant until the last contact; who was lost, stopped or died without it leaves on that day.

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`).
    """
    prepared = to_contact(prepare(cohort))
    begin = cohort_days(prepared.column("index"))
    change = begin + prepared.time * DAYS_A_YEAR
    contact = begin + np.fmax(prepared.numbers("contact"), prepared.time) * DAYS_A_YEAR
    gone = np.where(prepared.outcome, contact, change)
    rows = []
    for label, last in _quarters(prepared.column("index"), gone):
        counted = (begin <= last) & (gone >= last)
        n = int(counted.sum())
        if not n:
            continue
        changed = int((counted & prepared.outcome & (change <= last)).sum())
        lower, upper = (100 * limit for limit in wilson(changed, n))
        rows.append(
            prepared.row(
                "concordance",
                stratum=label,
                estimate="percent changed",
                value=100 * changed / n,
                lower=lower,
                upper=upper,
                n=n,
                events=changed,
                method=METHOD,
            )
        )
    return rows


def cohort_days(index: np.ndarray) -> np.ndarray:
    """Days since 1970-01-01."""
    return index.astype("datetime64[D]").astype(float)


def _quarters(index: np.ndarray, gone: np.ndarray) -> list[tuple[str, float]]:
    """Label and last day of each quarter from the first time zero to the last day seen."""
    if not len(index):
        return []
    first = index.min().astype("datetime64[M]").astype(int) // 3
    end = np.datetime64(int(gone.max()), "D").astype("datetime64[M]").astype(int) // 3
    return [
        (
            f"{1970 + quarter // 4} Q{quarter % 4 + 1}",
            float((np.datetime64(3 * (quarter + 1), "M").astype("datetime64[D]")).astype(int) - 1),
        )
        for quarter in range(first, end + 1)
    ]
