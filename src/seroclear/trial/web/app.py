"""The application: who asks, what for, and the answer. Everything goes through the gateway."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from seroclear.errors import SeroclearError
from seroclear.trial.database import Database
from seroclear.trial.trust.gateway import NotPermitted, TemporaryPassword
from seroclear.trial.trust.permissions import permissions
from seroclear.trial.trust.session import sign_in
from seroclear.trial.web import pages
from seroclear.trial.web.browser import Browser
from seroclear.trial.web.form import NotFilledIn, perform, shown_again
from seroclear.trial.web.forms import ENDS_SESSIONS, FORMS
from seroclear.trial.web.guard import Guard
from seroclear.trial.web.notes import note
from seroclear.trial.web.pages import NAVIGATION, PAGES, Page, may_see
from seroclear.trial.web.render import render, style
from seroclear.trial.web.sessions import FailureLimit, SignedIn, TooManyFailures, WebSessions

PATHS: Final = {
    "home": "/",
    "subject": "/subjects/{item}",
    "trail": "/subjects/{item}/trail",
    "case": "/cases/{item}",
    **{name: f"/{name}" for name in NAVIGATION if name != "home"},
}
# Where each form's answer is told; after a new password, at home.
AFTER: Final = {name: PATHS.get(form.after or form.page, "/") for name, form in FORMS.items()}
SEE_OTHER: Final = 303


class Web:
    """The application of one trial.

    Args:
        database: of the trial, opened.
        key_file: of the randomisation's key, None where nobody is randomised here.
        tls: whether browsers reach it by https: cookies are marked so.
        plan_ends: the day on which recruitment is to be complete, for the chart.
        now: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        database: Database,
        key_file: Path | None = None,
        *,
        tls: bool = False,
        plan_ends: str | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.database, self.key_file, self.tls, self.plan_ends = database, key_file, tls, plan_ends
        self.sessions = WebSessions(now)
        self.limit = FailureLimit(now)
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.app.add_middleware(Guard, tls=tls)
        self.app.add_route("/style.css", self.style_sheet)
        self.app.add_route("/sign-in", self.sign_in_page)
        self.app.add_route("/sign-in", self.sign_in, methods=["POST"])
        self.app.add_route("/sign-out", self.sign_out, methods=["POST"])
        self.app.add_route("/password", self.password_page)
        self.app.add_route("/do/{action}", self.do, methods=["POST"])
        self.app.add_exception_handler(HTTPException, self._no_page)
        for name, path in PATHS.items():
            self.app.add_route(path, self._shows(name))

    def style_sheet(self, request: Request) -> Response:
        """The style sheet, the only file there is."""
        return Response(style(), media_type="text/css", headers={"cache-control": "max-age=3600"})

    def sign_in_page(self, request: Request) -> Response:
        """Asks who it is."""
        return self._sign_in_page(Browser(request, self.sessions, self.tls))

    def sign_in(self, request: Request) -> Response:
        """Signs somebody in, under a token that nobody had before."""
        browser = Browser(request, self.sessions, self.tls)
        if not browser.form_is_ours():
            return self._sign_in_page(browser, browser.t("error.stale"), 403)
        form = browser.form
        try:
            self.limit.check(browser.address)
            session = sign_in(
                self.database,
                form.get("account", "").strip(),
                form.get("password", ""),
                form.get("role") or None,
                self.key_file,
            )
        except TooManyFailures:
            return self._sign_in_page(browser, browser.t("error.too_many"), 429)
        except SeroclearError as refusal:
            self.limit.failed(browser.address)
            return self._sign_in_page(browser, str(refusal), 422)
        self.sessions.close(browser.token)
        browser.token = self.sessions.open(session)
        return browser.keep(RedirectResponse("/", SEE_OTHER))

    def sign_out(self, request: Request) -> Response:
        """Ends the session, here and in the browser."""
        browser = Browser(request, self.sessions, self.tls)
        if not browser.form_is_ours():
            return self._sign_in_page(browser, browser.t("error.stale"), 403)
        self.sessions.close(browser.token)
        return browser.forget(RedirectResponse("/sign-in", SEE_OTHER))

    def password_page(self, request: Request) -> Response:
        """Where one chooses a password: all that can be done with a temporary one."""
        browser = Browser(request, self.sessions, self.tls)
        if browser.signed_in is None:
            return RedirectResponse("/sign-in", SEE_OTHER)
        return self._password_page(browser, browser.signed_in)

    def do(self, request: Request) -> Response:
        """What a form asks for; then the page that it stands on, with what was done."""
        browser = Browser(request, self.sessions, self.tls)
        signed_in = browser.signed_in
        if signed_in is None:
            return RedirectResponse("/sign-in", SEE_OTHER)
        form = FORMS.get(request.path_params["action"])
        if form is None:
            return self._problem(browser, browser.t("error.no_page"), 404)
        if not browser.form_is_ours():
            return self._problem(browser, browser.t("error.stale"), 403)
        given = browser.form
        item = given.get("at", "")
        try:
            answer = perform(form, signed_in.session, given, browser.t)
        except TemporaryPassword:
            return RedirectResponse("/password", SEE_OTHER)
        except NotPermitted as refusal:
            return self._problem(browser, str(refusal), 403)
        except (NotFilledIn, SeroclearError) as refusal:
            again = shown_again(given) | {"action": form.action}
            if form.page == "password":
                return self._password_page(browser, signed_in, str(refusal), 422)
            return self._page(browser, signed_in, form.page, item, str(refusal), again)
        said = note(form.action, answer, signed_in.session, browser.t)
        signed_in.notes.append((form.action, said))
        response = RedirectResponse(AFTER[form.action].format(item=item), SEE_OTHER)
        if form.action in ENDS_SESSIONS:
            self.sessions.close_all_of(given["account"])
        if form.action == "account.password":
            self.sessions.close_all_of(signed_in.session.account)
            browser.token = self.sessions.open(signed_in.session)
            return browser.keep(response)
        return response

    def _shows(self, name: str) -> Callable[[Request], Response]:
        def show(request: Request) -> Response:
            browser = Browser(request, self.sessions, self.tls)
            if browser.signed_in is None:
                return RedirectResponse("/sign-in", SEE_OTHER)
            item = request.path_params.get("item", "")
            return self._page(browser, browser.signed_in, name, item)

        return show

    def _page(
        self,
        browser: Browser,
        signed_in: SignedIn,
        name: str,
        item: str,
        error: str = "",
        again: dict[str, str] | None = None,
    ) -> Response:
        page = Page(signed_in.session, browser.t, item, self.plan_ends)
        try:
            page.overview = page.ask("trial.overview")
            if not may_see(page, name):
                return self._problem(browser, browser.t("error.not_yours"), 403)
            shown = PAGES[name](page)
        except TemporaryPassword:
            return RedirectResponse("/password", SEE_OTHER)
        except NotPermitted as refusal:
            return self._problem(browser, str(refusal), 403)
        except SeroclearError as refusal:
            return self._problem(browser, str(refusal), 404)
        html = render(
            name,
            browser.t,
            page=page,
            view=page.overview,
            name=name,
            item=item,
            csrf=browser.csrf,
            path=PATHS[name].format(item=item),
            menu=[(one, PATHS[one]) for one in NAVIGATION if may_see(page, one)],
            paths=PATHS,
            choices=pages.choices(page, shown),
            notes=self._notes(signed_in),
            error=error,
            again=again or {},
            **shown,
        )
        return browser.answer(HTMLResponse(html, 422 if error else 200))

    def _sign_in_page(self, browser: Browser, error: str = "", status: int = 200) -> Response:
        browser.be_known()
        html = render(
            "sign_in",
            browser.t,
            csrf=browser.csrf,
            path="/sign-in",
            error=error,
            account=browser.form.get("account", ""),
            role=browser.form.get("role", ""),
            roles=list(permissions().roles),
        )
        return browser.answer(HTMLResponse(html, status))

    def _password_page(
        self, browser: Browser, signed_in: SignedIn, error: str = "", status: int = 200
    ) -> Response:
        html = render(
            "password",
            browser.t,
            csrf=browser.csrf,
            path="/password",
            who=signed_in.session,
            error=error,
        )
        return browser.answer(HTMLResponse(html, status))

    def _problem(self, browser: Browser, error: str, status: int) -> Response:
        html = render("problem", browser.t, path="/", error=error)
        return browser.answer(HTMLResponse(html, status))

    def _no_page(self, request: Request, error: Exception) -> Response:
        browser = Browser(request, self.sessions, self.tls)
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._problem(browser, browser.t("error.no_page"), status)

    def _notes(self, signed_in: SignedIn) -> list[str]:
        said = [sentence for _, sentence in signed_in.notes]
        signed_in.notes.clear()
        return said


def make_app(database: Database, key_file: Path | None = None, **options: Any) -> FastAPI:
    """The ASGI application of a trial; see `Web` for the options."""
    return Web(database, key_file, **options).app
