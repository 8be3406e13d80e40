"""Signing in to the web application, and what ends a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from trials import PASSWORD, TEMPORARY, Trial, cheap_passwords, small_trial
from webs import Browser, staff, web_of

from seroclear.trial.trust import passwords
from seroclear.trial.trust.accounts import add_account, close_account, grant_role
from seroclear.trial.trust.session import FAILURES_BEFORE_LOCK_OUT
from seroclear.trial.web.sessions import (
    ABSOLUTE_SECONDS,
    FAILURES_OF_AN_ADDRESS,
    FAILURES_WITHIN_SECONDS,
    IDLE_SECONDS,
)


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_signing_in_gives_a_new_token_and_ends_the_old(trial: Trial) -> None:
    """Session fixation: a token that somebody knew before is worth nothing afterwards."""
    web = web_of(trial)
    planted = Browser(web.app)
    planted.page("/sign-in")
    before = planted.client.cookies["seroclear"]
    assert planted.sign_in("chen").status_code == 303
    after = planted.client.cookies["seroclear"]
    assert after != before
    thief = Browser(web.app)
    thief.client.cookies.set("seroclear", before)
    assert thief.page("/", 303).headers["location"] == "/sign-in"
    planted.sign_in("chen")
    thief.client.cookies.set("seroclear", after)  # signed in anew: that one is over too
    assert thief.client.get("/").headers.get("location") == "/sign-in"


def test_signing_in_needs_the_form_of_our_page(trial: Trial) -> None:
    browser = Browser(web_of(trial).app)
    answer = browser.post("/sign-in", {"account": "chen", "password": PASSWORD})
    assert answer.status_code == 403
    assert browser.page("/", 303).headers["location"] == "/sign-in"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(trial: Trial) -> None:
    plain = Browser(web_of(trial).app).sign_in("chen").headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=strict" in plain
    assert "Secure" not in plain
    tls = Browser(web_of(trial, tls=True).app)
    answer = tls.client.get("/sign-in")
    assert "__Host-seroclear=" in answer.headers["set-cookie"]
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


def test_the_token_itself_is_not_kept(trial: Trial) -> None:
    web = web_of(trial)
    browser = Browser(web.app)
    browser.sign_in("chen")
    token = browser.client.cookies["seroclear"]
    assert len(web.sessions._kept) == 1
    assert token not in str(vars(web.sessions))


def test_a_session_ends_by_idleness_by_age_and_by_signing_out(trial: Trial) -> None:
    clock = Seconds()
    web = staff(trial, now=clock)
    chen = web("chen")
    clock.at += IDLE_SECONDS - 1
    chen.page("/")
    clock.at += IDLE_SECONDS
    chen.page("/", 303)
    li = web("li")
    for _ in range(ABSOLUTE_SECONDS // 1000):
        clock.at += 1000
        li.page("/")
    clock.at += 1000
    li.page("/", 303)
    rao = web("rao")
    token = rao.client.cookies["seroclear"]
    rao.post("/sign-out", rao.form("/", "/sign-out"))
    rao.client.cookies.set("seroclear", token)
    rao.page("/", 303)


def test_a_closed_account_and_a_taken_role_end_at_once(trial: Trial) -> None:
    web = staff(trial)
    chen, admin = web("chen"), web("admin")
    li = web("li")
    close_account(trial.as_("admin").because("left"), "li")
    assert "this account is closed" in li.page("/", 403).text
    fields = {"account": "chen", "role": "coordinator", "site": "01", "reason": "left"}
    admin.send("/accounts", "role.take", **fields)
    chen.page("/", 303)


def test_too_many_failures_close_the_account_and_then_the_address(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "waste_time", lambda password: None)
    clock = Seconds()
    web = web_of(trial, now=clock)
    browser = Browser(web.app, address="10.0.0.7")
    with cheap_passwords():
        for _ in range(FAILURES_BEFORE_LOCK_OUT):
            assert browser.sign_in("chen", "wrong").status_code == 422
        assert "15 minutes" in browser.sign_in("chen").text
        for number in range(FAILURES_OF_AN_ADDRESS - FAILURES_BEFORE_LOCK_OUT - 1):
            assert browser.sign_in(f"nobody_{number}", "wrong").status_code == 422
    assert browser.sign_in("li").status_code == 429
    assert Browser(web.app, address="10.0.0.8").sign_in("li").status_code == 303
    clock.at += FAILURES_WITHIN_SECONDS + 1
    assert browser.sign_in("li").status_code == 303


def test_a_refusal_does_not_tell_whether_there_is_such_an_account(trial: Trial) -> None:
    browser = Browser(web_of(trial).app)
    texts = set()
    for account in ("chen", "nobody"):
        text = browser.sign_in(account, "wrong").text
        texts.add(text.replace(account, "").split("<form")[0])
    assert len(texts) == 1


def test_a_temporary_password_opens_the_page_of_passwords_alone(trial: Trial) -> None:
    with cheap_passwords():
        add_account(trial.as_("admin"), "wu", "Dr Wu", TEMPORARY)
        grant_role(trial.as_("admin"), "wu", "coordinator", "01")
        browser = Browser(web_of(trial).app)
        browser.sign_in("wu", TEMPORARY)
        assert browser.page("/", 303).headers["location"] == "/password"
        hidden = browser.form("/password", "account.password")
        chosen = {"password": TEMPORARY, "new_password": "a sentence of my own"}
        before = browser.client.cookies["seroclear"]
        assert browser.post("/do/account.password", hidden | chosen).status_code == 303
    assert browser.client.cookies["seroclear"] != before
    browser.page("/")
