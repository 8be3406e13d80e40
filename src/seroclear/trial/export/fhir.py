"""FHIR R4 and R5: the trial as a ResearchStudy, its schedule as a PlanDefinition.

What is in both is the protocol: no participant. The criteria are a contained Group; visits are
actions at a distance in days from the randomisation, with the tests done at each.
"""

from __future__ import annotations

import json
from typing import Any, Final

from seroclear.trial.export.source import Source
from seroclear.trial.protocol.parts import Visit

RELEASES: Final = ("r4", "r5")
_TERMS: Final = "http://terminology.hl7.org/CodeSystem"
_REGISTERS: Final = {"ClinicalTrials.gov": "https://clinicaltrials.gov"}
_START: Final = "randomisation"

Content = dict[str, Any]


def research_study(source: Source, release: str) -> bytes:
    """ResearchStudy of a release ('r4' or 'r5')."""
    protocol = source.protocol
    identity = protocol.identity
    study: Content = {
        "resourceType": "ResearchStudy",
        "id": _id(source),
        "contained": [_criteria(source, release)],
        "identifier": _identifiers(source),
        "title": source.title,
        "status": "completed" if release == "r4" else "active",
        "protocol": [{"reference": f"PlanDefinition/{_id(source)}-schedule"}],
        "phase": _coded("research-study-phase", identity.phase.lower().replace(" ", "-")),
        "description": protocol.estimands[0].population,
        "site": [{"display": one.name} for one in protocol.sites],
    }
    objectives = [
        {"name": one.label, "type": _objective(at)} for at, one in enumerate(protocol.estimands)
    ]
    if release == "r4":
        study |= {
            "enrollment": [{"reference": "#criteria"}],
            "sponsor": {"display": identity.sponsor},
            "arm": [_arm(one.label, one.control, one.intervention) for one in protocol.arms],
            "objective": objectives,
        }
    else:
        study |= {
            "version": identity.version,
            "progressStatus": [{"state": {"text": "database locked"}}],
            "associatedParty": [
                {
                    "name": identity.sponsor,
                    "role": _coded("research-study-party-role", "sponsor"),
                }
            ],
            "recruitment": {
                "targetNumber": protocol.size.participants,
                "actualNumber": len(source.allocations),
                "eligibility": {"reference": "#criteria"},
            },
            "comparisonGroup": [
                {"linkId": one.name} | _arm(one.label, one.control, one.intervention)
                for one in protocol.arms
            ],
            "objective": objectives,
            "outcomeMeasure": [
                {
                    "name": protocol.endpoint.label,
                    "type": [_coded("research-study-objective-type", "primary")],
                    "description": protocol.estimands[0].variable,
                }
            ],
        }
    return _bytes(study)


def plan_definition(source: Source, release: str) -> bytes:
    """PlanDefinition of a release ('r4' or 'r5'): visits, windows, tests, doses."""
    protocol = source.protocol
    trigger = protocol.trigger
    dosed = ", ".join(protocol.arm(name).label for name in trigger.arms)
    start: Content = {"title": "Randomisation", "description": "Study day 1"}
    dose: Content = {
        "title": f"{trigger.product} {trigger.dose:g} {trigger.dose_unit}, {trigger.route}",
        "description": (
            f"In {dosed} alone: {'at enrolment and ' if trigger.at_enrolment else ''}when "
            f"{trigger.marker.replace('_', '-')} is below {trigger.below:g} {trigger.unit}"
            f"{' or negative' if trigger.negative_counts else ''}; not sooner than "
            f"{trigger.minimum_interval_days} days after a dose, at most {trigger.maximum_doses}"
        ),
    }
    visits = [_visit(one, release) for one in protocol.schedule.visits]
    actions = [_named(start, _START, release), *visits, _named(dose, "dose", release)]
    return _bytes(
        {
            "resourceType": "PlanDefinition",
            "id": f"{_id(source)}-schedule",
            "identifier": _identifiers(source),
            "version": protocol.identity.version,
            "title": f"Schedule of {source.study}",
            "type": _coded("plan-definition-type", "clinical-protocol"),
            "status": "active",
            "experimental": source.demonstration,
            "date": source.locked_at,
            "publisher": protocol.identity.sponsor,
            "action": actions,
        }
    )


def _visit(visit: Visit, release: str) -> Content:
    first, last = visit.window
    target = "actionId" if release == "r4" else "targetId"
    tests: list[Content] = [{"title": one.replace("_", " ")} for one in visit.tests]
    related = {
        target: _START,
        "relationship": "after-start",
        "offsetRange": {"low": _days(first), "high": _days(last)},
    }
    content: Content = {
        "title": visit.label,
        "description": f"Day {visit.day} after randomisation",
        "relatedAction": [related],
    }
    if tests:
        content["action"] = tests
    return _named(content, visit.name.replace("_", "-"), release)


def _named(content: Content, name: str, release: str) -> Content:
    """An action that others can point to."""
    return {"id": name} | ({"linkId": name} if release == "r5" else {}) | content


def _criteria(source: Source, release: str) -> Content:
    """The eligible population as a Group that is described and not counted."""
    kind = {"actual": False} if release == "r4" else {"membership": "definitional"}
    characteristics = [
        {
            "code": {"text": one.text},
            "valueBoolean": True,
            "exclude": one.kind == "exclusion",
        }
        for one in source.protocol.eligibility.criteria
    ]
    group = {"resourceType": "Group", "id": "criteria", "type": "person"}
    return {**group, **kind, "characteristic": characteristics}


def _arm(label: str, control: bool, intervention: str) -> Content:
    kind = "no intervention" if control else "experimental"
    return {"name": label, "type": {"text": kind}, "description": intervention}


def _objective(at: int) -> Content:
    return _coded("research-study-objective-type", "primary" if at == 0 else "secondary")


def _identifiers(source: Source) -> list[Content]:
    identity = source.protocol.identity
    system = _REGISTERS.get(identity.registry)
    registered = {"value": identity.number} | ({"system": system} if system else {})
    return [registered, *({"value": one} for one in identity.other_numbers)]


def _coded(system: str, code: str) -> Content:
    return {"coding": [{"system": f"{_TERMS}/{system}", "code": code}]}


def _days(value: int) -> Content:
    return {"value": value, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}


def _id(source: Source) -> str:
    return source.study.lower()


def _bytes(content: Content) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False, indent=1)}\n".encode()
