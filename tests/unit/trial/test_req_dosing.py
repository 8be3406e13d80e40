"""The titre trigger and the checks at entry: D1, D2 and X2 (ICH E6(R3) 4.2.1, 4.2.5, 4.3.4(h))."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trials import Trial, small_trial

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.doses import give_dose, list_doses, record_stock, stock_balance
from seroclear.trial.conduct.events import record_withdrawal
from seroclear.trial.conduct.orders import cancel_order, escalate_orders, list_orders
from seroclear.trial.conduct.queries import answer_query, close_query, list_queries, raise_query
from seroclear.trial.conduct.results import (
    add_result,
    correct_result,
    import_results,
    list_results,
    withdraw_result,
)
from seroclear.trial.conduct.visits import list_visits, record_visit


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


@pytest.fixture
def dosed(trial: Trial) -> tuple[Trial, str]:
    """Somebody of the HBIG arm, four weeks after the dose at enrolment."""
    code = trial.randomised("hbig")
    record_stock(trial.as_("pan"), "01", "L1", "received", 10_000, trial.clock.today, "2027-06-30")
    for order in list_orders(trial.as_("pan")):
        give_dose(trial.as_("pan"), order["id"], "L1", 400, trial.clock.today)
    trial.clock.pass_days(28)
    return trial, code


def titre(trial: Trial, code: str, text: str, unit: str | None = "mIU/mL", **more: Any) -> Any:
    taken = more.pop("taken", trial.clock.today)
    return add_result(trial.as_("lab"), code, "anti_hbs", text, unit, taken, **more)


def give(trial: Trial, order: str) -> str:
    return give_dose(trial.as_("pan"), order, "L1", 400, trial.clock.today)


def open_orders(trial: Trial, code: str) -> list[dict[str, Any]]:
    return [one for one in list_orders(trial.as_("pan")) if one["subject"] == code]


@pytest.mark.parametrize(
    ("text", "unit", "finding"),
    [
        ("99.9", "mIU/mL", "below"),
        ("99.99", "mIU/mL", "below"),
        ("100", "mIU/mL", "not below"),
        ("100.0", "mIU/mL", "not below"),
        ("100.1", "mIU/mL", "not below"),
        ("<2", "mIU/mL", "below"),
        ("<100", "mIU/mL", "below"),
        ("<150", "mIU/mL", "unknown"),
        (">1000", "mIU/mL", "not below"),
        (">100", "mIU/mL", "not below"),
        (">10", "mIU/mL", "unknown"),
        ("0.0999", "IU/mL", "below"),
        ("0.1", "IU/mL", "not below"),
        ("99.9", "IU/L", "below"),
        ("100", "IU/L", "not below"),
        ("99.9", None, "unknown"),  # no unit: never guessed
        ("99.9", "S/CO", "unknown"),  # an index is no titre
        ("negative", None, "below"),
        ("阴性", None, "below"),
        ("positive", None, "unknown"),
        ("<2 阴性", "mIU/mL", "below"),
        ("haemolysed", None, "unknown"),
        ("50-80", "mIU/mL", "below"),
        ("50-150", "mIU/mL", "unknown"),
        ("100-150", "mIU/mL", "not below"),
    ],
)
def test_req_D1_what_a_result_says_of_the_threshold(
    dosed: tuple[Trial, str], text: str, unit: str | None, finding: str
) -> None:
    trial, code = dosed
    done = titre(trial, code, text, unit)
    assert done["finding"] == finding
    assert len(open_orders(trial, code)) == (finding == "below")
    kinds = {one["kind"] for one in list_queries(trial.as_("mo"))}
    assert ("titre" in kinds) == (finding == "unknown")  # somebody is asked, nobody guesses


def test_req_D1_an_order_has_a_day_an_owner_and_an_escalation(dosed: tuple[Trial, str]) -> None:
    trial, code = dosed
    taken = trial.clock.today
    titre(trial, code, "50")
    [order] = open_orders(trial, code)
    assert (order["dose"], order["unit"], order["owner"]) == (400, "IU", "coordinator")
    assert (order["raised_on"], order["due"]) == (taken, "2026-04-06")
    assert not order["overdue"]
    trial.clock.pass_days(8)
    assert open_orders(trial, code)[0]["overdue"]
    assert escalate_orders(trial.as_("chen"), "01") == []
    trial.clock.pass_days(2)
    assert escalate_orders(trial.as_("chen"), "01") == [order["id"]]
    assert escalate_orders(trial.as_("chen"), "01") == []  # once
    [order] = open_orders(trial, code)
    assert (order["state"], order["owner"]) == ("escalated", "investigator")
    give(trial, order["id"])
    assert open_orders(trial, code) == []


def test_req_D1_no_two_orders_for_one_result(dosed: tuple[Trial, str]) -> None:
    trial, code = dosed
    first = titre(trial, code, "50")
    for text in ("51", "52"):
        again = correct_result(trial.as_("lab").because("typing error"), first["id"], text=text)
        assert again["order"] == first["order"]
    assert len(open_orders(trial, code)) == 1


def test_req_D1_a_repeated_sample_waits_for_the_order_that_is_open(
    dosed: tuple[Trial, str],
) -> None:
    trial, code = dosed
    first = titre(trial, code, "50")
    repeat = titre(trial, code, "49")
    assert (repeat["decision"], repeat["order"]) == ("an order is open already", first["order"])
    assert len(open_orders(trial, code)) == 1


def test_req_D1_corrected_to_below_an_order_is_raised(dosed: tuple[Trial, str]) -> None:
    trial, code = dosed
    first = titre(trial, code, "500")
    assert (first["decision"], first["order"]) == ("no dose is called for", None)
    again = correct_result(trial.as_("lab").because("decimal point"), first["id"], text="50.0")
    assert again["decision"] == "ordered"
    assert len(open_orders(trial, code)) == 1


def test_req_D1_corrected_to_above_the_order_is_asked_about_and_stays(
    dosed: tuple[Trial, str],
) -> None:
    trial, code = dosed
    first = titre(trial, code, "50")
    correct_result(trial.as_("lab").because("decimal point"), first["id"], text="500")
    assert [one["id"] for one in open_orders(trial, code)] == [first["order"]]
    [query] = list_queries(trial.as_("mo"), "open")
    assert (query["kind"], query["entity_id"]) == ("corrected", first["order"])
    with pytest.raises(SeroclearError, match="Give a reason"):
        cancel_order(trial.as_("li"), first["order"])
    cancel_order(trial.as_("li").because("the result was corrected"), first["order"])
    assert open_orders(trial, code) == []


def test_req_D1_a_cancelled_order_leaves_no_other_result_without_one(
    dosed: tuple[Trial, str],
) -> None:
    """The first result is corrected and its order cancelled; the repeat below still needs one."""
    trial, code = dosed
    first = titre(trial, code, "50")
    repeat = titre(trial, code, "49")
    correct_result(trial.as_("lab").because("of another person"), first["id"], text="500")
    cancel_order(trial.as_("li").because("the result was corrected"), first["order"])
    [order] = open_orders(trial, code)
    assert order["cause"] == repeat["id"]


def test_req_D1_a_withdrawn_result_is_asked_about(dosed: tuple[Trial, str]) -> None:
    trial, code = dosed
    first = titre(trial, code, "50")
    withdraw_result(trial.as_("chen").because("of another person"), first["id"])
    assert [one["kind"] for one in list_queries(trial.as_("mo"), "open")] == ["corrected"]
    assert len(open_orders(trial, code)) == 1


def test_req_D1_a_late_result_is_due_at_once_unless_it_is_overtaken(
    dosed: tuple[Trial, str],
) -> None:
    trial, code = dosed
    taken = trial.clock.today
    trial.clock.pass_days(20)
    late = titre(trial, code, "50", taken=taken)
    [order] = open_orders(trial, code)
    assert late["decision"] == "ordered"
    assert order["due"] == trial.clock.today
    give(trial, order["id"])
    later = titre(trial, code, "60", taken=taken)
    assert later["decision"] == "a dose was given since"
    trial.clock.pass_days(30)
    titre(trial, code, "400")
    overtaken = titre(trial, code, "40", taken="2026-05-01")
    assert overtaken["decision"] == "a later sample is not below"
    assert open_orders(trial, code) == []


def test_req_D1_the_least_interval_moves_the_day(trial: Trial) -> None:
    code = trial.randomised("hbig")
    record_stock(trial.as_("pan"), "01", "L1", "received", 4000, trial.clock.today, "2027-06-30")
    for order in list_orders(trial.as_("pan")):
        give(trial, order["id"])
    given = trial.clock.today
    trial.clock.pass_days(3)
    titre(trial, code, "50")
    [order] = open_orders(trial, code)
    assert given == "2026-03-02"
    assert (order["not_before"], order["due"]) == ("2026-03-16", "2026-03-16")
    give(trial, order["id"])  # it was given all the same: told, not refused
    with trial.database.read() as connection:
        told = connection.exec_driver_sql("SELECT kind, description FROM deviation").all()
    assert [tuple(one) for one in told] == [("dose", "before the least interval was over")]


def test_req_D1_the_cap_ends_orders_and_asks(dosed: tuple[Trial, str]) -> None:
    trial, code = dosed
    for _ in range(12):
        order = titre(trial, code, "50")["order"]
        give(trial, order)
        trial.clock.pass_days(20)
    assert len([one for one in list_doses(trial.as_("pan")) if one["subject"] == code]) == 13
    capped = titre(trial, code, "50")
    assert capped["order"] is None
    assert capped["decision"] == "the cap of doses is reached"
    assert "cap" in {one["kind"] for one in list_queries(trial.as_("mo"))}


def test_req_D1_no_order_before_allocation_after_the_last_day_or_after_withdrawal(
    dosed: tuple[Trial, str],
) -> None:
    trial, code = dosed
    before = titre(trial, code, "5", taken="2026-02-20")
    assert before["decision"] == "the dose at enrolment stands for it"
    order = titre(trial, code, "5")["order"]
    record_withdrawal(trial.as_("chen"), code, "treatment", trial.clock.today, "moved away")
    assert [one["kind"] for one in list_queries(trial.as_("mo"), "open")] == ["withdrawn"]
    assert titre(trial, code, "6")["decision"] == "withdrawn"
    assert [one["id"] for one in open_orders(trial, code)] == [order]  # cancelled by a person only
    other = trial.randomised("hbig")
    trial.clock.pass_days(322)
    for one in open_orders(trial, other):
        give(trial, one["id"])
    late = titre(trial, other, "5", taken=trial.clock.today)
    assert late["decision"] == "after the last day of dosing"


def test_req_D1_never_in_the_control_arm(trial: Trial) -> None:
    from seroclear.trial.conduct.orders import _raise_order

    code = trial.randomised("control")
    assert open_orders(trial, code) == []
    trial.clock.pass_days(28)
    assert titre(trial, code, "<2")["decision"] == "this arm is not dosed"
    with pytest.raises(SeroclearError, match="no dose is ever ordered in this arm"):
        _raise_order(_AnyWork(), {"arm": "control", "subject": code}, "x", None)  # type: ignore[arg-type]


class _AnyWork:
    """The protocol is all that the guard of the control arm asks for."""

    from trials import protocol as _protocol

    protocol = _protocol()


def test_req_D1_the_ledger_never_goes_below_nothing(dosed: tuple[Trial, str]) -> None:
    trial, code = dosed
    before = stock_balance(trial.as_("pan"), "01")["L1"]
    order = titre(trial, code, "50")["order"]
    with pytest.raises(SeroclearError, match="has not so much of this lot"):
        give_dose(trial.as_("pan"), order, "L2", 400, trial.clock.today)
    assert stock_balance(trial.as_("pan"), "01") == {"L1": before}
    assert len(open_orders(trial, code)) == 1  # the dose that the ledger refused is not half there
    give(trial, order)
    assert stock_balance(trial.as_("pan"), "01") == {"L1": before - 400}
    record_stock(trial.as_("pan"), "01", "L1", "destroyed", 100, trial.clock.today)
    assert stock_balance(trial.as_("mo"), "01") == {"L1": before - 500}
    with pytest.raises(SeroclearError, match="is not open"):
        give(trial, order)


def test_req_D1_a_lot_past_its_date_is_refused(trial: Trial) -> None:
    trial.randomised("hbig")
    record_stock(trial.as_("pan"), "01", "OLD", "received", 400, trial.clock.today, "2026-03-01")
    order = list_orders(trial.as_("pan"))[0]["id"]
    with pytest.raises(SeroclearError, match="past its date"):
        give_dose(trial.as_("pan"), order, "OLD", 400, trial.clock.today)


@pytest.mark.parametrize(
    ("test", "text", "unit", "kind"),
    [
        ("alt", "9000", "U/L", "range"),
        ("alt", "hemolysed??", "U/L", "unreadable"),
        ("hbsag", "0.05", "furlongs", "unreadable"),
    ],
)
def test_req_D2_a_check_asks_and_changes_nothing(
    trial: Trial, test: str, text: str, unit: str, kind: str
) -> None:
    code = trial.eligible()
    done = add_result(trial.as_("lab"), code, test, text, unit, trial.clock.today)
    [query] = list_queries(trial.as_("mo"))
    assert (query["kind"], query["entity_id"], query["state"]) == (kind, done["id"], "open")
    kept = next(one for one in list_results(trial.as_("mo"), code) if one["id"] == done["id"])
    assert (kept["text"], kept["unit"], kept["version"]) == (text, unit, 1)


def test_req_D2_the_limit_of_detection_is_kept_as_text_and_as_read(trial: Trial) -> None:
    code = trial.eligible()
    done = add_result(trial.as_("lab"), code, "hbv_dna", "<10", "IU/mL", trial.clock.today)
    kept = next(one for one in list_results(trial.as_("mo"), code) if one["id"] == done["id"])
    assert kept["text"] == "<10"
    assert '"comparator":"<"' in kept["readings"]
    assert '"value":10.0' in kept["readings"]


def test_req_D2_a_sample_of_the_future_is_asked_about(trial: Trial) -> None:
    code = trial.eligible()
    add_result(trial.as_("lab"), code, "alt", "35", "U/L", "2026-12-24")
    assert [one["kind"] for one in list_queries(trial.as_("mo"))] == ["date"]


def test_req_D2_the_same_is_not_asked_twice(trial: Trial) -> None:
    code = trial.eligible()
    result = add_result(trial.as_("lab"), code, "alt", "9000", "U/L", trial.clock.today)["id"]
    correct_result(trial.as_("lab").because("typing error"), result, text="9001")
    assert len(list_queries(trial.as_("mo"))) == 1


def test_req_D2_a_query_is_answered_by_the_site_and_closed_by_another(trial: Trial) -> None:
    code = trial.eligible()
    query = raise_query(trial.as_("mo"), code, "subject", code, "Is the source signed?")
    with pytest.raises(SeroclearError, match="once it is answered"):
        close_query(trial.as_("mo"), query)
    answer_query(trial.as_("chen"), query, "Yes, on the first page.")
    with pytest.raises(SeroclearError, match="may not do"):
        close_query(trial.as_("chen"), query)
    close_query(trial.as_("mo"), query)
    assert list_queries(trial.as_("mo"))[0]["state"] == "closed"


def test_req_D2_visits_have_windows(trial: Trial) -> None:
    code = trial.randomised()
    planned = {one["visit"]: one for one in list_visits(trial.as_("chen"))}
    assert (planned["week_4"]["first_day"], planned["week_4"]["last_day"]) == (
        "2026-03-23",
        "2026-04-06",
    )
    assert planned["week_4"]["window"] == "to come"
    trial.clock.pass_days(21)
    assert record_visit(trial.as_("chen"), code, "week_4", trial.clock.today)["window"] == "within"
    trial.clock.pass_days(21 + 7 + 1 + 7)
    late = record_visit(trial.as_("chen"), code, "week_8", trial.clock.today)
    assert late["window"] == "within"
    trial.clock.pass_days(43)
    assert record_visit(trial.as_("chen"), code, "week_12", trial.clock.today)["window"] == "late"
    assert [one["kind"] for one in list_queries(trial.as_("mo"))] == ["window"]
    listed = {one["visit"]: one["window"] for one in list_visits(trial.as_("chen"))}
    assert (listed["week_4"], listed["week_12"], listed["week_48"]) == ("within", "late", "to come")


COLUMNS = "subject,test,text,unit,taken_on\n"


def test_req_X2_an_import_is_whole_or_nothing(trial: Trial) -> None:
    code = trial.eligible()
    good = COLUMNS + f"{code},alt,35,U/L,2026-03-01\n{code},hbsag,<0.05,IU/mL,2026-03-01\n"
    assert import_results(trial.as_("lab"), "01", good, 2)["rows"] == 2
    before = len(list_results(trial.as_("mo"), code))
    for content, announced, why in (
        (good, 3, "has 2 rows and 3 were announced"),
        (good + f"{code},alt,35,U/L,yesterday\n", 3, "line 4: the day of the sample"),
        (good + f"{code},no_such_test,35,U/L,2026-03-01\n", 3, "line 4"),
        (good + "02-001,alt,35,U/L,2026-03-01\n", 3, "no such subject"),
        ("subject,test\n01-001,alt\n", 1, "no column 'text'"),
    ):
        with pytest.raises(SeroclearError, match=why):
            import_results(trial.as_("lab"), "01", content, announced)
        assert len(list_results(trial.as_("mo"), code)) == before
