"""Years free of the outcome up to a horizon: a comparison that needs no proportional hazards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seroclear.analysis.curve import Curve, kaplan_meier_curve
from seroclear.analysis.prepared import Bools, Floats, Prepared, Z, prepare
from seroclear.analysis.result import Row
from seroclear.study.cohort import Cohort

MEAN = (
    "restricted mean survival time: area under the Kaplan–Meier curve; Wald 95% limits from "
    "Greenwood's variance; competing events censored"
)
CONTRAST = "contrast of restricted mean survival times, Wald 95% limits"
NO_LIMITS = "no events by this time: limits cannot be estimated"


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Mean years free of the event up to a horizon.

    Attributes:
        value: years; None where `note` says why.
        se: its standard error; None without events.
        note: why a number is missing, '' otherwise.
    """

    value: float | None
    se: float | None
    note: str


def restricted_mean(time: Floats, event: Bools, horizon: float) -> RestrictedMean:
    """Area under the Kaplan–Meier curve from 0 to `horizon` years, as R's survfit and survRM2.

    Args:
        time: years, shape (n,); n may be 0.
        event: whether the event happened at `time`, shape (n,).
        horizon: years, > 0.

    Source: Royston & Parmar, BMC Med Res Methodol 2013;13:152.
    """
    return _area(kaplan_meier_curve(time, event), horizon)


def restricted_means(cohort: Cohort, at: Sequence[float] = (1.0, 3.0)) -> list[Row]:
    """Rows of analysis 'restricted_mean' at each horizon in `at` (years).

    'restricted mean' by group; for each group against the first 'difference of restricted means'
    (years), 'ratio of restricted means' and 'p' of the difference.

    Raises:
        SeroclearError: the cohort is inconsistent (see `prepare`).
    """
    prepared = prepare(cohort)
    rows = []
    for horizon in at:
        means = {}
        for group in cohort.arms:
            members = prepared.members(group)
            mean = restricted_mean(prepared.time[members], prepared.outcome[members], horizon)
            means[group] = mean
            lower = upper = None
            if mean.value is not None and mean.se is not None:
                lower, upper = mean.value - Z * mean.se, mean.value + Z * mean.se
            rows.append(
                prepared.row(
                    "restricted_mean",
                    group=group,
                    estimate="restricted mean",
                    value=mean.value,
                    lower=lower,
                    upper=upper,
                    method=MEAN,
                    note=mean.note,
                    **_counted(prepared, members, horizon),
                )
            )
        for group in cohort.groups[1:]:
            rows += _contrast(prepared, group, horizon, means[group], means[cohort.groups[0]])
    return rows


def _area(curve: Curve, horizon: float) -> RestrictedMean:
    if curve.time.size == 0:
        return RestrictedMean(None, None, "no persons in this group")
    last = float(curve.time[-1])
    if horizon > last and curve.survival[-1] > 0:
        note = f"beyond follow-up, which ends at {last:.2f} years in this group"
        return RestrictedMean(None, None, note)
    edges = np.concatenate([[0.0], np.minimum(curve.time, horizon), [horizon]])
    pieces = np.diff(edges) * np.append(1.0, curve.survival)
    total = float(pieces.sum())
    events = np.diff(curve.events, prepend=0.0) * (curve.time <= horizon)
    if not events.any():
        return RestrictedMean(horizon, None, NO_LIMITS)
    beyond = np.cumsum(pieces[::-1])[::-1][1:]  # the area after each time
    died = (events > 0) & (curve.at_risk > events)
    n, d = curve.at_risk[died], events[died]
    variance = float((beyond[died] ** 2 * d / (n * (n - d))).sum())
    if variance == 0:
        return RestrictedMean(total, None, "everybody had the event: limits cannot be estimated")
    return RestrictedMean(total, math.sqrt(variance), "")


def _contrast(
    cohort: Prepared, group: str, horizon: float, one: RestrictedMean, other: RestrictedMean
) -> list[Row]:
    """Difference and ratio (limits on the log scale) of a group and the first."""
    from scipy.stats import norm

    difference: tuple[float | None, ...] = (None, None, None)
    ratio: tuple[float | None, ...] = (None, None, None)
    p = None
    reference = cohort.cohort.groups[0]
    notes = {group: one.note, reference: other.note}
    note = "; ".join(f"{name}: {said}" for name, said in notes.items() if said)
    if one.value is not None and other.value is not None:
        gap = one.value - other.value
        difference = (gap, None, None)
        if one.value > 0 and other.value > 0:
            ratio = (one.value / other.value, None, None)
        else:
            note = note or "no time free of the outcome in a group: no ratio"
        if one.se is not None and other.se is not None:
            se = math.hypot(one.se, other.se)
            difference = (gap, gap - Z * se, gap + Z * se)
            # With limits both means are above 0: the curve fell to between 1 and 0.
            quotient = one.value / other.value
            wide = math.exp(Z * math.hypot(one.se / one.value, other.se / other.value))
            ratio = (quotient, quotient / wide, quotient * wide)
            p = float(2 * norm.sf(abs(gap) / se))
    compared = cohort.members(group) | cohort.members(reference)
    shared: dict[str, Any] = {
        "variable": "Group",
        "level": group,
        "method": CONTRAST,
        "note": note,
        **_counted(cohort, compared, horizon),
    }
    numbers = {"difference of restricted means": difference, "ratio of restricted means": ratio}
    rows = [
        cohort.row("restricted_mean", estimate=name, value=value, lower=low, upper=high, **shared)
        for name, (value, low, high) in numbers.items()
    ]
    return [*rows, cohort.row("restricted_mean", estimate="p", value=p, **shared)]


def _counted(cohort: Prepared, members: Bools, horizon: float) -> dict[str, Any]:
    return {
        "time": float(horizon),
        "n": int(members.sum()),
        "events": int((members & cohort.outcome & (cohort.time <= horizon)).sum()),
    }
