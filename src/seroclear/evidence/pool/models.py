"""The models an answer is given by: the main one, and those that stand beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seroclear.analysis.limits import clopper_pearson, poisson
from seroclear.evidence.pool.effects import Effect
from seroclear.evidence.pool.glmm import NoMaximum, glmm
from seroclear.evidence.pool.inverse_variance import (
    Array,
    Pooled,
    common,
    pooled,
)
from seroclear.evidence.pool.mantel_haenszel import mantel_haenszel
from seroclear.evidence.pool.measures import PER, Measure

METHODS = ("REML", "PM", "DL")
NAMES = {"REML": "REML", "PM": "Paule–Mandel", "DL": "DerSimonian–Laird"}


@dataclass(frozen=True, slots=True)
class Options:
    """How to pool: `tau2` one of METHODS; `floor` of the Hartung–Knapp factor."""

    tau2: str = "REML"
    floor: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A pooled estimate as it is read: value, limits and prediction interval.

    Attributes:
        pooled: on the scale that is pooled; None where only exact limits of a total exist.
        lr: likelihood-ratio chi-square of heterogeneity with its df and p, of a GLMM.
        note: why it is not the model that was meant, or to be read with care.
    """

    value: float
    lower: float
    upper: float
    predicted: tuple[float, float] | None
    method: str
    pooled: Pooled | None = None
    lr: tuple[float, int, float] | None = None
    note: str = ""


def main_model(effects: list[Effect], measure: Measure, options: Options) -> Answer | None:
    """The main answer: GLMM for proportions and rates, inverse variance for the others.

    None where no study tells anything.
    """
    if measure.name not in ("proportion", "rate"):
        return inverse_variance_model(effects, measure, options)
    binomial = measure.name == "proportion"
    x, n = _events(effects, measure)
    if len(effects) == 1:
        only = effects[0]
        assert only.value is not None
        assert only.lower is not None
        assert only.upper is not None
        note = "one study: nothing was pooled"
        return Answer(only.value, only.lower, only.upper, None, _exact(binomial), note=note)
    try:
        fit = glmm(x, n, binomial)
    except NoMaximum as why:
        if "event" in str(why):
            return _of_the_total(x, n, binomial, f"{why}, so no model can be fitted")
        answer = inverse_variance_model(effects, measure, options)
        assert answer is not None
        note = f"the GLMM could not be fitted ({why}); this is the inverse-variance model instead"
        return _noted(answer, note)
    kind = "logit binomial" if binomial else "log Poisson"
    method = f"{kind} GLMM, maximum likelihood, limits by t with {len(x) - 1} df"
    return _answer(fit.pooled, measure, method, lr=(fit.q, fit.df, fit.p))


def inverse_variance_model(
    effects: list[Effect], measure: Measure, options: Options
) -> Answer | None:
    """Random effects by inverse variance with limits of Hartung and Knapp."""
    y, v = on_scale(effects)
    if not len(y):
        return None
    found = pooled(y, v, options.tau2, options.floor)
    if len(y) == 1:
        only = next(effect for effect in effects if effect.y is not None)
        answer = _answer(found, measure, "the study's own limits")
        exact = measure.name in ("proportion", "rate")
        if exact and only.value is not None and only.lower is not None and only.upper is not None:
            answer = Answer(only.value, only.lower, only.upper, None, "exact limits", found)
        return _noted(answer, "one study: nothing was pooled")
    kind = "Hartung–Knapp" + (" with a factor of at least 1" if options.floor else "")
    scale = {"logit": "logits", "log": "logarithms", "identity": "differences"}[measure.scale]
    method = (
        f"inverse variance of {scale}, tau² by {NAMES[options.tau2]}, {kind} limits by t with "
        f"{len(y) - 1} df"
    )
    return _answer(found, measure, method)


def beside(effects: list[Effect], measure: Measure, options: Options) -> list[Answer]:
    """The same question by the other models: what the answer hangs on."""
    y, v = on_scale(effects)
    if len(y) < 2:
        return []
    found = [
        answer
        for tau2 in METHODS
        for floor in (False, True)
        if (answer := inverse_variance_model(effects, measure, Options(tau2, floor)))
    ]
    found.append(_answer(common(y, v), measure, "common effect, inverse variance, normal limits"))
    if measure.name in ("or", "rr", "rd") and all(effect.study.counts for effect in effects):
        tables = np.array([_table(effect) for effect in effects])
        total = mantel_haenszel(measure.name, tables)
        if total:
            method = "common effect, Mantel–Haenszel, no correction of empty cells, normal limits"
            found.append(_answer(total, measure, method))
    if measure.name in ("proportion", "rate"):
        x, n = _events(effects, measure)
        found.append(_of_the_total(x, n, measure.name == "proportion", ""))
    return found


def on_scale(effects: list[Effect]) -> tuple[Array, Array]:
    """Estimates and variances of those studies that have them."""
    pairs = [(effect.y, effect.v) for effect in effects if effect.y is not None]
    return np.array([y for y, _ in pairs], dtype=float), np.array([v for _, v in pairs], float)


def _events(effects: list[Effect], measure: Measure) -> tuple[Array, Array]:
    x = np.array([effect.study.counts[measure.counts[0]] for effect in effects])
    return x, np.array([effect.study.counts[measure.counts[1]] for effect in effects])


def _table(effect: Effect) -> tuple[float, float, float, float]:
    a, m, c, n = (effect.study.counts[k] for k in ("events_1", "n_1", "events_2", "n_2"))
    return a, m - a, c, n - c


def _exact(binomial: bool) -> str:
    return "exact binomial limits" if binomial else "exact Poisson limits"


def _of_the_total(x: Array, n: Array, binomial: bool, why: str) -> Answer:
    events, size = int(x.sum()), float(n.sum())
    method = f"all studies as if one, {_exact(binomial)}"
    note = f"{why}; differences between studies are not allowed for" if why else ""
    if binomial:
        low, high = clopper_pearson(events, int(size))
        return Answer(events / size, low, high, None, method, note=note)
    low, high = (PER * limit / size for limit in poisson(events))
    return Answer(PER * events / size, low, high, None, method, note=note)


def _answer(
    found: Pooled, measure: Measure, method: str, lr: tuple[float, int, float] | None = None
) -> Answer:
    shown = measure.shown
    predicted = (shown(found.predicted[0]), shown(found.predicted[1])) if found.predicted else None
    note = "two studies: limits by t with one degree of freedom" if found.df == 1 else ""
    return Answer(
        shown(found.y),
        shown(found.lower),
        shown(found.upper),
        predicted,
        method,
        found,
        lr,
        note,
    )


def _noted(answer: Answer, note: str) -> Answer:
    from dataclasses import replace

    return replace(answer, note="; ".join(filter(None, (note, answer.note))))
