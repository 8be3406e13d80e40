"""Survival statistics on many rows, beside R's survival and lifelines where they are installed.

    python benchmarks/survival_speed.py [ROWS] [--write] [--lifelines PYTHON]

Gives CPU seconds of each method and how many digits of each coefficient agree with R's coxph.
lifelines is no dependency: PYTHON is that of an environment of its own.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from document import markdown, put

from seroclear.analysis.cox_kernel import cox_regression
from seroclear.analysis.curve import kaplan_meier_curve
from seroclear.analysis.fine_gray import fine_gray
from seroclear.analysis.log_rank import log_rank_test
from seroclear.analysis.restricted_mean import restricted_mean
from seroclear.analysis.turnbull import turnbull

ROWS = 1_000_000
COLUMNS = 8
DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"
WINDOWS = 10_000  # persons of the interval-censored estimate
Frame = dict[str, np.ndarray]
Timings = dict[str, float]

R = """
library(survival)
a <- commandArgs(trailingOnly = TRUE)
n <- as.integer(a[2])
d <- as.data.frame(matrix(readBin(a[1], "double", n * 11), n))
names(d) <- c("time", "event", "group", paste0("x", 1:8))
cpu <- function(f) { t <- system.time(r <- f()); list(r, sum(t[1:2])) }
km <- cpu(function() survfit(Surv(time, event) ~ 1, data = d, conf.type = "log"))
lr <- cpu(function() survdiff(Surv(time, event) ~ group, data = d))
cox <- cpu(function() coxph(Surv(time, event) ~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8, data = d,
  ties = "efron", control = coxph.control(eps = 1e-13, toler.chol = 1e-14)))
cat(sprintf("{\\"Kaplan\\u2013Meier\\": %f, \\"log-rank\\": %f, \\"Cox\\": %f, \\"coef\\": [%s]}",
  km[[2]], lr[[2]], cox[[2]], paste(sprintf("%.17g", coef(cox[[1]])), collapse = ",")))
"""


LIFELINES = """
import json, sys, time, warnings
import numpy as np, pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test
warnings.simplefilter("ignore")
n = int(sys.argv[2])
d = np.fromfile(sys.argv[1]).reshape(11, n).T
days, event, first = d[:, 0], d[:, 1] > 0, d[:, 2] == 0
frame = pd.DataFrame(d[:, 3:], columns=[f"x{k}" for k in range(8)])
frame["time"], frame["event"] = days, event
said = {}
def cpu(name, fit):
    begun = time.process_time()
    made = fit()
    said[name] = time.process_time() - begun
    return made
cpu("Kaplan\u2013Meier", lambda: KaplanMeierFitter().fit(days, event))
cpu("log-rank", lambda: logrank_test(days[first], days[~first], event[first], event[~first]))
cox = cpu("Cox", lambda: CoxPHFitter().fit(frame, "time", "event"))
said["coef"] = list(cox.params_)
print(json.dumps(said))
"""


def hospital(rows: int, seed: int = 1) -> Frame:
    """Whole days of follow-up, a third with the outcome, a tenth with a competing event."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, COLUMNS))
    x[:, :3] = x[:, :3] > 0
    event = np.ceil(rng.exponential(3000 * np.exp(-x @ np.full(COLUMNS, 0.1))))
    censored = np.ceil(rng.uniform(1, 3650, rows))
    days = np.minimum(event, censored)
    seen = event <= censored
    other = ~seen & (rng.random(rows) < 0.15)
    group = np.where(x[:, 0] > 0, "IFN", "NA").astype(object)
    cause = np.where(seen, 1, np.where(other, 2, 0))
    return {"time": days / 365.25, "event": seen, "group": group, "cause": cause, "x": x}


