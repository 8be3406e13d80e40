"""Why this many participants: what gives the planned number, and what it can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from seroclear.report.document import Table
from seroclear.trial.design.exact import TESTS, exact_power, least_treated_rate
from seroclear.trial.design.size import METHODS, Method, control_size, total_size
from seroclear.trial.protocol import Protocol

CONTROL_RATES = (0.60, 0.65, 0.70, 0.75, 0.80, 0.85)
POWERS = (0.80, 0.85, 0.90)
DROPOUTS = (0.0, 0.05, 0.10, 0.15, 0.20)
MISSING = (0.0, 0.05, 0.10, 0.15, 0.20)
# Controls and treated for whom power is told; the last two are the milder relapse of two cohorts
# (15.2% and 15.0% after interferon) and of one with anti-HBs 100 mIU/mL or more (5.5%) against all
# (13.5%).
POWER_RATES = (
    (0.70, 0.90),
    (0.75, 0.90),
    (0.75, 0.95),
    (0.80, 0.95),
    (0.85, 0.95),
    (0.865, 0.945),
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One set of assumptions and its total."""

    control: float
    treated: float
    power: float
    method: Method
    dropout: float
    total: int


def explanations(participants: int, alpha: float, ratio: float = 1.0) -> list[Explanation]:
    """Every set of round assumptions that gives this number of participants."""
    return [one for one in _sets(alpha, ratio) if one.total == participants]


def _sets(alpha: float, ratio: float) -> Iterator[Explanation]:
    for control, method, power in product(CONTROL_RATES, METHODS, POWERS):
        for percent in range(round(100 * control) + 5, 100):
            treated = percent / 100
            for dropout in DROPOUTS:
                total = total_size(control, treated, alpha, power, method, ratio, dropout)
                yield Explanation(control, treated, power, method, dropout, total)


def ratio_of(protocol: Protocol) -> float:
    """Treated over control."""
    return protocol.treated.ratio / protocol.control.ratio


def arm_sizes(protocol: Protocol) -> tuple[int, int]:
    """Participants planned in the treated and in the control arm."""
    together = protocol.treated.ratio + protocol.control.ratio
    treated = round(protocol.size.participants * protocol.treated.ratio / together)
    return treated, protocol.size.participants - treated


def methods_table(protocol: Protocol) -> Table:
    """The protocol's own assumptions by each formula."""
    size, ratio = protocol.size, ratio_of(protocol)
    rates = (size.control_rate, size.treated_rate, size.alpha, size.power)
    rows = []
    for method in METHODS:
        exact = control_size(*rates, method, ratio)
        totals = [total_size(*rates, method, ratio, dropout) for dropout in DROPOUTS]
        rows.append((method, f"{exact:.2f}", *(_marked(one, size.participants) for one in totals)))
    lost = tuple(f"{_percent(dropout)} lost" for dropout in DROPOUTS)
    return Table(
        f"Participants in all for {_percent(size.control_rate)} against "
        f"{_percent(size.treated_rate)}, power {_percent(size.power)}, two-sided "
        f"{_percent(size.alpha)}",
        ("Formula", "Control arm, exact", *lost),
        tuple(rows),
        (
            (
                f"* the planned number, {size.participants}. Arms are rounded up, then divided by "
                "the share that is not lost and rounded up again."
            ),
        ),
    )


def explanations_table(protocol: Protocol) -> Table:
    """Of the sets of assumptions that give the planned number, how the rates pair up."""
    size = protocol.size
    found = explanations(size.participants, size.alpha, ratio_of(protocol))
    pairs = sorted({(one.control, one.treated) for one in found})
    rows = []
    for control, treated in pairs:
        ways = [one for one in found if (one.control, one.treated) == (control, treated)]
        text = "; ".join(
            f"{one.method}, {_percent(one.power)}, {_percent(one.dropout)} lost" for one in ways
        )
        rows.append((_percent(control), _percent(treated), text))
    return Table(
        f"{len(found)} sets of round assumptions that give {size.participants} participants",
        ("Control", "Treated", "Formula, power, lost to follow-up"),
        tuple(rows),
        (
            (
                "Control rates in steps of 5 points, treated rates in whole points: the number "
                "alone does not tell which was meant."
            ),
        ),
    )


def power_table(protocol: Protocol) -> Table:
    """Exact power of the planned arms by three tests, and with missing outcomes as failures."""
    n, m = arm_sizes(protocol)
    alpha = protocol.size.alpha
    rows = []
    for control, treated in POWER_RATES:
        tests = [exact_power(control, treated, n, m, alpha, test) for test in TESTS]
        lost = [exact_power(control, treated, n, m, alpha, missing=d) for d in MISSING[1:]]
        rows.append((_percent(control), _percent(treated), *map(_percent1, (*tests, *lost))))
    return Table(
        f"Exact power with {n} treated and {m} controls",
        ("Control", "Treated", *TESTS, *(f"Pearson, {_percent(d)} missing" for d in MISSING[1:])),
        tuple(rows),
        ("Every possible table is enumerated. Missing outcomes count as failures in both arms.",),
    )


def least_rate_table(protocol: Protocol) -> Table:
    """The smallest treated rate that the planned arms can show."""
    n, m = arm_sizes(protocol)
    power = protocol.size.power
    rows = []
    for control in (0.70, 0.75, 0.80, 0.85, 0.865):
        found = least_treated_rate(control, n, m, power)
        rows.append((_percent1(control), "none" if found is None else _percent1(found)))
    return Table(
        f"Smallest treated rate with {_percent(power)} power (exact, Pearson's test)",
        ("Control", "Treated"),
        tuple(rows),
    )


def _marked(total: int, planned: int) -> str:
    return f"{total}*" if total == planned else str(total)


def _percent(share: float) -> str:
    return f"{100 * share:g}%"


def _percent1(share: float) -> str:
    return f"{100 * share:.1f}%"
