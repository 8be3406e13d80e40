"""Ibis' compilers to SQL where an engine would take what Ibis says otherwise than DuckDB.

A number with a point is a double; in SQL it is a decimal, and 60 / 365.25 would be rounded.
"""

from __future__ import annotations

from typing import Any

import ibis.expr.datatypes as dt
import sqlglot as sg
from ibis.backends.sql.compilers.postgres import PostgresCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler


class ForSpark(PySparkCompiler):  # type: ignore[misc]  # Ibis has no types
    """For Spark."""

    __slots__ = ()

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:
        if dtype.is_floating():
            return self.cast(self.visit_DefaultLiteral(op, value=value, dtype=dtype), dt.float64)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_NotNull(self, op: Any, *, arg: Any) -> Any:
        """Spark does not read `a IN (b) IS NOT NULL`."""
        return super().visit_NotNull(op, arg=sg.exp.paren(arg, copy=False))


class ForPostgres(PostgresCompiler):  # type: ignore[misc]
    """For PostgreSQL."""

    __slots__ = ()

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:
        if dtype.is_floating():
            return self.cast(self.visit_DefaultLiteral(op, value=value, dtype=dtype), dt.float64)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_Cast(self, op: Any, *, arg: Any, to: Any) -> Any:
        """A truth value becomes an integer of 32 bits first: PostgreSQL knows no other way."""
        if op.arg.dtype.is_boolean() and to.is_integer():
            arg = self.cast(arg, dt.int32)
        return super().visit_Cast(op, arg=arg, to=to)
