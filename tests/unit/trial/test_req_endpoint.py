"""The endpoint and its adjudication: requirements E1 and E2 (ICH E6(R3) 4.3.4(h), E9(R1))."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from trials import Trial, protocol, small_trial

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.adjudication import (
    adjudicate,
    list_cases,
    list_endpoints,
    outcome_of,
    prepare_case,
    read_case,
)
from seroclear.trial.conduct.doses import give_dose, list_doses, record_stock
from seroclear.trial.conduct.endpoint import draft_endpoint, draft_of
from seroclear.trial.conduct.events import record_intercurrent_event
from seroclear.trial.conduct.orders import list_orders
from seroclear.trial.conduct.results import add_result, correct_result, list_results
from seroclear.trial.database.clinical import adjudication_case
from seroclear.trial.trust.gateway import NotPermitted

DAY_0 = date(2026, 3, 2)
SUSTAINED = "negative in the window and never positive before it"


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


def read_as(day: int, text: str, number: int = 0) -> dict[str, str]:
    """A row of `result` for HBsAg on a day of the trial."""
    from dataclasses import asdict

    from seroclear.records.reading import Rejected
    from seroclear.records.results import read_result

    read = read_result("hbsag", text, "IU/mL" if text[-1].isdigit() else None)
    readings = [] if isinstance(read, Rejected) else [asdict(one) for one in read]
    return {
        "id": f"R{number or day:06d}",
        "test": "hbsag",
        "taken_on": str(DAY_0 + timedelta(days=day)),
        "readings": json.dumps(readings),
    }


@pytest.mark.parametrize(
    ("results", "answer", "why"),
    [
        ([(336, "0.01")], "success", SUSTAINED),
        ([(336, "<0.05")], "success", SUSTAINED),
        ([(336, "negative")], "success", SUSTAINED),
        ([(322, "0.01")], "success", SUSTAINED),
        ([(350, "0.01")], "success", SUSTAINED),
        ([(336, "0.05")], "failure", "positive again"),
        ([(100, "3.1"), (336, "0.01")], "failure", "positive again"),
        ([(0, "3.1"), (336, "0.01")], "success", SUSTAINED),
        ([(336, "0.01"), (351, "3.1")], "success", SUSTAINED),
        ([(321, "0.01")], "unknown", "no result in the window"),
        ([(351, "0.01")], "unknown", "no result in the window"),
        ([], "unknown", "no result in the window"),
        ([(336, "<0.5")], "unknown", "no result that can be read in the window"),
        ([(336, "haemolysed")], "unknown", "no result that can be read in the window"),
        ([(330, "haemolysed"), (340, "0.01")], "success", SUSTAINED),
    ],
)
def test_req_E1_the_rule_by_examples(results: list[tuple[int, str]], answer: str, why: str) -> None:
    draft = draft_of(protocol(), DAY_0, [read_as(*one) for one in results], [])
    assert (draft.answer, draft.why, draft.days_since_dose) == (answer, why, None)


@pytest.mark.parametrize(
    ("doses", "days", "masked"),
    [((), None, False), ((0,), 336, False), ((0, 228), 108, True), ((227,), 109, False),
     ((228, 340), 108, True)],
)  # fmt: skip
def test_req_E1_days_since_the_last_dose_and_whether_antibody_may_mask(
    doses: tuple[int, ...], days: int | None, masked: bool
) -> None:
    """108 days are five half-lives of passive antibody; a dose after the sample masks nothing."""
    given = [DAY_0 + timedelta(days=one) for one in doses]
    draft = draft_of(protocol(), DAY_0, [read_as(336, "0.01")], given)
    assert (draft.answer, draft.days_since_dose, draft.maybe_masked) == ("success", days, masked)


def test_req_E1_a_panel_and_a_dose_beside_the_trial_count(trial: Trial) -> None:
    code = trial.randomised("control")
    trial.clock.pass_days(330)
    record_intercurrent_event(trial.as_("chen"), code, "hbig_in_control", trial.clock.today)
    trial.clock.pass_days(6)
    panel = "HBsAg(-) HBsAb(+) HBeAg(-) HBeAb(+) HBcAb(+)"
    add_result(trial.as_("lab"), code, "hbv_panel", panel, None, trial.clock.today)
    draft = draft_endpoint(trial.as_("dai"), code)
    assert (draft["answer"], draft["days_since_dose"], draft["maybe_masked"]) == (
        "success",
        6,
        True,
    )


def test_req_E1_two_who_agree_settle_a_third_only_on_disagreement(trial: Trial) -> None:
    agreed, disputed = trial.randomised(), trial.randomised()
    first, second = (prepare_case(trial.as_("dai"), code) for code in (agreed, disputed))
    for who in ("ada", "bo"):
        adjudicate(trial.as_(who), first, "sustained", "negative at week 48")
    with pytest.raises(SeroclearError, match="needs no further answer"):
        adjudicate(trial.as_("cai"), first, "not sustained", "I differ")
    adjudicate(trial.as_("ada"), second, "sustained", "negative")
    with pytest.raises(SeroclearError, match="answered this case already"):
        adjudicate(trial.as_("ada"), second, "not sustained", "on second thoughts")
    adjudicate(trial.as_("bo"), second, "not sustained", "positive at week 24")
    assert list_cases(trial.as_("ada")) == []
    assert list_cases(trial.as_("cai")) == [second]
    adjudicate(trial.as_("cai"), second, "not sustained", "positive at week 24")
    with pytest.raises(NotPermitted):
        list_endpoints(trial.as_("stat"))


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([], None),
        ([(1, "sustained")], None),
        ([(1, "sustained"), (1, "sustained")], "sustained"),
        ([(1, "sustained"), (1, "cannot be told")], None),
        ([(1, "sustained"), (1, "not sustained"), (2, "sustained")], "sustained"),
        ([(1, "sustained"), (1, "not sustained"), (2, "cannot be told")], "cannot be told"),
    ],
)
def test_req_E1_the_outcome_of_answers(answers: list[tuple[int, str]], outcome: str | None) -> None:
    rows = [{"round": turn, "answer": answer} for turn, answer in answers]
    assert outcome_of(rows, protocol().endpoint) == outcome


def test_req_E1_the_dossier_hides_arm_doses_and_antibody(trial: Trial) -> None:
    code = trial.randomised("hbig")
    record_stock(trial.as_("pan"), "01", "LOTX", "received", 4000, trial.clock.today, "2027-12-31")
    for order in list_orders(trial.as_("pan")):
        give_dose(trial.as_("pan"), order["id"], "LOTX", 400, trial.clock.today)
    trial.clock.pass_days(336)
    lab, today = trial.as_("lab"), trial.clock.today
    add_result(lab, code, "hbsag", "0.01", "IU/mL", today, visit="week_48")
    add_result(lab, code, "anti_hbs", "777", "mIU/mL", today, visit="week_48")
    panel = "HBsAg(-) HBsAb(+) HBeAg(-) HBeAb(+) HBcAb(+)"
    add_result(lab, code, "hbv_panel", panel, None, today, visit="week_48")
    case = prepare_case(trial.as_("dai"), code)
    dossier = read_case(trial.as_("ada"), case)
    assert {entry["test"] for entry in dossier} == {"hbsag", "hbeag"}
    assert {entry["day"] for entry in dossier} == {336}
    text = json.dumps([case, dossier])
    for secret in ("hbig", "control", "777", "anti", "HBsAb", "LOTX", "400", code, "01-", "2027"):
        assert secret not in text
    for hidden in (list_results, list_doses, list_orders, draft_endpoint):
        with pytest.raises(NotPermitted):
            hidden(trial.as_("ada"))  # type: ignore[operator]


def test_req_E1_the_draft_by_rule_is_kept_apart(trial: Trial) -> None:
    code = trial.randomised()
    draft_endpoint(trial.as_("dai"), code)
    case = prepare_case(trial.as_("dai"), code)
    for who in ("ada", "bo"):
        adjudicate(trial.as_(who), case, "not sustained", "no result")
    with trial.database.read() as connection:
        draft = connection.exec_driver_sql("SELECT answer FROM endpoint_draft").scalar()
        given = connection.exec_driver_sql("SELECT DISTINCT answer FROM adjudication").scalar()
    assert (draft, given) == ("unknown", "not sustained")


def test_req_E1_answers_to_a_dossier_that_changed_no_longer_count(trial: Trial) -> None:
    code = trial.randomised()
    trial.clock.pass_days(336)
    result = add_result(trial.as_("lab"), code, "hbsag", "0.01", "IU/mL", trial.clock.today)["id"]
    case = prepare_case(trial.as_("dai"), code)
    for who in ("ada", "bo"):
        adjudicate(trial.as_(who), case, "sustained", "negative")
    assert prepare_case(trial.as_("dai"), code) == case  # nothing has changed: nothing is asked
    assert list_cases(trial.as_("ada")) == []
    correct_result(trial.as_("lab").because("decimal point"), result, text="10")
    assert prepare_case(trial.as_("dai"), code) == case
    assert list_cases(trial.as_("ada")) == [case]
    with trial.database.read() as connection:
        versions = connection.execute(adjudication_case.select()).all()
    assert len(versions) == 2


def test_req_E2_an_event_is_one_that_an_estimand_names(trial: Trial) -> None:
    code = trial.randomised()
    for estimand in protocol().estimands:
        assert all((estimand.population, estimand.treatment, estimand.variable, estimand.summary))
    record_intercurrent_event(trial.as_("chen"), code, "antiviral_restart", trial.clock.today)
    with pytest.raises(SeroclearError, match="no estimand names 'missing'"):
        record_intercurrent_event(trial.as_("chen"), code, "missing", trial.clock.today)
