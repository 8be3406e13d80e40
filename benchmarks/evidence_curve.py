"""How well persons are rebuilt from printed curves: `python benchmarks/evidence_curve.py`.

Samples whose persons are known are drawn, their curves digitised with errors, and rebuilt. Writes
the table into docs/evidence-pooling.md.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from document import markdown, put

from seroclear.analysis.curve import kaplan_meier_curve
from seroclear.analysis.log_rank import log_rank_test
from seroclear.evidence.curve.points import Printed
from seroclear.evidence.curve.reconstruct import rebuild
from seroclear.evidence.curve.rows import rows

DOCUMENT = Path(__file__).parents[1] / "docs" / "evidence-pooling.md"
POINTS, LAST = 100, 5.5  # points of a curve, years it is drawn
RISK_TIMES = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
# name, (persons, hazard a year) of the groups, error of reading
SAMPLES = (
    ("168 and 30, as after NA and IFN", ((168, 0.04), (30, 0.35)), 0.004),
    ("200 and 200", ((200, 0.12), (200, 0.25)), 0.004),
    ("200 and 200, read badly", ((200, 0.12), (200, 0.25)), 0.012),
    ("60 and 60", ((60, 0.3), (60, 0.5)), 0.004),
)
Persons = tuple[np.ndarray, np.ndarray]


def sample(
    random: np.random.Generator, groups: tuple[tuple[int, float], ...], error: float
) -> tuple[list[Persons], list[Printed]]:
    """Persons with exponential times, censored evenly or when the figure ends, and their curves as
    somebody read them."""
    persons, printed = [], []
    for i, (n, hazard) in enumerate(groups):
        t, c = random.exponential(1 / hazard, n), np.minimum(random.uniform(0.5, 6, n), LAST)
        time, event = np.minimum(t, c), (t <= c).astype(float)
        curve = kaplan_meier_curve(time, event == 1)
        x = np.linspace(0.02, LAST, POINTS)
        k = np.searchsorted(curve.time, x, side="right") - 1
        y = np.where(k >= 0, curve.survival[np.maximum(k, 0)], 1.0)
        y = np.clip(y + random.normal(0, error, POINTS), 0, 1)
        at_risk = [int((time >= each).sum()) for each in RISK_TIMES]
        printed.append(Printed(str(i), [*map(float, x)], [*map(float, y)], [*RISK_TIMES], at_risk))
        persons.append((time, event))
    return persons, printed


def measured(seed: int, which: int) -> dict[str, float]:
    """One sample: the differences that rebuilding makes, and whether they were announced."""
    _, groups, error = SAMPLES[which]
    persons, printed = sample(np.random.default_rng([seed, which]), groups, error)
    found = [rebuild(each) for each in printed]
    made = {(row.estimate, row.group): row for row in rows(found)}
    time, event = (np.concatenate([each[i] for each in persons]) for i in (0, 1))
    group = np.repeat(np.array(["0", "1"], dtype=object), [len(each[0]) for each in persons])
    from seroclear.analysis.cox_fit import fit_cox

    true = float(
        fit_cox(time, event == 1, (group == "1").astype(float)[:, None]).fit.coefficient[0]
    )
    ratio = made[("hazard ratio, reading error", "")]
    assert ratio.value
    assert ratio.lower
    assert ratio.upper
    z = math.sqrt(log_rank_test(time, event == 1, group, ["0", "1"]).chi_square or 0)
    rebuilt = math.sqrt(made[("chi-square", "")].value or 0)
    result = {
        "rmse": max(each.error for each in found),
        "log hr": abs(math.log(ratio.value) - true),
        "announced": float(ratio.lower <= math.exp(true) <= ratio.upper),
        "inside": float(
            (made[("hazard ratio", "")].lower or 0)
            <= math.exp(true)
            <= (made[("hazard ratio", "")].upper or math.inf)
        ),
        "z": abs(z - rebuilt),
        "events": float(abs(sum(each.event.sum() for each in found) - event.sum())),
    }
    median = kaplan_meier_curve(*(persons[1][0], persons[1][1] == 1)).median()[0]
    again = made.get(("median, reading error", "1"))
    if median is not None and again is not None and again.lower and again.upper:
        result["median"] = abs(median - (again.value or 0))
        result["median announced"] = float(again.lower <= median <= again.upper)
    return result


HEADER = (
    *("sample", "RMSE of survival", "log hazard ratio off by", "within the reading error"),
    *("within its 95% limits", "median off by (years)", "within the reading error of the median"),
    *("√ of log-rank χ² off by", "events off by"),
)
RUNS = 100


def table() -> list[list[str]]:
    """Means over the samples; of `within`, percent of them."""
    body = []
    for which, (name, _, _) in enumerate(SAMPLES):
        runs = [measured(seed, which) for seed in range(RUNS)]

        def mean(key: str, runs: list[dict[str, float]] = runs) -> float:
            return float(np.mean([run[key] for run in runs if key in run]))

        body.append(
            [
                name,
                f"{mean('rmse'):.4f}",
                f"{mean('log hr'):.3f}",
                f"{100 * mean('announced'):.0f}%",
                f"{100 * mean('inside'):.0f}%",
                f"{mean('median'):.2f}",
                f"{100 * mean('median announced'):.0f}%",
                f"{mean('z'):.2f}",
                f"{mean('events'):.1f}",
            ]
        )
    return body


if __name__ == "__main__":
    put(DOCUMENT, "curves", markdown(HEADER, table()))
