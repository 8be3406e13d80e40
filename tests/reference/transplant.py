"""Plain reference: recipients of a liver."""

from __future__ import annotations

from datetime import date, timedelta

from reference.chain import Event, rows
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
        *_hbig(history, graft, rules),
        *(_na(lines, graft, rules) if is_hbv else []),
        *_reinfection(history, found, graft),
        *_vaccination(history, found, graft, rules),
    ]


def _doses(history: History, kind: str) -> list[Dose]:
    given = [e for e in history.exposure if e["drug_class"] == kind]
    return sorted((e["start"], e["end"], e["source_row"]) for e in given)


def _hbig(history: History, graft: Event, rules: Definition) -> list[Event]:
    made: list[Event] = []
    gap = timedelta(rules["transplant.hbig_gap"])
    lasting: Dose | None = None  # of the doses so far, the one that covers longest
    doses = [dose for dose in _doses(history, "HBIG") if dose[0] >= graft.date]
    for dose in sorted(doses, key=lambda dose: (dose[0], -dose[1].toordinal(), dose[2])):
        if lasting is not None and dose[0] > lasting[1] + gap:
            evidence = rows(graft.evidence, lasting[2])
            made.append(Event("hbig_withdrawal", lasting[1], evidence=evidence))
            made.append(Event("hbig_resumption", dose[0], evidence=rows(evidence, dose[2])))
            lasting = None
        if lasting is None or dose[1] > lasting[1]:
            lasting = dose
    observed_to = history.patient.get("observed_to")
    if lasting is not None and observed_to > lasting[1] + gap:
        evidence = rows(graft.evidence, lasting[2])
        made.append(Event("hbig_withdrawal", lasting[1], evidence=evidence))
    return made


def _na(lines: list[Line], graft: Event, rules: Definition) -> list[Event]:
    made = []
    before = None  # the treatment that was withdrawn last
    for treatment in treatments(lines, rules["exposure.gap"]):
        if before is not None:
            evidence = rows(graft.evidence, before.row, treatment.row)
            made.append(Event("na_resumption", treatment.start, evidence=evidence))
        end = treatment.lines[-1].end
        before = treatment if treatment.stopped and end >= graft.date else None
        if before is not None:
            evidence = rows(graft.evidence, treatment.row)
            made.append(Event("na_withdrawal", end, evidence=evidence))
    return made


SHOWS = {"hbsag": "positive", "hbv_dna": "detectable"}
GONE = {"hbsag": "negative", "hbv_dna": "undetectable"}
NAMES = {"hbsag": "HBsAg", "hbv_dna": "HBV DNA"}


def _reinfection(history: History, found: list[Finding], graft: Event) -> list[Event]:
    signs = [(f.date, f.source_row) for f in found if SHOWS.get(f.marker) == f.status]
    signs += [
        (c["date"], c["source_row"]) for c in history.condition if c["condition"] == "chronic_hbv"
    ]
    infected = min(signs, default=(date.max, ""))
    if infected[0] > graft.date:
        return []
    gone: dict[str, Finding] = {}
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
                    earliest=max(gone[f.marker].date for f in back),
                    detail=" and ".join(NAMES[f.marker] for f in back),
                    evidence=rows(
                        infected[1], graft.evidence, *(gone[f.marker] for f in back), *back
                    ),
                )
            ]
        gone.update({f.marker: f for f in today if f.status == GONE[f.marker]})
    return []


def _vaccination(
    history: History, found: list[Finding], graft: Event, rules: Definition
) -> list[Event]:
    doses = [dose for dose in _doses(history, "vaccine") if dose[0] > graft.date]
    if not doses:
        return []
    first_day, _, first_row = min(doses, key=lambda dose: (dose[0], dose[2]))
    given = rows(graft.evidence, first_row)
    made = [Event("posttransplant_vaccination", first_day, evidence=given)]
    for test in found:
        if test.date > first_day and _responds(test, rules) and _off_hbig(history, test, rules):
            response = rows(given, test)
            made.append(Event("posttransplant_vaccine_response", test.date, evidence=response))
            later = [(dose[0], dose[2]) for dose in doses if dose[0] > test.date]
            if later:
                day, row = min(later)
                boosted = rows(response, row)
                made.append(Event("posttransplant_booster", day, evidence=boosted))
            break
    return made


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
