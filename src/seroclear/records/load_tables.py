"""The tables of a store in SQL: from known_* (raw rows whose name is known) to their final shape.

Each function makes one table and inserts into `rejected` every row it leaves out, so that rows read
are rows used plus rows rejected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.records.load_texts import number
from seroclear.records.tabular import literal
from seroclear.records.vocabulary import read_csv

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A result reported this long after a recorded death is a wrong date or a merged patient.
DAYS_AFTER_DEATH_ALLOWED = 30


def _reject(con: DuckDBPyConnection, table: str, select: str) -> None:
    """`select` gives reason, detail, source_row."""
    con.execute(
        f"INSERT INTO rejected SELECT {literal(table)}, reason, detail, 1, source_row "
        f"FROM ({select})"
    )


def patients(con: DuckDBPyConnection) -> None:
    """Table patient.

    Unreadable birth or death dates become unknown and are counted apart. So do facts on which two
    rows of one patient differ, a death before birth (nobody can tell which of them is wrong), and a
    mother who is not in the table or cannot be one.
    """
    con.execute(
        """CREATE TABLE read_patient AS SELECT p.patient_id,
        CASE WHEN lower(trim(p.sex)) IN ('f', 'female', '女', '女性', '2') THEN 'female'
             WHEN lower(trim(p.sex)) IN ('m', 'male', '男', '男性', '1') THEN 'male' END AS sex,
        b.day AS birth_date, coalesce(p.birth_inferred = 'true', false) AS birth_inferred,
        d.day AS death_date, nullif(p.mother_id, '') AS mother_id,
        f.day AS observed_from, t.day AS observed_to, p.source_row,
        row_number() OVER (PARTITION BY p.patient_id ORDER BY source_row) AS occurrence
        FROM known_patient p
        LEFT JOIN dates b ON b.text = p.birth_date LEFT JOIN dates d ON d.text = p.death_date
        LEFT JOIN dates f ON f.text = p.observed_from LEFT JOIN dates t ON t.text = p.observed_to"""
    )
    _reject(
        con,
        "patient",
        """SELECT CASE WHEN coalesce(patient_id, '') = '' THEN 'no patient id'
        ELSE 'second row for one patient' END AS reason, '' AS detail, source_row
        FROM read_patient WHERE coalesce(patient_id, '') = '' OR occurrence > 1""",
    )
    con.execute(
        f"""CREATE TABLE one_patient AS SELECT patient_id, {_agreed("sex")},
        {_agreed("birth_date")},
        bool_or(birth_inferred) AS birth_inferred, {_agreed("death_date")},
        {_agreed("mother_id")},
        min(observed_from) AS observed_from, max(observed_to) AS observed_to,
        min(source_row) AS source_row, count(DISTINCT sex) > 1 AS two_sexes,
        count(DISTINCT birth_date) > 1 AS two_births, count(DISTINCT death_date) > 1 AS two_deaths,
        count(DISTINCT mother_id) > 1 AS two_mothers
        FROM read_patient WHERE patient_id <> '' GROUP BY 1"""
    )
    con.execute(
        """CREATE TABLE mother_problem AS SELECT c.patient_id,
        CASE WHEN m.patient_id IS NULL THEN 'not in the patient table'
             WHEN m.sex = 'male' OR m.birth_date >= c.birth_date THEN 'male or not older'
        END AS problem
        FROM one_patient c LEFT JOIN one_patient m ON m.patient_id = c.mother_id
        WHERE c.mother_id IS NOT NULL"""
    )
    con.execute(
        f"""CREATE TABLE patient AS SELECT patient_id, sex,
        CASE WHEN NOT {_DEAD_BEFORE_BIRTH} THEN birth_date END AS birth_date, birth_inferred,
        CASE WHEN NOT {_DEAD_BEFORE_BIRTH} THEN death_date END AS death_date,
        CASE WHEN problem IS NULL THEN mother_id END AS mother_id,
        observed_from, observed_to, source_row
        FROM one_patient LEFT JOIN mother_problem USING (patient_id)"""
    )
    con.execute("CREATE VIEW used_patient AS SELECT * FROM patient")


def _agreed(column: str) -> str:
    """SQL: the one value that all rows of a patient give, else NULL."""
    return f"CASE WHEN count(DISTINCT {column}) = 1 THEN min({column}) END AS {column}"


# An inferred birthday stands for its whole year.
_EARLIEST_BIRTH = "CASE WHEN birth_inferred THEN date_trunc('year', birth_date) ELSE birth_date END"
_DEAD_BEFORE_BIRTH = f"coalesce(death_date < {_EARLIEST_BIRTH}, false)"


def unread_fields(con: DuckDBPyConnection) -> dict[str, int]:
    """Counts of patients' fields that could not be read and are therefore unknown."""
    rows = con.execute(
        """SELECT 'birth_date: ' || problem, count(*)
        FROM known_patient JOIN dates ON text = birth_date
        WHERE problem IS NOT NULL GROUP BY 1 UNION ALL
        SELECT 'death_date: ' || problem, count(*)
        FROM known_patient JOIN dates ON text = death_date
        WHERE problem IS NOT NULL GROUP BY 1 UNION ALL
        SELECT 'sex: not read', count(*) FROM known_patient k JOIN read_patient p USING (source_row)
        WHERE trim(k.sex) <> '' AND p.sex IS NULL UNION ALL
        SELECT 'mother_id: ' || problem, count(*) FROM mother_problem
        WHERE problem IS NOT NULL GROUP BY 1"""
    ).fetchall()
    differing = con.execute(
        f"""SELECT count(*) FILTER (two_sexes), count(*) FILTER (two_births),
        count(*) FILTER (two_deaths), count(*) FILTER (two_mothers),
        count(*) FILTER ({_DEAD_BEFORE_BIRTH}) FROM one_patient"""
    ).fetchone()
    named = [f"{fact}: rows differ" for fact in ("sex", "birth_date", "death_date", "mother_id")]
    rows += zip((*named, "birth_date: after death_date"), differing or (), strict=True)
    return {name: int(count) for name, count in sorted(rows) if count}


