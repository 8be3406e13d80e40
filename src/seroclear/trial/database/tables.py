"""The tables that say who may do what, how the trial is allocated, and what is locked.

Every table but `audit` holds versions: (id, version) is its key, the greatest version is the one
that counts, and a version that is `withdrawn` takes the row back. Nothing is ever changed or
deleted; `triggers.py` has the database itself refuse it.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

metadata: Final = MetaData()


def versioned(name: str, *columns: Any) -> Table:
    """A table of versions with the columns that all of them have, and its own."""
    return Table(
        name,
        metadata,
        Column("id", Text, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("withdrawn", Boolean(create_constraint=False), nullable=False),
        Column("reason", Text),
        *columns,
        CheckConstraint("version >= 1", name=f"{name}_version"),
        CheckConstraint("version = 1 OR reason IS NOT NULL", name=f"{name}_reason"),
    )


def text(name: str) -> Column[str]:
    """A text that must be there."""
    return Column(name, Text, nullable=False)


def maybe(name: str) -> Column[str]:
    """A text that may be unknown."""
    return Column(name, Text)


# One line a field that changed, and one an action; chained by their hashes (see `chain.py`).
audit: Final = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    text("at"),  # UTC, by the database's clock
    text("utc_offset"),  # of the site, so that its local time can be told
    maybe("client_time"),  # what the user's machine said, never relied upon
    text("account"),
    text("role"),
    maybe("site"),
    text("action"),
    text("outcome"),  # done, refused
    maybe("reason"),
    maybe("entity"),
    maybe("entity_id"),
    Column("version", Integer),
    maybe("field"),
    maybe("old"),
    maybe("new"),
    maybe("request_id"),
    text("previous"),
    Column("hash", Text, nullable=False, unique=True),
    Index("audit_entity", "entity", "entity_id"),
)

trial: Final = versioned(
    "trial",
    text("name"),
    text("protocol_hash"),
    text("protocol"),  # canonical JSON
    Column("demonstration", Boolean(create_constraint=False), nullable=False),
)
site: Final = versioned(
    "site",
    text("name"),
    text("utc_offset"),
    text("state"),  # planned, active, closed
    maybe("approval"),  # reference of the ethics committee's approval
    maybe("approved_on"),
)
account: Final = versioned(
    "account",
    text("name"),  # printed with a signature
    text("password"),  # scrypt, with its salt
    Column("temporary", Boolean(create_constraint=False), nullable=False),  # not the owner's own
    Column("active", Boolean(create_constraint=False), nullable=False),
)
role_grant: Final = versioned(
    "role_grant",
    text("account"),
    text("role"),
    maybe("site"),  # none: every site
)
scheme: Final = versioned(
    "scheme",
    text("commitment"),
    text("configuration"),
    text("algorithm"),
)
seed_reveal: Final = versioned("seed_reveal", text("scheme"), text("seed"))
signature: Final = versioned(
    "signature",
    text("account"),
    text("printed_name"),
    text("role"),
    text("meaning"),
    text("entity"),
    text("entity_id"),
    text("record_hash"),
    text("signed_at"),
    Index("signature_entity", "entity", "entity_id"),
)
lock_event: Final = versioned(
    "lock_event",
    text("state"),  # locked, unlock asked, unlocked
    text("account"),
    text("why"),
    maybe("dataset_hash"),
)
snapshot: Final = versioned(
    "snapshot", text("name"), text("audit_head"), text("dataset_hash"), text("dataset")
)
