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
# A number, at most a word and a sign before it: `<0.05`, `4.04×10^5`, `检测到<20`, `阳性(+) 80`.
BARE_NUMBER = "^(检测到|阳性|阴性)?[^0-9a-zA-Z一-龥]*[0-9.]+(E[+]?[0-9]+|×10\\^[0-9]+)?$"
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
    bare = unusable_numbers(records, MARKERS) if missing else set()
    return {one: "only results without a unit" for one in missing if one in bare}


def vague_cancers(records: Path) -> set[tuple[str, date]]:
    """Patient and day of diagnoses that say "primary liver cancer" without a code: not every one is
    a hepatocellular carcinoma. Only the CSV has such lines."""
    return named_only(records, VAGUE_CANCER)


def named_only(records: Path, name: str) -> set[tuple[str, date]]:
    """Patient and day of diagnoses that have this name and no code."""
    file = records / "diagnoses.csv"
    if not file.exists():
        return set()
    rows = duckdb.sql(
        f"SELECT 病人号, CAST(诊断日期 AS DATE) FROM read_csv('{file}', all_varchar = true) "
        f"WHERE 诊断编码 IS NULL AND 诊断名称 = '{name}'"
    )
    return set(rows.fetchall())


def _written(hospital: Hospital, tests: tuple[str, ...]) -> set[tuple[str, date]]:
    name = pc.cast(hospital.result["test"], pa.string())
    rows = hospital.result.filter(pc.is_in(name, pa.array(tests)))
    return set(zip(rows["patient_id"].to_pylist(), rows["taken_at"].to_pylist(), strict=True))


def _read(store: Store, tests: tuple[str, ...]) -> set[tuple[str, date]]:
    files = [str(file) for test in tests if (file := store.result_file(test))]
    if not files:
        return set()
    rows = duckdb.sql(f"SELECT DISTINCT patient_id, taken_at FROM read_parquet({files})")
    return set(rows.fetchall())


def unusable_numbers(records: Path, markers: dict[str, tuple[str, ...]]) -> set[Result]:
    """Results whose line in the CSV has a number that nobody can use: one without a unit,
    or copies/mL by an assay that is not named."""
    of_test = {test: marker for marker, tests in markers.items() for test in tests}
    of_name: dict[str, set[str]] = defaultdict(set)
    for row in wording("items.csv").to_pylist():
        if (test := row["form"].split()[0]) in of_test:
            of_name[row["name"]].add(of_test[test])
    found = set()
    for file in sorted(records.glob("results_*.csv")):
        lines = duckdb.sql(
            f"SELECT 病人号, 检验日期, 项目名称 FROM read_csv('{file}', all_varchar = true) WHERE "
            f"(单位 IS NULL AND regexp_matches(结果, '{BARE_NUMBER}')) "
            "OR (方法 IS NULL AND regexp_matches(lower(concat(结果, 单位)), '(copies|拷贝)/ml'))"
        ).fetchall()
        for patient, text, name in lines:
            day = date(*map(int, re.split("[/-]", text)))
            found |= {(patient, marker, day) for marker in of_name[name]}
    return found
