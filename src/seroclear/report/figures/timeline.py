"""One patient's timeline: what was measured, given and concluded, on one time axis."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator

from seroclear.course.timeline import EventMark, Mark, Timeline
from seroclear.report.figures import style
from seroclear.report.figures import timeline_panels as panels

# Inches.
WIDTH = 9.6
LEFT, RIGHT = 1.25, 0.36
PANEL, STRIP, EMPTY = 1.25, 0.2, 0.3
GAP = 0.2
ROW = 0.2  # a line of event labels, or a row of treatment
HEAD, FOOT = 0.34, 0.85

EVENT_COLOURS = {
    "hbsag_loss": panels.GREEN,
    "hbsag_seroreversion": panels.RED,
    "hbsag_seroconversion": panels.BLUE,
}
# Events that one panel shows: their line and their window stay in it.
PANEL_OF = {
    "alt_normalisation": "alt",
    "alt_flare": "alt",
    "flare_with_decompensation": "alt",
    "anti_hbs_protective": "anti_hbs",
    "anti_hbs_lost": "anti_hbs",
    "vaccine_response": "anti_hbs",
    "posttransplant_vaccine_response": "anti_hbs",
    **dict.fromkeys(
        (
            "primary_nonresponse",
            "complete_virological_response",
            "partial_virological_response",
            "maintained_response",
            "low_level_viraemia",
            "low_level_viraemia_persistent",
            "low_level_viraemia_intermittent",
            "breakthrough",
            "blip",
            "virological_relapse",
            "high_viral_load_in_pregnancy",
            "occult_viraemia",
        ),
        "hbv_dna",
    ),
}
MONTHS_A_TICK, MOST_TICKS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200), 14
SHORTEST = timedelta(days=60)  # of the time axis: one day's results alone would have no width


def draw(found: Timeline, title: str = "Patient") -> tuple[bytes, bytes]:
    """The timeline as SVG and PNG; the same timeline gives the same bytes.

    Args:
        found: see `seroclear.course.timeline.timeline`.
        title: above the picture. By default it does not say who the patient is.
    """
    with style.look():
        first, last = _span(found)
        rows = _label_rows(found.events, first, last)
        lanes = list(dict.fromkeys(bar.agent for bar in found.bars))
        heights = [(name, _heights(marks)) for name, marks in found.panels.items()]
        height = (
            HEAD
            + ROW * (max(rows, default=-1) + 1)
            + sum(plot + strip + GAP for _, (plot, strip) in heights)
            + max(len(lanes) * ROW, EMPTY)
            + FOOT
        )
        canvas = Canvas(figsize=(WIDTH, height))
        canvas.text(0.12 / WIDTH, 1 - 0.2 / height, title, weight="bold", size=11, va="center")
        top = HEAD
        axes = _axes(canvas, top, ROW * (max(rows, default=-1) + 1), height)
        _event_labels(axes, found.events, rows, first, last)
        everything = [(axes, "")]
        top += ROW * (max(rows, default=-1) + 1)
        for name, (plot, strip) in heights:
            axes = _axes(canvas, top, plot, height)
            panels.panel(axes, name, found.panels[name], found.thresholds[name])
            everything.append((axes, name))
            top += plot
            if strip:
                axes = _axes(canvas, top, strip, height)
                panels.strip(axes, found.panels[name])
                everything.append((axes, name))
            top += strip + GAP
        axes = _axes(canvas, top, max(len(lanes) * ROW, EMPTY), height)
        panels.treatment(axes, found.bars, lanes)
        everything.append((axes, ""))
        for axes, name in everything:
            _events(axes, found.events, name)
            axes.set_xlim(first.toordinal(), last.toordinal())
            axes.xaxis.set_major_locator(NullLocator())
        if _days(found):
            _time_axis(axes, first, last)
        _legend(canvas)
        return style.rendered(canvas)


def _days(found: Timeline) -> list[date]:
    """Every day on which something is drawn."""
    days = [mark.day for marks in found.panels.values() for mark in marks]
    days += [day for bar in found.bars for day in (bar.first, bar.last)]
    return days + [day for event in found.events for day in (event.day, event.earliest) if day]


def _span(found: Timeline) -> tuple[date, date]:
    """First and last day of the axis, with a margin."""
    days = _days(found) or [date(2000, 1, 1)]  # nothing is drawn: any day will do
    margin = max((max(days) - min(days)) * 0.03, SHORTEST / 2)
    return min(days) - margin, max(days) + margin


def _heights(marks: Iterable[Mark]) -> tuple[float, float]:
    """Of a panel and of the strip of its results without a number."""
    kinds = {mark.kind for mark in marks}
    numbers = kinds - set(panels.QUALITATIVE)
    return PANEL if numbers else EMPTY, STRIP if kinds & set(panels.QUALITATIVE) else 0.0


def _axes(canvas: Canvas, top: float, height: float, of: float) -> Axes:
    """Axes `height` inches tall and `top` inches below the upper edge of a canvas `of` inches."""
    return canvas.add_axes(
        (
            LEFT / WIDTH,
            1 - (top + height) / of,
            (WIDTH - LEFT - RIGHT) / WIDTH,
            max(height, 0.001) / of,
        )
    )


def _colour(event: EventMark) -> str:
    return EVENT_COLOURS.get(event.event.removesuffix("_confirmed"), style.GREY)


def _events(axes: Axes, events: tuple[EventMark, ...], name: str) -> None:
    """A line on the day of each event, and the window in which it truly happened as a band.

    What is seen in one panel is drawn there; the chain of HBsAg everywhere; of the others, such as
    cirrhosis, the day alone.

    Args:
        axes: where.
        events: all of them.
        name: the panel that the axes are of, empty for the labels and the treatment.
    """
    drawn = set()
    for event in events:
        panel = PANEL_OF.get(event.event.removesuffix("_confirmed"))
        colour = _colour(event)
        if panel not in (None, name):
            continue
        # Dashes over another event of that day leave both colours visible.
        dashes: Any = (0, (4, 4)) if event.day in drawn else "-"
        drawn.add(event.day)
        main = colour != style.GREY
        axes.axvline(
            event.day.toordinal(),
            color=colour,
            linewidth=1.1 if main else 0.7,
            linestyle=dashes if main else "-",
            zorder=1.5 if main else 1.4,
        )
        if event.earliest and (main or panel):
            axes.axvspan(
                event.earliest.toordinal(),
                event.day.toordinal(),
                color=colour,
                alpha=0.13,
                linewidth=0,
                zorder=0.5,
            )


def _text(event: EventMark) -> str:
    return event.label + (" (confirmed)" if event.confirmed else "")


def _place(event: EventMark, first: date, last: date) -> tuple[float, float, bool]:
    """Where a label lies in inches from the left of the axes, and whether it ends at its line."""
    plot = WIDTH - LEFT - RIGHT
    x = (event.day - first).days / (last - first).days * plot
    width = style.width_of(_text(event), panels.SMALL) + 0.12
    return (x - width, x, True) if x + width > plot else (x, x + width, False)


def _label_rows(events: tuple[EventMark, ...], first: date, last: date) -> list[int]:
    """The line of each label: the first one in which it overlaps no earlier label."""
    taken: list[list[tuple[float, float]]] = []
    rows = []
    for event in events:
        left, right, _ = _place(event, first, last)
        row = 0
        while row < len(taken) and any(left < b and a < right for a, b in taken[row]):
            row += 1
        if row == len(taken):
            taken.append([])
        taken[row].append((left, right))
        rows.append(row)
    return rows


def _event_labels(
    axes: Axes, events: tuple[EventMark, ...], rows: list[int], first: date, last: date
) -> None:
    axes.set_axis_off()
    axes.set_ylim(max(rows, default=0) + 1, 0)
    for event, row in zip(events, rows, strict=True):
        ends_here = _place(event, first, last)[2]
        axes.annotate(
            _text(event),
            (event.day.toordinal(), row + 0.5),
            xytext=(-3 if ends_here else 3, 0),
            textcoords="offset points",
            ha="right" if ends_here else "left",
            va="center",
            size=panels.SMALL,
            color=style.INK if _colour(event) == style.GREY else _colour(event),
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            zorder=5,
        )


def _time_axis(axes: Axes, first: date, last: date) -> None:
    """Ticks at beginnings of years, or of months (2014-03) when the time is short."""
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    step = next(step for step in MONTHS_A_TICK if len(months) / step <= MOST_TICKS)
    # A month is counted from year 0, so that every January is a multiple of 12.
    ticks = [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
    form = "{0.year}" if step >= 12 else "{0.year}-{0.month:02}"
    axes.set_xticks([day.toordinal() for day in ticks], [form.format(day) for day in ticks])
    axes.tick_params(axis="x", labelsize=panels.SMALL)


def _legend(canvas: Canvas) -> None:
    names = {
        "value": "quantified",
        "below": "below the limit (<)",
        "above": "above the limit (>)",
        "positive": "positive",
        "negative": "negative",
        "indeterminate": "indeterminate",
    }
    handles: list[Any] = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=panels.POINTS[kind]["marker"],
            color=panels.POINTS[kind].get("color", panels.POINTS[kind].get("edgecolors")),
            markerfacecolor=panels.POINTS[kind].get("facecolors"),
            markersize=5,
            label=label,
        )
        for kind, label in names.items()
    ]
    handles += [
        Line2D([], [], color=style.GREY, linewidth=0.9, linestyle=(0, (4, 3)), label="threshold"),
        Line2D([], [], color=style.GREY, linewidth=1, label="event"),
        Patch(facecolor=style.GREY, alpha=0.2, label="when it may have happened"),
        Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            markerfacecolor="white",
            color=panels.BLUE,
            markersize=5,
            label="end of treatment inferred",
        ),
    ]
    canvas.legend(
        handles=handles,
        loc="lower center",
        ncols=5,
        frameon=False,
        fontsize=panels.SMALL,
        handletextpad=0.4,
        columnspacing=1.4,
    )
