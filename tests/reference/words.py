"""Plain reference: what each word of the study language says of one patient.

Written from docs/studies.md, without Ibis, DuckDB or NumPy. The courses are compared elsewhere, so
a person here is the plain rows of records and course. None is unknown.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from reference.stores import History, Row

from seroclear.study import combined_nodes as m
from seroclear.study import course_nodes as c
from seroclear.study import nodes as n
from seroclear.study import treatment_nodes as t

COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
NEGATIVE = ("negative", "undetectable")
PLAIN_NUMBERS = ("platelets", "creatinine", "ast")  # no markers
WORST_IS_LOWEST = ("platelets", "albumin", "phosphate", "sodium")


@dataclass
class Person:
    """One patient's rows; `relatives` are the mother, or inside a word about her the child."""

    history: History
    finding: list[Row] = field(default_factory=list)
    regimen: list[Row] = field(default_factory=list)
    event: list[Row] = field(default_factory=list)
    state: list[Row] = field(default_factory=list)
    mother: Person | None = None
    child: Person | None = None


def said(node: n.Node, person: Person) -> Any:
    """A date, flag, number or category; None when the records do not tell."""
    match node:
        case n.PatientColumn():
            return person.history.patient.get(node.column)
        case n.OneOf():
            inner = said(node.node, person)
            return None if inner is None else inner in node.values
        case n.Compare():
            inner = said(node.node, person)
            return None if inner is None else COMPARE[node.sign](inner, node.other)
        case n.Both():
            left, right = said(node.left, person), said(node.right, person)
            decides = node.how == "or"
            if decides in (left, right):
                return decides
            return None if None in (left, right) else not decides
        case n.Not():
            inner = said(node.node, person)
            return None if inner is None else not inner
        case m.Known():
            return said(node.node, person) is not None
        case n.Shifted():
            day = said(node.day, person)
            return None if day is None else day + timedelta(node.days)
        case m.Extreme():
            days = [day for one in node.days if (day := said(one, person)) is not None]
            return (min if node.which == "earliest" else max)(days, default=None)
        case m.TimeBetween():
            begin, end = said(node.start, person), said(node.end, person)
            return None if None in (begin, end) else (end - begin).days / node.unit
        case n.Difference():
            left, right = said(node.left, person), said(node.right, person)
            return None if None in (left, right) else left - right
        case m.Log10():
            inner = said(node.node, person)
            return math.log10(inner) if inner is not None and inner > 0 else None
        case m.Bands():
            inner = said(node.node, person)
            return None if inner is None else node.names[sum(inner >= cut for cut in node.cuts)]
        case m.Category():
            for name, flag in zip(node.names, node.flags, strict=True):
                answer = said(flag, person)
                if answer is None:
                    return None
                if answer:
                    return name
            return node.otherwise or None
        case m.Relative():
            other = person.mother if node.who == "mother" else person.child
            return None if other is None else said(node.node, other)
    return _of_course(node, person) if isinstance(node, COURSE) else _of_treatment(node, person)


COURSE = (
    *(c.EventDate, c.Ever, c.Diagnosed, c.Mutated, c.EverFound, c.CountTests, c.LastTest),
    *(c.StatusAt, c.ValueAt, c.StateOn, c.Sequenced),
)


def _inside(dated: Iterable[date], node: Any, person: Person) -> list[date]:
    """Days after one and up to another; none when the patient does not have such a day."""
    found = list(dated)
    if node.after is not None:
        after = said(node.after, person)
        found = [day for day in found if after is not None and day > after]
    if node.before is not None:
        before = said(node.before, person)
        found = [day for day in found if before is not None and day <= before]
    return found


def decisive(person: Person, marker: str) -> list[Row]:
    """Findings of a marker that tell something."""
    mine = [row for row in person.finding if row["marker"] == marker]
    return [row for row in mine if row["status"] != "indeterminate"]


def numbers(person: Person, name: str) -> list[Row]:
    """What a marker or a test showed on each day, in order of time."""
    found = [row for row in person.finding if row["marker"] == name]
    if name in PLAIN_NUMBERS:
        days: dict[date, list[float]] = {}
        for row in person.history.result:
            if (row["test"], row.get("comparator")) == (name, "=") and row["value"] is not None:
                days.setdefault(row["taken_at"], []).append(row["value"])
        worst = min if name in WORST_IS_LOWEST else max
        found = [
            {"date": day, "value": worst(values), "comparator": "=", "status": None}
            for day, values in days.items()
        ]
    return sorted(found, key=lambda row: row["date"])


