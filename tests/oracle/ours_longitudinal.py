"""Our numbers of repeated measures under the names of R's: one function a method."""

from __future__ import annotations

import numpy as np
from cohorts import data
from ours import Numbers
from ours_regression import Arrays, lines

from seroclear.analysis.gee import Correlation, Gee, gee
from seroclear.analysis.mixed import mixed
from seroclear.analysis.repeated_anova import repeated_anova
from seroclear.analysis.tobit import tobit
from seroclear.analysis.tobit_mixed import tobit_mixed

SHORT = ("b", "se")


def _gee(name: str, fit: Gee) -> Numbers:
    numbers = lines(name, fit.estimates, SHORT)
    return numbers | {f"{name}.alpha": fit.correlation, f"{name}.scale": fit.scale}


def respiratory(correlation: Correlation) -> Numbers:
    d = data("respiratory.csv")
    order = np.lexsort((d["visit"], d["id"], d["center"]))
    kept = order[np.arange(1, order.size + 1) % 7 != 0]
    d = {name: column[kept] for name, column in d.items()}
    x = np.column_stack([d["treat"] == "P", d["age"], d["baseline"]]).astype(float)
    who = 1000 * d["center"] + d["id"]
    fit = gee(d["outcome"], x, who, d["visit"], "binomial", correlation)
    return _gee(f"respiratory.{correlation}", fit)


def ohio() -> Numbers:
    d = data("ohio.csv")
    x = np.column_stack([d["age"], d["smoke"]])
    return _gee("ohio.exchangeable", gee(d["resp"], x, d["id"], d["age"], "binomial"))


def epil() -> Numbers:
    d = data("epil.csv")
    x = np.column_stack([d["trt"] == "progabide", np.log(d["base"] / 4), d["age"]]).astype(float)
    return _gee("epil.exchangeable", gee(d["y"], x, d["subject"], d["period"], "poisson"))


def sleep_gee() -> Numbers:
    d = data("sleepstudy.csv")
    x = d["Days"][:, None]
    return _gee("sleep.ar1", gee(d["Reaction"], x, d["Subject"], d["Days"], correlation="ar1"))


def _orthodont(gaps: bool) -> tuple[Arrays, np.ndarray, np.ndarray]:
    d = data("orthodont.csv")
    if gaps:
        kept = np.arange(1, d["age"].size + 1) % 9 != 0
        d = {name: column[kept] for name, column in d.items()}
    return d, d["age"] - 11, (d["Sex"] == "Female").astype(float)


def linear(name: str) -> Numbers:
    which, kind = name.split(".") if "." in name else ("lme", "intercept")
    if which == "sleep":
        d = data("sleepstudy.csv")
        y, x, who, time = d["Reaction"], d["Days"][:, None], d["Subject"], d["Days"]
    else:
        d, time, female = _orthodont(gaps=True)
        y, who = d["distance"], d["Subject"]
        x = np.column_stack([time, female, time * female])
    fit = mixed(y, x, who, time if kind == "slope" else None)
    numbers = lines(name, fit.estimates, SHORT) | {f"{name}.loglik": fit.log_likelihood}
    if which == "lme":
        return numbers
    for i in range(fit.random.shape[0]):
        for j in range(i + 1):
            numbers[f"{name}.g{i + 1}{j + 1}"] = float(fit.random[i, j])
    return numbers | {f"{name}.residual": fit.residual}


def _limited() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    d, age, female = _orthodont(gaps=False)
    y = d["distance"]
    side = np.where(y <= 21, -1, np.where(y >= 28, 1, 0))
    return np.clip(y, 21, 28), side, np.column_stack([age, female]), d["Subject"]


def censored() -> Numbers:
    y, side, x, _ = _limited()
    fit = tobit(y, side, x)
    numbers = lines("tobit", fit.estimates, SHORT)
    return numbers | {"tobit.sd": fit.sd, "tobit.loglik": fit.log_likelihood}


def censored_mixed() -> Numbers:
    fit = tobit_mixed(*_limited())
    return lines("tobitmixed", fit.estimates, SHORT) | {
        "tobitmixed.within": fit.within,
        "tobitmixed.between": fit.between,
        "tobitmixed.loglik": fit.log_likelihood,
    }


def anova() -> Numbers:
    d, _, _ = _orthodont(gaps=False)
    who = np.unique(d["Subject"])
    y = np.array([d["distance"][d["Subject"] == one] for one in who])
    sex = np.array([d["Sex"][d["Subject"] == one][0] for one in who])
    found = repeated_anova(y, sex)
    effects = {"group": found.group, "time": found.time, "interaction": found.interaction}
    numbers: Numbers = {f"anova.{name}.f": e.f for name, e in effects.items()}
    numbers |= {f"anova.{name}.p": e.p for name, e in effects.items()}
    return numbers | {
        "anova.time.gg": found.time.corrected_p,
        "anova.interaction.gg": found.interaction.corrected_p,
    }
