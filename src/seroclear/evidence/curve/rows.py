"""Rebuilt curves as rows of the one result shape."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from seroclear.analysis.cox_fit import fit_cox
from seroclear.analysis.curve import METHOD as KAPLAN_MEIER
from seroclear.analysis.log_rank import log_rank_test
from seroclear.analysis.result import Row
from seroclear.evidence.curve.read_again import Array, Persons, Reading, read_again
from seroclear.evidence.curve.reconstruct import Rebuilt

METHOD = "reconstructed from a printed curve (Guyot 2012)"
READINGS = 50  # repetitions with errors of reading as large as the round trip's
SEED = 1
STUDY = "curve"
READ_AGAIN = f"rebuilt persons printed and read again: of {READINGS} all came back within these"


def rows(found: list[Rebuilt]) -> list[Row]:
    """Rows of analysis 'curve_round_trip', 'curve_at_risk', 'kaplan_meier' and, of several curves,
    'log_rank' and 'cox' (against the first); 'reading error' says how far each may lie from what
    the paper's own data give: the rebuilt persons are printed and read again."""
    again = [read_again(found, np.random.default_rng([SEED, i])) for i in range(READINGS)]
    made = [*_round_trip(found), *_medians(found, again)]
    if len(found) > 1:
        made += [*_log_rank(found), *_ratios(found, again)]
    return [replace(row, study=STUDY, method=row.method or METHOD) for row in made]


def _round_trip(found: list[Rebuilt]) -> Iterator[Row]:
    for each in found:
        group, n = each.printed.group, len(each.time)
        events = int(each.event.sum())
        yield _row("curve_round_trip", group, "RMSE of survival", each.error)
        yield _row("curve_round_trip", group, "largest difference of survival", each.worst)
        yield _row("curve_round_trip", group, "RMSE of the clean-up", each.curve.moved)
        stated = each.printed.events
        note = "the paper's number was not given"
        if stated is not None:
            note = f"the paper's number: {stated}" + ("" if stated == events else "; not reached")
        row = _row("curve_round_trip", group, "events", float(events), note)
        yield replace(row, n=n, events=events)
        for time, wanted, got in zip(
            each.printed.risk_times, each.printed.at_risk, each.at_risk, strict=True
        ):
            note = "" if got == wanted else f"printed: {wanted}"
            yield replace(
                _row("curve_at_risk", group, "at risk", float(got), note), time=time, n=got
            )


def _row(analysis: str, group: str, estimate: str, value: float | None, note: str = "") -> Row:
    return Row(analysis=analysis, group=group, estimate=estimate, value=value, note=note)


def _medians(found: list[Rebuilt], again: list[Reading]) -> Iterator[Row]:
    for i, each in enumerate(found):
        value, lower, upper = each.back.median()
        row = _row("kaplan_meier", each.printed.group, "median", value)
        note = "" if value is not None else "survival does not fall to one half"
        yield replace(
            row, lower=lower, upper=upper, note=note, n=len(each.time),
            events=int(each.event.sum()), method=f"{METHOD}; {KAPLAN_MEIER}",
        )  # fmt: skip
        if value is None:
            continue
        pairs = [
            (reading.true[i].median()[0], reading.found[i].back.median()[0]) for reading in again
        ]
        off = max((abs(a - b) for a, b in pairs if a is not None and b is not None), default=None)
        if off is not None:
            row = _row(
                "kaplan_meier", each.printed.group, "median, reading error", value, READ_AGAIN
            )
            yield replace(row, lower=max(0.0, value - off), upper=value + off)


def _log_rank(found: list[Rebuilt]) -> Iterator[Row]:
    time, event, group, names = _together(found)
    test = log_rank_test(time, event, group, names)
    yield _row("log_rank", "", "chi-square", test.chi_square, test.note)
    yield _row("log_rank", "", "p", test.p)


def _ratios(found: list[Rebuilt], again: list[Reading]) -> Iterator[Row]:
    for i in range(1, len(found)):
        group = found[i].printed.group
        against = f"against {found[0].printed.group}"
        value, lower, upper, p, note = _ratio(found[0], found[i])
        row = _row("cox", "", "hazard ratio", value, note)
        yield replace(row, variable=against, level=group, lower=lower, upper=upper)
        yield replace(_row("cox", "", "p", p), variable=against, level=group)
        if value is None:
            continue
        pairs = [
            (
                _log(_ratio_of(*reading.persons(0, i))),
                _log(_ratio(reading.found[0], reading.found[i])),
            )
            for reading in again
        ]
        off = max((abs(a - b) for a, b in pairs if a is not None and b is not None), default=None)
        if off is not None:
            row = _row("cox", "", "hazard ratio, reading error", value, READ_AGAIN)
            row = replace(row, lower=value * math.exp(-off), upper=value * math.exp(off))
            yield replace(row, variable=against, level=group)


def _log(ratio: _Ratio) -> float | None:
    return math.log(ratio.value) if ratio.value else None


class _Ratio(NamedTuple):
    value: float | None
    lower: float | None
    upper: float | None
    p: float | None
    note: str


def _ratio(first: Rebuilt, second: Rebuilt) -> _Ratio:
    return _ratio_of((first.time, first.event), (second.time, second.event))


def _ratio_of(first: Persons, second: Persons) -> _Ratio:
    """Hazard ratio of the second against the first."""
    time, event = (np.concatenate([each[i] for each in (first, second)]) for i in (0, 1))
    if not event.any():
        return _Ratio(None, None, None, None, "no events")
    x = np.repeat([0.0, 1.0], [len(first[0]), len(second[0])])[:, None]
    fitted = fit_cox(time, event == 1, x)
    if fitted.notes[0]:
        return _Ratio(None, None, None, None, fitted.notes[0])
    fit = fitted.fit
    value, lower, upper = (float(np.exp(each[0])) for each in fit[0:1] + fit[2:4])
    return _Ratio(value, lower, upper, float(fit.p[0]), "")


def _together(found: list[Rebuilt]) -> tuple[Array, Any, Any, list[str]]:
    names = [each.printed.group for each in found]
    time = np.concatenate([each.time for each in found])
    event = np.concatenate([each.event for each in found]) == 1
    group = np.repeat(np.array(names, dtype=object), [len(each.time) for each in found])
    return time, event, group, names
