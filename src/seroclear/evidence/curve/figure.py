"""The rebuilt curves over the points they were made from."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Canvas

from seroclear.evidence.curve.points import YEARS
from seroclear.evidence.curve.reconstruct import Rebuilt
from seroclear.report.document import Figure
from seroclear.report.figures import style

SIZE = (6.6, 4.2)


def round_trip(found: list[Rebuilt], unit: str) -> Figure:
    """Points as read, and the Kaplan–Meier curves of the rebuilt persons."""
    years = YEARS[unit]
    with style.look():
        canvas = Canvas(figsize=SIZE, layout="constrained")
        axes = canvas.subplots()
        for i, each in enumerate(found):
            curve = each.curve
            axes.plot(
                curve.read_time / years, curve.read, ".", color=style.GREY, markersize=4, zorder=1
            )
            axes.step(
                np.append(0.0, each.back.time) / years,
                np.append(1.0, each.back.survival),
                where="post",
                color=style.colour(i),
                linestyle=style.line(i),
                linewidth=1.5,
                label=each.printed.group or "rebuilt",
            )
        axes.set_ylim(0, 1.02)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"Time ({unit})")
        axes.set_ylabel("Survival")
        axes.legend(frameon=False, loc="lower left")
        svg, png = style.rendered(canvas)
    caption = "Lines: Kaplan–Meier curves of the rebuilt persons. Dots: the points read."
    return Figure("round_trip", caption, svg, png)
