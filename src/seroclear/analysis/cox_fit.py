"""The ordinary Cox fit, and whether the data hold it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from seroclear.analysis.firth import Fit
from seroclear.analysis.prepared import Bools, Floats

# A standard error this large, for a column of standard deviation 1, means that the likelihood
# still rises at infinity: one event of full information gives a standard error near 1.
SEPARATED_SE = 10.0


class Ordinary(NamedTuple):
    """An unpenalised fit; `separated` marks the columns whose likelihood rises for ever."""

    fit: Fit
    model: Any  # greenwood.CoxPH, None where it could not be fitted
    separated: Bools


def fit_cox(time: Floats, outcome: Bools, x: Floats) -> Ordinary:
    """Fit a Cox model with Efron's ties; separated columns get nan.

    Args:
        time: years, shape (n,).
        outcome: whether the outcome happened at `time`, shape (n,); at least one did.
        x: covariates of full rank, standardised, shape (n, p).
    """
    import greenwood
    from scipy.stats import norm

    size = x.shape[1]
    try:
        with np.errstate(all="ignore"):
            model = greenwood.CoxPH(ties="efron").fit(greenwood.Surv(time, outcome), x)
    except np.linalg.LinAlgError:
        unknown = np.full(size, math.nan)
        return Ordinary(Fit(*[unknown] * 5), None, np.ones(size, dtype=bool))
    se = np.asarray(model.std_error_, dtype=float)
    separated = ~((se > 0) & (se <= SEPARATED_SE))  # nan and 0: the fit ran off
    beta, low, high = (
        np.where(separated, math.nan, column)
        for column in (model.coef_, model.conf_low_, model.conf_high_)
    )
    p = 2 * norm.sf(np.abs(beta / np.where(separated, math.nan, se)))
    return Ordinary(Fit(beta, se, low, high, p), model, separated)
