"""Words for the report that follow from the study, the definition and the data: methods and
limitations. No number below the disclosure threshold is ever named here."""

from __future__ import annotations

import numpy as np

from seroclear.course.catalogue import EVENT_LABELS, MARKER_LABELS
from seroclear.course.definition import Definition
from seroclear.records.store import Store
from seroclear.report.words import joined, one_of
from seroclear.study.cohort import OUTCOME, Cohort
from seroclear.study.course_nodes import EventDate, LastTest
from seroclear.study.language import last_contact
from seroclear.study.show import analysis_name
from seroclear.study.study import Study, rival_label

FEW_EVENTS_PER_TERM = 10  # Peduzzi P et al., J Clin Epidemiol 1995;48:1503
SHORT_OF_TESTS = 0.10  # share not tested again, above which the reader is told (design choice)
MUCH_MISSING = 0.10  # share unknown, above which the reader is told (design choice)
MUCH_REJECTED = 0.01  # share of known tests' rows that could not be read (design choice)


GRID = "The whole study is repeated under each definition of the grid."
SENTENCES = {
    "kaplan_meier": (
        "Survival free of the outcome was estimated by the Kaplan–Meier method with "
        "log-transformed 95% limits."
    ),
    "log_rank": "Groups were compared by the log-rank test.",
    "cox": (
        "Hazard ratios come from Cox models (Efron's method for ties), crude and adjusted for "
        "{covariates}; Firth's penalty is added when events are few, and scaled Schoenfeld "
        "residuals test proportional hazards."
    ),
    "interval_censored": (
        "Because the outcome happens between two tests, the analysis is repeated for "
        "interval-censored data: nonparametric maximum likelihood and a piecewise-exponential "
        "model."
    ),
    "competing": (
        "{rivals} compete{s} with the outcome in an Aalen–Johansen analysis (with Gray's test "
        "where groups are compared), in which persons count until then or the last contact."
    ),
    "competing_regression": (
        "Fine–Gray regression says what changes the incidence, cause-specific Cox regression what "
        "changes the hazard, both adjusted for {covariates}."
    ),
    "rates": "Crude rates have exact Poisson limits, percentages Wilson limits.",
    "logistic_regression": (
        "Odds ratios come from logistic regression, crude and adjusted for {covariates}; Firth's "
        "penalty is added when events are few."
    ),
    "yearly_trend": "The share by calendar year is tested for a trend (Cochran–Armitage).",
    "mixed_model": (
        "How fast a number changes comes from a linear mixed model (a random intercept and slope a "
        "person), which uses every visit of everybody."
    ),
    "tobit_model": (
        "Results beyond a limit of the assay enter a mixed model as such, not as the limit."
    ),
    "repeated_measures": (
        "Repeated-measures analysis of variance, which leaves out whoever misses a visit, is there "
        "to stand beside the published one."
    ),
    "outcome_share": "Percentages have exact (Clopper–Pearson) limits.",
    "person_time": (
        "Follow-up was split where {changes} began, so that nobody is credited with time that had "
        "to be survived; rates have exact Poisson limits."
    ),
    "time_varying_cox": (
        "Cox models of the split follow-up compare the time after {changes} with the time before, "
        "alone and adjusted for {covariates}."
    ),
    "balance": (
        "Standardised differences say how alike the groups are: as they are, weighted by inverse "
        "probability or overlap, and matched."
    ),
    "overlap_weighted": (
        "Overlap weights (logistic regression of the group on {covariates}) make the groups alike; "
        "the weighted Cox model has robust limits, and E-values say how strong unmeasured "
        "confounding would have to be."
    ),
    "emulatedtrial": (
        "A target trial is emulated by cloning everybody into both strategies, censoring a clone "
        "when its strategy is left and weighting those who stay by {covariates}; limits are from "
        "resampled persons (seeded)."
    ),
    "competingwithin": (
        "Cumulative incidence within subgroups is that of Aalen and Johansen, each on its own."
    ),
    "concordance_by_quarter": (
        "Concordance with the rules is the share who had changed by the end of each quarter, of "
        "those whom a rule had begun to apply to; Wilson limits."
    ),
    "discrimination": (
        "The area under the curve is that of a logistic model of {covariates}, also corrected for "
        "optimism by resampling (seeded)."
    ),
    "table_one_by_outcome": "Table 1 sets those with and without the outcome side by side.",
}


