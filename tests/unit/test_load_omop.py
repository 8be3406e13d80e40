"""OMOP CDM 5.3 and 5.4 in each form it comes in: the same little hospital, the same store."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from seroclear.records.load import Loaded, load

Table = list[dict[str, str]]


def measurement(number: int, **cells: str) -> dict[str, str]:
    base = dict.fromkeys(
        (
            *("measurement_concept_id", "operator_concept_id", "value_as_number"),
            *("value_as_concept_id", "unit_concept_id", "range_low", "range_high"),
            *("measurement_source_value", "unit_source_value", "value_source_value"),
        ),
        "",
    )
    # Ten days apart, so that a row can be told by its day.
    day = {
        "measurement_id": str(number),
        "person_id": "1",
        "measurement_date": f"2010-{number:02}-01",
    }
    return {**day, **base, "measurement_concept_id": "0", "unit_concept_id": "0", **cells}


CONCEPTS: Table = [
    {"concept_id": i, "concept_name": n, "vocabulary_id": v, "concept_code": c}
    for i, n, v, c in (
        ("101", "Hepatitis B virus surface Ag", "LOINC", "5196-1"),
        ("201", "international unit per milliliter", "UCUM", "[IU]/mL"),
        ("202", "log IU per milliliter", "UCUM", "{log_IU}/mL"),
        ("203", "billion per liter", "UCUM", "10*9/L"),
        ("301", "entecavir 0.5 MG Oral Tablet", "RxNorm", "485435"),
        ("401", '"Chronic" hepatitis B', "SNOMED", "61977001"),
        ("402", "Chronic viral hepatitis B", "ICD10CM", "B18.1"),
        ("0", "No matching concept", "None", "No matching concept"),
    )
]


def cdm(measurements: Table, version: str = "5.4") -> dict[str, Table]:
    """A CDM with two people. 5.3 names the discharge columns otherwise, which no reading needs."""
    discharge = {"5.3": "discharge_to_concept_id", "5.4": "discharged_to_concept_id"}[version]
    person = {"month_of_birth": "", "day_of_birth": ""}
    return {
        "person": [
            {"person_id": "1", "gender_concept_id": "8532", "year_of_birth": "1970", **person},
            {"person_id": "2", "gender_concept_id": "8507", "year_of_birth": "1980", **person},
        ],
        "measurement": measurements,
        "concept": CONCEPTS,
        "visit_occurrence": [
            {
                "visit_occurrence_id": "9",
                "person_id": "1",
                "visit_concept_id": "9201",
                "visit_start_date": "2010-01-01",
                "visit_end_date": "2010-01-05",
                discharge: "0",
            }
        ],
        "condition_occurrence": [
            {
                "condition_occurrence_id": "1",
                "person_id": "1",
                "visit_occurrence_id": "9",
                "condition_concept_id": "401",
                "condition_source_concept_id": "402",
                "condition_start_date": "2010-01-01",
                "condition_source_value": "",
            }
        ],
    }


def write_csv(
    tables: dict[str, Table], folder: Path, upper: bool = False, tab: bool = False
) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        columns = [column.upper() if upper else column for column in rows[0]]
        with (folder / f"{name.upper() if upper else name}.csv").open("w", newline="") as file:
            if tab:  # Athena writes no quotation marks around cells, and leaves those within
                lines = [columns, *(list(row.values()) for row in rows)]
                file.write("".join("\t".join(line) + "\n" for line in lines))
            else:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(row.values() for row in rows)
    return folder


def write_duckdb(tables: dict[str, Table], file: Path) -> Path:
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE SCHEMA omop")
        for name, rows in tables.items():
            columns = ", ".join(
                f'"{c}" {"INTEGER" if c.endswith(("person_id", "concept_id")) else "VARCHAR"}'
                for c in rows[0]
            )
            con.execute(f"CREATE TABLE omop.{name} ({columns})")
            marks = ", ".join("?" for _ in rows[0])
            cells = [[cell or None for cell in row.values()] for row in rows]
            con.executemany(f"INSERT INTO omop.{name} VALUES ({marks})", cells)
    return file


def write_parquet(tables: dict[str, Table], folder: Path) -> Path:
    write_duckdb(tables, folder.with_suffix(".duckdb"))
    folder.mkdir()
    with duckdb.connect(str(folder.with_suffix(".duckdb")), read_only=True) as con:
        for name in tables:
            con.execute(f"COPY omop.{name} TO '{folder / name}.parquet' (FORMAT parquet)")
    return folder


def rows(loaded: Loaded, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        loaded.store.attach(con)
        return con.execute(query).fetchall()


def load_results(tmp_path: Path, *measurements: dict[str, str], **tables: Table) -> Loaded:
    folder = write_csv(cdm(list(measurements)) | tables, tmp_path / "cdm")
    loaded = load(folder, tmp_path / "store")
    for table, counts in loaded.counts.items():
        assert counts.read == counts.used + counts.rejected, table
    return loaded


HBSAG = {"measurement_concept_id": "101", "measurement_source_value": "local 17"}
FORMS: dict[str, Callable[[dict[str, Table], Path], Path]] = {
    "lower-case CSV": lambda tables, path: write_csv(tables, path),
    "upper-case CSV": lambda tables, path: write_csv(tables, path, upper=True),
    "tab-separated CSV": lambda tables, path: write_csv(tables, path, tab=True),
    "Parquet": write_parquet,
    "DuckDB": lambda tables, path: write_duckdb(tables, path.with_suffix(".duckdb")),
}


@pytest.mark.parametrize("version", ["5.3", "5.4"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_store(tmp_path: Path, form: str, version: str) -> None:
    tables = cdm([measurement(1, **HBSAG, value_as_number="250.5", unit_concept_id="201")], version)
    loaded = load(FORMS[form](tables, tmp_path / "cdm"), tmp_path / "store")
    found = rows(loaded, "SELECT patient_id, test, value, unit, source_row FROM result")
    assert found == [("1", "hbsag", 250.5, "IU/mL", "measurement:1")]
    assert rows(loaded, "SELECT sex, birth_date::TEXT, birth_inferred FROM patient ORDER BY 1") == [
        ("female", "1970-07-01", True),
        ("male", "1980-07-01", True),
    ]
    assert rows(loaded, "SELECT kind FROM visit") == [("inpatient",)]
    found = rows(loaded, "SELECT condition, code_system, code, setting FROM condition")
    assert [row[0] for row in found] == ["chronic_hbv"]
    assert found[0][3] == "inpatient"


def test_a_test_is_found_by_concept_by_loinc_in_the_source_and_by_name(tmp_path: Path) -> None:
    loaded = load_results(
        tmp_path,
        measurement(
            1, measurement_concept_id="3006923", value_as_number="40", unit_source_value="U/L"
        ),
        measurement(
            2, measurement_source_value="1742-6", value_as_number="41", unit_source_value="U/L"
        ),
        measurement(
            3, measurement_source_value="ALT", value_as_number="42", unit_source_value="U/L"
        ),
        measurement(4, measurement_source_value="local 99", value_as_number="43"),
    )
    assert rows(loaded, "SELECT test, value FROM result ORDER BY value") == [
        ("alt", 40.0),
        ("alt", 41.0),
        ("alt", 42.0),
    ]
    assert rows(loaded, "SELECT reason, rows FROM rejected") == [("not in vocabulary", 1)]


LESS, GREATER = "4171756", "4172704"


@pytest.mark.parametrize(
    ("cells", "comparator", "value"),
    [
        ({"value_as_number": "0.05", "operator_concept_id": LESS}, "<", 0.05),
        ({"value_as_number": "250", "operator_concept_id": GREATER}, ">", 250.0),
        # The mapping swapped the operator: what the laboratory wrote wins.
        (
            {
                "value_as_number": "0.05",
                "operator_concept_id": GREATER,
                "value_source_value": "<0.05",
            },
            "<",
            0.05,
        ),
        # The mapping lost the operator.
        ({"value_as_number": "250", "value_source_value": ">250"}, ">", 250.0),
        # The written text lost it, and the mapping kept it.
        (
            {
                "value_as_number": "250",
                "operator_concept_id": GREATER,
                "value_source_value": "250.0",
            },
            ">",
            250.0,
        ),
        # Nothing readable was written.
        ({"value_as_number": "12", "value_source_value": "see file"}, "=", 12.0),
    ],
)
def test_comparators(tmp_path: Path, cells: dict[str, str], comparator: str, value: float) -> None:
    loaded = load_results(tmp_path, measurement(1, **HBSAG, unit_concept_id="201", **cells))
    assert rows(loaded, "SELECT comparator, value FROM result") == [(comparator, value)]


@pytest.mark.parametrize(
    ("concept", "status"),
    [
        ("9191", "positive"),
        ("9189", "negative"),
        ("45884084", "positive"),
        ("45878583", "negative"),
    ],
)
def test_a_status_by_concept(tmp_path: Path, concept: str, status: str) -> None:
    loaded = load_results(tmp_path, measurement(1, **HBSAG, value_as_concept_id=concept))
    assert rows(loaded, "SELECT status, value FROM result") == [(status, None)]


def test_no_result_is_unknown_and_never_negative(tmp_path: Path) -> None:
    loaded = load_results(
        tmp_path, measurement(1, **HBSAG), measurement(2, **HBSAG, value_source_value="___")
    )
    assert rows(loaded, "SELECT count(*) FROM result") == [(0,)]
    assert rows(loaded, "SELECT reason, sum(rows)::INT FROM rejected GROUP BY 1") == [
        ("no result", 2)
    ]


def test_units_by_concept_and_as_written(tmp_path: Path) -> None:
    dna, platelets = {"measurement_source_value": "HBV DNA"}, {"measurement_source_value": "PLT"}
    loaded = load_results(
        tmp_path,
        measurement(1, **dna, value_as_number="3", unit_concept_id="202"),
        measurement(2, **platelets, value_as_number="145", unit_concept_id="203"),
        measurement(3, **dna, value_as_number="3", unit_source_value="k[IU]/mL"),
        measurement(4, **dna, value_as_number="3"),
    )
    found = rows(loaded, "SELECT test, value, unit FROM result ORDER BY taken_at")
    assert found == [
        ("hbv_dna", 1000.0, "IU/mL"),
        ("platelets", 145.0, "10^9/L"),
        ("hbv_dna", 3000.0, "IU/mL"),
    ]
    assert rows(loaded, "SELECT reason FROM rejected") == [("no unit",)]


def test_the_laboratory_s_range_becomes_the_reference(tmp_path: Path) -> None:
    loaded = load_results(
        tmp_path,
        measurement(
            1,
            measurement_source_value="ALT",
            value_as_number="35",
            unit_source_value="U/L",
            range_low="9",
            range_high="50",
        ),
    )
    assert rows(loaded, "SELECT reference_low, reference_high FROM result") == [(9.0, 50.0)]


def test_one_row_number_twice_is_two_rows(tmp_path: Path) -> None:
    twice = measurement(1, **HBSAG, value_source_value="阳性")
    loaded = load_results(tmp_path, twice, twice)
    assert loaded.counts["result"].used == 2


def drug(number: int, **cells: str) -> dict[str, str]:
    base = {"drug_exposure_id": str(number), "person_id": "1", "drug_concept_id": "0"}
    days = {"drug_exposure_start_date": f"2010-0{number}-01", "drug_exposure_end_date": ""}
    return {**base, **days, "days_supply": "30", "drug_source_value": "", **cells}


def test_the_older_of_two_linked_people_is_the_mother(tmp_path: Path) -> None:
    tables = cdm([measurement(1, measurement_concept_id="101", value_source_value="positive")])
    tables["person"] += [
        {**tables["person"][0], "person_id": child, "year_of_birth": "2001"} for child in "345"
    ]
    pairs = [("1", "3", "56"), ("4", "1", "1147314"), ("1", "5", "56"), ("2", "5", "56")]
    tables["fact_relationship"] = [
        {
            "domain_concept_id_1": domain,
            "fact_id_1": one,
            "domain_concept_id_2": domain,
            "fact_id_2": other,
            "relationship_concept_id": "40478925",
        }
        for one, other, domain in [*pairs, ("3", "2", "21")]
    ]
    loaded = load(write_csv(tables, tmp_path / "cdm"), tmp_path / "store")
    assert rows(loaded, "SELECT patient_id, mother_id FROM patient ORDER BY 1") == [
        ("1", None), ("2", None), ("3", "1"), ("4", "1"), ("5", None)
    ]  # fmt: skip
    loaded = load(write_parquet(tables, tmp_path / "typed"), tmp_path / "other")
    assert rows(loaded, "SELECT mother_id FROM patient WHERE patient_id = '4'") == [("1",)]


def test_a_drug_is_found_by_concept_by_ancestor_and_by_name(tmp_path: Path) -> None:
    loaded = load_results(
        tmp_path,
        measurement(1, **HBSAG, value_source_value="阳性"),
        drug_exposure=[
            drug(1, drug_concept_id="301"),
            drug(2, drug_concept_id="777"),
            drug(3, drug_source_value="Baraclude 0.5 mg (entecavir)"),
            drug(4, drug_source_value="aspirin"),
        ],
        concept_ancestor=[
            {
                "ancestor_concept_id": "1711246",
                "descendant_concept_id": "777",
                "min_levels_of_separation": "2",
            }
        ],
    )
    found = rows(loaded, 'SELECT agent, drug_class, "end" - start FROM exposure ORDER BY start')
    assert found == [("ETV", "NA", 29)] * 3
    assert loaded.counts["exposure"].rejected == 1


def test_malformed_lines_count_for_their_own_table(tmp_path: Path) -> None:
    folder = write_csv(cdm([measurement(1, **HBSAG, value_source_value="阳性")]), tmp_path / "cdm")
    with (folder / "measurement.csv").open("a") as file:
        file.write("2,1,2010\n")
    loaded = load(folder, tmp_path / "store")
    assert (loaded.counts["result"].read, loaded.counts["result"].rejected) == (2, 1)
    assert rows(loaded, 'SELECT "table", reason FROM rejected') == [
        ("result", "wrong number of cells")
    ]
