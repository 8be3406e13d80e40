"""A registry entry against itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.record import Registration

# FDA and NIH: early phase 1 (phase 0) is exploratory, "very limited human exposure, with no
# therapeutic or diagnostic intent"; more persons than this are another kind of trial.
EARLY_PHASE_1_PERSONS = 40
MULTICENTRE = re.compile(r"\bmulti-?\s?cent(?:er|re)\b", re.IGNORECASE)
PRIMARY_ENDPOINT = re.compile(
    r"\bprimary (?:endpoint|end point|outcome)\b[^.]{0,120}", re.IGNORECASE
)
PROSPECTIVE = re.compile(r"\bprospective", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]{6,}")


def registry(paper: Paper) -> Iterator[Finding]:
    """All that a registry entry says twice."""
    entry = paper.record.registration
    if entry is None:
        return
    text = f"{paper.record.title}\n{paper.record.text}"
    for check in (_sites, _phase, _outcomes, _dates, _flow):
        yield from check(text, entry)
    yield from _conditions(text, entry)


def _found(
    rule: str,
    verdict: Verdict,
    text: str,
    quote: str,
    computation: str,
    explanation: str,
    repair: str = "",
) -> Finding:
    start = max(text.find(quote), 0) if quote else 0
    return Finding(
        rule, verdict, quote, start, start + len(quote), computation, explanation, repair
    )


def _sites(text: str, entry: Registration) -> Iterator[Finding]:
    match = MULTICENTRE.search(text)
    if match is None or entry.sites is None:
        return
    told = f"sites listed: {entry.sites}, countries: {entry.countries or '?'}"
    if entry.sites > 1:
        yield _found("registry-sites", Verdict.CONSISTENT, text, match[0], told, "")
    else:
        yield _found(
            "registry-sites",
            Verdict.INCONSISTENT,
            text,
            match[0],
            told,
            "The description says several centres, the entry lists one; more may be added while "
            "it recruits.",
        )


def _phase(text: str, entry: Registration) -> Iterator[Finding]:
    early = entry.phase.upper().replace(" ", "_") in ("EARLY_PHASE1", "EARLY_PHASE_1", "PHASE_0")
    if not early or entry.enrolment is None:
        return
    told = (
        f"{entry.phase}, {entry.enrolment} persons, {entry.allocation or '?'}, {entry.model or '?'}"
    )
    randomised = entry.allocation.upper().startswith("RANDOM")
    if entry.enrolment > EARLY_PHASE_1_PERSONS and randomised:
        yield _found(
            "registry-phase",
            Verdict.INCONSISTENT,
            text,
            entry.phase if entry.phase in text else "",
            told,
            "Early phase 1 is exploratory, in few persons and without therapeutic intent; this "
            "is a randomised comparison.",
        )


def _outcomes(text: str, entry: Registration) -> Iterator[Finding]:
    match = PRIMARY_ENDPOINT.search(text)
    if match is None or entry.outcomes is None:
        return
    if entry.outcomes == 0:
        yield _found(
            "registry-outcomes",
            Verdict.INCONSISTENT,
            text,
            match[0].strip(),
            "no outcome measure is listed",
            "The description names a primary endpoint, the entry has no outcome measures with "
            "time frames.",
        )
    else:
        yield _found(
            "registry-outcomes",
            Verdict.CONSISTENT,
            text,
            match[0].strip(),
            f"{entry.outcomes} outcome measures are listed",
            "",
        )


def _dates(text: str, entry: Registration) -> Iterator[Finding]:
    if entry.start and entry.completion and entry.completion[:7] < entry.start[:7]:
        yield _found(
            "registry-dates",
            Verdict.IMPOSSIBLE,
            text,
            "",
            f"start {entry.start}, completion {entry.completion}",
            "It ends before it starts.",
        )
    if not entry.start:
        return
    if entry.first_submitted:
        late = entry.first_submitted[: len(entry.start)] > entry.start
        yield _found(
            "registry-dates",
            Verdict.NOTE if late else Verdict.CONSISTENT,
            text,
            "",
            f"start {entry.start}, first submitted {entry.first_submitted}",
            "It was registered after it had started." if late else "",
        )
    elif entry.updated and entry.updated >= entry.start and PROSPECTIVE.search(text):
        yield _found(
            "registry-dates",
            Verdict.NOT_AUDITABLE,
            text,
            PROSPECTIVE.search(text)[0],  # type: ignore[index]
            f"start {entry.start}, this version of {entry.updated}",
            "The page does not say when it was first submitted; the version seen is later than the "
            "start, so registration before the start is not shown.",
        )


def _flow(text: str, entry: Registration) -> Iterator[Finding]:
    for group, started, completed, lost in entry.flow:
        if started != completed + lost:
            yield _found(
                "registry-flow",
                Verdict.INCONSISTENT,
                text,
                "",
                f"{group}: {started} started, {completed} completed and {lost} did not",
                f"{completed} + {lost} = {completed + lost}, not {started}.",
            )
    started_all = sum(started for _, started, _, _ in entry.flow)
    if entry.flow and entry.enrolment is not None and entry.enrolment_kind.upper() == "ACTUAL":
        same = started_all == entry.enrolment
        yield _found(
            "registry-flow",
            Verdict.CONSISTENT if same else Verdict.CONSISTENT_IF,
            text,
            "",
            f"{entry.enrolment} enrolled, {started_all} started in the participant flow",
            "" if same else "It is right if the others were enrolled and never started.",
        )


def _conditions(text: str, entry: Registration) -> Iterator[Finding]:
    """A word of a condition that is, but for one letter, a word the entry uses often."""
    often = Counter(word.lower() for word in WORD.findall(text))
    for condition in entry.conditions:
        for word in WORD.findall(condition):
            if often[word.lower()] > 2:
                continue
            near = [
                other
                for other, times in often.items()
                if times >= 3 and _one_letter(word.lower(), other)
            ]
            if len(near) == 1:
                yield _found(
                    "registry-condition",
                    Verdict.NOTE,
                    text,
                    condition,
                    f"'{word}' is written '{near[0]}' {often[near[0]]} times",
                    "A misspelt condition is not found by those who search for it.",
                    f"{near[0].capitalize() if word[0].isupper() else near[0]} instead of {word}",
                )


def _one_letter(a: str, b: str) -> bool:
    """Whether one letter more, less, other or exchanged with its neighbour makes a to b."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    place = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    if len(a) == len(b):
        if a[place + 1 :] == b[place + 1 :]:
            # Another last letter is mostly another word.
            return place < len(a) - 1
        return (
            a[place : place + 2] == b[place : place + 2][::-1] and a[place + 2 :] == b[place + 2 :]
        )
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    # One letter more at the end is a plural.
    return place < len(shorter) and longer[place + 1 :] == shorter[place:]
