"""One action's transaction: what it reads, the rows it adds, and the trail of them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert

from seroclear.errors import SeroclearError
from seroclear.trial.database import chain, rows
from seroclear.trial.database.canonical import is_text
from seroclear.trial.database.clinical import LOCKED
from seroclear.trial.database.rows import Row
from seroclear.trial.database.tables import trial
from seroclear.trial.database.verify import told_as
from seroclear.trial.protocol.protocol import Protocol
from seroclear.trial.protocol.read import build


@dataclass
class Work:
    """What an action is given: never made but by the gateway.

    Attributes:
        account, role: who is acting, and as what.
        sites: those that the role reaches; None for all.
        site: where the action happens, '' for the whole trial.
        at: UTC by the database's clock; `utc_offset`: of the site.
        reason: why, in the user's words; a correction needs one.
        key_file: where the key of the randomisation lies, None where it was not told.
    """

    connection: Connection
    account: str
    role: str
    sites: frozenset[str] | None
    at: str
    action: str
    site: str = ""
    utc_offset: str = "+00:00"
    reason: str | None = None
    request: str | None = None
    client_time: str | None = None
    key_file: Path | None = None
    locked: bool = False
    lines: list[dict[str, Any]] = field(default_factory=list, repr=False)

    @cached_property
    def protocol(self) -> Protocol:
        """The trial's protocol, as the database holds it."""
        return _protocol(self.rows(trial)[0]["protocol"])

    @property
    def today(self) -> date:
        """The day at the site, by the database's clock."""
        return local_day(self.at, self.utc_offset)

    def rows(self, table: Table, **where: Any) -> list[Row]:
        """Current rows, by id."""
        return rows.rows(self.connection, table, **where)

    def row(self, table: Table, id: str) -> Row:
        """The current version of one row.

        Raises:
            SeroclearError: there is none.
        """
        found = rows.row(self.connection, table, id)
        if found is None:
            raise SeroclearError(f"there is no such {_said(table)} at the sites of this role.")
        return found

    def add(self, table: Table, *, id: str | None = None, prefix: str = "", **values: Any) -> Row:
        """Adds the first version of a row; without `id` it gets the prefix and a number."""
        id = id if id is not None else rows.next_id(self.connection, table, prefix)
        row = {"id": id, "version": 1, "withdrawn": False, "reason": self.reason, **values}
        self._insert(table, {}, row)
        return row

    def revise(self, table: Table, id: str, **changes: Any) -> Row:
        """Adds the next version of a row.

        Raises:
            SeroclearError: there is no such row, no reason was given, or nothing would differ.
        """
        before = self.row(table, id)
        if not self.reason:
            raise SeroclearError(f"why is this {_said(table)} corrected? Give a reason.")
        after = before | changes | {"reason": self.reason}
        if all(before[name] == value for name, value in changes.items()):
            raise SeroclearError(f"the correction of this {_said(table)} changes nothing.")
        after["version"] = before["version"] + 1
        self._insert(table, before, after)
        return after

    def withdraw(self, table: Table, id: str) -> Row:
        """Takes a row back: its last version says so, and the others stay."""
        return self.revise(table, id, withdrawn=True)

    def tell(self, entity: str, entity_id: str, **fields: str | None) -> None:
        """Adds to the trail what is no row: that something was read, written out or refused."""
        for name, value in (fields or {"": None}).items():
            self.lines.append(
                {"entity": entity, "entity_id": entity_id, "field": name or None, "new": value}
            )

    def _insert(self, table: Table, before: Mapping[str, Any], after: Row) -> None:
        if self.locked and table in LOCKED:
            raise SeroclearError("the trial is locked: nothing can be entered or corrected.")
        after.update({name: _typed(table, name, value) for name, value in after.items()})
        self.connection.execute(insert(table), after)
        for name, value in after.items():
            if name in ("id", "version") or before.get(name) == value:
                continue
            line = {"entity": table.name, "entity_id": after["id"], "version": after["version"]}
            old, new = (told_as(table.name, name, one) for one in (before.get(name), value))
            self.lines.append(line | {"field": name, "old": old, "new": new})

    def finish(self, outcome: str = "done") -> None:
        """Writes the trail of the action: a line for each field, or one when there was none."""
        common = {
            "at": self.at,
            "utc_offset": self.utc_offset,
            "client_time": self.client_time,
            "account": self.account,
            "role": self.role,
            "site": self.site or None,
            "action": self.action,
            "outcome": outcome,
            "reason": self.reason,
            "request_id": self.request,
        }
        chain.append(self.connection, [common | line for line in self.lines or [{}]])


def _typed(table: Table, name: str, value: Any) -> Any:
    """A value of its column's type, so that the trail tells it as the row has it."""
    if value is None:
        return None
    wanted = table.c[name].type.python_type
    typed = value if type(value) is wanted else wanted(value)
    if isinstance(typed, float) and not math.isfinite(typed):
        raise SeroclearError(f"the {name} of this {_said(table)} is no number.")
    if isinstance(typed, str) and not is_text(typed):
        raise SeroclearError(f"the {name} of this {_said(table)} has characters that are no text.")
    return typed


def local_day(at: str, utc_offset: str) -> date:
    """The day of a UTC time at a place with this offset, such as +08:00."""
    sign = -1 if utc_offset.startswith("-") else 1
    hours, minutes = utc_offset.lstrip("+-").split(":")
    zone = timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))
    return datetime.fromisoformat(at).astimezone(zone).date()


def day(text: str | date, what: str) -> date:
    """A day from YYYY-MM-DD.

    Raises:
        SeroclearError: it is none.
    """
    try:
        return text if isinstance(text, date) else date.fromisoformat(text)
    except ValueError:
        raise SeroclearError(f"{what} must be a day written YYYY-MM-DD.") from None


def _said(table: Table) -> str:
    return table.name.replace("_", " ")


@cache
def _protocol(content: str) -> Protocol:
    return build(Protocol, json.loads(content), "")
