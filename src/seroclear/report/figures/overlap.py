"""The chances of treatment in each group: whether both could have had it."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from seroclear.analysis.result import Row
from seroclear.analysis.score_bands import ANALYSIS, WIDTH
from seroclear.report import select, words
from seroclear.report.document import Figure
from seroclear.report.figures import style

INCHES, PANEL, GAP, LEFT = 7.4, 1.35, 0.5, 0.95


def overlap(rows: list[Row]) -> list[Figure]:
    """A panel of bars for each group, one under the other on the same chances; none without rows.

    A band whose count may not be shown has the sign for that in place of its bar.
    """
    used = select.of(rows, ANALYSIS)
    panels = select.distinct(row.variable for row in used)
    if not any(row.value for row in used):
        return []
    what = used[0].stratum.split(",")[0]  # "Chance of IFN"
    starts = [_start(row) for row in used]
    with style.look():
        height = 0.3 + len(panels) * (PANEL + GAP) + 0.2
        canvas = Canvas(figsize=(INCHES, height))
        for place, panel in enumerate(panels):
            base = height - 0.3 - (place + 1) * PANEL - place * GAP
            axes = canvas.add_axes(
                (LEFT / INCHES, base / height, (INCHES - LEFT - 0.2) / INCHES, PANEL / height)
            )
            _bars(axes, [row for row in used if row.variable == panel], place)
            axes.set_xlim(min(starts), max(starts) + WIDTH)
            axes.set_title(panel, loc="left", fontsize=style.FONT_SIZE, color=style.colour(place))
            axes.set_ylabel("Persons")
            if place == len(panels) - 1:
                axes.set_xlabel(f"{what}, given what was known at time zero")
        svg, png = style.rendered(canvas)
    caption = (
        f"{what} in each group (propensity score; complete cases). Where one group has nobody, "
        "nobody can be compared."
    )
    if any(words.is_suppressed(row) for row in used):
        caption += f" {words.CONFIDENTIAL}: not shown, fewer than the threshold or next to such."
    return [Figure("overlap", caption, svg, png)]


def _start(row: Row) -> float:
    return float(row.level.split(" ")[0])


def _bars(axes: Axes, mine: list[Row], place: int) -> None:
    shown = [row for row in mine if row.value is not None]
    axes.bar(
        [_start(row) for row in shown],
        [row.value or 0.0 for row in shown],
        width=WIDTH,
        align="edge",
        color=style.colour(place),
        alpha=0.75,
        edgecolor="white",
        linewidth=0.5,
    )
    axes.set_ylim(0, 1.1 * max([row.value or 0.0 for row in shown] + [1.0]))
    for row in mine:
        if words.is_suppressed(row):
            across = axes.get_xaxis_transform()
            middle = _start(row) + WIDTH / 2
            axes.text(middle, 0.04, words.CONFIDENTIAL, transform=across, ha="center", fontsize=7)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
