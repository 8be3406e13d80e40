"""Our pooling under the names of metafor's."""

from __future__ import annotations

import math

import numpy as np
from cohorts import data
from ours import Numbers

from seroclear.evidence.pool.effects import effects
from seroclear.evidence.pool.glmm import glmm
from seroclear.evidence.pool.inverse_variance import Array, common, heterogeneity, pooled
from seroclear.evidence.pool.mantel_haenszel import mantel_haenszel
from seroclear.evidence.pool.measures import measure_of
from seroclear.evidence.pool.models import on_scale
from seroclear.evidence.pool.studies import Study

COUNTS = {
    "proportion": ("events", "n"),
    "rate": ("events", "person_years"),
    "or": ("events_1", "n_1", "events_2", "n_2"),
}
COLUMNS = {"events_1": "events", "n_1": "n"}


def studies(case: str, counts: tuple[str, ...]) -> list[Study]:
    every = data("pooling.csv")
    mine = np.flatnonzero(every["case"] == case)
    return [
        Study(
            name=str(i), line=0, endpoint="", definition="", time_weeks="", year=None, source="",
            quote="", read=None,
            counts={name: float(every[COLUMNS.get(name, name)][i]) for name in counts},
        )
        for i in mine
    ]  # fmt: skip


def on_the_scale(case: str, measure: str) -> tuple[Array, Array]:
    counts = COUNTS.get(measure, COUNTS["or"])
    return on_scale(effects(studies(case, counts), measure_of(measure)))


def one_method(name: str, y: Array, v: Array, method: str) -> Numbers:
    fit = pooled(y, v, method)
    at = f"{name}.{method}"
    numbers: Numbers = {
        f"{at}.y": fit.y,
        f"{at}.se": fit.se,
        f"{at}.lower": fit.lower,
        f"{at}.upper": fit.upper,
        f"{at}.tau2": fit.tau2,
    }
    if len(y) < 2:
        return numbers
    h = heterogeneity(y, v, method)
    numbers |= {
        f"{at}.i2": h.i2,
        f"{at}.floor.se": pooled(y, v, method, floor=True).se,
        f"{at}.tau2.lower": h.tau2_limits[0],
        f"{at}.tau2.upper": h.tau2_limits[1],
        f"{at}.i2.lower": h.i2_limits[0],
        f"{at}.i2.upper": h.i2_limits[1],
    }
    if fit.predicted:
        numbers |= {f"{at}.pi.lower": fit.predicted[0], f"{at}.pi.upper": fit.predicted[1]}
    return numbers


def random_effects(method: str, *cases: tuple[str, str, str]) -> Numbers:
    """Cases are (data, measure, R's name)."""
    numbers: Numbers = {}
    for case, measure, name in cases:
        numbers |= one_method(name, *on_the_scale(case, measure), method)
    return numbers


def common_effect(*cases: tuple[str, str, str]) -> Numbers:
    numbers: Numbers = {}
    for case, measure, name in cases:
        y, v = on_the_scale(case, measure)
        fit, h = common(y, v), heterogeneity(y, v)
        numbers |= {
            f"{name}.common.y": fit.y,
            f"{name}.common.se": fit.se,
            f"{name}.q": h.q,
            f"{name}.q.p": h.p,
        }
    return numbers


def sensitivity(*cases: tuple[str, str, str]) -> Numbers:
    numbers: Numbers = {}
    for case, measure, name in cases:
        y, v = on_the_scale(case, measure)
        if len(y) < 3:
            continue
        for i in range(len(y)):
            fit = pooled(np.delete(y, i), np.delete(v, i))
            at = f"{name}.without.{i + 1}"
            numbers |= {at: fit.y, f"{at}.se": fit.se}
        for i in range(2, len(y) + 1):
            fit = pooled(y[:i], v[:i])
            numbers |= {f"{name}.upto.{i}": fit.y, f"{name}.upto.{i}.se": fit.se}
    return numbers


def one_study() -> Numbers:
    y, v = on_the_scale("loss", "proportion")
    numbers: Numbers = {}
    for method in ("DL", "PM", "REML"):
        numbers |= one_method("one.logit", y[1:2], v[1:2], method)
    return numbers


def tables(*cases: str) -> Numbers:
    numbers: Numbers = {}
    for case in cases:
        counted = [each.counts for each in studies(case, COUNTS["or"])]
        cells = np.array(
            [
                (c["events_1"], c["n_1"] - c["events_1"], c["events_2"], c["n_2"] - c["events_2"])
                for c in counted
            ]
        )
        for name in ("or", "rr", "rd"):
            fit = mantel_haenszel(name, cells)
            assert fit is not None
            numbers |= {f"{case}.{name}.mh.y": fit.y, f"{case}.{name}.mh.se": fit.se}
    return numbers


def counts_model(exact: bool, *cases: str) -> Numbers:
    """metafor's numbers, or the `exact` ones of the same likelihood."""
    numbers: Numbers = {}
    for case in cases:
        for kind, size in (("binomial", "n"), ("poisson", "person_years")):
            found = studies(case, ("events", size))
            fit = glmm(
                np.array([each.counts["events"] for each in found]),
                np.array([each.counts[size] for each in found]),
                kind == "binomial",
            )
            at = f"{case}.{kind}"
            if not exact:
                numbers |= {
                    f"{at}.y": fit.pooled.y,
                    f"{at}.se": fit.pooled.se,
                    f"{at}.tau2": fit.pooled.tau2,
                    f"{at}.lr": fit.q,
                    f"{at}.lr.p": fit.p,
                }
            elif fit.pooled.tau2 > 0:
                high = fit.pooled.y + (fit.pooled.y - fit.pooled.lower) / fit.pooled.se * math.sqrt(
                    fit.pooled.se**2 + fit.pooled.tau2
                )
                numbers |= {
                    f"{at}.exact.y": fit.pooled.y,
                    f"{at}.exact.tau": math.sqrt(fit.pooled.tau2),
                    f"{at}.exact.se": fit.pooled.se,
                    f"{at}.exact.lower": fit.pooled.lower,
                    f"{at}.exact.pi.upper": high,
                }
    return numbers
