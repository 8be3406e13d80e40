"""A trial's protocol: read whole, immutable, and its mistakes named with their place."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from seroclear.errors import SeroclearError
from seroclear.trial.protocol import Protocol, protocol_file, read_protocol


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The registered trial's protocol, to be changed."""
    file = protocol_file("nct07328711")
    shutil.copy(file, tmp_path / file.name)
    shutil.copy(file.with_name("nct07328711_criteria.py"), tmp_path)
    return tmp_path / file.name


def change(file: Path, old: str, new: str) -> Protocol:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return read_protocol(str(file))


def test_the_registered_trial_is_read() -> None:
    protocol = read_protocol()
    assert protocol.identity.number == "NCT07328711"
    assert (protocol.treated.name, protocol.control.name) == ("hbig", "control")
    assert protocol.size.participants == 132
    assert protocol.trigger.dose == 400
    assert protocol.trigger.below == 100
    assert protocol.trigger.arms == ("hbig",)
    assert protocol.endpoint_visit.day == 48 * 7
    assert protocol.estimands[0].summary == "risk difference"


def test_what_is_registered_is_not_assumed_and_what_is_not_is() -> None:
    protocol = read_protocol()
    assert "participants" not in protocol.size.assumed
    assert {"control_rate", "treated_rate", "power", "alpha", "dropout"} <= set(
        protocol.size.assumed
    )
    assert not {"below", "dose", "route", "marker", "at_enrolment"} & set(protocol.trigger.assumed)
    assert {"minimum_interval_days", "maximum_doses"} <= set(protocol.trigger.assumed)
    assert all("ratio" in arm.assumed for arm in protocol.arms)
    assert "visits" in protocol.schedule.assumed


def test_a_protocol_cannot_be_changed() -> None:
    protocol = read_protocol()
    with pytest.raises(dataclasses.FrozenInstanceError):
        protocol.size.participants = 10  # type: ignore[misc]
    assert hash(protocol) == hash(read_protocol())


def test_the_hash_is_of_the_content_and_not_of_the_layout(copy: Path) -> None:
    same = change(copy, "# Each table lists", "# Another comment. Each table lists")
    assert same.hash() == read_protocol().hash()
    assert change(copy, "below = 100.0", "below = 100").hash() == read_protocol().hash()
    assert change(copy, "below = 100", "below = 90.0").hash() != read_protocol().hash()


def test_the_hash_covers_the_criteria(copy: Path) -> None:
    criteria = copy.with_name("nct07328711_criteria.py")
    criteria.write_text(criteria.read_text("utf-8") + "\n# changed\n", "utf-8")
    assert read_protocol(str(copy)).hash() != read_protocol().hash()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("below = 100.0", "belw = 100.0", "there is no trigger.belw; did you mean 'below'"),
        ("below = 100.0", 'below = "100"', "trigger.below must be a number, not '100'"),
        ("below = 100.0", "below = nan", "trigger.below must be a number, not nan"),
        ("dose = 400.0", "dose = inf", "trigger.dose must be a number, not inf"),
        ("participants = 132", "participants = 132.5", "size.participants must be a whole number"),
        ("participants = 132", "participants = true", "size.participants must be a whole number"),
        ("participants = 132\n", "", "size.participants is missing"),
        ('marker = "anti_hbs"\nbelow', 'marker = "antihbs"\nbelow', "did you mean 'anti_hbs'"),
        ('unit = "mIU/mL"\nnegative', 'unit = "IU/mL"\nnegative', "trigger.unit must be 'mIU/mL'"),
        ('arms = ["hbig"]', 'arms = ["control"]', "'control' is the control, which gets none"),
        ('arms = ["hbig"]', 'arms = ["hbg"]', "trigger.arms: there is no 'hbg'; did you mean"),
        ("blocks = [4, 6, 8]", "blocks = [4, 5]", "allocation.blocks: 5 is no multiple of 2"),
        ('at_visit = "week_48"', 'at_visit = "week_84"', "endpoint.at_visit: there is no"),
        ("day = 56\nearly = 7", "day = 40\nearly = 7", "schedule.visits[week_8]: its window"),
        ("control = true", "control = false", "exactly one of the two must be the control"),
        ('strategy = "composite"', 'strategy = "composit"', "did you mean 'composite'"),
        ('assumed = ["method", "blocks"', 'assumed = ["method", "blokcs"', "allocation.assumed"),
        ('name = "week_8"', 'name = "week_4"', "there are two called 'week_4'"),
        ('study = "nct07328711_criteria.py"', 'study = "none.py"', "eligibility.study: there is"),
        ('analysis_set = "itt"', 'analysis_set = "it"', "estimands[primary].analysis_set"),
        ("cuts = [10.0]", "cuts = [10.0, 100.0]", "allocation.strata[anti_hbs].cuts"),
        ("[trigger]", "trigger = [", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(copy: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(SeroclearError) as error:
        change(copy, old, new)
    assert sentence in str(error.value)
    assert "nct07328711.toml" in str(error.value)


def test_an_unknown_protocol_is_an_error() -> None:
    with pytest.raises(SeroclearError, match="known: nct07328711"):
        read_protocol("nct1")
