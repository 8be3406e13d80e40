"""USDM JSON of a trial: its objects hang together, and it is the protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from exported import locked_trial

from seroclear.trial.export.source import Source, read_for_export
from seroclear.trial.export.usdm import usdm

# What CDISC's USDM_API.json (4.0) wants of the classes that are written, `id` and `instanceType`
# apart; it is in no package that may be used here.
NEEDED = {
    "StudyVersion": {"versionIdentifier", "rationale", "studyIdentifiers", "titles"},
    "StudyIdentifier": {"text", "scopeId"},
    "StudyTitle": {"text", "type"},
    "Organization": {"name", "type", "identifierScheme", "identifier"},
    "InterventionalStudyDesign": {
        *("name", "rationale", "model", "arms", "epochs", "studyCells", "population"),
    },
    "StudyArm": {"name", "type", "dataOriginDescription", "dataOriginType"},
    "StudyEpoch": {"name", "type"},
    "StudyCell": {"armId", "epochId", "elementIds"},
    "Encounter": {"name", "type"},
    "EligibilityCriterion": {"name", "category", "identifier", "criterionItemId"},
    "EligibilityCriterionItem": {"name", "text"},
    "Objective": {"name", "text", "level"},
    "Endpoint": {"name", "text", "purpose", "level"},
    "Estimand": {
        *("name", "populationSummary", "analysisPopulationId", "interventionIds"),
        *("variableOfInterestId", "intercurrentEvents"),
    },
    "IntercurrentEvent": {"name", "text", "strategy"},
    "AnalysisPopulation": {"name", "text"},
    "StudyIntervention": {"name", "role", "type"},
    "Timing": {"name", "type", "value", "valueLabel", "relativeToFrom"},
    "Code": {"code", "codeSystem", "codeSystemVersion", "decode"},
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    trial = locked_trial(tmp_path_factory.mktemp("trial"))
    return read_for_export(trial.as_("stat"), ("usdm",))


@pytest.fixture(scope="module")
def content(source: Source) -> Any:
    return json.loads(usdm(source))


def test_every_class_has_what_it_needs(content: Any) -> None:
    kinds = set()
    for one in objects(content["study"]["versions"]):
        kinds.add(one["instanceType"])
        missing = NEEDED.get(one["instanceType"], set()) - set(one)
        assert not missing, (one["id"], missing)
    assert kinds >= set(NEEDED)


def test_ids_are_unique_and_every_reference_finds_its_object(content: Any) -> None:
    every = list(objects(content["study"]["versions"]))
    ids = [one["id"] for one in every]
    assert len(ids) == len(set(ids))
    count = 0
    for one in every:
        for name, value in one.items():
            if name.endswith(("Id", "Ids")) and value is not None:
                for id in value if isinstance(value, list) else [value]:
                    assert id in ids, (one["id"], name, id)
                    count += 1
    assert count > 50


def test_it_is_the_protocol(source: Source, content: Any) -> None:
    protocol = source.protocol
    [version] = content["study"]["versions"]
    [design] = version["studyDesigns"]
    assert [one["label"] for one in design["arms"]] == [one.label for one in protocol.arms]
    assert [one["text"] for one in version["eligibilityCriterionItems"]] == [
        one.text for one in protocol.eligibility.criteria
    ]
    timings = design["scheduleTimelines"][0]["timings"]
    assert [(one["value"], one["windowLower"], one["windowUpper"]) for one in timings] == [
        (f"P{one.day}D", f"P{one.early}D", f"P{one.late}D") for one in protocol.schedule.visits
    ]
    told = {
        one["name"]: [(event["name"], event["strategy"]) for event in one["intercurrentEvents"]]
        for one in design["estimands"]
    }
    assert told == {
        one.name: [(event.name, event.strategy) for event in one.intercurrent]
        for one in protocol.estimands
    }
    assert design["population"]["plannedEnrollmentNumber"]["value"] == 132


def objects(content: Any) -> Iterator[dict[str, Any]]:
    """Every object in it."""
    if isinstance(content, list):
        for one in content:
            yield from objects(one)
    elif isinstance(content, dict):
        yield content
        for one in content.values():
            yield from objects(one)
