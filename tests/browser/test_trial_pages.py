"""The trial's pages in Chromium, as site staff see them: styled, whole, and without a complaint."""

from __future__ import annotations

from pathlib import Path

import pytest
from chrome import CHROMIUM, WithCookies, chromium, served
from trials import Trial, small_trial
from webs import Browser, web_of

from seroclear.trial.conduct.adjudication import prepare_case
from seroclear.trial.conduct.results import add_result

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NOT TESTED: there is no chromium on this machine (apt install it)"
)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_is_shown_as_it_is_meant(trial: Trial, tmp_path: Path, language: str) -> None:
    """Charts and style are there, and Chromium has nothing to say against the policies."""
    code = trial.randomised()
    trial.clock.pass_days(28)
    add_result(trial.as_("chen"), code, "anti_hbs", "55", "mIU/mL", trial.clock.today)
    prepare_case(trial.as_("dai"), code)
    web = web_of(trial)
    browser = Browser(web.app)
    browser.sign_in("mo")
    browser.page(f"/?lang={language}")
    with served(WithCookies(web.app, dict(browser.client.cookies))) as address:
        said = chromium(tmp_path, f"{address}/monitoring", "--dump-dom")
        title = {"en": "Accrual against plan", "zh": "入组进度与计划"}[language]
        assert title in said
        assert said.count("<svg") == 2
        assert '<polyline class="one"' in said
        for complaint in ("Content Security Policy", "Refused to", "Uncaught"):
            assert complaint not in said
        shot = tmp_path / "page.png"
        url = f"{address}/subjects/{code}"
        chromium(tmp_path, url, "--window-size=390,900", f"--screenshot={shot}")
    assert shot.read_bytes().startswith(PNG)
    assert len(shot.read_bytes()) > 10_000  # a page that is blank has fewer


def test_the_style_sheet_is_applied(trial: Trial, tmp_path: Path) -> None:
    """The same page without its style looks otherwise."""
    shots = []
    for name, app in (("with", web_of(trial).app), ("without", _Unstyled(web_of(trial).app))):
        file = tmp_path / f"{name}.png"
        with served(app) as address:
            chromium(tmp_path, f"{address}/sign-in", f"--screenshot={file}")
        shots.append(file.read_bytes())
    assert shots[0] != shots[1]


class _Unstyled:
    def __init__(self, app: object) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        if scope.get("path") == "/style.css":
            scope = scope | {"path": "/nowhere"}
        await self.app(scope, receive, send)  # type: ignore[operator]
