"""Findings and claims as flat rows, for CSV and JSON."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from fractions import Fraction

from seroclear.evidence.audit.audit import Audited, rules
from seroclear.evidence.claims.claim import Claim, Unparsed
from seroclear.evidence.record import Record
from seroclear.evidence.text.token import Reported

FINDING_COLUMNS = (
    "record",
    "title",
    "pmid",
    "doi",
    "trials",
    "verdict",
    "rule",
    "inspect_sr",
    "quote",
    "start",
    "end",
    "computation",
    "explanation",
    "repair",
)
CLAIM_COLUMNS = (
    "record",
    "kind",
    "quote",
    "start",
    "end",
    "group",
    "time_months",
    "endpoint",
    "values",
)
_SLOTS = frozenset(("start", "end", "quote", "sentence", "group", "time", "endpoint"))


def findings_of(audited: list[Audited]) -> list[dict[str, object]]:
    """One row a finding."""
    return [
        {
            "record": one.record.name,
            "title": one.record.title,
            "pmid": one.record.pmid,
            "doi": one.record.doi,
            "trials": " ".join(one.record.trials),
            "verdict": finding.verdict.value,
            "rule": finding.rule,
            "inspect_sr": rules()[finding.rule].check,
            "quote": finding.quote,
            "start": finding.start,
            "end": finding.end,
            "computation": finding.computation,
            "explanation": finding.explanation,
            "repair": finding.repair,
        }
        for one in audited
        for finding in one.findings
    ]


def claims_of(record: Record, claims: tuple[Claim, ...]) -> list[dict[str, object]]:
    """One row a claim; its numbers as they were printed, in `values`."""
    return [
        {
            "record": record.name,
            "kind": claim.kind,
            "quote": claim.quote,
            "start": claim.start,
            "end": claim.end,
            "group": claim.group,
            "time_months": None if claim.time is None else round(claim.time, 2),
            "endpoint": claim.endpoint,
            "values": _values(claim),
        }
        for claim in claims
    ]


def _values(claim: Claim) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in fields(claim):
        value = getattr(claim, field.name)
        if field.name in _SLOTS or value is None or value in ("", (), False):
            continue
        found[field.name] = _plain(value)
    return found


def _plain(value: object) -> object:
    if isinstance(value, Reported | Fraction):
        return str(value)
    if isinstance(value, Claim):
        return _values(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def understood(claims: tuple[Claim, ...]) -> tuple[int, int]:
    """Claims, and numbers of results that no rule understood."""
    left = sum(isinstance(claim, Unparsed) for claim in claims)
    return len(claims) - left, left


def as_csv(rows: list[dict[str, object]], columns: tuple[str, ...]) -> str:
    """Rows as CSV. A cell that a spreadsheet would run as a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row[name]) for name in columns})
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, dict):
        value = "; ".join(f"{name} {one}" for name, one in value.items())
    if isinstance(value, str):
        value = " ".join(value.split())
        return f"'{value}" if value[:1] in ("=", "+", "-", "@") else value
    return "" if value is None else value
