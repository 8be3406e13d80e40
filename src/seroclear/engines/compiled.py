"""Queries of one shape over different tables are compiled once.

A study asks the same of the tables of every definition. To write a query in SQL costs Ibis more
than the engine needs to answer it, of the few people who are left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import ibis.expr.operations as ops
from ibis.common.graph import Node

if TYPE_CHECKING:
    import ibis.expr.types as ir

Shape = tuple[Any, ...]


class Compiled:
    """SQL of expressions, remembered by their shape.

    Args:
        write: the SQL of an expression; it names each table once or more often, in quotes.
    """

    def __init__(self, write: Callable[[ir.Table], str]) -> None:
        self._write = write
        self._known: dict[Shape, list[str | int]] = {}

    def sql(self, expression: ir.Table) -> str:
        """The SQL of an expression."""
        shape, names = shape_of(expression.op())
        if shape not in self._known:
            numbers = {f'"{name}"': number for number, name in enumerate(names)}
            parts = _parts(self._write(expression), numbers)
            self._known[shape] = parts
        texts = [f'"{name}"' for name in names]
        parts = self._known[shape]
        return "".join(texts[part] if isinstance(part, int) else part for part in parts)


def _parts(sql: str, numbers: Mapping[str, int]) -> list[str | int]:
    """SQL cut where it names a table; that piece is the table's number."""
    if not numbers:
        return [sql]
    names = "|".join(re.escape(name) for name in numbers)
    return [numbers.get(piece, piece) for piece in re.split(f"({names})", sql)]


def shape_of(root: Node) -> tuple[Shape, list[str]]:
    """What an expression is but for the names of its tables, and these names.

    Two expressions of one shape are the same query over tables of the same columns.
    """
    places: dict[Node, int] = {}
    names: dict[str, int] = {}
    references: dict[tuple[type, int], int] = {}
    shape: list[Any] = []

    def said(argument: Any) -> Any:
        if isinstance(argument, Node):
            if argument not in places:
                written = node(argument)
                places[argument] = len(shape)
                shape.append(written)
            return places[argument], Node
        if isinstance(argument, Mapping):
            return tuple((key, said(value)) for key, value in argument.items())
        if isinstance(argument, tuple):
            return tuple(map(said, argument))
        return argument, type(argument)  # 1, 1.0 and True are equal

    def node(one: Node) -> Any:
        if type(one) is ops.DatabaseTable:
            place = names.setdefault(one.name, len(names))
            return ops.DatabaseTable, place, one.schema, one.namespace
        arguments = [said(argument) for argument in one.__args__]
        if isinstance(one, ops.Reference):  # numbered as they are made, in the whole session
            number = references.setdefault((type(one), one.identifier), len(references))
            return type(one), arguments[0], number
        return type(one), *arguments

    said(root)
    return tuple(shape), list(names)
