"""Kaplan-Meier curves with confidence bands and the numbers at risk under them."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from seroclear.analysis.result import Row
from seroclear.report import select, words
from seroclear.report.curve import THINNED
from seroclear.report.document import Figure
from seroclear.report.figures import style

WIDTH = 7.4  # inches
PLOT_HEIGHT = 3.7
LINE = 0.2  # a line of the risk table
LABEL = 2.0  # widest label beside the risk table


def kaplan_meier(rows: list[Row]) -> list[Figure]:
    """The curve of each group; none if no row has a step to draw."""
    steps = [r for r in select.of(rows, "kaplan_meier_curve", "survival") if r.value is not None]
    curves = _curves(rows, steps)
    if not curves:
        return []
    names = [name for name, _ in curves]
    at_risk = select.of(rows, "risk_table", "at risk")
    end = max(row.time or 0.0 for _, curve in curves for row in curve)
    ticks = [time for time in select.times(at_risk) or select.times(steps) if time < end + 1]
    with style.look():
        labels = [style.wrapped(name or "All", LABEL) for name in names]
        left = 0.4 + max(0.6, *(style.width_of(line) for label in labels for line in label))
        table = LINE * (sum(len(label) for label in labels) + 2)
        height = 0.15 + PLOT_HEIGHT + 0.55 + table
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.add_axes(
            (
                left / WIDTH,
                (table + 0.55) / height,
                (WIDTH - left - 0.25) / WIDTH,
                PLOT_HEIGHT / height,
            )
        )
        for place, (name, curve) in enumerate(curves):
            x = [row.time or 0.0 for row in curve]
            y = [row.value or 0.0 for row in curve]
            low = [row.value or 0.0 if row.lower is None else row.lower for row in curve]
            high = [row.value or 0.0 if row.upper is None else row.upper for row in curve]
            thinned = any(row.note == THINNED for row in curve)
            axes.fill_between(
                x,
                low,
                high,
                step=None if thinned else "post",
                color=style.colour(place),
                alpha=0.15,
                linewidth=0,
            )
            axes.plot(
                x,
                y,
                drawstyle="default" if thinned else "steps-post",
                color=style.colour(place),
                linestyle=style.line(place),
                linewidth=1.7,
                label=name or "All",
            )
        axes.set_ylim(0, 1.02)
        axes.set_xlim(0, max(ticks) if max(ticks) > 0 else 1)
        axes.set_xticks(ticks)
        axes.set_xlabel("Years since time zero")
        y_label = style.wrapped(f"Probability free of {select.outcome(rows)}", PLOT_HEIGHT)
        axes.set_ylabel("\n".join(y_label))
        axes.grid(axis="y", color="#e3e6ea", linewidth=0.7)
        axes.set_axisbelow(True)
        if len(curves) > 1:
            axes.legend(loc="lower left", frameon=True, framealpha=0.9, edgecolor="none")
        _risk_table(axes, at_risk, ticks, names, labels, left, height)
        svg, png = style.rendered(canvas)
    caption = (
        f"Probability of remaining free of {select.outcome(rows)} (Kaplan–Meier) with 95% "
        "confidence bands, and persons at risk."
    )
    if any(row.note == THINNED for _, curve in curves for row in curve):
        caption += (
            " Single steps are not shown (disclosure control): lines join the points that may be, "
            "and a curve ends where later events cannot be shown."
        )
    return [Figure("kaplan_meier", caption, svg, png)]


def _curves(rows: list[Row], steps: list[Row]) -> list[tuple[str, list[Row]]]:
    """The steps of each group and its estimates at named times, in order of time, drawn on to the
    end of its follow-up.

    Not if events after the last step are suppressed: a flat line would deny them.
    """
    # A suppressed number is somebody: nobody is left only where 0 is shown.
    at_risk = [r for r in select.of(rows, "risk_table", "at risk") if r.value != 0]
    named = [r for r in select.of(rows, "kaplan_meier", "survival") if r.value is not None]
    curves = []
    for name in select.groups(rows) or [""]:
        curve = [r for r in steps if r.group == name]
        if curve:
            curve += [r for r in named if r.group == name and r.stratum == ""]
            curve.sort(key=lambda row: (row.time or 0.0, row.events or 0))
            followed = [r.time for r in at_risk if r.group == name and r.time is not None]
            last = curve[-1]
            total = select.first(select.of(rows, "crude", "events"), group=name, stratum="")
            whole = total is None or total.value == last.events
            if whole and followed and max(followed) > (last.time or 0.0):
                curve.append(replace(last, time=max(followed)))
            curves.append((name, curve))
    return curves


def _risk_table(
    axes: Axes,
    at_risk: list[Row],
    ticks: list[float],
    names: list[str],
    labels: list[list[str]],
    left: float,
    height: float,
) -> None:
    """Write the numbers at risk under the axes, each under its tick."""
    box = axes.get_position()
    inches = box.y0 * height - 0.62
    canvas = axes.figure
    margin = (left - 0.3) / WIDTH
    canvas.text(
        margin, inches / height, "At risk", ha="right", va="center", color=style.GREY, weight="bold"
    )
    transform = axes.get_xaxis_transform()
    plot = box.height * height
    for place, (name, label) in enumerate(zip(names, labels, strict=True)):
        for index, text in enumerate(label):
            inches -= LINE
            canvas.text(
                margin,
                inches / height,
                text,
                ha="right",
                va="center",
                color=style.colour(place),
            )
            if index:
                continue
            for row in at_risk:
                if row.group == name and row.time in ticks:
                    axes.text(
                        row.time,
                        (inches - box.y0 * height) / plot,
                        words.shown(row),
                        transform=transform,
                        ha="center",
                        va="center",
                    )
