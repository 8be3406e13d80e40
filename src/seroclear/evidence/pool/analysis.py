"""Pooling as rows of the one result shape."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.evidence.pool.effects import Effect, effects
from seroclear.evidence.pool.inverse_variance import heterogeneity
from seroclear.evidence.pool.likeness import check_alike, unlike
from seroclear.evidence.pool.measures import Measure
from seroclear.evidence.pool.models import (
    NAMES,
    Answer,
    Options,
    beside,
    main_model,
    on_scale,
)
from seroclear.evidence.pool.one_by_one import answer_row, cumulative, leave_one_out
from seroclear.evidence.pool.studies import Study

STUDY = "pooling"
# Standard errors: rounding to two decimals moves the middle of a usual interval less.
OFF_CENTRE = 0.15
WEEKS_A_YEAR = 365.25 / 7
PREDICTION = (
    "95% prediction interval of a new study's true value: t with k − 1 degrees of freedom "
    "(Cochrane Handbook 6.5, 10.10.4.3)"
)


@dataclass(frozen=True, slots=True)
class Pooling:
    """What pooling came to: the studies' estimates, the main answer, and every number as rows."""

    measure: Measure
    effects: list[Effect]
    answer: Answer
    differences: list[str]
    rows: list[Row]


def pool(
    studies: list[Study],
    measure: Measure,
    options: Options | None = None,
    pool_unlike: bool = False,
) -> Pooling:
    """Pools studies.

    Rows of analysis 'pool_study' (one a study), 'pool' (the answer, its prediction interval,
    heterogeneity), 'pool_zeros' (what was done about empty cells), 'pool_models',
    'pool_leave_one_out' and 'pool_cumulative'.

    Args:
        studies: see `read_studies`.
        measure: what is pooled.
        options: of the inverse-variance model.
        pool_unlike: pool studies that counted unlike things.

    Raises:
        SeroclearError: they are unlike and it was not asked for, or none tells anything.
    """
    options = options or Options()
    differences = unlike(studies, measure)
    if not pool_unlike:
        check_alike(studies, measure)
    found = effects(studies, measure)
    answer = main_model(found, measure, options)
    if answer is None:
        raise SeroclearError(
            f"no study tells anything of the {measure.estimate}: in each nobody or everybody had "
            "the event."
        )
    note = "; ".join(filter(None, (answer.note, _pooled_unlike(differences))))
    answer = replace(answer, note=note)
    shared = _shared(studies, measure)
    rows = [
        *_studies(found, measure),
        *_answer(found, measure, answer, options),
        *_zeros(found, measure),
        *(answer_row("pool_models", measure, each) for each in beside(found, measure, options)),
        *leave_one_out(found, measure, options),
        *cumulative(found, measure, options),
    ]
    return Pooling(measure, found, answer, differences, [_with(row, shared) for row in rows])


def _pooled_unlike(differences: list[str]) -> str:
    return f"unlike studies pooled as asked: {'; '.join(differences)}" if differences else ""


def _shared(studies: list[Study], measure: Measure) -> dict[str, object]:
    """What all studies have in common goes into every row."""
    shared: dict[str, object] = {"study": STUDY}
    for column, field in (("endpoint", "outcome"), ("definition", "definition")):
        values = {getattr(study, column) for study in studies}
        shared[field] = values.pop() if len(values) == 1 else ""
    weeks = {study.time_weeks for study in studies} if measure.at_a_time else {""}
    text = weeks.pop() if len(weeks) == 1 else ""
    shared["time"] = float(text) / WEEKS_A_YEAR if text else None
    return shared


def _with(row: Row, shared: dict[str, object]) -> Row:
    return replace(row, **shared)  # type: ignore[arg-type]


def _studies(found: list[Effect], measure: Measure) -> Iterator[Row]:
    for effect in found:
        study = effect.study
        if study.read:
            method = "as published"
        elif measure.name in ("proportion", "rate"):
            method = f"exact {'binomial' if measure.name == 'proportion' else 'Poisson'} limits"
        else:
            method = "Wald limits"
        by_hand = "" if study.quote else "no quoted words: entered by hand"
        middle = _off_centre(effect)
        yield Row(
            analysis="pool_study",
            level=study.name,
            estimate=measure.estimate,
            value=effect.value,
            lower=effect.lower,
            upper=effect.upper,
            n=persons([effect]),
            events=events([effect]),
            method=method,
            note="; ".join(filter(None, (effect.zeros, middle, by_hand))),
        )


