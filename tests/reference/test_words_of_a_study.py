"""Each word of the study language on one patient whose answer can be read off the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from reference.rows import Add, code, death, number, result, supply, transplantation
from reference.stores import History, stored

from seroclear import study as words
from seroclear.analysis.competing import competing
from seroclear.course.build import build
from seroclear.engines.duckdb import DuckDB
from seroclear.study import Study, first, keep, start, test, until
from seroclear.study.assemble import assemble
from seroclear.study.cohort import Cohort
from seroclear.study.evaluate import Evaluator
from seroclear.study.nodes import Node

ZERO = date(2015, 1, 1)
POSITIVE, NEGATIVE = (result("hbsag", status=status) for status in ("positive", "negative"))
loss = first("hbsag_loss")
transplant = first("liver_transplant")


def patient(name: str, *days: tuple[int, Add], seen_to: int = 0) -> History:
    """A patient with these rows on days counted from ZERO, and HBsAg lost on ZERO."""
    history = History({"patient_id": name, "source_row": f"{name}:1"})
    rows = ((-400, POSITIVE), (-399, supply("ETV", "NA", 300)), (0, NEGATIVE), *days)
    for line, (day, add) in enumerate(rows, start=2):
        add(history, ZERO + timedelta(day), f"{name}:{line:02d}")
    history.patient["observed_from"] = ZERO - timedelta(400)
    history.patient["observed_to"] = ZERO + timedelta(seen_to)
    return history


def valued(histories: Sequence[History], said: Sequence[Node]) -> list[Any]:
    """What the first word says of the first patient, and so on; None when it is unknown."""
    with stored(histories) as store:
        session = DuckDB(threads=1)
        evaluator = Evaluator(session, build(store, engine=session))
        tables = [evaluator.value(node).to_pyarrow() for node in said]
        session.close()
    found = [
        dict(zip(*(table[column].to_pylist() for column in ("patient_id", "value")), strict=True))
        for table in tables
    ]
    return [
        values.get(history.patient["patient_id"])
        for history, values in zip(histories, found, strict=True)
    ]


ALT = number("alt", "U/L", 90.0)


# day, what happens on it, a word, what it says
EXAMPLES: list[tuple[int, Add, Node, object]] = [
    # before= is on or before
    (0, code("hcv"), words.ever("hcv", before=loss), True),
    (1, code("hcv"), words.ever("hcv", before=loss), False),
    # after= is strictly after
    (0, code("hcv"), words.ever("hcv", after=loss), False),
    (1, code("hcv"), words.ever("hcv", after=loss), True),
    # a day that the patient does not have: nothing is before it
    (0, code("hcv"), words.ever("hcv", before=transplant), False),
    # doses count while they last
    (
        -183,
        supply("HBIG", "HBIG", 1),
        words.given("HBIG", before=loss, within="183 days"),
        True,
    ),
    (
        -184,
        supply("HBIG", "HBIG", 1),
        words.given("HBIG", before=loss, within="183 days"),
        False,
    ),
    (
        -300,
        supply("HBIG", "HBIG", 118),
        words.given("HBIG", before=loss, within="183 days"),
        True,
    ),
    (
        1,
        supply("HBVAX", "vaccine", 1),
        words.given("vaccine", before=loss, within="1 day"),
        False,
    ),
    *[
        (day, ALT, node, expected)
        for day, node, expected in [
            (-180, words.value("alt", before=loss, within="180 days"), 90.0),
            (-181, words.value("alt", before=loss, within="180 days"), None),
            (0, words.status("alt", before=loss, within="180 days"), "elevated"),
            (1, words.status("alt", before=loss, within="180 days"), None),
            (0, test("alt").count(after=loss), 0.0),
            (1, test("alt").count(after=loss), 1.0),
            (0, test("alt").count(before=loss), 1.0),
            (5, words.last_test("alt"), ZERO + timedelta(5)),
            (5, words.last_test("hbeag"), None),
            (5, words.years(loss, words.last_test("alt")) > 5 / 365.25, False),
            (5, words.years(loss, words.last_test("alt")) >= 5 / 365.25, True),
            (5, words.years(loss, words.last_test("hbeag")) > 1, None),
        ]
    ],
]


def test_each_word_says_what_the_page_says() -> None:
    people = [patient(f"p{case:02d}", (day, add)) for case, (day, add, _, _) in enumerate(EXAMPLES)]
    found = valued(people, [node for _, _, node, _ in EXAMPLES])
    wrong = [
        (day, node, expected, value)
        for (day, _, node, expected), value in zip(EXAMPLES, found, strict=True)
        if value != expected or type(value) is not type(expected)
    ]
    assert not wrong


def test_the_words_speak_of_the_kidney_and_of_fibrosis() -> None:
    rows = (
        (-500, number("creatinine", "µmol/L", 90.0)),
        (-100, number("creatinine", "µmol/L", 150.0)),
        (-10, number("creatinine", "µmol/L", 150.0)),
        (-30, number("alt", "U/L", 64.0)),
        (-20, number("ast", "U/L", 80.0)),
        (-20, number("platelets", "10^9/L", 100.0)),
        (-20, number("stiffness", "kPa", 14.0)),
        (-5, number("alt", "U/L", 900.0)),
        (-4, number("stiffness", "kPa", 30.0)),  # in a flare: tells nothing
    )
    near: dict[str, Any] = {"before": loss, "within": "1 year"}
    asked = {
        words.value("egfr", **near): 48.61,
        words.status("egfr", **near): "G3a",
        words.status("fib4", **near): "high",
        words.value("fib4", **near): 5.0,
        words.value("apri", **near): 2.0,
        words.value("liver_stiffness", **near): 14.0,
        words.status("liver_stiffness", **near): "high",
        test("liver_stiffness").count(before=loss): 1.0,
        first("ckd"): ZERO - timedelta(100),
        first("egfr_decline"): ZERO - timedelta(100),
        first("advanced_fibrosis"): ZERO - timedelta(20),
    }
    people = [patient(f"p{case:02d}", *rows) for case in range(len(asked))]
    for person in people:
        person.patient |= {"sex": "male", "birth_date": date(1964, 6, 1)}
    assert valued(people, list(asked)) == list(asked.values())


def test_first_and_last_of_an_event_that_happens_twice() -> None:
    twice = patient("a", (10, POSITIVE), (20, NEGATIVE))
    (first_loss,) = valued([twice], [loss])
    (last_loss,) = valued([twice], [words.last("hbsag_loss")])
    (last_until,) = valued([twice], [words.last("hbsag_loss", before=loss)])
    assert (first_loss, last_loss, last_until) == (ZERO, ZERO + timedelta(20), ZERO)


@dataclass(frozen=True)
class Follow:
    """What the cohort says of one patient's follow-up, in days."""

    cohort: Cohort

    def __call__(self, name: str) -> tuple[float, ...]:
        row = list(self.cohort.columns["patient_id"]).index(name)
        columns = ("time", "event", "lower", "upper", "contact", "died", "retested")
        values = [float(self.cohort.columns[column][row]) for column in columns]
        days = [values[0], values[2], values[3], values[4]]
        time, lower, upper, contact = (
            one if one == float("inf") else round(one * 365.25) for one in days
        )
        return time, values[1], lower, upper, contact, values[5], values[6]


