"""A binary outcome in two arms within strata, all strata together.

A stratum in which an arm has nobody tells nothing and changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from seroclear.analysis.prepared import Z
from seroclear.trial.analysis.two_by_two import Arms

NOTHING = "no stratum has persons in both arms: nothing to compare"


@dataclass(frozen=True, slots=True)
class Stratified:
    """An estimate over strata with 95% limits, or a test; None, and a note, where there is none.

    Attributes:
        statistic: chi-square on one degree of freedom (tests).
        z: with the sign of treated less control (tests).
        strata: how many strata have persons in both arms.
    """

    value: float | None = None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    statistic: float | None = None
    z: float | None = None
    p: float | None = None
    strata: int = 0
    method: str = ""
    note: str = ""


def cochran_mantel_haenszel(strata: Sequence[Arms], *, continuity: bool = False) -> Stratified:
    """Test of no difference in any stratum (Mantel & Haenszel, J Natl Cancer Inst 1959;22:719).

    Args:
        strata: one a stratum.
        continuity: take 1/2 from the distance, as R's mantelhaen.test does unless told not to.
    """
    from scipy.stats import chi2

    method = "Cochran–Mantel–Haenszel test, with" + ("" if continuity else "out")
    method += " continuity correction"
    used = _used(strata)
    excess, variance = 0.0, 0.0
    for arms in used:
        total, events = arms.total, arms.events + arms.events_control
        excess += arms.events - arms.n * events / total
        if total > 1:
            others = total - events
            variance += arms.n * arms.n_control * events * others / (total**2 * (total - 1))
    if not used or variance == 0:
        note = NOTHING if not used else "everybody or nobody has the outcome: no difference seen"
        return Stratified(strata=len(used), method=method, note=note)
    distance = max(0.0, abs(excess) - 0.5) if continuity else abs(excess)
    z = math.copysign(distance / math.sqrt(variance), excess)
    p = float(chi2.sf(z * z, 1))
    return Stratified(statistic=z * z, z=z, p=p, strata=len(used), method=method)


def mantel_haenszel_difference(strata: Sequence[Arms]) -> Stratified:
    """Common risk difference with Sato's variance (Sato, Greenland & Robins, Biometrics
    1989;45:1323): consistent with few large strata and with many small ones."""
    from scipy.stats import norm

    method = "Mantel–Haenszel risk difference, Sato's variance, Wald 95% limits"
    used = _used(strata)
    if not used:
        return Stratified(method=method, note=NOTHING)
    weight, value, p_sum, q_sum = 0.0, 0.0, 0.0, 0.0
    for arms in used:
        n, m, x, y, total = arms.n, arms.n_control, arms.events, arms.events_control, arms.total
        weight += n * m / total
        value += (x * m - y * n) / total
        p_sum += (n**2 * y - m**2 * x + n * m * (m - n) / 2) / total**2
        q_sum += (x * (m - y) + y * (n - x)) / (2 * total)
    value /= weight
    se = math.sqrt(max(0.0, value * p_sum + q_sum)) / weight
    if se == 0:
        note = "nobody's outcome varies within an arm: no limits"
        return Stratified(value=value, strata=len(used), method=method, note=note)
    z = value / se
    p = float(2 * norm.sf(abs(z)))
    return Stratified(value, se, value - Z * se, value + Z * se, None, z, p, len(used), method)


def mantel_haenszel_odds_ratio(strata: Sequence[Arms]) -> Stratified:
    """Common odds ratio with the limits of Robins, Breslow & Greenland (Biometrics 1986;42:311);
    `se` is of its logarithm."""
    method = "Mantel–Haenszel odds ratio, Robins–Breslow–Greenland 95% limits"
    used = _used(strata)
    if not used:
        return Stratified(method=method, note=NOTHING)
    above, below, pr, ps_qr, qs = 0.0, 0.0, 0.0, 0.0, 0.0
    for arms in used:
        x, y, total = arms.events, arms.events_control, arms.total
        free, free_control = arms.n - x, arms.n_control - y
        p, q = (x + free_control) / total, (free + y) / total
        r, s = x * free_control / total, free * y / total
        above, below = above + r, below + s
        pr, ps_qr, qs = pr + p * r, ps_qr + p * s + q * r, qs + q * s
    if above == 0 or below == 0:
        value = None if above == below else 0.0 if above == 0 else math.inf
        note = "a product of counts is 0 in every stratum: no finite odds ratio"
        return Stratified(value, strata=len(used), method=method, note=note)
    value = above / below
    se = math.sqrt(pr / (2 * above**2) + ps_qr / (2 * above * below) + qs / (2 * below**2))
    return Stratified(
        value,
        se,
        value * math.exp(-Z * se),
        value * math.exp(Z * se),
        strata=len(used),
        method=method,
    )


def _used(strata: Sequence[Arms]) -> list[Arms]:
    return [arms for arms in strata if not arms.empty]
