"""The figure of the tipping point: every way in which missing outcomes could have come out."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Canvas

from seroclear.report.document import Figure
from seroclear.report.figures import style
from seroclear.trial.analysis.missing_outcomes import Tipping

WIDTH, HEIGHT = 7.4, 4.4  # inches


def tipping_figure(found: Tipping, alpha: float) -> Figure:
    """The risk difference in each way, with a dot where the treated do better with p below
    alpha."""
    with style.look():
        canvas = Canvas(figsize=(WIDTH, HEIGHT))
        axes = canvas.add_axes((0.1, 0.13, 0.66, 0.82))
        values = 100 * found.difference
        extent = max(1.0, float(np.abs(values).max()))
        shown = axes.pcolormesh(values, cmap="RdBu", vmin=-extent, vmax=extent)
        treated, control = np.nonzero(found.holds)
        axes.plot(
            *(control + 0.5, treated + 0.5, "o"),
            markersize=4,
            markerfacecolor="white",
            markeredgecolor=style.INK,
        )
        for axis, size in ((axes.xaxis, values.shape[1]), (axes.yaxis, values.shape[0])):
            step = max(1, size // 10)
            axis.set_ticks(np.arange(0, size, step) + 0.5, [str(k) for k in range(0, size, step)])
        axes.set_xlabel("Successes among the controls without an outcome")
        axes.set_ylabel("Successes among the treated without an outcome")
        bar = canvas.colorbar(shown, cax=canvas.add_axes((0.8, 0.13, 0.03, 0.82)))
        bar.set_label("Risk difference (percentage points)")
        svg, png = style.rendered(canvas)
    caption = (
        "Tipping point: the risk difference for every way in which the missing outcomes could have "
        f"come out; a dot where the treated do better with p below {alpha:g} "
        "(Miettinen–Nurminen)."
    )
    return Figure("tipping", caption, svg, png)
