"""An amendment of the protocol, and what it cannot change."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from trials import Trial, protocol, small_trial

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.amendment import amend_protocol
from seroclear.trial.conduct.lock import lock_trial
from seroclear.trial.conduct.results import add_result
from seroclear.trial.conduct.sites import activate_site
from seroclear.trial.database.verify import verify
from seroclear.trial.randomisation.key import read_key
from seroclear.trial.randomisation.replay import replay


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


def test_what_is_to_come_follows_the_amendment(trial: Trial) -> None:
    code = trial.randomised("control")
    later = dataclasses.replace(
        protocol(),
        sites=(*protocol().sites, dataclasses.replace(protocol().sites[0], code="04")),
        range_checks=tuple(dataclasses.replace(one, high=1e6) for one in protocol().range_checks),
    )
    assert add_result(trial.as_("lab"), code, "alt", "9000", "U/L", "2026-03-02")["queries"]
    with pytest.raises(SeroclearError, match="Give a reason"):
        amend_protocol(trial.as_("dai"), later)
    amend_protocol(trial.as_("dai").because("amendment 1"), later)
    assert not add_result(trial.as_("lab"), code, "alt", "9000", "U/L", "2026-03-02")["queries"]
    assert activate_site(trial.as_("dai"), "04", "2026-KY-1", "2026-02-01") == "04"
    trial.randomised()
    with trial.database.read() as connection:
        assert verify(connection).good
        assert replay(connection, read_key(trial.key_file)).good


def test_what_an_amendment_cannot_change(trial: Trial) -> None:
    now, session = protocol(), trial.as_("dai").because("amendment 1")
    blocks = dataclasses.replace(now.allocation, blocks=(2,))
    identity = dataclasses.replace(now.identity, number="NCT00000000")
    for changes, why in (
        ({"allocation": blocks}, "committed to its randomisation"),
        ({"identity": identity}, "another trial"),
        ({"sites": now.sites[:1]}, "leaves no site out"),
    ):
        with pytest.raises(SeroclearError, match=why):
            amend_protocol(session, dataclasses.replace(now, **changes))
    lock_trial(trial.as_("dai"))
    later = dataclasses.replace(now, identity=dataclasses.replace(now.identity, version="2"))
    with pytest.raises(SeroclearError, match="the trial is locked"):
        amend_protocol(session, later)
