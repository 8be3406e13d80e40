"""The worklist: candidates who fail no criterion, with what a person has to confirm.

It holds patients' identifiers and results: written only where somebody asks for it, for use inside
the hospital.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from seroclear.errors import SeroclearError
from seroclear.report.document import Section, Table
from seroclear.report.write_rows import FORMULA
from seroclear.trial.documents import page
from seroclear.trial.screening.candidates import Answer, Candidate, Evidence, Screened

COLUMNS = (
    "patient_id",
    "criterion",
    "kind",
    "requirement",  # for an exclusion, met is: not excluded
    "known_from",
    "what",
    "value",
    "unit",
    "date",
    "source_row",
    "confirmed_by",
    "confirmed_on",
)
FORMATS = (".csv", ".html")
_NOT = {"inclusion": "", "exclusion": "Not: "}


def check_name(file: Path) -> None:
    """Raises SeroclearError unless the file's name ends in .csv or .html."""
    if file.suffix not in FORMATS:
        raise SeroclearError(f"{file} must end in .csv or .html.")


def worklist(screened: Screened) -> list[Candidate]:
    """Those who fail no criterion, the ones with the fewest open questions first."""
    left = [one for one in screened.candidates if not one.not_met]
    return sorted(left, key=lambda one: (len(one.unknown), one.patient_id))


def worklist_as(screened: Screened, suffix: str) -> bytes:
    """The worklist as a .csv or a .html file."""
    text = _as_csv(screened) if suffix == ".csv" else _as_html(screened)
    return text.encode("utf-8")


def _as_csv(screened: Screened) -> str:
    texts = {one.name: one for one in screened.protocol.eligibility.criteria}
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for candidate in worklist(screened):
        for answer in candidate.answers:
            text = texts[answer.criterion]
            for evidence in answer.evidence or (None,):
                cells = (
                    candidate.patient_id,
                    answer.criterion,
                    text.kind,
                    answer.status,
                    text.known_from,
                    *_told(evidence),
                )
                writer.writerow([*map(_cell, cells), "", ""])
    return file.getvalue()


def _told(evidence: Evidence | None) -> tuple[str, ...]:
    if evidence is None:
        return ("",) * 5
    day = evidence.day.isoformat()
    return evidence.what, evidence.value, evidence.unit, day, evidence.source_row


def _cell(text: str) -> str:
    """A spreadsheet would run a text that begins so."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_html(screened: Screened) -> str:
    texts = {one.name: one for one in screened.protocol.eligibility.criteria}
    sections = []
    for number, candidate in enumerate(worklist(screened), 1):
        rows = tuple(
            (
                f"{_NOT[texts[answer.criterion].kind]}{texts[answer.criterion].text}",
                answer.status,
                "; ".join(map(_in_words, answer.evidence)),
                "",
            )
            for answer in sorted(candidate.answers, key=_open_first)
        )
        table = Table(
            f"{len(candidate.unknown)} criteria to confirm",
            ("Criterion", "Requirement", "What they show (date, source row)", "Confirmed"),
            rows,
        )
        sections.append(Section(f"patient-{number}", candidate.patient_id, tables=(table,)))
    number_of_trial = screened.protocol.identity.number
    title = f"{number_of_trial}: candidates to confirm, {screened.today}"
    return page(title, f"{number_of_trial}; names patients, for use inside the hospital", sections)


def _open_first(answer: Answer) -> bool:
    return answer.status != "unknown"


def _in_words(evidence: Evidence) -> str:
    value = " ".join(filter(None, (evidence.what, evidence.value, evidence.unit)))
    return f"{value} ({evidence.day}, {evidence.source_row or 'no source row'})"
