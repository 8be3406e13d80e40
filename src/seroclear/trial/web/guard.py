"""What every request passes: a limit of size, headers of security, and no trace of an error."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES: Final = 512 * 1024  # a file of results pasted into a form; nothing here is larger
FIELDS: Final = 500
_FORM: Final = b"application/x-www-form-urlencoded"
# No inline style or script, nothing from elsewhere, no frame.
CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CONTENT_POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # Not 'no-referrer': a browser then sends 'Origin: null' with a form, which is refused here.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
_TLS_HEADERS: Final = {"strict-transport-security": "max-age=31536000"}
_LOG: Final = logging.getLogger("seroclear.trial.web")


class Guard:
    """Reads the form of a request into `scope['form']`, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, tls: bool) -> None:
        self.app = app
        headers = HEADERS | (_TLS_HEADERS if tls else {})
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                named = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(one for one in self.headers if one[0] not in named),
                ]
            await send(message)

        try:
            body = await _body(receive) if scope["method"] == "POST" else b""
            scope["form"] = _form(scope, body)
            await self.app(scope, receive, guarded)
        except _Refused as refusal:
            await _answer(guarded, refusal.status, str(refusal))
        except Exception as error:
            # Its words may hold data: the kind and the place are enough to find the mistake.
            _LOG.error("%s %s", type(error).__name__, _place(error))
            if not started:
                await _answer(guarded, 500, "This went wrong here. / 服务器出错。")


class _Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


async def _body(receive: Receive) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_BYTES:
            raise _Refused(413, "This is too long. / 内容过长。")
        parts.append(part)
        more = message["type"] == "http.request" and message.get("more_body", False)
    return b"".join(parts)


def _form(scope: Scope, body: bytes) -> dict[str, str]:
    if not body:
        return {}
    kind = dict(scope["headers"]).get(b"content-type", b"").split(b";")[0].strip().lower()
    if kind != _FORM:
        raise _Refused(415, "Only the forms of these pages are read. / 只接受本站表单。")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=FIELDS,
        )
    except ValueError:
        raise _Refused(400, "This form cannot be read. / 无法读取表单。") from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise _Refused(400, "This form cannot be read. / 无法读取表单。")
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


async def _answer(send: Send, status: int, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": why.encode()})


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
