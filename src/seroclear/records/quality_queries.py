"""What is counted in one table of a store, one function a rule of quality_rules.csv."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import duckdb

from seroclear.records.quality import (
    HIDDEN,
    OTHERS,
    QualityRow,
    few,
    pooled,
    readable,
    rules,
    threshold,
)
from seroclear.records.vocabulary import read_csv

MOST_LIMITS = 10  # rarer limits of a test are pooled


def ask(con: duckdb.DuckDBPyConnection, query: str, parameters: Any = None) -> Any:
    """The rows that answer a query."""
    return con.execute(query, parameters or []).fetchall()


def each_test(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    """The rows that answer a query about results, asked of one test ($test) after the other: all
    patients of all tests at once are much for memory."""
    names = ask(con, "SELECT DISTINCT test FROM result ORDER BY 1")
    return [row for (test,) in names for row in ask(con, query, {"test": test})]


def counted(rule: str, persons: float, value: float | None, **where: str) -> QualityRow:
    """A row, hidden when it is about few persons."""
    if few(persons):
        return QualityRow(rule, value=None, note=HIDDEN, **where)
    return QualityRow(rule, value=None if value is None else float(value), **where)


def tests(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Results, patients, numbers and words of each test. Patients are hidden, too, when nearly
    everybody has the test: the few others would follow."""
    (everybody,) = ask(con, "SELECT count(*) FROM patient")[0]
    rows = []
    for test, results, patients, numbers, words in each_test(
        con,
        """SELECT test, count(*), count(DISTINCT patient_id), count(value), count(status)
        FROM result WHERE test = $test GROUP BY 1""",
    ):
        named = {"results": results, "patients": patients, "numbers": numbers, "words": words}
        for measure, value in named.items():
            persons = patients
            if measure == "patients" and few(everybody - patients):
                persons = everybody - patients
            if measure in ("numbers", "words") and few(value):
                persons = value
            rows.append(
                counted("tests", persons, value, table="result", test=test, measure=measure)
            )
    return rows


