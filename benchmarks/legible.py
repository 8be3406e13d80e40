"""Which results a hospital's written records do not hold legibly, checked against the files."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from seroclear.records.store import Store
from seroclear.simulate import Hospital
from seroclear.simulate.wording import wording

MARKERS = {"hbsag": ("hbsag", "hbsag_index"), "hbeag": ("hbeag",)}
VAGUE_CANCER = "原发性肝癌"
Result = tuple[str, str, date]  # patient, marker, day


def illegible(hospital: Hospital, store: Store, records: Path) -> dict[Result, str]:
    """Results that were written but are not in the store, with the reason found in the files.

    A result that was not read has a reason here only if its cell has a number without a unit; any
    other loss is left for the comparison to find.
    """
    missing = {
        (patient, marker, day)
        for marker, tests in MARKERS.items()
        for patient, day in _written(hospital, tests) - _read(store, tests)
    }
    if not missing:
        return {}
    bare = _numbers_without_unit(records, missing)
    return {one: "only results without a unit" for one in missing if one in bare}


def vague_cancers(records: Path) -> set[tuple[str, date]]:
    """Patient and day of diagnoses that say "primary liver cancer" without a code: not every one is
    a hepatocellular carcinoma. Only the CSV has such lines."""
    file = records / "diagnoses.csv"
    if not file.exists():
        return set()
    rows = duckdb.sql(
        f"SELECT 病人号, CAST(诊断日期 AS DATE) FROM read_csv('{file}', all_varchar = true) "
        f"WHERE 诊断编码 IS NULL AND 诊断名称 = '{VAGUE_CANCER}'"
    )
    return set(rows.fetchall())


def _written(hospital: Hospital, tests: tuple[str, ...]) -> set[tuple[str, date]]:
    name = pc.cast(hospital.result["test"], pa.string())
    rows = hospital.result.filter(pc.is_in(name, pa.array(tests)))
    return set(zip(rows["patient_id"].to_pylist(), rows["taken_at"].to_pylist(), strict=True))


def _read(store: Store, tests: tuple[str, ...]) -> set[tuple[str, date]]:
    files = [str(file) for test in tests if (file := store.result_file(test))]
    rows = duckdb.sql(f"SELECT DISTINCT patient_id, taken_at FROM read_parquet({files})")
    return set(rows.fetchall())


def _numbers_without_unit(records: Path, wanted: set[Result]) -> set[Result]:
    """Those of `wanted` with a line in the hospital's CSV that has a number and no unit."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in wording("items.csv").to_pylist():
        names[row["form"].split()[0]].add(row["name"])
    of_name = {name: m for m, tests in MARKERS.items() for test in tests for name in names[test]}
    days = {(patient, day) for patient, _, day in wanted}
    found = set()
    for file in sorted(records.glob("results_*.csv")):
        lines = duckdb.sql(
            f"SELECT 病人号, 检验日期, 项目名称 FROM read_csv('{file}', all_varchar = true) "
            "WHERE 单位 IS NULL AND regexp_matches(结果, '^[^0-9a-zA-Z一-龥]*[0-9.]+$')"
        ).fetchall()
        for patient, text, name in lines:
            day = date(*map(int, re.split("[/-]", text)))
            if (patient, day) in days and name in of_name:
                found.add((patient, of_name[name], day))
    return found
