"""The table of truth recovery: a line for every number that a study of the library estimates."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from document import markdown
from replicate import Estimate
from study_targets import TARGETS
from summary import Performance, performance

SIZES = {(target.study, target.label): target.persons for target in TARGETS}
HEADER = (
    "study",
    "hospitals × people",
    "what is estimated",
    "truth",
    "mean estimate",
    "bias",
    "SE",
    "coverage",
    "no limits",
    "events",
)


def studies_table(found: Iterable[Estimate]) -> str:
    """A line a target; ratios are shown as they are, their bias and SE on the log scale."""
    return markdown(HEADER, [_line(row, error) for row, error in lines(found)])


def lines(found: Iterable[Estimate]) -> list[tuple[Performance, float]]:
    """The performance of each target against the mean of its truths, with the Monte Carlo error of
    that truth: those of the parts of a batch are as many estimates of it."""
    targets: dict[tuple[str, str], list[Estimate]] = {}
    for one in found:
        targets.setdefault((one.setting, one.target), []).append(one)
    rows = []
    for estimates in targets.values():
        truths = np.array(sorted({one.truth for one in estimates}))
        mean = float(np.mean([one.truth for one in estimates]))
        spread = float(truths.std(ddof=1)) if truths.size > 1 else math.nan
        (row,) = performance([replace(one, truth=mean) for one in estimates])
        rows.append((row, spread / math.sqrt(truths.size)))
    return rows


def _line(row: Performance, truth_error: float) -> list[str]:
    ratio = "ratio" in row.target or "fold" in row.target
    digits = 3 if ratio or "log10" in row.target else 1 if "%" in row.target else 2

    def shown(number: float) -> str:
        return _number(math.exp(number) if ratio else number, 2 if ratio else digits)

    bias = f"{'+' if row.bias > 0 else ''}{_number(row.bias, digits)}"
    truth = shown(row.truth)
    if row.estimator != "parameter":
        truth += f" ({_number(truth_error, digits)})"
    return [
        row.setting,
        f"{row.replicates} × {SIZES.get((row.setting, row.target), round(row.n)):,}",
        row.target,
        truth,
        shown(row.truth + row.bias),
        f"{bias} ({_number(row.bias_error, digits)})",
        _number(row.spread, digits),
        "–" if not row.limited else f"{100 * row.coverage:.1f}% ({100 * row.coverage_error:.1f})",
        str(row.replicates - row.limited),
        f"{row.events:.0f}",
    ]


def _number(value: float, digits: int) -> str:
    return "–" if not math.isfinite(value) else f"{value:.{digits}f}".replace("-", "−")
