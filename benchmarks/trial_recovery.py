"""Truth recovery of the trial's estimators: bias and coverage over simulated trials.

    python benchmarks/trial_recovery.py [--trials 10000]

Each trial is simulated by the design's simulator (antibody, triggered doses, relapses, assays,
losses; see docs/trial-design.md) and analysed by the estimators of the report. The truth is the
difference of the two rates that participants were given, both without relapse by week 48. First the
estimators are alone: everybody's relapse is known. Then one thing after another comes between: the
assay, which sees no relapse near its limit; antibody that hides the antigen; losses.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from seroclear.analysis.limits import wilson
from seroclear.trial.analysis.risk_difference import miettinen_nurminen, newcombe
from seroclear.trial.analysis.stratified import mantel_haenszel_difference
from seroclear.trial.analysis.two_by_two import Arms
from seroclear.trial.design.assumptions import Assumptions
from seroclear.trial.design.simulate import Trials, simulate
from seroclear.trial.protocol import Protocol, read_protocol

Limits = tuple[float, float, float]
SEED = 20260302


def truths(protocol: Protocol) -> list[tuple[str, Assumptions, bool]]:
    """What is simulated, and whether everybody's relapse is known."""
    size = protocol.size
    planned = Assumptions(size.control_rate, size.treated_rate, dropout=size.dropout)
    clear = replace(planned, dropout=0.0, missed_visit=0.0, masking_titre=math.inf)
    null = replace(clear, treated_rate=size.control_rate)
    mild = replace(clear, control_rate=0.85, treated_rate=0.95)
    return [
        ("70% v 90%, relapse known", clear, True),
        ("85% v 95%, relapse known", mild, True),
        ("70% v 70%, relapse known", null, True),
        ("70% v 90%, as the assay sees it", clear, False),
        ("70% v 90%, antibody hides besides", replace(clear, masking_titre=100.0), False),
        ("70% v 90%, 10% lost besides, who are failures", planned, False),
    ]


def arms_of(trials: Trials, trial: int, known: bool) -> list[Arms]:
    """The strata of one simulated trial."""
    successes = trials.truth if known else trials.success
    return [
        Arms(int(x), int(n), int(y), int(m))
        for (x, y), (n, m) in zip(successes[trial], trials.n[trial], strict=True)
    ]


def whole(strata: list[Arms]) -> Arms:
    """All strata as one."""
    return Arms(
        sum(one.events for one in strata),
        sum(one.n for one in strata),
        sum(one.events_control for one in strata),
        sum(one.n_control for one in strata),
    )


def by_score(strata: list[Arms]) -> Limits:
    found = miettinen_nurminen(whole(strata))
    return found.value or 0.0, found.lower or 0.0, found.upper or 0.0


def by_newcombe(strata: list[Arms]) -> Limits:
    found = newcombe(whole(strata))
    return found.value or 0.0, found.lower or 0.0, found.upper or 0.0


def by_strata(strata: list[Arms]) -> Limits:
    found = mantel_haenszel_difference(strata)
    return found.value or 0.0, found.lower or 0.0, found.upper or 0.0


ESTIMATORS: dict[str, Callable[[list[Arms]], Limits]] = {
    "Miettinen–Nurminen": by_score,
    "Newcombe": by_newcombe,
    "Mantel–Haenszel, Sato": by_strata,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000)
    trials = parser.parse_args().trials
    protocol = read_protocol()
    print("| Truth | Estimator | Difference | Mean estimate | Bias (SE) | Coverage (95% CI) |")
    print("|---|---|---|---|---|---|")
    for label, truth, known in truths(protocol):
        simulated = simulate(protocol, truth, trials, SEED)
        wanted = truth.treated_rate - truth.control_rate
        tables = [arms_of(simulated, one, known) for one in range(trials)]
        for name, estimator in ESTIMATORS.items():
            found = np.array([estimator(one) for one in tables])
            bias = found[:, 0] - wanted
            covered = int(((found[:, 1] <= wanted) & (wanted <= found[:, 2])).sum())
            low, high = wilson(covered, trials)
            error = bias.std(ddof=1) / math.sqrt(trials)
            print(
                f"| {label} | {name} | {100 * wanted:.1f} | {100 * found[:, 0].mean():.2f} "
                f"| {100 * bias.mean():+.2f} ({100 * error:.2f}) "
                f"| {100 * covered / trials:.1f}% ({100 * low:.1f}–{100 * high:.1f}) |"
            )


if __name__ == "__main__":
    main()
