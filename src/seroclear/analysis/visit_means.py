"""A number at planned visits: its mean in each group, and the analysis of variance of papers."""

from __future__ import annotations

from typing import Any

import numpy as np

from seroclear.analysis.measures import Measure, measures
from seroclear.analysis.multiplicity import benjamini_hochberg
from seroclear.analysis.prepared import Bools, Floats, Prepared, Z, number
from seroclear.analysis.repeated_anova import repeated_anova
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort

ANOVA = (
    "repeated-measures analysis of variance of those measured at every visit, "
    "Greenhouse–Geisser correction"
)
VISIT_TEST = (
    "difference of means between the two groups, Welch's t test; adjusted for the number of visits "
    "(Benjamini–Hochberg)"
)


def visit_means(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'visits', the measure as their outcome: 'visit mean' of each group at each
    planned visit; values beyond a limit count as the limit. With two groups also 'adjusted p',
    adjusted for the number of visits.

    Raises:
        SeroclearError: the study names no visits.
    """
    rows = []
    for prepared, one in measures(cohort):
        every = np.unique(one.planned)
        for at in every:
            here = one.planned == at
            rows += [_mean(prepared, one, at, here, g) for g in range(len(one.groups))]
        if len(one.groups) == 2:
            rows += _by_visit(prepared, one, every)
    return rows


def repeated_measures(cohort: Cohort) -> list[Row]:
    """Rows of analysis 'repeated_measures': 'F' and 'p' (corrected) of group, time and both.

    It is there to stand beside papers that publish it: who misses one visit is left out of it.

    Raises:
        SeroclearError: the study names no visits.
    """
    rows = []
    for prepared, one in measures(cohort):
        visits, column = np.unique(one.planned, return_inverse=True)
        people, line = np.unique(one.person, return_inverse=True)
        wide = np.full((people.size, visits.size), np.nan)
        wide[line, column] = one.y
        group = np.zeros(people.size, dtype=int)
        group[line] = one.group
        found = repeated_anova(wide, group)
        left = f"{found.left_out} of {people.size} persons left out: a visit is missing"
        note = "; ".join(filter(None, (found.note, left if found.left_out else "")))
        effects = {"Group": found.group, "Time": found.time, "Group by time": found.interaction}
        for name, effect in effects.items():
            shared: dict[str, Any] = {"variable": name, "method": ANOVA, "note": note}
            p = effect.p if name == "Group" else effect.corrected_p
            rows.append(prepared.row("repeated_measures", estimate="F", value=effect.f, **shared))
            rows.append(prepared.row("repeated_measures", estimate="p", value=p, **shared))
    return rows


def _mean(cohort: Prepared, one: Measure, at: float, here: Bools, g: int) -> Row:
    y = one.y[here & (one.group == g)]
    shared: dict[str, Any] = {"group": one.groups[g], "time": float(at), "n": int(y.size)}
    if y.size < 2:
        note = "fewer than two persons at this visit"
        return cohort.row("visits", estimate="visit mean", note=note, **shared)
    reach = Z * float(y.std(ddof=1)) / np.sqrt(y.size)
    mean = float(y.mean())
    return cohort.row(
        "visits",
        estimate="visit mean",
        value=mean,
        lower=mean - reach,
        upper=mean + reach,
        **shared,
    )


def _by_visit(cohort: Prepared, one: Measure, every: Floats) -> list[Row]:
    from scipy.stats import ttest_ind

    p = []
    for at in every:
        a, b = (one.y[(one.planned == at) & (one.group == g)] for g in (0, 1))
        enough = min(a.size, b.size) >= 2 and np.ptp(np.concatenate([a, b])) > 0
        p.append(float(ttest_ind(a, b, equal_var=False).pvalue) if enough else np.nan)
    adjusted = benjamini_hochberg(np.array(p))
    return [
        cohort.row(
            "visits",
            time=float(at),
            estimate="adjusted p",
            value=number(float(q)),
            method=VISIT_TEST,
        )
        for at, q in zip(every, adjusted, strict=True)
    ]
