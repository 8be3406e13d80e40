"""What Ibis says in SQL that PostgreSQL does not understand, said otherwise."""

from __future__ import annotations

from typing import Any

import ibis.expr.datatypes as dt
from ibis.backends.sql.compilers.postgres import PostgresCompiler


class Compiler(PostgresCompiler):  # type: ignore[misc]  # Ibis has no types
    """Ibis' compiler for PostgreSQL, with its gaps closed."""

    __slots__ = ()

    def visit_Cast(self, op: Any, *, arg: Any, to: Any) -> Any:
        """A truth value becomes an integer of 32 bits first: PostgreSQL knows no other way."""
        if op.arg.dtype.is_boolean() and to.is_integer():
            arg = self.cast(arg, dt.int32)
        return super().visit_Cast(op, arg=arg, to=to)
