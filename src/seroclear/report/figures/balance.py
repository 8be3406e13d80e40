"""Love plot: how alike two groups are before and after weighting."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from seroclear.analysis.result import Row
from seroclear.report import select
from seroclear.report.document import Figure
from seroclear.report.figures import style
from seroclear.report.limitations import IMBALANCE

WIDTH, NAMES, ROW = 7.4, 2.9, 0.27  # inches
WIDEST = 1.5  # differences beyond are drawn with an arrow: they would flatten all others


def love(rows: list[Row]) -> list[Figure]:
    """Absolute standardised differences of each term, a mark for each way of weighting; none where
    no difference may be or could be shown."""
    used = [
        row
        for row in select.of(rows, "balance", "standardised difference")
        if row.value is not None
    ]
    ways = select.distinct(row.stratum for row in used)
    if len(ways) < 2:
        return []
    lines = list(dict.fromkeys((row.variable, row.level) for row in used))
    with style.look():
        names = [style.wrapped(": ".join(filter(None, line)), NAMES) for line in lines]
        heights = [max(ROW, 0.16 * len(name) + 0.08) for name in names]
        top, bottom = 0.2 + 0.2 * -(-len(ways) // 2), 0.55
        height = sum(heights) + top + bottom
        canvas = Canvas(figsize=(WIDTH, height))
        left = NAMES + 0.2
        axes = canvas.add_axes(
            (left / WIDTH, bottom / height, (WIDTH - left - 0.2) / WIDTH, sum(heights) / height)
        )
        end = min(WIDEST, max(2.5 * IMBALANCE, 1.1 * max(abs(row.value or 0.0) for row in used)))
        _frame(axes, sum(heights), end)
        y = 0.0
        for line, name, tall in zip(lines, names, heights, strict=True):
            middle, y = y + tall / 2, y + tall
            across = axes.get_yaxis_transform()
            axes.text(-0.03, middle, "\n".join(name), transform=across, ha="right", va="center")
            for place, way in enumerate(ways):
                row = select.first(used, stratum=way, variable=line[0], level=line[1])
                if row is not None and row.value is not None:
                    _mark(axes, abs(row.value), middle, place, end)
        handles = [
            axes.plot([], [], style.marker(place), color=style.colour(place), label=way)[0]
            for place, way in enumerate(ways)
        ]
        canvas.legend(handles=handles, loc="upper left", ncols=2, frameon=False)
        svg, png = style.rendered(canvas)
    caption = (
        "Standardised differences between the groups, without their sign, as they are and once "
        f"made alike; the dotted line is at {IMBALANCE}, from where groups are commonly called "
        "unlike. An arrow lies farther out."
    )
    return [Figure("balance", caption, svg, png)]


def _frame(axes: Axes, tall: float, end: float) -> None:
    axes.set_xlim(0, end)
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    axes.grid(axis="x", color="#e3e6ea", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.axvline(IMBALANCE, color=style.GREY, linewidth=1, linestyle=":")
    axes.set_xlabel("Absolute standardised difference")


def _mark(axes: Axes, value: float, y: float, place: int, end: float) -> None:
    marker, at = (style.marker(place), value) if value <= end else (">", end)
    axes.plot([at], [y], marker, color=style.colour(place), markersize=6, clip_on=False)
