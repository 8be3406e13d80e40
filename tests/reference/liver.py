"""Plain reference: liver outcomes by diagnosis and procedure codes, and death."""

from __future__ import annotations

from datetime import date

from reference.chain import Event
from reference.stores import History, Row

from seroclear.course.definition import Definition

NARROW = {"ascites", "variceal_bleeding", "hepatic_encephalopathy"}
WIDER = {"spontaneous_bacterial_peritonitis", "hepatorenal_syndrome"}


def decompensation(rules: Definition) -> set[str]:
    """Codes that count as decompensation."""
    wider = WIDER if rules["decompensation.kinds"] == "wide" else set()
    return NARROW | wider | {"decompensated_cirrhosis"}


def first(name: str, dated: list[tuple[date, str]]) -> list[Event]:
    """The first of some dated rows as an event."""
    if not dated:
        return []
    day, row = min(dated)
    return [Event(name, day, evidence=row)]


def events(history: History, rules: Definition) -> list[Event]:
    """Cirrhosis, HCC, decompensation and its kinds, transplantation, death and liver death."""
    made = [e for name in ("cirrhosis", "hcc") for e in diagnosed(name, history.condition, rules)]
    codes = [(c["date"], c["source_row"], c["condition"]) for c in history.condition]
    failing = [(d, row) for d, row, c in codes if c in decompensation(rules)]
    made += first("decompensation", failing)
    for kind in NARROW | WIDER:
        made += first(kind, [(d, row) for d, row, c in codes if c == kind])
    grafts = [(d, row) for d, row, condition in codes if condition == "liver_transplant"]
    grafts += [
        (p["date"], p["source_row"])
        for p in history.procedure
        if p["procedure"] == "liver_transplant"
    ]
    made += first("liver_transplant", grafts)
    cancer = [e for e in made if e.name == "hcc"]
    died = history.patient.get("death_date")
    if died is not None:
        row = history.patient["source_row"]
        made.append(Event("death", died, evidence=row))
        since = min((day for day, _ in grafts if day <= died), default=date.min)
        why, rows = [], [row]
        for event in cancer:
            if since <= event.date <= died and event.confirmed_on and event.confirmed_on <= died:
                why.append("HCC before")
                rows.append(event.evidence)
        window = rules["liver_death.window"]
        days = [d for d, _ in failing if since <= d <= died and (died - d).days <= window]
        if days:
            why.append(f"decompensation within {window} days before")
            rows.append(min(row for d, row in failing if d == max(days)))
        if why:
            made.append(Event("liver_death", died, detail="; ".join(why), evidence=" ".join(rows)))
    return made


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