def _off_centre(effect: Effect) -> str:
    """Whether a published ratio stands far from the middle of its limits, of its logarithm."""
    if effect.study.read is None or effect.y is None or effect.v is None:
        return ""
    _, lower, upper = effect.study.read
    middle = math.sqrt(lower * upper)
    off = abs(effect.y - math.log(middle)) / math.sqrt(effect.v)
    return f"not the middle of its limits, which is {middle:.3g}" if off > OFF_CENTRE else ""


def persons(found: list[Effect]) -> int | None:
    """Persons of these studies together; None where one does not count them."""
    counted = [_sum(effect, ("n", "n_1", "n_2")) for effect in found]
    return None if None in counted else sum(each for each in counted if each is not None)


def events(found: list[Effect]) -> int | None:
    """Events of these studies together; None where one does not count them."""
    counted = [_sum(effect, ("events", "events_1", "events_2")) for effect in found]
    return None if None in counted else sum(each for each in counted if each is not None)


def _sum(effect: Effect, names: tuple[str, ...]) -> int | None:
    values = [effect.study.counts[name] for name in names if name in effect.study.counts]
    return int(sum(values)) if values else None


def _answer(
    found: list[Effect], measure: Measure, answer: Answer, options: Options
) -> Iterator[Row]:
    yield replace(answer_row("pool", measure, answer), n=persons(found), events=events(found))
    yield Row(analysis="pool", estimate="studies", value=float(len(found)))
    if answer.predicted:
        low, high = answer.predicted
        yield Row(
            analysis="pool",
            estimate="prediction interval",
            value=answer.value,
            lower=low,
            upper=high,
            method=PREDICTION,
        )
    else:
        why = "fewer than three studies, or no variance between them"
        yield Row(analysis="pool", estimate="prediction interval", method=PREDICTION, note=why)
    if answer.pooled and measure.none is not None and len(found) > 1:
        yield Row(analysis="pool", estimate="p", value=answer.pooled.p, method=answer.method)
    yield from _heterogeneity(found, measure, answer, options)


def _heterogeneity(
    found: list[Effect], measure: Measure, answer: Answer, options: Options
) -> Iterator[Row]:
    y, v = on_scale(found)
    if len(y) < 2:
        return
    scale = {"logit": "logits", "log": "logarithms", "identity": "differences"}[measure.scale]
    h = heterogeneity(y, v, options.tau2)
    by = f"inverse variance of {scale}"
    profile = f"{by}, {NAMES[options.tau2]}; limits by Q-profile"
    if answer.lr and answer.pooled:
        q, df, p = answer.lr
        yield Row(
            analysis="pool", estimate="tau²", value=answer.pooled.tau2, method=answer.method,
            variable=f"of {scale}",
        )  # fmt: skip
        test = f"likelihood-ratio test of heterogeneity, {df} df"
        yield Row(analysis="pool", estimate="chi-square", value=q, method=test)
        yield Row(analysis="pool", estimate="chi-square p", value=p, method=test)
    low, high = h.tau2_limits
    yield Row(
        analysis="pool", estimate="tau²", value=h.tau2, lower=low, upper=high, method=profile,
        variable=f"of {scale}",
    )  # fmt: skip
    low, high = h.i2_limits
    yield Row(analysis="pool", estimate="I²", value=h.i2, lower=low, upper=high, method=profile)
    test = f"Cochran's Q, {by}, {h.df} df"
    yield Row(analysis="pool", estimate="Q", value=h.q, method=test)
    yield Row(analysis="pool", estimate="Q p", value=h.p, method=test)


def _zeros(found: list[Effect], measure: Measure) -> Iterator[Row]:
    """Always a row: how many studies had an empty cell, and what each model made of them."""
    empty = [effect for effect in found if effect.zeros]
    done = [f"{effect.study.name}: {effect.zeros}" for effect in empty]
    if empty and measure.name in ("proportion", "rate"):
        done.append("the GLMM takes the counts as they are")
    yield Row(
        analysis="pool_zeros",
        estimate="studies with an empty cell",
        value=float(len(empty)),
        method="; ".join(done) or "nothing was done",
    )
