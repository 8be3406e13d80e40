"""Forest plot of pooled studies."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from seroclear.evidence.pool import words
from seroclear.evidence.pool.analysis import Pooling, events, persons
from seroclear.evidence.pool.axes import on_axis, span, ticks
from seroclear.evidence.pool.effects import Effect
from seroclear.evidence.pool.measures import Measure
from seroclear.report.document import Figure
from seroclear.report.figures import style
from seroclear.report.words import one_of

WIDTH, NAMES, COUNTS, NUMBERS, ROW = 8.2, 1.8, 1.0, 1.75, 0.3  # inches
SQUARE = (3.0, 9.0)  # sizes in points: the least and the most precise study


def forest(pooling: Pooling) -> Figure:
    """Studies with their own limits, the pooled mean as a diamond, its prediction interval."""
    measure, answer = pooling.measure, pooling.answer
    counted = any(effect.study.counts for effect in pooling.effects)
    counts = COUNTS if counted else 0.0
    with style.look():
        names = [style.wrapped(effect.study.name, NAMES) for effect in pooling.effects]
        heights = [max(ROW, 0.16 * len(name) + 0.1) for name in names]
        below = 2 if answer.predicted else 1
        tall = sum(heights) + below * ROW + 0.1
        top, bottom = 0.35, 0.55
        height = tall + top + bottom
        canvas = Canvas(figsize=(WIDTH, height))
        left = NAMES + counts + 0.25
        axes = canvas.add_axes(
            (left / WIDTH, bottom / height, (WIDTH - left - NUMBERS - 0.2) / WIDTH, tall / height)
        )
        low, high = span(_values(pooling), measure)
        axes.set_xlim(low, high)
        axes.set_ylim(tall, 0)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        ticks(axes, measure, low, high)
        axes.set_xlabel(measure.label)
        if measure.none is not None:
            axes.axvline(on_axis(measure.none, measure), color=style.GREY, linewidth=1)
        axes.axvline(
            on_axis(answer.value, measure), color=style.colour(1), linewidth=1, linestyle=":"
        )
        scale = _Columns(axes, (WIDTH - left - NUMBERS - 0.2), counts)
        scale.write(-0.12, "Study", _of_persons(measure) if counts else "", _heading(measure), True)
        y = 0.0
        sizes = _sizes(pooling.effects)
        for effect, name, tall_row, size in zip(
            pooling.effects, names, heights, sizes, strict=True
        ):
            middle = y + tall_row / 2
            y += tall_row
            shown = words.with_limits(effect.value, effect.lower, effect.upper, measure)
            scale.write(middle, "\n".join(name), _counted([effect], measure), shown)
            _line(axes, (effect.lower, effect.value, effect.upper), middle, measure, size)
        axes.axhline(y + 0.05, color=style.GREY, linewidth=0.6)
        middle = y + 0.05 + ROW / 2
        shown = words.with_limits(answer.value, answer.lower, answer.upper, measure)
        label = "All" if answer.pooled else "All as if one"
        scale.write(middle, label, _counted(pooling.effects, measure), shown, True)
        _diamond(axes, answer.lower, answer.value, answer.upper, middle, measure)
        if answer.predicted:
            middle += ROW
            shown = words.limits(*answer.predicted, measure)
            scale.write(middle, "Prediction interval", "", shown)
            ends = [min(max(on_axis(v, measure), low), high) for v in answer.predicted]
            axes.plot(ends, [middle] * 2, color=style.colour(1), linewidth=3, alpha=0.55)
        svg, png = style.rendered(canvas)
    return Figure("forest", _caption(pooling), svg, png)


class _Columns:
    """Text left and right of the axes, at places in inches."""

    def __init__(self, axes: Axes, width: float, counts: float) -> None:
        self.axes, self.width, self.counts = axes, width, counts

    def write(self, y: float, name: str, counts: str, numbers: str, bold: bool = False) -> None:
        across = self.axes.get_yaxis_transform()
        weight = "bold" if bold else "normal"
        for text, inches, side in (
            (name, -self.counts - NAMES - 0.15, "left"),
            (counts, -0.12, "right"),
            (numbers, self.width + 0.12, "left"),
        ):
            self.axes.text(
                inches / self.width, y, text, transform=across, ha=side, va="center", weight=weight
            )


def _values(pooling: Pooling) -> list[float | None]:
    found = [v for e in pooling.effects for v in (e.lower, e.value, e.upper)]
    return [*found, pooling.answer.lower, pooling.answer.upper, *(pooling.answer.predicted or ())]


def _sizes(effects: list[Effect]) -> list[float]:
    """Area by precision."""
    precision = [1 / effect.v if effect.v else 0.0 for effect in effects]
    most = max(precision, default=0.0) or 1.0
    return [SQUARE[0] + (SQUARE[1] - SQUARE[0]) * math.sqrt(p / most) for p in precision]


def _line(
    axes: Axes,
    values: tuple[float | None, float | None, float | None],
    y: float,
    measure: Measure,
    size: float,
) -> None:
    lower, value, upper = values
    if value is None or lower is None or upper is None:
        return
    low, high = axes.get_xlim()
    ends = on_axis(lower, measure), on_axis(upper, measure)
    inside = [min(max(end, low), high) for end in ends]
    axes.plot(inside, [y, y], color=style.colour(0), linewidth=1.3)
    for end, place, arrow in ((ends[0], low, "<"), (ends[1], high, ">")):
        if (end < place) if arrow == "<" else (end > place):
            axes.plot([place], [y], arrow, color=style.colour(0), markersize=5, clip_on=False)
    place = on_axis(value, measure)
    if low <= place <= high:
        axes.plot([place], [y], "s", color=style.colour(0), markersize=size, clip_on=False)


def _diamond(
    axes: Axes, lower: float, value: float, upper: float, y: float, measure: Measure
) -> None:
    low, high = axes.get_xlim()
    places = [min(max(on_axis(v, measure), low), high) for v in (lower, value, upper, value)]
    axes.fill(places, [y, y - 0.1, y, y + 0.1], color=style.colour(1))


def _of_persons(measure: Measure) -> str:
    if measure.name == "rate":
        return "events/years"
    return "events/n"


def _counted(effects: list[Effect], measure: Measure) -> str:
    if not all(effect.study.counts for effect in effects):
        return ""
    if measure.name == "rate":
        years = sum(effect.study.counts["person_years"] for effect in effects)
        return f"{events(effects)}/{years:,.0f}"
    if measure.none is None:
        return f"{events(effects)}/{persons(effects)}"
    a, m, c, n = (
        int(sum(effect.study.counts[name] for effect in effects)) for name in measure.counts
    )
    return f"{a}/{m} : {c}/{n}"


def _heading(measure: Measure) -> str:
    return {"proportion": "% (95% CI)", "rate": "rate (95% CI)", "rd": "difference (95% CI)"}.get(
        measure.name, f"{measure.name.upper()} (95% CI)"
    )


def _caption(pooling: Pooling) -> str:
    answer = pooling.answer
    own = "exact" if pooling.measure.name in ("proportion", "rate") else "their own"
    text = f"{pooling.measure.label} of {len(pooling.effects)} studies, with {own} 95% limits; "
    text += f"squares by precision. All: {answer.method}."
    return f"{text} {one_of(answer.note)}." if answer.note else text
