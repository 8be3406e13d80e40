"""The checklist of a report: its guideline fits the study, and it points to sections that exist."""

from __future__ import annotations

import csv
import re
from importlib.resources import files

import pytest

from seroclear.report.document import Section
from seroclear.report.guideline import ABSENT, AUTHORS, TITLES, checklist, guideline
from seroclear.studies import load_study, names


@pytest.mark.parametrize("name", TITLES)
def test_an_item_points_only_to_sections_that_reports_can_have(name: str) -> None:
    folder = files("seroclear.report")
    source = folder.joinpath("sections.py").read_text(encoding="utf-8")
    known = set(re.findall(r'Section\(\s*"([a-z-]+)"', source)) | {"authors"}
    lines = folder.joinpath("guidelines", f"{name}.csv").read_text(encoding="utf-8").splitlines()
    named = {one for line in csv.DictReader(lines) for one in line["where"].split()}
    assert named <= known


def test_an_item_is_where_the_report_has_it_and_absent_where_it_has_not() -> None:
    table = checklist("record", [Section("flowchart", "Flowchart"), Section("methods", "Methods")])
    where = {item: place for item, _, place in table.rows}
    assert where["10 Study size"] == "Flowchart"
    assert where["6 Participants"] == "Flowchart; Methods"
    assert where["2 Background"] == AUTHORS
    assert where["18 Key results"] == ABSENT


@pytest.mark.parametrize("name", names())
def test_every_study_says_what_it_estimates(name: str) -> None:
    study = load_study(name)[1]
    found = guideline(study)
    assert study.outcome_name in found.estimand
    emulated = name == "add-on-interferon"
    assert (found.name == "target") is emulated
    assert bool(found.protocol) is emulated
