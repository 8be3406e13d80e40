"""Simulated patients whose truth is known: the method recovers it, the naive answer does not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from seroclear.analysis.balance import differences
from seroclear.analysis.clone_censor import clone_censor_weight, risk_difference
from seroclear.analysis.clone_weights import Emulation
from seroclear.analysis.gee import gee
from seroclear.analysis.imputation import impute
from seroclear.analysis.matching import CALIPER, nearest
from seroclear.analysis.mixed import mixed
from seroclear.analysis.negative_control import systematic_error
from seroclear.analysis.pooling import pool
from seroclear.analysis.propensity import overlap, propensity, weighted_difference
from seroclear.analysis.tobit_mixed import tobit_mixed

GRACE, YEARS = 0.5, 3.0


def _death(
    random: np.random.Generator, x: np.ndarray, start: np.ndarray, ratio: float
) -> np.ndarray:
    """Time of death; the hazard depends on x and is multiplied by `ratio` after the start."""
    hazard, chance = 0.15 * np.exp(x), random.exponential(size=x.size)
    before = np.where(np.isfinite(start), start, 0.0)
    later = before + (chance - hazard * before) / (hazard * ratio)
    return np.where(chance / hazard <= start, chance / hazard, later)


def _patients(seed: int, n: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    """The sicker (x = 1) start later: confounding beside the immortal time."""
    random = np.random.default_rng(seed)
    x = (random.random(n) < 0.5).astype(float)
    return random, x, random.exponential(size=n) / (0.8 * np.exp(-0.8 * x))


def _records(seed: int, ratio: float, n: int = 3000) -> Emulation:
    random, x, start = _patients(seed, n)
    death, end = _death(random, x, start, ratio), random.uniform(2, 6, n)
    time = np.minimum(death, end)
    start = np.where(start < time, start, math.inf)
    return Emulation(time, death <= end, start, x[:, None], GRACE, 1 / 12, 36)


def _truth(ratio: float) -> float:
    random, x, start = _patients(99, 400_000)
    soon = (_death(random, x, np.minimum(start, GRACE), ratio) <= YEARS).mean()
    never = (_death(random, x, np.full(x.size, math.inf), ratio) <= YEARS).mean()
    return float(soon - never)


@pytest.mark.parametrize("ratio", [1.0, 0.5])
def test_clones_recover_the_risk_difference(ratio: float) -> None:
    found, naive = [], []
    for seed in range(10):
        records = _records(seed, ratio)
        arms = clone_censor_weight(records)
        assert arms.start is not None
        assert arms.without is not None
        found.append(arms.without.survival[-1] - arms.start.survival[-1])
        died, ever = records.event & (records.time <= YEARS), np.isfinite(records.start)
        naive.append(died[ever].mean() - died[~ever].mean())
    error = np.std(found, ddof=1) / math.sqrt(10)
    assert abs(np.mean(found) - _truth(ratio)) < 3 * error
    # Who lived long enough to start is called treated: the naive answer saves lives that nobody
    # saved, and many of them.
    assert np.mean(naive) < _truth(ratio) - 0.2


def test_limits_of_the_emulated_difference_hold_the_truth_and_repeat() -> None:
    records = _records(3, 0.5, n=1500)
    first, again = (risk_difference(records, seed=7, resamples=40) for _ in range(2))
    assert first == again
    assert first.lower is not None
    assert first.upper is not None
    assert first.lower < _truth(0.5) < first.upper < 0


def test_imputation_recovers_what_complete_cases_miss() -> None:
    """A covariate is unknown more often in those with a low outcome; slope 1, binary slope 0.5."""
    pooled, complete = [], []
    for seed in range(30):
        random = np.random.default_rng(seed)
        x = random.normal(size=500)
        z = (random.random(500) < 1 / (1 + np.exp(-x))).astype(float)
        y = x + 0.5 * z + random.normal(size=500)
        table = np.column_stack([x, z, y])
        table[random.random(500) < 1 / (1 + np.exp(y)), 0] = np.nan
        table[random.random(500) < 0.2, 1] = np.nan
        fits = [
            _least_squares(copy)
            for copy in impute(table, ("number", "binary", "number"), seed, 10, 5)
        ]
        pooled.append([pool([b[j] for b, _ in fits], [v[j] for _, v in fits]) for j in (1, 2)])
        complete.append(_least_squares(table[np.isfinite(table).all(axis=1)])[0][1])
    for j, truth in ((0, 1.0), (1, 0.5)):
        values = [found[j].value for found in pooled]
        assert np.mean(values) == pytest.approx(truth, abs=0.06)
        held = [found[j].lower < truth < found[j].upper for found in pooled]
        assert sum(held) >= 25
    assert np.mean(complete) < 0.93


def _least_squares(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x = np.column_stack([np.ones(len(table)), table[:, :2]])
    beta, square, _, _ = np.linalg.lstsq(x, table[:, 2], rcond=None)
    return beta, np.diag(np.linalg.inv(x.T @ x)) * square[0] / (len(table) - 3)


def test_values_below_a_limit_are_not_values_at_the_limit() -> None:
    """log10 HBsAg falls by 0.3 a visit; two fifths lie below the limit of 2."""
    random = np.random.default_rng(4)
    persons = 150
    who, visit = np.repeat(np.arange(persons), 5), np.tile(np.arange(5.0), persons)
    y = 3 - 0.3 * visit + random.normal(0, 0.8, persons)[who] + random.normal(0, 0.4, who.size)
    side, seen = np.where(y < 2, -1, 0), np.maximum(y, 2)
    found = tobit_mixed(seen, side, visit[:, None], who)
    assert (side < 0).mean() > 0.3
    assert found.estimates.lower[1] < -0.3 < found.estimates.upper[1]
    assert found.between == pytest.approx(0.8, abs=0.12)
    assert found.within == pytest.approx(0.4, abs=0.05)
    assert mixed(seen, visit[:, None], who).estimates.coefficient[1] > -0.24


def test_the_censored_mixed_model_finds_its_summit_when_most_is_cut_off() -> None:
    """Of whole persons only limits are known: the likelihood must still agree with its gradient."""
    rng = np.random.default_rng(12)
    who, visit = np.repeat(np.arange(300), 5), np.tile(np.arange(5.0), 300)
    own = rng.normal(0, 0.65, 300)[who]
    y = 3.2 - 0.12 * visit + own + rng.normal(0, 0.07, who.size)
    limit = np.log10(250)
    side = np.where(y > limit, 1, 0)
    found = tobit_mixed(np.minimum(y, limit), side, visit[:, None], who)
    assert side.mean() > 0.7
    assert found.estimates.note == ""
    assert found.estimates.coefficient == pytest.approx([3.2, -0.12], abs=0.15)
    assert found.between == pytest.approx(0.65, rel=0.2)
    assert found.within == pytest.approx(0.07, rel=0.2)


def test_overlap_weights_balance_exactly_and_remove_confounding() -> None:
    random = np.random.default_rng(6)
    x = random.normal(size=(4000, 2))
    treated = random.random(4000) < 1 / (1 + np.exp(-x[:, 0]))
    outcome = x[:, 0] + 0.5 * treated + random.normal(size=4000)
    weight = overlap(treated, propensity(treated, x).score)
    assert np.abs(differences(x, treated, weight)).max() < 1e-8
    found = weighted_difference(outcome, treated, weight)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < 0.5 < found.upper
    crude = weighted_difference(outcome, treated, np.ones(4000))
    assert crude.lower is not None
    assert crude.lower > 1


@pytest.mark.parametrize("seed", range(6))
def test_matching_is_what_a_search_of_all_controls_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    log_odds = np.round(random.normal(size=120), 1)  # ties
    treated = random.random(120) < (0.3, 0.5, 0.7)[seed % 3]
    spread = math.sqrt((log_odds[treated].var(ddof=1) + log_odds[~treated].var(ddof=1)) / 2)
    free, pairs = set(np.flatnonzero(~treated)), []
    for person in sorted(np.flatnonzero(treated), key=lambda row: (-log_odds[row], row)):
        near = min(
            free,
            key=lambda row: (abs(log_odds[row] - log_odds[person]), log_odds[row], row),
            default=None,
        )
        if near is not None and abs(log_odds[near] - log_odds[person]) <= CALIPER * spread:
            free.remove(near)
            pairs.append((person, near))
    found = nearest(treated, log_odds)
    assert list(zip(found.treated, found.control, strict=True)) == pairs
    assert found.unmatched == treated.sum() - len(pairs)


def test_negative_controls_show_their_bias() -> None:
    random = np.random.default_rng(8)
    se = random.uniform(0.05, 0.2, 400)
    found = systematic_error(random.normal(0.3, 0.15, 400) + random.normal(0, se), se)
    assert found.mean == pytest.approx(0.3, abs=0.03)
    assert found.sd == pytest.approx(0.15, abs=0.03)


def test_the_order_of_rows_does_not_matter() -> None:
    random = np.random.default_rng(9)
    who, visit = np.repeat(np.arange(60), 4), np.tile(np.arange(4.0), 60)
    kept = random.random(240) > 0.2
    who, visit = who[kept], visit[kept]
    x = np.column_stack([visit, random.normal(size=60)[who]])
    y = x.sum(axis=1) + random.normal(size=60)[who] + random.normal(size=who.size)
    mixed_up = random.permutation(who.size)
    for fit in (
        lambda r: gee(y[r], x[r], who[r], visit[r], correlation="ar1").estimates,
        lambda r: mixed(y[r], x[r], who[r], visit[r]).estimates,
    ):
        one, other = fit(np.arange(who.size)), fit(mixed_up)
        assert one.coefficient == pytest.approx(other.coefficient, rel=1e-8)
        assert one.se == pytest.approx(other.se, rel=1e-6)
