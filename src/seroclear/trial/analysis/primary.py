"""The analysis of a binary primary outcome: every row names its estimand and analysis set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.firth_logistic import firth_logistic
from seroclear.analysis.odds import PENALISED
from seroclear.analysis.prepared import Bools, Floats, number
from seroclear.analysis.proportion import exact
from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.study.checks import nearest
from seroclear.trial.analysis.exact_tests import boschloo, fisher
from seroclear.trial.analysis.missing_outcomes import (
    IMPUTED,
    Tipping,
    imputed_difference,
    tipping_points,
)
from seroclear.trial.analysis.risk_difference import Difference, miettinen_nurminen, newcombe
from seroclear.trial.analysis.stratified import (
    Stratified,
    cochran_mantel_haenszel,
    mantel_haenszel_difference,
    mantel_haenszel_odds_ratio,
)
from seroclear.trial.analysis.two_by_two import Arms, counted, strata
from seroclear.trial.protocol import Protocol

IMPUTATIONS = 50
TIPPING = (
    "Miettinen–Nurminen test for every way in which missing outcomes could have come out; the "
    "share of these ways in which the treated do better with p below alpha"
)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Participants of one analysis set, each array of shape (participants,).

    Attributes:
        success: 1, 0, or nan where the outcome is missing. Intercurrent events are in it already,
            by the estimand's strategies.
        treated: allocated to the treated arm.
        stratum: of allocation, in words; never ''.
    """

    success: Floats
    treated: Bools
    stratum: NDArray[np.object_]


def primary_analysis(
    protocol: Protocol, estimand: str, analysis_set: str, outcomes: Outcomes, seed: int = 1
) -> list[Row]:
    """Rows of analyses 'proportion', 'risk_difference', 'stratified', 'exact', 'logistic',
    'imputed' and 'tipping'; `definition` names estimand and analysis set.

    Missing outcomes count as the protocol says: as failures, or left out ('complete cases', which
    follow as a sensitivity analysis in either case).

    Args:
        protocol: of the trial.
        estimand, analysis_set: by their names in the protocol.
        outcomes: of the participants in the set.
        seed: of the imputation.

    Raises:
        SeroclearError: the protocol has no such estimand or set, or a stratum is unknown.
    """
    _known("estimand", estimand, [one.name for one in protocol.estimands])
    _known("analysis set", analysis_set, [one.name for one in protocol.analysis_sets])
    known = np.isfinite(outcomes.success)
    as_failure = replace(outcomes, success=np.where(known, outcomes.success, 0.0))
    complete = Outcomes(outcomes.success[known], outcomes.treated[known], outcomes.stratum[known])
    main, other = (
        ((as_failure, "missing outcomes are failures"), (complete, "complete cases"))
        if protocol.endpoint.missing == "failure"
        else ((complete, "complete cases"), (as_failure, "missing outcomes are failures"))
    )
    rows = [
        *_proportions(protocol, *main),
        *_main(*main),
        *_difference(miettinen_nurminen, *other),
        *_imputed(outcomes, seed),
        *_tipping(protocol, outcomes),
    ]
    labels = {
        "study": protocol.identity.number,
        "outcome": protocol.endpoint.label,
        "definition": f"estimand {estimand}, set {analysis_set}",
    }
    return [replace(row, **labels) for row in rows]  # type: ignore[arg-type]


def _known(what: str, name: str, names: list[str]) -> None:
    if name not in names:
        raise SeroclearError(f"the protocol has no {what} {name!r}; {nearest(name, names)}.")


def _arms(outcomes: Outcomes) -> Arms:
    return counted(outcomes.success == 1, outcomes.treated)


def _proportions(protocol: Protocol, outcomes: Outcomes, missing: str) -> list[Row]:
    arms = _arms(outcomes)
    rows = []
    for arm, events, n in (
        (protocol.treated, arms.events, arms.n),
        (protocol.control, arms.events_control, arms.n_control),
    ):
        found = exact(events, n)
        rows.append(
            Row(
                analysis="proportion",
                group=arm.label,
                estimate="proportion",
                value=found.value,
                lower=found.lower,
                upper=found.upper,
                n=n,
                events=events,
                method=f"Clopper–Pearson 95% limits; {missing}",
                note=found.note,
            )
        )
    return rows


def _main(outcomes: Outcomes, missing: str) -> list[Row]:
    arms = _arms(outcomes)
    tables = list(strata(outcomes.success == 1, outcomes.treated, outcomes.stratum).values())
    odds = fisher(arms)
    unconditional = boschloo(arms)
    return [
        *_difference(miettinen_nurminen, outcomes, missing),
        *_difference(newcombe, outcomes, missing),
        *_stratified("p", cochran_mantel_haenszel(tables), missing),
        *_stratified("risk difference", mantel_haenszel_difference(tables), missing),
        *_stratified("odds ratio", mantel_haenszel_odds_ratio(tables), missing),
        Row(
            analysis="exact",
            estimate="odds ratio",
            value=odds.value,
            lower=odds.lower,
            upper=odds.upper,
            n=arms.total,
            method=f"conditional maximum likelihood, exact 95% limits; {missing}",
            note=odds.note,
        ),
        _p("exact", odds.p, arms, f"Fisher's exact test, two-sided; {missing}", odds.note),
        _p(
            "exact", unconditional.p, arms, f"{unconditional.method}; {missing}", unconditional.note
        ),
        *_logistic(outcomes, missing),
    ]


