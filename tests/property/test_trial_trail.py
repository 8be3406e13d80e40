"""Whatever is entered, the trail tells each row as it is: verify finds nothing in honest work."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trials import Trial, small_trial

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.deviations import record_deviation
from seroclear.trial.conduct.events import record_adverse_event
from seroclear.trial.conduct.results import add_result, correct_result
from seroclear.trial.database.verify import verify

ANY_TEXT = st.text(max_size=30)


@pytest.fixture(scope="module")
def entered() -> Iterator[tuple[Trial, str]]:
    with tempfile.TemporaryDirectory() as folder:
        trial = small_trial(Path(folder))
        yield trial, trial.eligible()
        trial.database.close()


@settings(max_examples=30, deadline=None)
@given(
    text=ANY_TEXT, other=ANY_TEXT, unit=st.none() | ANY_TEXT, serious=st.sampled_from([0, 1, True])
)
def test_prop_honest_work_verifies(
    entered: tuple[Trial, str], text: str, other: str, unit: str | None, serious: bool
) -> None:
    trial, code = entered
    today = trial.clock.today
    about = {"severity": "mild", "related": "unknown", "outcome": "unknown", "serious": serious}
    for perform in (
        lambda: add_result(trial.as_("lab"), code, "anti_hbs", text, unit, today, assay=other),
        lambda: correct_result(trial.as_("lab").because(other), "R000001", text=text),
        lambda: record_deviation(trial.as_("chen"), code, "other", today, text),
        lambda: record_adverse_event(trial.as_("chen"), code, other, today, **about),
    ):
        # An empty text, say, is refused in a sentence, and nothing of it is kept.
        with suppress(SeroclearError):
            perform()
    with trial.database.read() as connection:
        found = verify(connection)
    assert found.good, found.problem
