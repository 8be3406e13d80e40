"""What each study does to the answer: left out in turn, and added one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from seroclear.analysis.result import Row
from seroclear.evidence.pool.effects import Effect
from seroclear.evidence.pool.measures import Measure
from seroclear.evidence.pool.models import Answer, Options, main_model


def answer_row(analysis: str, measure: Measure, answer: Answer, level: str = "") -> Row:
    """A model's answer as a row of `analysis`."""
    return Row(
        analysis=analysis,
        level=level,
        estimate=measure.estimate,
        value=answer.value,
        lower=answer.lower,
        upper=answer.upper,
        method=answer.method,
        note=answer.note,
    )


def leave_one_out(found: list[Effect], measure: Measure, options: Options) -> Iterator[Row]:
    """The answer without each study; of three studies or more."""
    if len(found) < 3:
        return
    for left in found:
        answer = main_model([each for each in found if each is not left], measure, options)
        if answer:
            yield answer_row("pool_leave_one_out", measure, answer, left.study.name)


def cumulative(found: list[Effect], measure: Measure, options: Options) -> Iterator[Row]:
    """In order of the year where every study states it, else of the file."""
    dated = all(effect.study.year is not None for effect in found)
    order = sorted(found, key=lambda effect: effect.study.year or 0) if dated else found
    for k in range(1, len(order) + 1):
        answer = main_model(order[:k], measure, options)
        if answer:
            row = answer_row("pool_cumulative", measure, answer, order[k - 1].study.name)
            yield replace(row, variable="by year" if dated else "in the order of the file")
