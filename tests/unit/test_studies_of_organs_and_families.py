"""Studies of organs, quantities, transplants, mothers, children and resistance find what is true of
a hospital in which it happens often enough."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from seroclear.analysis.crude import rates
from seroclear.analysis.gene_expression import gene_expression
from seroclear.analysis.line_models import mixed_model, tobit_model
from seroclear.analysis.odds import logistic_regression
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.person_time import person_time
from seroclear.analysis.result import Row
from seroclear.analysis.trend import cochran_armitage
from seroclear.cli import main
from seroclear.course.build import build
from seroclear.engines.duckdb import DuckDB
from seroclear.records.store import Store
from seroclear.simulate.all_phenomena import with_all_phenomena
from seroclear.simulate.expression import write_expression
from seroclear.simulate.outcomes import HBEAG_LOSS_HAZARD
from seroclear.simulate.parameters import NA_AGENTS
from seroclear.simulate.scenario import Scenario
from seroclear.simulate.serology import LOG10_FALL_ON_NA
from seroclear.studies import load_laboratory, load_study
from seroclear.study.assemble import cohorts
from seroclear.study.cohort import OUTCOME, Cohort
from seroclear.study.evaluate import Evaluator
from seroclear.study.laboratory import read_samples

ASKED_FOR = with_all_phenomena(Scenario())
MINE = (
    *("kidney", "qhbsag-dynamics", "transplant", "mother-to-child", "children"),
    "resistance-surveillance",
)


def seroclear(*arguments: object) -> str:
    ran = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert ran.exit_code == 0, ran.output
    return ran.output


@dataclass(frozen=True)
class Hospital:
    """Its files, its store and an engine on it, and its truth by patient_id."""

    files: Path
    store: Path
    engine: DuckDB

    def cohort(self, name: str, number: int = 0) -> Cohort:
        """The cohort of a study or of one of its further outcomes."""
        course = build(Store.open(self.store), engine=self.engine)
        evaluator = Evaluator(self.engine, course)
        return list(cohorts(load_study(name)[1], name, evaluator))[number]

    def truth(self, table: str) -> dict[str, dict[str, Any]]:
        rows = pq.read_table(self.files / "truth" / f"{table}.parquet").to_pylist()
        return {str(row["patient_id"]): row for row in rows}


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    folder = tmp_path_factory.mktemp("studies")
    files, store = folder / "files", folder / "store"
    made = ("--patients", 8000, "--seed", 11, "--all-phenomena")
    seroclear("simulate", "hospital", files, *made)
    seroclear("records", "load", files, store)
    with DuckDB(threads=2) as engine:
        yield Hospital(files, store, engine)


def one(rows: list[Row], **fields: object) -> Row:
    found = [r for r in rows if all(getattr(r, name) == value for name, value in fields.items())]
    assert len(found) == 1, (fields, len(found))
    return found[0]


def covers(row: Row, truth: float) -> bool:
    assert row.lower is not None
    assert row.upper is not None
    return row.lower <= truth <= row.upper


@pytest.mark.parametrize("name", MINE)
def test_it_runs_and_every_outcome_is_in_the_report(
    hospital: Hospital, tmp_path: Path, name: str
) -> None:
    seroclear("study", "run", name, hospital.store, "--out", tmp_path / name)
    text = (tmp_path / name / "report.html").read_text(encoding="utf-8")
    study = load_study(name)[1]
    assert study.outcome_name in text
    for other in study.secondary:
        assert f"Also: {study.with_endpoint(other).outcome_name}" in text


def test_each_regimen_changes_egfr_as_it_truly_does(hospital: Hospital) -> None:
    rows = mixed_model(hospital.cohort("kidney"))
    true = dict(zip(NA_AGENTS, ASKED_FOR.organs.egfr_change, strict=True))
    reference = one(rows, group="ETV", estimate="change per year")
    assert covers(reference, -ASKED_FOR.organs.egfr_per_year)
    for agent in ("LAM", "LDT", "ADV", "TDF"):
        assert covers(one(rows, group=agent, estimate="difference in change per year"), true[agent])
    both = one(rows, group="ADV+LAM", estimate="difference in change per year")
    assert covers(both, true["ADV"] + true["LAM"])


def test_kidneys_fail_where_agents_harm_them(hospital: Hospital) -> None:
    rows = rates(hospital.cohort("kidney"))
    found = {r.group: r for r in rows if r.estimate == "rate per 100 person-years"}
    assert (found["ADV"].events or 0) >= 5
    assert (found["ADV"].lower or 0) > (found["ETV"].value or 0)


def those_who_keep_hbsag(hospital: Hospital) -> Cohort:
    """Who truly loses HBsAg falls faster: the others fall at one pace."""
    cohort = hospital.cohort("qhbsag-dynamics")
    truth, visits = hospital.truth("patient"), cohort.visits
    assert visits is not None
    keeps = np.array([truth[p]["loss_date"] is None for p in cohort.columns["patient_id"]])
    kept = keeps[visits["person"]]
    return replace(cohort, visits={name: column[kept] for name, column in visits.items()})


def test_hbsag_falls_as_it_truly_does_whatever_hbeag(hospital: Hospital) -> None:
    cohort = those_who_keep_hbsag(hospital)
    rows = tobit_model(cohort)
    for group in cohort.groups:
        row = one(rows, group=group, estimate="change per year")
        # The baseline may be weeks before the start, when nothing falls yet: a little slower.
        assert row.value == pytest.approx(-LOG10_FALL_ON_NA, abs=0.006)
    assert covers(one(rows, group="HBeAg positive", estimate="difference in change per year"), 0)


def test_what_the_assay_cuts_off_biases_the_plain_model_and_not_tobit(hospital: Hospital) -> None:
    cohort = those_who_keep_hbsag(hospital)
    assert cohort.visits is not None
    # As if no sample had ever been diluted: whatever is above 250 IU/mL is printed as '>250'.
    limit = math.log10(250)
    above = cohort.visits["lower"] >= limit
    cut = {
        "lower": np.where(above, limit, cohort.visits["lower"]),
        "upper": np.where(above, math.inf, cohort.visits["upper"]),
    }
    neat = replace(cohort, visits=cohort.visits | cut)
    assert above.mean() > 0.6
    plain, tobit, whole = (
        one(model(those), group="HBeAg negative", estimate="at time zero").value
        for model, those in ((mixed_model, neat), (tobit_model, neat), (tobit_model, cohort))
    )
    assert tobit == pytest.approx(whole, abs=0.1)
    assert plain is not None
    assert whole is not None
    assert plain < whole - 0.5


def test_every_reinfection_is_true_and_the_na_makes_no_difference(hospital: Hospital) -> None:
    cohort = hospital.cohort("transplant")
    truth = hospital.truth("patient")
    again = cohort.columns["event"] == OUTCOME
    assert again.sum() >= 5
    assert all(truth[p]["reversion_date"] for p in cohort.columns["patient_id"][again])
    ratio = one(person_time(cohort), stratum="NA withdrawn", estimate="rate ratio")
    assert covers(ratio, 1.0)


def test_every_childs_infection_is_true_and_high_viral_load_is_the_risk(
    hospital: Hospital,
) -> None:
    truth = hospital.truth("child")
    cohort = hospital.cohort("mother-to-child")
    seen = cohort.columns["event"] == OUTCOME
    true = np.array([truth[p]["infected"] for p in cohort.columns["patient_id"]])
    assert (seen == true).all()
    high = outcome_share(hospital.cohort("mother-to-child", 1))
    row = one(high, group="no NA", estimate="percent with outcome")
    assert covers(row, 100 * ASKED_FOR.pregnancy.transmission)
    low = outcome_share(hospital.cohort("mother-to-child", 2))
    row = one(low, group="", estimate="percent with outcome")
    assert covers(row, 100 * ASKED_FOR.pregnancy.transmission_low)
    dna = "Mother's HBV DNA (log10 IU/mL)"
    ratios = [
        r
        for r in logistic_regression(cohort)
        if (r.analysis, r.variable, r.estimate) == ("logistic", dna, "odds ratio")
    ]
    assert ratios[-1].value is not None
    assert ratios[-1].value > 1


def test_children_lose_hbeag_at_the_true_rate_on_either_drug(hospital: Hospital) -> None:
    rows = rates(hospital.cohort("children", 1))
    for group in ("NA", "IFN"):
        row = one(rows, group=group, estimate="rate per 100 person-years")
        assert covers(row, 100 * HBEAG_LOSS_HAZARD)


def test_a_mutation_is_found_in_whom_the_virus_is_truly_resistant(hospital: Hospital) -> None:
    cohort = hospital.cohort("resistance-surveillance")
    truth = hospital.truth("mutation")
    assert len(cohort) > 100
    for patient, event, group in zip(
        *(cohort.columns[name] for name in ("patient_id", "event", "group")), strict=True
    ):
        resistant_to = truth[patient]["resistance_to"]
        assert (event == OUTCOME) == (resistant_to is not None)
        if resistant_to and group.endswith(" alone"):
            assert resistant_to in group


def test_fold_changes_are_the_true_ones(tmp_path: Path) -> None:
    name, study = load_laboratory("innate-immunity")
    label = "resistant against healthy"
    logs, covered = [], []
    for seed in range(100):
        write_expression(tmp_path, seed)
        samples = read_samples(study, tmp_path / "laboratory" / "expression.csv")
        rows = gene_expression(study, name, samples)
        truth = json.loads((tmp_path / "truth" / "expression.json").read_text(encoding="utf-8"))
        (changes,) = truth.values()
        for gene, log2 in changes.items():
            row = one(rows, stratum=label, variable=gene, estimate="fold change")
            assert row.value is not None
            covered.append(covers(row, 2**log2))
            logs.append(math.log2(row.value) - log2)
    # The genes of a person go together, so that 400 estimates tell as much as some 150.
    assert np.mean(covered) == pytest.approx(0.95, abs=0.05)
    assert np.mean(logs) == pytest.approx(0.0, abs=0.05)
    found = [r.value for r in rows if r.estimate == "correlation" and r.stratum == "resistant"]
    assert len(found) == math.comb(len(changes), 2)


def test_the_laboratory_study_runs(hospital: Hospital, tmp_path: Path) -> None:
    file = hospital.files / "laboratory" / "expression.csv"
    seroclear("study", "run", "innate-immunity", file, "--out", tmp_path / "report")
    text = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Expression, resistant against healthy" in text
    assert "Correlations, resistant" in text


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("sample,group,IFNA,IFNG,MOV10,TRIM22\n", "has no reference gene"),
        ("sample,group,GAPDH,IFNA,IFNG,MOV10\n", "has no column 'TRIM22'"),
        ("sample,group,GAPDH,IFNA,IFNG,MOV10,TRIM22\n1,ill,17,28,29,26,25\n", "unknown group"),
        ("sample,group,GAPDH,IFNA,IFNG,MOV10,TRIM22\n1,healthy,17,28,x,26,25\n", "cycle number"),
    ],
)
def test_a_wrong_laboratory_file_is_told(tmp_path: Path, cells: str, told: str) -> None:
    file = tmp_path / "ct.csv"
    file.write_text(cells, encoding="utf-8")
    ran = CliRunner().invoke(main, ["study", "run", "innate-immunity", str(file)])
    assert ran.exit_code == 1
    assert told in ran.output


def test_the_trend_is_that_of_r() -> None:
    # prop.trend.test(c(83, 90, 129, 70), c(86, 93, 136, 82)) of R's documentation.
    smokers, patients = (83, 90, 129, 70), (86, 93, 136, 82)
    outcome = np.concatenate(
        [np.repeat([1.0, 0.0], [s, n - s]) for s, n in zip(smokers, patients, strict=True)]
    )
    score = np.repeat(np.arange(4.0), patients)
    assert cochran_armitage(outcome, score) == pytest.approx(0.004132, abs=5e-7)


def test_mutations_of_a_csv_are_read(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("id,sex\n7,F\n8,M\n", encoding="utf-8")
    (tmp_path / "results.csv").write_text(
        "id,time,item,result\n7,2015-03-01,HBsAg,positive\n", encoding="utf-8"
    )
    (tmp_path / "rt.csv").write_text(
        "id,day,found\n7,2016-03-01,L180M+M204V\n7,2017-03-01,rtA181T\n8,2016-05-01,野生型\n"
        "9,2016-05-01,M204I\n8,never,M204I\n",
        encoding="utf-8",
    )
    (tmp_path / "hospital.toml").write_text(
        '[patients]\nfile = "patients.csv"\npatient_id = "id"\nsex = "sex"\n'
        '[results]\nfile = "results.csv"\npatient_id = "id"\ntaken_at = "time"\nname = "item"\n'
        'value = "result"\n[mutations]\nfile = "rt.csv"\npatient_id = "id"\ntaken_at = "day"\n'
        'mutation = "found"\n',
        encoding="utf-8",
    )
    seroclear("records", "load", tmp_path, tmp_path / "store")
    rows = pq.read_table(tmp_path / "store" / "mutation.parquet").to_pylist()
    found = sorted((r["patient_id"], r["gene"], r["mutation"]) for r in rows)
    assert found == [
        ("7", "RT", "rtA181T"),
        ("7", "RT", "rtL180M"),
        ("7", "RT", "rtM204V"),
        ("8", "RT", "none"),
    ]
    rejected = pq.read_table(tmp_path / "store" / "rejected.parquet").to_pylist()
    reasons = sorted(row["reason"] for row in rejected if row["table"] == "mutation")
    assert len(reasons) == 2
    assert "patient not in the patient table" in reasons
