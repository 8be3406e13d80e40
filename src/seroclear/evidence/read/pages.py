"""Pages as they are copied or scraped: menus, labels on one line and values on the next."""

from __future__ import annotations

import re
from itertools import pairwise

from seroclear.evidence.read.ids import doi_in, trials_in, year_in
from seroclear.evidence.record import (
    NEWS,
    QUESTION_AND_ANSWER,
    REGISTRY,
    TEXT,
    Record,
    Registration,
    Section,
)

FRONT_MATTER = re.compile(r"\A\s*---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
NCT_LINE = re.compile(r"^NCT (?:ID|Number)\s*:?\s*(NCT\d{8})", re.MULTILINE)
CRITERIA = re.compile(r"^\s*(?:\W*)(?:inclusion|exclusion) criteria", re.IGNORECASE | re.MULTILINE)
OVERVIEW = re.compile(r"\A\s*(?:overview|brief summary|study overview)\s*\n", re.IGNORECASE)
# A line of prose has so many words; a page whose lines are mostly shorter has menus.
PROSE_WORDS = 25
SHORT_WORDS = 7
MENU_SHARE = 0.6
MENU_LINES = 25


def question_and_answer(text: str, name: str) -> Record | None:
    """A page with YAML front matter that has a question and an answer."""
    match = FRONT_MATTER.match(text)
    if not match or not re.search(r"^question:", match[1], re.MULTILINE):
        return None
    fields = _yaml_blocks(match[1])
    answer = fields.get("answer", "") or text[match.end() :]
    return Record(
        name=name,
        kind=QUESTION_AND_ANSWER,
        title=fields.get("question", "") or fields.get("title", ""),
        sections=(Section(answer.replace("\\n", "\n")),),
        year=year_in(fields.get("date", "")),
        sources=(name,),
    )


def _yaml_blocks(text: str) -> dict[str, str]:
    """Top-level scalars, those folded over lines (`>-`) with them. No more of YAML is needed."""
    fields: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        match = re.match(r"^([A-Za-z_]\w*):\s*(.*)$", line)
        if match:
            key = match[1]
            fields[key] = "" if match[2].strip() in (">-", ">", "|", "|-") else match[2].strip()
        elif key and line.startswith(" "):
            fields[key] = f"{fields[key]} {line.strip()}".strip()
    return fields


def registry_page(text: str, name: str) -> Record | None:
    """A page of a registry: labels with their values, or its overview and criteria alone."""
    number = NCT_LINE.search(text)
    if not number and not (OVERVIEW.match(text) and CRITERIA.search(text)):
        return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    values = _values(lines)
    enrolment = re.match(r"(\d[\d,]*)", values.get("total enrollment", ""))
    sites = sum(line.lower().startswith("site status") for line in lines)
    has_outcomes = sum(
        bool(re.match(r"(?:primary|secondary|other) outcome", line, re.IGNORECASE))
        for line in lines
    )
    countries = _list_after(lines, "Countries")
    conditions = _list_after(lines, "Conditions")
    registration = (
        Registration(
            phase=values.get("clinical phase", values.get("phase", "")),
            study_type=values.get("study classification", values.get("study type", "")),
            enrolment=int(enrolment[1].replace(",", "")) if enrolment else None,
            allocation=values.get("allocation method", values.get("allocation", "")),
            model=values.get("intervention model", ""),
            masking=values.get("blinding strategy", values.get("masking", "")),
            start=values.get("study start date", values.get("study start", "")),
            completion=values.get("study completion date", values.get("study completion", "")),
            first_submitted=values.get("first submitted", values.get("first posted", "")),
            updated=_updated(lines),
            sites=sites or None,
            countries=len(countries) or None,
            outcomes=has_outcomes if number else None,
            conditions=tuple(conditions),
            has_results=False if "Results pending" in text else None,
        )
        if number
        else None
    )
    title = lines[0] if number else ""
    return Record(
        name=number[1] if number else name,
        kind=REGISTRY,
        title=title,
        sections=(Section(text.strip()),),
        trials=(number[1],) if number else trials_in(text),
        registration=registration,
        sources=(name,),
    )


def _values(lines: list[str]) -> dict[str, str]:
    """Each short line with the line below it: a label with its value."""
    found: dict[str, str] = {}
    for label, value in pairwise(lines):
        if len(label) <= 40 and len(value) <= 80:
            found.setdefault(label.lower().rstrip(":"), value)
    return found


def _updated(lines: list[str]) -> str:
    for line in lines:
        match = re.match(r"last updated\s*:?\s*(\S+)", line, re.IGNORECASE)
        if match:
            return match[1]
    return ""


def _list_after(lines: list[str], label: str) -> list[str]:
    """Short lines below a label and its sentence of explanation, up to the next sentence."""
    if label not in lines:
        return []
    found: list[str] = []
    for line in lines[lines.index(label) + 1 :]:
        if line.endswith("."):
            if found:
                break
            continue
        found.append(line)
        if len(found) > 20:
            break
    # The last of them is the heading of the next part, when a sentence follows it.
    return found[:-1] if len(found) > 1 else found


def web_page(text: str, name: str) -> Record | None:
    """Prose among menus: paragraphs kept once, in order."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    short = [line for line in lines if len(line.split()) < SHORT_WORDS]
    if len(lines) < MENU_LINES or len(short) < MENU_SHARE * len(lines):
        return None
    prose = list(
        dict.fromkeys(
            line
            for line in lines
            if len(line.split()) >= PROSE_WORDS and not line.startswith(("•", "*", "- "))
        )
    )
    return Record(
        name=name,
        kind=NEWS if re.search(r"\bnews\b", text, re.IGNORECASE) else TEXT,
        title=_page_title(lines, prose),
        sections=tuple(Section(line) for line in prose),
        doi=doi_in(text),
        trials=trials_in(" ".join(prose)),
        sources=(name,),
    )


def _page_title(lines: list[str], prose: list[str]) -> str:
    """The longest line of seven words or more before the prose, without a full stop."""
    before = lines[: lines.index(prose[0])] if prose else lines
    titles = [
        line
        for line in before
        if len(line.split()) >= SHORT_WORDS and not line.endswith((".", "•")) and "•" not in line
    ]
    return max(titles, key=len) if titles else (before[0] if before else "")
