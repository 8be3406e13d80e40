"""Plain reference: recipients of a liver."""

from __future__ import annotations

from datetime import date, timedelta

from reference.chain import Event
from reference.findings import Finding
from reference.na import treatments
from reference.stores import History
from reference.treatment import Line

from seroclear.course.definition import Definition

Dose = tuple[date, date, str]  # first day, last day covered, source row


def events(
    history: History,
    found: list[Finding],
    lines: list[Line],
    graft: Event | None,
    is_hbv: bool,
    rules: Definition,
) -> list[Event]:
    """All events after a transplantation.

    Args:
        history: the patient's rows.
        found: the patient's findings.
        lines: treatment lines.
        graft: the event liver_transplant.
        is_hbv: treatment was for hepatitis B.
        rules: the definition.
    """
    if graft is None:
        return []
    return [
        *_hbig(history, graft.date, rules),
        *(_na(lines, graft.date, rules) if is_hbv else []),
        *_reinfection(history, found, graft),
        *_vaccination(history, found, graft.date, rules),
    ]


def _doses(history: History, kind: str) -> list[Dose]:
    given = [e for e in history.exposure if e["drug_class"] == kind]
    return sorted((e["start"], e["end"], e["source_row"]) for e in given)


def _hbig(history: History, since: date, rules: Definition) -> list[Event]:
    made: list[Event] = []
    gap = timedelta(rules["transplant.hbig_gap"])
    covered: date | None = None
    last: Dose | None = None
    days = [dose for dose in _doses(history, "HBIG") if dose[0] >= since]
    for start, end, _ in days:
        if covered is not None and last is not None and start > covered + gap:
            made.append(Event("hbig_withdrawal", covered, evidence=last[2]))
            first_row = min(r for s, _, r in days if s == start)
            made.append(Event("hbig_resumption", start, evidence=first_row))
        if last is None or start > last[0]:
            last = (start, end, min(r for s, _, r in days if s == start))
        covered = max(covered or end, end)
    observed_to = history.patient.get("observed_to")
    if covered is not None and last is not None and observed_to > covered + gap:
        made.append(Event("hbig_withdrawal", covered, evidence=last[2]))
    return made


def _na(lines: list[Line], since: date, rules: Definition) -> list[Event]:
    made = []
    withdrawn = False
    for treatment in treatments(lines, rules["exposure.gap"]):
        if withdrawn:
            made.append(Event("na_resumption", treatment.start, evidence=treatment.row))
        end = treatment.lines[-1].end
        withdrawn = treatment.stopped and end >= since
        if withdrawn:
            made.append(Event("na_withdrawal", end, evidence=treatment.row))
    return made


SHOWS = {"hbsag": "positive", "hbv_dna": "detectable"}
GONE = {"hbsag": "negative", "hbv_dna": "undetectable"}
NAMES = {"hbsag": "HBsAg", "hbv_dna": "HBV DNA"}


def _reinfection(history: History, found: list[Finding], graft: Event) -> list[Event]:
    signs = [f.date for f in found if SHOWS.get(f.marker) == f.status]
    signs += [c["date"] for c in history.condition if c["condition"] == "chronic_hbv"]
    if not any(day <= graft.date for day in signs):
        return []
    gone: dict[str, date] = {}
    after = [f for f in found if f.date > graft.date and f.marker in SHOWS]
    for day in sorted({f.date for f in after}):
        today = [f for f in after if f.date == day]
        back = [f for f in today if f.status == SHOWS[f.marker] and f.marker in gone]
        if back:
            back.sort(key=lambda f: f.marker)
            return [
                Event(
                    "hbv_reinfection",
                    day,
                    earliest=max(gone[f.marker] for f in back),
                    detail=" and ".join(NAMES[f.marker] for f in back),
                    evidence=" ".join([graft.evidence, *(f.source_row for f in back)]),
                )
            ]
        gone.update({f.marker: day for f in today if f.status == GONE[f.marker]})
    return []


def _vaccination(
    history: History, found: list[Finding], since: date, rules: Definition
) -> list[Event]:
    doses = [dose for dose in _doses(history, "vaccine") if dose[0] > since]
    if not doses:
        return []
    first_day, _, first_row = min(doses, key=lambda dose: (dose[0], dose[2]))
    made = [Event("posttransplant_vaccination", first_day, evidence=first_row)]
    for test in found:
        if test.date > first_day and _responds(test, rules) and _off_hbig(history, test, rules):
            rows = f"{first_row} {test.source_row}"
            made.append(Event("posttransplant_vaccine_response", test.date, evidence=rows))
            later = [(dose[0], dose[2]) for dose in doses if dose[0] > test.date]
            if later:
                made.append(Event("posttransplant_booster", *_boost(later)))
            break
    return made


def _boost(later: list[tuple[date, str]]) -> tuple[date, None, None, str, str]:
    day, row = min(later)
    return day, None, None, "", row


def _responds(test: Finding, rules: Definition) -> bool:
    """Anti-HBs above the level, even if the general rule sets it aside as passive."""
    shown = test.status == "positive" or test.reason.startswith("within ")
    if test.marker != "anti_hbs" or not shown or test.value is None:
        return False
    if test.comparator == ">":
        return bool(test.value >= rules["transplant.response_level"])
    above = test.value > rules["transplant.response_level"]
    return test.comparator in ("=", "range") and bool(above)


def _off_hbig(history: History, test: Finding, rules: Definition) -> bool:
    wait = timedelta(rules["transplant.after_hbig"])
    given = [dose for dose in _doses(history, "HBIG") if dose[0] <= test.date]
    return all(test.date >= end + wait for _, end, _ in given)
