"""A query that was compiled over other tables is the one that Ibis would write."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir
import pytest

from seroclear.engines.compiled import Compiled, shape_of
from seroclear.engines.duckdb import DuckDB, query

Query = Callable[[ir.Table, ir.Table], ir.Table]

QUERIES: dict[str, Query] = {
    "filter": lambda a, b: a.filter(a.day > 3).select("patient", "day"),
    "join": lambda a, b: a.join(b, "patient").filter(lambda t: t.day > t.day_right),
    "itself": lambda a, b: a.join(a.view(), ["patient"]).select("patient", "day"),
    "window": lambda a, b: a.mutate(
        before=a.day.lag().over(ibis.window(group_by="patient", order_by="day"))
    ),
    "union": lambda a, b: ibis.union(a, b.filter(b.day < 9)),
    "few": lambda a, b: a.semi_join(b.filter(b.day == 9), "patient"),
}


def _tables(engine: DuckDB, first: int) -> tuple[ir.Table, ir.Table]:
    rows = [{"patient": f"p{n % 3}", "day": first + n} for n in range(6)]
    table = ibis.memtable(rows, schema={"patient": "string", "day": "int64"})
    return engine.keep(table), engine.keep(table.filter(table.day % 2 == 1))


@pytest.mark.parametrize("name", QUERIES)
def test_the_second_query_of_a_shape_is_not_compiled_and_finds_the_same(name: str) -> None:
    written = []
    with DuckDB() as engine:

        def write(expression: ir.Table) -> str:
            written.append(expression)
            return query(engine.con, expression)

        compiled = Compiled(write)
        for first in (4, 6):
            asked = QUERIES[name](*_tables(engine, first))
            found = engine.con.raw_sql(compiled.sql(asked)).fetchall()
            alone = engine.con.raw_sql(query(engine.con, asked)).fetchall()
            assert sorted(found) == sorted(alone)
            assert found
    assert len(written) == 1


def test_what_differs_has_another_shape() -> None:
    with DuckDB() as engine:
        a, b = _tables(engine, 1)
        asked = [
            a.filter(a.day > 1),
            a.filter(a.day > 2),
            a.filter(a.day >= 1),
            a.filter(a.day > ibis.literal(1.0)),
            a.filter(a.patient > "1"),
            a.select(x="day"),
            a.select(x="patient"),
            a.join(b, "patient").select("patient"),
            a.join(a.view(), "patient").select("patient"),
            ibis.union(a, b),
            ibis.union(a, a),
            a.rename(hour="day").filter(lambda t: t.hour > 1),
        ]
        shapes = [shape_of(one.op())[0] for one in asked]
    assert len(set(shapes)) == len(shapes)