def _placed(rows: list[Row], node: c.StatusAt | c.ValueAt, person: Person) -> Row | None:
    day = said(node.day, person)
    if day is None:
        return None
    near = [row for row in rows if abs((row["date"] - day).days) <= node.within]
    if node.where == "before":
        near = [row for row in near if row["date"] <= day]
    return min(near, key=lambda row: (abs((row["date"] - day).days), row["date"]), default=None)


def _of_course(node: n.Node, person: Person) -> Any:
    match node:
        case c.EventDate():
            days = [row["date"] for row in person.event if row["event"] == node.event]
            choose = min if node.which == "first" else max
            return choose(_inside(days, node, person), default=None)
        case c.Ever():
            days = [row["date"] for row in person.event if row["event"] in node.events]
            return bool(_inside(days, node, person))
        case c.Diagnosed():
            codes = person.history.condition
            days = [row["date"] for row in codes if row["condition"] == node.condition]
            return bool(_inside(days, node, person))
        case c.Mutated():
            found = person.history.mutation
            days = [row["taken_at"] for row in found if row["mutation"] in node.mutations]
            return bool(_inside(days, node, person))
        case c.Sequenced():
            days = [row["taken_at"] for row in person.history.mutation]
            choose = min if node.which == "first" else max
            return choose(_inside(days, node, person), default=None)
        case c.EverFound():
            pairs = {(row["marker"], row["status"]) for row in person.finding}
            return (node.marker, node.status) in pairs
        case c.CountTests():
            days = [row["date"] for row in decisive(person, node.marker)]
            return float(len(_inside(days, node, person)))
        case c.LastTest():
            return max((row["date"] for row in decisive(person, node.marker)), default=None)
        case c.StatusAt():
            found_row = _placed(decisive(person, node.marker), node, person)
            return found_row and found_row["status"]
        case c.ValueAt():
            known = []
            for row in numbers(person, node.marker):
                number = row["value"] if row["comparator"] == "=" else None
                if node.negative_as is not None and row["status"] in NEGATIVE:
                    number = node.negative_as
                if number is not None:
                    known.append({"date": row["date"], "number": number})
            found_row = _placed(known, node, person)
            return found_row and found_row["number"]
        case c.StateOn():
            day = said(node.day, person)
            on = [
                row["state"]
                for row in person.state
                if row["marker"] == node.marker
                and day is not None
                and None not in (row["start"], row["end"])
                and row["start"] <= day <= row["end"]
            ]
            return on[0] if on else None
    raise NotImplementedError(type(node).__name__)


def _holds(line: Row, what: str) -> bool:
    if what in ("NA", "IFN"):
        return what in line["regimen_class"].split("+")
    return what in line["agents"].split("+")


def _of_treatment(node: n.Node, person: Person) -> Any:
    lines = person.regimen
    match node:
        case t.TreatmentStart():
            return min((line["start"] for line in lines), default=None)
        case t.LineEdge():
            mine = [line for line in lines if _holds(line, node.what)]
            if node.edge == "stop":
                mine = [line for line in mine if line["why_ended"] == "stop"]
            days = [line["start" if node.edge == "start" else "end"] for line in mine]
            choose = min if node.which == "first" else max
            return choose(_inside(days, node, person), default=None)
    day = said(node.day, person)  # type: ignore[attr-defined]
    if isinstance(node, t.DosesBefore):
        return day is not None and any(
            dose["drug_class"] == node.drug_class
            and dose["start"] <= day
            and dose["end"] >= day - timedelta(node.within)
            for dose in person.history.exposure
        )
    if day is None:
        return None
    covering = next((line for line in lines if line["start"] <= day <= line["end"]), None)
    match node:
        case t.ExposureBefore():
            begun = [line for line in lines if line["start"] <= day]
            taken = [k for k in ("NA", "IFN") if any(_holds(line, k) for line in begun)]
            return " and ".join(taken) or "none"
        case t.OnTreatment():
            return "on" if covering else "off"
        case t.Treatment():
            return covering["agents"] if covering else "none"
        case t.TreatmentClass():
            return covering["regimen_class"] if covering else "none"
        case t.LineEnd():
            return covering["end"] if covering and covering["why_ended"] != "still on" else None
    raise NotImplementedError(type(node).__name__)
