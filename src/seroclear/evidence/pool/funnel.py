"""Funnel and drapery plots: every study on the scale that is pooled."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure as Canvas

from seroclear.analysis.prepared import Z
from seroclear.evidence.pool.analysis import Pooling
from seroclear.evidence.pool.axes import pooled_ticks
from seroclear.evidence.pool.models import on_scale
from seroclear.report.document import Figure
from seroclear.report.figures import style

ENOUGH = 10  # studies: with fewer, asymmetry cannot be told from chance (Cochrane 13.3.5.4)
SIZE = (6.4, 4.2)
PLACES = 500  # of a curve
LEVELS = (0.05, 0.1)  # p values marked in the drapery plot: 95% and 90% limits


def funnel(pooling: Pooling) -> list[Figure]:
    """Standard errors over estimates; none where fewer than two studies have both."""
    y, v = on_scale(pooling.effects)
    if len(y) < 2 or pooling.answer.pooled is None:
        return []
    se, mean, measure = np.sqrt(v), pooling.answer.pooled.y, pooling.measure
    with style.look():
        canvas = Canvas(figsize=SIZE, layout="constrained")
        axes = canvas.subplots()
        deepest = float(se.max()) * 1.08
        axes.set_ylim(deepest, 0)
        reach = max(Z * deepest, float(np.abs(y - mean).max()) * 1.08)
        axes.set_xlim(mean - reach, mean + reach)
        axes.fill(
            [mean, mean - Z * deepest, mean + Z * deepest],
            [0, deepest, deepest],
            color=style.PALE,
            zorder=0,
        )
        axes.axvline(mean, color=style.colour(1), linewidth=1.2)
        axes.plot(y, se, "o", color=style.colour(0), markersize=5)
        pooled_ticks(axes, measure, mean - reach, mean + reach)
        axes.set_xlabel(_label(pooling))
        axes.set_ylabel(f"Standard error ({_scale(pooling)})")
        svg, png = style.rendered(canvas)
    caption = "Funnel plot; shaded: where 95% of studies lie if they differ by chance alone."
    if len(y) < ENOUGH:
        caption += f" With {len(y)} studies asymmetry cannot be told from chance."
    if measure.none is None:
        caption += " Of proportions and rates, asymmetry is no sign of selective publication."
    return [Figure("funnel", caption, svg, png)]


def drapery(pooling: Pooling) -> list[Figure]:
    """The p value of every possible true value, of each study and of all (Rücker & Schwarzer, Res
    Synth Methods 2021;12:111)."""
    from scipy.stats import norm, t

    y, v = on_scale(pooling.effects)
    found = pooling.answer.pooled
    if len(y) < 2 or found is None:
        return []
    se = np.sqrt(v)
    low, high = float((y - 2.2 * se).min()), float((y + 2.2 * se).max())
    if found.predicted:
        low, high = min(low, found.predicted[0]), max(high, found.predicted[1])
    places = np.linspace(low, high, PLACES)

    def all_studies(spread: float) -> np.ndarray:
        far = np.abs(places - found.y) / spread
        p: np.ndarray = 2 * (norm.sf(far) if math.isinf(found.df) else t.sf(far, found.df))
        return p

    with style.look():
        canvas = Canvas(figsize=SIZE, layout="constrained")
        axes = canvas.subplots()
        axes.set_xlim(low, high)
        axes.set_ylim(0, 1.02)
        for mean, spread in zip(y, se, strict=True):
            axes.plot(
                places, 2 * norm.sf(np.abs(places - mean) / spread), color=style.GREY, linewidth=0.7
            )
        if found.predicted:
            wide = math.sqrt(found.tau2 + found.se**2)
            axes.fill_between(places, all_studies(wide), color=style.colour(4), alpha=0.3, lw=0)
        axes.plot(places, all_studies(found.se), color=style.colour(1), linewidth=2.2)
        for level in LEVELS:
            axes.axhline(level, color=style.GREY, linewidth=0.6, linestyle=":")
        if pooling.measure.none is not None:
            none = 0.0
            axes.axvline(none, color=style.INK, linewidth=0.8)
        pooled_ticks(axes, pooling.measure, low, high)
        axes.set_xlabel(_label(pooling))
        axes.set_ylabel("p of this true value")
        svg, png = style.rendered(canvas)
    caption = (
        "Drapery plot: for every possible true value its p, of each study (thin, normal "
        "approximation) and of all (thick); shaded: a new study's true value. Dotted: p = 0.05 and "
        "0.1, whose crossings are the 95% and 90% limits."
    )
    return [Figure("drapery", caption, svg, png)]


def _scale(pooling: Pooling) -> str:
    return {"logit": "logit", "log": "logarithm", "identity": "difference"}[pooling.measure.scale]


def _label(pooling: Pooling) -> str:
    if pooling.measure.scale == "identity":
        return pooling.measure.label
    return f"{pooling.measure.label}, on a {_scale(pooling)} scale"
