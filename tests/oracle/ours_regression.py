"""Our numbers of regressions and exact methods under the names of R's: one function a method."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from cohorts import data
from ours import Numbers

from seroclear.analysis import proportion
from seroclear.analysis.calibration import calibration
from seroclear.analysis.estimates import Estimates
from seroclear.analysis.evalue import e_value
from seroclear.analysis.exact_ratio import Ratio, odds_ratio, rate_ratio
from seroclear.analysis.expression import fold_change
from seroclear.analysis.firth_logistic import firth_logistic
from seroclear.analysis.logistic import logistic
from seroclear.analysis.multiplicity import benjamini_hochberg, holm
from seroclear.analysis.negative_control import systematic_error
from seroclear.analysis.rank import correlations, signed_rank
from seroclear.analysis.roc import auc, compare_auc, curve

Arrays = dict[str, np.ndarray]
ALL = ("b", "se", "lower", "upper", "p")


def number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def lines(name: str, fit: Estimates, parts: Sequence[str] = ALL) -> Numbers:
    columns = {"b": fit.coefficient, "se": fit.se, "lower": fit.lower, "upper": fit.upper}
    columns |= {"p": fit.p}
    return {
        f"{name}.{j}.{part}": number(columns[part][j])
        for j in range(fit.coefficient.size)
        for part in parts
    }


def birthwt() -> tuple[Arrays, np.ndarray, np.ndarray]:
    d = data("birthwt.csv")
    columns = [d["age"], d["lwt"], d["race"] == 2, d["race"] == 3, d["smoke"]]
    return d, d["low"] == 1, np.column_stack(columns).astype(float)


def ordinary() -> Numbers:
    _, low, x = birthwt()
    return lines("birthwt", logistic(low, x).estimates)


def weighted() -> Numbers:
    d, low, x = birthwt()
    return lines("weighted", logistic(low, x, weight=d["ftv"] + 0.5).estimates)


def firth(name: str) -> Numbers:
    if name == "endometrial":
        d = data("endometrial.csv")
        fit = firth_logistic(d["HG"] == 1, np.column_stack([d["NV"], d["PI"], d["EH"]]))
    elif name == "alone":
        d = data("birthwt.csv")
        x = np.column_stack([d["age"], d["smoke"], d["ftv"] == 6])
        fit = firth_logistic(d["low"] == 1, x)
    else:
        d = {column: values[:145] for column, values in data("birthwt.csv").items()}
        fit = firth_logistic(d["low"] == 1, np.column_stack([d["age"], d["smoke"]]))
    return lines(name, fit)


def roc() -> Numbers:
    d, low, x = birthwt()
    model, light = logistic(low, x).probability, -d["lwt"]
    numbers: Numbers = {}
    for name, score in (("roc.model", model), ("roc.weight", light)):
        area = auc(score, low)
        numbers |= {
            f"{name}.auc": area.value,
            f"{name}.se": area.se,
            f"{name}.lower": area.lower,
            f"{name}.upper": area.upper,
        }
    points = curve(model, low)
    assert points is not None
    return numbers | {
        "roc.difference.p": compare_auc(model, light, low).p,
        "roc.sensitivity": float(points.sensitivity[points.youden]),
        "roc.specificity": float(points.specificity[points.youden]),
    }


def calibrated() -> Numbers:
    _, low, x = birthwt()
    fitted = logistic(low, x).probability
    risk = 1 / (1 + np.exp(-(0.3 + 1.4 * np.log(fitted / (1 - fitted)))))
    found = calibration(risk, low)
    return {
        "calibration.intercept": found.intercept[0],
        "calibration.intercept.lower": found.intercept[1],
        "calibration.slope": found.slope[0],
        "calibration.slope.upper": found.slope[2],
        "calibration.brier": found.brier,
    }


def shares(kind: str) -> Numbers:
    method = proportion.exact if kind == "exact" else proportion.mid_p
    numbers: Numbers = {}
    for count, n in ((0, 501), (5, 102), (12, 12)):
        found = method(count, n)
        name = f"share.{count}.{n}.{kind}"
        numbers |= {f"{name}.lower": found.lower, f"{name}.upper": found.upper}
    return numbers


def _ratio(name: str, found: Ratio) -> Numbers:
    parts = {"value": found.value, "lower": found.lower, "upper": found.upper, "p": found.p}
    return {f"{name}.{part}": value for part, value in parts.items()}


def odds() -> Numbers:
    return _ratio("odds.full", odds_ratio(5, 97, 10, 20)) | _ratio(
        "odds.empty", odds_ratio(0, 15, 6, 14)
    )


def rates() -> Numbers:
    return _ratio("rate.11", rate_ratio(11, 800, 3, 610)) | _ratio(
        "rate.0", rate_ratio(0, 120, 4, 80)
    )


def adjusted() -> Numbers:
    p = np.array([0.01, 0.02, 0.03, 0.04, 0.05, 0.001, 0.02, 0.9])
    return {
        f"{name}.{j}": float(value)
        for name, method in (("holm", holm), ("bh", benjamini_hochberg))
        for j, value in enumerate(method(p))
    }


def ranks(method: str) -> Numbers:
    d = data("birthwt.csv")
    names = ("age", "lwt", "bwt")
    found = correlations(
        [d[name] for name in names], "kendall" if method == "kendall" else "spearman"
    )
    numbers: Numbers = {}
    for i, j in ((0, 1), (0, 2), (1, 2)):
        name = f"{method}.{names[i]}.{names[j]}"
        numbers |= {name: float(found.coefficient[i, j]), f"{name}.p": float(found.p[i, j])}
    return numbers


def paired() -> Numbers:
    d = data("sleepstudy.csv")
    return {"signed.p": signed_rank(*(d["Reaction"][d["Days"] == day] for day in (0, 9)))[0]}


def ddct() -> Numbers:
    d = data("birthwt.csv")
    found = fold_change(d["lwt"] / 10, d["age"] / 2, d["smoke"] == 1)
    return {
        "ddct.fold": found.value,
        "ddct.lower": found.lower,
        "ddct.upper": found.upper,
        "ddct.p": found.p,
    }


def confounding() -> Numbers:
    found = {
        "above": e_value(3.9, 1.8, 8.7),
        "below": e_value(0.8, 0.71, 0.9),
        "common": e_value(0.6, 0.45, 0.8, common=True),
    }
    return {f"evalue.{name}": e.value for name, e in found.items()} | {
        f"evalue.{name}.limit": e.limit for name, e in found.items()
    }


def controls() -> Numbers:
    log_ratio = np.array([0.12, -0.05, 0.31, 0.22, -0.14, 0.4, 0.02, 0.18])
    se = np.array([0.1, 0.08, 0.15, 0.12, 0.2, 0.11, 0.09, 0.14])
    found = systematic_error(log_ratio, se)
    return {
        "control.mean": found.mean,
        "control.sd": found.sd,
        "control.p": found.p(0.6, 0.2),
    }
