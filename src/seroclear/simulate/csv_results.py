"""Laboratory results as a hospital's export prints them: names, units and words of many hands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from seroclear.simulate.hospital import Hospital
from seroclear.simulate.people import Float, Generator
from seroclear.simulate.wording import wording

if TYPE_CHECKING:
    import duckdb

# Shares of rows that are dirty in one way; design choices.
NO_UNIT: Final = 0.01
NO_ASSAY: Final = 0.05
UNIT_IN_TEXT: Final = 0.01
COMPOSITE: Final = 0.02  # `阳性(+) 1250.50`: words and number in one cell
DUPLICATED: Final = 0.01
UNKNOWN_ITEM: Final = 0.06  # of visits: a test outside the vocabulary
NOT_DONE: Final = 0.003  # of visits: HBsAg ordered, `未做`

HEADER: Final = ("病人号", "检验日期", "项目名称", "结果", "单位", "参考范围", "方法")


def results_by_year(
    hospital: Hospital, con: duckdb.DuckDBPyConnection, rng: Generator, messy: bool
) -> Iterator[tuple[int, pa.Table]]:
    """The export, one table a calendar year, in order of date.

    Without `messy` every test has one name and one unit, words are 阳性 and 阴性, and nothing is
    duplicated, unknown or missing.
    """
    items = _weighted(wording("items.csv"), "form")
    phrases = _weighted(wording("phrases.csv"), "meaning")
    con.register("item", items)
    con.register("phrase", phrases)
    con.register("in_result", _with_luck(hospital.result, rng, messy))
    con.execute(f"CREATE OR REPLACE TEMP TABLE printed AS {_PRINTED}")
    if messy:
        con.register("in_visit", _with_luck(hospital.visit, rng, messy))
        con.register("unknown_item", wording("unknown_items.csv"))
        con.execute(f"INSERT INTO printed {_DUPLICATES}")
        con.execute(f"INSERT INTO printed {_UNKNOWN_ITEMS}")
        con.execute(f"INSERT INTO printed {_NOT_DONE}")
    change = hospital.scenario.assay_change.year
    names = ", ".join(
        f'{column} AS "{title}"'
        for column, title in zip(
            ("patient_id", "printed_date", "name", "text", "unit", "reference", "assay"),
            HEADER,
            strict=True,
        )
    )
    for year in range(hospital.scenario.start.year, hospital.scenario.end.year + 1):
        old = messy and year < change
        form = "%Y/%-m/%-d" if old else "%Y-%m-%d"
        query = f"""
            SELECT {names} FROM (
                SELECT *, strftime(taken_at, '{form}') AS printed_date FROM printed
                WHERE year(taken_at) = {year})
            ORDER BY taken_at, patient_id, sequence, copy"""
        table = con.execute(query).to_arrow_table()
        if len(table):
            yield year, table


def _weighted(table: pa.Table, key: str) -> pa.Table:
    """Give each choice of a key its slice of [0, 1), in the order of the file; the first one always
    contains 0, which is what the tidy export asks for."""
    keys = np.array(table[key].to_pylist())
    weight = np.array(table["weight"].to_pylist(), float)
    low, high = np.zeros(len(keys)), np.zeros(len(keys))
    for name in dict.fromkeys(keys):
        mine = keys == name
        share = np.cumsum(weight[mine]) / weight[mine].sum()
        low[mine], high[mine] = np.append(0, share[:-1]), np.append(share[:-1], 1.0)
    return table.append_column("low", pa.array(low)).append_column("high", pa.array(high))


def _with_luck(table: pa.Table, rng: Generator, messy: bool) -> Any:
    """Random numbers in [0, 1) beside each row; 0 chooses the first wording and 1 no dirt."""
    n = len(table)
    for name in ("luck_name", "luck_word", "luck_sign"):
        table = table.append_column(name, _choice(n, rng, messy))
    luck: Float = rng.random(n) if messy else np.ones(n)
    dirt = ("luck_unit", "luck_assay", "luck_twice")
    table = table.append_column(dirt[0], pa.array(luck))
    for name in dirt[1:]:
        other: Float = rng.random(n) if messy else np.ones(n)
        table = table.append_column(name, pa.array(other))
    return table


def _choice(n: int, rng: Generator, messy: bool) -> pa.Array:
    return pa.array(rng.random(n) if messy else np.zeros(n))


# `form` says which list of names and units a result is written with: copies/mL only where the assay
# has a published factor (COBAS TaqMan 5.82 copies/IU), kIU/mL only for plain larger numbers.
_PRINTED: Final = f"""
    WITH shaped AS (
        SELECT *, test::VARCHAR || CASE
            WHEN value IS NULL THEN ' words'
            WHEN test = 'hbsag' AND comparator = '=' AND value >= 1 THEN ' high'
            WHEN test = 'hbv_dna' AND assay = 'COBAS TaqMan HBV v2.0' THEN ' taqman'
            ELSE ' number' END AS form,
            coalesce(status::VARCHAR, if(detection = 'not detected', 'not detected', NULL),
                CASE WHEN test <> 'hbsag' OR value IS NULL THEN NULL
                    WHEN comparator = '<' OR value < 0.05 THEN 'negative' ELSE 'positive' END)
                AS meaning
        FROM in_result
    ), named AS (
        SELECT shaped.*, item.name, item.unit AS item_unit, item.reference, item.decimals,
            if(item.transform = 'log10', log10(value), value * item.factor) AS number
        FROM shaped JOIN item
            ON shaped.form = item.form AND luck_name >= item.low AND luck_name < item.high
    ), worded AS (
        SELECT named.*, word.text AS word, sign.text AS sign,
            CASE WHEN decimals = '0' THEN CAST(CAST(round(number) AS BIGINT) AS VARCHAR)
                WHEN decimals = '1' THEN CAST(CAST(number AS DECIMAL(18, 1)) AS VARCHAR)
                WHEN decimals = '2' THEN CAST(CAST(number AS DECIMAL(18, 2)) AS VARCHAR)
                WHEN decimals = '3' THEN CAST(CAST(number AS DECIMAL(18, 3)) AS VARCHAR)
                WHEN decimals = '5' THEN CAST(CAST(number AS DECIMAL(18, 5)) AS VARCHAR)
                WHEN comparator <> '=' OR decimals = 'plain'
                    THEN CAST(CAST(round(number) AS BIGINT) AS VARCHAR)
                WHEN decimals = 'sci' THEN format('{{:.2E}}', number)
                WHEN decimals = 'power'
                    THEN regexp_replace(format('{{:.2E}}', number), 'E\\+0?', '×10^')
                END AS digits
        FROM named
        LEFT JOIN phrase word
            ON word.meaning = named.meaning AND luck_word >= word.low AND luck_word < word.high
        LEFT JOIN phrase sign
            ON sign.meaning = comparator::VARCHAR
                AND luck_sign >= sign.low AND luck_sign < sign.high
    )
    SELECT patient_id, taken_at, result_id AS sequence, 0 AS copy, name,
        CASE WHEN value IS NULL THEN word
            WHEN detection = 'detected below limit' THEN '检测到' || sign || digits
            WHEN luck_unit >= {NO_UNIT} AND luck_unit < {NO_UNIT + UNIT_IN_TEXT}
                AND item_unit IS NOT NULL THEN coalesce(sign, '') || digits || ' ' || item_unit
            WHEN luck_word > {1 - COMPOSITE} AND test = 'hbsag'
                THEN if(meaning = 'negative', '阴性(-) ', '阳性(+) ')
                    || coalesce(sign, '') || digits
            ELSE coalesce(sign, '') || digits END AS text,
        if(luck_unit < {NO_UNIT + UNIT_IN_TEXT} AND value IS NOT NULL, NULL, item_unit) AS unit,
        reference, if(luck_assay < {NO_ASSAY}, NULL, assay::VARCHAR) AS assay, luck_twice
    FROM worded"""

_DUPLICATES: Final = f"""
    SELECT * REPLACE (1 AS copy) FROM printed WHERE luck_twice < {DUPLICATED}"""

_UNKNOWN_ITEMS: Final = f"""
    SELECT patient_id, start, visit_id, 2, name,
        CAST(CAST(unknown_item.low + (unknown_item.high - unknown_item.low) * luck_word
            AS DECIMAL(18, 2)) AS VARCHAR),
        unit, reference, NULL, 1.0
    FROM in_visit JOIN (SELECT *, row_number() OVER (ORDER BY name) - 1 AS which FROM unknown_item)
        unknown_item ON CAST(floor(luck_name * 3) AS INTEGER) = which
    WHERE luck_unit < {UNKNOWN_ITEM}"""

_NOT_DONE: Final = f"""
    SELECT patient_id, start, visit_id, 3, '乙肝表面抗原', '未做', NULL, '阴性', NULL, 1.0
    FROM in_visit WHERE luck_assay < {NOT_DONE}"""
