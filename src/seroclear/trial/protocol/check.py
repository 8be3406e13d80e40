"""What the parts of a protocol must agree on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from seroclear.errors import SeroclearError
from seroclear.records.vocabulary import read_csv
from seroclear.study.checks import nearest
from seroclear.trial.protocol.protocol import Protocol


class ProtocolMistake(SeroclearError):
    """What is wrong in a protocol, with its place (table.key)."""


def check(protocol: Protocol) -> None:
    """Raises ProtocolMistake where parts contradict one another or name what does not exist."""
    for one in _CHECKS:
        one(protocol)


def _require(true: bool, sentence: str) -> None:
    if not true:
        raise ProtocolMistake(sentence)


def _distinct(place: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        _require(bool(name), f"{place}: a name is empty.")
        _require(name not in seen, f"{place}: there are two called {name!r}; rename one.")
        seen.add(name)


def _one_of(place: str, name: str, known: list[str]) -> None:
    _require(name in known, f"{place}: there is no {name!r}; {nearest(name, known)}.")


def _names(protocol: Protocol) -> None:
    _distinct("arms", (arm.name for arm in protocol.arms))
    _distinct("schedule.visits", (visit.name for visit in protocol.schedule.visits))
    _distinct("allocation.strata", (stratum.name for stratum in protocol.allocation.strata))
    _distinct("estimands", (estimand.name for estimand in protocol.estimands))
    _distinct("analysis_sets", (one.name for one in protocol.analysis_sets))
    _distinct("sites", (site.code for site in protocol.sites))
    _distinct("range_checks", (one.test for one in protocol.range_checks))
    _distinct("eligibility.criteria", (one.name for one in protocol.eligibility.criteria))
    for estimand in protocol.estimands:
        place = f"estimands[{estimand.name}].intercurrent"
        _distinct(place, (event.name for event in estimand.intercurrent))


def _arms(protocol: Protocol) -> None:
    arms = protocol.arms
    _require(len(arms) == 2, f"arms: {len(arms)} are given; this program runs trials of two arms.")
    _require(
        sum(arm.control for arm in arms) == 1, "arms: exactly one of the two must be the control."
    )
    for arm in arms:
        _require(arm.ratio > 0, f"arms[{arm.name}].ratio must be 1 or more.")


def _allocation(protocol: Protocol) -> None:
    allocation = protocol.allocation
    together = sum(arm.ratio for arm in protocol.arms)
    if allocation.method == "permuted blocks":
        _require(bool(allocation.blocks), "allocation.blocks: give at least one size.")
        for size in allocation.blocks:
            _require(
                size > 0 and size % together == 0,
                f"allocation.blocks: {size} is no multiple of {together}, the sum of the ratios.",
            )
    _require(
        0.5 < allocation.probability <= 1,
        "allocation.probability must be over 0.5 and at most 1.",
    )
    for stratum in allocation.strata:
        place = f"allocation.strata[{stratum.name}]"
        if stratum.name == "site":
            _require(not stratum.levels, f"{place}.levels: those of 'site' are the sites' codes.")
            continue
        _require(len(stratum.levels) >= 2, f"{place}.levels: give at least two.")
        _distinct(f"{place}.levels", stratum.levels)
        if stratum.marker:
            _test(f"{place}.marker", stratum.marker)
            _unit(f"{place}.unit", stratum.marker, stratum.unit)
            _require(
                len(stratum.cuts) == len(stratum.levels) - 1
                and list(stratum.cuts) == sorted(set(stratum.cuts)),
                f"{place}.cuts: give one fewer than levels, from low to high.",
            )


def _schedule(protocol: Protocol) -> None:
    visits = protocol.schedule.visits
    _require(bool(visits) and visits[0].day == 0, "schedule.visits: the first must be day 0.")
    for visit in visits:
        place = f"schedule.visits[{visit.name}]"
        _require(min(visit.early, visit.late) >= 0, f"{place}: early and late must be 0 or more.")
        for test in visit.tests:
            _test(f"{place}.tests", test)
    for before, visit in pairwise(visits):
        _require(
            before.window[1] < visit.window[0],
            f"schedule.visits[{visit.name}]: its window begins before that of {before.name!r} "
            "ends, and a sample could belong to both.",
        )


def _trigger(protocol: Protocol) -> None:
    trigger = protocol.trigger
    for arm in trigger.arms:
        _one_of("trigger.arms", arm, [one.name for one in protocol.arms])
        _require(
            not protocol.arm(arm).control, f"trigger.arms: {arm!r} is the control, which gets none."
        )
    _test("trigger.marker", trigger.marker)
    _unit("trigger.unit", trigger.marker, trigger.unit)
    _one_of("trigger.product", trigger.product, _products())
    _require(trigger.below > 0, "trigger.below must be above 0.")
    _require(trigger.dose > 0, "trigger.dose must be above 0.")
    _require(trigger.maximum_doses >= 1, "trigger.maximum_doses must be 1 or more.")
    _require(trigger.minimum_interval_days >= 0, "trigger.minimum_interval_days: 0 or more.")
    _require(
        0 <= trigger.due_within_days <= trigger.escalate_after_days,
        "trigger.escalate_after_days must not come before due_within_days.",
    )


def _size(protocol: Protocol) -> None:
    size = protocol.size
    _require(size.participants > 1, "size.participants must be 2 or more.")
    for key in ("control_rate", "treated_rate", "alpha", "power"):
        _require(0 < getattr(size, key) < 1, f"size.{key} must be between 0 and 1.")
    _require(0 <= size.dropout < 1, "size.dropout must be from 0 up to under 1.")


def _endpoint(protocol: Protocol) -> None:
    endpoint = protocol.endpoint
    visits = [visit.name for visit in protocol.schedule.visits]
    _one_of("endpoint.at_visit", endpoint.at_visit, visits)
    _test("endpoint.marker", endpoint.marker)
    _unit("endpoint.unit", endpoint.marker, endpoint.unit)
    _test("endpoint.passive_marker", endpoint.passive_marker)
    _one_of("endpoint.passive_product", endpoint.passive_product, _products())
    _require(
        endpoint.marker in protocol.endpoint_visit.tests,
        f"endpoint.at_visit: {endpoint.marker} is no test of {endpoint.at_visit!r}.",
    )
    _require(endpoint.positives_for_relapse >= 1, "endpoint.positives_for_relapse: 1 or more.")
    _require(endpoint.adjudicators >= 1, "endpoint.adjudicators must be 1 or more.")


def _others(protocol: Protocol) -> None:
    _require(bool(protocol.estimands), "estimands: no analysis without an estimand; give one.")
    sets = [one.name for one in protocol.analysis_sets]
    for estimand in protocol.estimands:
        _one_of(f"estimands[{estimand.name}].analysis_set", estimand.analysis_set, sets)
    _require(bool(protocol.sites), "sites: give at least one.")
    for one in protocol.range_checks:
        place = f"range_checks[{one.test}]"
        _test(place, one.test)
        _unit(f"{place}.unit", one.test, one.unit)
        _require(one.low < one.high, f"{place}: low must be below high.")
    eligibility = protocol.eligibility
    _require(
        0 <= eligibility.age_from <= eligibility.age_to,
        "eligibility.age_to must not be below age_from.",
    )


def _tests() -> dict[str, str]:
    return {row["test"]: row["unit"] for row in read_csv("tests.csv")}


def _products() -> list[str]:
    return [row["agent"] for row in read_csv("drugs.csv")]


def _test(place: str, name: str) -> None:
    _one_of(place, name, list(_tests()))


def _unit(place: str, test: str, unit: str) -> None:
    known = _tests()[test]
    _require(unit == known, f"{place} must be {known!r}, the unit in which {test} is kept.")


_CHECKS: tuple[Callable[[Protocol], None], ...] = (
    _names,
    _arms,
    _allocation,
    _schedule,
    _trigger,
    _size,
    _endpoint,
    _others,
)
