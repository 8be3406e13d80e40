"""One look for every figure, and the same bytes for the same figure."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import text_to_path

# Okabe & Ito, Color Universal Design (2008): told apart with every common colour blindness; of its
# eight the yellow is too pale for lines, so grey is the eighth.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#8C8C8C")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)), (0, (3, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
INK, GREY, PALE = "#1a1a1a", "#5f6670", "#f3f5f8"
FONT_SIZE = 9.0
PNG_DPI = 200
# Names of groups may be Chinese; whichever of these is installed helps DejaVu out.
CHINESE_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "SimHei")


def colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def line(place: int) -> Any:
    return LINES[place % len(LINES)]


def marker(place: int) -> str:
    return MARKERS[place % len(MARKERS)]


@contextmanager
def look() -> Iterator[None]:
    """Matplotlib's settings for the figures of a report, whatever the user's own are."""
    installed = {font.name for font in fontManager.ttflist}
    settings: Any = {
        "font.family": ["DejaVu Sans", *(name for name in CHINESE_FONTS if name in installed)],
        "font.size": FONT_SIZE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "text.parse_math": False,  # '$' in a label is a dollar
        "svg.hashsalt": "seroclear",  # identifiers inside the file would else be random
        "svg.fonttype": "path",  # looks the same where the font is not installed
    }
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(settings)
        yield


def rendered(canvas: Canvas) -> tuple[bytes, bytes]:
    """The figure as SVG and PNG bytes, without dates or versions."""
    svg, png = io.BytesIO(), io.BytesIO()
    canvas.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    canvas.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return svg.getvalue(), png.getvalue()


def width_of(text: str, size: float = FONT_SIZE, bold: bool = False) -> float:
    """Width of a line of text in inches."""
    font = FontProperties(
        family=matplotlib.rcParams["font.family"], size=size, weight="bold" if bold else "normal"
    )
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72


def wrapped(text: str, inches: float, size: float = FONT_SIZE, bold: bool = False) -> list[str]:
    """The text in lines no wider than `inches`; a word wider than that is broken after a '+' or
    '/' where one fits ('ADV+' 'LAM'), else it is cut."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        candidate = f"{current} {word}".strip()
        if width_of(candidate, size, bold) <= inches:
            current = candidate
            continue
        if current:
            lines.append(current)
        while width_of(word, size, bold) > inches and len(word) > 1:
            fits = max(
                n for n in range(1, len(word)) if n == 1 or width_of(word[:n], size, bold) <= inches
            )
            joint = max(word.rfind("+", 0, fits), word.rfind("/", 0, fits)) + 1
            lines.append(word[: joint or fits])
            word = word[joint or fits :]
        current = word
    return [*lines, current] if current or not lines else lines
