"""What is asked of patients' records as a whole: who is tested when, and codes against serology."""

from __future__ import annotations

import duckdb

from seroclear.records.quality import QualityRow, threshold
from seroclear.records.quality_queries import ask, counted

# Diagnoses that claim hepatitis B (as the course's infection state).
HBV_CODES = ("chronic_hbv", "hbv_carrier", "hbv_unspecified", "acute_hbv")


def visiting(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Days from an ALT result to the next HBsAg test, by whether ALT was elevated.

    Counted from every day with an ALT result on or after a patient's first HBsAg test; who was not
    tested again counts until the last day of the records or death (Kaplan-Meier). Descriptive: one
    patient gives many days.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE waits AS WITH
        tested AS (SELECT DISTINCT patient_id, taken_at AS day FROM result
            WHERE test IN ('hbsag', 'hbsag_index')),
        alt AS (SELECT *, coalesce(reference_high, {threshold("visiting", "alt")}) AS uln
            FROM result WHERE test = 'alt'),
        worst AS (SELECT patient_id, taken_at AS day, max(CASE
            WHEN comparator IN ('=', 'range') AND value > uln THEN 1
            WHEN comparator = '>' AND value >= uln THEN 1
            WHEN comparator IN ('=', '<') AND value <= uln THEN 0
            WHEN comparator = 'range' AND value_high <= uln THEN 0 END) AS elevated
            FROM alt GROUP BY 1, 2 HAVING elevated IS NOT NULL),
        begun AS (SELECT patient_id, min(day) AS first FROM tested GROUP BY 1),
        days AS (SELECT w.* FROM worst w JOIN begun b USING (patient_id) WHERE w.day >= b.first)
        SELECT CASE d.elevated WHEN 1 THEN 'elevated ALT' ELSE 'normal ALT' END AS level,
        d.patient_id, coalesce(t.day, least(p.observed_to, p.death_date)) - d.day AS wait,
        t.day IS NOT NULL AS seen
        FROM days d ASOF LEFT JOIN tested t ON d.patient_id = t.patient_id AND d.day < t.day
        JOIN patient p ON p.patient_id = d.patient_id WHERE wait >= 0"""
    )
    counts = {
        level: (days, persons)
        for level, days, persons in ask(
            con, "SELECT level, count(*), count(DISTINCT patient_id) FROM waits GROUP BY 1"
        )
    }
    rows = []
    for level in ("normal ALT", "elevated ALT"):
        days, persons = counts.get(level, (0, 0))
        waits = ask(
            con,
            """SELECT wait, count(*) FILTER (seen), count(*) FROM waits WHERE level = ?
            GROUP BY 1 ORDER BY 1""",
            [level],
        )
        where = {"table": "result", "test": "hbsag", "level": level}
        rows.append(counted("visiting", persons, days, measure="days with ALT", **where))
        for measure, left in (("lower quartile", 0.75), ("median", 0.5), ("upper quartile", 0.25)):
            wait = _kaplan_meier(waits, left)
            row = counted(
                "visiting", persons, wait, measure=f"{measure} of the wait in days", **where
            )
            if persons and row.value is None and not row.note:
                row = QualityRow(**row.to_dict() | {"note": "not reached"})
            rows.append(row)
    return rows


def _kaplan_meier(waits: list[tuple[int, int, int]], left: float) -> float | None:
    """The first time at which at most the share `left` is still waiting, None if never.

    Args:
        waits: (time, seen, seen or censored) in order of time.
    """
    at_risk, waiting = sum(ended for _, _, ended in waits), 1.0
    for time, seen, ended in waits:
        waiting *= 1 - seen / at_risk
        if waiting <= left + 1e-12:
            return float(time)
        at_risk -= ended
    return None


def codes(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Hepatitis B diagnoses that serology contradicts or that no test speaks of.

    Nearly the rule of the course, which also sets aside results after vaccine and HBIG and results
    of one day that contradict each other.
    """
    cut = (
        f"CASE WHEN unit = 'S/CO' THEN {threshold('code_contradicted', 'hbsag_index')} "
        f"ELSE {threshold('code_contradicted', 'hbsag')} END"
    )
    coded, contradicted, untested = ask(
        con,
        f"""WITH coded AS (SELECT DISTINCT patient_id FROM condition
            WHERE condition IN {HBV_CODES}),
        said AS (SELECT patient_id, test LIKE 'hbsag%' AS hbsag,
            coalesce(status, CASE WHEN test = 'anti_hbc' THEN NULL
            WHEN comparator IN ('=', '>', 'range') AND value >= {cut} THEN 'positive'
            WHEN comparator = '=' OR (comparator = '<' AND value <= {cut}) THEN 'negative' END)
            AS status FROM result WHERE test IN ('hbsag', 'hbsag_index', 'anti_hbc')),
        each AS (SELECT patient_id, bool_or(status = 'positive') AS positive,
            bool_or(hbsag AND status = 'negative') AS hbsag_negative,
            bool_or(NOT hbsag AND status = 'negative') AS core_negative FROM said GROUP BY 1)
        SELECT count(*), count(*) FILTER (NOT coalesce(positive, false) AND hbsag_negative
            AND core_negative), count(*) FILTER (e.patient_id IS NULL)
        FROM coded LEFT JOIN each e USING (patient_id)""",
    )[0]
    where = {"table": "condition", "measure": "persons"}
    return [
        counted("code_contradicted", coded, coded, level="with a hepatitis B diagnosis", **where),
        counted("code_contradicted", contradicted, contradicted, level="contradicted", **where),
        counted("code_untested", untested, untested, level="never tested", **where),
    ]
