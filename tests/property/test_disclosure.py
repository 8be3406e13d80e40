"""An attacker with the published rows and pen and paper learns no count of 1 to 4.

The attacker is written apart from the disclosure control: it knows what the rows mean, writes down
every equation they give (sums, percentages, rates, curves), solves them, and must not come to know
a small count that was hidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.report_rows import (
    GROUPS,
    STEPS,
    SUBGROUPS,
    Person,
    cohort_of,
    described,
    example_rows,
    people_example,
)

from seroclear.analysis.result import Row
from seroclear.report.disclosure import suppress
from seroclear.report.flow import flow

THRESHOLD = 5
Name = tuple[object, ...]
Equation = tuple[dict[Name, int], int]  # sum of weight * unknown = number

persons = st.builds(
    Person,
    group=st.sampled_from(GROUPS),
    time=st.sampled_from([0.0, 0.3, 0.6, 0.9, 1.0, 1.4, 2.2, 3.0, 3.6, 5.1]),
    event=st.sampled_from([0, 0, 1, 1, 2]),
    retested=st.sampled_from([True, True, True, False]),
    sex=st.sampled_from(["female", "male", "male", ""]),
    anti_hbs=st.sampled_from(["negative", "positive", "positive", ""]),
    age=st.sampled_from([30.0, 40.0, 55.0, float("nan")]),
    alt=st.sampled_from([20.0, 35.0, 90.0]),
)


@st.composite
def cohorts(draw: st.DrawFn) -> list[Row]:
    people = draw(st.lists(persons, min_size=0, max_size=60))
    entered = len(people)
    steps = []
    for label in ("C", "B", "A"):
        left = draw(st.sampled_from([0, 1, 3, 4, 6, 40]))
        unknown = draw(st.integers(0, left))
        steps.insert(0, ("keep", label, entered + left, entered, unknown))
        entered += left
    return described(cohort_of(people, tuple(steps)))


def name(row: Row) -> Name | None:
    """What the number in `row.value` counts; None if it is no count."""
    match row.analysis, row.estimate:
        case "flowchart", estimate:
            step = int(row.variable)
            return ("at", step) if estimate == "kept" else (estimate, step)
        case "table_one", "n" if row.variable == "Persons":
            return ("persons", row.definition, "", row.group)
        case "table_one", "n":
            return ("level", row.variable, row.level, row.group)
        case "table_one", "missing":
            return ("missing", row.variable, row.group)
        case "crude" | "definition_grid", "persons":
            return ("persons", row.definition, "", row.group)
        case "crude" | "definition_grid" | "log_rank", "events" | "observed":
            return ("events", row.definition, "", row.group, None)
        case "risk_table", "at risk":
            return ("at risk", row.definition, "", row.group, row.time or 0.0)
        case "competing", "competing events":
            return ("deaths", row.group)
        case "subgroups", "unknown":
            return ("missing", row.stratum, row.group)
    return None


def facts(rows: Iterable[Row]) -> dict[Name, int]:
    """Counts that can be read off the rows, directly or with one division."""
    known: dict[Name, int] = {}
    for row in rows:
        counted = name(row)
        if counted is not None and row.value is not None:
            known[counted] = round(row.value)
        timed = row.estimate in ("survival", "at risk") and row.analysis in (
            "kaplan_meier",
            "kaplan_meier_curve",
            "definition_grid",
            "subgroups",
        )
        if timed and row.time is not None:
            place = (row.definition, row.stratum, row.group, row.time)
            # A curve starts at 1 before the events of time 0, and its start tells nothing of them.
            start = row.time == 0 and row.value == 1
            if row.events is not None and not start:
                known["events", *place] = row.events
            if row.n is not None:
                known["at risk", *place] = row.n
            if row.estimate == "survival" and row.value == 1 and not start:
                known["events", *place] = 0
        if row.estimate == "percent with outcome" and row.n is not None:
            known["persons", row.definition, row.stratum, row.group] = row.n
            if row.events is not None:
                known["events", row.definition, row.stratum, row.group, None] = row.events
        if row.analysis == "subgroups" and row.estimate == "p":
            if row.n is not None:
                known["persons", row.definition, row.stratum, row.group] = row.n
            if row.events is not None:
                known["events", row.definition, row.stratum, row.group, None] = row.events
        measured = row.analysis == "table_one" and row.estimate in ("median", "percent", "mean")
        if measured and row.n is not None:
            known["known", row.variable, row.group] = row.n
    by_place = {(r.analysis, r.group, r.variable, r.level, r.estimate): r for r in rows}
    for row in by_place.values():
        if row.analysis == "table_one" and row.estimate == "percent" and row.value:
            n = by_place.get((row.analysis, row.group, row.variable, row.level, "n"))
            if n is not None and n.value is not None:
                known["known", row.variable, row.group] = round(100 * n.value / row.value)
        if row.estimate == "rate per 100 person-years" and row.value is not None:
            years = by_place["crude", row.group, "", "", "person-years"]
            if years.value is not None:
                total = ("events", row.definition, "", row.group, None)
                known[total] = round(row.value * years.value / 100)
    return known


def equations(rows: list[Row], names: set[Name]) -> list[Equation]:
    """Sums that hold whatever the numbers are."""
    found: list[Equation] = []

    def add(total: Name, *parts: Name) -> None:
        found.append(({total: 1, **dict.fromkeys(parts, -1)}, 0))

    for kind, *rest in names:
        if kind == "at" and ("left", rest[0]) in names and rest[0]:
            add(("at", rest[0] - 1), ("at", rest[0]), ("left", rest[0]))
            add(("entered", rest[0]), ("at", rest[0] - 1))
        if kind == "level":
            variable, _, group = rest
            levels = [n for n in names if n[0] == "level" and (n[1], n[3]) == (variable, group)]
            add(("persons", "default", "", group), ("missing", variable, group), *levels)
            add(("known", variable, group), *levels)
        if kind == "missing":
            add(("persons", "default", "", rest[1]), rest_name("known", rest), ("missing", *rest))
        if kind in ("level", "missing", "persons", "events", "known") and "" in rest[-2:]:
            place = next(
                i for i in range(len(rest) - 1, -1, -1) if rest[i] == "" and i >= len(rest) - 2
            )
            if kind != "events" or rest[3] is None:
                parts = [(kind, *rest[:place], group, *rest[place + 1 :]) for group in GROUPS]
                if all(part in names for part in parts):
                    add((kind, *rest), *parts)
        if kind == "at risk" and rest[3] == 0:
            add(("at risk", *rest), ("persons", *rest[:3]))
    label, levels = SUBGROUPS[0].label, SUBGROUPS[0].levels
    for group in ("", *GROUPS):
        for level in levels:
            add(("persons", "default", f"{label}: {level}", group), ("level", label, level, group))
        add(("persons", "default", label, group), ("known", label, group))
    last = max((n[1] for n in names if n[0] == "at"), default=None)
    if last is not None:
        add(("at", last), ("persons", "default", "", ""))
    return found


def rest_name(kind: str, rest: list[object]) -> Name:
    return (kind, *rest)


def solve(system: list[Equation]) -> dict[Name, Fraction]:
    """Every unknown that the equations determine, by elimination."""
    columns = {n: i for i, n in enumerate(dict.fromkeys(n for e, _ in system for n in e))}
    matrix = []
    for weights, number in system:
        line = [Fraction(0)] * (len(columns) + 1)
        for unknown, weight in weights.items():
            line[columns[unknown]] += weight
        line[-1] = Fraction(number)
        matrix.append(line)
    pivots: dict[int, list[Fraction]] = {}
    for line in matrix:
        for column, pivot in pivots.items():
            if line[column]:
                factor = line[column]
                line = [a - factor * b for a, b in zip(line, pivot, strict=True)]
        lead = next((i for i in range(len(columns)) if line[i]), None)
        if lead is None:
            continue
        line = [value / line[lead] for value in line]
        for column, pivot in pivots.items():
            if pivot[lead]:
                factor = pivot[lead]
                pivots[column] = [a - factor * b for a, b in zip(pivot, line, strict=True)]
        pivots[lead] = line
    names = list(columns)
    return {
        names[lead]: line[-1]
        for lead, line in pivots.items()
        if not any(line[i] for i in range(len(columns)) if i != lead)
    }


def learnt(published: list[Row], truth: dict[Name, int]) -> dict[Name, Fraction]:
    """What the attacker knows of the counts that there are."""
    system = equations(published, set(truth))
    known = facts(published)
    system += [({counted: 1}, number) for counted, number in known.items()]
    return {n: v for n, v in solve(system).items() if n in truth}


def attack(rows: list[Row]) -> None:
    truth = facts(rows)
    published = suppress(rows, THRESHOLD)
    for counted, number in learnt(published, truth).items():
        assert number == truth[counted], f"the attacker's equation for {counted} is wrong"
        assert not 0 < truth[counted] < THRESHOLD, f"{counted} = {number} is recovered"
    steps_between(published)


def steps_between(published: list[Row]) -> None:
    """Any two published counts of events of a group differ by nobody or by the threshold."""
    events: dict[tuple[str, str, str], set[int]] = {}
    for row in published:
        survival = row.estimate == "survival" and row.analysis in (
            "kaplan_meier",
            "kaplan_meier_curve",
            "definition_grid",
        )
        total = row.analysis == "crude" and row.estimate == "events" and row.value is not None
        if (survival and row.events is not None) or total:
            assert row.events is not None
            events.setdefault((row.definition, row.stratum, row.group), {0}).add(row.events)
    for numbers in events.values():
        ordered = sorted(numbers)
        for before, after in pairwise(ordered):
            assert after - before >= THRESHOLD


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(cohorts())
def test_no_small_count_can_be_recovered(rows: list[Row]) -> None:
    attack(rows)


def test_the_start_of_a_curve_is_not_taken_for_its_events_at_time_zero() -> None:
    people = [Person("NA", time=0.0, event=1)] * 4 + [Person("NA", time=1.4, event=1)]
    people += [Person("NA", time=3.0, event=0)] * 8
    attack(described(cohort_of(people, (("keep", "A", 13, 13, 0),))))


@pytest.mark.parametrize("seed", range(4))
def test_no_small_count_of_a_study_of_usual_size_can_be_recovered(seed: int) -> None:
    attack(described(cohort_of(people_example(seed), STEPS)))


@pytest.mark.parametrize("kind", ["left", "level", "missing", "persons", "events"])
def test_the_attack_succeeds_where_only_small_counts_are_hidden(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "seroclear.report.disclosure.protect",
        lambda counts, threshold: {c for c, v in counts.values.items() if 0 < v < threshold},
    )
    people = [p for p in people_example() if p.group == "NA"]
    people += [Person("IFN", 1.5, event=int(i < 2), anti_hbs="positive") for i in range(4)]
    steps = (*STEPS[:-1], ("keep", "Tested again", STEPS[-2][3], len(people), 0))
    rows = described(cohort_of(people, steps))
    known = learnt(suppress(rows, THRESHOLD), facts(rows))
    assert [n for n, v in known.items() if n[0] == kind and 0 < v < THRESHOLD]


@pytest.mark.parametrize("seed", range(4))
def test_the_equations_of_the_attack_hold(seed: int) -> None:
    rows = described(cohort_of(people_example(seed), STEPS))
    truth = facts(rows)
    checked = 0
    for weights, number in equations(rows, set(truth)):
        if weights.keys() <= truth.keys():
            assert sum(weight * truth[n] for n, weight in weights.items()) == number
            checked += 1
    assert checked > 30


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(cohorts())
def test_what_is_published_is_true_and_in_order(rows: list[Row]) -> None:
    published = suppress(rows, THRESHOLD)
    true = {}
    for row in rows:
        true.setdefault(
            (
                row.analysis,
                row.group,
                row.stratum,
                row.variable,
                row.level,
                row.time,
                row.estimate,
                row.method,
                row.definition,
            ),
            row,
        )
    for row in published:
        whole = true[
            row.analysis,
            row.group,
            row.stratum,
            row.variable,
            row.level,
            row.time,
            row.estimate,
            row.method,
            row.definition,
        ]
        assert row.value is None or row.value == whole.value
        assert row.n in (None, whole.n)
        assert row.events in (None, whole.events)
        assert not 0 < (row.n or 0) < THRESHOLD
        assert not 0 < (row.events or 0) < THRESHOLD


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(cohorts())
def test_the_flowchart_still_adds_up(rows: list[Row]) -> None:
    chart = flow(suppress(rows, THRESHOLD))
    assert chart is not None
    before = chart.persons
    for block in chart.blocks:
        assert block.entered == before
        assert block.left is None or block.left == 0 or block.left >= THRESHOLD
        if block.entered is not None and block.kept is not None:
            assert block.left == block.entered - block.kept
        before = block.kept


def test_a_threshold_of_zero_changes_nothing() -> None:
    rows = example_rows()
    assert suppress(rows, 0) == rows


def test_suppressing_twice_gives_the_same() -> None:
    rows = example_rows()
    assert suppress(rows, THRESHOLD) == suppress(rows, THRESHOLD)
