"""What a result says of a threshold: below, not below, or unknown. Nothing is guessed."""

from __future__ import annotations

import json
from typing import Any, Literal

from seroclear.trial.protocol.parts import Endpoint, Stratum, Trigger

Finding = Literal["below", "not below", "unknown"]
Sign = Literal["positive", "negative", "unknown"]


def side_of(readings: list[dict[str, Any]], test: str, threshold: float) -> Finding:
    """On which side of a threshold the readings of a test lie.

    '<2' is below 100, '>1000' is not, '<150' may be either. A sign alone says nothing here.
    """
    found = {_side(one, threshold) for one in readings if one["test"] == test}
    return found.pop() if len(found) == 1 else "unknown"


def sign_of(readings: list[dict[str, Any]], test: str) -> str | None:
    """The sign that was printed, None where there was none or two that contradict."""
    signs = {one["status"] for one in readings if one["test"] == test and one.get("status")}
    return signs.pop() if len(signs) == 1 else None


def titre_of(row: dict[str, Any], trigger: Trigger) -> Finding:
    """What a result says of the trigger's threshold.

    Negative without a number is below where the protocol says so; negative beside a number that is
    not below contradicts itself, and is unknown.
    """
    readings = json.loads(row["readings"])
    side = side_of(_with_number(readings), trigger.marker, trigger.below)
    negative = sign_of(readings, trigger.marker) == "negative" and trigger.negative_counts
    if not any(one["test"] == trigger.marker for one in _with_number(readings)):
        return "below" if negative else "unknown"
    return "unknown" if negative and side == "not below" else side


def antigen_of(row: dict[str, Any], endpoint: Endpoint) -> Sign:
    """Whether a result of the endpoint's marker is positive, by its number or else by its sign.

    A number and a sign that contradict each other are unknown.
    """
    readings = json.loads(row["readings"])
    numbers = [one for one in _with_number(readings) if one["test"] == endpoint.marker]
    sign = sign_of(readings, endpoint.marker)
    if not numbers:
        return "positive" if sign == "positive" else "negative" if sign == "negative" else "unknown"
    side = side_of(numbers, endpoint.marker, endpoint.positive_from)
    by_number: Sign = (
        "negative" if side == "below" else "positive" if side == "not below" else "unknown"
    )
    return by_number if sign in (None, by_number) else "unknown"


def level_of(row: dict[str, Any], factor: Stratum) -> str | None:
    """The level of a factor that is read from a result, None where the result leaves it open."""
    readings = json.loads(row["readings"])
    numbers = [one for one in _with_number(readings) if one["test"] == factor.marker]
    at = 0
    for cut in factor.cuts:
        side = side_of(numbers, factor.marker, cut)
        if side == "unknown":
            return None
        at += side == "not below"
    return factor.levels[at]


def _with_number(readings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in readings if one.get("value") is not None]


def _side(reading: dict[str, Any], threshold: float) -> Finding:
    value, comparator = reading["value"], reading["comparator"]
    if comparator == "=":
        return "below" if value < threshold else "not below"
    if comparator == "<":
        return "below" if value <= threshold else "unknown"
    if comparator == ">":
        return "not below" if value >= threshold else "unknown"
    if comparator == "range":
        if reading["value_high"] < threshold:
            return "below"
        return "not below" if value >= threshold else "unknown"
    return "unknown"