def units(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Share of each unit among a test's results; units of few persons are pooled."""
    by_test: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for test, unit, results, persons in each_test(
        con,
        """SELECT test, coalesce(raw_unit, 'none'), count(*), count(DISTINCT patient_id)
        FROM result WHERE test = $test GROUP BY 1, 2 ORDER BY 3 DESC, 2""",
    ):
        by_test[test][unit] = (results, persons)
    return [
        QualityRow("units_seen", "result", test, unit, measure="percent", value=share)
        for test, counts in by_test.items()
        for unit, share in _shares(pooled(counts)).items()
    ]


def _shares(counts: dict[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {name: round(100 * count / total, 2) for name, count in counts.items()}


_REJECTED = """SELECT CASE WHEN "table" = 'result' AND reason <> 'not in vocabulary'
    AND contains(detail, ': ') THEN split_part(detail, ': ', 1) ELSE '' END AS test,
    "table", reason, sum(rows)::BIGINT AS rows FROM rejected GROUP BY ALL"""


def share_rejected(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Share of each test's rows that could not be read, sister tests (an index) with their test.

    Of few rejected rows neither the share is shown nor the smallest other one (see `pooled`); nor
    is a share that would tell how many results few persons have.
    Panels are left out: what is read of them counts under their markers.
    """
    base = {row["test"]: row["base"] or row["test"] for row in read_csv("tests.csv")}
    panels = {row["test"] for row in read_csv("tests.csv") if row["kind"] == "panel"}
    rejected: dict[str, int] = defaultdict(int)
    used: dict[str, int] = defaultdict(int)
    for test, rows in ask(con, f"SELECT test, rows FROM ({_REJECTED}) WHERE test <> ''"):
        rejected[base.get(test, test)] += rows
    scarce = set()
    # Hashes of 64 bits take a third; that two of ten million meet has a chance of 3 in a million.
    for test, rows, persons in each_test(
        con,
        """SELECT test, count(DISTINCT hash(source_row)), count(DISTINCT patient_id) FROM result
        WHERE test = $test GROUP BY 1""",
    ):
        used[base.get(test, test)] += rows
        if few(persons):
            scarce.add(base.get(test, test))
    shown = pooled({test: (rows, rows) for test, rows in rejected.items()})
    limit = threshold("share_rejected")
    found = []
    for test in sorted((used.keys() | rejected.keys()) - panels):
        share: float | None = round(100 * rejected[test] / (rejected[test] + used[test]), 2)
        note = f"at or above {limit:g}%" if share is not None and share >= limit else ""
        if rejected[test] and (test not in shown or test in scarce):
            share, note = None, HIDDEN
        found.append(QualityRow("share_rejected", "result", test, "", "", "percent", share, note))
    return found


def reasons(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Rejected rows by reason; a reason of few rows is pooled with others of its table."""
    rows = []
    by_table: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for table, test, reason, count in ask(
        con,
        f"""SELECT "table", test, reason, rows FROM ({_REJECTED})
        ORDER BY "table", rows DESC, reason, test""",
    ):
        by_table[table][f"{test}\t{reason}"] = (count, count)
    for table, counts in by_table.items():
        for name, count in pooled(counts).items():
            test, _, reason = name.rpartition("\t")
            rows.append(
                QualityRow(
                    "share_rejected", table, test, reason, measure="rows", value=float(count)
                )
            )
    return rows


def detection_limits(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Share of each limit among a half-year's results with a limit; few persons are left out.

    Limits are rounded to two digits: 1.30 log IU/mL and 20 IU/mL are one limit.
    """
    rows = []
    for side in ("lower", "upper"):
        cells = ask(
            con,
            f"""WITH stated AS (SELECT *, round({side}_limit,
                1 - floor(log10({side}_limit))::INTEGER) AS one FROM result
                WHERE {side}_limit > 0),
            common AS (SELECT test, one FROM stated GROUP BY 1, 2
                QUALIFY row_number() OVER (PARTITION BY test ORDER BY count(*) DESC, one)
                <= {MOST_LIMITS})
            SELECT s.test, c.one, year(taken_at) || '-H' || CASE WHEN month(taken_at) < 7 THEN 1
                ELSE 2 END AS period, count(*), count(DISTINCT patient_id)
            FROM stated s LEFT JOIN common c ON s.test = c.test AND s.one = c.one
            GROUP BY 1, 2, 3 ORDER BY 1, 2 NULLS LAST, 3""",
        )
        shown = [cell for cell in cells if not few(cell[4])]
        totals: dict[tuple[str, str], int] = defaultdict(int)
        for test, _, period, results, _ in shown:
            totals[test, period] += results
        rows += [
            QualityRow(
                "detection_limits",
                "result",
                test,
                OTHERS if limit is None else readable(limit),
                period,
                f"percent with this {side} limit",
                round(100 * results / totals[test, period], 1),
            )
            for test, limit, period, results, _ in shown
        ]
    return rows


def implausible(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Exact numbers outside a test's plausible range."""
    rows = []
    for rule in rules().values():
        if not rule.rule.startswith("plausible_"):
            continue
        sign = "<" if rule.rule == "plausible_low" else ">"
        numbers, outside, persons = ask(
            con,
            f"""SELECT count(*), count(*) FILTER (value {sign} $limit),
            count(DISTINCT patient_id) FILTER (value {sign} $limit)
            FROM result WHERE test = $test AND comparator = '=' AND unit <> 'S/CO'""",
            {"limit": rule.threshold, "test": rule.test},
        )[0]
        if numbers:
            level = f"{sign} {rule.limit} {rule.unit}".removesuffix(" 1")
            where = {"table": "result", "test": rule.test, "level": level, "measure": "results"}
            rows.append(counted(rule.rule, persons, outside, **where))
    return rows


def same_day(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Patient-days on which a test has the same result twice, and results that differ."""
    rows = []
    for test, repeated, repeated_persons, differing, differing_persons in each_test(
        con,
        """WITH several AS (SELECT patient_id, taken_at FROM result WHERE test = $test
            GROUP BY 1, 2 HAVING count(*) > 1),
        days AS (SELECT test, patient_id, taken_at,
            count(*) > count(DISTINCT (value, comparator, value_high, unit, status, detection))
                AS repeated,
            count(DISTINCT value) FILTER (comparator = '=') > 1
                OR count(DISTINCT status) FILTER (status <> 'indeterminate') > 1 AS differing
            FROM result JOIN several USING (patient_id, taken_at)
            WHERE test = $test GROUP BY 1, 2, 3)
        SELECT test, count(*) FILTER (repeated), count(DISTINCT patient_id) FILTER (repeated),
        count(*) FILTER (differing), count(DISTINCT patient_id) FILTER (differing)
        FROM days GROUP BY 1""",
    ):
        where = {"table": "result", "test": test, "measure": "patient-days"}
        rows.append(counted("same_day", repeated_persons, repeated, level="same twice", **where))
        rows.append(counted("same_day", differing_persons, differing, level="differing", **where))
    return rows


def unknown_names(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """Rows of each name that the vocabulary does not know; names of few rows are pooled."""
    by_table: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for table, name, rows in ask(
        con,
        """SELECT "table", detail, sum(rows)::BIGINT FROM rejected
        WHERE reason = 'not in vocabulary' GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2""",
    ):
        by_table[table][name] = (rows, rows)
    return [
        QualityRow("unknown_names", table, level=name, measure="rows", value=float(rows))
        for table, counts in by_table.items()
        for name, rows in pooled(counts).items()
    ]
