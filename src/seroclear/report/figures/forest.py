"""Forest plot of hazard ratios."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from seroclear.analysis.result import Row
from seroclear.report import select, words
from seroclear.report.document import Figure
from seroclear.report.figures import style

# Inches.
WIDTH = 7.4
NAMES = 2.6
NUMBERS = 1.75
ROW = 0.32
REFERENCE = "reference"  # the estimate of rows that name the level compared with
# Limits wider than this are drawn with an arrow: a separated model would flatten all others.
WIDEST = (0.02, 50.0)


def forest(rows: list[Row]) -> list[Figure]:
    """Hazard ratios of the Cox models; none if there is no ratio to draw."""
    ratios = [row for analysis in ("cox_unadjusted", "cox") for row in select.model(rows, analysis)]
    drawn = [row for row in ratios if row.value is not None and row.value > 0]
    if not drawn:
        return []
    against = {
        row.variable: row.level
        for row in rows
        if row.analysis == "cox" and row.estimate == REFERENCE
    }
    with style.look():
        names = [style.wrapped(_name(row, against), NAMES) for row in ratios]
        heights = [max(ROW, 0.17 * len(name) + 0.1) for name in names]
        label = style.wrapped(f"Hazard ratio of {select.outcome(rows)}", WIDTH - NAMES - 0.3)
        bottom = 0.4 + 0.18 * len(label)
        height = sum(heights) + 0.3 + bottom
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.add_axes(
            (
                (NAMES + 0.2) / WIDTH,
                bottom / height,
                (WIDTH - NAMES - NUMBERS - 0.35) / WIDTH,
                sum(heights) / height,
            )
        )
        low, high = _limits(drawn)
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        axes.set_ylim(sum(heights), 0)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.axvline(1, color=style.GREY, linewidth=1, linestyle=":")
        y = 0.0
        for row, name, tall in zip(ratios, names, heights, strict=True):
            middle = y + tall / 2
            y += tall
            across = axes.get_yaxis_transform()
            place = 1 if row.analysis == "cox_unadjusted" else 0
            axes.text(-0.03, middle, "\n".join(name), transform=across, ha="right", va="center")
            axes.text(1.03, middle, words.shown(row), transform=across, ha="left", va="center")
            if row.value is not None and row.value > 0:
                _interval(axes, row, middle, (low, high), style.colour(place), style.marker(place))
        axes.text(1.03, -0.12, "HR (95% CI)", transform=axes.get_yaxis_transform(), weight="bold")
        ticks = [
            t for t in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if low <= t <= high
        ]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_xlabel("\n".join(label))
        svg, png = style.rendered(canvas)
    caption = f"Hazard ratios of {select.outcome(rows)} with 95% confidence intervals. "
    caption += " ".join(f"{method}." for method in select.distinct(row.method for row in ratios))
    return [Figure("forest", caption, svg, png)]


def _name(row: Row, against: dict[str, str]) -> str:
    text = f"{row.variable}: {row.level}" if row.level else row.variable
    if row.variable in against:
        text += f" against {against[row.variable]}"
    return text + (" (unadjusted)" if row.analysis == "cox_unadjusted" else "")


def _limits(rows: list[Row]) -> tuple[float, float]:
    """Limits of the axis that hold every interval, within `WIDEST`, with 1 inside."""
    ends = [value for row in rows for value in (row.lower, row.value, row.upper) if value]
    low = max(WIDEST[0], min([*ends, 0.5]) / 1.2)
    high = min(WIDEST[1], max([*(e for e in ends if math.isfinite(e)), 2.0]) * 1.2)
    return low, high


def _interval(
    axes: Axes,
    row: Row,
    y: float,
    limits: tuple[float, float],
    colour: str,
    marker: str,
) -> None:
    assert row.value is not None
    low, high = limits
    lower = row.lower if row.lower is not None else row.value
    upper = row.upper if row.upper is not None else row.value
    axes.plot([max(lower, low), min(upper, high)], [y, y], color=colour, linewidth=1.5)
    for end, cut, arrow in ((lower, lower < low, "<"), (upper, upper > high, ">")):
        if cut:
            axes.plot([min(max(end, low), high)], [y], arrow, color=colour, markersize=5)
    if low <= row.value <= high:
        axes.plot([row.value], [y], marker, color=colour, markersize=6)
