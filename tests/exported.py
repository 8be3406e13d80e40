"""A small locked trial for the tests of the exports: somebody in each state a trial knows."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from trials import PASSWORD, Clock, Trial, cheap_passwords, small_trial

from seroclear.trial.conduct.adjudication import adjudicate, prepare_case
from seroclear.trial.conduct.deviations import record_deviation
from seroclear.trial.conduct.doses import give_dose, record_stock
from seroclear.trial.conduct.endpoint import draft_endpoint
from seroclear.trial.conduct.events import (
    correct_adverse_event,
    record_adverse_event,
    record_intercurrent_event,
    record_withdrawal,
)
from seroclear.trial.conduct.lock import lock_trial, readiness
from seroclear.trial.conduct.orders import cancel_order, list_orders
from seroclear.trial.conduct.queries import answer_query, close_query, list_queries
from seroclear.trial.conduct.results import add_result, correct_result, withdraw_result
from seroclear.trial.conduct.subjects import (
    list_subjects,
    record_consent,
    record_eligibility,
    screen_subject,
)
from seroclear.trial.conduct.visits import record_visit
from seroclear.trial.trust.session import open_trial
from seroclear.trial.trust.signatures import sign


def locked_trial(folder: Path) -> Trial:
    """A locked trial in this folder: a copy of one that is made once."""
    template = _template()
    for name in ("trial.db", "key"):
        shutil.copy(template / name, folder / name)
    clock = Clock("2027-06-01")
    return Trial(open_trial(folder / "trial.db", clock), folder / "key", clock)


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="locked-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    trial = small_trial(folder)
    with cheap_passwords():
        _conduct(trial)
    trial.database.close()
    return folder


def _conduct(trial: Trial) -> None:
    clock = trial.clock
    treated, control = trial.randomised("hbig"), trial.randomised("control")
    relapsed = trial.randomised("control", "02")
    record_stock(trial.as_("pan"), "01", "L1", "received", 8000, clock.today, "2027-12-31")
    for order in list_orders(trial.as_("pan")):
        give_dose(trial.as_("pan"), order["id"], "L1", 400, clock.today)
    _not_randomised(trial)
    clock.pass_days(28)
    lab, chen = trial.as_("lab"), trial.as_("chen")
    for code in (treated, control):
        record_visit(chen, code, "week_4", clock.today)
        add_result(lab, code, "hbsag", "<0.05", "IU/mL", clock.today, visit="week_4")
    below = add_result(lab, treated, "anti_hbs", "60", "mIU/mL", clock.today, visit="week_4")
    give_dose(trial.as_("pan"), below["order"], "L1", 400, clock.today)
    wrong = add_result(lab, control, "alt", "300", "U/L", clock.today, visit="week_4")
    correct_result(lab.because("misread, the slip says 30"), wrong["id"], text="30")
    stray = add_result(lab, control, "alt", "31", "U/L", clock.today)
    withdraw_result(chen.because("another participant's <tube> & slip"), stray["id"])
    add_result(lab, control, "hbv_dna", "未检出", None, clock.today, reference="<10")
    event = record_adverse_event(
        chen,
        treated,
        "注射部位疼痛 (pain at injection site)",
        clock.today,
        severity="mild",
        serious=False,
        related="probably",
        outcome="recovering",
    )
    clock.pass_days(6)
    correct_adverse_event(
        chen.because("it went away"), event, ended_on=clock.today, outcome="recovered"
    )
    record_intercurrent_event(chen, control, "vaccination", clock.today)
    record_deviation(chen, control, "visit", clock.today, "blood taken at home")
    add_result(trial.as_("deng"), relapsed, "hbsag", "0.9", "IU/mL", clock.today)
    record_withdrawal(trial.as_("deng"), relapsed, "consent", clock.today, "moved away")
    clock.pass_days(336 - 34)
    for code, hbsag in ((treated, "0.01"), (control, "阴性")):
        record_visit(chen, code, "week_48", clock.today)
        add_result(lab, code, "hbsag", hbsag, "IU/mL", clock.today, visit="week_48")
    _finish(trial)


def _not_randomised(trial: Trial) -> None:
    """One who is not eligible, one who was only screened."""
    chen, today = trial.as_("chen"), trial.clock.today
    refused = screen_subject(chen, "01", today)
    record_consent(chen, refused, today, "1.0")
    record_eligibility(chen, refused, today, {"age": "no", "bmi": "yes", "consent": "yes"})
    screen_subject(chen, "01", today)


def _finish(trial: Trial) -> None:
    for order in list_orders(trial.as_("li").because("the trial is over")):
        cancel_order(trial.as_("li").because("the trial is over"), order["id"])
    for order in list_orders(trial.as_("liu")):
        cancel_order(trial.as_("liu").because("no dose was at hand"), order["id"])
    for one in list_queries(trial.as_("dai")):
        site = "chen" if one["subject"].startswith("01") else "deng"
        answer_query(trial.as_(site), one["id"], "it is right")
        close_query(trial.as_("dai"), one["id"])
    for one in list_subjects(trial.as_("dai")):
        if one["randomised"]:
            draft_endpoint(trial.as_("dai"), one["id"])
            case = prepare_case(trial.as_("dai"), one["id"])
            answer = "sustained" if one["site"] == "01" else "not sustained"
            for who in ("ada", "bo"):
                adjudicate(trial.as_(who), case, answer, "by the results")
            sign(trial.as_("li" if one["site"] == "01" else "liu"), one["id"], "casebook", PASSWORD)
    assert readiness(trial.as_("dai")) == []
    lock_trial(trial.as_("dai"))
