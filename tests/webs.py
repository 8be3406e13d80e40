"""Browsers for the tests of the web application: forms are read from the page and sent."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import httpx
from starlette.testclient import TestClient
from trials import ACCOUNT_OF, PASSWORD, Trial

from seroclear.trial.web.app import Web

ORIGIN = "http://testserver"


class Forms(HTMLParser):
    """The forms of a page: where each goes, and the hidden fields of each."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append((given["action"] or "", {}))
        if tag == "input" and given.get("type") == "hidden":
            self.found[-1][1][given["name"] or ""] = given["value"] or ""


class Browser:
    """A browser with its cookies."""

    def __init__(self, app: Any, address: str = "testclient", language: str = "en") -> None:
        self.client = TestClient(
            app,
            base_url=ORIGIN,
            follow_redirects=False,
            client=(address, 50000),
            headers={"accept-language": language},
            raise_server_exceptions=False,
        )

    def page(self, path: str, status: int = 200) -> httpx.Response:
        """A page that is there."""
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer

    def form(self, path: str, action: str, **preset: str) -> dict[str, str]:
        """The hidden fields of a form on a page."""
        read = Forms()
        read.feed(self.client.get(path).text)
        for target, hidden in read.found:
            if target in (action, f"/do/{action}") and preset.items() <= hidden.items():
                return hidden
        raise AssertionError(f"no form {action} at {path}")

    def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        """Sends a form, as a browser does."""
        return self.client.post(path, data=form, headers={"origin": ORIGIN} | headers)

    def send(self, path: str, action: str, status: int = 303, **fields: str) -> httpx.Response:
        """Fills in the form on a page and sends it; the page that follows."""
        hidden = self.form(path, action, **{k: v for k, v in fields.items() if k in ("order",)})
        answer = self.post(f"/do/{action}", hidden | fields)
        assert answer.status_code == status, (action, answer.status_code, answer.text)
        return self.page(answer.headers["location"]) if status == 303 else answer

    def sign_in(self, account: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        """Signs in by the form."""
        hidden = self.form("/sign-in", "/sign-in")
        return self.post("/sign-in", hidden | {"account": account, "password": password} | fields)


def web_of(trial: Trial, **options: Any) -> Web:
    """The application of a trial."""
    return Web(trial.database, trial.key_file, **options)


def staff(trial: Trial, **options: Any) -> Callable[..., Browser]:
    """A browser for each account or role, signed in at the first call."""
    web = web_of(trial, **options)
    known: dict[tuple[str, str], Browser] = {}

    def browser(who: str, language: str = "en") -> Browser:
        account = ACCOUNT_OF.get(who, who)
        if (account, language) not in known:
            one = Browser(web.app, language=language)
            answer = one.sign_in(account)
            assert answer.status_code == 303, answer.text
            known[account, language] = one
        return known[account, language]

    return browser
