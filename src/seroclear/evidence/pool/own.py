"""The user's own count beside pooled studies."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from seroclear.analysis.limits import poisson, wilson
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.evidence.beside import expected_of_pool
from seroclear.evidence.pool.analysis import Pooling
from seroclear.evidence.pool.measures import PER

COUNT = re.compile(r"(\d+)/(\d+(?:\.\d+)?)")
HALF = 0.5  # added to events and non-events where one is 0
CAVEAT = "patients, tests, definitions and follow-up may differ: see the studies' own"


def with_own(pooling: Pooling, text: str) -> Pooling:
    """The pooling with rows of analysis 'pool_beside': the own value, and where 95% of new cohorts
    of this size are expected.

    Args:
        pooling: of proportions or rates.
        text: events/persons, or events/person-years for a rate.

    Raises:
        SeroclearError: it is no such count, or the pooling has no model to expect anything by.
    """
    return replace(pooling, rows=[*pooling.rows, *_rows(pooling, text)])


def _rows(pooling: Pooling, text: str) -> Iterator[Row]:
    measure, pooled = pooling.measure, pooling.answer.pooled
    if measure.name not in ("proportion", "rate"):
        raise SeroclearError("--own stands beside proportions and rates only.")
    if pooled is None or len(pooling.effects) < 2:
        raise SeroclearError("--own needs two studies or more and a model that could be fitted.")
    found = COUNT.fullmatch(text.strip())
    events, size = (int(found[1]), float(found[2])) if found else (0, 0.0)
    binomial = measure.name == "proportion"
    if not found or size <= 0 or (binomial and (events > size or size != int(size))):
        what = "persons" if binomial else "person-years"
        raise SeroclearError(f"--own {text!r} is no count; write events/{what}, such as 8/230.")
    if binomial:
        value, (lower, upper) = events / size, wilson(events, int(size))
        a, b = float(events), size - events
        if a == 0 or b == 0:
            a, b = a + HALF, b + HALF
        own = math.log(a / b), 1 / a + 1 / b
        one, n = 1.0, int(size)
    else:
        value = PER * events / size
        lower, upper = (PER * limit / size for limit in poisson(events))
        a = events or HALF
        own, one, n = (math.log(a / size), 1 / a), float(PER), None
    shared = pooling.rows[0]
    row = replace(
        shared, analysis="pool_beside", level="own", value=value, lower=lower, upper=upper, n=n,
        events=events, method="Wilson limits" if binomial else "exact Poisson limits", note=CAVEAT,
    )  # fmt: skip
    yield row
    expected = expected_of_pool(
        pooled.y, pooled.se, pooled.tau2, pooled.df, own, measure.scale, one
    )
    note = "the own value lies " + ("inside" if expected.inside else "outside")
    yield replace(
        row, level="expected", value=pooling.answer.value, lower=expected.lower,
        upper=expected.upper, n=None, events=None, note=note,
        method="95% of new cohorts of this size: tau², error of the mean and own error",
    )  # fmt: skip
    test = replace(row, level="expected", lower=None, upper=None, n=None, events=None, note="")
    method = "own value against the predictive distribution"
    yield replace(test, estimate="z", value=expected.z, method=method)
    method = f"two-sided, t with {pooled.df:.0f} df"
    yield replace(test, estimate="p", value=expected.p, method=method)
