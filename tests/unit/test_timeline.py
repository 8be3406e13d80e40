"""A patient's timeline: what becomes of each kind of result, and a picture that names nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from seroclear.cli import main
from seroclear.course.course import course_of
from seroclear.course.timeline import Bar, EventMark, Mark, Timeline, timeline
from seroclear.errors import SeroclearError
from seroclear.records.load import load
from seroclear.records.store import Store
from seroclear.report.figures.timeline import draw

SETTINGS = """
[patients]
file = "patients.csv"
patient_id = "id"
sex = "sex"
birth_date = "born"
[results]
file = "results.csv"
patient_id = "id"
taken_at = "day"
name = "item"
value = "result"
unit = "unit"
reference = "normal"
[drugs]
file = "drugs.csv"
patient_id = "id"
start = "start"
end = "end"
name = "drug"
"""
NAME = "HN7712345"
RESULTS = f"""id,day,item,result,unit,normal
{NAME},2010-01-10,HBsAg,>250,IU/mL,
{NAME},2010-06-10,HBsAg,120,IU/mL,
{NAME},2011-01-10,HBsAg,阳性,,
{NAME},2012-01-10,HBsAg,<0.05,IU/mL,
{NAME},2013-01-10,HBsAg,阴性,,
{NAME},2010-01-10,HBV DNA,54000,IU/mL,
{NAME},2011-01-10,HBV DNA,未检出,IU/mL,
{NAME},2010-01-10,ALT,100,U/L,0-50
{NAME},2010-06-10,ALT,20,U/L,
{NAME},2013-01-10,Anti-HBs,200,mIU/mL,
{NAME},2013-01-11,HBsAg,±,,
"""
DRUGS = f"""id,start,end,drug
{NAME},2010-02-01,2010-12-31,恩替卡韦
{NAME},2010-09-01,2010-12-31,聚乙二醇干扰素α-2a
{NAME},2013-01-01,2013-01-01,乙肝人免疫球蛋白
"""
PATIENTS = f"id,sex,born\n{NAME},F,1970-01-01\nHN7700000,M,1980-01-01\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("timeline")
    hospital = folder / "hospital"
    hospital.mkdir()
    files = {"results.csv": RESULTS, "patients.csv": PATIENTS, "drugs.csv": DRUGS}
    for name, text in {**files, "hospital.toml": SETTINGS}.items():
        (hospital / name).write_text(text, encoding="utf-8")
    return load(hospital, folder / "store").store


@pytest.fixture(scope="module")
def found(store: Store) -> Timeline:
    return timeline(course_of(store, "default"), NAME)


def test_each_kind_of_result_is_its_own_mark(found: Timeline) -> None:
    assert found.panels["hbsag"] == (
        Mark(date(2010, 1, 10), "above", 250.0),
        Mark(date(2010, 6, 10), "value", 120.0),
        Mark(date(2011, 1, 10), "positive"),
        Mark(date(2012, 1, 10), "below", 0.05),
        # The day after HBIG the course does not count a negative.
        Mark(date(2013, 1, 10), "indeterminate", doubtful=True),
        Mark(date(2013, 1, 11), "indeterminate", doubtful=True),
    )
    assert found.panels["hbv_dna"] == (
        Mark(date(2010, 1, 10), "value", 54000.0),
        Mark(date(2011, 1, 10), "negative"),
    )


def test_alt_is_in_multiples_of_its_own_upper_limit(found: Timeline) -> None:
    assert [mark.value for mark in found.panels["alt"]] == [2.0, 0.5]  # of 50 printed, of 40 not


def test_antibody_of_immunoglobulin_is_drawn_doubtful(found: Timeline) -> None:
    assert found.panels["anti_hbs"] == (Mark(date(2013, 1, 10), "value", 200.0, doubtful=True),)


def test_a_combination_is_a_bar_for_each_agent(found: Timeline) -> None:
    assert found.bars == (
        Bar("ETV", "NA", date(2010, 2, 1), date(2010, 12, 31), False),
        Bar("PEGIFN2A", "IFN", date(2010, 9, 1), date(2010, 12, 31), False),
        Bar("HBIG", "HBIG", date(2013, 1, 1), date(2013, 1, 1), False),
    )


def test_the_loss_has_the_window_in_which_it_happened(found: Timeline) -> None:
    loss = [event for event in found.events if event.event == "hbsag_loss"]
    assert loss == [
        EventMark("hbsag_loss", "HBsAg loss", date(2012, 1, 10), date(2011, 1, 10), False)
    ]


def test_the_same_course_is_the_same_bytes_and_names_nobody(found: Timeline) -> None:
    first, second = draw(found), draw(found)
    assert first == second
    assert first[0].startswith(b"<?xml")
    assert first[1].startswith(b"\x89PNG")
    # Text is drawn as paths with the text itself in a comment.
    assert b"<!-- Patient -->" in first[0]
    assert NAME.encode() not in first[0] + first[1]
    assert f"<!-- {NAME} -->".encode() in draw(found, title=NAME)[0]


@pytest.mark.parametrize("days", [0, 1, 700, 20000])
def test_any_length_of_time_has_an_axis(days: int) -> None:
    last = date.fromordinal(date(2000, 1, 1).toordinal() + days)
    marks = (Mark(date(2000, 1, 1), "range", 0.5, 5.0), Mark(last, "value", 3.0))
    events = tuple(EventMark("hcc", "HCC", last, None, False) for _ in range(4))
    bars = (Bar("ETV", "NA", date(2000, 1, 1), last, True),)
    found = Timeline({"alt": marks}, bars, events, {"alt": 1.0})
    assert b"<!-- HCC -->" in draw(found)[0]


def test_a_patient_without_any_record_is_drawn_as_such(store: Store) -> None:
    nothing = timeline(course_of(store, "default"), "HN7700000")
    assert not nothing.bars
    assert not nothing.events
    svg = draw(nothing)[0]
    assert svg.count(b"<!-- no result -->") == 4
    assert b"<!-- no treatment recorded -->" in svg
    assert b"<!-- 2000" not in svg  # an axis without anything on it would invent a time


def test_an_unknown_patient_is_an_error_that_does_not_repeat_the_id(store: Store) -> None:
    with pytest.raises(SeroclearError, match="no such patient") as error:
        timeline(course_of(store, "default"), "HN999")
    assert "HN999" not in str(error.value)


def test_the_command_writes_both_pictures(store: Store, tmp_path: Path) -> None:
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    arguments = ["course", "show", str(store.path), NAME, "--svg", str(svg), "--png", str(png)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "HBsAg loss" in done.stdout
    assert svg.read_bytes().startswith(b"<?xml")
    assert png.read_bytes().startswith(b"\x89PNG")
    away = CliRunner().invoke(main, [*arguments[:4], "--svg", str(tmp_path / "no" / "a.svg")])
    assert away.exit_code == 1
    assert "cannot be written" in away.stderr
