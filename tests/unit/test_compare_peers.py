"""The comparison with other tools: equal answers or none; a tool that fails is shown as such."""

from __future__ import annotations

import json
import sys

import pytest
from compare_peers import Tool, compare, table
from cost import Cost

GIB = 2**30


def says(answer: object, *, name: str, against: str = "") -> Tool:
    """A tool that answers so."""
    return Tool(name, (sys.executable, "-c", f"print({json.dumps(answer)!r})"), against)


OURS = says({"lost": 3, "alone": 2}, name="ours")


def test_a_tool_that_answers_differently_stops_the_run() -> None:
    theirs = says({"lost": 4}, name="theirs", against="ours")
    with pytest.raises(SystemExit, match=r"theirs differs from ours in \['lost'\]"):
        compare([OURS, theirs], 1, GIB)


def test_a_tool_that_fails_has_no_runs_and_the_others_go_on() -> None:
    broken = Tool("broken", (sys.executable, "-c", "raise ValueError"), "ours")
    theirs = says({"lost": 3}, name="theirs", against="ours")
    costs, failed = compare([OURS, broken, theirs], 2, GIB)
    assert failed == {"broken": "failed"}
    assert {name: len(made) for name, made in costs.items()} == {
        "ours": 2,
        "broken": 0,
        "theirs": 2,
    }


def test_memory_is_limited() -> None:
    greedy = Tool("greedy", (sys.executable, "-c", "print(len(b'1' * 2**31))"), "ours")
    costs, failed = compare([OURS, greedy], 1, GIB)
    assert costs["greedy"] == []
    assert failed == {"greedy": "ran out of memory"}


def test_the_table_holds_each_tool_against_ours() -> None:
    theirs = says({}, name="theirs", against="ours")
    broken = says({}, name="broken", against="ours")
    costs = {
        "ours": [Cost(2.0, 3.0, GIB)] * 3,
        "theirs": [Cost(cpu, 9.0, 2 * GIB) for cpu in (7.0, 5.0, 90.0)],
        "broken": [],
    }
    failed = {"broken": "ran out of memory"}
    text = table(1000, [OURS, theirs, broken], costs, failed, Cost(30.0, 40.0, GIB), 8 * GIB)
    assert "| ours | 3.0 | 2.0 |  | 1.00 |" in text
    assert "| theirs | 9.0 | 7.0 | 3.5 | 2.00 |" in text
    assert "| broken: ran out of memory |" in text
    assert "medians of 3 runs, at most 8 GiB" in text
