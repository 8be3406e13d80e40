"""Exact tests of a binary outcome in two arms."""

from __future__ import annotations

from dataclasses import dataclass

from seroclear.analysis.exact_ratio import Ratio, odds_ratio
from seroclear.trial.analysis.two_by_two import Arms


@dataclass(frozen=True, slots=True)
class ExactTest:
    """A two-sided p; None, and a note, where nothing can be compared."""

    p: float | None
    method: str
    note: str = ""


def fisher(arms: Arms) -> Ratio:
    """Fisher's exact test with the conditional odds ratio and its exact limits.

    An outcome that everybody or nobody has gives no answer (and a note)."""
    return odds_ratio(
        arms.events,
        arms.n - arms.events,
        arms.events_control,
        arms.n_control - arms.events_control,
    )


def boschloo(arms: Arms) -> ExactTest:
    """Boschloo's unconditional exact test (Stat Neerl 1970;24:1): Fisher's p as the statistic, so
    never less powerful than Fisher's test; two-sided as twice the smaller side."""
    from scipy.stats import boschloo_exact

    method = "Boschloo's unconditional exact test, two-sided"
    if arms.empty:
        return ExactTest(None, method, "an arm has nobody: nothing to compare")
    events = arms.events + arms.events_control
    if events in (0, arms.total):
        return ExactTest(1.0, method, "everybody or nobody has the outcome")
    table = [
        [arms.events, arms.events_control],
        [arms.n - arms.events, arms.n_control - arms.events_control],
    ]
    return ExactTest(float(min(1.0, boschloo_exact(table, n=256).pvalue)), method)
