"""The way of one participant from screening to the lock, and the proof of it."""

from __future__ import annotations

from pathlib import Path

from trials import PASSWORD, small_trial

from seroclear.trial.conduct.adjudication import adjudicate, list_cases, prepare_case, read_case
from seroclear.trial.conduct.doses import give_dose, record_stock
from seroclear.trial.conduct.endpoint import draft_endpoint
from seroclear.trial.conduct.lock import lock_trial, readiness
from seroclear.trial.conduct.orders import list_orders
from seroclear.trial.conduct.results import add_result
from seroclear.trial.conduct.visits import record_visit
from seroclear.trial.database.verify import verify
from seroclear.trial.randomisation.commit import reveal_seed
from seroclear.trial.randomisation.replay import replay
from seroclear.trial.trust.signatures import sign


def test_from_screening_to_lock(tmp_path: Path) -> None:
    trial = small_trial(tmp_path)
    clock = trial.clock
    code = trial.randomised("hbig")
    record_stock(trial.as_("pan"), "01", "L1", "received", 4000, clock.today, "2027-12-31")

    [first] = list_orders(trial.as_("pan"))
    give_dose(trial.as_("pan"), first["id"], "L1", 400, clock.today)
    clock.pass_days(28)
    record_visit(trial.as_("chen"), code, "week_4", clock.today)
    titre = add_result(
        trial.as_("lab"), code, "anti_hbs", "<2", "mIU/mL", clock.today, visit="week_4"
    )
    assert titre["decision"] == "ordered"
    give_dose(trial.as_("pan"), titre["order"], "L1", 400, clock.today)
    clock.pass_days(336 - 28)
    add_result(trial.as_("lab"), code, "hbsag", "0.01", "IU/mL", clock.today, visit="week_48")
    draft = draft_endpoint(trial.as_("dai"), code)
    assert draft == {
        "answer": "success",
        "why": "negative in the window and never positive before it",
        "days_since_dose": 308,
        "maybe_masked": False,
    }
    assert readiness(trial.as_("dai"))
    for subject in _randomised(trial):
        case = prepare_case(trial.as_("dai"), subject)
        for who in ("ada", "bo"):
            assert case in list_cases(trial.as_(who))
            read_case(trial.as_(who), case)
            adjudicate(trial.as_(who), case, "sustained", "negative at week 48")
        sign(trial.as_("li"), subject, "casebook", PASSWORD)
    assert readiness(trial.as_("dai")) == []
    digest = lock_trial(trial.as_("dai"))
    assert len(digest) == 64
    reveal_seed(trial.as_("key"))
    with trial.database.read() as connection:
        assert verify(connection).good, verify(connection)
        replayed = replay(connection)
        assert replayed.good
        assert replayed.allocations >= 1


def _randomised(trial) -> list[str]:
    from seroclear.trial.conduct.subjects import list_subjects

    return [one["id"] for one in list_subjects(trial.as_("dai")) if one["randomised"]]
