"""Deviations from the protocol: told, never mended by changing what happened."""

from __future__ import annotations

from typing import Final

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.subjects import not_future
from seroclear.trial.database.clinical import deviation
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work

KINDS: Final = ("consent", "eligibility", "visit", "sample", "dose", "treatment", "other")


@action("deviation.record")
def record_deviation(work: Work, subject: str, kind: str, on_day: str, description: str) -> str:
    """A person's report of a deviation."""
    if kind not in KINDS:
        raise SeroclearError(f"{kind!r} is no kind of deviation; known: {', '.join(KINDS)}.")
    if not description.strip():
        raise SeroclearError("what happened? Describe the deviation.")
    on = not_future(work, on_day, "the deviation")
    return deviate(work, subject, kind, on, description.strip())


def deviate(work: Work, subject: str, kind: str, on_day: str, description: str) -> str:
    """Records a deviation that an action found by itself."""
    row = work.add(
        deviation,
        prefix="D",
        subject=subject,
        kind=kind,
        on_day=on_day,
        description=description,
    )
    return str(row["id"])
