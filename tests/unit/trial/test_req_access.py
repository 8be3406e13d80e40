"""Who may do what: requirements A6, A7 and S1 (21 CFR 11.10(d), (f), (g), 11.50, 11.70, 11.300)."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from trials import (
    ACCOUNT_OF,
    PASSWORD,
    Clock,
    Trial,
    cheap_passwords,
    eligible_answers,
    found_trial,
    small_trial,
)

from seroclear.errors import SeroclearError
from seroclear.trial.actions import ACTIONS
from seroclear.trial.conduct.doses import record_stock
from seroclear.trial.conduct.lock import lock_trial
from seroclear.trial.conduct.orders import list_orders
from seroclear.trial.conduct.randomise import randomise
from seroclear.trial.conduct.results import add_result, correct_result
from seroclear.trial.conduct.sites import close_site
from seroclear.trial.conduct.subjects import (
    correct_eligibility,
    list_subjects,
    record_consent,
    record_eligibility,
    screen_subject,
)
from seroclear.trial.trust.accounts import (
    add_account,
    change_password,
    close_account,
    grant_role,
    reset_password,
    take_role,
)
from seroclear.trial.trust.gateway import NotPermitted
from seroclear.trial.trust.permissions import permissions
from seroclear.trial.trust.session import FAILURES_BEFORE_LOCK_OUT, sign_in
from seroclear.trial.trust.signatures import list_signatures, sign

ROLES = (
    *("administrator", "custodian", "coordinator", "investigator", "randomiser", "pharmacist"),
    *("laboratory", "monitor", "adjudicator", "statistician", "data_manager"),
)
# + may, . may not, L may once the trial is locked; the roles in the order above.
MATRIX = """
account.add                + . . . . . . . . . .
account.password           + + + + + + + + + + +
account.reset              + . . . . . . . . . .
account.close              + . . . . . . . . . .
role.grant                 + . . . . . . . . . .
role.take                  + . . . . . . . . . .
account.list               + . . . . . . . . . .
trial.overview             + + + + + + + + + + +
trial.backup               + . . . . . . . . . .
scheme.commit              . + . . . . . . . . .
scheme.read                . + . . . . . . . L .
scheme.reveal              . L . . . . . . . . .
site.activate              . . . . . . . . . . +
site.close                 . . . . . . . . . . +
subject.screen             . . + + . . . . . . .
subject.list               . . + + + + + + . . +
subject.waiting            . . + + + . . + . . +
subject.read               . . + + + . . + . . +
consent.record             . . + + . . . . . . .
eligibility.record         . . + + . . . . . . .
eligibility.correct        . . + + . . . . . . .
subject.randomise          . . . . + . . . . . .
allocation.read            . . + + + + . + . . .
allocation.list            . . . . . . . . . L .
stratum.correct            . . . + . . . . . . .
visit.record               . . + + . . . . . . .
visit.list                 . . + + . . + + . . +
result.add                 . . + + . . + . . . .
result.correct             . . + + . . + . . . .
result.withdraw            . . + + . . . . . . .
result.import              . . + . . . + . . . .
redcap.import              . . + . . . . . . . .
result.list                . . + + . . + + . . +
query.raise                . . . . . . . + . . +
query.answer               . . + + . . . . . . .
query.close                . . . . . . . + . . +
query.list                 . . + + . . . + . . +
order.list                 . . + + . + . + . . .
order.cancel               . . . + . . . . . . .
order.escalate             . . + + . + . . . . .
dose.give                  . . . + . + . . . . .
dose.list                  . . + + . + . + . . .
stock.record               . . . . . + . . . . .
stock.balance              . . . . . + . + . . .
adverse_event.record       . . + + . . . . . . .
adverse_event.correct      . . + + . . . . . . .
withdrawal.record          . . + + . . . . . . .
deviation.record           . . + + . . . + . . .
intercurrent_event.record  . . + + . . . . . . .
event.list                 . . + + . . . + . . .
monitoring.read            . . + + . . . + . . +
record.sign                . . . + . . . . . . .
record.sign_several        . . . + . . . . . . .
signature.list             . . + + . . . + . . +
endpoint.draft             . . . . . . . . . . +
case.prepare               . . . . . . . . . . +
case.list                  . . . . . . . . + . .
case.read                  . . . . . . . . + . .
case.adjudicate            . . . . . . . . + . .
endpoint.list              . . . . . . . . . L .
trial.readiness            . . . . . . . . . . +
trial.amend                . . . . . . . . . . +
trial.snapshot             . . . . . . . . . . +
trial.lock                 . . . . . . . . . . +
trial.unlock.ask           . . . . . . . . . . +
trial.unlock.approve       . . . . . . . . . + +
dataset.read               . . . . . . . . . L L
dataset.export             . . . . . . . . . L L
trail.read                 . . . . . . . . . . +
trail.of_subject           . . . . . . . + . . .
"""
CELLS = {
    (action, role): cell
    for action, *cells in map(str.split, MATRIX.strip().splitlines())
    for role, cell in zip(ROLES, cells, strict=True)
}


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


def test_req_A6_the_matrix_is_of_every_action_and_every_role() -> None:
    assert tuple(permissions().roles) == ROLES
    assert {action for action, _ in CELLS} == set(ACTIONS) == set(permissions().rules)


@pytest.mark.parametrize("locked", [False, True])
def test_req_A6_each_cell_of_the_matrix(trial: Trial, locked: bool) -> None:
    if locked:
        lock_trial(trial.as_("dai"))
    for (action, role), cell in CELLS.items():
        # A parameter that there is not: who gets past the gateway stumbles there, and does nothing.
        may = cell == "+" or (cell == "L" and locked)
        with pytest.raises(TypeError if may else NotPermitted):
            ACTIONS[action](trial.as_(role), no_such_parameter=1)


def test_req_A6_what_the_table_does_not_hold_is_refused() -> None:
    rule = permissions().rule("allocation.edit")
    assert not any(rule.permits(role, locked=locked) for role in ROLES for locked in (True, False))


def test_req_A6_every_action_of_a_site_is_refused_elsewhere(trial: Trial) -> None:
    """Each action that names a participant, by somebody who has its role at the other site."""
    code = trial.eligible("01")
    for role in ("coordinator", "investigator", "randomiser", "pharmacist", "laboratory"):
        trial.join(f"two_{role}", role, "02")
    tried = 0
    for name, perform in ACTIONS.items():
        rule = permissions().rule(name)
        parameters = list(inspect.signature(inspect.unwrap(perform)).parameters.values())[1:]
        place = {"subject": code, "site": "01"}
        if rule.scope != "site" or not parameters or parameters[0].name not in place:
            continue
        if rule.kind == "read" and parameters[0].default is not inspect.Parameter.empty:
            continue  # a list: it holds only what is within reach, see below
        needed = [one for one in parameters if one.default is one.empty]
        given = [
            place.get(one.name, "x") for one in needed if one.kind is one.POSITIONAL_OR_KEYWORD
        ]
        named = {one.name: "x" for one in needed if one.kind is one.KEYWORD_ONLY}
        for role in rule.roles & {"coordinator", "investigator", "randomiser", "pharmacist"}:
            with pytest.raises(NotPermitted, match="at the sites of this role"):
                perform(trial.as_(f"two_{role}"), *given, **named)
            tried += 1
    assert tried >= 20


def test_req_A6_lists_hold_only_what_is_within_reach(trial: Trial) -> None:
    one, two = trial.randomised(site="01"), trial.randomised(site="02")
    assert {row["id"] for row in list_subjects(trial.as_("deng"))} == {two}
    assert {row["site"] for row in list_subjects(trial.as_("chen"))} == {"01"}
    assert {one, two} <= {row["id"] for row in list_subjects(trial.as_("mo"))}
    assert {row["subject"] for row in list_orders(trial.as_("pan"), all=True)} <= {one}
    assert not any("arm" in row for row in list_subjects(trial.as_("dai")))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("custodian", "randomiser"),
        ("adjudicator", "coordinator"),
        ("adjudicator", "laboratory"),
        ("monitor", "investigator"),
        ("statistician", "randomiser"),
        ("administrator", "investigator"),
    ],
)
def test_req_A6_duties_are_kept_apart(trial: Trial, first: str, second: str) -> None:
    for one, other in ((first, second), (second, first)):
        trial.join(f"{one}_first", one)
        with pytest.raises(SeroclearError, match="nobody may be"):
            grant_role(trial.as_("admin"), f"{one}_first", other)


def test_req_A6_a_role_that_was_taken_ends_at_once(trial: Trial) -> None:
    session, investigator = trial.as_("chen"), trial.as_("li")
    take_role(trial.as_("admin").because("left the site"), "chen", "coordinator", "01")
    with pytest.raises(NotPermitted, match="no longer has the role"):
        screen_subject(session, "01", trial.clock.today)
    close_account(trial.as_("admin").because("left"), "li")
    with pytest.raises(NotPermitted, match="closed"):
        list_subjects(investigator)


def test_req_A7_nobody_is_randomised_out_of_order(trial: Trial) -> None:
    today = trial.clock.today
    code = screen_subject(trial.as_("chen"), "01", today)

    def refused(why: str) -> None:
        with pytest.raises(SeroclearError, match=why):
            randomise(trial.as_("rao"), code)

    refused("the consent is not signed")
    record_consent(trial.as_("chen"), code, today, "1.0")
    refused("the consent is not signed")
    sign(trial.as_("li"), code, "consent", PASSWORD)
    refused("the eligibility is not signed")
    record_eligibility(trial.as_("chen"), code, today, eligible_answers())
    refused("the eligibility is not signed")
    sign(trial.as_("li"), code, "eligibility", PASSWORD)
    refused("level of 'anti_hbs' is unknown")
    add_result(trial.as_("lab"), code, "anti_hbs", "5", "mIU/mL", today)
    assert randomise(trial.as_("rao"), code)["subject"] == code


@pytest.mark.parametrize("answer", ["unknown", "no", None])
def test_req_A7_an_unknown_criterion_blocks(trial: Trial, answer: str | None) -> None:
    today = trial.clock.today
    inclusion = next(name for name, said in eligible_answers().items() if said == "yes")
    answers = {name: said for name, said in eligible_answers().items() if name != inclusion}
    if answer:
        answers[inclusion] = answer
    code = screen_subject(trial.as_("chen"), "01", today)
    record_consent(trial.as_("chen"), code, today, "1.0")
    assert not record_eligibility(trial.as_("chen"), code, today, answers)
    for record in ("consent", "eligibility"):
        sign(trial.as_("li"), code, record, PASSWORD)
    with pytest.raises(SeroclearError, match="not met or unknown"):
        randomise(trial.as_("rao"), code)


@pytest.mark.parametrize("answer", ["yes", "unknown"])
def test_req_A7_an_exclusion_criterion_blocks(trial: Trial, answer: str) -> None:
    exclusion = next(name for name, said in eligible_answers().items() if said == "no")
    code = trial.eligible(**{exclusion: answer})
    with pytest.raises(SeroclearError, match="not met or unknown"):
        randomise(trial.as_("rao"), code)


def test_req_A7_a_site_takes_nobody_before_activation_or_after_closing(trial: Trial) -> None:
    code = trial.eligible("01")
    close_site(trial.as_("dai").because("recruited enough"), "01")
    with pytest.raises(SeroclearError, match="is closed"):
        randomise(trial.as_("rao"), code)
    with pytest.raises(SeroclearError, match="is closed"):
        screen_subject(trial.as_("chen"), "01", trial.clock.today)
    trial.join("three", "coordinator", "03")
    with pytest.raises(SeroclearError, match="is planned"):
        screen_subject(trial.as_("three"), "03", trial.clock.today)


def test_req_A7_no_order_in_the_control_arm(trial: Trial) -> None:
    code = trial.randomised("control")
    trial.clock.pass_days(28)
    for text in ("<2", "negative", "99.9"):
        done = add_result(trial.as_("lab"), code, "anti_hbs", text, "mIU/mL", trial.clock.today)
        assert done["decision"] == "this arm is not dosed"
    assert [one for one in list_orders(trial.as_("pan"), all=True) if one["subject"] == code] == []


def test_req_S1_a_signature_has_name_time_and_meaning(trial: Trial) -> None:
    code = trial.eligible()
    [first, _] = list_signatures(trial.as_("mo"), code)
    assert first == {
        "printed_name": "Dr Li",
        "role": "investigator",
        "meaning": "I obtained this consent before anything else was done",
        "entity": "consent",
        "signed_at": first["signed_at"],
        "holds": True,
    }
    assert first["signed_at"].startswith("2026-03-02T01:00")


def test_req_S1_a_later_change_undoes_a_signature(trial: Trial) -> None:
    code = trial.eligible()
    changed = trial.as_("chen").because("asked again")
    correct_eligibility(changed, code, "2026-03-01", eligible_answers())
    holds = {one["entity"]: one["holds"] for one in list_signatures(trial.as_("mo"), code)}
    assert holds == {"consent": True, "eligibility": False}
    with pytest.raises(SeroclearError, match="changed since"):
        randomise(trial.as_("rao"), code)


def test_req_S1_a_corrected_result_undoes_the_signature_of_the_casebook(trial: Trial) -> None:
    code = trial.randomised()
    result = add_result(trial.as_("lab"), code, "alt", "35", "U/L", trial.clock.today)["id"]
    sign(trial.as_("li"), code, "casebook", PASSWORD)
    correct_result(trial.as_("lab").because("read wrongly"), result, text="53")
    casebook = list_signatures(trial.as_("mo"), code)[-1]
    assert (casebook["entity"], casebook["holds"]) == ("casebook", False)


def test_req_S1_signing_asks_for_the_password_and_counts_failures(trial: Trial) -> None:
    code = trial.eligible()
    session = trial.as_("li")
    for _ in range(FAILURES_BEFORE_LOCK_OUT):
        with pytest.raises(SeroclearError, match="do not belong together"):
            sign(session, code, "consent", "a guess at it")
    with pytest.raises(SeroclearError, match="too many failures"):
        sign(session, code, "consent", PASSWORD)


def test_req_S1_lock_out_and_its_end(trial: Trial) -> None:
    def attempt(password: str) -> None:
        sign_in(trial.database, "chen", password)

    for _ in range(FAILURES_BEFORE_LOCK_OUT - 1):
        with pytest.raises(SeroclearError, match="do not belong together"):
            attempt("a guess at it")
    attempt(PASSWORD)  # a success begins the count anew
    for _ in range(FAILURES_BEFORE_LOCK_OUT):
        with pytest.raises(SeroclearError, match="do not belong together"):
            attempt("a guess at it")
    with pytest.raises(SeroclearError, match="too many failures"):
        attempt(PASSWORD)
    with cheap_passwords():
        reset_password(trial.as_("admin").because("asked in person"), "chen", "a new password 1")
    attempt("a new password 1")
    for _ in range(FAILURES_BEFORE_LOCK_OUT):
        with pytest.raises(SeroclearError):
            attempt(PASSWORD)
    trial.clock.pass_days(1)
    attempt("a new password 1")


def test_req_S1_a_password_that_another_chose_opens_nothing(trial: Trial) -> None:
    """Who opened the account knows its password, and could sign with it."""
    with cheap_passwords():
        add_account(trial.as_("admin"), "new", "Dr New", "given by admin")
        grant_role(trial.as_("admin"), "new", "coordinator", "01")
        session = sign_in(trial.database, "new", "given by admin")
        with pytest.raises(NotPermitted, match="temporary: choose one of your own"):
            screen_subject(session, "01", trial.clock.today)
        with pytest.raises(SeroclearError, match="the same password"):
            change_password(session, "given by admin", "given by admin")
        change_password(session, "given by admin", "known to me alone")
        assert screen_subject(session, "01", trial.clock.today) == "01-001"
        reset_password(trial.as_("admin").because("forgotten"), "new", "given once more")
        with pytest.raises(NotPermitted, match="temporary"):
            screen_subject(session, "01", trial.clock.today)


def test_req_S1_accounts_are_not_shared_and_names_not_reused(trial: Trial) -> None:
    with cheap_passwords():
        with pytest.raises(SeroclearError, match="already, and names are not reused"):
            add_account(trial.as_("admin"), "chen", "Dr Other", PASSWORD)
        close_account(trial.as_("admin").because("left"), "deng")
        with pytest.raises(SeroclearError, match="names are not reused"):
            add_account(trial.as_("admin"), "deng", "Dr Other", PASSWORD)
        with pytest.raises(SeroclearError, match="12 characters"):
            add_account(trial.as_("admin"), "short", "Dr Short", "hunter2")
        change_password(trial.as_("chen"), PASSWORD, "quite another one")
    assert sign_in(trial.database, "chen", "quite another one").name == "Dr Chen"


def test_req_S1_an_unknown_account_is_answered_as_a_wrong_password(trial: Trial) -> None:
    for account, password in (("nobody", PASSWORD), ("chen", "a guess at it")):
        with pytest.raises(SeroclearError, match="this account, password and role do not belong"):
            sign_in(trial.database, account, password)
    with pytest.raises(SeroclearError, match="do not belong"):
        sign_in(trial.database, "chen", PASSWORD, "administrator")


def test_the_file_of_a_trial_is_for_its_owner_alone(trial: Trial, tmp_path: Path) -> None:
    found_trial(tmp_path / "new.db", tmp_path / "new_key", Clock())
    for name in ("new.db", "new_key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_stock_of_another_site_is_out_of_reach(trial: Trial) -> None:
    with pytest.raises(NotPermitted):
        record_stock(trial.as_("pan"), "02", "L", "received", 400, "2026-03-01", "2027-01-01")
    assert ACCOUNT_OF["pharmacist"] == "pan"
