"""SDTM and ADaM datasets as their tables of definition say, and the rows put into their shape."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from seroclear.trial.export.source import Row

TEXT_LIMIT: Final = 200  # bytes of a text, labels 40, names 8: SAS transport format, version 5
_CUT: Final = "..."
_SAS_EPOCH: Final = date(1960, 1, 1)


@dataclass(frozen=True)
class Variable:
    """A line of `variables.csv`.

    Attributes:
        type: text, integer, float, date (an ISO text) or sasdate (an ISO text that SAS keeps as a
            number of days since 1960-01-01).
        key: its place in the dataset's order, '' for none.
        origin, method: of Define-XML; the method says how it is derived, or what it was before.
    """

    dataset: str
    variable: str
    label: str
    type: str
    key: str
    origin: str
    method: str

    @property
    def is_number(self) -> bool:
        """Whether SAS keeps it as a number."""
        return self.type in ("integer", "float", "sasdate")


@dataclass(frozen=True)
class Dataset:
    """A dataset with its rows in the order of its keys; a value is None where there is none."""

    standard: str
    name: str
    label: str
    structure: str
    kind: str
    repeating: bool
    reference: bool
    variables: tuple[Variable, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[Row]:
        """The rows as dictionaries."""
        names = [one.variable for one in self.variables]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def length(self, variable: Variable) -> int:
        """Bytes of a variable: 8 of a number, of a text those of the longest, at least 1."""
        if variable.is_number:
            return 8
        at = self.variables.index(variable)
        return max([1, *(len(row[at].encode()) for row in self.rows if row[at] is not None)])


@cache
def terms(group: str) -> dict[str, str]:
    """A table of `terms.toml`."""
    text = (files("seroclear.trial.export") / "terms.toml").read_text("utf-8")
    found: dict[str, str] = tomllib.loads(text)[group]
    return found


@cache
def lab_tests() -> dict[str, tuple[str, str]]:
    """The store's name of a test to LBTESTCD and LBTEST."""
    return {one["test"]: (one["code"], one["name"]) for one in _lines("lab_tests.csv")}


@cache
def variables(dataset: str) -> tuple[Variable, ...]:
    """The variables of a dataset in their order."""
    return tuple(Variable(**one) for one in _lines("variables.csv") if one["dataset"] == dataset)


def dataset(name: str, rows: Iterable[Row], **constants: Any) -> Dataset:
    """A dataset from its rows in any order: sorted by its keys, numbered, texts cut to the limit.

    A text that is too long ends with '...'; ODM has the whole of it.
    """
    [described] = [one for one in _lines("datasets.csv") if one["dataset"] == name]
    listed = variables(name)
    keys = [one.variable for one in sorted(listed, key=lambda one: int(one.key or 0)) if one.key]
    sequence = f"{name}SEQ"
    complete = [{**constants, **row} for row in rows]
    complete.sort(key=lambda row: [_order(row.get(key)) for key in keys])
    if any(one.variable == sequence for one in listed):
        count: dict[Any, int] = {}
        of = "TSPARMCD" if name == "TS" else "USUBJID"
        for row in complete:
            count[row[of]] = row[sequence] = count.get(row[of], 0) + 1
    return Dataset(
        standard=described["standard"],
        name=name,
        label=described["label"],
        structure=described["structure"],
        kind=described["class"],
        repeating=described["repeating"] == "Yes",
        reference=described["reference"] == "Yes",
        variables=listed,
        rows=tuple(tuple(_fit(row.get(one.variable)) for one in listed) for row in complete),
    )


def sas_days(on: str) -> int:
    """A day as SAS counts it."""
    return (date.fromisoformat(on) - _SAS_EPOCH).days


def number(value: float) -> str:
    """A number as text, without a decimal part where it has none."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _fit(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    one_line = " ".join(value.split())
    if len(one_line.encode()) <= TEXT_LIMIT:
        return one_line or None
    room = TEXT_LIMIT - len(_CUT)
    return one_line.encode()[:room].decode(errors="ignore").rstrip() + _CUT


def _order(value: Any) -> tuple[int, float, str]:
    """What is missing first, then numbers, then texts by code point."""
    if value is None:
        return (0, 0.0, "")
    return (2, 0.0, value) if isinstance(value, str) else (1, float(value), "")


def _lines(name: str) -> list[dict[str, str]]:
    text = (files("seroclear.trial.export") / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
