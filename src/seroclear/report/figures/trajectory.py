"""A number over planned visits: the mean of each group with its limits, and who was measured."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from seroclear.analysis.result import Row
from seroclear.report import select, words
from seroclear.report.document import Figure
from seroclear.report.figures import style

WEEKS_A_YEAR = 365.25 / 7
WIDTH, PLOT_HEIGHT, LINE, LABEL = 7.4, 3.7, 0.2, 2.0  # inches, as in the survival curve
APART = 0.25  # of the space between two visits, over which the groups' marks are spread


def trajectory(rows: list[Row], name: str) -> list[Figure]:
    """Means at the planned visits of one measure; none if no mean may or can be shown.

    Args:
        rows: of the measure, which stands as their outcome.
        name: of the figure's file.
    """
    means = select.of(rows, "visits", "visit mean")
    groups = [
        group
        for group in dict.fromkeys(row.group for row in means)
        if any(row.value is not None for row in means if row.group == group)
    ]
    if not groups:
        return []
    weeks = [time * WEEKS_A_YEAR for time in select.times(means)]
    step = min((b - a for a, b in pairwise(weeks)), default=1.0)
    with style.look():
        labels = [style.wrapped(group or "All", LABEL) for group in groups]
        left = 0.4 + max(0.75, *(style.width_of(line) for label in labels for line in label))
        below = 0.55 + LINE * (sum(map(len, labels)) + 2)
        height = 0.15 + PLOT_HEIGHT + below
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.add_axes(
            (left / WIDTH, below / height, (WIDTH - left - 0.25) / WIDTH, PLOT_HEIGHT / height)
        )
        for place, group in enumerate(groups):
            aside = step * APART * ((place + 0.5) / len(groups) - 0.5)
            _line(axes, [row for row in means if row.group == group], place, aside)
        axes.set_xlim(min(weeks) - step * 0.3, max(weeks) + step * 0.3)
        axes.set_xticks(weeks, [f"{week:.0f}" for week in weeks])
        axes.set_xlabel("Weeks since time zero")
        axes.set_ylabel("\n".join(style.wrapped(select.outcome(rows), PLOT_HEIGHT)))
        axes.grid(axis="y", color="#e3e6ea", linewidth=0.7)
        axes.set_axisbelow(True)
        if len(groups) > 1:
            axes.legend(loc="best", frameon=True, framealpha=0.8, edgecolor="none", ncols=2)
        _measured(axes, means, groups, labels)
        svg, png = style.rendered(canvas)
    caption = (
        f"Means of {select.outcome(rows)} at the planned visits with 95% confidence intervals, of "
        "those measured then, whose number stands below: not the same persons at every visit."
    )
    if any(words.is_suppressed(row) for row in means):
        caption += f" {words.CONFIDENTIAL}: not shown (disclosure control)."
    return [Figure(name, caption, svg, png)]


def _line(axes: Axes, mine: list[Row], place: int, aside: float) -> None:
    shown = [row for row in mine if row.value is not None]
    x = [(row.time or 0.0) * WEEKS_A_YEAR + aside for row in shown]
    y = [row.value or 0.0 for row in shown]
    low = [mean if row.lower is None else row.lower for mean, row in zip(y, shown, strict=True)]
    high = [mean if row.upper is None else row.upper for mean, row in zip(y, shown, strict=True)]
    reach = [
        [mean - end for mean, end in zip(y, low, strict=True)],
        [end - mean for mean, end in zip(y, high, strict=True)],
    ]
    axes.errorbar(
        x,
        y,
        yerr=reach,
        color=style.colour(place),
        linestyle=style.line(place),
        marker=style.marker(place),
        linewidth=1.4,
        markersize=5,
        capsize=2.5,
        elinewidth=1,
        label=mine[0].group or "All",
    )


def _measured(axes: Axes, means: list[Row], groups: list[str], labels: list[list[str]]) -> None:
    """The persons behind each mean, under its visit."""
    line = LINE / PLOT_HEIGHT
    y = -(0.62 / PLOT_HEIGHT)
    axes.text(
        -0.02,
        y,
        "Measured",
        transform=axes.transAxes,
        ha="right",
        va="center",
        color=style.GREY,
        weight="bold",
    )
    for place, (group, label) in enumerate(zip(groups, labels, strict=True)):
        for index, text in enumerate(label):
            y -= line
            axes.text(
                -0.02,
                y,
                text,
                transform=axes.transAxes,
                ha="right",
                va="center",
                color=style.colour(place),
            )
            if index:
                continue
            for row in means:
                if row.group == group and row.time is not None:
                    axes.text(
                        row.time * WEEKS_A_YEAR,
                        y,
                        words.shown_count(row, row.n),
                        transform=axes.get_xaxis_transform(),
                        ha="center",
                        va="center",
                    )
