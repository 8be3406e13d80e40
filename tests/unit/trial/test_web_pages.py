"""Which page and which form is for whom, cell by cell; and nothing of an arm but what may be."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path
from unittest.mock import patch

import pytest
import trials
from trials import Trial, found_trial, protocol, small_trial
from webs import Browser, staff

from seroclear.trial.actions import ACTIONS
from seroclear.trial.conduct.adjudication import prepare_case
from seroclear.trial.trust.permissions import permissions
from seroclear.trial.web.app import PATHS
from seroclear.trial.web.forms import FORMS
from seroclear.trial.web.language import LANGUAGES, sentences
from seroclear.trial.web.pages import NEEDS, PAGES

ROLES = tuple(permissions().roles)
# + is shown, . is refused; the roles in the order of permissions.toml: administrator, custodian,
# coordinator, investigator, randomiser, pharmacist, laboratory, monitor, adjudicator, statistician,
# data manager.
MATRIX = """
home        + + + + + + + + + + +
subjects    . . + + + + + + . . +
subject     . . + + + + + + . . +
trail       . . . . . . . + . . .
doses       . . + + . + . + . . .
queries     . . + + . . . + . . +
cases       . . . . . . . . + . .
case        . . . . . . . . + . .
monitoring  . . + + . . . + . . +
lock        . . . . . . . . . + +
sites       + + + + + + + + + + +
accounts    + . . . . . . . . . .
"""
CELLS = {
    (page, role): cell == "+"
    for page, *cells in map(str.split, MATRIX.strip().splitlines())
    for role, cell in zip(ROLES, cells, strict=True)
}


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


def address(page: str, code: str) -> str:
    return PATHS[page].format(item="C000001" if page == "case" else code)


def test_the_matrix_is_of_every_page_and_role() -> None:
    assert set(PATHS) == set(PAGES) == set(NEEDS) == {page for page, _ in CELLS}
    assert set(FORMS) <= set(ACTIONS)


def test_each_page_for_each_role_in_both_languages(trial: Trial) -> None:
    """Cell by cell: shown or refused, offered by the menu or not, and each form that the role may
    not send is not there."""
    code = trial.randomised(site="01")
    prepare_case(trial.as_("dai"), code)
    web = staff(trial)
    for role in ROLES:
        for language in LANGUAGES:
            browser = web(role, language)
            menu = set(re.findall(r'<nav class="menu">(.*?)</nav>', browser.page("/").text, re.S))
            for page in PATHS:
                shown = browser.page(address(page, code), 200 if CELLS[page, role] else 403)
                if "{" not in PATHS[page]:
                    offered = any(f'href="{PATHS[page]}"' in one for one in menu)
                    assert offered == CELLS[page, role], (page, role)
                for action in re.findall(r'action="/do/([a-z_.]+)"', shown.text):
                    assert permissions().rule(action).permits(role, locked=False), (page, action)


def test_each_form_sent_by_each_role_that_may_not_is_refused(trial: Trial) -> None:
    """The forms are not there for them; sent all the same, the gateway refuses."""
    code = trial.randomised(site="01")
    web = staff(trial)
    tried = 0
    for role in ROLES:
        browser = web(role)
        csrf = browser.form("/", "/sign-out")["csrf"]
        for action, form in FORMS.items():
            if permissions().rule(action).permits(role, locked=False):
                continue
            fields = {one.name: "1" for one in form.fields} | dict.fromkeys(form.fixed, code)
            given = fields | {"csrf": csrf, "confirm": "yes", "at": code}
            answer = browser.post(f"/do/{action}", given)
            assert answer.status_code == 403, (action, role)
            assert "may not do" in answer.text, (action, role, answer.text)
            tried += 1
    assert tried > 250


def test_another_site_is_as_if_it_were_not(trial: Trial) -> None:
    code = trial.eligible("01")
    for role in ("deng", "liu", "ren"):
        browser = staff(trial)(role)
        assert code not in browser.page("/subjects").text
        there, nowhere = (browser.page(f"/subjects/{one}", 404).text for one in (code, "01-999"))
        assert there.replace(code, "") == nowhere.replace("01-999", "")


def test_every_action_of_the_staff_has_a_form() -> None:
    """What has none is done at the command line, and stays so on purpose."""
    written = {name for name, rule in permissions().rules.items() if rule.kind == "write"}
    assert written - set(FORMS) == {
        *("scheme.commit", "scheme.reveal", "trial.amend", "stratum.correct"),
        *("redcap.import", "record.sign_several"),
    }


@pytest.mark.parametrize("action", FORMS)
def test_each_form_asks_for_what_its_action_takes(action: str) -> None:
    form, parameters = FORMS[action], inspect.signature(ACTIONS[action]).parameters
    asked = {one.name for one in form.fields if one.name not in ("answers", "reason")}
    if any(one.kind == "answers" for one in form.fields):
        asked.add("criteria")
    asked |= set(form.fixed)
    taken = {name for name, one in parameters.items() if one.kind is not one.VAR_KEYWORD}
    needed = {name for name in taken if parameters[name].default is inspect.Parameter.empty}
    assert needed - {"work"} <= asked
    assert asked <= taken or any(one.kind is one.VAR_KEYWORD for one in parameters.values())


ARMS = ("zymurgy", "quixotry")


def test_req_R1_no_page_or_answer_tells_an_arm_that_is_not_yet_allocated(tmp_path: Path) -> None:
    """Arms called by words that occur nowhere else: in no answer to anybody before an allocation,
    afterwards in that to the one who may ask, of the arm that was allocated alone."""
    plain = protocol()
    renamed = [
        dataclasses.replace(arm, name=word, label=word.title(), label_zh=word.upper())
        for arm, word in zip(plain.arms, ARMS, strict=True)
    ]
    trigger = dataclasses.replace(plain.trigger, arms=ARMS[:1])
    canary = dataclasses.replace(plain, arms=tuple(renamed), trigger=trigger)
    with patch.object(trials, "protocol", lambda: canary):
        trial = found_trial(tmp_path / "trial.db", tmp_path / "key", trials.Clock())
    code = trial.eligible()
    web = staff(trial)
    key = (tmp_path / "key").read_text().strip()

    def told(role: str) -> set[str]:
        browser, found = web(role), ""
        for page in PATHS:
            answer = browser.client.get(address(page, code))
            found += answer.text + str(answer.headers)
        csrf = browser.form("/", "/sign-out")["csrf"]
        for action in ("no.such", "allocation.list", "scheme.read", "record.sign"):
            found += browser.post(f"/do/{action}", {"csrf": csrf, "at": code}).text
        assert key not in found
        return {word for word in ARMS if word in found.lower()}

    for role in ROLES:
        assert told(role) == set(), role
    allocated = web("rao").send(f"/subjects/{code}", "subject.randomise", confirm="yes").text
    (arm,) = (word for word in ARMS if word in allocated.lower())
    for role in ROLES:  # the trail of a participant tells the monitor of the arm that was allocated
        assert told(role) == ({arm} if role == "monitor" else set()), role
    for role in ("coordinator", "investigator", "randomiser", "monitor", "pharmacist"):
        page = web(role).send(f"/subjects/{code}", "allocation.read").text.lower()
        assert [word for word in ARMS if word in page] == [arm]


def test_an_adjudicator_sees_results_by_day_and_nothing_else(trial: Trial) -> None:
    code = trial.randomised("hbig")
    prepare_case(trial.as_("dai"), code)
    page = staff(trial)("ada").page("/cases/C000001").text
    for hidden in (code, "HBIG", "mIU/mL", "hbig"):
        assert hidden not in page.replace("anti-HBs, site", "")


def test_sentences_are_whole_in_both_languages_and_none_is_idle() -> None:
    """Every key that a page or the program asks for is there, and every one there is asked for."""
    folder = Path(trials.__file__).parents[1] / "src" / "seroclear" / "trial" / "web"
    files = [*folder.glob("*.py"), *folder.glob("templates/*.html")]
    text = "\n".join(file.read_text("utf-8") for file in files)
    asked = set(re.findall(r"""\bt\(\s*["']([a-z_.]+[a-z_])["']""", text))
    asked |= set(re.findall(r'"((?:home|note|error)\.[a-z_]+)"', text))
    asked |= {f"{kind}.{role}" for role in ROLES for kind in ("role", "does")}
    asked |= {f"form.{action}" for action in FORMS}
    asked |= {f"confirm.{name}" for name, form in FORMS.items() if form.confirm}
    asked |= {
        f"field.{one.name}"
        for form in FORMS.values()
        for one in form.fields
        if one.name != "answers"
    }
    asked |= {f"page.{page}" for page in PATHS} | {"criteria.inclusion", "criteria.exclusion"}
    tables = re.findall(r"parts\.table\([^(]*\(([^)]*)\)", text)
    asked |= {f"column.{name}" for one in tables for name in re.findall(r'"([a-z_]+)"', one)}
    known = set(sentences())
    assert asked <= known, asked - known
    idle = {key for key in known - asked if not key.startswith("value.")}
    assert idle <= {"role.(operator)"}, idle
    for key, both in sentences().items():
        assert all(both[language].strip() for language in LANGUAGES), key
        gaps = [sorted(re.findall(r"\{([a-z]+)\}", both[language])) for language in LANGUAGES]
        assert gaps[0] == gaps[1], key


def test_words_of_the_forms_are_in_both_languages() -> None:
    chosen = {
        value
        for form in FORMS.values()
        for one in form.fields
        if isinstance(one.choices, tuple)
        for value in one.choices
    }
    chosen |= {test for visit in protocol().schedule.visits for test in visit.tests}
    chosen |= {f"event {one.name}" for aim in protocol().estimands for one in aim.intercurrent}
    missing = {value for value in chosen if f"value.{value}" not in sentences()}
    assert not missing


def test_the_language_follows_the_browser_and_the_link(trial: Trial) -> None:
    browser = staff(trial)("chen", "zh-CN,zh;q=0.9,en;q=0.8")
    assert "受试者" in browser.page("/").text
    assert "Participants" in browser.page("/?lang=en").text
    assert "Participants" in browser.page("/").text  # the choice is kept
    assert "受试者" in browser.page("/?lang=zh").text
    assert "no_such" not in browser.page("/?lang=no_such").text
    fresh = Browser(browser.client.app, language="fr;q=1, en;q=x")
    assert "Sign in" in fresh.page("/sign-in").text
