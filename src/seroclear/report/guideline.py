"""The reporting guideline that fits a study: its checklist, the estimand, the target trial."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib.resources import files

from seroclear.analysis.emulation import EmulatedTrial
from seroclear.report.document import Guideline, Section, Table
from seroclear.report.words import joined
from seroclear.study.study import Study, rival_label

TITLES = {
    "record": (
        "RECORD, which extends STROBE to routinely collected records (PLoS Med 2015;12:e1001885)"
    ),
    "target": (
        "the TARGET statement on emulated target trials (JAMA 2025), its items in our words [M]"
    ),
}
AUTHORS = "for the authors to write"
ABSENT = "not in this report"


def guideline(study: Study) -> Guideline:
    """The guideline of a study: TARGET where a target trial is emulated, else RECORD."""
    trial = next((one for one in study.analyses if isinstance(one, EmulatedTrial)), None)
    if trial is None:
        return Guideline("record", _estimand(study))
    return Guideline("target", _estimand_of_trial(study, trial), _protocol(study, trial))


def checklist(name: str, sections: Iterable[Section]) -> Table:
    """Where each item of the guideline is in the report."""
    titles = {section.name: section.title for section in sections}
    text = files(__package__).joinpath("guidelines", f"{name}.csv").read_text(encoding="utf-8")
    body = []
    for line in csv.DictReader(text.splitlines()):
        named = line["where"].split()
        places = [titles[one] for one in named if one in titles]
        places += [AUTHORS] if "authors" in named else []
        body.append((line["item"], line["asks"], "; ".join(places) or ABSENT))
    return Table("Where each item is", ("Item", "What it asks", "Where"), tuple(body))


def _who(study: Study) -> str:
    return "; ".join(f"not: {c.label}" if c.action == "drop" else c.label for c in study.population)


def _estimand(study: Study) -> str:
    name = study.outcome_name
    if study.follow_up is None:
        counted = f"{name}, in those in whom it is known"
    else:
        counted = f"{name} from time zero on, while followed"
    text = f"Of those who pass the flowchart: {counted}"
    if study.groups is not None:
        text += f", compared between {joined(study.group_order)} as they were at time zero"
    if study.changes:
        text += f"; before and after {joined(one.label for one in study.changes)}"
    if study.competing:
        rivals = joined(dict.fromkeys(map(rival_label, study.competing)))
        text += (
            f". After {rivals} the outcome can no longer happen: cumulative incidence takes this "
            "as competing, hazard ratios as the end of follow-up"
        )
    return f"{text}. Groups were not assigned: a difference is an association."


def _estimand_of_trial(study: Study, trial: EmulatedTrial) -> str:
    what, rivals = _label(study, trial), joined(map(rival_label, study.competing))
    ended = f"; {rivals} counted as the end of follow-up" if rivals else ""
    return (
        f"The difference in the risk of {study.outcome_name} by week {trial.until_weeks}, had "
        f"everybody who is eligible had '{what}' within {trial.grace_weeks} weeks of time zero and "
        f"had nobody had it (per protocol{ended})."
    )


def _label(study: Study, trial: EmulatedTrial) -> str:
    return next(one.label for one in study.changes if one.name == trial.name)


def _protocol(study: Study, trial: EmulatedTrial) -> tuple[tuple[str, str, str], ...]:
    what, grace, end = _label(study, trial), trial.grace_weeks, trial.until_weeks
    covariates = "; ".join(one.label for one in study.covariates)
    return (
        ("Eligibility", _who(study), "the same, by what the records held up to time zero"),
        (
            "Strategies",
            f"'{what}' within {grace} weeks of time zero; or not at all until week {end}",
            "the same, by the first supply on record; stopping it later is no departure",
        ),
        (
            "Assignment",
            "at random, open label",
            f"everybody into both (clones); alike within what is on record: {covariates}",
        ),
        (
            "Time zero and follow-up",
            f"from randomisation to outcome, death, loss to follow-up or week {end}",
            "from the day on which eligibility is complete; a clone leaves with its strategy",
        ),
        ("Outcome", study.outcome_name, "the same, dated by the first test that shows it"),
        (
            "Contrast",
            "per protocol: difference of risks",
            "the same, if nobody unlike in what is not on record chose differently",
        ),
        (
            "Analysis",
            "difference of risks between the arms",
            "clones censored when they leave a strategy, the others weighted for them",
        ),
    )
