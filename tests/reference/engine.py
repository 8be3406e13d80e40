"""Plain reference: one patient's course, obvious and slow.

Written from the definitions, without Ibis, DuckDB or NumPy, to be compared row for row with the
real engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from reference import (
    adjustment,
    alt,
    antibody,
    chain,
    cure,
    family,
    fibrosis,
    kidney,
    liver,
    phase,
    stopping,
    transplant,
    viraemia,
)
from reference.chain import Event
from reference.family import Relatives
from reference.findings import Finding, findings
from reference.liver import first
from reference.stores import History, Row, Rows, by_patient
from reference.treatment import Line, regimens

from seroclear.course.definition import Definition

HBV_CODES = {"chronic_hbv", "hbv_carrier", "hbv_unspecified", "acute_hbv"}
COINFECTION_MARKERS = {
    "hcv": {("anti_hcv", "positive"), ("hcv_rna", "detectable")},
    "hdv": {("anti_hdv", "positive"), ("hdv_rna", "detectable")},
    "hiv": {("hiv", "positive")},
}


def by_reference(histories: list[History], rules: Definition) -> dict[str, Rows]:
    """The four tables of a course, patient by patient."""
    tables: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    relatives = relatives_of(histories, rules)
    for history in histories:
        for name, rows in course(history, rules, relatives(history)).items():
            tables[name] += [(history.patient["patient_id"], *row) for row in rows]
    return {name: by_patient(rows) for name, rows in tables.items()}


def relatives_of(histories: list[History], rules: Definition) -> Callable[[History], Relatives]:
    """Who is whose mother among these patients."""
    known = {history.patient["patient_id"]: history for history in histories}
    children: dict[str, list[History]] = defaultdict(list)
    for history in histories:
        children[history.patient.get("mother_id")].append(history)

    def of(history: History) -> Relatives:
        mother = known.get(history.patient.get("mother_id"))
        return Relatives(
            findings(mother, rules) if mother else [], children[history.patient["patient_id"]]
        )

    return of


def course(
    history: History, rules: Definition, relatives: Relatives | None = None
) -> dict[str, list[tuple[Any, ...]]]:
    """One patient's rows of finding, regimen, event and state, without the patient's id."""
    relatives = relatives or Relatives()
    found = findings(history, rules)
    derived = [*kidney.findings(history, rules), *fibrosis.findings(history, found, rules)]
    lines = regimens(history, rules)
    hbsag = chain.hbsag(found, lines, rules)
    hbeag = chain.hbeag(found)
    outcomes = liver.events(history, rules)
    grafts = [event for event in outcomes if event.name == "liver_transplant"]
    coinfected = [e for name in COINFECTION_MARKERS for e in coinfection(name, found, history)]
    is_hbv = purpose(found, False) == "hepatitis B"
    treated = lines if is_hbv else []
    pregnant = family.pregnancies(history, relatives.children, rules)
    events = [
        *hbsag,
        *chain.chronic(found, history.condition, rules),
        *hbeag,
        *antibody.hbeag_seroconversion(found, hbeag),
        *antibody.events(found, hbsag, rules),
        *cure.events(found, hbsag, lines, grafts, rules),
        *chain.vaccine_response(found, history.exposure),
        *outcomes,
        *coinfected,
        *viraemia.events(found, treated, rules),
        *alt.events(found, rules),
        *alt.severe(found, history, rules),
        *kidney.events(history, rules),
        *fibrosis.events(derived, rules),
        *family.pregnancy(found, lines, pregnant, rules),
        *family.infant(history, found, relatives.mother, rules),
        *transplant.events(history, found, lines, next(iter(grafts), None), is_hbv, rules),
    ]
    events += adjustment.events(found, treated, events, rules)
    courses = stopping.of_each_treatment(found, treated, events, rules)
    events += stopping.consolidation(courses) + stopping.criteria(courses)
    states = [("hbsag", *state) for state in chain.hbsag_states(found, hbsag)]
    states += [("anti_hbs", *state) for state in antibody.states(found, rules)]
    states += [("treatment", "+".join(sorted(x.agents)), x.start, x.end) for x in lines]
    states += [("kidney", *state) for state in kidney.states(derived)]
    observed_to = history.patient["observed_to"]
    states += [("fibrosis", *state) for state in fibrosis.states(derived, observed_to, rules)]
    states += [("phase", *state) for state in phase.states(found, lines, hbsag, rules)]
    states += [*stopping.states(courses), *adjustment.first_line(treated, rules)]
    states += [("pregnancy", "pregnant", one.begins, one.ends) for one in pregnant]
    names = {event.name for event in events}
    states.append(
        (
            "infection",
            infection(found, history.condition, "chronic_hbv" in names),
            history.patient["observed_from"],
            history.patient["observed_to"],
        )
    )
    hiv = next((e.evidence for e in coinfected if e.name == "hiv"), None)
    why = purpose(found, hiv is not None)
    shown_by = _purpose_row(found, hiv)
    return {
        "finding": [astuple(finding) for finding in [*found, *derived]],
        "regimen": [
            _regimen(line, number, why, shown_by) for number, line in enumerate(lines, start=1)
        ],
        "event": _numbered(events),
        "state": states,
    }


def _regimen(line: Line, number: int, why: str, shown_by: str | None) -> tuple[Any, ...]:
    if why == "unknown" and line.licensed_for == "HIV":
        why = "HIV"
    agents = "+".join(sorted(line.agents))
    return (
        *(number, agents, line.regimen_class, line.start, line.end, line.end_inferred),
        *(line.why_ended, line.licensed_for, why, shown_by, line.source_row),
    )


def _numbered(events: list[Event]) -> list[tuple[Any, ...]]:
    """Events as rows; each kind is numbered in order of time."""
    seen: dict[str, int] = defaultdict(int)
    rows = []
    for event in sorted(events, key=lambda e: e.date):
        seen[event.name] += 1
        rows.append(
            (
                *(event.name, seen[event.name], event.date, event.earliest, event.date),
                *(event.confirmed_on, event.detail, event.evidence),
            )
        )
    return rows


def purpose(found: list[Finding], has_hiv: bool) -> str:
    """What treatment was for, as far as the patient's infections tell."""
    if any(map(_is_hbv, found)):
        return "hepatitis B"
    return "HIV" if has_hiv else "unknown"


