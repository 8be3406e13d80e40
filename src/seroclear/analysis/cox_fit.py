"""The ordinary Cox fit, and whether the data hold it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seroclear.analysis.cox_maximum import SEPARATED, Maximum, maximise
from seroclear.analysis.firth import Fit
from seroclear.analysis.partial_likelihood import PartialLikelihood, draws
from seroclear.analysis.prepared import Bools, Floats
from seroclear.analysis.risk_sets import RiskSets, risk_sets

SEPARATED_TERM = SEPARATED.replace("column", "term")


class Ordinary(NamedTuple):
    """An unpenalised fit; `separated` marks the columns that have no finite estimate."""

    fit: Fit
    maximum: Maximum
    separated: Bools
    notes: tuple[str, ...]  # for each column '' or why it has no estimate


def fit_cox(
    time: Floats,
    outcome: Bools,
    x: Floats,
    strata: np.ndarray[tuple[int], np.dtype[np.object_]] | None = None,
) -> Ordinary:
    """Fit a Cox model with Efron's ties; columns without an estimate get nan.

    Args:
        time: years, shape (n,).
        outcome: whether the outcome happened at `time`, shape (n,); at least one did.
        x: covariates of full rank, standardised, shape (n, p).
        strata: the baseline hazard is shared within equal values.
    """
    return fit_sets(risk_sets(time, outcome, strata=strata), x)


def fit_sets(sets: RiskSets, x: Floats) -> Ordinary:
    """The same where the risk sets are known."""
    weight = np.ones(x.shape[0])
    maximum = maximise(PartialLikelihood(sets, x, weight, draws(sets, weight, "efron")))
    fitted = maximum.report(maximum.covariance)
    fit = Fit(fitted.coefficient, fitted.se, fitted.lower, fitted.upper, fitted.p)
    notes = tuple(SEPARATED_TERM if note == SEPARATED else note for note in fitted.notes)
    return Ordinary(fit, maximum, np.array([bool(note) for note in notes]), notes)
