"""The CONSORT diagram, drawn from its numbers."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from seroclear.report.document import Figure
from seroclear.report.figures import style
from seroclear.trial.analysis.consort import ArmFlow, ConsortFlow

# Inches.
WIDTH, MARGIN, GAP, PAD, LINE = 7.4, 0.1, 0.3, 0.09, 0.175
CENTRE_BOX, SIDE_BOX = 2.6, 3.3

Text = list[tuple[str, bool]]  # lines, and whether they are bold


def consort_figure(flow: ConsortFlow) -> Figure:
    """The diagram of enrolment, allocation, follow-up and analysis as SVG and PNG."""
    with style.look():
        enrolment = _title(CENTRE_BOX, "Assessed for eligibility", flow.assessed)
        left = _not_randomised(flow)
        randomised = _title(CENTRE_BOX, "Randomised", flow.randomised)
        width = (WIDTH - 2 * MARGIN - GAP * (len(flow.arms) - 1)) / len(flow.arms)
        stages = [
            [part(arm, width) for arm in flow.arms] for part in (_allocated, _lost, _analysed)
        ]
        heights = [max(_height(box) for box in stage) for stage in stages]
        height = (
            2 * MARGIN
            + _height(enrolment)
            + _height(left)
            + 2 * PAD
            + _height(randomised)
            + 2 * GAP
            + sum(heights)
            + GAP * (len(stages) - 1)
        )
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(0, height)
        axes.set_axis_off()
        _draw_all(axes, (enrolment, left, randomised), stages, heights, width, height)
        svg, png = style.rendered(canvas)
    return Figure("consort", "Flow of participants (CONSORT 2025).", svg, png)


def _draw_all(
    axes: Axes,
    top: tuple[Text, Text, Text],
    stages: list[list[Text]],
    heights: list[float],
    width: float,
    height: float,
) -> None:
    enrolment, left, randomised = top
    middle = WIDTH / 2 - SIDE_BOX / 2 + 0.2
    start = middle - CENTRE_BOX / 2
    y = _box(axes, enrolment, start, height - MARGIN, CENTRE_BOX)
    space = _height(left) + 2 * PAD
    side = max(WIDTH - MARGIN - SIDE_BOX, start + CENTRE_BOX + GAP / 2)
    _arrow(axes, (middle, y), (middle, y - space))
    _arrow(axes, (middle, y - space / 2), (side, y - space / 2))
    _box(axes, left, side, y - PAD, WIDTH - MARGIN - side)
    y = _box(axes, randomised, start, y - space, CENTRE_BOX)
    centres = [MARGIN + place * (width + GAP) + width / 2 for place in range(len(stages[0]))]
    _line(axes, (middle, y), (middle, y - GAP))
    _line(axes, (min(middle, *centres), y - GAP), (max(middle, *centres), y - GAP))
    y -= 2 * GAP
    for number, (stage, tall) in enumerate(zip(stages, heights, strict=True)):
        for place, (box, centre) in enumerate(zip(stage, centres, strict=True)):
            _arrow(axes, (centre, y + GAP), (centre, y))
            _box(axes, box, centre - width / 2, y, width, tall, style.colour(place))
        y -= tall + (GAP if number < len(stages) - 1 else 0)


def _allocated(arm: ArmFlow, width: float) -> Text:
    return [
        *_title(width, f"Allocated to {arm.label}", arm.allocated),
        *_line_of(width, "Received what was allocated", arm.received),
        *_line_of(width, "Did not receive it", sum(arm.not_received.values())),
        *_reasons(width, arm.not_received),
    ]


def _lost(arm: ArmFlow, width: float) -> Text:
    return [
        *_title(width, "Lost to follow-up", sum(arm.lost.values())),
        *_reasons(width, arm.lost),
        *_line_of(width, "Discontinued the intervention", sum(arm.discontinued.values())),
        *_reasons(width, arm.discontinued),
    ]


def _analysed(arm: ArmFlow, width: float) -> Text:
    return [
        *_title(width, "Analysed for the primary outcome", arm.analysed),
        *(_line_of(width, "Of whom without an outcome", arm.imputed) if arm.imputed else []),
        *_line_of(width, "Left out of the analysis", sum(arm.excluded.values())),
        *_reasons(width, arm.excluded),
    ]


def _not_randomised(flow: ConsortFlow) -> Text:
    text = _title(SIDE_BOX, "Not randomised", flow.assessed - flow.randomised)
    for label, reasons in (
        ("Not eligible", flow.not_eligible),
        ("Eligible, not randomised", flow.declined),
    ):
        if reasons:
            text += _line_of(SIDE_BOX, label, sum(reasons.values()))
            text += _reasons(SIDE_BOX, reasons)
    return text


def _title(width: float, label: str, number: int) -> Text:
    words = style.wrapped(f"{label} (n={number:,})", width - 0.25, bold=True)
    return [(line, True) for line in words]


def _line_of(width: float, label: str, number: int, indent: str = "") -> Text:
    words = style.wrapped(f"{label} (n={number:,})", width - 0.25 - 0.12 * bool(indent))
    return [(f"{indent}{line}", False) for line in words]


def _reasons(width: float, reasons: Mapping[str, int]) -> Text:
    return [
        line
        for label, number in reasons.items()
        for line in _line_of(width, label, number, indent="    ")
    ]


def _height(text: Text) -> float:
    return LINE * len(text) + 2 * PAD


def _box(
    axes: Axes,
    text: Text,
    left: float,
    top: float,
    width: float,
    height: float | None = None,
    edge: str = style.GREY,
) -> float:
    """Draw a box and return its lower edge."""
    tall = _height(text) if height is None else height
    axes.add_patch(
        Rectangle(
            (left, top - tall), width, tall, facecolor=style.PALE, edgecolor=edge, linewidth=1
        )
    )
    for place, (words, bold) in enumerate(text):
        axes.text(
            left + PAD,
            top - PAD - LINE * (place + 0.5),
            words,
            va="center_baseline",
            weight="bold" if bold else "normal",
        )
    return top - tall


def _line(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.plot([start[0], end[0]], [start[1], end[1]], color=style.GREY, linewidth=1)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    arrow = {"arrowstyle": "-|>", "color": style.GREY, "shrinkA": 0, "shrinkB": 0, "linewidth": 1}
    axes.annotate("", xy=end, xytext=start, arrowprops=arrow)
