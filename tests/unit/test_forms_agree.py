"""One simulated hospital written as OMOP, FHIR and CSV: the same courses, or a named reason.

Every table of the course is compared row for row, except for the names of source rows. What a form
of records cannot say, or says less exactly, is listed here and nothing else may differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from seroclear.course.build import build
from seroclear.course.course import Course
from seroclear.records.load import Loaded, load
from seroclear.simulate import Scenario, simulate, write_csv, write_fhir, write_omop

TABLES = ("finding", "regimen", "event", "state")
FEWEST_ROWS = {"finding": 5000, "regimen": 50, "event": 500, "state": 500}
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Form:
    """A hospital's records in one form, and the courses derived from them."""

    records: Path
    loaded: Loaded
    course: Course

    @classmethod
    def of(cls, records: Path) -> Form:
        loaded = load(records, records.with_name(f"{records.name} store"))
        return cls(records, loaded, build(loaded.store))

    def ask(self, query: str) -> list[Row]:
        """The answer to a query of the store's tables."""
        with duckdb.connect() as con:
            self.loaded.store.attach(con)
            return con.execute(query).fetchall()

    def rows(self, table: str, without: tuple[str, ...] = ()) -> list[Row]:
        """A table of the course, sorted, without `without` and the names of source rows."""
        found = duckdb.sql(f"SELECT * FROM read_parquet('{self.course.parquet(table)}')")
        kept = [
            f'"{name}"'
            for name in found.columns
            if name != "evidence" and not name.endswith("_row") and name not in without
        ]
        return found.project(", ".join(kept)).order("ALL").fetchall()


def differing(one: Form, other: Form, table: str, without: tuple[str, ...] = ()) -> set[str]:
    """The patients with a row that the other does not have."""
    return {row[0] for row in set(one.rows(table, without)) ^ set(other.rows(table, without))}


def without_lines(toml: Path, section: str, key: str) -> None:
    """Takes one key out of one section of a hospital.toml."""
    text = toml.read_text("utf-8")
    changed, times = re.subn(
        rf"(\[{section}\][^\[]*(?:\[\"[^\[]*)?)\n{key} = [^\n]*", r"\1", text, count=1
    )
    assert times == 1
    toml.write_text(changed, "utf-8")


# --- the same information in three forms ---------------------------------------------------------


@pytest.fixture(scope="module")
def equal(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Form]:
    """OMOP, FHIR and CSV that hold the same: new assays from the first day on (before them every
    fourth viral load of OMOP and FHIR is a log10 with two decimals), OMOP without observation
    periods, CSV without the names of assays and the recorded ends of prescriptions."""
    folder = tmp_path_factory.mktemp("equal")
    start = Scenario().start
    hospital = simulate(Scenario(n_patients=500, seed=5, assay_change=start))
    write_omop(hospital, folder / "omop")
    (folder / "omop" / "observation_period.parquet").unlink()
    write_fhir(hospital, folder / "fhir")
    write_csv(hospital, folder / "csv", messy=False)
    without_lines(folder / "csv" / "hospital.toml", "results", "assay")
    without_lines(folder / "csv" / "hospital.toml", "drugs", "end")
    return {name: Form.of(folder / name) for name in ("omop", "fhir", "csv")}


@pytest.mark.parametrize("table", TABLES)
def test_three_forms_give_the_same_courses(equal: dict[str, Form], table: str) -> None:
    omop, fhir, csv = (equal[name].rows(table) for name in ("omop", "fhir", "csv"))
    assert len(omop) > FEWEST_ROWS[table]
    assert fhir == omop
    assert csv == omop


# --- what the forms of one ordinary hospital say differently -------------------------------------


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Form]:
    """The same hospital as OMOP, FHIR, tidy CSV and messy CSV, each as it is written."""
    folder = tmp_path_factory.mktemp("ordinary")
    hospital = simulate(Scenario(n_patients=800, seed=5))
    write_omop(hospital, folder / "omop")
    write_fhir(hospital, folder / "fhir")
    write_csv(hospital, folder / "csv", messy=False)
    write_csv(hospital, folder / "messy")
    return {name: Form.of(folder / name) for name in ("omop", "fhir", "csv", "messy")}


def test_every_row_of_the_tidy_forms_is_read(ordinary: dict[str, Form]) -> None:
    used = [
        {table: counts.used for table, counts in ordinary[name].loaded.counts.items()}
        for name in ("omop", "fhir", "csv")
    ]
    assert used[0] == used[1] == used[2]
    for name in ("omop", "fhir", "csv"):
        assert all(counts.rejected == 0 for counts in ordinary[name].loaded.counts.values())


def test_omop_and_fhir_differ_in_the_observed_time_alone(ordinary: dict[str, Form]) -> None:
    # OMOP states when it observed a patient; FHIR observes from the first record to the last. The
    # states below last as long as the patient is observed.
    omop, fhir = ordinary["omop"], ordinary["fhir"]
    for table in ("finding", "regimen", "event"):
        assert fhir.rows(table) == omop.rows(table)
    apart = {row[:2] for row in set(omop.rows("state")) ^ set(fhir.rows("state"))}
    query = "SELECT patient_id, observed_from, observed_to FROM patient"
    observed = {row[0] for row in set(omop.ask(query)) ^ set(fhir.ask(query))}
    assert {marker for _, marker in apart} == {"infection", "fibrosis"}
    assert {patient for patient, _ in apart} <= observed


