"""The web application against those who would misuse it; the list is in docs/trial-web.md."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from trials import TEMPORARY, Trial, cheap_passwords, small_trial
from webs import ORIGIN, Browser, staff, web_of

from seroclear.cli import main
from seroclear.cli.trial_serve import is_loopback
from seroclear.trial.conduct.subjects import list_subjects, screen_subject
from seroclear.trial.database.tables import audit
from seroclear.trial.trust.accounts import add_account
from seroclear.trial.web import pages
from seroclear.trial.web.guard import BODY_BYTES, CONTENT_POLICY, HEADERS


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


def new_person(browser: Browser, trial: Trial) -> dict[str, str]:
    """The form of a new participant, filled in."""
    hidden = browser.form("/subjects", "subject.screen")
    return hidden | {"site": "01", "screened_on": trial.clock.today}


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
def test_a_form_without_the_token_of_the_page_is_refused(trial: Trial, csrf: str) -> None:
    chen = staff(trial)("chen")
    answer = chen.post("/do/subject.screen", new_person(chen, trial) | {"csrf": csrf})
    assert answer.status_code == 403
    assert "not of a page of this session" in answer.text
    assert list_subjects(trial.as_("chen")) == []


def test_the_token_of_another_session_is_refused(trial: Trial) -> None:
    web = staff(trial)
    of_li = web("li").form("/subjects", "subject.screen")["csrf"]
    answer = web("chen").post(
        "/do/subject.screen", new_person(web("chen"), trial) | {"csrf": of_li}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": ORIGIN + ".evil.example"},
        {"origin": "http://["},
    ],
)
def test_a_form_from_elsewhere_is_refused(trial: Trial, headers: dict[str, str]) -> None:
    chen = staff(trial)("chen")
    form = new_person(chen, trial)
    assert chen.post("/do/subject.screen", form, **headers).status_code == 403
    assert chen.client.post("/do/subject.screen", data=form).status_code == 403  # no origin at all
    told = {"referer": f"{ORIGIN}/subjects"}
    assert chen.client.post("/do/subject.screen", data=form, headers=told).status_code == 303


def test_nothing_is_done_by_a_link(trial: Trial) -> None:
    chen = staff(trial)("chen")
    assert chen.client.get("/do/subject.screen").status_code == 405
    assert chen.client.get("/sign-out").status_code == 405


HOSTILE = (
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "'; DROP TABLE audit; --",
    "{{ 7919 * 104729 }}{% raw %}",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_type_is_shown_and_never_run(trial: Trial, text: str) -> None:
    """In a name, an event, a lot, a result and a query, on the pages of the roles that see it."""
    code = trial.randomised("hbig")
    with cheap_passwords():
        add_account(trial.as_("admin"), "wu", text, TEMPORARY)
    web = staff(trial)
    path, today = f"/subjects/{code}", trial.clock.today
    event = {"started_on": today, "severity": "mild", "related": "possibly", "outcome": "unknown"}
    web("chen").send(path, "adverse_event.record", term=text, **event)
    web("chen").send(path, "result.add", test="hbsag", text=text, taken_on=today)
    web("chen").send(path, "deviation.record", kind="other", on_day=today, description=text)
    stock = {"site": "01", "kind": "received", "on_day": today, "expires": "2030-01-01"}
    web("pan").send("/doses", "stock.record", lot=text, amount="400", **stock)
    web("mo").send(path, "query.raise", entity="result", entity_id="R000001", question=text)
    seen = 0
    for role, pages_of in {
        "chen": (path, "/queries"),
        "mo": (path, f"{path}/trail", "/queries"),
        "pan": ("/doses",),
        "admin": ("/accounts",),
    }.items():
        for page in pages_of:
            shown = web(role).page(page).text
            assert "<script" not in shown
            assert "<img" not in shown
            assert "829348951" not in shown
            seen += "alert(1)" in shown or "DROP TABLE" in shown or "7919 * 104729" in shown
    assert seen == 7
    with trial.database.read() as connection:
        assert connection.execute(select(audit.c.seq)).first()


def test_hostile_values_of_every_hidden_field_are_refused_in_a_sentence(trial: Trial) -> None:
    chen = staff(trial)("chen")
    form = new_person(chen, trial)
    for change in (
        {"site": "01' OR '1'='1"},
        {"site": "02"},
        {"screened_on": "2026-13-99"},
        {"screened_on": "2099-01-01"},
        {"screened_on": ""},
        {"site": "\x00"},
        {"at": "//evil.example", "site": "zz"},
        {"request": "\u4e00"},
    ):
        answer = chen.post("/do/subject.screen", form | change)
        assert answer.status_code in (403, 422), change
        assert "Traceback" not in answer.text
    assert list_subjects(trial.as_("chen")) == []
    sent = chen.post("/do/subject.screen", form | {"at": "//evil.example"})
    assert sent.headers["location"] == "/subjects"


def test_a_request_sent_twice_is_done_once_and_cannot_stand_for_another(trial: Trial) -> None:
    chen = staff(trial)("chen")
    form = new_person(chen, trial)
    for _ in range(2):
        assert chen.post("/do/subject.screen", form).status_code == 303
    assert len(list_subjects(trial.as_("chen"))) == 1
    trial.clock.pass_days(1)
    other = form | {"screened_on": trial.clock.today}
    assert "used for something else" in chen.post("/do/subject.screen", other).text


def test_every_answer_has_the_headers(trial: Trial) -> None:
    chen = staff(trial)("chen")
    for answer in (
        chen.client.get("/"),
        chen.client.get("/sign-in"),
        chen.client.get("/no-such-page"),
        chen.client.post("/do/subject.screen", content=b"{}"),
        chen.client.post("/sign-in", content=b"x" * (BODY_BYTES + 1)),
    ):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (answer.url, name)
    assert "unsafe" not in CONTENT_POLICY
    assert chen.client.get("/style.css").headers["x-content-type-options"] == "nosniff"


def test_what_is_too_long_or_no_form_is_refused(trial: Trial) -> None:
    chen = staff(trial)("chen")
    kind = {"content-type": "application/x-www-form-urlencoded"}
    for content, headers, status in (
        (b"a=" + b"x" * BODY_BYTES, kind, 413),
        (b"a=1&a=2", kind, 400),
        (b"&".join(b"a%d=1" % one for one in range(600)), kind, 400),
        (b"a=%ff", kind, 400),
        (b"\xff", kind, 400),
        (b"{}", {"content-type": "application/json"}, 415),
    ):
        answer = chen.client.post("/do/subject.screen", content=content, headers=headers)
        assert answer.status_code == status, content[:20]


def test_a_mistake_of_ours_tells_nothing(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(page: object) -> dict[str, object]:
        raise RuntimeError("01-001 has anti-HBs 5")

    monkeypatch.setitem(pages.PAGES, "subjects", breaks)
    chen = staff(trial)("chen")
    with caplog.at_level(logging.ERROR):
        answer = chen.client.get("/subjects")
    assert answer.status_code == 500
    assert "RuntimeError" not in answer.text
    assert "01-001" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_no_page_needs_a_script_or_anything_from_elsewhere(trial: Trial) -> None:
    code = trial.randomised()
    web = staff(trial)
    for role, page in (("li", f"/subjects/{code}"), ("mo", "/monitoring"), ("pan", "/doses")):
        text = web(role).page(page).text
        assert "<script" not in text
        assert "style=" not in text
        assert "http" not in text.replace("http-equiv", "")


def test_no_documentation_of_the_interface_is_served(trial: Trial) -> None:
    browser = Browser(web_of(trial).app)
    for path in ("/docs", "/redoc", "/openapi.json"):
        browser.page(path, 404)


def test_the_trail_tells_of_what_was_done_here(trial: Trial) -> None:
    chen = staff(trial)("chen")
    chen.post("/do/subject.screen", new_person(chen, trial))
    with trial.database.read() as connection:
        lines = connection.execute(select(audit.c.account, audit.c.action, audit.c.request_id))
        done = [one for one in lines if one.action == "subject.screen"]
    assert {one.account for one in done} == {"chen"}
    assert all(one.request_id for one in done)


def test_serving_to_others_needs_tls(tmp_path: Path, trial: Trial) -> None:
    screen_subject(trial.as_("chen"), "01", trial.clock.today)
    for options in (["--host", "0.0.0.0"], ["--host", "trial.example"], ["--host", "::"]):
        done = CliRunner().invoke(main, ["trial", "serve", str(tmp_path / "trial.db"), *options])
        assert done.exit_code != 0
        assert "in the clear" in done.output
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert not is_loopback("192.168.1.2")


def test_serving_says_where_and_to_whom(
    tmp_path: Path, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    import uvicorn

    given: dict[str, object] = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: given.update(options))
    done = CliRunner().invoke(main, ["trial", "serve", str(tmp_path / "trial.db")])
    assert done.exit_code == 0, done.output
    assert "127.0.0.1" in done.output
    assert "this machine alone" in done.output
    assert given["host"] == "127.0.0.1"
    assert given["proxy_headers"] is False
    behind = ["--host", "0.0.0.0", "--behind-tls"]
    done = CliRunner().invoke(main, ["trial", "serve", str(tmp_path / "trial.db"), *behind])
    assert "other machines as well" in done.output
