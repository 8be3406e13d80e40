"""Who is signed in at which browser: kept here, known to the browser by a random token alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from seroclear.errors import SeroclearError
from seroclear.trial.trust.session import Session

IDLE_SECONDS: Final = 30 * 60  # NIST SP 800-63B, AAL2: 30 minutes without activity
ABSOLUTE_SECONDS: Final = 12 * 3600  # the same: 12 hours whatever happens
# Project's choice: a hospital's staff may share an address, and one account is closed after 5.
FAILURES_OF_AN_ADDRESS: Final = 20
FAILURES_WITHIN_SECONDS: Final = 15 * 60
_TOKEN_BYTES: Final = 32


@dataclass
class SignedIn:
    """One browser's session, and what its next page has to say."""

    session: Session
    since: float
    used: float
    notes: list[tuple[str, str]] = field(default_factory=list)  # (sentence's key, detail)


class WebSessions:
    """Sessions by the hash of their token; a restart of the server ends them all."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._secret = secrets.token_bytes(_TOKEN_BYTES)
        self._kept: dict[str, SignedIn] = {}
        self._lock = threading.Lock()

    def open(self, session: Session) -> str:
        """Keeps a session under a new token, which is returned and not kept."""
        token = new_token()
        now = self._now()
        with self._lock:
            self._kept = {key: one for key, one in self._kept.items() if self._holds(one)}
            self._kept[_hash(token)] = SignedIn(session, now, now)
        return token

    def find(self, token: str) -> SignedIn | None:
        """The session of a token, unless it is over."""
        with self._lock:
            found = self._kept.get(_hash(token))
            if found is None:
                return None
            if not self._holds(found):
                del self._kept[_hash(token)]
                return None
            found.used = self._now()
            return found

    def close(self, token: str) -> None:
        """Ends a session."""
        with self._lock:
            self._kept.pop(_hash(token), None)

    def close_all_of(self, account: str) -> None:
        """Ends every session of an account: its password or its roles are others now."""
        with self._lock:
            self._kept = {
                key: one for key, one in self._kept.items() if one.session.account != account
            }

    def csrf(self, token: str) -> str:
        """What every form of a browser's pages holds, and nobody else can compute."""
        return hmac.new(self._secret, token.encode(), hashlib.sha256).hexdigest()

    def is_csrf(self, token: str, given: str) -> bool:
        """Whether a form is of this browser's pages; takes the same time whatever is wrong."""
        return hmac.compare_digest(self.csrf(token).encode(), given.encode())

    def _holds(self, one: SignedIn) -> bool:
        now = self._now()
        return now - one.used < IDLE_SECONDS and now - one.since < ABSOLUTE_SECONDS


class FailureLimit:
    """Refuses an address for a while after too many sign-ins that failed."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Raises TooManyFailures when it is the address's turn to wait."""
        with self._lock:
            self._forget()
            if len(self._failures.get(address, ())) >= FAILURES_OF_AN_ADDRESS:
                raise TooManyFailures("too many sign-ins failed from this address; wait.")

    def failed(self, address: str) -> None:
        """Counts a failure."""
        with self._lock:
            self._failures.setdefault(address, deque()).append(self._now())

    def _forget(self) -> None:
        oldest = self._now() - FAILURES_WITHIN_SECONDS
        for address, times in list(self._failures.items()):
            while times and times[0] < oldest:
                times.popleft()
            if not times:
                del self._failures[address]


class TooManyFailures(SeroclearError):
    """An address has to wait before it may try to sign in again."""


def new_token() -> str:
    """256 random bits as a text for a cookie."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