def date_problem(text: str) -> str:
    """SQL: why a row cannot be used, or NULL, of the columns of patient p and of dates d."""
    return f"""CASE WHEN p.patient_id IS NULL THEN 'patient not in the patient table'
        WHEN coalesce({text}, '') = '' THEN 'no date'
        WHEN d.problem IS NOT NULL THEN 'date: ' || d.problem
        WHEN d.day < {_EARLIEST_BIRTH} THEN 'before birth'
        WHEN d.day > p.death_date + {DAYS_AFTER_DEATH_ALLOWED} THEN 'after death' END"""


def _checked(con: DuckDBPyConnection, table: str, date: str, select: str) -> None:
    """View checked_<table>: rows of `select` that have a patient and a day in that patient's life.

    `select` gives source_row, patient_id, the text `date` and more. All other rows are rejected.
    """
    con.execute(
        f"""CREATE TABLE staged_{table} AS SELECT s.* EXCLUDE (date_text), d.day,
        {date_problem("s.date_text")} AS date_problem
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
        """CREATE VIEW read_exposure AS SELECT c.*, e.day AS recorded_end,
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
        """CREATE VIEW used_exposure AS SELECT * FROM read_exposure
        WHERE recorded_end IS NULL OR recorded_end >= day"""
    )
    con.execute(
        """CREATE TABLE exposure AS SELECT patient_id, day AS start,
        coalesce(recorded_end, day + (CASE WHEN supply > 0 THEN supply ELSE k.assumed_days END) - 1)
            AS "end",
        recorded_end IS NULL AS end_inferred, u.agent, k.drug_class, licensed_for,
        TRY_CAST(dose AS DOUBLE) AS dose, dose_unit, route, name AS raw_name, source_row
        FROM (SELECT *, unnest(meaning) AS agent FROM used_exposure) u
        JOIN drug_kind k USING (agent)"""
    )


def _coded(con: DuckDBPyConnection, table: str, column: str, extra: str) -> None:
    _checked(con, table, "date", f"SELECT * FROM known_{table}")
    con.execute(
        f"""CREATE TABLE "{table}" AS SELECT patient_id, day AS date, unnest(meaning) AS "{column}",
        code, code_system, {extra} name AS raw_name, source_row FROM checked_{table}"""
    )
    con.execute(f"CREATE VIEW used_{table} AS SELECT * FROM checked_{table}")


