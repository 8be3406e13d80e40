"""Thin data that no cohort of one row a person can be: what the kernels say of arrays."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from seroclear.analysis.cox_kernel import cox_regression
from seroclear.analysis.estimates import Estimates
from seroclear.analysis.firth_logistic import firth_logistic
from seroclear.analysis.gee import gee
from seroclear.analysis.log_rank import log_rank_test
from seroclear.analysis.logistic import logistic
from seroclear.analysis.mixed import mixed
from seroclear.analysis.tobit_mixed import tobit_mixed

Said = tuple[str, str]  # words, number
TIME = np.array([0.5, 0.7, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0])
EVENT = np.array([1, 1, 0, 1, 1, 0, 1, 0]) == 1
AGE = np.array([40.0, 47, 43, 50, 46, 42, 49, 45])
DRUG = np.tile([0.0, 1.0], 4)
ALONE = np.arange(8) == 1  # one person alone in a level, who has the outcome
WHO, VISIT = np.repeat(np.arange(4), 2), np.tile([0.0, 1.0], 4)


def _cox(**options: object) -> Said:
    fit = cox_regression(TIME, EVENT, AGE[:, None], **options)  # type: ignore[arg-type]
    parts = (fit.coefficient[0], fit.lower[0], fit.upper[0])
    return fit.notes[0], _shown(*(math.exp(part) for part in parts))


def _last(found: Estimates) -> Said:
    """The last coefficient of a linear predictor."""
    return found.note, _shown(found.coefficient[-1], found.lower[-1], found.upper[-1])


def _test() -> Said:
    groups = np.where(DRUG == 1, "a", "b").astype(object)
    found = log_rank_test(TIME, EVENT, groups, ("a", "b"), start=TIME - 1e-3)
    return found.note, "–" if found.p is None else f"{found.p:.3g}"


def _gee(y: np.ndarray, who: np.ndarray = WHO) -> Said:
    return _last(gee(y.astype(float), DRUG[:, None], who, VISIT, "binomial").estimates)


SAME = np.arange(8) < 4  # a person's two outcomes are one
SOME = np.array([1, 0, 1, 1, 0, 0, 0, 1])
SITUATIONS: dict[str, dict[str, Callable[[], Said]]] = {
    "Delayed entry: each event finds its person alone": {
        "Cox ratio": lambda: _cox(start=TIME - 1e-3),
        "Log-rank p": _test,
    },
    "Strata of one person each": {"Cox ratio": lambda: _cox(strata=np.arange(8))},
    "Strata, one without events": {
        "Cox ratio": lambda: _cox(strata=np.where(EVENT, "events", "none"))
    },
    "One person alone in a level": {
        "Log odds, logistic": lambda: _last(logistic(EVENT, ALONE[:, None]).estimates),
        "Log odds, Firth": lambda: _last(firth_logistic(EVENT, ALONE[:, None])),
    },
    "Repeated measures, no events": {"Log odds, GEE": lambda: _gee(np.zeros(8))},
    "Repeated measures, separation": {"Log odds, GEE": lambda: _gee(DRUG)},
    "Repeated measures that are always the same": {"Log odds, GEE": lambda: _gee(SAME)},
    "Repeated measures, few persons": {"Log odds, GEE": lambda: _gee(SOME)},
    "One measure a person": {
        "Log odds, GEE": lambda: _gee(EVENT, np.arange(8)),
        "Mixed model": lambda: _last(mixed(AGE, DRUG[:, None], np.arange(8)).estimates),
        "Tobit mixed model": lambda: _last(
            tobit_mixed(AGE, np.zeros(8, dtype=int), DRUG[:, None], np.arange(8)).estimates
        ),
    },
    "Every value beyond the assay's limit": {
        "Tobit mixed model": lambda: _last(
            tobit_mixed(AGE, np.full(8, -1), DRUG[:, None], WHO).estimates
        )
    },
}


def lines() -> list[list[str]]:
    """One line for each wording in each situation, with the numbers that it stands beside."""
    found = []
    for situation, methods in SITUATIONS.items():
        beside: dict[str, list[str]] = {}
        for name, said in methods.items():
            words, number = said()
            beside.setdefault(words, []).append(f"{name}: {number}")
        found += [[situation, words or "(none)", "; ".join(at)] for words, at in beside.items()]
    return found


def _shown(value: float, lower: float, upper: float) -> str:
    if not math.isfinite(value):
        return "–"
    low, high = (f"{end:.3g}" if math.isfinite(end) else "–" for end in (lower, upper))
    return f"{value:.3g} ({low} to {high})"
