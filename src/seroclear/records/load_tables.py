"""The tables of a store in SQL: from known_* (raw rows whose name is known) to their final shape.

Each function makes one table and inserts into `rejected` every row it leaves out, so that rows read
are rows used plus rows rejected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.records.tabular import literal
from seroclear.records.vocabulary import read_csv

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A result reported this long after a recorded death is a wrong date or a merged patient.
DAYS_AFTER_DEATH_ALLOWED = 30


def _reject(con: DuckDBPyConnection, table: str, select: str) -> None:
    """`select` gives reason, detail, source_row."""
    con.execute(
        f"INSERT INTO rejected SELECT {literal(table)}, reason, detail, 1, source_row FROM ({select})"
    )


def patients(con: DuckDBPyConnection) -> None:
    """Table patient. Unreadable birth or death dates become unknown and are counted apart."""
    con.execute(
        """CREATE TABLE numbered_patient AS SELECT *, row_number() OVER (PARTITION BY patient_id
        ORDER BY source_row) AS occurrence FROM known_patient"""
    )
    _reject(
        con,
        "patient",
        """SELECT CASE WHEN coalesce(patient_id, '') = '' THEN 'no patient id'
        ELSE 'second row for one patient' END AS reason, '' AS detail, source_row
        FROM numbered_patient WHERE coalesce(patient_id, '') = '' OR occurrence > 1""",
    )
    con.execute(
        """CREATE TABLE patient AS SELECT p.patient_id,
        CASE WHEN lower(p.sex) IN ('f', 'female', '女', '女性', '2') THEN 'female'
             WHEN lower(p.sex) IN ('m', 'male', '男', '男性', '1') THEN 'male' END AS sex,
        b.day AS birth_date, coalesce(p.birth_inferred = 'true', false) AS birth_inferred,
        d.day AS death_date, f.day AS observed_from, t.day AS observed_to, p.source_row
        FROM numbered_patient p
        LEFT JOIN dates b ON b.text = p.birth_date LEFT JOIN dates d ON d.text = p.death_date
        LEFT JOIN dates f ON f.text = p.observed_from LEFT JOIN dates t ON t.text = p.observed_to
        WHERE occurrence = 1 AND p.patient_id <> ''"""
    )


def unread_fields(con: DuckDBPyConnection) -> dict[str, int]:
    """Counts of patients' fields that could not be read and are therefore unknown."""
    rows = con.execute(
        """SELECT 'birth_date: ' || problem, count(*) FROM known_patient JOIN dates ON text = birth_date
        WHERE problem IS NOT NULL GROUP BY 1 UNION ALL
        SELECT 'death_date: ' || problem, count(*) FROM known_patient JOIN dates ON text = death_date
        WHERE problem IS NOT NULL GROUP BY 1 UNION ALL
        SELECT 'sex: not read', count(*) FROM known_patient k JOIN patient p USING (source_row)
        WHERE k.sex <> '' AND p.sex IS NULL HAVING count(*) > 0 ORDER BY 1"""
    ).fetchall()
    return {name: int(count) for name, count in rows}


def _checked(con: DuckDBPyConnection, table: str, date: str, select: str) -> None:
    """Table checked_<table>: rows of `select` (source_row, patient_id, `date` text, ...) that have a
    patient and a day within that patient's life; the rest are rejected."""
    con.execute(
        f"""CREATE TABLE staged_{table} AS SELECT s.*, d.day,
        CASE WHEN p.patient_id IS NULL THEN 'patient not in the patient table'
             WHEN coalesce(s.date_text, '') = '' THEN 'no date'
             WHEN d.problem IS NOT NULL THEN 'date: ' || d.problem
             WHEN d.day < CASE WHEN p.birth_inferred THEN date_trunc('year', p.birth_date)
                               ELSE p.birth_date END THEN 'before birth'
             WHEN d.day > p.death_date + {DAYS_AFTER_DEATH_ALLOWED} THEN 'after death'
        END AS date_problem
        FROM (SELECT *, "{date}" AS date_text FROM ({select})) s
        LEFT JOIN patient p USING (patient_id) LEFT JOIN dates d ON d.text = s.date_text"""
    )
    _reject(
        con,
        table,
        f"""SELECT date_problem AS reason, '' AS detail, source_row FROM staged_{table}
        WHERE date_problem IS NOT NULL""",
    )
    con.execute(
        f"CREATE VIEW checked_{table} AS SELECT * FROM staged_{table} WHERE date_problem IS NULL"
    )


def results(con: DuckDBPyConnection) -> None:
    """Table result, from the distinct texts that results.py has read."""
    # Texts are numbered over nullable columns, so they are compared null-safe.
    con.execute(
        """CREATE TABLE text_of AS SELECT r.patient_id, r.taken_at, r.source_row, r.name, r.assay,
        r.unit AS raw_unit, t.text_id FROM known_result r JOIN texts t
        ON r.meaning[1] = t.test AND r.value IS NOT DISTINCT FROM t.value
        AND r.fallback IS NOT DISTINCT FROM t.fallback AND r.unit IS NOT DISTINCT FROM t.unit
        AND r.defined_unit IS NOT DISTINCT FROM t.defined_unit
        AND r.assay IS NOT DISTINCT FROM t.assay
        AND r.reference IS NOT DISTINCT FROM t.reference"""
    )
    _checked(con, "result", "taken_at", "SELECT * FROM text_of")
    _reject(
        con,
        "result",
        """SELECT reason, (SELECT test FROM texts t WHERE t.text_id = c.text_id) || ': ' || detail
        AS detail, source_row FROM checked_result c JOIN readings r USING (text_id)
        WHERE reason IS NOT NULL""",
    )
    con.execute(
        """CREATE VIEW result AS SELECT c.patient_id, c.day AS taken_at, r.test, r.value,
        r.value_high, r.comparator, r.unit, r.status, r.detection, r.lower_limit, r.upper_limit,
        r.reference_low, r.reference_high, c.assay, r.raw_value, c.raw_unit, c.name AS raw_name,
        r.rule, c.source_row FROM checked_result c JOIN readings r USING (text_id)
        WHERE r.reason IS NULL"""
    )


