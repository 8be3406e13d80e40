"""What is said of one patient: why an event is not there, and the text on the terminal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from seroclear.course.catalogue import STATE_LABELS, STATES
from seroclear.course.definition import definition
from seroclear.course.explain import Explanation, Line, Stretch
from seroclear.course.explain_words import in_words
from seroclear.course.not_counted import Row, not_counted, why_no_phase

RULES = definition("default")
LOSS = date(2015, 1, 1)


def _patient(*tests: tuple[date, str, str], **tables: list[Row]) -> dict[str, list[Row]]:
    """A patient with HBsAg lost from LOSS to the end of 2018 and these findings."""
    before = (date(2014, 1, 1), "hbsag", "positive")
    every = (before, (LOSS, "hbsag", "negative"), *tests)
    names = ("date", "marker", "status")
    lost = {"marker": "hbsag", "state": "lost", "start": LOSS, "end": date(2018, 12, 31)}
    finding = [dict(zip(names, test, strict=True)) for test in every]
    return {"finding": finding, "event": [], "regimen": [], "state": [lost], **tables}


def _line(start: date, end: date, why_ended: str) -> Row:
    return {"agents": "ETV", "start": start, "end": end, "why_ended": why_ended}


def _why_no_cure(patient: dict[str, list[Row]]) -> list[str]:
    return [why for _, text, why in not_counted(patient, RULES) if text == "no functional cure"]


NEGATIVE = (date(2016, 1, 1), "hbsag", "negative")


@pytest.mark.parametrize(
    ("tests", "regimen", "why"),
    [
        (
            [NEGATIVE],
            [],
            "no HBV DNA undetectable 168 days or more after HBsAg loss (2015-01-01)",
        ),
        (
            # 167 days after the loss: one day early.
            [
                (date(2015, 6, 17), "hbsag", "negative"),
                (date(2015, 6, 17), "hbv_dna", "undetectable"),
            ],
            [],
            (
                "no HBsAg negative and no HBV DNA undetectable 168 days or more after HBsAg loss "
                "(2015-01-01)"
            ),
        ),
        (
            [NEGATIVE, (date(2016, 1, 1), "hbv_dna", "undetectable")],
            [_line(date(2013, 1, 1), date(2015, 12, 1), "stop")],
            (
                "no HBsAg negative and no HBV DNA undetectable 168 days or more after the end of "
                "treatment (2015-12-01)"
            ),
        ),
        (
            [(date(2016, 1, 1), "hbv_dna", "detectable"), (date(2017, 1, 1), "hbsag", "negative")],
            [],
            (
                "no HBV DNA undetectable 168 days or more after the last detectable HBV DNA "
                "(2016-01-01)"
            ),
        ),
        (
            [NEGATIVE, (date(2016, 1, 1), "hbv_dna", "undetectable")],
            [_line(date(2013, 1, 1), date(2018, 12, 1), "still on")],
            "on ETV since 2013-01-01",
        ),
    ],
)
def test_why_a_loss_is_no_functional_cure(
    tests: list[tuple[date, str, str]], regimen: list[Row], why: str
) -> None:
    assert _why_no_cure(_patient(*tests, regimen=regimen)) == [why]


def test_a_cured_loss_asks_for_no_reason() -> None:
    cure = {"event": "functional_cure", "date": date(2016, 1, 1)}
    assert not _why_no_cure(_patient(event=[cure]))


def test_a_breakthrough_that_was_not_seen_again() -> None:
    event: dict[str, Any] = {"event": "breakthrough", "date": LOSS}
    said = [(day, text) for day, text, _ in not_counted(_patient(event=[event]), RULES)]
    assert (LOSS, "no confirmed virological breakthrough") in said
    both = [event, {"event": "breakthrough_confirmed", "date": LOSS}]
    texts = [text for _, text, _ in not_counted(_patient(event=both), RULES)]
    assert "no confirmed virological breakthrough" not in texts


@pytest.mark.parametrize(
    ("tests", "why"),
    [
        ([("hbeag", "negative")], "no HBV DNA, no ALT"),
        # Detected below the limit bounds HBV DNA, so it is there.
        ([("hbv_dna", "indeterminate"), ("hbeag", "indeterminate")], "no HBeAg, no ALT"),
    ],
)
def test_why_a_phase_is_unknown(tests: list[tuple[str, str]], why: str) -> None:
    unknown = {"marker": "phase", "state": "unknown", "start": LOSS, "end": date(2015, 12, 31)}
    patient = _patient(*((date(2015, 6, 1), *test) for test in tests))
    assert why_no_phase(unknown, patient, RULES) == why


def test_soon_after_treatment_there_is_no_phase_to_tell() -> None:
    patient = _patient(regimen=[_line(date(2013, 1, 1), date(2014, 12, 31), "stop")])
    state = {"marker": "phase", "state": "unknown", "start": LOSS, "end": date(2015, 3, 1)}
    assert "183 days after treatment" in why_no_phase(state, patient, RULES)
    later = {**state, "end": date(2016, 3, 1)}
    assert "after treatment" not in why_no_phase(later, patient, RULES)


def test_a_day_is_told_in_a_few_lines() -> None:
    rows = ("test:1: 2015-01-01 HBsAg '<0.05 IU/mL' (read by rule 'comparator')",)
    told = Explanation(
        "p1",
        "default",
        "chronic hepatitis B",
        (Stretch("hbsag", "lost", LOSS, date(2018, 12, 31)),),
        (
            Line(LOSS, "finding", "HBsAg negative", said="<0.05 IU/mL", evidence=rows),
            Line(LOSS, "finding", "HBeAg negative", said="Negative"),
            Line(LOSS, "finding", "anti-HBs indeterminate", "within 108 days after HBIG"),
            Line(LOSS, "event", "HBsAg loss", evidence=rows),
            Line(LOSS, "event", "confirmed HBsAg loss", evidence=rows),
            Line(LOSS, "not counted", "no functional cure", "no HBV DNA"),
        ),
    )
    assert in_words(told).splitlines() == [
        "Patient p1: chronic hepatitis B (definition 'default')",
        "",
        "HBsAg               2015-01-01 to 2018-12-31  lost",
        "",
        (
            "2015-01-01     HBsAg negative (<0.05 IU/mL); HBeAg negative; "
            "anti-HBs indeterminate (within 108 days after"
        ),
        "               HBIG)",
        "            => HBsAg loss",
        "            => confirmed HBsAg loss",
        f"                 because {rows[0]}",
        "             x no functional cure: no HBV DNA",
    ]


def test_every_state_has_a_label() -> None:
    assert list(STATES) == list(STATE_LABELS)