def methods(study: Study, rules: Definition, store: Store) -> str:
    """The methods paragraph of a study as it was run."""
    criteria = "; ".join(
        f"not: {c.label}" if c.action == "drop" else c.label for c in study.population
    )
    covariates = "; ".join(variable.label for variable in study.covariates)
    every = [*study.analyses, *(one for other in study.secondary for one in other.analyses)]
    used = dict.fromkeys(map(_kind, every))
    rivals = list(dict.fromkeys([*map(rival_label, study.competing), "death"]))
    said = {
        "covariates": covariates,
        "rivals": one_of(joined(rivals)),
        "s": "" if len(rivals) > 1 else "s",
        "changes": joined(change.label for change in study.changes),
    }
    return " ".join(
        [
            _of_reading(store),
            _of_definition(rules),
            f"Population, in this order: {criteria}.",
            _of_time(study),
            *(SENTENCES[name].format(**said) for name in used if name in SENTENCES),
            *([GRID] if len(study.definitions) > 1 else []),
        ]
    )


def _kind(analysis: object) -> str:
    """An analysis as it is called in `SENTENCES`: its function, or its class in small letters."""
    analysis = getattr(analysis, "func", analysis)
    return str(getattr(analysis, "__name__", type(analysis).__name__.lower()))


def _of_time(study: Study) -> str:
    zero = study.time_zero
    start = (
        f"Time zero is the {zero.which} {EVENT_LABELS[zero.event]}, dated by the first record that "
        "shows it"
        if isinstance(zero, EventDate)
        else "Time zero is a date that the study names"
    )
    if study.follow_up is None:
        return f"{start}; the outcome is {study.outcome_name}, so far as it is known."
    ends = study.follow_up.ends
    tested = [end.marker for end in ends if isinstance(end, LastTest)]
    where = [f"the last {MARKER_LABELS[marker]} test" for marker in tested]
    if last_contact in ends:
        where.append("the last contact")
    if len(ends) > len(where):
        where.append("another end of follow-up that the study names")
    return (
        f"{start}; follow-up ends at the first record of {_outcome(study)}, or is censored at "
        f"{' or '.join(where)}, whichever comes first."
    )


def _outcome(study: Study) -> str:
    return study.outcome_name


def _of_reading(store: Store) -> str:
    return (
        f"Records ({store.manifest['source']}) were read by seroclear "
        f"{store.manifest['seroclear']}: each laboratory result was read once by a fixed grammar "
        "into value, comparator, unit and status; what could not be read was rejected and counted."
    )


def _of_definition(rules: Definition) -> str:
    return (
        f"Definition '{rules.name}': {rules.summary} HBsAg below {rules['hbsag.llod']} IU/mL or "
        "reported negative counts as negative; results of one day that contradict each other, bare "
        f"indices between {rules['hbsag.grey_low']} and {rules['hbsag.grey_high']} S/CO, negatives "
        f"within {rules.washout_days} days after HBIG and positives within "
        f"{rules['hbsag.ignore_after_vaccine']} days after a vaccine dose count as indeterminate. "
        f"Supplies of one drug up to {rules['exposure.gap']} days apart are one treatment."
    )


def limitations(study: Study, cohort: Cohort, store: Store, threshold: int) -> list[str]:
    """Sentences about what these data cannot tell."""
    found = _of_records(store)
    if not len(cohort):
        return ["Nobody fits the study: nothing can be estimated.", *found]
    found += _of_follow_up(study, cohort, threshold)
    found += _of_events(study, cohort, threshold)
    found += _of_missing(cohort, threshold)
    if study.shown_by[0]:
        found.append(_BETWEEN_TESTS)
    if study.groups is not None or study.changes:
        found.append(_NOT_RANDOM)
    return found


_BETWEEN_TESTS = (
    "An event is dated by the test that first shows it; it happened at some time since the test "
    "before. Only an interval-censored analysis allows for that."
)
_NOT_RANDOM = (
    "Nobody was assigned to a group at random: groups differ in age, ALT and much that is not on "
    "record, and adjustment covers only what was measured."
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
        f"{_outcome(study)}, and its percentage depends on whether they are counted."
    )
    return [sentence]


def _of_events(study: Study, cohort: Cohort, threshold: int) -> list[str]:
    events = int((cohort.columns["event"] == OUTCOME).sum())
    terms = 1 + sum(max(len(v.levels) - 1, 1) for v in study.covariates)
    if cohort.kind == "number" or not any(_is_model(one) for one in study.analyses):
        return []
    if events == 0:
        return [f"No {_outcome(study)} was seen: hazard ratios cannot be estimated."]
    if events >= FEW_EVENTS_PER_TERM * terms:
        return []
    count = f"{events} events" if events >= max(threshold, 1) else "Very few events"
    sentence = (
        f"{count} carry an adjusted model of {terms} terms: fewer than {FEW_EVENTS_PER_TERM} for "
        "each. The adjusted hazard ratios are unstable; read the penalised ones and the crude one."
    )
    return [sentence]


def _is_model(analysis: object) -> bool:
    return analysis_name(analysis) in ("cox", "logistic regression", "logistic_regression")


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