def exposures(con: DuckDBPyConnection) -> None:
    """Table exposure: one row for each agent of a product.

    A missing last day is inferred from the days' supply or, failing that, from the assumed days of
    the drug (vocabulary/drugs.csv), and marked.
    """
    drugs = read_csv("drugs.csv")
    con.execute("CREATE TABLE drug_kind (agent VARCHAR, drug_class VARCHAR, assumed_days INTEGER)")
    con.executemany(
        "INSERT INTO drug_kind VALUES (?, ?, ?)",
        [(row["agent"], row["drug_class"], int(row["assumed_days"])) for row in drugs],
    )
    _checked(con, "exposure", "start", "SELECT * FROM known_exposure")
    con.execute(
        """CREATE TABLE read_exposure AS SELECT c.*, e.day AS recorded_end,
        TRY_CAST(TRY_CAST(c.days_supply AS DOUBLE) AS INTEGER) AS supply
        FROM checked_exposure c LEFT JOIN dates e ON e.text = c."end" """
    )
    _reject(
        con,
        "exposure",
        """SELECT 'ends before it starts' AS reason, '' AS detail, source_row FROM read_exposure
        WHERE recorded_end < day""",
    )
    con.execute(
        """CREATE TABLE exposure AS SELECT patient_id, day AS start,
        coalesce(recorded_end, day + (CASE WHEN supply > 0 THEN supply ELSE k.assumed_days END) - 1)
            AS "end",
        recorded_end IS NULL AS end_inferred, u.agent, k.drug_class, licensed_for,
        TRY_CAST(dose AS DOUBLE) AS dose, dose_unit, route, name AS raw_name, source_row
        FROM (SELECT *, unnest(meaning) AS agent FROM read_exposure
              WHERE recorded_end IS NULL OR recorded_end >= day) u
        JOIN drug_kind k USING (agent)"""
    )


def _coded(con: DuckDBPyConnection, table: str, column: str, extra: str) -> None:
    _checked(con, table, "date", f"SELECT * FROM known_{table}")
    con.execute(
        f"""CREATE TABLE "{table}" AS SELECT patient_id, day AS date, unnest(meaning) AS "{column}",
        nullif(split_part(split_part(codes, ' ', -1), ':', -1), '') AS code,
        nullif(split_part(split_part(codes, ' ', -1), ':', 1), '') AS code_system,
        {extra} name AS raw_name, source_row FROM checked_{table}"""
    )


def conditions(con: DuckDBPyConnection) -> None:
    """Table condition: one row for each thing a code says."""
    _coded(
        con,
        "condition",
        "condition",
        "CASE WHEN setting IN ('inpatient', 'outpatient') THEN setting WHEN setting IN ('住院') "
        "THEN 'inpatient' WHEN setting IN ('门诊') THEN 'outpatient' END AS setting,",
    )


def procedures(con: DuckDBPyConnection) -> None:
    """Table procedure."""
    _coded(con, "procedure", "procedure", "")


def visits(con: DuckDBPyConnection) -> None:
    """Table visit, and the empty table mutation that a resistance laboratory may fill."""
    _checked(con, "visit", "start", "SELECT * FROM known_visit")
    con.execute(
        """CREATE TABLE visit AS SELECT c.patient_id, c.day AS start, e.day AS "end", c.kind,
        c.source_row FROM checked_visit c LEFT JOIN dates e ON e.text = c."end" """
    )
    con.execute(
        """CREATE TABLE mutation (patient_id VARCHAR, taken_at DATE, gene VARCHAR, mutation VARCHAR,
        source_row VARCHAR)"""
    )


def finish_patients(con: DuckDBPyConnection) -> None:
    """Fills a missing observation period with the first and last day on which anything happened."""
    con.execute(
        """CREATE TABLE active AS SELECT patient_id, min(first) AS first, max(last) AS last FROM (
        SELECT patient_id, min(taken_at) AS first, max(taken_at) AS last FROM result GROUP BY 1
        UNION ALL SELECT patient_id, min(start), max(start) FROM exposure GROUP BY 1
        UNION ALL SELECT patient_id, min(date), max(date) FROM "condition" GROUP BY 1
        UNION ALL SELECT patient_id, min(start), max(coalesce("end", start)) FROM visit GROUP BY 1)
        GROUP BY 1"""
    )
    con.execute(
        """CREATE OR REPLACE TABLE patient AS SELECT p.* REPLACE (
        coalesce(p.observed_from, a.first) AS observed_from,
        coalesce(p.observed_to, a.last) AS observed_to)
        FROM patient p LEFT JOIN active a USING (patient_id)"""
    )
