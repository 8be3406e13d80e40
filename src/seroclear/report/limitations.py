"""What these data cannot tell: the limitations of a report. No number below the disclosure
threshold is ever named here."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from seroclear.analysis.result import Row
from seroclear.records.store import Store
from seroclear.report.words import joined, one_of
from seroclear.study.cohort import Cohort
from seroclear.study.study import Study

SHORT_OF_TESTS = 0.10  # share not tested again, above which the reader is told (design choice)
MUCH_MISSING = 0.10  # share unknown, above which the reader is told (design choice)
IMBALANCE = 0.1  # from here on groups are commonly called unlike (Austin, Stat Med 2009;28:3083)
# Ways of making groups alike that a comparison rests on: of an emulated trial, of two groups.
WEIGHTED = ("weighted", "overlap weights")
# Adjusted models of a cohort, and what they estimate.
MODELS = {"cox": "hazard ratios", "logistic": "odds ratios", "time_varying_cox": "hazard ratios"}
# The note of a model's rows where events are few for its terms (`regression_rows.few_events`).
FEW = re.compile(r"events for (\d+) terms?: read with care")


def limitations(
    study: Study, cohort: Cohort, rows: Sequence[Row], store: Store, threshold: int
) -> list[str]:
    """Sentences about what these data cannot tell.

    Args:
        study, cohort, store: what was asked, of whom, in which records.
        rows: of every analysis, not yet suppressed.
        threshold: the disclosure threshold.
    """
    found = _of_records(store)
    if not len(cohort):
        return ["Nobody fits the study: nothing can be estimated.", *found]
    found += _of_follow_up(study, cohort, threshold)
    found += _of_events(rows)
    found += _of_balance(rows)
    found += _of_missing(cohort, threshold)
    if study.shown_by[0]:
        found.append(_BETWEEN_TESTS)
    if study.groups is not None or study.changes:
        found.append(_NOT_RANDOM)
    weighted = any(row.analysis in ("overlap_weighted", "emulated_trial") for row in rows)
    if weighted and not any(other.negative_control for other in study.secondary):
        found.append(_NO_CONTROL)
    return found


_BETWEEN_TESTS = (
    "An event is dated by the test that first shows it; it happened at some time since the test "
    "before. Only an interval-censored analysis allows for that."
)
_NOT_RANDOM = (
    "Nobody was assigned to a group at random: groups differ in age, ALT and much that is not on "
    "record, and adjustment covers only what was measured."
)


_NO_CONTROL = (
    "No negative control: of the outcomes that the records hold the study names none that neither "
    "treatment could cause or prevent, so what bias the weights leave is not measured."
)


def _of_records(store: Store) -> list[str]:
    found = []
    absent = store.manifest.get("absent", [])
    if absent:
        found.append(
            f"The records have no {', no '.join(absent)}: what they would tell is unknown."
        )
    return found


def _share(part: int, whole: int, threshold: int) -> str | None:
    """A percentage that reveals no small count, None when it would."""
    if whole == 0 or 0 < part < threshold or 0 < whole - part < threshold:
        return None
    return f"{100 * part / whole:.0f}%"


def _of_follow_up(study: Study, cohort: Cohort, threshold: int) -> list[str]:
    retested = cohort.columns["retested"].astype(bool)
    missing = int((~retested).sum())
    share = _share(missing, len(cohort), threshold)
    if missing / len(cohort) <= SHORT_OF_TESTS or share is None:
        return []
    sentence = (
        f"{share} of the cohort were never tested again during follow-up: they say nothing about "
        f"{study.outcome_name}, and its percentage depends on whether they are counted."
    )
    return [sentence]


def _of_events(rows: Sequence[Row]) -> list[str]:
    """Outcomes too rare for the adjusted models of them, each once. How many events is not said:
    beside the whole, those of complete cases would show who is incomplete."""
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.analysis not in MODELS or row.definition != rows[0].definition:
            continue
        ratios = MODELS[row.analysis]
        few = FEW.search(row.note)
        if row.note.startswith("no events") and row.value is None:
            said = f"No {row.outcome} was seen: {ratios} cannot be estimated."
        elif few is not None:
            rarer = " (the rarer of having it and not)" if row.analysis == "logistic" else ""
            said = (
                f"{one_of(row.outcome)}: the adjusted model has {few[1]} terms and fewer than ten "
                f"events{rarer} for each. Its {ratios} are unstable; read the penalised ones and "
                "the crude ones."
            )
        else:
            continue
        found.setdefault((row.analysis, row.outcome), said)
    return list(found.values())


def _of_balance(rows: Sequence[Row]) -> list[str]:
    """What the weights of the main analysis leave unlike."""
    unlike = [
        row.variable
        for row in rows
        if row.analysis == "balance"
        and row.stratum in WEIGHTED
        and row.value is not None
        and abs(row.value) >= IMBALANCE
    ]
    if not unlike:
        return []
    sentence = (
        f"Even weighted the groups differ in {joined(dict.fromkeys(unlike))} (standardised "
        f"difference of {IMBALANCE} or more): the weighted comparison is not free of that."
    )
    return [sentence]


def _of_missing(cohort: Cohort, threshold: int) -> list[str]:
    found = []
    for covariate in (*cohort.covariates, *cohort.described):
        values = cohort.columns[covariate.name]
        unknown = np.isnan(values.astype(float)) if covariate.kind == "number" else values == ""
        part = int(unknown.sum())
        share = _share(part, len(cohort), threshold)
        if part / len(cohort) > MUCH_MISSING and share is not None:
            found.append(f"{covariate.label} is unknown for {share} of the cohort.")
    return found
