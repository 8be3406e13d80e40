"""FHIR of a trial: valid by another's classes, and the protocol's schedule and arms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from exported import locked_trial
from fhir.resources.plandefinition import PlanDefinition as PlanDefinitionR5
from fhir.resources.R4B.plandefinition import PlanDefinition as PlanDefinitionR4
from fhir.resources.R4B.researchstudy import ResearchStudy as ResearchStudyR4
from fhir.resources.researchstudy import ResearchStudy as ResearchStudyR5
from pydantic import ValidationError

from seroclear.trial.export.fhir import RELEASES, plan_definition, research_study
from seroclear.trial.export.source import Source, read_for_export

# R4B has these two resources as R4 does.
CLASSES: dict[str, tuple[Any, Any]] = {
    "r4": (ResearchStudyR4, PlanDefinitionR4),
    "r5": (ResearchStudyR5, PlanDefinitionR5),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    trial = locked_trial(tmp_path_factory.mktemp("trial"))
    return read_for_export(trial.as_("stat"), ("fhir",))


@pytest.mark.parametrize("release", RELEASES)
def test_both_resources_are_valid(source: Source, release: str) -> None:
    for made, kind in zip((research_study, plan_definition), CLASSES[release], strict=True):
        content = json.loads(made(source, release))
        kind.model_validate(content)
        with pytest.raises(ValidationError):
            kind.model_validate(content | {"arms": []})


def test_the_two_releases_are_not_the_same(source: Source) -> None:
    with pytest.raises(ValidationError):
        ResearchStudyR5.model_validate(json.loads(research_study(source, "r4")))


@pytest.mark.parametrize("release", RELEASES)
def test_visits_are_those_of_the_protocol(source: Source, release: str) -> None:
    actions = json.loads(plan_definition(source, release))["action"]
    found = {}
    for one in actions:
        for related in one.get("relatedAction", []):
            window = related["offsetRange"]
            days = tuple(window[end]["value"] for end in ("low", "high"))
            found[one["title"]] = (days, len(one.get("action", [])))
    assert found == {
        one.label: (one.window, len(one.tests)) for one in source.protocol.schedule.visits
    }
    assert actions[-1]["title"] == "HBIG 400 IU, intramuscular"


@pytest.mark.parametrize("release", RELEASES)
def test_criteria_and_arms_are_those_of_the_protocol(source: Source, release: str) -> None:
    study = json.loads(research_study(source, release))
    [group] = study["contained"]
    told = [(one["code"]["text"], one["exclude"]) for one in group["characteristic"]]
    assert told == [
        (one.text, one.kind == "exclusion") for one in source.protocol.eligibility.criteria
    ]
    arms = study["arm" if release == "r4" else "comparisonGroup"]
    assert [one["name"] for one in arms] == [one.label for one in source.protocol.arms]
    assert "demonstration" in study["title"]
