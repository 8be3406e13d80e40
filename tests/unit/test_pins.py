"""Ibis, sqlglot and DuckDB must fit together: an incompatible pair must fail here, and loudly.

Ibis 12 with sqlglot 29 or later drops a table without its name; with DuckDB 2 it does not connect.
"""

from __future__ import annotations

import ibis

from seroclear.engine import days_after, days_between
from seroclear.engines.duckdb import DuckDB


def test_a_temporary_table_is_made_read_and_dropped() -> None:
    engine = DuckDB()
    made = engine.keep(ibis.memtable({"patient_id": ["1", "2"], "value": [1.5, None]}))
    assert made.op().name in engine.con.list_tables()
    read = made.order_by("patient_id").to_pyarrow()
    assert read.to_pydict() == {"patient_id": ["1", "2"], "value": [1.5, None]}
    engine.con.drop_table(made.op().name)
    assert made.op().name not in engine.con.list_tables()


def test_two_kept_tables_join() -> None:
    engine = DuckDB()
    one = engine.keep(ibis.memtable({"id": ["1", "2"], "a": [1, 2]}))
    two = engine.keep(ibis.memtable({"id": ["2", "3"], "b": [20, 30]}))
    assert one.join(two, "id").to_pyarrow().to_pydict() == {"id": ["2"], "a": [2], "b": [20]}


def test_days_stay_dates() -> None:
    engine = DuckDB()
    table = engine.keep(ibis.memtable({"day": ["2020-02-28"]}).select(day=ibis._.day.cast("date")))
    later = days_after(table.day, 2)
    shown = table.select(later=later, days=days_between(table.day, later)).to_pyarrow()
    assert str(shown.schema.field("later").type) == "date32[day]"
    assert [str(day) for day in shown["later"].to_pylist()] == ["2020-03-01"]
    assert shown["days"].to_pylist() == [2]
