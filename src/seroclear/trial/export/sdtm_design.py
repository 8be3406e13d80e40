"""SDTM of the design: elements, arms, visits, criteria and the summary, from the protocol."""

from __future__ import annotations

from typing import Any, Final

from seroclear.trial.export.source import Row, Source
from seroclear.trial.protocol import Protocol
from seroclear.trial.protocol.parts import Arm

SCREENING, TREATMENT, FOLLOW_UP = "SCREENING", "TREATMENT", "FOLLOW-UP"
# Numbers of the visits beside the schedule, whose visits count from 1.
VISITS_BESIDE: Final = {"screening": (0, "SCREENING"), "unscheduled": (99, "UNSCHEDULED")}


def arm_code(arm: Arm) -> str:
    """ARMCD."""
    return arm.name.upper()[:20]


def visit_number(protocol: Protocol, name: str | None) -> dict[str, Any]:
    """VISITNUM, VISIT and VISITDY of a visit's name; nothing where there is none."""
    if name is None:
        return {}
    if name in VISITS_BESIDE:
        number, label = VISITS_BESIDE[name]
        return {"VISITNUM": number, "VISIT": label}
    planned = [one.name for one in protocol.schedule.visits]
    visit = protocol.visit(name)
    return {
        "VISITNUM": planned.index(name) + 1,
        "VISIT": visit.label.upper(),
        "VISITDY": visit.day + 1,
    }


def criteria(protocol: Protocol) -> dict[str, Row]:
    """Criterion to IETESTCD (INCL01, EXCL01), IETEST and IECAT."""
    found: dict[str, Row] = {}
    count = {"inclusion": 0, "exclusion": 0}
    for one in protocol.eligibility.criteria:
        count[one.kind] += 1
        code = f"{one.kind[:4].upper()}{count[one.kind]:02d}"
        found[one.name] = {"IETESTCD": code, "IETEST": one.text, "IECAT": one.kind.upper()}
    return found


def elements(protocol: Protocol) -> list[Row]:
    """TE."""
    last = protocol.trigger.last_day + 1
    end = f"Study day {last}, the last day of dosing"
    screening = {
        "ETCD": "SCREEN",
        "ELEMENT": "Screening",
        "TESTRL": "Screened",
        "TEENRL": "Randomised",
    }
    treated = [
        {
            "ETCD": _element_code(arm),
            "ELEMENT": arm.label,
            "TESTRL": f"Randomised to {arm.label}",
            "TEENRL": end,
        }
        for arm in protocol.arms
    ]
    follow_up = {
        "ETCD": "FOLLOWUP",
        "ELEMENT": "Follow-up",
        "TESTRL": f"After study day {last}",
        "TEENRL": f"{protocol.schedule.visits[-1].label}, the last planned visit",
    }
    return [screening, *treated, follow_up]


def arms(protocol: Protocol) -> list[Row]:
    """TA: screening, the arm, follow-up."""
    known = {one["ETCD"]: one["ELEMENT"] for one in elements(protocol)}
    rows = []
    for arm in protocol.arms:
        path = (("SCREEN", SCREENING), (_element_code(arm), TREATMENT), ("FOLLOWUP", FOLLOW_UP))
        for order, (element, epoch) in enumerate(path, 1):
            rows.append(
                {
                    "ARMCD": arm_code(arm),
                    "ARM": arm.label,
                    "TAETORD": order,
                    "ETCD": element,
                    "ELEMENT": known[element],
                    "TABRANCH": f"Randomised to {arm.label}" if order == 1 else None,
                    "EPOCH": epoch,
                }
            )
    return rows


def visits(protocol: Protocol) -> list[Row]:
    """TV."""
    return [
        {
            **visit_number(protocol, one.name),
            "TVSTRL": f"Study day {one.day + 1}, {one.early} days early to {one.late} days late",
        }
        for one in protocol.schedule.visits
    ]


def inclusion_exclusion(protocol: Protocol) -> list[Row]:
    """TI."""
    version = protocol.identity.version
    return [{**one, "TIVERS": version} for one in criteria(protocol).values()]


def summary(source: Source) -> list[Row]:
    """TS: what the protocol says; nothing that it does not."""
    protocol = source.protocol
    identity, trigger, eligibility = protocol.identity, protocol.trigger, protocol.eligibility
    ratio = protocol.treated.ratio / (protocol.treated.ratio + protocol.control.ratio)
    both = {"all": "BOTH", "female": "F", "male": "M"}
    told: list[tuple[str, str, str]] = [
        ("TITLE", "Trial Title", source.title),
        ("REGID", "Registry Identifier", identity.number),
        ("SPONSOR", "Clinical Study Sponsor", identity.sponsor),
        ("TPHASE", "Trial Phase Classification", identity.phase.upper()),
        ("STYPE", "Study Type", "INTERVENTIONAL"),
        ("INTMODEL", "Intervention Model", "PARALLEL"),
        ("RANDOM", "Trial is Randomized", "Y"),
        ("RANDQT", "Randomization Quotient", repr(round(ratio, 4))),
        ("NARMS", "Planned Number of Arms", str(len(protocol.arms))),
        ("PLANSUB", "Planned Number of Subjects", str(protocol.size.participants)),
        ("ACTSUB", "Actual Number of Subjects", str(len(source.allocations))),
        ("TRT", "Investigational Therapy or Treatment", trigger.product),
        ("DOSE", "Dose per Administration", f"{trigger.dose:g}"),
        ("DOSU", "Dose Units", trigger.dose_unit),
        ("ROUTE", "Route of Administration", trigger.route.upper()),
        ("OBJPRIM", "Trial Primary Objective", protocol.estimands[0].label),
        ("OUTMSPRI", "Primary Outcome Measure", protocol.endpoint.label),
        ("AGEMIN", "Planned Minimum Age of Subjects", f"P{eligibility.age_from}Y"),
        ("AGEMAX", "Planned Maximum Age of Subjects", f"P{eligibility.age_to}Y"),
        ("SEXPOP", "Sex of Participants", both[eligibility.sex]),
        ("DCUTDTC", "Data Cutoff Date", source.locked_at[:10]),
        ("DCUTDESC", "Data Cutoff Description", "DATABASE LOCK"),
        ("SDTIGVER", "SDTM IG Version", "3.4"),
    ]
    return [{"TSPARMCD": code, "TSPARM": name, "TSVAL": value} for code, name, value in told]


def _element_code(arm: Arm) -> str:
    return arm.name.upper()[:8]
