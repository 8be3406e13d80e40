"""Survival under each definition: does the answer depend on the words?"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from seroclear.analysis.result import Row
from seroclear.report import select, words
from seroclear.report.document import Figure
from seroclear.report.figures import style

# Inches.
WIDTH = 7.4
NAMES = 2.2
GROUP = 0.2  # between the groups of one definition
TICKS, LABEL, KEY = 0.3, 0.17, 0.21  # heights of the tick labels, of a line under them, of a key
LEGEND_MARK = 0.65  # width of a key beside its text
AT_MOST = 3  # panels; further times are in the table


def definition_grid(rows: list[Row]) -> list[Figure]:
    """A dot and an interval for each definition, group and time; none if there are none."""
    used = select.of(rows, "definition_grid", "survival")
    if not any(row.value is not None for row in used):
        return []
    definitions = select.distinct(row.definition for row in used)
    groups = list(dict.fromkeys(row.group for row in used))
    times = select.times(used)[:AT_MOST]
    with style.look():
        names = [style.wrapped(name, NAMES) for name in definitions]
        heights = [max(GROUP * len(groups), 0.17 * len(name)) + 0.2 for name in names]
        label = style.wrapped(f"Probability free of {select.outcome(rows)}", WIDTH - NAMES)
        shown = [group or "All" for group in groups]
        wide = sum(style.width_of(name) + LEGEND_MARK for name in shown) > WIDTH - 0.4
        legend = KEY * (len(groups) if wide else 1)
        bottom = TICKS + LABEL * len(label) + legend + 0.05
        height = sum(heights) + bottom + 0.35
        canvas = Canvas(figsize=(WIDTH, height))
        panel = (WIDTH - NAMES - 0.3 - 0.15 - 0.25 * (len(times) - 1)) / len(times)
        for number, time in enumerate(times):
            axes = canvas.add_axes(
                (
                    (NAMES + 0.3 + number * (panel + 0.25)) / WIDTH,
                    bottom / height,
                    panel / WIDTH,
                    sum(heights) / height,
                )
            )
            axes.set_xlim(-0.02, 1.02)
            axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
            axes.set_ylim(sum(heights), 0)
            axes.set_yticks([])
            axes.grid(axis="x", color="#e3e6ea", linewidth=0.7)
            axes.set_axisbelow(True)
            axes.set_title(f"At {words.years(time)}", fontsize=style.FONT_SIZE, weight="bold")
            top = 0.0
            for name, lines, tall in zip(definitions, names, heights, strict=True):
                middle = top + tall / 2
                top += tall
                if number == 0:
                    across = axes.get_yaxis_transform()
                    text = "\n".join(lines)
                    axes.text(-0.05, middle, text, transform=across, ha="right", va="center")
                axes.axhline(top, color="#e3e6ea", linewidth=0.7)
                for place, group in enumerate(groups):
                    y = middle + GROUP * (place - (len(groups) - 1) / 2)
                    here = select.first(used, definition=name, group=group, time=time)
                    _dot(axes, here, y, place)
        columns = 1 if wide else len(groups)
        canvas.legend(
            _handles(len(groups)), shown, loc="lower center", ncols=columns, frameon=False
        )
        canvas.text(
            (NAMES + 0.3 + (WIDTH - NAMES - 0.45) / 2) / WIDTH,
            (bottom - TICKS) / height,
            "\n".join(label),
            ha="center",
            va="top",
        )
        svg, png = style.rendered(canvas)
    caption = (
        f"Probability of remaining free of {select.outcome(rows)} under each definition, with 95% "
        "confidence intervals."
    )
    return [Figure("definition_grid", caption, svg, png)]


def _dot(axes: Axes, row: Row | None, y: float, place: int) -> None:
    if row is None or row.value is None:
        axes.text(0.0, y, words.shown(row), va="center", color=style.colour(place), fontsize=8)
        return
    if row.lower is not None and row.upper is not None:
        axes.plot([row.lower, row.upper], [y, y], color=style.colour(place), linewidth=1.5)
    axes.plot([row.value], [y], style.marker(place), color=style.colour(place), markersize=5.5)


def _handles(groups: int) -> list[Line2D]:
    return [
        Line2D([], [], color=style.colour(place), marker=style.marker(place), linewidth=1.5)
        for place in range(groups)
    ]
