"""Whatever is in the cells: rows in are rows used plus rows rejected, in any order of the rows."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seroclear.records.load import load

SETTINGS = """
[patients]
file = "patients.csv"
patient_id = "id"
sex = "sex"
birth_date = "born"
death_date = "died"
[results]
file = "results.csv"
patient_id = "id"
taken_at = "day"
name = "item"
value = "result"
unit = "unit"
"""
IDS = st.sampled_from(["1", "2", "2 ", "007", "7", "", " "])
DAYS = st.one_of(
    st.sampled_from(["", "2010-01-02", "2010/1/2", "05/03/2021", "05/03/21", "soon", "20101231"]),
    st.dates().map(str),
)
CELLS = st.one_of(
    st.sampled_from(
        ["阳性", "<0.05", ">0.05", "250.5", "", "___", "NEG.", "1,2", '"', "a;b", "\n"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=12),
)
PATIENT = st.tuples(IDS, st.sampled_from(["F", "男", "", "?"]), DAYS, DAYS)
RESULT = st.tuples(
    IDS,
    DAYS,
    st.sampled_from(["HBsAg", "乙肝表面抗原", "ALT", "HBV DNA", "nobody knows", ""]),
    CELLS,
    st.sampled_from(["", "IU/mL", "U/L", "furlongs", "copies/mL"]),
)


def _write(file: Path, header: str, rows: list[tuple[str, ...]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(header.split(","))
        writer.writerows(rows)


def _load(
    folder: Path, patients: list[tuple[str, ...]], results: list[tuple[str, ...]]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """(results without their row numbers, rejected rows counted by reason) after a whole load."""
    folder.mkdir()
    (folder / "hospital.toml").write_text(SETTINGS, encoding="utf-8")
    _write(folder / "patients.csv", "id,sex,born,died", patients)
    _write(folder / "results.csv", "id,day,item,result,unit", results)
    loaded = load(folder, folder / "store")
    for table, counts in loaded.counts.items():
        assert counts.read == counts.used + counts.rejected, table
    assert loaded.counts["patient"].read == len(patients)
    assert loaded.counts["result"].read == len(results)
    with duckdb.connect() as con:
        loaded.store.attach(con)
        used = con.execute("SELECT * EXCLUDE (source_row) FROM result ORDER BY ALL").fetchall()
        lost = con.execute(
            'SELECT "table", reason, detail, sum(rows)::INT FROM rejected GROUP BY ALL ORDER BY ALL'
        ).fetchall()
    return used, lost


@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    patients=st.lists(PATIENT, max_size=4),
    results=st.lists(RESULT, min_size=1, max_size=8),
)
def test_rows_add_up_in_any_order(
    patients: list[tuple[str, ...]], results: list[tuple[str, ...]]
) -> None:
    patients = [("1", "F", "1970-01-01", ""), *patients]
    with tempfile.TemporaryDirectory() as folder:
        forward = _load(Path(folder) / "forward", patients, results)
        backward = _load(Path(folder) / "backward", patients[::-1], results[::-1])
    assert forward == backward
