"""From the sign-in to the allocation, as a person does it with forms alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from trials import PASSWORD, Trial, eligible_answers, small_trial
from webs import Browser, staff

from seroclear.trial.conduct.randomise import read_allocation


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


def test_from_the_sign_in_to_the_allocation(trial: Trial) -> None:
    web = staff(trial)
    today = trial.clock.today
    chen: Browser = web("chen")
    assert "Participants" in chen.page("/").text
    page = chen.send("/subjects", "subject.screen", site="01", screened_on=today)
    assert "The participant&#39;s code is 01-001." in page.text
    code, path = "01-001", "/subjects/01-001"
    chen.send(path, "consent.record", given_on=today, form_version="1.0")
    answers = {f"criterion:{name}": said for name, said in eligible_answers().items()}
    page = chen.send(path, "eligibility.record", assessed_on=today, **answers)
    assert "Recorded: eligible." in page.text
    taken = {"test": "anti_hbs", "text": "<2", "unit": "mIU/mL", "taken_on": today}
    assert "Read as: anti-HBs &lt; 2.0 mIU/mL." in chen.send(path, "result.add", **taken).text
    for record in ("consent", "eligibility"):
        web("li").send(path, "record.sign", record=record, password=PASSWORD)
    rao = web("rao")
    refused = rao.send(path, "subject.randomise", status=422)
    assert "Tick the box first." in refused.text
    allocated = rao.send(path, "subject.randomise", confirm="yes")
    arm = read_allocation(trial.as_("rao"), code)["arm"]
    label = {"hbig": "HBIG immunisation", "control": "Control (no HBIG)"}[arm]
    assert f"{code}: {label}, allocated on {today}." in allocated.text
    assert label not in rao.page(path).text  # told once; asked for again it is told in the trail


def test_a_double_click_on_randomise_gives_the_first_allocation(trial: Trial) -> None:
    code = trial.eligible()
    rao = staff(trial)("rao")
    form = rao.form(f"/subjects/{code}", "subject.randomise") | {"confirm": "yes"}
    first, second = (rao.post("/do/subject.randomise", form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    text = rao.page(f"/subjects/{code}").text
    said = [line for line in text.splitlines() if 'class="note"' in line]
    assert len(said) == 1  # both notes on one line, and alike
    notes = said[0].split("</p>")[:-1]
    assert len(notes) == 2
    assert notes[0] == notes[1]
