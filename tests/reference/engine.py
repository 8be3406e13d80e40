"""Plain reference: one patient's course, obvious and slow.

Written from the definitions, without Ibis, DuckDB or NumPy, to be compared row for row with the
real engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import astuple
from datetime import date
from typing import Any

from reference import alt, chain, family, transplant, viraemia
from reference.chain import Event
from reference.family import Relatives
from reference.findings import Finding, findings
from reference.stores import History, Row, Rows, by_patient
from reference.treatment import Line, regimens

from seroclear.course.definition import Definition

DECOMPENSATION = {
    "ascites",
    "variceal_bleeding",
    "hepatic_encephalopathy",
    "spontaneous_bacterial_peritonitis",
    "hepatorenal_syndrome",
    "decompensated_cirrhosis",
}
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
    lines = regimens(history, rules)
    hbsag = chain.hbsag(found, lines, rules)
    coinfected = [e for name in COINFECTION_MARKERS for e in coinfection(name, found, history)]
    is_hbv = purpose(found, False) == "hepatitis B"
    of_liver = liver(history, rules)
    graft = next((event for event in of_liver if event.name == "liver_transplant"), None)
    pregnant = family.pregnancies(history, relatives.children, rules)
    events = [
        *hbsag,
        *chain.chronic(found, history.condition, rules),
        *chain.hbeag(found),
        *chain.seroconversion(found, hbsag),
        *chain.vaccine_response(found, history.exposure),
        *of_liver,
        *coinfected,
        *(viraemia.events(found, lines, rules) if is_hbv else []),
        *alt.events(found, rules),
        *family.pregnancy(found, lines, pregnant, rules),
        *family.infant(history, found, relatives.mother, rules),
        *transplant.events(history, found, lines, graft, is_hbv, rules),
    ]
    states = [("hbsag", *state) for state in chain.hbsag_states(found, hbsag)]
    states += [("treatment", "+".join(sorted(x.agents)), x.start, x.end) for x in lines]
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
    why = purpose(found, "hiv" in names)
    return {
        "finding": [astuple(finding) for finding in found],
        "regimen": [_regimen(line, number, why) for number, line in enumerate(lines, start=1)],
        "event": _numbered(events),
        "state": states,
    }


def _regimen(line: Line, number: int, why: str) -> tuple[Any, ...]:
    if why == "unknown" and line.licensed_for == "HIV":
        why = "HIV"
    agents = "+".join(sorted(line.agents))
    return (
        *(number, agents, line.regimen_class, line.start, line.end, line.end_inferred),
        *(line.why_ended, line.licensed_for, why, line.source_row),
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
    signs = {("hbsag", "positive"), ("hbv_dna", "detectable")}
    if any((finding.marker, finding.status) in signs for finding in found):
        return "hepatitis B"
    return "HIV" if has_hiv else "unknown"


def _first(name: str, dated: list[tuple[date, str]]) -> list[Event]:
    if not dated:
        return []
    day, row = min(dated)
    return [Event(name, day, evidence=row)]


def coinfection(name: str, found: list[Finding], history: History) -> list[Event]:
    """First sign of hepatitis C, D or HIV."""
    dated = [(c["date"], c["source_row"]) for c in history.condition if c["condition"] == name]
    markers = COINFECTION_MARKERS[name]
    dated += [(f.date, f.source_row) for f in found if (f.marker, f.status) in markers]
    return _first(name, dated)


def liver(history: History, rules: Definition) -> list[Event]:
    """Cirrhosis, HCC, decompensation, transplantation and death."""
    events = [e for name in ("cirrhosis", "hcc") for e in diagnosed(name, history.condition, rules)]
    codes = [(c["date"], c["source_row"], c["condition"]) for c in history.condition]
    events += _first("decompensation", [(d, row) for d, row, c in codes if c in DECOMPENSATION])
    grafts = [(d, row) for d, row, condition in codes if condition == "liver_transplant"]
    grafts += [
        (p["date"], p["source_row"])
        for p in history.procedure
        if p["procedure"] == "liver_transplant"
    ]
    events += _first("liver_transplant", grafts)
    died = history.patient.get("death_date")
    if died is not None:
        events.append(Event("death", died, evidence=history.patient["source_row"]))
    return events


def diagnosed(name: str, condition: list[Row], rules: Definition) -> list[Event]:
    """Coded once in hospital, or twice far enough apart; dated by its first code."""
    coded = sorted(
        ((c["date"], c["source_row"], c["setting"]) for c in condition if c["condition"] == name),
        key=lambda one: one[:2],
    )
    if not coded:
        return []
    first_day, first_row, _ = coded[0]
    for day, _, setting in coded:
        if setting == "inpatient" or (day - first_day).days >= rules["condition.outpatient_gap"]:
            met_row = next(row for other, row, _ in coded if other == day)
            rows = first_row if day == first_day else f"{first_row} {met_row}"
            return [Event(name, first_day, confirmed_on=day, evidence=rows)]
    return []


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
