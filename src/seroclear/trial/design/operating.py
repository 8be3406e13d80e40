"""Operating characteristics: what simulated trials of a truth say of the design."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from seroclear.analysis.limits import wilson
from seroclear.analysis.prepared import Bools, Floats, Z
from seroclear.analysis.result import Row
from seroclear.trial.analysis.risk_difference import miettinen_nurminen
from seroclear.trial.analysis.two_by_two import Arms
from seroclear.trial.design.simulate import Ints, Trials

ANALYSIS = "operating_characteristics"
SCORE = "score test (Miettinen–Nurminen), two-sided"
STRATIFIED = "Cochran–Mantel–Haenszel test over the strata of allocation, two-sided"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A simulated truth by name, and what its trials gave."""

    label: str
    trials: Trials


def operating_characteristics(scenario: Scenario, alpha: float = 0.05) -> list[Row]:
    """Rows of analysis 'operating_characteristics', group the scenario.

    Estimates: 'power' of each test (`method`), in either direction; 'true difference', had everyone
    been followed and nothing been hidden; 'mean difference' as the trials estimate it; 'hidden' by
    passive antibody, the part of the latter that is no effect; 'coverage' of the true difference;
    'lost' to the endpoint; 'doses' per treated person, mean with the middle half; 'at cap' and
    'above trigger' among the treated. Limits of a share are Monte Carlo error (95%, Wilson).
    """
    trials = scenario.trials
    n, success = trials.n.sum(axis=1), trials.success.sum(axis=1)
    size = n.shape[0]
    difference = _difference(success, n)
    hidden = difference - _difference(trials.unmasked.sum(axis=1), n)
    true = float(_difference(trials.truth.sum(axis=1), n).mean())
    found = [
        _share("power", _score(success, n) > _critical(alpha), size, SCORE),
        _share("power", _stratified(trials.success, trials.n) > _critical(alpha), size, STRATIFIED),
        Row(estimate="true difference", value=true, method="nobody lost, nothing hidden"),
        _mean("mean difference", difference, "missing outcomes count as the protocol says"),
        _mean(
            "hidden", hidden, "mean difference less that of an assay that antibody does not blind"
        ),
        _share("coverage", _covered(success, n, true), size, "95% Miettinen–Nurminen limits"),
        Row(estimate="lost", value=1 - float(trials.known.sum() / trials.n.sum())),
    ]
    doses = trials.doses[trials.doses >= 0]
    low, high = np.percentile(doses, [25, 75])
    found += [
        Row(estimate="doses", value=float(doses.mean()), lower=float(low), upper=float(high)),
        Row(estimate="at cap", value=float(trials.at_cap.sum() / doses.size)),
        Row(
            estimate="above trigger",
            value=float(trials.above[:, 1:].sum() / trials.present[:, 1:].sum()),
        ),
    ]
    return [_named(row, scenario.label) for row in found]


def _named(row: Row, label: str) -> Row:
    return replace(row, analysis=ANALYSIS, group=label)


def _share(estimate: str, yes: Bools, size: int, method: str) -> Row:
    count = int(np.count_nonzero(yes))
    lower, upper = wilson(count, size)
    return Row(
        estimate=estimate, value=count / size, lower=lower, upper=upper, n=size, method=method
    )


def _mean(estimate: str, values: Floats, method: str) -> Row:
    mean, error = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(values.size)
    return Row(
        estimate=estimate,
        value=mean,
        lower=mean - Z * error,
        upper=mean + Z * error,
        n=values.size,
        method=method,
    )


def _critical(alpha: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - alpha / 2))


def _difference(success: Ints, n: Ints) -> Floats:
    share = success / n
    return np.asarray(share[:, 0] - share[:, 1])


def _score(success: Ints, n: Ints) -> Floats:
    """Distance of the score test (variance with N/(N-1)) of each trial; 0 where nothing varies."""
    total = n.sum(axis=1)
    share = success.sum(axis=1) / total
    variance = share * (1 - share) * (1 / n[:, 0] + 1 / n[:, 1]) * total / (total - 1)
    gap = np.abs(_difference(success, n))
    distance: Floats = np.zeros_like(gap)
    np.divide(gap, np.sqrt(variance), out=distance, where=variance > 0)
    return distance


def _stratified(success: Ints, n: Ints) -> Floats:
    """Distance of the Cochran–Mantel–Haenszel test of each trial; 0 where nothing varies."""
    total = n.sum(axis=2).astype(float)
    events = success.sum(axis=2)
    safe = np.maximum(total, 1)
    excess = (success[:, :, 0] - n[:, :, 0] * events / safe).sum(axis=1)
    spread = n[:, :, 0] * n[:, :, 1] * events * (total - events)
    variance = (spread / (safe**2 * np.maximum(total - 1, 1))).sum(axis=1)
    distance: Floats = np.zeros_like(variance)
    np.divide(np.abs(excess), np.sqrt(variance), out=distance, where=variance > 0)
    return distance


def _covered(success: Ints, n: Ints, true: float) -> Bools:
    """Whether each trial's limits hold the true difference; equal trials are computed once."""
    tables, place = np.unique(np.concatenate([success, n], axis=1), axis=0, return_inverse=True)
    holds = np.zeros(len(tables), dtype=bool)
    for k, (x, y, treated, control) in enumerate(tables.tolist()):
        limits = miettinen_nurminen(Arms(x, treated, y, control))
        holds[k] = (limits.lower or 0.0) <= true <= (limits.upper or 0.0)
    return np.asarray(holds[place.ravel()])
