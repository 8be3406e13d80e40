"""Axes of the figures of pooling: places and ticks on each measure's scale."""

from __future__ import annotations

import math
from collections.abc import Iterable

from matplotlib.axes import Axes

from seroclear.evidence.pool.measures import Measure

RATIO_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
SHARE_TICKS = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.35,
    0.5,
    0.65,
    0.8,
    0.9,
    0.95,
    0.98,
)
WIDEST = 100.0  # a ratio's limits beyond this factor of its neighbours are cut with an arrow
MOST_TICKS = 8


def on_axis(value: float, measure: Measure) -> float:
    """Where a value stands: ratios on a log axis, everything else as it is; percent for shares."""
    if measure.scale == "log" and measure.none is not None:
        return math.log(value) if value > 0 else -math.inf
    return 100 * value if measure.name in ("proportion", "rd") else value


def span(values: Iterable[float | None], measure: Measure) -> tuple[float, float]:
    """Ends of an axis that holds these values as far as it is sensible, and no difference."""
    places = [on_axis(value, measure) for value in values if value is not None]
    places = [place for place in places if math.isfinite(place)]
    if measure.none is None:
        top = 100.0 if measure.name == "proportion" else math.inf
        high = min(max([*places, 1e-6]) * 1.08, top)
        return 0.0, high
    none = on_axis(measure.none, measure)
    low, high = min([*places, none]), max([*places, none])
    room = 0.06 * (high - low or 1.0)
    low, high = low - room, high + room
    if measure.scale == "log":
        low, high = max(low, -math.log(WIDEST)), min(high, math.log(WIDEST))
    return low, high


def ticks(axes: Axes, measure: Measure, low: float, high: float) -> None:
    """Ticks of an axis made by `on_axis`."""
    if measure.scale == "log" and measure.none is not None:
        shown = [tick for tick in RATIO_TICKS if low <= math.log(tick) <= high]
        if len(shown) > MOST_TICKS:
            shown = [tick for tick in shown if math.log10(tick).is_integer()]
        axes.set_xticks([math.log(tick) for tick in shown], [f"{tick:g}" for tick in shown])


def pooled_ticks(axes: Axes, measure: Measure, low: float, high: float) -> None:
    """Ticks of an axis on the scale that is pooled, as people read them."""
    if measure.scale == "identity":
        return
    if measure.name == "proportion":
        marks = [(measure.scaled(tick), f"{100 * tick:g}%") for tick in SHARE_TICKS]
    else:
        marks = [(measure.scaled(tick), f"{tick:g}") for tick in RATIO_TICKS]
    inside = [mark for mark in marks if low <= mark[0] <= high]
    step = math.ceil(len(inside) / MOST_TICKS)
    shown = inside[::step] if step else []
    axes.set_xticks([place for place, _ in shown], [text for _, text in shown])
