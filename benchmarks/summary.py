"""What many replicates say of an estimator: bias, standard error, width and coverage."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from document import markdown
from numpy.typing import NDArray
from replicate import Estimate
from settings import SETTINGS


@dataclass(frozen=True, slots=True)
class Performance:
    """An estimator of one target over the replicates of one setting (Morris, White & Crowther,
    Stat Med 2019;38:2074, for the measures and their Monte Carlo errors).

    Attributes:
        replicates: hospitals; estimated: those with a value; limited: those with limits too.
        truth: mean of the replicates' own truths.
        bias: mean of estimate minus the replicate's own truth; bias_error: its Monte Carlo error.
        spread: standard deviation of the estimates.
        width: mean width of the 95% interval; nan when the estimator has none.
        coverage: share of intervals with the replicate's own truth inside; coverage_error: its
            Monte Carlo error.
        below, above: shares of intervals wholly below and wholly above the truth.
    """

    setting: str
    estimator: str
    target: str
    replicates: int
    estimated: int
    limited: int
    truth: float
    bias: float
    bias_error: float
    spread: float
    width: float
    coverage: float
    coverage_error: float
    below: float
    above: float
    n: float
    events: float


def performance(found: Iterable[Estimate]) -> list[Performance]:
    """One row for each setting, target and estimator, in the order of first appearance."""
    groups: dict[tuple[str, str, str], list[Estimate]] = {}
    for one in found:
        groups.setdefault((one.setting, one.target, one.estimator), []).append(one)
    return [_performance(estimates) for estimates in groups.values()]


def _performance(found: list[Estimate]) -> Performance:
    def column(name: str) -> NDArray[np.float64]:
        return np.array([getattr(one, name) for one in found], dtype=float)

    truth, value, lower, upper = (column(name) for name in ("truth", "value", "lower", "upper"))
    known = np.isfinite(value)
    limited = known & np.isfinite(lower) & np.isfinite(upper)
    error = (value - truth)[known]
    low, high, true = lower[limited], upper[limited], truth[limited]
    share = float(np.mean((low <= true) & (true <= high))) if limited.any() else math.nan
    return Performance(
        setting=found[0].setting,
        estimator=found[0].estimator,
        target=found[0].target,
        replicates=len(found),
        estimated=int(known.sum()),
        limited=int(limited.sum()),
        truth=float(truth.mean()),
        bias=_mean(error),
        bias_error=_spread(error) / math.sqrt(max(1, error.size)),
        spread=_spread(value[known]),
        width=_mean(high - low),
        coverage=share,
        coverage_error=math.sqrt(share * (1 - share) / max(1, int(limited.sum()))),
        below=_mean(high < true),
        above=_mean(low > true),
        n=float(column("n").mean()),
        events=float(column("events").mean()),
    )


HEADER = (
    "estimator",
    "bias",
    "(MC error)",
    "SE",
    "width",
    "coverage",
    "(MC error)",
    "limits too low",
    "limits too high",
    "no limits",
)


def durability_table(found: Iterable[Estimate]) -> str:
    """Survival free of seroreversion, in percent."""
    return _tables(found, "durability", 100.0, 1)


def ratio_table(found: Iterable[Estimate]) -> str:
    """NA:IFN hazard ratios, on the log scale."""
    return _tables(found, "hazard ratio", 1.0, 3)


def _tables(found: Iterable[Estimate], kind: str, scale: float, digits: int) -> str:
    wanted = {setting.name: setting.about for setting in SETTINGS if setting.estimates == kind}
    rows = [row for row in performance(found) if row.setting in wanted]
    parts = []
    for name, about in wanted.items():
        parts.append(f"**{name.capitalize()}**: {about}.")
        mine = [row for row in rows if row.setting == name]
        for target in dict.fromkeys(row.target for row in mine):
            lines = [row for row in mine if row.target == target]
            first = lines[0]
            truth = f"{scale * first.truth:.{digits}f}".replace("-", "−")
            parts.append(
                f"{target}: truth {truth}; {first.replicates} hospitals, on average "
                f"{first.n:.0f} patients and {first.events:.0f} seroreversions seen"
            )
            parts.append(markdown(HEADER, [_line(row, scale, digits) for row in lines]))
    return "\n\n".join(parts)


def _line(row: Performance, scale: float, digits: int) -> list[str]:
    def shown(number: float, signed: bool = False) -> str:
        if math.isnan(number):
            return "–"
        return f"{scale * number:{'+' if signed else ''}.{digits}f}".replace("-", "−")

    def percent(share: float) -> str:
        return "–" if math.isnan(share) else f"{100 * share:.1f}%"

    none = "–" if row.limited == 0 else str(row.replicates - row.limited)
    return [
        row.estimator,
        shown(row.bias, signed=True),
        shown(row.bias_error),
        shown(row.spread),
        shown(row.width),
        percent(row.coverage),
        percent(row.coverage_error),
        percent(row.below),
        percent(row.above),
        none,
    ]


def _mean(values: NDArray[np.float64] | NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else math.nan


def _spread(values: NDArray[np.float64]) -> float:
    return float(values.std(ddof=1)) if values.size > 1 else math.nan