def _p(analysis: str, p: float | None, arms: Arms, method: str, note: str) -> Row:
    return Row(analysis=analysis, estimate="p", value=p, n=arms.total, method=method, note=note)


def _difference(
    method: Callable[[Arms], Difference], outcomes: Outcomes, missing: str
) -> list[Row]:
    arms = _arms(outcomes)
    found = method(arms)
    said = f"{found.method}; {missing}"
    row = Row(
        analysis="risk_difference",
        estimate="risk difference",
        value=found.value,
        lower=found.lower,
        upper=found.upper,
        n=arms.total,
        method=said,
        note=found.note,
    )
    if method is newcombe:  # limits without a test
        return [row]
    return [row, _p("risk_difference", found.p, arms, said, found.note)]


def _stratified(estimate: str, found: Stratified, missing: str) -> list[Row]:
    row = Row(
        analysis="stratified",
        estimate=estimate,
        value=found.p if estimate == "p" else found.value,
        lower=found.lower,
        upper=found.upper,
        method=f"{found.method}; strata of allocation; {missing}",
        note=found.note,
    )
    return [row]


def _logistic(outcomes: Outcomes, missing: str) -> list[Row]:
    """Odds ratio of the arm, adjusted for the strata of allocation."""
    names = sorted(set(outcomes.stratum))[1:]
    columns = [outcomes.treated, *(outcomes.stratum == name for name in names)]
    found = firth_logistic(outcomes.success == 1, np.column_stack(columns).astype(float))
    with np.errstate(over="ignore"):
        value, lower, upper = (
            number(float(np.exp(part[1]))) for part in (found.coefficient, found.lower, found.upper)
        )
    method = f"{PENALISED}; adjusted for the strata of allocation; {missing}"
    size = len(outcomes.treated)
    return [
        Row(
            analysis="logistic",
            estimate="odds ratio",
            value=value,
            lower=lower,
            upper=upper,
            n=size,
            method=method,
            note=found.note,
        ),
        Row(
            analysis="logistic",
            estimate="p",
            value=number(float(found.p[1])),
            n=size,
            method=method,
            note=found.note,
        ),
    ]


def _imputed(outcomes: Outcomes, seed: int) -> list[Row]:
    missing = int(np.isnan(outcomes.success).sum())
    names = sorted(set(outcomes.stratum))[1:]
    covariates = np.array([outcomes.stratum == name for name in names], dtype=float)
    covariates = covariates.reshape(len(names), len(outcomes.treated)).T
    pooled = imputed_difference(
        outcomes.success,
        outcomes.treated,
        covariates,
        ["binary"] * len(names),
        seed,
        IMPUTATIONS,
    )
    row = Row(
        analysis="imputed",
        n=len(outcomes.treated),
        method=f"{IMPUTED}; covariates: strata of allocation; {IMPUTATIONS} imputations",
        note=pooled.note or f"{missing} outcomes imputed",
    )
    return [
        replace(
            row,
            estimate="risk difference",
            value=pooled.value,
            lower=pooled.lower,
            upper=pooled.upper,
        ),
        replace(row, estimate="p", value=pooled.p),
    ]


def tipping_of(protocol: Protocol, outcomes: Outcomes) -> Tipping | None:
    """Every way in which the missing outcomes could have come out; None where an arm has nobody."""
    known = np.isfinite(outcomes.success)
    observed = counted(outcomes.success[known] == 1, outcomes.treated[known])
    missing, missing_control = _missing(outcomes)
    if observed.n + missing == 0 or observed.n_control + missing_control == 0:
        return None
    return tipping_points(observed, missing, missing_control, protocol.size.alpha)


def _missing(outcomes: Outcomes) -> tuple[int, int]:
    """Treated and controls whose outcome is missing."""
    unknown = np.isnan(outcomes.success)
    return int((unknown & outcomes.treated).sum()), int((unknown & ~outcomes.treated).sum())


def _tipping(protocol: Protocol, outcomes: Outcomes) -> list[Row]:
    grid = tipping_of(protocol, outcomes)
    if grid is None:
        return []
    missing, missing_control = _missing(outcomes)
    worst = grid.least_successes(missing_control)
    need = "none is enough" if worst is None else f"{worst} or more"
    note = (
        f"{missing} treated and {missing_control} controls missing; had all missing controls a "
        f"success, successes needed among the missing treated: {need}"
    )
    share = float(grid.holds.mean())
    row = Row(analysis="tipping", estimate="share that holds", value=share, method=TIPPING)
    return [replace(row, n=len(outcomes.treated), note=note)]
