"""The words of vocabulary.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _file() -> dict[str, object]:
    text = files("seroclear.evidence.claims").joinpath("vocabulary.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def words(name: str) -> frozenset[str]:
    """The words of one list."""
    return frozenset(str(_file()[name]).split())


@cache
def opposites() -> dict[str, str]:
    """Endpoint: the state of those who did not have it."""
    table = _file()["opposites"]
    assert isinstance(table, dict)
    return dict(table)


@cache
def endpoint_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern for all endpoints, longest first, and the endpoint of each of its words."""
    table = _file()["endpoints"]
    assert isinstance(table, dict)
    names = {word: name for name, many in table.items() for word in many}
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})", re.IGNORECASE), names


@cache
def months() -> dict[str, float]:
    """Months in one of a unit of time, by its name (singular, plural and with a full stop)."""
    table = _file()["months"]
    assert isinstance(table, dict)
    return {name + end: float(one) for name, one in table.items() for end in ("", "s", "ly")}
