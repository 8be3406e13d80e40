"""Finding rows of the one result shape."""

from __future__ import annotations

from collections.abc import Iterable

from seroclear.analysis.result import Row


def of(rows: Iterable[Row], analysis: str, *estimates: str) -> list[Row]:
    """The rows of an analysis, in order; of these estimates only, where some are named."""
    return [
        r for r in rows if r.analysis == analysis and (not estimates or r.estimate in estimates)
    ]


def first(rows: Iterable[Row], **fields: object) -> Row | None:
    """The first row whose fields have these values."""
    for row in rows:
        if all(getattr(row, name) == value for name, value in fields.items()):
            return row
    return None


def model(rows: Iterable[Row], analysis: str) -> list[Row]:
    """Hazard ratios of a model as it is best read: penalised where it had to be fitted so too.

    A penalised fit follows the ordinary one when events are few or a term separates them.
    """
    ratios = of(rows, analysis, "hazard ratio")
    return [row for row in ratios if row.method == ratios[-1].method]


def distinct(values: Iterable[str]) -> list[str]:
    """Each value once, in order of appearance, without ''."""
    return [value for value in dict.fromkeys(values) if value]


def by_outcome(rows: list[Row]) -> tuple[list[Row], dict[str, list[Row]]]:
    """The rows of the study's outcome, which is named first, and those of every other one."""
    first_named = outcome(rows)
    others: dict[str, list[Row]] = {}
    for row in rows:
        if row.outcome not in ("", first_named):
            others.setdefault(row.outcome, []).append(row)
    return [row for row in rows if row.outcome in ("", first_named)], others


def groups(rows: list[Row]) -> list[str]:
    """The compared groups in the order they are shown."""
    in_table = distinct(row.group for row in of(rows, "table_one"))
    return in_table or distinct(row.group for row in rows if row.analysis != "published")


def times(rows: Iterable[Row]) -> list[float]:
    return sorted({row.time for row in rows if row.time is not None})


def outcome(rows: list[Row]) -> str:
    return next((row.outcome for row in rows if row.outcome), "the outcome")


def persons(rows: list[Row], group: str = "") -> Row | None:
    """The row that counts the persons of the cohort or a group."""
    return first(of(rows, "table_one", "n"), variable="Persons", group=group) or first(
        of(rows, "crude", "persons"), group=group, stratum=""
    )


def is_empty(rows: list[Row]) -> bool:
    """Whether nobody is in the cohort. A suppressed number is somebody."""
    row = persons(rows)
    if row is None:
        flow = of(rows, "flowchart", "kept")
        return not flow or flow[-1].value == 0
    return row.value == 0
