"""Values of the words that screening adds to the language of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.age import completed_years
from seroclear.study.evaluate import Evaluator
from seroclear.study.evaluator import answer
from seroclear.study.nodes import Node
from seroclear.trial.screening.words import Aged, Below, FixedDay

if TYPE_CHECKING:
    import ibis.expr.types as ir

BELOW = ("negative", "undetectable")


@answer.register(FixedDay)
def _fixed_day(node: FixedDay, ask: Evaluator) -> ir.Table:
    return ask.patient.select("patient_id", value=ibis.date(node.date.isoformat()))


@answer.register(Aged)
def _aged(node: Aged, ask: Evaluator) -> ir.Table:
    people = ask.patient.filter(ask.patient.birth_date.notnull())
    people = people.join(ask.day(node.day, "day"), "patient_id")
    birth, day = people.birth_date, people.day
    exact = completed_years(birth, day).between(node.least, node.most)
    # Only the year of birth is known: the birthday may have been or not.
    oldest = day.year() - birth.year()
    sure = (oldest - 1 >= node.least) & (oldest <= node.most)
    possible = (oldest >= node.least) & (oldest - 1 <= node.most)
    either = ibis.cases((sure, True), (~possible, False), else_=ibis.null("boolean"))
    inferred = people.birth_inferred.fill_null(False)
    return people.select("patient_id", value=inferred.ifelse(either, exact))


def ages(ask: Evaluator, day: Node) -> ir.Table:
    """patient_id, age in completed years, inferred (of a birth that is not known to the day), day,
    source_row."""
    people = ask.patient.filter(ask.patient.birth_date.notnull())
    people = people.join(ask.day(day, "day"), "patient_id")
    return people.select(
        "patient_id",
        "day",
        "source_row",
        age=completed_years(people.birth_date, people.day),
        inferred=people.birth_inferred.fill_null(False),
    )


@answer.register(Below)
def _below(node: Below, ask: Evaluator) -> ir.Table:
    found = ask.placed(ask.findings(node.marker), node.day, node.within, "before")
    value, sign = found.value, found.comparator
    known = value.notnull()
    told = ibis.cases(
        (found.reason.fill_null("") != "", ibis.null("boolean")),
        (known & (sign == "="), value < node.limit),
        (known & (sign == "<") & (value <= node.limit), True),
        (known & (sign == ">") & (value >= node.limit), False),
        (~known & found.status.isin(BELOW), True),
        else_=ibis.null("boolean"),
    )
    return found.select("patient_id", value=told)