INFINITE = float("inf")


@pytest.fixture(scope="module")
def follow() -> Iterator[Follow]:
    late = 900
    patients = [
        patient("reverted", (100, NEGATIVE), (300, POSITIVE), seen_to=late),
        patient("censored", (100, NEGATIVE), (300, NEGATIVE), seen_to=late),
        patient("never tested again", seen_to=late),
        patient("transplanted", (100, NEGATIVE), (200, transplantation), (300, POSITIVE)),
        patient("transplanted, died", (200, transplantation), (300, NEGATIVE), (400, death)),
        patient("died on the day", (200, transplantation), (200, death), (300, NEGATIVE)),
        patient("died", (100, NEGATIVE), (400, death), seen_to=100),
        patient("sample after death", (100, NEGATIVE), (90, death), seen_to=100),
        patient("dead before the loss", (-5, death)),
        patient("reverted on the last day", (100, POSITIVE), (100, transplantation)),
    ]
    study = Study(
        question="Does it last?",
        population=[start("Positive", test("hbsag").status == "positive"), keep("Lost", loss)],
        time_zero=loss,
        groups=words.exposure_before(loss),
        group_order=("IFN", "NA"),
        outcome=first("hbsag_seroreversion", after=loss),
        outcome_marker="hbsag",
        follow_up=until(words.last_test("hbsag"), first("liver_transplant", after=loss)),
    )
    with stored(patients) as store:
        session = DuckDB(threads=1)
        yield Follow(assemble(study, "test", build(store, engine=session), session))
        session.close()


@pytest.mark.parametrize(
    ("name", "expected"),  # time, event, lower, upper, contact, died, retested
    [
        ("reverted", (300, 1, 100, 300, 900, 0, 1)),
        ("censored", (300, 0, 300, INFINITE, 900, 0, 1)),
        ("never tested again", (0, 0, 0, INFINITE, 900, 0, 0)),
        # What happens after the transplant is not told; the last evidence is the test before it.
        ("transplanted", (200, 0, 100, INFINITE, 200, 0, 1)),
        ("transplanted, died", (200, 0, 0, INFINITE, 200, 0, 0)),
        ("died on the day", (200, 0, 0, INFINITE, 200, 1, 0)),
        ("died", (100, 0, 100, INFINITE, 400, 1, 1)),
        # Samples may be dated some days after the death: time never runs backwards.
        ("sample after death", (100, 0, 100, INFINITE, 100, 1, 1)),
        ("dead before the loss", (0, 0, 0, INFINITE, 0, 1, 0)),
        ("reverted on the last day", (100, 1, 0, 100, 100, 0, 1)),
    ],
)
def test_follow_up(follow: Follow, name: str, expected: tuple[float, ...]) -> None:
    assert follow(name) == expected


def test_analyses_accept_these_follow_ups(follow: Follow) -> None:
    deaths = [row for row in competing(follow.cohort) if row.estimate == "competing events"]
    assert sum(row.value or 0 for row in deaths) == 4


def test_an_unknown_answer_leaves_and_is_counted() -> None:
    old = words.age(loss) > 60
    people = [patient(name) for name in ("old", "young", "unknown")]
    people[0].patient["birth_date"] = date(1940, 1, 1)
    people[1].patient["birth_date"] = date(1990, 1, 1)
    for criterion, stays in ((keep("Old", old), "old"), (words.drop("Old", old), "young")):
        study = Study(
            question="Whom does it keep?",
            population=[start("Lost", loss), criterion],
            time_zero=loss,
            groups=words.exposure_before(loss),
            group_order=("NA",),
            outcome=first("hbsag_seroreversion", after=loss),
            outcome_marker="hbsag",
            follow_up=until(words.last_test("hbsag")),
        )
        with stored(people) as store:
            session = DuckDB(threads=1)
            cohort = assemble(study, "test", build(store, engine=session), session)
            session.close()
        assert list(cohort.columns["patient_id"]) == [stays]
        step = cohort.steps[-1]
        assert (step.entered, step.kept, step.left, step.unknown) == (3, 1, 2, 1)
