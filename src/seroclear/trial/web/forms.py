"""Every form of the application."""

from __future__ import annotations

from typing import Final

from seroclear.trial.conduct import adjudication, deviations, doses, events
from seroclear.trial.trust.signatures import MEANINGS
from seroclear.trial.web.form import Field, Form

_REASON: Final = Field("reason")
_MAY_REASON: Final = Field("reason", optional=True)
_SUBJECT: Final = ("subject",)
_RESULT: Final = (
    Field("test", "choice", "tests"),
    Field("text"),
    Field("unit", optional=True),
    Field("taken_on", "date"),
    Field("visit", "choice", "all_visits", optional=True),
    Field("assay", optional=True),
    Field("reference", optional=True),
)
_EVENT: Final = (
    Field("severity", "choice", events.SEVERITIES),
    Field("related", "choice", events.RELATED),
    Field("outcome", "choice", events.OUTCOMES),
)

_FORMS: Final = (
    Form(
        "subject.screen",
        "subjects",
        (Field("site", "choice", "active_sites"), Field("screened_on", "date")),
    ),
    Form(
        "consent.record",
        "subject",
        (Field("given_on", "date"), Field("form_version"), _MAY_REASON),
        _SUBJECT,
    ),
    Form(
        "eligibility.record",
        "subject",
        (Field("assessed_on", "date"), Field("answers", "answers")),
        _SUBJECT,
    ),
    Form(
        "eligibility.correct",
        "subject",
        (Field("assessed_on", "date"), Field("answers", "answers"), _REASON),
        _SUBJECT,
    ),
    Form(
        "record.sign",
        "subject",
        (Field("record", "choice", tuple(MEANINGS)), Field("password", "password")),
        _SUBJECT,
    ),
    Form("subject.randomise", "subject", (), _SUBJECT, confirm=True),
    Form("allocation.read", "subject", (), _SUBJECT),
    Form(
        "visit.record",
        "subject",
        (Field("name", "choice", "all_visits"), Field("held_on", "date")),
        _SUBJECT,
    ),
    Form("result.add", "subject", _RESULT, _SUBJECT),
    Form(
        "result.correct",
        "subject",
        (
            Field("result", "choice", "results"),
            Field("text", optional=True),
            Field("unit", optional=True),
            Field("taken_on", "date", optional=True),
            _REASON,
        ),
    ),
    Form("result.withdraw", "subject", (Field("result", "choice", "results"), _REASON)),
    Form(
        "result.import",
        "subjects",
        (Field("site", "choice", "sites"), Field("content", "long"), Field("expected", "count")),
    ),
    Form(
        "adverse_event.record",
        "subject",
        (
            Field("term"),
            Field("started_on", "date"),
            Field("ended_on", "date", optional=True),
            *_EVENT,
            Field("serious", "yes"),
        ),
        _SUBJECT,
    ),
    Form(
        "adverse_event.correct",
        "subject",
        (
            Field("adverse_event", "choice", "adverse_events"),
            Field("ended_on", "date", optional=True),
            Field("outcome", "choice", events.OUTCOMES),
            _REASON,
        ),
    ),
    Form(
        "withdrawal.record",
        "subject",
        (Field("kind", "choice", events.FROM), Field("on_day", "date"), Field("why")),
        _SUBJECT,
    ),
    Form(
        "deviation.record",
        "subject",
        (
            Field("kind", "choice", deviations.KINDS),
            Field("on_day", "date"),
            Field("description", "long"),
        ),
        _SUBJECT,
    ),
    Form(
        "intercurrent_event.record",
        "subject",
        (Field("kind", "choice", "intercurrent"), Field("on_day", "date")),
        _SUBJECT,
    ),
    Form(
        "query.raise",
        "subject",
        (
            Field("entity", "choice", ("result", "visit", "consent", "eligibility")),
            Field("entity_id"),
            Field("question", "long"),
        ),
        _SUBJECT,
    ),
    Form("endpoint.draft", "subject", (), _SUBJECT),
    Form("case.prepare", "subject", (), _SUBJECT),
    Form("query.answer", "queries", (Field("answer", "long"),), ("query",)),
    Form("query.close", "queries", (), ("query",)),
    Form(
        "dose.give",
        "doses",
        (Field("lot"), Field("amount", "number"), Field("given_on", "date")),
        ("order",),
    ),
    Form("order.cancel", "doses", (_REASON,), ("order",)),
    Form("order.escalate", "doses", (Field("site", "choice", "sites"),)),
    Form(
        "stock.record",
        "doses",
        (
            Field("site", "choice", "sites"),
            Field("lot"),
            Field("kind", "choice", tuple(doses.KINDS)),
            Field("amount", "number"),
            Field("on_day", "date"),
            Field("expires", "date", optional=True),
        ),
    ),
    Form(
        "case.adjudicate",
        "case",
        (Field("answer", "choice", adjudication.ANSWERS), Field("grounds", "long")),
        ("case",),
        after="cases",
    ),
    Form("trial.lock", "lock", (_MAY_REASON,), confirm=True),
    Form("trial.unlock.ask", "lock", (_REASON,)),
    Form("trial.unlock.approve", "lock", (_MAY_REASON,), confirm=True),
    Form("trial.snapshot", "lock", (Field("name"),)),
    Form(
        "site.activate",
        "sites",
        (
            Field("site", "choice", "planned_sites"),
            Field("approval"),
            Field("approved_on", "date"),
        ),
    ),
    Form("site.close", "sites", (Field("site", "choice", "active_sites"), _REASON)),
    Form(
        "account.add",
        "accounts",
        (Field("account"), Field("name"), Field("password", "password")),
    ),
    Form(
        "role.grant",
        "accounts",
        (
            Field("account", "choice", "accounts"),
            Field("role", "choice", "roles"),
            Field("site", "choice", "sites", optional=True),
        ),
    ),
    Form(
        "role.take",
        "accounts",
        (
            Field("account", "choice", "accounts"),
            Field("role", "choice", "roles"),
            Field("site", "choice", "sites", optional=True),
            _REASON,
        ),
    ),
    Form(
        "account.reset",
        "accounts",
        (Field("account", "choice", "accounts"), Field("new_password", "password"), _REASON),
    ),
    Form("account.close", "accounts", (Field("account", "choice", "accounts"), _REASON)),
    Form(
        "account.password",
        "password",
        (Field("password", "password"), Field("new_password", "password")),
    ),
)
FORMS: Final = {form.action: form for form in _FORMS}
# Actions after which the sessions of the account end.
ENDS_SESSIONS: Final = ("account.reset", "account.close", "role.take")
