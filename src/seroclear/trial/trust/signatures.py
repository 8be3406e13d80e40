"""Signatures: the signer's printed name, the time and the meaning, bound to what was signed.

21 CFR 11.50, 11.70 and 11.200: the password is asked for at each signing, and a later change of the
record shows that the signature no longer holds. A signing may cover several records, each with a
signature of its own (11.200(a)(1)(i), a series of signings in one period of access, asks for less).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection

from seroclear.errors import SeroclearError
from seroclear.trial.database import rows
from seroclear.trial.database.canonical import canonical, sha256
from seroclear.trial.database.clinical import (
    OF_A_SUBJECT,
    adjudication_case,
    consent,
    eligibility,
    endpoint_draft,
    query,
)
from seroclear.trial.database.clinical import subject as subject_table
from seroclear.trial.database.tables import account as accounts
from seroclear.trial.database.tables import signature
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.session import check_password
from seroclear.trial.trust.work import Work

CASEBOOK: Final = "casebook"  # everything of a participant that a site enters
MEANINGS: Final = {
    "consent": "I obtained this consent before anything else was done",
    "eligibility": "I confirm the answer to every criterion",
    CASEBOOK: "I have reviewed this casebook; it is complete and true",
}
_RECORDS: Final = {"consent": consent, "eligibility": eligibility}
# Not by the site: what is drawn from a casebook, and the questions about it.
_NOT_IN_CASEBOOK: Final = frozenset(
    table.name for table in (query, endpoint_draft, adjudication_case)
)


@action("record.sign")
def sign(work: Work, subject: str, record: str, password: str) -> str:
    """Signs a participant's 'consent', 'eligibility' or 'casebook', with the password once more.

    Raises:
        SeroclearError: there is no such record, or the password is wrong (which counts towards the
            lock-out).
    """
    check_password(work, work.account, password)
    return _sign(work, subject, record)


@action("record.sign_several")
def sign_several(
    work: Work, site: str, subjects: Sequence[str], records: Sequence[str], password: str
) -> list[str]:
    """Signs these records of these participants of a site, with the password once; all or none.

    Raises:
        SeroclearError: as `sign`, or somebody is not of the site.
    """
    check_password(work, work.account, password)
    for code in subjects:
        if work.row(subject_table, code)["site"] != site:
            raise SeroclearError(f"{code} is not of site {site}: nothing was signed.")
    return [_sign(work, code, record) for code in subjects for record in records]


def _sign(work: Work, subject: str, record: str) -> str:
    if record not in MEANINGS:
        raise SeroclearError(f"{record!r} cannot be signed; it is one of {', '.join(MEANINGS)}.")
    digest = record_hash(work.connection, record, subject)
    if digest is None:
        raise SeroclearError(f"there is no {record} of this participant to sign.")
    return str(
        work.add(
            signature,
            prefix="N",
            account=work.account,
            printed_name=work.row(accounts, work.account)["name"],
            role=work.role,
            meaning=MEANINGS[record],
            entity=record,
            entity_id=subject,
            record_hash=digest,
            signed_at=work.at,
        )["id"]
    )


@action("signature.list")
def list_signatures(work: Work, subject: str) -> list[dict[str, Any]]:
    """The signatures on a participant's records, each with whether it still holds."""
    shown = ("printed_name", "role", "meaning", "entity", "signed_at")
    return [
        {name: one[name] for name in shown}
        | {"holds": one["record_hash"] == record_hash(work.connection, one["entity"], subject)}
        for one in work.rows(signature, entity_id=subject)
    ]


def is_signed(connection: Connection, record: str, subject: str) -> bool:
    """Whether the record, as it is now, carries a signature."""
    digest = record_hash(connection, record, subject)
    signed = rows.rows(connection, signature, entity=record, entity_id=subject)
    return digest is not None and any(one["record_hash"] == digest for one in signed)


def record_hash(connection: Connection, record: str, subject: str) -> str | None:
    """SHA-256 of a record's content, None where there is none."""
    if record != CASEBOOK:
        row = rows.row(connection, _RECORDS[record], subject)
        return sha256(canonical(row)) if row else None
    content = {
        table.name: rows.rows(connection, table, subject=subject)
        for table in OF_A_SUBJECT
        if table.name not in _NOT_IN_CASEBOOK
    }
    return sha256(canonical(content)) if any(content.values()) else None
