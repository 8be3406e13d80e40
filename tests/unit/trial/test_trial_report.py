"""What the report makes of locked data: outcomes by estimand, sets, the flow of participants."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from seroclear.errors import SeroclearError
from seroclear.trial.protocol import read_protocol
from seroclear.trial.report.data import LockedTrial
from seroclear.trial.report.flow import consort
from seroclear.trial.report.numbers import adverse_events, deviations, strata_corrected
from seroclear.trial.report.outcomes import members, outcomes, relapse_windows

START = date(2026, 3, 2)
PRIMARY, WASHOUT = read_protocol().estimands
TABLES = (
    *("subject", "consent", "eligibility", "allocation", "visit", "result", "dose", "dose_order"),
    *("withdrawal", "deviation", "intercurrent_event", "adverse_event", "endpoint_draft"),
)


def on(day: int) -> str:
    return str(START + timedelta(days=day))


def antigen(subject: str, day: int, value: float | None) -> dict[str, Any]:
    """An HBsAg result: below 0.05 for None."""
    sign, number = ("<", 0.05) if value is None else ("=", value)
    readings = f'[{{"comparator":"{sign}","test":"hbsag","unit":"IU/mL","value":{number}}}]'
    return {
        "subject": subject,
        "test": "hbsag",
        "taken_on": on(day),
        "readings": readings,
        "id": day,
    }


def order(subject: str, day: int, state: str) -> dict[str, Any]:
    return {"subject": subject, "due": on(day), "state": state}


def trial(adjudicated: dict[str, str | None], **tables: list[dict[str, Any]]) -> LockedTrial:
    """Participants 't...' are treated, 'c...' controls; each consented and was eligible."""
    criteria = read_protocol().eligibility.criteria
    met = ",".join(f'"{c.name}":"{"yes" if c.kind == "inclusion" else "no"}"' for c in criteria)
    everything: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for code in adjudicated:
        everything["subject"].append({"id": code})
        everything["consent"].append({"subject": code})
        everything["eligibility"].append({"subject": code, "criteria": f"{{{met}}}"})
        everything["allocation"].append(
            {
                "subject": code,
                "site": "01",
                "arm": "hbig" if code.startswith("t") else "control",
                "stratum": "anti_hbs: <10 mIU/mL",
                "randomised_on": on(0),
                "commitment": "0",
            }
        )
    for name, rows in tables.items():
        everything[name] = everything[name] + rows
    return LockedTrial(read_protocol(), False, everything, adjudicated, "hash")


def success(found: LockedTrial, estimand: Any) -> list[float]:
    return list(outcomes(found, estimand, members(found, "itt")).success)


def test_the_adjudicated_outcome_counts_and_a_composite_event_before_it_is_a_failure() -> None:
    event = {"kind": "antiviral_restart"}
    found = trial(
        {
            "c1": "sustained",
            "c2": "sustained",
            "t1": "sustained",
            "t2": "not sustained",
            "t3": None,
        },
        intercurrent_event=[
            {"subject": "c1", "on_day": on(200), **event},
            {"subject": "c2", "on_day": on(351), **event},  # after the window of week 48
            {"subject": "t1", "on_day": on(200), "kind": "vaccination"},  # treatment policy
        ],
    )
    assert success(found, PRIMARY)[:4] == [0, 1, 1, 0]
    assert math.isnan(success(found, PRIMARY)[4])


@pytest.mark.parametrize(
    ("later", "dose", "expected"),
    [
        ([(448, None)], None, 1.0),
        ([(448, None)], 339, 1.0),  # 109 days before
        ([(448, None)], 340, math.nan),  # 108 days before
        ([(448, 0.2)], None, 0.0),
        ([(400, 0.2), (448, None)], None, 0.0),
        ([(430, None)], None, math.nan),  # before the window of week 64
        ([], None, math.nan),
    ],
)
def test_past_the_wash_out(
    later: list[tuple[int, float | None]], dose: int | None, expected: float
) -> None:
    found = trial(
        {"t1": "sustained"},
        result=[antigen("t1", day, value) for day, value in later],
        dose=[] if dose is None else [{"subject": "t1", "given_on": on(dose)}],
    )
    np.testing.assert_equal(success(found, WASHOUT), [expected])


def test_per_protocol() -> None:
    found = trial(
        dict.fromkeys(["c1", "c2", "c3", "t1", "t2", "t3", "t4"], "sustained") | {"c4": None},
        dose_order=[
            order("t1", 7, "given"),
            order("t1", 400, "cancelled"),  # due after week 48
            order("t2", 7, "given"),
            order("t2", 90, "cancelled"),
            order("t4", 7, "given"),
        ],
        withdrawal=[{"subject": "t4", "kind": "treatment", "on_day": on(50)}],
        intercurrent_event=[{"subject": "c2", "on_day": on(100), "kind": "hbig_in_control"}],
        deviation=[
            {"subject": "c3", "kind": "eligibility", "description": "", "on_day": on(1)},
            {"subject": "c1", "kind": "visit", "description": "", "on_day": on(1)},
        ],
    )
    chosen = members(found, "per_protocol")
    inside = [one.id for one, is_in in zip(found.people, chosen, strict=True) if is_in]
    assert inside == ["c1", "t1"]


def test_a_set_without_a_rule_is_refused() -> None:
    with pytest.raises(SeroclearError, match="no rule for the analysis set 'other'"):
        members(trial({"c1": None}), "other")


def test_windows_of_relapse() -> None:
    found = trial(
        {"c1": None, "c2": None},
        result=[
            antigen("c1", 0, None),
            antigen("c1", 28, None),
            antigen("c1", 84, 0.07),
            antigen("c2", 56, None),
        ],
    )
    assert relapse_windows(found) == ([28, 56], [84, math.inf])


def test_the_flow_of_participants_adds_up() -> None:
    found = trial(
        {"c1": "sustained", "c2": None, "t1": "not sustained", "t2": None},
        dose=[{"subject": "t1", "given_on": on(0)}],
        withdrawal=[{"subject": "c2", "kind": "consent", "on_day": on(30)}],
    )
    found.tables["subject"] += [{"id": "x1"}, {"id": "x2"}]
    found.tables["consent"].append({"subject": "x2"})
    found.tables["eligibility"].append({"subject": "x2", "criteria": '{"age":"no"}'})
    flow = consort(found)
    treated, control = flow.arms
    assert (flow.assessed, flow.randomised, sum(flow.declined.values())) == (6, 4, 1)
    assert list(flow.not_eligible) == ["Not: Aged 18 to 60 years (inclusive)."]
    assert (treated.received, treated.not_received) == (1, {"No dose of HBIG": 1})
    assert control.lost == {"Withdrew consent": 1}
    assert treated.lost == {"No result that settles it": 1}
    assert (control.analysed, control.imputed) == (2, 1)


def test_missing_outcomes_that_the_protocol_leaves_out_are_excluded() -> None:
    found = trial({"c1": "sustained", "c2": None, "t1": "sustained"})
    protocol = replace(found.protocol, endpoint=replace(found.protocol.endpoint, missing="missing"))
    _, control = consort(replace(found, protocol=protocol)).arms
    assert (control.analysed, control.excluded) == (1, {"Outcome missing": 1})


def test_adverse_events_count_persons_by_what_they_were_given() -> None:
    event = {"subject": "t1", "term": "Headache", "serious": False, "related": "possibly"}
    found = trial(
        {"c1": None, "t1": None, "t2": None},
        dose=[{"subject": "t1", "given_on": on(0)}],
        adverse_event=[event, event],
        deviation=[{"subject": "t1", "kind": "dose", "description": "late", "on_day": on(9)}],
    )
    given = {row.variable: row for row in adverse_events(found) if row.group == "HBIG given"}
    assert (given["Headache"].events, given["Headache"].n, given["Serious"].events) == (1, 1, 0)
    assert given["Related"].events == 1
    [row] = deviations(found)
    assert (row.group, row.variable, row.value) == ("HBIG immunisation", "dose", 1.0)


def test_a_corrected_stratum_is_a_sensitivity_analysis_and_the_allocation_stays() -> None:
    people = {f"{arm}{number}": "sustained" for arm in "ct" for number in range(4)}
    correction = {"subject": "t0", "factor": "anti_hbs", "corrected": "10 mIU/mL or more"}
    other = {"kind": "stratum", "description": "", "on_day": on(1), "as_randomised": ""}
    found = trial(people, deviation=[correction | other])
    assert strata_corrected(trial(people), 1) == []
    rows = strata_corrected(found, 1)
    assert {row.definition for row in rows} == {"estimand primary, set itt, strata as corrected"}
    changed = [one for one in found.people if one.corrected != one.stratum]
    assert [(one.id, one.corrected) for one in changed] == [("t0", "anti_hbs: 10 mIU/mL or more")]
    assert {one.stratum for one in found.people} == {"anti_hbs: <10 mIU/mL"}
