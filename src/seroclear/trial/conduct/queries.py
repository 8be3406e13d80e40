"""Questions about what was entered: raised, answered by the site, closed by who may."""

from __future__ import annotations

from typing import Any

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.subjects import within_reach
from seroclear.trial.database.clinical import query as queries
from seroclear.trial.database.clinical import subject as subjects
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work


def ask(work: Work, row: dict[str, Any], kind: str, question: str, entity: str = "result") -> str:
    """Raises a query about a row, unless the same one is not closed yet; its id."""
    for one in work.rows(queries, entity=entity, entity_id=row["id"]):
        if one["kind"] == kind and one["state"] != "closed":
            return str(one["id"])
    return _new(work, row["subject"], entity, row["id"], kind, question)


@action("query.raise")
def raise_query(work: Work, subject: str, entity: str, entity_id: str, question: str) -> str:
    """A monitor's or data manager's own question."""
    if not question.strip():
        raise SeroclearError("a query is empty; ask something.")
    return _new(work, subject, entity, entity_id, "asked by a person", question.strip())


@action("query.answer")
def answer_query(work: Work, query: str, answer: str) -> str:
    """The site's answer."""
    if work.row(queries, query)["state"] == "closed":
        raise SeroclearError("this query is closed.")
    work.reason = work.reason or "answered"
    work.revise(queries, query, state="answered", answer=answer.strip())
    return query


@action("query.close")
def close_query(work: Work, query: str) -> str:
    """Closes a query that was answered."""
    if work.row(queries, query)["state"] != "answered":
        raise SeroclearError("a query is closed once it is answered.")
    work.reason = work.reason or "answer accepted"
    work.revise(queries, query, state="closed")
    return query


@action("query.list")
def list_queries(work: Work, state: str | None = None) -> list[dict[str, Any]]:
    """The queries at the sites that the role reaches."""
    reached = {one["id"] for one in work.rows(subjects) if within_reach(work, one["site"])}
    return [
        one
        for one in work.rows(queries)
        if one["subject"] in reached and state in (None, one["state"])
    ]


def _new(work: Work, subject: str, entity: str, entity_id: str, kind: str, question: str) -> str:
    row = work.add(
        queries,
        prefix="Q",
        subject=subject,
        entity=entity,
        entity_id=entity_id,
        kind=kind,
        question=question,
        state="open",
    )
    return str(row["id"])
