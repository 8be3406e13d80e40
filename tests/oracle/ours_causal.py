"""Our numbers of causal comparisons under the names of R's: one function a method."""

from __future__ import annotations

import math

import numpy as np
from cohorts import data
from ours import Numbers

from seroclear.analysis.balance import differences, effective_size
from seroclear.analysis.clone_censor import clone_censor_weight
from seroclear.analysis.clone_weights import Emulation
from seroclear.analysis.matching import Pairs, nearest
from seroclear.analysis.pooling import pool
from seroclear.analysis.propensity import (
    inverse_probability,
    overlap,
    propensity,
    weighted_difference,
)


def _births() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    d = data("birthwt.csv")
    x = np.column_stack([d["age"], d["lwt"], d["race"] == 2, d["race"] == 3]).astype(float)
    return d["low"], d["smoke"] == 1, x


def _pairs() -> tuple[Pairs, np.ndarray]:
    _, smoke, x = _births()
    log_odds = propensity(smoke, x).log_odds
    return nearest(smoke, log_odds), log_odds


def _weights() -> dict[str, np.ndarray]:
    _, smoke, x = _births()
    score = propensity(smoke, x).score
    return {
        "crude": np.ones(smoke.size),
        "inverse": inverse_probability(smoke, score),
        "overlap": overlap(smoke, score),
        "matched": _pairs()[0].weight(smoke.size),
    }


def pairs() -> Numbers:
    found, log_odds = _pairs()
    distance = np.abs(log_odds[found.treated] - log_odds[found.control]).sum()
    return {"pairs.number": float(found.treated.size), "pairs.distance": float(distance)}


def balance() -> Numbers:
    _, smoke, x = _births()
    numbers: Numbers = {}
    for name, weight in _weights().items():
        for j, value in enumerate(differences(x, smoke, weight)):
            numbers[f"smd.{name}.{j}"] = 0.0 if abs(value) < 1e-9 else float(value)
        for group in (0, 1):
            numbers[f"size.{name}.{group}"] = effective_size(weight[smoke == group])
    return numbers


def effects() -> Numbers:
    low, smoke, _ = _births()
    numbers: Numbers = {}
    for name, weight in _weights().items():
        found = weighted_difference(low, smoke, weight)
        numbers |= {f"difference.{name}": found.value, f"difference.{name}.se": found.se}
    return numbers


def rubin() -> Numbers:
    estimate = (0.52, 0.61, 0.47, 0.58, 0.44)
    variance = (0.031, 0.029, 0.034, 0.030, 0.033)
    numbers: Numbers = {}
    for name, df in (("large", math.inf), ("small", 40.0)):
        found = pool(estimate, variance, df)
        parts = {"value": found.value, "se": found.se, "lower": found.lower}
        parts |= {"upper": found.upper, "df": found.df, "p": found.p}
        parts |= {"fmi": found.missing_information}
        numbers |= {f"rubin.{name}.{part}": value for part, value in parts.items()}
    return numbers


def clones() -> Numbers:
    d = data("grace.csv")
    start = np.where(np.isnan(d["start"]), np.inf, d["start"])
    baseline = np.column_stack([d["x"], d["z"]])
    found = clone_censor_weight(
        Emulation(d["time"], d["event"] == 1, start, baseline, grace=0.5, width=1 / 12, periods=36)
    )
    assert found.start is not None, found.note
    assert found.without is not None
    return {
        "clone.start": float(found.start.survival[-1]),
        "clone.without": float(found.without.survival[-1]),
    }
