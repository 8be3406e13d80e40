"""The chance of treatment given what was known at time zero, and weights made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seroclear.analysis.logistic import logistic
from seroclear.analysis.prepared import Bools, Floats, Z

# Weights beyond these percentiles are set to them (Cole & Hernán, Am J Epidemiol 2008;168:656).
TRUNCATED = (1.0, 99.0)


@dataclass(frozen=True, slots=True)
class Propensity:
    """Fitted chances of treatment, shape (persons,), and their log odds; nan, with a note, where
    they cannot be estimated."""

    score: Floats
    log_odds: Floats
    note: str = ""


def propensity(treated: Bools, x: Floats) -> Propensity:
    """Logistic regression of treatment (Rosenbaum & Rubin, Biometrika 1983;70:41).

    Args:
        treated: shape (persons,).
        x: covariates at time zero, without intercept, shape (persons, p).
    """
    fit = logistic(treated, x)
    unknown = np.full(treated.size, math.nan)
    if fit.separated.any():
        note = fit.estimates.note
        if treated.any() and not treated.all() and np.isfinite(fit.probability).all():
            note = "a covariate tells the groups apart: some could not have had the other treatment"
        elif treated.all() or not treated.any():
            note = "one group: nothing to weight"
        return Propensity(unknown, unknown, note)
    if fit.estimates.note:
        return Propensity(unknown, unknown, fit.estimates.note)
    score = fit.probability
    return Propensity(score, np.log(score) - np.log1p(-score))


def inverse_probability(treated: Bools, score: Floats) -> Floats:
    """Stabilised weights that make both groups like everybody (average treatment effect),
    truncated at the percentiles `TRUNCATED`."""
    share = float(treated.mean())
    weight = np.where(treated, share / score, (1 - share) / (1 - score))
    low, high = np.percentile(weight, TRUNCATED)
    return np.asarray(np.clip(weight, low, high))


def overlap(treated: Bools, score: Floats) -> Floats:
    """Weights that make both groups like those who could have had either treatment (Li, Morgan &
    Zaslavsky, J Am Stat Assoc 2018;113:390); covariate means are then equal exactly."""
    return np.where(treated, 1 - score, score)


@dataclass(frozen=True, slots=True)
class Difference:
    """Weighted mean (risk) with and without treatment and their difference, 95% limits; None, and
    a note, where a group has no weight."""

    treated: float | None
    untreated: float | None
    value: float | None
    se: float | None
    lower: float | None
    upper: float | None
    note: str = ""


def weighted_difference(outcome: Floats, treated: Bools, weight: Floats) -> Difference:
    """Difference of weighted means with robust variance that takes the weights as known: for
    inverse probability weights too wide rather than too narrow (Lunceford & Davidian, Stat Med
    2004;23:2937).

    Args:
        outcome: 0 and 1 or a number, shape (persons,).
        treated: shape (persons,).
        weight: >= 0, shape (persons,).
    """
    sums = [float(weight[group].sum()) for group in (treated, ~treated)]
    if not min(sums) > 0:
        note = "a group has no weight: nothing to compare"
        return Difference(None, None, None, None, None, None, note)
    means, variance = [], 0.0
    for group, total in zip((treated, ~treated), sums, strict=True):
        mean = float(weight[group] @ outcome[group]) / total
        variance += float((weight[group] ** 2) @ (outcome[group] - mean) ** 2) / total**2
        means.append(mean)
    value, se = means[0] - means[1], math.sqrt(variance)
    if se == 0:
        note = "the outcome does not vary within groups: limits cannot be estimated"
        return Difference(means[0], means[1], value, None, None, None, note)
    return Difference(means[0], means[1], value, se, value - Z * se, value + Z * se)
