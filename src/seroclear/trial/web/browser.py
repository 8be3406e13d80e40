"""The browser that asks: its cookies, its language, and whether a form is one of ours."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from seroclear.trial.web.language import LANGUAGES, Words, language_of
from seroclear.trial.web.sessions import ABSOLUTE_SECONDS, SignedIn, WebSessions, new_token

_LANGUAGE_COOKIE: Final = "language"
_LANGUAGE_SECONDS: Final = 365 * 86400
_TOKEN_LENGTH: Final = len(new_token())


class Browser:
    """One request of a browser.

    Attributes:
        token: of its cookie; '' without one.
        signed_in: its session, None when there is none.
    """

    def __init__(self, request: Request, sessions: WebSessions, tls: bool) -> None:
        self._request, self._sessions, self._tls = request, sessions, tls
        # A browser takes a cookie of this prefix over https alone, and from this host alone.
        self.cookie = "__Host-seroclear" if tls else "seroclear"
        given = request.cookies.get(self.cookie, "")
        self.token = given if len(given) == _TOKEN_LENGTH else ""
        self.signed_in: SignedIn | None = sessions.find(self.token) if self.token else None
        self.form: dict[str, str] = request.scope.get("form", {})
        asked = request.query_params.get("lang")
        self._asked = asked if asked in LANGUAGES else None
        self.t = Words(
            language_of(
                self._asked or request.cookies.get(_LANGUAGE_COOKIE),
                request.headers.get("accept-language", ""),
            )
        )
        self._new = False

    @property
    def csrf(self) -> str:
        """For every form of the page."""
        return self._sessions.csrf(self.token)

    @property
    def address(self) -> str:
        """Where the request came from."""
        client = self._request.client
        return client.host if client else ""

    def form_is_ours(self) -> bool:
        """Whether a form came from a page of ours in this browser: its token and its origin."""
        given = self.form.get("csrf", "")
        return (
            bool(self.token) and self._sessions.is_csrf(self.token, given) and self._same_origin()
        )

    def be_known(self) -> None:
        """Gives a browser that nobody has signed in at a token, for the form of the sign-in."""
        if not self.token:
            self.token = new_token()
            self._new = True

    def answer(self, response: Response) -> Response:
        """The response with the language that was chosen, and a token that is new."""
        if self._asked:
            response.set_cookie(
                _LANGUAGE_COOKIE,
                self._asked,
                max_age=_LANGUAGE_SECONDS,
                httponly=True,
                samesite="strict",
                secure=self._tls,
            )
        return self.keep(response) if self._new else response

    def keep(self, response: Response) -> Response:
        """Gives the browser its token."""
        response.set_cookie(
            self.cookie,
            self.token,
            max_age=ABSOLUTE_SECONDS,
            httponly=True,
            samesite="strict",
            secure=self._tls,
        )
        return response

    def forget(self, response: Response) -> Response:
        """Takes the token away."""
        response.delete_cookie(self.cookie, httponly=True, samesite="strict", secure=self._tls)
        return response

    def _same_origin(self) -> bool:
        """A browser tells the origin of every form; one that does not is none."""
        headers = self._request.headers
        scheme = "https" if self._tls else self._request.url.scheme
        ours = f"{scheme}://{headers.get('host', '')}"
        origin = headers.get("origin")
        if origin is not None:
            return origin == ours
        return headers.get("referer", "").startswith(f"{ours}/")
