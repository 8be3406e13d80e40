"""The panels of a patient's timeline: results with and without a number, and treatment."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from seroclear.course.timeline import Bar, Mark
from seroclear.report.figures import style

SMALL = 8.0  # points
LABELS = {
    "hbsag": "HBsAg\nIU/mL",
    "hbv_dna": "HBV DNA\nIU/mL",
    "alt": "ALT\n× upper limit",
    "anti_hbs": "Anti-HBs\nmIU/mL",
}
BLUE, RED, GREEN, PURPLE = style.COLOURS[0], style.COLOURS[1], style.COLOURS[2], style.COLOURS[3]
CLASS_COLOURS = {"NA": BLUE, "IFN": RED, "HBIG": PURPLE, "vaccine": GREEN}
QUALITATIVE = ("positive", "negative", "indeterminate")
POINTS: dict[str, dict[str, Any]] = {
    "value": {"marker": "o", "facecolors": style.INK, "edgecolors": style.INK, "s": 13},
    "below": {"marker": "v", "facecolors": "white", "edgecolors": style.INK, "s": 26},
    "above": {"marker": "^", "facecolors": "white", "edgecolors": style.INK, "s": 26},
    "positive": {"marker": "+", "color": RED, "s": 34},
    "negative": {"marker": "_", "color": BLUE, "s": 22},
    "indeterminate": {"marker": "o", "facecolors": "white", "edgecolors": "#9aa1ab", "s": 20},
}


def _note(axes: Axes, text: str) -> None:
    """What stands in a panel that has nothing to show."""
    axes.text(
        0.01,
        0.5,
        text,
        transform=axes.transAxes,
        va="center",
        color=style.GREY,
        size=SMALL,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )


def _plain(axes: Axes) -> None:
    """No ticks and no frame but the line on the left."""
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)


def panel(axes: Axes, name: str, marks: tuple[Mark, ...], threshold: float) -> None:
    """Results with a number, on a logarithmic axis with the definition's threshold."""
    axes.set_ylabel(LABELS[name], rotation=0, ha="right", va="center", labelpad=34, size=SMALL)
    axes.yaxis.set_label_coords(-0.058, 0.5)
    axes.spines["bottom"].set_visible(False)
    numbers = [mark for mark in marks if mark.value is not None]
    if not numbers:
        axes.set_yticks([])
        said = "results without a number only" if marks else "no result"
        _note(axes, said)
        return
    values = [value for mark in numbers for value in (mark.value, mark.high) if value]
    low, high = _decades([*values, threshold])
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    decades = round(math.log10(high / low))
    axes.yaxis.set_major_locator(LogLocator(base=10, subs=(1,), numticks=5))
    axes.yaxis.set_major_formatter(FuncFormatter(_power))
    axes.yaxis.set_minor_locator(LogLocator(base=10, subs=(2, 5), numticks=20))
    if decades > 2:
        axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(labelsize=SMALL)
    axes.axhline(threshold, color=style.GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    # The line breaks where a result without a number lies between.
    axes.plot(
        [mark.day.toordinal() for mark in marks],
        [math.nan if mark.value is None else mark.value for mark in marks],
        color="#c3c9d1",
        linewidth=0.8,
        zorder=2,
    )
    for mark in numbers:
        if mark.kind == "range":
            axes.plot(
                [mark.day.toordinal()] * 2,
                [mark.value or 0.0, mark.high or 0.0],
                color=POINTS["indeterminate"]["edgecolors"] if mark.doubtful else style.INK,
                linewidth=2,
                zorder=3,
            )
    for kind in ("value", "below", "above"):
        for doubtful in (False, True):
            some = [mark for mark in numbers if mark.kind == kind and mark.doubtful is doubtful]
            look = POINTS[kind] | (
                {"facecolors": "white", "edgecolors": "#9aa1ab"} if doubtful else {}
            )
            axes.scatter(
                [mark.day.toordinal() for mark in some],
                [mark.value or 0.0 for mark in some],
                linewidths=1.0,
                zorder=4,
                clip_on=False,
                **look,
            )


def _decades(values: list[float]) -> tuple[float, float]:
    """Limits of a logarithmic axis around all values, at least two decades."""
    low = math.floor(math.log10(min(values)) - 0.1)
    high = math.ceil(math.log10(max(values)) + 0.1)
    return 10.0**low, 10.0 ** max(high, low + 2)


def _power(value: float, _: int) -> str:
    """0.05, 1, 1000, then 10⁴: as a reader writes it."""
    exponent = round(math.log10(value))
    if exponent < 4:
        return f"{value:g}"
    return "10" + str(exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def strip(axes: Axes, marks: tuple[Mark, ...]) -> None:
    """Results without a number: plus, minus, hollow grey."""
    _plain(axes)
    axes.set_ylim(-1, 1)
    axes.set_facecolor(style.PALE)
    for kind in QUALITATIVE:
        days = [mark.day.toordinal() for mark in marks if mark.kind == kind]
        axes.scatter(days, [0] * len(days), linewidths=1.2, zorder=4, **POINTS[kind])


def treatment(axes: Axes, bars: tuple[Bar, ...], lanes: list[str]) -> None:
    """A row an agent; a single dose is a tick, an end that nobody recorded ends in a circle."""
    axes.set_ylim(max(len(lanes), 1), 0)
    axes.set_yticks([place + 0.5 for place in range(len(lanes))], lanes, size=SMALL)
    axes.tick_params(axis="y", length=0)
    if not bars:
        _note(axes, "no treatment recorded")
    for bar in bars:
        y = lanes.index(bar.agent)
        colour = CLASS_COLOURS.get(bar.drug_class, style.GREY)
        start, end = bar.first.toordinal(), bar.last.toordinal()
        if end - start < 1:
            axes.plot([start] * 2, [y + 0.2, y + 0.8], color=colour, linewidth=1.4, zorder=3)
            continue
        axes.barh(y + 0.5, end - start, 0.56, left=start, color=colour, linewidth=0, zorder=3)
        if bar.inferred:
            axes.scatter(
                [end],
                [y + 0.5],
                marker="o",
                s=20,
                facecolors="white",
                edgecolors=colour,
                linewidths=1.1,
                zorder=4,
                clip_on=False,
            )