def ours(d: Frame) -> tuple[Timings, np.ndarray]:
    """CPU seconds by method, and the coefficients of the Cox model."""
    fits: dict[str, Callable[[], Any]] = {
        "Kaplan–Meier": lambda: kaplan_meier_curve(d["time"], d["event"]),
        "log-rank": lambda: log_rank_test(d["time"], d["event"], d["group"], ("NA", "IFN")),
        "restricted mean": lambda: restricted_mean(d["time"], d["event"], 5.0),
        "Cox": lambda: cox_regression(d["time"], d["event"], d["x"]),
        "Cox, robust": lambda: cox_regression(d["time"], d["event"], d["x"], robust=True),
        "Fine–Gray": lambda: fine_gray(d["time"], d["cause"], d["x"]),
        f"Turnbull, {WINDOWS:,} persons": lambda: _turnbull(),
    }
    cox_regression(d["time"][:1000], d["event"][:1000], d["x"][:1000])  # imports
    timed = {name: _cpu(fit) for name, fit in fits.items()}
    return {name: seconds for name, (seconds, _) in timed.items()}, timed["Cox"][1].coefficient


def _turnbull() -> None:
    rng = np.random.default_rng(2)
    truth = rng.exponential(8, WINDOWS)
    visits = np.cumsum(np.ceil(rng.gamma(4, 45, (WINDOWS, 40))), axis=1) / 365.25
    visits[visits > rng.uniform(0.3, 12, (WINDOWS, 1))] = np.inf
    before = np.where(visits < truth[:, None], visits, 0.0).max(axis=1)
    after = np.where(visits >= truth[:, None], visits, np.inf).min(axis=1)
    if turnbull(before, after) is None:
        raise RuntimeError("Turnbull's estimate was not reached")


def of_r(d: Frame) -> tuple[Timings, np.ndarray] | None:
    """The same by R's survival; None where R is not installed."""
    return _asked(d, "Rscript", "time.R", R) if shutil.which("Rscript") else None


def of_lifelines(d: Frame, python: str) -> tuple[Timings, np.ndarray]:
    """The same by lifelines."""
    return _asked(d, python, "time.py", LIFELINES)


def _asked(d: Frame, interpreter: str, name: str, text: str) -> tuple[Timings, np.ndarray]:
    """What a script says that reads the rows as columns of doubles."""
    table = np.column_stack([d["time"], d["event"], d["group"] == "IFN", d["x"]]).astype(float)
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "rows.bin", Path(folder) / name
        data.write_bytes(table.tobytes(order="F"))
        script.write_text(text)
        said = subprocess.run(
            [interpreter, str(script), str(data), str(len(table))],
            check=True,
            capture_output=True,
            text=True,
        )
    answer = json.loads(said.stdout)
    return answer, np.array(answer.pop("coef"))


def _cpu(fit: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    result = fit()
    return time.process_time() - begun, result


def _digits(a: np.ndarray, b: np.ndarray) -> float:
    apart = np.abs(a - b) / np.abs(b)
    return -math.log10(max(float(apart.max()), 1e-16))


def table(rows: int, lifelines_python: str | None) -> str:
    """CPU seconds by method and library, in Markdown."""
    d = hospital(rows)
    mine, coefficients = ours(d)
    columns = {"seroclear": mine}
    digits = []
    r = of_r(d)
    if r is not None:
        columns["R survival"] = r[0]
        digits.append(f"seroclear's Cox shares {_digits(coefficients, r[1]):.1f} digits with R's")
    if lifelines_python is not None:
        lifelines = of_lifelines(d, lifelines_python)
        columns["lifelines"] = lifelines[0]
        if r is not None:
            shared = _digits(lifelines[1], r[1])
            digits.append(f"lifelines' {shared:.1f}")
    lines = [
        (name, *(f"{c[name]:.1f}" if name in c else "–" for c in columns.values())) for name in mine
    ]
    shares = f" Of the coefficients {', '.join(digits)}." if digits else ""
    return (
        f"{rows:,} rows, {int(d['event'].sum()):,} events, {COLUMNS} covariates: CPU seconds."
        f"{shares}\n\n{markdown(('method', *columns), lines)}"
    )


def main() -> None:
    """Prints the table, or writes it to docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("rows", nargs="?", type=int, default=ROWS)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    parser.add_argument("--lifelines", metavar="PYTHON", help="of an environment with lifelines")
    given = parser.parse_args()
    text = table(given.rows, given.lifelines)
    if given.write:
        put(DOCUMENT, "survival", text)
    else:
        print(text)


if __name__ == "__main__":
    main()
