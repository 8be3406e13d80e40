"""A hospital whose truth is known: simulate it, then write its records in some format."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from seroclear.simulate import diagnoses as dx
from seroclear.simulate import prescriptions as rx
from seroclear.simulate import readings as r
from seroclear.simulate.chemistry import chemistry
from seroclear.simulate.lives import draw_lives, streams
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.people import Int, People, day
from seroclear.simulate.perinatal import perinatal_records
from seroclear.simulate.pregnancy import Children
from seroclear.simulate.scenario import Scenario
from seroclear.simulate.sequencing import mutation_table
from seroclear.simulate.serology import serology
from seroclear.simulate.treatment import Treatment
from seroclear.simulate.truth import event_truth, patient_truth
from seroclear.simulate.truth_columns import dates, patient_ids
from seroclear.simulate.truth_perinatal import child_truth, pregnancy_truth
from seroclear.simulate.visits import Visits, stack


@dataclass(frozen=True, slots=True)
class Hospital:
    """Records as tidy tables, in canonical units and free of dirt, and the truth beside them.

    Attributes:
        scenario: what made it.
        patient: patient_id, sex, birth_date, death_date (if the hospital knows), mother_id (of the
            children born here), observed_from, observed_to.
        visit: visit_id, patient_id, start, end, kind.
        result: result_id, visit_id, patient_id, taken_at, test, value, comparator, unit, status,
            detection, lower_limit, upper_limit, assay: what the laboratory printed, with the
            meaning of the store's columns of the same names.
        exposure: patient_id, start, end, days_supply, agent, drug_class, dose, dose_unit, route.
        condition: visit_id, patient_id, date, condition, code, edition (ICD-10 or ICD-10-CM),
            setting.
        procedure: patient_id, date, procedure.
        mutation: patient_id, taken_at, gene, mutation; resistance_to is the truth.
        truth: one row a patient, see `truth.patient_truth`.
        truth_event: one row an event, see `truth.event_truth`.
        truth_pregnancy, truth_child: one row each, see `truth_perinatal`. Children are patients
            without a row in `truth`.
    """

    scenario: Scenario
    patient: pa.Table
    visit: pa.Table
    result: pa.Table
    exposure: pa.Table
    condition: pa.Table
    procedure: pa.Table
    mutation: pa.Table
    truth: pa.Table
    truth_event: pa.Table
    truth_pregnancy: pa.Table
    truth_child: pa.Table


def simulate(scenario: Scenario) -> Hospital:
    """Draw a hospital. The same scenario gives the same bytes.

    Each stage has its own stream of random numbers, so that a change in what the laboratory prints
    leaves the truth as it was.
    """
    rng = streams(scenario)
    drawn = draw_lives(scenario, rng)
    people, treatment, outcomes = drawn.people, drawn.treatment, drawn.outcomes
    phenomena, visits = drawn.phenomena, drawn.visits
    changed = visits.day >= day(scenario.assay_change)
    clinic = r.Clinic(scenario, people, treatment, outcomes, phenomena, visits, changed)
    tested = [*serology(clinic, rng[4]), *chemistry(clinic, rng[13])]
    prescriptions = rx.draw_prescriptions(people, treatment, phenomena, outcomes, rng[5])
    prescriptions = rx.second_prescriptions(prescriptions, phenomena.agents)
    coded = dx.draw_diagnoses(people, treatment, outcomes, phenomena, visits, rng[6])
    added = perinatal_records(clinic, phenomena.pregnancies, phenomena.children, rng[14])
    results = r.join([*tested, *added.results])
    prescriptions = rx.join([prescriptions, added.prescriptions])
    coded = dx.ordered(coded, added.diagnoses)
    visits = stack([visits, added.visits])
    truth = patient_truth(people, treatment, outcomes, phenomena)
    return Hospital(
        scenario=scenario,
        patient=_patient_table(people, outcomes, phenomena.children, visits),
        visit=_visit_table(visits),
        result=_result_table(results, visits),
        exposure=_exposure_table(prescriptions),
        condition=_condition_table(coded, visits),
        procedure=_procedure_table(treatment, outcomes),
        mutation=mutation_table(
            scenario.library,
            treatment,
            phenomena.agents,
            phenomena.virus,
            outcomes,
            scenario.seed,
        ),
        truth=truth,
        truth_event=event_truth(truth),
        truth_pregnancy=pregnancy_truth(phenomena.pregnancies, outcomes),
        truth_child=child_truth(len(people), phenomena.children),
    )


def write_truth(hospital: Hospital, folder: Path) -> None:
    """The truth into `folder/truth`: four tables as Parquet, and scenario.json."""
    target = folder / "truth"
    target.mkdir(parents=True, exist_ok=True)
    pq.write_table(hospital.truth, target / "patient.parquet", compression="zstd")
    pq.write_table(hospital.truth_event, target / "event.parquet", compression="zstd")
    pq.write_table(hospital.truth_pregnancy, target / "pregnancy.parquet", compression="zstd")
    pq.write_table(hospital.truth_child, target / "child.parquet", compression="zstd")
    if len(hospital.mutation):
        pq.write_table(hospital.mutation, target / "mutation.parquet", compression="zstd")
    write_scenario(hospital.scenario, folder)


def write_scenario(scenario: Scenario, folder: Path) -> None:
    """The scenario into `folder/truth`."""
    import json

    values = {name: value for name, value in asdict(scenario).items() if name != "part"}
    text = json.dumps(values, indent=2, default=str)
    (folder / "truth" / "scenario.json").write_text(text + "\n", encoding="utf-8")


def _patient_table(
    people: People, outcomes: Outcomes, children: Children, visits: Visits
) -> pa.Table:
    """The people and, after them, the children born here. Observed from the first visit to the
    end of the last one, or to a death that the hospital knows."""
    n, n_children = len(people), len(children.mother)
    known = people.followed & (outcomes.death <= outcomes.followed_to)
    last = np.concatenate([np.where(known, np.floor(outcomes.death), 0), np.zeros(n_children)])
    first = np.full(n + n_children, np.inf)
    np.maximum.at(last, visits.person, visits.end)
    np.minimum.at(first, visits.person, visits.day)
    mother = np.concatenate([np.zeros(n, np.int64), children.mother])
    female = np.concatenate([people.female, children.female])
    death = np.concatenate([outcomes.death, np.full(n_children, np.inf)])
    is_child = np.arange(n + n_children) >= n
    return pa.table(
        {
            "patient_id": patient_ids(np.arange(n + n_children)),
            "sex": np.where(female, "female", "male"),
            "birth_date": dates(np.concatenate([people.birth, children.birth])),
            "death_date": dates(death, np.concatenate([known, np.zeros(n_children, bool)])),
            "mother_id": pc.if_else(pa.array(is_child), patient_ids(mother), None),
            "observed_from": dates(first),
            "observed_to": dates(last),
        }
    )


def _visit_table(visits: Visits) -> pa.Table:
    return pa.table(
        {
            "visit_id": np.arange(1, len(visits.day) + 1),
            "patient_id": patient_ids(visits.person),
            "start": dates(visits.day),
            "end": dates(visits.end),
            "kind": _words(("outpatient", "inpatient"), visits.inpatient.astype(np.int64)),
        }
    )


def _result_table(results: r.Readings, visits: Visits) -> pa.Table:
    units = [r.UNITS.get(test, "S/CO") for test in r.TESTS]
    has_number = ~np.isnan(results.value)
    return pa.table(
        {
            "result_id": np.arange(1, len(results.visit) + 1),
            "visit_id": results.visit + 1,
            "patient_id": patient_ids(visits.person[results.visit]),
            "taken_at": dates(visits.day[results.visit]),
            "test": _words(r.TESTS, results.test),
            "value": pa.array(results.value, mask=~has_number),
            "comparator": _words(r.COMPARATORS, results.comparator),
            "unit": _words((*units, None), np.where(has_number, results.test, len(units))),
            "status": _words(r.STATUSES, results.status),
            "detection": _words(r.DETECTIONS, results.detection),
            "lower_limit": _limits([a.lower for a in r.ASSAYS], results.assay),
            "upper_limit": _limits([a.upper for a in r.ASSAYS], results.assay),
            "assay": _words([a.name for a in r.ASSAYS], results.assay),
        }
    )


def _exposure_table(rows: rx.Prescriptions) -> pa.Table:
    return pa.table(
        {
            "patient_id": patient_ids(rows.person),
            "start": dates(rows.start),
            "end": dates(rows.start + rows.days - 1),
            "days_supply": rows.days,
            "agent": _words(rx.AGENTS, rows.agent),
            "drug_class": _words(rx.CLASSES, rows.agent),
            "dose": np.array(rx.DOSES)[rows.agent],
            "dose_unit": _words(rx.DOSE_UNITS, rows.agent),
            "route": _words(rx.ROUTES, rows.agent),
        }
    )


def _condition_table(rows: dx.Diagnoses, visits: Visits) -> pa.Table:
    inpatient = visits.inpatient[rows.visit].astype(np.int64)
    return pa.table(
        {
            "visit_id": rows.visit + 1,
            "patient_id": patient_ids(visits.person[rows.visit]),
            "date": dates(visits.day[rows.visit]),
            "condition": _words(dx.CONDITIONS, rows.condition),
            "code": _words(dx.CODES, rows.condition),
            "edition": _words(dx.EDITIONS, rows.condition),
            "setting": _words(("outpatient", "inpatient"), inpatient),
        }
    )


def _procedure_table(treatment: Treatment, outcomes: Outcomes) -> pa.Table:
    who = np.flatnonzero(treatment.transplant < outcomes.followed_to)
    return pa.table(
        {
            "patient_id": patient_ids(who),
            "date": dates(treatment.transplant[who]),
            "procedure": pa.array(["liver_transplant"] * len(who), pa.string()),
        }
    )


def _words(names: Any, codes: Int) -> pa.Array:
    """Codes as a dictionary of words; codes of None are null. Equal words share an entry."""
    words = [name for name in dict.fromkeys(names) if name is not None]
    position = np.array([-1 if name is None else words.index(name) for name in names])
    index = position[codes]
    indices = pa.array(index.astype(np.int32), mask=index < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def _limits(limits: list[float], codes: Int) -> pa.Array:
    values = np.array(limits)[codes]
    return pa.array(values, mask=np.isnan(values))
