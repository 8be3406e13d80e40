"""The flowchart: who was in the records, who left at which step, who stayed."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from seroclear.analysis.result import Row
from seroclear.report import select, words
from seroclear.report.document import Figure
from seroclear.report.figures import style
from seroclear.report.flow import Block, flow

# Inches.
WIDTH = 7.4
MAIN = 2.3
SIDE = 4.2
GAP = 0.28
PAD = 0.09
LINE = 0.175
BETWEEN, CLOSE, MANY = 0.2, 0.08, 5  # between the groups; from so many groups on they stand close


@dataclass(frozen=True, slots=True)
class _Box:
    """A box of text: lines and which of them are bold."""

    lines: tuple[tuple[str, bool], ...]

    @property
    def height(self) -> float:
        return LINE * len(self.lines) + 2 * PAD


def flowchart(rows: list[Row]) -> list[Figure]:
    """The flowchart in the manner of STROBE; none if the study has no steps."""
    chart = flow(rows)
    if chart is None:
        return []
    with style.look():
        mains = [_box(MAIN, (chart.label, False), (_persons(chart.persons), True))]
        sides = []
        for place, block in enumerate(chart.blocks):
            sides.append(_exclusion(block))
            title = "In the cohort" if place == len(chart.blocks) - 1 else block.stayed
            mains.append(_box(MAIN, (title, False), (_persons(block.kept), True)))
        groups = [_group(rows, name) for name in select.groups(rows)]
        height = (
            0.1
            + sum(box.height for box in mains)
            + sum(max(box.height, 2 * GAP) + 2 * PAD for box in sides)
            + (max(box.height for box in groups) + 2 * GAP if groups else 0)
            + 0.1
        )
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(0, height)
        axes.set_axis_off()
        y = _draw(axes, mains[0], 0.1, height - 0.1, MAIN)
        middle = 0.1 + MAIN / 2
        for side, main in zip(sides, mains[1:], strict=True):
            space = max(side.height, 2 * GAP) + 2 * PAD
            _arrow(axes, (middle, y), (middle, y - space))
            _arrow(axes, (middle, y - space / 2), (WIDTH - 0.1 - SIDE, y - space / 2))
            _draw(axes, side, WIDTH - 0.1 - SIDE, y - (space - side.height) / 2, SIDE, "white")
            y = _draw(axes, main, 0.1, y - space, MAIN)
        _groups(axes, groups, y, middle)
        svg, png = style.rendered(canvas)
    caption = "Flow of persons from the hospital's records to the cohort."
    return [Figure("flowchart", caption, svg, png)]


def _persons(value: int | None) -> str:
    return f"n = {words.CONFIDENTIAL if value is None else words.count(value)}"


def _box(width: float, *paragraphs: tuple[str, bool]) -> _Box:
    """Text wrapped to a box of this width."""
    lines = [
        (line, bold)
        for text, bold in paragraphs
        for line in style.wrapped(text, width - 2 * PAD - 0.05, bold=bold)
    ]
    return _Box(tuple(lines))


def _exclusion(block: Block) -> _Box:
    """Who left at a step, and how many of them because the records cannot answer."""
    labels = [(f"{number}. {label}", False) for number, label in block.steps]
    together = " together" if len(block.steps) > 1 else ""
    left = words.CONFIDENTIAL if block.left is None else words.count(block.left)
    text = f"Left{together}: n = {left}"
    if block.unknown:
        text += f", of whom {words.count(block.unknown)} unknown"
    return _box(SIDE, *labels, (text, True))


def _group(rows: list[Row], name: str) -> _Box:
    width = _group_width(len(select.groups(rows)))
    return _box(width, (name, False), (f"n = {words.shown(select.persons(rows, name))}", True))


def _group_width(groups: int) -> float:
    return min(MAIN, (WIDTH - 0.2 - _between(groups) * (groups - 1)) / groups)


def _between(groups: int) -> float:
    return CLOSE if groups >= MANY else BETWEEN


def _groups(axes: Axes, groups: list[_Box], y: float, middle: float) -> None:
    """The compared groups side by side under the cohort."""
    if not groups:
        return
    width = _group_width(len(groups))
    lefts = [0.1 + place * (width + _between(len(groups))) for place in range(len(groups))]
    tall = max(box.height for box in groups)
    axes.plot([middle, middle], [y, y - GAP], color=style.GREY, linewidth=1)
    centres = [left + width / 2 for left in lefts]
    axes.plot(
        [min(middle, *centres), max(middle, *centres)],
        [y - GAP, y - GAP],
        color=style.GREY,
        linewidth=1,
    )
    for place, (box, left) in enumerate(zip(groups, lefts, strict=True)):
        _arrow(axes, (left + width / 2, y - GAP), (left + width / 2, y - 2 * GAP))
        same = _Box((*box.lines, *((("", False),) * round((tall - box.height) / LINE))))
        _draw(axes, same, left, y - 2 * GAP, width, edge=style.colour(place))


def _draw(
    axes: Axes,
    box: _Box,
    left: float,
    top: float,
    width: float,
    fill: str = style.PALE,
    edge: str = style.GREY,
) -> float:
    """Draw a box and return its lower edge."""
    axes.add_patch(
        Rectangle(
            (left, top - box.height),
            width,
            box.height,
            facecolor=fill,
            edgecolor=edge,
            linewidth=1,
        )
    )
    for place, (text, bold) in enumerate(box.lines):
        axes.text(
            left + PAD,
            top - PAD - LINE * (place + 0.5),
            text,
            va="center_baseline",
            weight="bold" if bold else "normal",
        )
    return top - box.height


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": style.GREY,
            "shrinkA": 0,
            "shrinkB": 0,
            "linewidth": 1,
        },
    )
