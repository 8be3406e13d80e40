"""USDM 4.0 JSON (CDISC's Unified Study Definitions Model): the protocol, for other software.

Ids are made of the class and a name of the protocol, so that they are the same each time. No
participant is in it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from seroclear import __version__
from seroclear.trial.export.source import Source
from seroclear.trial.export.usdm_schedule import course, intervention
from seroclear.trial.export.usdm_thing import Content, alias, coded, is_coded, thing
from seroclear.trial.protocol import Protocol

VERSION: Final = "4.0.0"
_ASSUMED: Final = "Choices that the registration does not state are assumed: see the protocol file."


def usdm(source: Source) -> bytes:
    """The file's bytes."""
    protocol = source.protocol
    content = {
        "study": {
            "id": None,
            "name": source.study,
            "label": source.title,
            "description": protocol.identity.title_zh,
            "versions": [_version(source)],
            "documentedBy": [],
            "instanceType": "Study",
        },
        "usdmVersion": VERSION,
        "systemName": "seroclear",
        "systemVersion": __version__,
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=1)}\n".encode()


def _version(source: Source) -> Content:
    protocol = source.protocol
    identity = protocol.identity
    return thing(
        "StudyVersion",
        identity.version,
        versionIdentifier=identity.version,
        rationale=f"Protocol file with SHA-256 {protocol.hash()}",
        studyIdentifiers=[
            thing("StudyIdentifier", "register", text=identity.number, scopeId=_REGISTER),
            *(
                thing("StudyIdentifier", f"sponsor_{at}", text=one, scopeId=_SPONSOR)
                for at, one in enumerate(identity.other_numbers, 1)
            ),
        ],
        titles=[
            thing(
                "StudyTitle",
                "official",
                text=source.title,
                type=coded("official title", "StudyTitle_official"),
            )
        ],
        organizations=[
            _organization(_REGISTER, identity.registry, "registry"),
            _organization(_SPONSOR, identity.sponsor, "facility"),
        ],
        roles=[
            thing(
                "StudyRole",
                "sponsor",
                name="sponsor",
                code=coded("sponsor", "StudyRole_sponsor"),
                appliesToIds=[f"StudyVersion_{identity.version}"],
                organizationIds=[_SPONSOR],
            )
        ],
        eligibilityCriterionItems=[
            thing("EligibilityCriterionItem", one.name, name=one.name, text=one.text)
            for one in protocol.eligibility.criteria
        ],
        studyInterventions=[_intervention(protocol)],
        studyDesigns=[_design(protocol)],
    )


_REGISTER: Final = "Organization_register"
_SPONSOR: Final = "Organization_sponsor"


def _design(protocol: Protocol) -> Content:
    phase = protocol.identity.phase.lower()
    return thing(
        "InterventionalStudyDesign",
        "1",
        name=protocol.identity.number,
        rationale=_ASSUMED,
        studyType=coded("interventional", "InterventionalStudyDesign_1_type"),
        studyPhase=alias(phase, "phase") if is_coded(phase) else None,
        model=coded("parallel", "InterventionalStudyDesign_1_model"),
        characteristics=[coded("randomized", "InterventionalStudyDesign_1")],
        studyInterventionIds=[intervention(protocol)],
        population=_population(protocol),
        eligibilityCriteria=_criteria(protocol),
        analysisPopulations=[
            thing("AnalysisPopulation", one.name, name=one.name, label=one.label, text=one.rule)
            for one in protocol.analysis_sets
        ],
        objectives=_objectives(protocol),
        estimands=_estimands(protocol),
        **course(protocol),
    )


def _population(protocol: Protocol) -> Content:
    rule = protocol.eligibility
    sexes = ("female", "male") if rule.sex == "all" else (rule.sex,)
    key = "StudyDesignPopulation_1"
    return thing(
        "StudyDesignPopulation",
        "1",
        name="population",
        description=protocol.estimands[0].population,
        includesHealthySubjects=False,
        plannedEnrollmentNumber=_quantity(protocol.size.participants, f"{key}_enrolled"),
        plannedSex=[coded(one, key) for one in sexes],
        plannedAge=thing(
            "Range",
            f"{key}_age",
            minValue=_quantity(rule.age_from, f"{key}_age_from", "year"),
            maxValue=_quantity(rule.age_to, f"{key}_age_to", "year"),
            isApproximate=False,
        ),
        criterionIds=[f"EligibilityCriterion_{one.name}" for one in rule.criteria],
    )


def _criteria(protocol: Protocol) -> list[Content]:
    return [
        thing(
            "EligibilityCriterion",
            one.name,
            name=one.name,
            category=coded(one.kind, f"EligibilityCriterion_{one.name}"),
            identifier=str(at),
            criterionItemId=f"EligibilityCriterionItem_{one.name}",
        )
        for at, one in enumerate(protocol.eligibility.criteria, 1)
    ]


def _objectives(protocol: Protocol) -> list[Content]:
    """One for each estimand, with its variable as the endpoint."""
    made = []
    for at, one in enumerate(protocol.estimands):
        level = "secondary" if at else "primary"
        endpoint = thing(
            "Endpoint",
            one.name,
            name=one.name,
            label=protocol.endpoint.label if at == 0 else one.label,
            text=one.variable,
            purpose="Efficacy",
            level=coded(f"{level} endpoint", f"Endpoint_{one.name}"),
        )
        made.append(
            thing(
                "Objective",
                one.name,
                name=one.name,
                text=one.label,
                level=coded(f"{level} objective", f"Objective_{one.name}"),
                endpoints=[endpoint],
            )
        )
    return made


def _estimands(protocol: Protocol) -> list[Content]:
    return [
        thing(
            "Estimand",
            one.name,
            name=one.name,
            label=one.label,
            description=f"{one.treatment}; summary: {one.summary}",
            populationSummary=one.population,
            analysisPopulationId=f"AnalysisPopulation_{one.analysis_set}",
            interventionIds=[intervention(protocol)],
            variableOfInterestId=f"Endpoint_{one.name}",
            intercurrentEvents=[
                thing(
                    "IntercurrentEvent",
                    f"{one.name}_{event.name}",
                    name=event.name,
                    label=event.label,
                    text=event.label,
                    description=event.handling,
                    strategy=event.strategy,
                )
                for event in one.intercurrent
            ],
        )
        for one in protocol.estimands
    ]


def _intervention(protocol: Protocol) -> Content:
    trigger = protocol.trigger
    return {
        **thing(
            "StudyIntervention",
            trigger.product,
            name=trigger.product,
            description=(
                f"{trigger.dose:g} {trigger.dose_unit}, {trigger.route}: "
                f"{protocol.treated.intervention}"
            ),
            role=coded("experimental intervention", "StudyIntervention_role"),
            type=coded("drug", "StudyIntervention_type"),
        ),
        "id": intervention(protocol),
    }


def _organization(id: str, name: str, kind: str) -> Content:
    made = thing(
        "Organization",
        kind,
        name=name,
        type=coded(kind, id),
        identifierScheme="name",
        identifier=name,
    )
    return made | {"id": id}


def _quantity(value: int, key: str, unit: str | None = None) -> Content:
    units: dict[str, Any] = {"unit": alias(unit, key) if unit else None}
    return thing("Quantity", key, value=float(value), **units)
