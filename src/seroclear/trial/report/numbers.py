"""Every number of a trial's report, as rows of the analyses that made it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

import numpy as np

from seroclear.analysis.discrimination import discrimination
from seroclear.analysis.odds import logistic_regression
from seroclear.analysis.proportion import exact
from seroclear.analysis.result import Row
from seroclear.analysis.table_one import table_one
from seroclear.analysis.visit_means import visit_means
from seroclear.study.cohort import CENSORED, OUTCOME, Cohort, Covariate
from seroclear.trial.analysis.primary import primary_analysis
from seroclear.trial.analysis.relapse import time_to_relapse
from seroclear.trial.report import cohorts
from seroclear.trial.report.data import LockedTrial
from seroclear.trial.report.outcomes import (
    maybe_masked,
    members,
    outcomes,
    relapse_windows,
)

ITT, PER_PROTOCOL = "itt", "per_protocol"
CORRECTED = "strata as corrected"
DOSES, BIOMARKERS = "doses", "biomarkers"  # `definition` of rows that share an analysis' name
# Predictors of the model, chosen before the data: few, since failures are few. Titres spread over
# powers of ten, so that their logarithm is what a model holds.
PREDICTORS: Final = (
    Covariate("log2_anti_hbs", "Anti-HBs, per doubling", "number"),
    Covariate("hbcrag", "HBcrAg (log U/mL)", "number"),
)


def numbers(trial: LockedTrial, seed: int = 1) -> list[Row]:
    """Rows of every analysis.

    Args:
        trial: locked.
        seed: of the multiple imputation.

    Raises:
        SeroclearError: the protocol's sets or estimands are not known here.
    """
    protocol = trial.protocol
    first, *others = protocol.estimands
    # Nothing is tested at baseline: who is in which arm is chance (CONSORT 2025).
    tests = ("p", "smd")
    rows = [row for row in table_one(cohorts.baseline(trial)) if row.estimate not in tests]
    planned = [(first, ITT), (first, PER_PROTOCOL), *((one, one.analysis_set) for one in others)]
    for estimand, name in planned:
        chosen = members(trial, name)
        if chosen.any():
            found = outcomes(trial, estimand, chosen)
            rows += primary_analysis(protocol, estimand.name, name, found, seed)
    rows += strata_corrected(trial, seed)
    lower, upper = (np.array(side, dtype=float) for side in relapse_windows(trial))
    labels = (protocol.control.label, protocol.treated.label)
    rows += time_to_relapse(lower, upper, trial.treated, labels)
    rows += [
        replace(row, definition=DOSES)
        for row in table_one(cohorts.doses(trial))
        if row.estimate not in tests
    ]
    rows += visit_means(cohorts.titres(trial))
    rows += masked(trial) + adverse_events(trial) + deviations(trial)
    prediction = failures(trial)
    rows += [
        replace(row, definition=BIOMARKERS)
        for row in (*logistic_regression(prediction), *discrimination()(prediction))
    ]
    return [replace(row, study=protocol.identity.number) for row in rows]


def strata_corrected(trial: LockedTrial, seed: int) -> list[Row]:
    """The stratified analyses of the primary estimand with every stratum as it should have been;
    none where nothing was corrected."""
    if all(one.stratum == one.corrected for one in trial.people):
        return []
    first = trial.protocol.estimands[0]
    found = outcomes(trial, first, members(trial, ITT))
    strata = np.array([one.corrected for one in trial.people], dtype=object)
    again = primary_analysis(trial.protocol, first.name, ITT, replace(found, stratum=strata), seed)
    return [
        replace(
            row,
            definition=f"{row.definition}, {CORRECTED}",
            method=row.method.replace("strata of allocation", CORRECTED),
        )
        for row in again
        if row.analysis in ("stratified", "logistic")
    ]


def masked(trial: LockedTrial) -> list[Row]:
    """Rows of analysis 'masked': of those sustained, whose deciding sample antibody may have
    blinded."""
    rows = []
    for label, treated in _arms(trial):
        sustained = [
            one
            for one in trial.people
            if one.treated == treated and trial.adjudicated[one.id] == "sustained"
        ]
        hidden = sum(maybe_masked(trial, one) for one in sustained)
        words = "Sustained, by a sample within the wash-out of a dose"
        rows.append(_share("masked", label, words, hidden, len(sustained)))
    return rows


def adverse_events(trial: LockedTrial) -> list[Row]:
    """Rows of analysis 'adverse_events': persons with one or more, of the safety set: by whether
    a dose was given; exact limits."""
    rows = []
    product = trial.protocol.trigger.product
    for label, given in ((f"{product} given", True), (f"No {product} given", False)):
        people = [one for one in trial.people if bool(trial.dose_days(one)) == given]
        events = {one.id: trial.of("adverse_event", one) for one in people}
        kinds: dict[str, set[str]] = {"Any": set(), "Serious": set(), "Related": set()}
        terms: dict[str, set[str]] = {}
        for id, mine in events.items():
            for event in mine:
                kinds["Any"].add(id)
                if event["serious"]:
                    kinds["Serious"].add(id)
                if event["related"] not in ("not related", "unknown"):
                    kinds["Related"].add(id)
                terms.setdefault(event["term"], set()).add(id)
        for name, whom in (*kinds.items(), *sorted(terms.items())):
            rows.append(_share("adverse_events", label, name, len(whom), len(people)))
    return rows


def deviations(trial: LockedTrial) -> list[Row]:
    """Rows of analysis 'deviations': how many of each kind, by arm."""
    rows = []
    for label, treated in _arms(trial):
        mine = [one for one in trial.people if one.treated == treated]
        found = [row for one in mine for row in trial.of("deviation", one)]
        counts = Counter((row["kind"], row["description"]) for row in found)
        rows += [
            Row(
                analysis="deviations",
                group=label,
                variable=kind,
                level=words,
                estimate="n",
                value=float(count),
                n=len(mine),
            )
            for (kind, words), count in sorted(counts.items())
        ]
    return rows


def failures(trial: LockedTrial) -> Cohort:
    """A failure of the primary estimand among those whose outcome is known, with biomarkers."""
    estimand = trial.protocol.estimands[0]
    found = outcomes(trial, estimand, members(trial, ITT))
    base = cohorts.baseline(trial)
    failed = found.success == 0
    titre = base.columns["anti_hbs"]
    levels = ("sustained", "not sustained")
    columns = {
        **base.columns,
        "log2_anti_hbs": np.log2(np.where(titre > 0, titre, np.nan)),
        "event": np.where(failed, OUTCOME, CENSORED),
        "outcome": np.where(failed, levels[1], levels[0]).astype(object),
    }
    known = np.isfinite(found.success)
    return replace(
        base,
        outcome=f"No {trial.protocol.endpoint.label[0].lower()}{trial.protocol.endpoint.label[1:]}",
        kind="category",
        levels=levels,
        covariates=PREDICTORS,
        columns={name: column[known] for name, column in columns.items()},
    )


def _arms(trial: LockedTrial) -> tuple[tuple[str, bool], tuple[str, bool]]:
    protocol = trial.protocol
    return (protocol.control.label, False), (protocol.treated.label, True)


def _share(analysis: str, group: str, variable: str, events: int, n: int) -> Row:
    found = exact(events, n)
    return Row(
        analysis=analysis,
        group=group,
        variable=variable,
        estimate="proportion",
        value=found.value,
        lower=found.lower,
        upper=found.upper,
        n=n,
        events=events,
        method="Clopper–Pearson 95% limits",
        note=found.note,
    )
