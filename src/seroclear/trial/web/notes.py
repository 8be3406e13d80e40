"""What is said after a form was done: a sentence of ours and what the action answered."""

from __future__ import annotations

import json
from typing import Any

from seroclear.trial.actions import ACTIONS
from seroclear.trial.trust.session import Session
from seroclear.trial.web.language import Words


def note(action: str, answer: Any, session: Session, t: Words) -> str:
    """The sentence that tells a user what was done."""
    if action in ("subject.randomise", "allocation.read"):
        arm = t.of(ACTIONS["trial.overview"](session)["arms"][answer["arm"]])
        return t("note.arm", subject=answer["subject"], arm=arm, on=answer["randomised_on"])
    if action == "subject.screen":
        return t("note.code", code=answer)
    if action in ("eligibility.record", "eligibility.correct"):
        return t("note.eligible" if answer else "note.not_eligible")
    if action == "visit.record":
        return t("note.visit", window=t.value(answer["window"]))
    if action in ("result.add", "result.correct"):
        return _of_a_result(answer, t)
    if action == "result.import":
        return t("note.imported", count=answer["rows"])
    if action == "order.escalate":
        return t("note.escalated", count=len(answer))
    if action in ("trial.lock", "trial.snapshot"):
        return t("note.hash", hash=answer)
    if action == "endpoint.draft":
        return t("note.draft", answer=t.value(answer["answer"]))
    return t("note.done")


def _of_a_result(answer: dict[str, Any], t: Words) -> str:
    read = "; ".join(
        " ".join(
            t.value(one[name]) if name in ("test", "status") else f"{one[name]}"
            for name in ("test", "status", "comparator", "value", "unit")
            if one.get(name) not in (None, "", "=")
        )
        for one in json.loads(answer["readings"])
    )
    parts = [t("note.read", read=read) if read else t("note.unread")]
    if answer.get("decision"):
        parts.append(t("note.dose", decision=t.value(answer["decision"])))
    if answer["queries"]:
        parts.append(t("note.queries", count=len(answer["queries"])))
    return " ".join(parts)
