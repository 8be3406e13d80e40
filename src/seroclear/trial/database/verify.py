"""Whether a trial's database is what it was: the chain of the trail, and every row against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from seroclear.trial.database.canonical import as_field, sha256
from seroclear.trial.database.chain import BEGINNING, Head, hash_of
from seroclear.trial.database.clinical import TABLES
from seroclear.trial.database.tables import audit

SECRETS: Final = frozenset({("account", "password")})  # told in the trail by their hash alone
# entity and id -> version -> field -> new value
_Told = dict[tuple[str, str], dict[int, dict[str, str | None]]]


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found.

    Attributes:
        lines, rows: how many lines of the trail and rows of the tables were read.
        head: of the trail as it is.
        problem: the first thing that is wrong, in words; '' when nothing is.
        seq: number of the first bad line of the trail, None when none is bad.
    """

    lines: int
    rows: int
    head: Head
    problem: str = ""
    seq: int | None = None

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem


def verify(connection: Connection, heads: Iterable[Head] = ()) -> Verified:
    """Reads the whole trail and every row.

    Args:
        heads: written down outside the database at earlier times; a trail that was cut off or
            written anew does not hold them.
    """
    told: _Told = {}
    last = Head(0, BEGINNING)
    asked = {one.seq: one for one in heads}
    for line in _lines(connection):
        problem = _problem_of(line, last)
        if not problem and line["seq"] in asked and asked[line["seq"]].hash != line["hash"]:
            problem = f"line {line['seq']} is not the one that was written down outside"
        if problem:
            return Verified(last.seq, 0, last, problem, last.seq + 1)
        last = Head(line["seq"], line["hash"])
        if line["outcome"] == "done" and line["version"] is not None:
            versions = told.setdefault((line["entity"], line["entity_id"]), {})
            versions.setdefault(line["version"], {})[line["field"]] = line["new"]
    for one in sorted(asked.values(), key=lambda one: one.seq):
        if one.seq > last.seq:
            problem = f"the trail ends at line {last.seq}, and line {one.seq} was written down"
            return Verified(last.seq, 0, last, problem, last.seq + 1)
    count, problem = _against_the_trail(connection, told)
    return Verified(last.seq, count, last, problem)


def _against_the_trail(connection: Connection, told: _Told) -> tuple[int, str]:
    """How many rows were read, and the first that the trail tells otherwise ('' for none)."""
    count = 0
    for table in TABLES:
        if table is audit:
            continue
        state: dict[str, str | None] = {}
        for row in connection.execute(select(table).order_by(table.c.id, table.c.version)):
            count += 1
            values = dict(row._mapping)
            id, version = values.pop("id"), values.pop("version")
            place = f"row {id} (version {version}) of {table.name}"
            changes = told.get((table.name, id), {}).pop(version, None)
            if changes is None:
                return count, f"{place} is not in the trail"
            state = changes if version == 1 else state | changes
            for name, value in values.items():
                if state.get(name) != told_as(table.name, name, value):
                    return count, f"{place} is not what the trail tells: its {name} differs"
    for (entity, id), versions in told.items():
        for version in versions:
            return count, f"row {id} (version {version}) of {entity} is gone"
    return count, ""


def _lines(connection: Connection) -> Iterator[dict[str, Any]]:
    for row in connection.execute(select(audit).order_by(audit.c.seq)):
        yield dict(row._mapping)


def _problem_of(line: dict[str, Any], last: Head) -> str:
    if line["seq"] != last.seq + 1:
        return f"line {last.seq + 1} is gone: the next is {line['seq']}"
    if line["previous"] != last.hash:
        return f"line {line['seq']} does not follow the one before it"
    if line["hash"] != hash_of(line):
        return f"line {line['seq']} was altered"
    return ""


def told_as(table: str, field: str, value: Any) -> str | None:
    """A column's value as the trail tells it."""
    said = as_field(value)
    return f"sha256:{sha256(said)}" if said is not None and (table, field) in SECRETS else said