def _is_hbv(finding: Finding) -> bool:
    return (finding.marker, finding.status) in {("hbsag", "positive"), ("hbv_dna", "detectable")}


def _purpose_row(found: list[Finding], hiv: str | None) -> str | None:
    """The first sign of hepatitis B, else of HIV."""
    signs = [(finding.date, finding.source_row) for finding in found if _is_hbv(finding)]
    return min(signs)[1] if signs else hiv


def coinfection(name: str, found: list[Finding], history: History) -> list[Event]:
    """First sign of hepatitis C, D or HIV."""
    dated = [(c["date"], c["source_row"]) for c in history.condition if c["condition"] == name]
    markers = COINFECTION_MARKERS[name]
    dated += [(f.date, f.source_row) for f in found if (f.marker, f.status) in markers]
    return first(name, dated)


def infection(found: list[Finding], condition: list[Row], is_chronic: bool) -> str:
    """The one state of the infection."""
    shown = {(finding.marker, finding.status) for finding in found}
    coded = any(c["condition"] in HBV_CODES for c in condition)
    hbsag_negative = ("hbsag", "negative") in shown
    anti_hbc = ("anti_hbc", "positive") in shown
    both_negative = hbsag_negative and ("anti_hbc", "negative") in shown and not anti_hbc
    if is_chronic:
        return "chronic hepatitis B"
    if ("hbsag", "positive") in shown:
        return "HBsAg positive, chronicity not shown"
    if both_negative:
        return "code contradicted by serology" if coded else "not infected"
    if anti_hbc and hbsag_negative and ("anti_hbs", "positive") in shown:
        return "resolved infection, loss not observed"
    if anti_hbc and hbsag_negative and ("anti_hbs", "negative") in shown:
        return "isolated anti-HBc"
    if coded and not hbsag_negative and not anti_hbc:
        return "coded, unconfirmed by any test"
    return "HBsAg negative, rest unknown" if hbsag_negative else "unknown"