# What hospitals call the kinds of a visit; any other word is unknown.
_SETTING = (
    "CASE WHEN lower(trim({0})) IN ('inpatient', '住院') THEN 'inpatient' "
    "WHEN lower(trim({0})) IN ('outpatient', '门诊') THEN 'outpatient' "
    "WHEN lower(trim({0})) IN ('emergency', '急诊') THEN 'emergency' END"
)


def conditions(con: DuckDBPyConnection) -> None:
    """Table condition: one row for each thing a code says."""
    _coded(
        con,
        "condition",
        "condition",
        f"{_SETTING.format('setting')} AS setting,",
    )


def procedures(con: DuckDBPyConnection) -> None:
    """Table procedure."""
    _coded(con, "procedure", "procedure", "")


def visits(con: DuckDBPyConnection) -> None:
    """Table visit."""
    _checked(con, "visit", "start", "SELECT * FROM known_visit")
    con.execute(
        f"""CREATE TABLE visit AS SELECT c.patient_id, c.day AS start, e.day AS "end",
        {_SETTING.format("c.kind")} AS kind,
        c.source_row FROM checked_visit c LEFT JOIN dates e ON e.text = c."end" """
    )
    con.execute("CREATE VIEW used_visit AS SELECT * FROM checked_visit")


# What laboratories print when they sequenced the gene and found nothing.
_NOTHING_FOUND = "('none', 'wild type', 'wild-type', 'wt', 'negative', '野生型', '未检出', '阴性')"


def mutations(con: DuckDBPyConnection) -> None:
    """Table mutation: what a resistance laboratory reported, one row a mutation.

    'L180M+M204V' is two; 'M204V' of the reverse transcriptase (gene 'RT', also when none is named)
    is 'rtM204V'; 'none' says that the gene was sequenced and nothing was found.
    """
    _checked(con, "mutation", "taken_at", "SELECT * FROM known_mutation")
    con.execute(
        f"""CREATE TABLE mutation AS
        WITH each AS (SELECT patient_id, day AS taken_at, source_row,
            upper(coalesce(nullif(trim(gene), ''), 'RT')) AS gene, unnest(
                CASE WHEN lower(trim(mutation)) IN {_NOTHING_FOUND} THEN ['none']
                ELSE regexp_split_to_array(trim(mutation), '[+,;，；、[:space:]]+') END) AS name
            FROM checked_mutation)
        SELECT patient_id, taken_at, gene, CASE WHEN gene = 'RT'
            AND regexp_full_match(name, '[A-Z][0-9]+[A-Z]') THEN 'rt' || name ELSE name
            END AS mutation, source_row FROM each WHERE name <> ''"""
    )
    con.execute("CREATE VIEW used_mutation AS SELECT * FROM checked_mutation")


def finished_patients(con: DuckDBPyConnection) -> str:
    """A query for the patients, a missing observation period filled with the first and last day on
    which anything happened; a death is the last that can be."""
    if not number(
        con, "SELECT count(*) FROM patient WHERE observed_from IS NULL OR observed_to IS NULL"
    ):
        return "SELECT * FROM patient"
    return """SELECT p.* REPLACE (
        coalesce(p.observed_from, a.first) AS observed_from,
        coalesce(p.observed_to, greatest(a.last, p.death_date)) AS observed_to)
        FROM patient p LEFT JOIN (
            SELECT patient_id, min(first) AS first, max(last) AS last FROM (
            SELECT patient_id, min(day) AS first, max(day) AS last FROM used_result GROUP BY 1
            UNION ALL SELECT patient_id, min(start), max(start) FROM exposure GROUP BY 1
            UNION ALL SELECT patient_id, min(date), max(date) FROM "condition" GROUP BY 1
            UNION ALL
            SELECT patient_id, min(start), max(coalesce("end", start)) FROM visit GROUP BY 1)
            GROUP BY 1) a USING (patient_id)"""
