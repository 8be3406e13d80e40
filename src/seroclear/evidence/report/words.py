"""An audit as lines for a screen."""

from __future__ import annotations

import textwrap
from collections import Counter

from seroclear.evidence.audit.audit import Audited
from seroclear.evidence.audit.finding import GRAVITY, Finding, Verdict
from seroclear.evidence.record import Record
from seroclear.evidence.report.rows import understood

WIDTH = 100
QUOTE = 120


def records_in_words(records: list[Record]) -> str:
    """A line or two a record."""
    lines = []
    for record in records:
        ids = " ".join(
            part
            for part in (
                f"PMID {record.pmid}" if record.pmid else "",
                record.doi,
                *record.trials,
                record.year,
            )
            if part
        )
        lines.append(f"{record.name} · {record.kind}" + (f" · {ids}" if ids else ""))
        if record.title:
            lines.append(f"    {textwrap.shorten(record.title, WIDTH, placeholder=' …')}")
        if len(record.sources) > 1:
            lines.append(f"    from {', '.join(record.sources)}")
    return "\n".join(lines)


def audit_in_words(audited: list[Audited], everything: bool = False) -> str:
    """Every record with what was found in it.

    Args:
        audited: the records.
        everything: also what is consistent and what cannot be audited.
    """
    lines: list[str] = []
    silent = []
    for one in audited:
        shown = [f for f in one.findings if everything or GRAVITY[f.verdict] > 0]
        if not shown:
            silent.append(one)
            continue
        lines += [_heading(one), *(line for finding in shown for line in _lines(finding)), ""]
    if silent:
        lines.append(_silent(silent))
    counts = Counter(finding.verdict for one in audited for finding in one.findings)
    numbers = sum(understood(one.claims)[0] for one in audited)
    left = sum(understood(one.claims)[1] for one in audited)
    verdicts = ", ".join(f"{counts[v]} {v.value}" for v in Verdict if counts[v]) or "none"
    lines.append(
        f"{len(audited)} records, {numbers} claims ({left} numbers not understood). "
        f"Findings: {verdicts}."
    )
    return "\n".join(lines)


def _heading(one: Audited) -> str:
    verdict = one.verdict.value if one.verdict else "nothing to audit"
    title = textwrap.shorten(one.record.title, WIDTH - 4, placeholder=" …")
    sources = f"\n    from {', '.join(one.record.sources)}" if len(one.record.sources) > 1 else ""
    return f"{one.record.name}: {verdict}\n    {title}{sources}"


def _lines(finding: Finding) -> list[str]:
    quote = textwrap.shorten(finding.quote, QUOTE, placeholder=" …")
    lines = [f"  {finding.verdict.value.upper()} · {finding.rule}"]
    for text in (
        f"“{quote}”" if quote else "",
        finding.computation,
        finding.explanation,
        f"Repair: {finding.repair}" if finding.repair else "",
    ):
        if text:
            lines += textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="      ")
    return lines


def _silent(silent: list[Audited]) -> str:
    none = [one for one in silent if not understood(one.claims)[0] and not one.findings]
    fine = len(silent) - len(none)
    parts = []
    if fine:
        parts.append(f"{fine} more with nothing to report")
    if none:
        parts.append(
            f"{len(none)} without any claim: "
            + textwrap.shorten(", ".join(one.record.name for one in none), 300, placeholder=" …")
        )
    return "; ".join(parts) + ".\n"
