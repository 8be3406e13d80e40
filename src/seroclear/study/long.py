"""The long tables of a cohort: follow-up split where an exposure begins, and repeated visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from seroclear.course.first import first_rows
from seroclear.engine import days_between
from seroclear.study.cohort import CENSORED, Columns
from seroclear.study.evaluate import Evaluator
from seroclear.study.follow_up import Floats, days_of
from seroclear.study.language import DAYS_A_YEAR
from seroclear.study.parts import Change, Visits

if TYPE_CHECKING:
    import ibis.expr.types as ir


def intervals(table: Any, changes: Sequence[Change], columns: Columns) -> Columns:
    """Follow-up split at each change (see Cohort). Somebody followed for no time has no row.

    Args:
        table: one row a patient with columns index and change_0, change_1 ...
        changes: in that order.
        columns: the cohort's, for time and event.
    """
    index = days_of(table, "index")
    begins = [(days_of(table, f"change_{k}") - index) / DAYS_A_YEAR for k in range(len(changes))]
    stop_of, event_of = columns["time"], columns["event"]
    edges = np.stack([np.zeros_like(stop_of), *begins], axis=1)
    # A change before time zero or after the end, or that never happened, splits nothing.
    edges = np.where((edges > 0) & (edges < stop_of[:, None]), edges, 0.0)
    edges.sort(axis=1)
    until = np.column_stack([edges[:, 1:], stop_of])
    person, piece = np.nonzero(until > edges)
    start, stop = edges[person, piece], until[person, piece]
    last = stop == stop_of[person]
    found: Columns = {
        "person": person,
        "start": start,
        "stop": stop,
        "event": np.where(last, event_of[person], CENSORED),
    }
    for one, begin in zip(changes, begins, strict=True):
        found[one.name] = np.where(begin[person] <= start, "yes", "no").astype(object)
    return found


def repeated(
    people: ir.Table,
    evaluator: Evaluator,
    asked: Sequence[Visits],
    row_of: dict[str, int],
) -> Columns:
    """Measurements at planned visits (see Cohort).

    Args:
        people: patient_id, index and, where follow-up ends, end.
        evaluator: for the measurements.
        asked: what is measured.
        row_of: the cohort's row of each patient_id.
    """
    parts = [_one(people, evaluator, one, row_of) for one in asked]
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    measure = np.concatenate([np.full(len(p["person"]), k) for k, p in enumerate(parts)])
    order = np.lexsort((found["time"], measure, found["person"]))
    return {name: column[order] for name, column in found.items()}


def _one(people: ir.Table, evaluator: Evaluator, asked: Visits, row_of: dict[str, int]) -> Columns:
    tests = evaluator.numbers(asked.marker).join(people, "patient_id")
    tests = tests.mutate(day=days_between(tests["index"], tests.date))
    if "end" in people.columns:
        tests = tests.filter(tests.date <= tests.end)
    visit = ((tests.day + asked.every / 2) / asked.every).floor().cast("int64")
    tests = tests.mutate(visit=visit, off=(tests.day - visit * asked.every).abs())
    llod = _limit(evaluator, asked.marker)
    told = tests.comparator.notnull() | (
        tests.status.isin(["negative", "undetectable"]) if llod is not None else False
    )
    inside = tests.filter(
        told,
        tests.visit >= 0,
        tests.visit <= asked.until // asked.every,
        tests.off <= asked.within,
        (tests.visit > 0) | (tests.day <= 0),  # what follows time zero is not its baseline
    )
    chosen = first_rows(inside, ["patient_id", "visit"], [inside.off, inside.date])
    wanted = chosen.select("patient_id", "visit", "day", "value", "comparator")
    rows = evaluator.engine.fetch(wanted.order_by(["patient_id", "visit"])).to_pydict()
    lower, upper = _bounds(rows, llod)
    if asked.log:
        with np.errstate(divide="ignore"):
            lower, upper = np.log10(np.maximum(lower, 0)), np.log10(upper)
    return {
        "person": np.array([row_of[patient] for patient in rows["patient_id"]], dtype=int),
        "measure": np.full(len(lower), asked.label, dtype=object),
        "planned": np.array(rows["visit"], dtype=float) * asked.every / DAYS_A_YEAR,
        "time": np.array(rows["day"], dtype=float) / DAYS_A_YEAR,
        "lower": lower,
        "upper": upper,
    }


def _limit(evaluator: Evaluator, marker: str) -> float | None:
    """Below it a marker counts as negative, where the definition names such a limit."""
    names = {one.name for one in evaluator.course.definition.parameters}
    name = f"{marker}.llod"
    return float(evaluator.course.definition[name]) if name in names else None


def _bounds(rows: dict[str, list[Any]], llod: float | None) -> tuple[Floats, Floats]:
    """Between what each result says the number lies; a negative without a number is below the
    definition's limit."""
    value = np.array([np.nan if v is None else v for v in rows["value"]], dtype=float)
    sign: NDArray[np.object_] = np.array(rows["comparator"], dtype=object)
    lower = np.where((sign == "<") | (sign == None), -np.inf, value)  # noqa: E711
    upper = np.where((sign == ">") | (sign == "range"), np.inf, value)
    negative = sign == None  # noqa: E711
    return lower, np.where(negative, np.nan if llod is None else llod, upper)
