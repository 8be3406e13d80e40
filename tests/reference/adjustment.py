"""Plain reference: first-line treatment, and the rules on adjusting what is not."""

from __future__ import annotations

from datetime import date, timedelta

from reference.chain import Event
from reference.findings import Finding
from reference.treatment import Line

from seroclear.course.definition import Definition

FIRST_LINE = {"ETV", "TDF", "TAF", "PEGIFN2A", "PEGIFN2B", "PEGIFN"}
UNTOLD = {"TFV"}  # tenofovir without its salt
SOURCE = "source: consensus, Chin J Hepatol 2019;27:343 [M]"


def first_line(lines: list[Line], rules: Definition) -> list[tuple[str, str, date, date]]:
    """States of marker first_line."""
    good = FIRST_LINE | ({"TMF"} if rules["first_line.tmf"] else set())
    states = []
    for line in lines:
        if line.agents & UNTOLD:
            state = "unknown"
        elif line.agents <= good:
            state = "first-line"
        else:
            state = "mixed" if line.agents & good else "non-first-line"
        states.append(("first_line", state, line.start, line.end))
    return states


def events(
    found: list[Finding], lines: list[Line], viraemia: list[Event], rules: Definition
) -> list[Event]:
    """adjustment_rule: once a line and rule, on the first day on which its inputs were there."""
    dna = [
        (f.date, f.status, f.source_row)
        for f in found
        if f.marker == "hbv_dna" and f.status in ("detectable", "undetectable")
    ]
    poor = sorted(
        (e.date, words, e.evidence)
        for name, words in (
            ("low_level_viraemia", "low-level"),
            ("partial_virological_response", "partial response"),
        )
        for e in viraemia
        if e.name == name
    )
    made = []
    for number, line in enumerate(lines):
        until = line.end
        if line.why_ended == "still on":
            until += timedelta(rules["exposure.gap"])
        until = min([until, *(one.start - timedelta(1) for one in lines[number + 1 :])])
        agents = "+".join(sorted(line.agents))
        exposed = any(one.agents & {"LAM", "LDT"} for one in lines[:number])
        for rule, wanted, signs, options in _rules(agents, exposed, dna, poor):
            on = [sign for sign in signs if line.start < sign[0] <= until]
            if on:
                day, said, row = on[0]
                words = f"rule ({rule}): on {agents}{wanted}, HBV DNA {said} on {day}"
                words += f"; named options: {options}; {SOURCE}"
                made.append(
                    Event("adjustment_rule", day, detail=words, evidence=f"{line.source_row} {row}")
                )
    return made


Sign = tuple[date, str, str]


def _rules(
    agents: str, exposed: bool, dna: list[Sign], poor: list[Sign]
) -> list[tuple[str, str, list[Sign], str]]:
    """Rules for these agents: name, condition in words, what HBV DNA must show, options."""
    yes = [sign for sign in dna if sign[1] == "detectable"]
    no = [sign for sign in dna if sign[1] == "undetectable"]
    if agents in ("LAM", "LDT"):
        return [
            ("a", "", no, "ETV, TDF or TAF (TDF or TAF preferred)"),
            ("a", "", yes, "TDF or TAF (not ETV)"),
        ]
    if agents == "ADV":
        still = (
            ("b", " after LAM or LDT", yes, "TDF, TAF or ETV+TDF")
            if exposed
            else ("b", ", no LAM or LDT before", yes, "ETV, TDF or TAF")
        )
        return [("b", "", no, "ETV, TDF or TAF (ETV or TAF with renal or bone disease)"), still]
    if agents in ("ADV+LAM", "ADV+LDT"):
        return [("c", "", dna, "TDF or TAF (ETV+TDF with resistance to several drugs)")]
    if agents == "ETV":
        return [("d", "", poor, "TDF or TAF, instead or added")]
    return []
