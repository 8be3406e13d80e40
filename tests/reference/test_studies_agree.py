"""Words and cohorts agree with a plain reading of them, patient by patient, on every engine."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from reference.patients import random_patients
from reference.stores import History, stored
from reference.studied import criteria_met, member
from reference.words import Person, said
from servers import DUCKDB, POSTGRES, SPARK, started

from seroclear import study as w
from seroclear.course.build import build
from seroclear.course.course import Course
from seroclear.engine import Engine
from seroclear.studies import load_study, names
from seroclear.study.assemble import cohorts
from seroclear.study.cohort import Cohort
from seroclear.study.evaluate import Evaluator
from seroclear.study.nodes import Node
from seroclear.study.study import Study

CODES = 50  # histories a topic
index = w.first("chronic_hbv")
any_day = w.earliest(w.last_test("hbsag"), w.last_test("alt"), w.treatment_start)
near: dict[str, Any] = {"at": any_day + "84 days", "within": "84 days"}
up_to: dict[str, Any] = {"before": w.last_contact, "within": "183 days"}
on = w.started("NA")

WORDS: tuple[Node, ...] = (
    *(w.sex, w.birth, w.death, w.last_contact, w.treatment_start, any_day, index, on),
    *(w.latest(w.last_test("hbeag"), w.death), any_day + "12 weeks", any_day - "28 days"),
    w.last("hbsag_loss", before=w.last_contact - "84 days"),
    w.first("alt_flare", after=any_day),
    w.ever("hbsag_loss", "hbeag_loss", after=any_day),
    *(w.diagnosed("diabetes", before=any_day), w.known(on)),
    *(w.mutation("rtM204V", "rtM204I", before=any_day), w.mutation("rtA181T", after=any_day)),
    *(w.sequenced(), w.sequenced("last", before=any_day)),
    *(w.test("hbsag").status == "positive", w.test("alt").count(after=any_day)),
    *(w.status("hbsag", **near), w.status("hbsag", **up_to), w.status("hbv_dna", **near)),
    *(w.value("alt", **near), w.value("alt", **up_to), w.value("hbv_dna", **near)),
    w.value("hbv_dna", negative_as=20, **near),
    w.value("hbsag", negative_as=0.05, **up_to),
    *(w.value("creatinine", **near), w.value("platelets", **near), w.value("ast", **up_to)),
    *(w.value("egfr", **near), w.value("fib4", **up_to), w.status("fib4", **near)),
    w.log10(w.value("hbv_dna", **near)),
    w.log10(w.value("alt", **up_to)) - w.log10(w.value("alt", **near)),
    *(w.age(any_day), w.years(any_day, w.last_contact), w.weeks(w.death, any_day)),
    w.age(any_day) >= 18,
    (w.age(any_day) < 40) & (w.years(any_day, w.death) > 1),
    (w.age(any_day) < 40) | (w.years(any_day, w.death) > 1),
    ~(w.age(any_day) < 40),
    w.bands(w.value("alt", **near), "low", 40, "middle", 80, "high"),
    w.category({"old": w.age(any_day) > 50, "flare": w.ever("alt_flare")}, otherwise="neither"),
    w.category({"lost": w.ever("hbsag_loss"), "flare": w.ever("alt_flare")}),
    *(w.state(name, on=any_day) for name in ("infection", "phase", "hbsag", "kidney")),
    *(w.state(name, on=on + "28 weeks") for name in ("first_line", "consolidation", "phase")),
    *(w.state("fibrosis", on=w.last_contact), w.state("pregnancy", on=any_day)),
    *(w.treatment(any_day), w.treatment(on), w.treatment_class(w.treatment_start)),
    *(w.on_treatment(on + "28 days"), w.exposure_before(w.last_contact)),
    *(w.line_end(on), w.line_end(any_day), w.started("ETV", "last"), w.started("IFN")),
    *(w.stopped("NA"), w.stopped("IFN"), w.stopped("TDF", "last", after=on)),
    *(w.started("TDF", after=on), w.stopped("NA", before=on + "84 days")),
    *(w.given("HBIG", before=any_day, within="84 days"), w.given("vaccine", **up_to)),
    w.mother(w.status("hbsag", before=w.child(w.birth), within="2 years")),
    w.mother(w.first("pregnancy")),
    w.mother(w.age(w.child(w.birth))),
    w.mother(w.treatment(w.child(w.birth))),
    w.mother(w.value("hbv_dna", before=w.child(w.birth), within="1 year")),
    w.mother(w.sex).is_one_of("female"),
)

TIMES = Study(
    question="With competing events, changes and visits.",
    population=[
        w.start("Anybody with a day", any_day),
        w.keep("Not too young", w.age(any_day) >= 10),
        w.drop("Coinfected", w.ever("hcv", before=any_day)),
    ],
    time_zero=any_day,
    outcome=w.first("hbsag_loss", after=any_day),
    competing=[w.first("hcc", after=any_day), w.first("alt_flare", after=any_day), w.death],
    follow_up=w.until(w.last_test("hbsag"), w.first("liver_transplant", after=any_day)),
    changes=[
        w.change("Treated", w.started("NA")),
        w.change("Later", any_day + "84 days"),
    ],
    visits=[
        w.visits("hbsag", every="84 days", until="2 years", within="28 days", log=True),
        w.visits("hbv_dna", every="168 days", until="168 days", within="83 days"),
        w.visits("alt", every="28 days", until="84 days", within="13 days"),
        w.visits("creatinine", every="1 year", until="2 years", within="90 days"),
    ],
    covariates=[w.covariate("Young", w.age(any_day) < 40)],
)
CODED = Study(
    question="Of an event that no test shows.",
    population=[w.start("Anybody with a day", any_day)],
    time_zero=any_day,
    groups=w.on_treatment(any_day),
    group_order=("off", "on"),
    outcome=w.first("cirrhosis", after=any_day),
    competing=[w.death],
    follow_up=w.until(w.last_contact),
    changes=[w.change("Loss", w.first("hbsag_loss"))],
    secondary=[
        w.endpoint(w.first("death", after=any_day), [], competing=[]),
        w.endpoint(
            w.measured("ALT later", w.status("alt", **near), levels=("normal", "elevated")), []
        ),
        w.endpoint(w.measured("ALT number", w.value("alt", **near)), []),
        w.endpoint(w.measured("Flare", w.ever("alt_flare", after=any_day)), []),
        w.endpoint(
            w.first("hbeag_loss", after=any_day + "12 weeks"),
            [],
            time_zero=any_day + "12 weeks",
            among=[w.drop("Lost by then", w.ever("hbeag_loss", before=any_day + "12 weeks"))],
            follow_up=w.until(w.last_test("hbeag")),
        ),
    ],
)
STUDIES = {"times": TIMES, "coded": CODED} | {name: load_study(name)[1] for name in names()}


@dataclass(frozen=True)
class World:
    """Random patients with their courses."""

    course: Course
    people: list[Person]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    histories = random_patients(11, CODES)
    dice = random.Random(11)
    for history in histories:
        _add_rare_rows(history, dice)
    with stored(histories) as store, started(DUCKDB) as engine:
        course = build(store, engine=engine)  # the courses are compared elsewhere
        rows = {
            table: engine.fetch(course.table(engine, table)).to_pylist()
            for table in ("finding", "regimen", "event", "state")
        }
        yield World(course, _people(histories, rows))


def _add_rare_rows(history: History, dice: random.Random) -> None:
    """Mutations, diabetes and HCC on days of tests, which hardly any history has."""
    patient = history.patient["patient_id"]
    days = [row["taken_at"] for row in history.result]
    for number, day in enumerate(dice.sample(days, min(len(days), dice.randrange(3)))):
        name = dice.choice(("rtM204V", "rtM204I", "rtA181T"))
        row = {"taken_at": day, "gene": "RT", "mutation": name, "source_row": f"m{number}"}
        history.mutation.append({"patient_id": patient, **row})
        row = {"condition": dice.choice(("diabetes", "hcc")), "setting": "inpatient"}
        row |= {"date": day, "source_row": f"{patient}.rare:{number}"}
        history.condition.append({"patient_id": patient, **row})
        row = {"test": "creatinine", "value": dice.choice((60.0, 90.0, 150.0)), "comparator": "="}
        row |= {"taken_at": day, "unit": "µmol/L", "source_row": f"{patient}.creatinine:{number}"}
        history.result.append({"patient_id": patient, **row})


def _people(histories: list[History], rows: dict[str, list[dict[str, Any]]]) -> list[Person]:
    people = {one.patient["patient_id"]: Person(one) for one in histories}
    for table, found in rows.items():
        for row in found:
            getattr(people[row["patient_id"]], table).append(row)
    for person in people.values():
        mother = people.get(person.history.patient.get("mother_id") or "")
        if mother is not None:
            tables = (mother.finding, mother.regimen, mother.event, mother.state)
            person.mother = Person(mother.history, *tables, child=person)
    return list(people.values())


@pytest.fixture(scope="module", params=[DUCKDB, POSTGRES, SPARK])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with started(request.param) as session:
        yield session


@pytest.fixture(scope="module")
def evaluator(engine: Engine, world: World) -> Evaluator:
    return Evaluator(engine, world.course)


def test_every_word_says_the_same(evaluator: Evaluator, world: World) -> None:
    wrong = []
    for node in WORDS:
        rows = evaluator.engine.fetch(evaluator.value(node)).to_pydict()
        found = dict(zip(rows["patient_id"], rows["value"], strict=True))
        assert len(found) == len(rows["patient_id"]), node  # one row a patient
        for person in world.people:
            patient = person.history.patient["patient_id"]
            wanted = said(node, person)
            if not _same(wanted, found.get(patient)):
                wrong.append((patient, node, wanted, found.get(patient)))
    assert not wrong, (len(wrong), wrong[:3])


def test_no_word_is_idle(world: World) -> None:
    """Each word says two things at least of these patients, so each has been compared."""
    for node in WORDS:
        answers = Counter(str(said(node, person)) for person in world.people)
        assert len(answers) > 1, (node, answers)


@pytest.mark.parametrize("name", STUDIES)
def test_every_cohort_has_the_same_rows(engine: Engine, world: World, name: str) -> None:
    study, evaluator = STUDIES[name], Evaluator(engine, world.course)
    every = [study, *map(study.with_endpoint, study.secondary)]
    for one, cohort in zip(every, cohorts(study, name, evaluator), strict=True):
        _compare(one, cohort, world)


def _compare(study: Study, cohort: Cohort, world: World) -> None:
    met = [criteria_met(study, person) for person in world.people]
    lines = len(cohort.steps) - 1
    kept = [sum(one > line for one in met) for line in range(lines)]
    assert [step.kept for step in cohort.steps[1:]] == kept
    limits = {one: float(world.course.definition[f"{one}.llod"]) for one in ("hbsag", "hbv_dna")}
    members = [
        member(study, person, limits)
        for person, lines_met in zip(world.people, met, strict=True)
        if lines_met == lines
    ]
    members.sort(key=lambda row: row["patient_id"])
    assert list(cohort.columns["patient_id"]) == [row["patient_id"] for row in members]
    _compare_columns(cohort, members)
    _compare_long(cohort, members)


def _compare_columns(cohort: Cohort, members: list[dict[str, Any]]) -> None:
    long = ("intervals", "visits")
    wrong = [
        (row["patient_id"], name, wanted, cohort.columns[name][number])
        for number, row in enumerate(members)
        for name, wanted in row.items()
        if name not in long and not _same(wanted, cohort.columns[name][number])
    ]
    assert not wrong, (len(wrong), wrong[:5])


def _compare_long(cohort: Cohort, members: list[dict[str, Any]]) -> None:
    changes = [one.name for one in cohort.changes]
    for name, table, columns in (
        ("intervals", cohort.intervals, ("start", "stop", "event", *changes)),
        ("visits", cohort.visits, ("measure", "planned", "time", "lower", "upper")),
    ):
        if table is None:
            continue
        found = list(zip(*(table[column] for column in ("person", *columns)), strict=True))
        wanted = [(number, *piece) for number, row in enumerate(members) for piece in row[name]]
        assert len(found) == len(wanted), name
        for one, other in zip(wanted, found, strict=True):
            assert all(_same(a, b) for a, b in zip(one, other, strict=True)), (name, one, other)


def test_the_patients_reach_what_is_compared(world: World) -> None:
    limits = {"hbsag": 0.05, "hbv_dna": 10.0}
    lines = len(TIMES.population)
    rows = [
        member(TIMES, person, limits)
        for person in world.people
        if criteria_met(TIMES, person) == lines
    ]
    assert {row["event"] for row in rows} == {0, 1, 2}
    assert {row["cause"] for row in rows} >= {"", "death", "HCC", "ALT flare"}
    pieces = [piece for row in rows for piece in row["intervals"]]
    assert {(piece[3], piece[4]) for piece in pieces} == {
        (one, other) for one in ("no", "yes") for other in ("no", "yes")
    }
    visits = [visit for row in rows for visit in row["visits"]]
    assert {visit[0] for visit in visits} == {one.label for one in TIMES.visits}
    assert any(visit[3] == -math.inf for visit in visits)
    assert any(visit[4] == math.inf for visit in visits)
    assert any(visit[3] == visit[4] for visit in visits)


def _same(wanted: Any, found: Any) -> bool:
    found = found.item() if hasattr(found, "item") else found
    if isinstance(wanted, float) and isinstance(found, float):
        if math.isnan(wanted) or math.isnan(found):
            return math.isnan(wanted) and math.isnan(found)
        return wanted == found or math.isclose(wanted, found, rel_tol=1e-12, abs_tol=1e-12)
    return bool(wanted == found) and (found is None) == (wanted is None)
