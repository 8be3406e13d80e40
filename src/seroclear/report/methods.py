"""The methods paragraph: what was done, from the study, the definition and the store."""

from __future__ import annotations

from seroclear.course.catalogue import EVENT_LABELS, MARKER_LABELS
from seroclear.course.definition import Definition
from seroclear.records.store import Store
from seroclear.report.method_sentences import SENTENCES
from seroclear.report.words import joined, one_of
from seroclear.study.course_nodes import EventDate, LastTest
from seroclear.study.language import last_contact
from seroclear.study.study import Study, rival_label

GRID = "The whole study is repeated under each definition of the grid."


def methods(study: Study, rules: Definition, store: Store) -> str:
    """The methods paragraph of a study as it was run."""
    criteria = "; ".join(
        f"not: {c.label}" if c.action == "drop" else c.label for c in study.population
    )
    covariates = "; ".join(variable.label for variable in study.covariates)
    every = [*study.analyses, *(one for other in study.secondary for one in other.analyses)]
    used = dict.fromkeys(map(kind, every))
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
            *dict.fromkeys(SENTENCES[name].format(**said) for name in used if name in SENTENCES),
            *([GRID] if len(study.definitions) > 1 else []),
        ]
    )


def kind(analysis: object) -> str:
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