def test_tidy_csv_says_more_than_fhir_of_assays_and_prescriptions(
    ordinary: dict[str, Form],
) -> None:
    fhir, csv = ordinary["fhir"], ordinary["csv"]
    # The CSV records the last day of a prescription; FHIR its days' supply, which end that day.
    assert differing(fhir, csv, "regimen", ("end_inferred",)) == set()
    assert fhir.rows("event") == csv.rows("event")
    # The CSV names the assay, and FHIR rounds every fourth old viral load to a log10 of two
    # decimals: 10**0.005 = 1.012, read to three digits. It rounds creatinine to hundredths of a
    # mg/dL, which moves the eGFR by up to 2%, across the bound of a stage in a few patients.
    rounded = {"hbv_dna": 0.018, "egfr": 0.02}
    seen = dict.fromkeys(rounded, 0)
    for one, other in zip(
        fhir.rows("finding", ("assay_limit",)),
        csv.rows("finding", ("assay_limit",)),
        strict=True,
    ):
        if one != other:
            marker = one[2]
            assert one[:3] == other[:3]
            assert one[5] == pytest.approx(other[5], rel=rounded[marker])
            assert marker == "egfr" or one[3:5] == other[3:5]
            seen[marker] += 1
    assert min(seen.values()) > 50
    apart = set(fhir.rows("state")) ^ set(csv.rows("state"))
    assert {row[1] for row in apart} == {"kidney"}
    assert len({row[0] for row in apart}) < 10


# --- what the messy CSV loses ---------------------------------------------------------------------

RESULT = "patient_id, taken_at, test"
# Beside one another: each result of the tidy form and what the messy form has for it (its first
# line; another line is a duplicate).
BESIDE = f"""FROM tidy.result t LEFT JOIN (SELECT DISTINCT ON ({RESULT}) * FROM messy.result
    ORDER BY source_row) m USING ({RESULT})"""


@pytest.fixture(scope="module")
def beside(ordinary: dict[str, Form]) -> Any:
    """A connection with the stores of the tidy and the messy form as schemas."""
    with duckdb.connect() as con:
        for schema, name in (("tidy", "csv"), ("messy", "messy")):
            con.execute(f"CREATE SCHEMA {schema}; USE {schema}")
            ordinary[name].loaded.store.attach(con)
        con.execute("USE main")
        yield con


def patients(con: Any, query: str) -> set[str]:
    return {row[0] for row in con.execute(query).fetchall()}


def test_a_messy_result_is_lost_only_without_a_unit(beside: Any, ordinary: dict[str, Form]) -> None:
    (lost,) = beside.execute(f"SELECT count(*) {BESIDE} WHERE m.source_row IS NULL").fetchone()
    reasons = dict(
        beside.execute(
            "SELECT reason, sum(rows)::INTEGER FROM messy.rejected GROUP BY 1"
        ).fetchall()
    )
    # 'no conversion factor': copies/mL on a line that does not name the assay
    assert set(reasons) == {
        *("no unit", "no conversion factor", "not in vocabulary", "test not done")
    }
    unreadable = reasons["no unit"] + reasons["no conversion factor"]
    # A lost result may be lost twice (a duplicate), so that rows are at least results.
    assert 0 < lost <= unreadable <= 1.1 * lost
    extra = f"SELECT count(*) FROM messy.result m ANTI JOIN tidy.result t USING ({RESULT})"
    assert beside.execute(extra).fetchone() == (0,)


def test_a_messy_result_differs_only_by_rounding_assay_and_sign(beside: Any) -> None:
    read = "m.source_row IS NOT NULL"
    for column in ("comparator", "detection", "value_high"):
        # "检测到<20" without a unit: detected stands, the number is dropped
        differ = f"""SELECT count(*) {BESIDE} WHERE {read} AND m.rule NOT LIKE 'status, number %'
            AND m.{column} IS DISTINCT FROM t.{column}"""
        assert beside.execute(differ).fetchone() == (0,), column
    # the unit a number was written in: two decimals of a log10, g/dL, mg/dL, one decimal
    coarse = beside.execute(
        f"""SELECT test, max(abs(m.value - t.value) / t.value) {BESIDE}
        WHERE {read} AND t.value > 1 AND m.comparator = t.comparator GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    assert {test for test, share in coarse if share and share > 1e-9} == {
        *("anti_hbs", "bilirubin", "creatinine", "hbv_dna", "phosphate")
    }
    assert max(share for _, share in coarse if share) < 0.05
    signs = beside.execute(
        f"SELECT DISTINCT test, t.status {BESIDE} WHERE {read} AND m.status IS DISTINCT FROM "
        "t.status"
    ).fetchall()
    assert signs == [("hbsag", None)]  # 阳性(+) or 阴性(-) before the number


def test_patients_whose_messy_records_say_the_same_have_the_same_course(
    beside: Any, ordinary: dict[str, Form]
) -> None:
    tidy, messy = ordinary["csv"], ordinary["messy"]
    # An end that was not written is inferred from the days' supply, which end that day.
    assert differing(tidy, messy, "regimen", ("end_inferred",)) == set()
    same = ("value", "comparator", "status", "assay", "reference_high")
    apart = " OR ".join(f"m.{name} IS DISTINCT FROM t.{name}" for name in same)
    changed = patients(beside, f"SELECT DISTINCT patient_id {BESIDE} WHERE {apart}")
    coded = "SELECT patient_id, date, condition FROM {}.condition"
    # A diagnosis with a name alone may say more than its code: 乙肝肝硬化 is K74.6 and B18.1.
    changed |= patients(
        beside, f"{coded.format('messy')} EXCEPT {coded.format('tidy')}"
    ) | patients(beside, f"{coded.format('tidy')} EXCEPT {coded.format('messy')}")
    untouched = {row[0] for row in tidy.ask("SELECT patient_id FROM patient")} - changed
    assert len(untouched) > 200
    for table in ("finding", "event", "state"):
        assert differing(tidy, messy, table) <= changed
