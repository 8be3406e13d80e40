"""The audit trail as its readers see it; whoever reads it is told of in it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, select

from seroclear.trial.database.clinical import OF_A_SUBJECT
from seroclear.trial.database.tables import audit, signature
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work

HIDDEN: Final = "(hidden until the lock)"
# The sizes of blocks, and how far each stratum is.
_TELLS_OF_THE_NEXT: Final = {
    "allocation": ("stratum", "sequence", "imbalance", "probability"),
    "scheme": ("configuration",),
    "trial": ("protocol",),
}


@action("trail.read")
def read_trail(work: Work, entity: str | None = None) -> list[dict[str, Any]]:
    """The audit trail, or that of one kind of row."""
    work.tell("audit", entity or "all")
    return _shown(work, trail(work.connection, entity=entity))


@action("trail.of_subject")
def trail_of_subject(work: Work, subject: str, field: str | None = None) -> list[dict[str, Any]]:
    """The audit trail of one participant's rows, or of one field of them."""
    work.tell("audit", subject)
    ids = _ids_of(work, subject)
    lines = [
        line
        for line in trail(work.connection)
        if (line["entity"], line["entity_id"]) in ids and field in (None, line["field"])
    ]
    return _shown(work, lines)


def trail(connection: Connection, entity: str | None = None) -> list[dict[str, Any]]:
    """Lines of the audit trail in their order."""
    chosen = select(audit).order_by(audit.c.seq)
    if entity is not None:
        chosen = chosen.where(audit.c.entity == entity)
    return [dict(line) for line in connection.execute(chosen).mappings()]


def _shown(work: Work, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines, without what helps to guess the next allocation until the trial is locked."""
    if work.locked:
        return lines
    return [
        line | {"new": HIDDEN}
        if line["field"] in _TELLS_OF_THE_NEXT.get(line["entity"], ())
        else line
        for line in lines
    ]


def _ids_of(work: Work, subject: str) -> frozenset[tuple[str, str]]:
    """Kind and id of everything of a participant."""
    found = {("subject", subject)}
    for table in OF_A_SUBJECT:
        chosen = select(table.c.id).where(table.c.subject == subject)
        found |= {(table.name, id) for id in work.connection.scalars(chosen)}
    signed = select(signature.c.id).where(signature.c.entity_id == subject)
    found |= {(signature.name, id) for id in work.connection.scalars(signed)}
    return frozenset(found)
