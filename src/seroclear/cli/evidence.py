"""`seroclear evidence`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seroclear.cli import evidence_pool
from seroclear.cli.options import JSON, PATH, as_text, write

if TYPE_CHECKING:
    from seroclear.evidence.record import Record

FOUND = 4  # exit code when --fail-on finds what it names
FILES = click.argument("files", type=PATH, nargs=-1, required=True, metavar="FILE...")


@click.group()
def evidence() -> None:
    """What papers and registries claim: read, checked, pooled."""


@evidence.command("read")
@FILES
@JSON
def evidence_read(files: tuple[Path, ...], as_json: bool) -> None:
    """What is in FILE...: records, each once.

    \b
    Recognised by what they hold:
      PubMed XML, MEDLINE (nbib), RIS, LILACS/BVS text exports, JATS articles,
      ClinicalTrials.gov JSON (API version 2) and XML, pages of registries and of
      news, HTML, plain text. Of a PDF make text first: pdftotext -layout.
    """
    from seroclear.evidence.report.words import records_in_words

    records, refused = _records(files)
    if as_json:
        click.echo(as_text([_of_record(record) for record in records]))
    else:
        click.echo(records_in_words(records))
    _end(refused)


@evidence.command("claims")
@FILES
@JSON
@click.option("--csv", "csv_file", type=PATH, help="Writes the claims to this file.")
def evidence_claims(files: tuple[Path, ...], as_json: bool, csv_file: Path | None) -> None:
    """The statements with numbers in FILE..., each with the place it came from."""
    from seroclear.evidence.claims.extract import extract
    from seroclear.evidence.report.rows import CLAIM_COLUMNS, as_csv, claims_of

    records, refused = _records(files)
    rows = [row for record in records for row in claims_of(record, extract(record).claims)]
    table = as_csv(rows, CLAIM_COLUMNS)
    if csv_file:
        write(csv_file, table.encode("utf-8"))
    if as_json:
        click.echo(as_text(rows))
    elif not csv_file:
        click.echo(table, nl=False)
    _end(refused)


@evidence.command("audit")
@FILES
@JSON
@click.option("--all", "everything", is_flag=True, help="Also what is consistent.")
@click.option("--html", type=PATH, help="Writes a page that can be handed in to this file.")
@click.option("--csv", "csv_file", type=PATH, help="Writes the findings to this file.")
@click.option(
    "--fail-on",
    type=click.Choice(("note", "consistent-if", "inconsistent", "impossible")),
    help=f"Ends with exit code {FOUND} if there is such a finding or a graver one.",
)
def evidence_audit(
    files: tuple[Path, ...],
    as_json: bool,
    everything: bool,
    html: Path | None,
    csv_file: Path | None,
    fail_on: str | None,
) -> None:
    """Whether the numbers in FILE... fit together, with what would explain it if not.

    \b
    consistent      they follow from each other
    consistent-if   they do under a condition that the text does not state
    note            rounding or truncation
    inconsistent    nothing that was tried explains them
    impossible      no data whatever give these numbers
    not-auditable   something is missing for a judgement
    """
    from seroclear.evidence.audit.audit import audit_all
    from seroclear.evidence.audit.finding import GRAVITY, Verdict
    from seroclear.evidence.report.page import page
    from seroclear.evidence.report.rows import FINDING_COLUMNS, as_csv, findings_of
    from seroclear.evidence.report.words import audit_in_words

    records, refused = _records(files)
    audited = audit_all(records)
    rows = findings_of(audited)
    if html:
        write(html, page(audited).encode("utf-8", errors="replace"))
    if csv_file:
        write(csv_file, as_csv(rows, FINDING_COLUMNS).encode("utf-8", errors="replace"))
    click.echo(as_text(rows) if as_json else audit_in_words(audited, everything))
    limit = GRAVITY[Verdict(fail_on)] if fail_on else None
    found = limit is not None and any(
        GRAVITY[finding.verdict] >= limit for one in audited for finding in one.findings
    )
    _end(refused, FOUND if found else 0)


def _records(files: tuple[Path, ...]) -> tuple[list[Record], list[str]]:
    from seroclear.errors import SeroclearError
    from seroclear.evidence.read.files import read

    records, refused = read(files)
    if refused and not records:
        raise SeroclearError(" ".join(refused))
    return records, refused


def _of_record(record: Record) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(record), "text": record.text}


def _end(refused: list[str], code: int = 0) -> None:
    for sentence in refused:
        click.echo(f"seroclear: {sentence}", err=True)
    if refused or code:
        raise SystemExit(code or 1)


for command in (evidence_pool.pool, evidence_pool.curve, evidence_pool.agents, evidence_pool.ask):
    evidence.add_command(command)
