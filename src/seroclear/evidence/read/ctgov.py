"""ClinicalTrials.gov: JSON of its second API, and the XML it gave before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from seroclear.errors import SeroclearError
from seroclear.evidence.read.xml import first, named, parsed, words_of
from seroclear.evidence.record import REGISTRY, Record, Registration, Section

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def ctgov_json(text: str, name: str) -> list[Record]:
    """Studies of the second API: one, a page of them ("studies"), or a list."""
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise SeroclearError(f"{name} is broken JSON.") from error
    studies = data if isinstance(data, list) else data.get("studies", [data])
    found = [study for study in studies if isinstance(study, dict) and "protocolSection" in study]
    if not found:
        raise SeroclearError(
            f"{name} is JSON, but not of ClinicalTrials.gov's API version 2 (no protocolSection)."
        )
    return [_of_json(study, name) for study in found]


def _at(data: Any, *path: str) -> Any:
    """What is there, None where any step is missing: fields move between versions."""
    for step in path:
        if not isinstance(data, dict):
            return None
        data = data.get(step)
    return data


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _of_json(study: dict[str, Any], name: str) -> Record:
    protocol = study["protocolSection"]
    status = _at(protocol, "statusModule") or {}
    design = _at(protocol, "designModule") or {}
    sites = _at(protocol, "contactsLocationsModule", "locations")
    outcomes = _at(protocol, "outcomesModule")
    nct = _str(_at(protocol, "identificationModule", "nctId"))
    described = _at(protocol, "descriptionModule") or {}
    sections = [
        Section(_str(described.get(key)), label)
        for key, label in (("briefSummary", "Summary"), ("detailedDescription", "Description"))
        if described.get(key)
    ]
    criteria = _str(_at(protocol, "eligibilityModule", "eligibilityCriteria"))
    if criteria:
        sections.append(Section(criteria, "Eligibility"))
    enrolment = _at(design, "enrollmentInfo", "count")
    listed = sites if isinstance(sites, list) else None
    return Record(
        name=nct or name,
        kind=REGISTRY,
        title=_str(_at(protocol, "identificationModule", "officialTitle"))
        or _str(_at(protocol, "identificationModule", "briefTitle")),
        sections=tuple(sections),
        trials=(nct,) if nct else (),
        registration=Registration(
            phase=", ".join(map(str, _at(design, "phases") or [])),
            study_type=_str(design.get("studyType")),
            enrolment=enrolment if isinstance(enrolment, int) else None,
            enrolment_kind=_str(_at(design, "enrollmentInfo", "type")),
            allocation=_str(_at(design, "designInfo", "allocation")),
            model=_str(_at(design, "designInfo", "interventionModel")),
            masking=_str(_at(design, "designInfo", "maskingInfo", "masking")),
            start=_str(_at(status, "startDateStruct", "date")),
            completion=_str(_at(status, "completionDateStruct", "date")),
            first_submitted=_str(status.get("studyFirstSubmitDate")),
            updated=_str(_at(status, "lastUpdatePostDateStruct", "date")),
            sites=len(listed) if listed is not None else None,
            countries=len({_at(site, "country") for site in listed}) if listed else None,
            outcomes=(
                len(_at(outcomes, "primaryOutcomes") or [])
                + len(_at(outcomes, "secondaryOutcomes") or [])
            ),
            arms=len(_at(protocol, "armsInterventionsModule", "armGroups") or []) or None,
            conditions=tuple(map(str, _at(protocol, "conditionsModule", "conditions") or [])),
            has_results=bool(study.get("hasResults", "resultsSection" in study)),
            flow=_flow(_at(study, "resultsSection", "participantFlowModule") or {}),
        ),
        sources=(name,),
    )


def _flow(module: dict[str, Any]) -> tuple[tuple[str, int, int, int], ...]:
    """(group, started, completed, not completed) of the first period."""
    titles = {_at(group, "id"): _str(_at(group, "title")) for group in module.get("groups") or []}
    periods = module.get("periods") or []
    if not periods:
        return ()
    counts: dict[str, dict[str, int]] = {}
    for milestone in _at(periods[0], "milestones") or []:
        for one in _at(milestone, "achievements") or []:
            number = _str(_at(one, "numSubjects"))
            if number.isdigit():
                counts.setdefault(_str(_at(one, "groupId")), {})[
                    _str(_at(milestone, "type")).upper()
                ] = int(number)
    return tuple(
        (titles.get(group, group), c["STARTED"], c["COMPLETED"], c["NOT COMPLETED"])
        for group, c in counts.items()
        if {"STARTED", "COMPLETED", "NOT COMPLETED"} <= c.keys()
    )


def ctgov_xml(text: str, name: str) -> list[Record]:
    """`clinical_study` documents."""
    root = parsed(text, name)
    return [_of_xml(study, name) for study in named(root, "clinical_study")]


def _of_xml(study: Element, name: str) -> Record:
    def said(tag: str) -> str:
        return words_of(first(study, tag))

    nct = said("nct_id")
    sections = []
    for tag, label in (("brief_summary", "Summary"), ("detailed_description", "Description")):
        if said(tag):
            sections.append(Section(said(tag), label))
    criteria = first(study, "criteria")
    if criteria is not None:
        sections.append(Section(words_of(criteria), "Eligibility"))
    enrolment = first(study, "enrollment")
    count = words_of(enrolment)
    sites = named(study, "location")
    outcomes = named(study, "primary_outcome") + named(study, "secondary_outcome")
    return Record(
        name=nct or name,
        kind=REGISTRY,
        title=said("official_title") or said("brief_title"),
        sections=tuple(sections),
        trials=(nct,) if nct else (),
        registration=Registration(
            phase=said("phase"),
            study_type=said("study_type"),
            enrolment=int(count) if count.isdigit() else None,
            enrolment_kind=enrolment.get("type", "") if enrolment is not None else "",
            allocation=said("allocation"),
            model=said("intervention_model"),
            masking=said("masking"),
            sites=len(sites) if sites else None,
            countries=len({words_of(first(site, "country")) for site in sites}) if sites else None,
            outcomes=len(outcomes),
            arms=len(named(study, "arm_group")) or None,
            conditions=tuple(words_of(one) for one in named(study, "condition")),
            has_results=first(study, "clinical_results") is not None,
        ),
        sources=(name,),
    )
