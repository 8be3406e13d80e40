"""The truth, to be written beside the records and never read by an analysis of them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from seroclear.simulate.complications import KINDS
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.people import PATHS, UNTREATED, YEAR, People
from seroclear.simulate.phenomena import Phenomena
from seroclear.simulate.treatment import Treatment
from seroclear.simulate.truth_columns import dates, days, patient_ids
from seroclear.simulate.truth_phenomena import phenomena_truth


def patient_truth(
    people: People, treatment: Treatment, outcomes: Outcomes, phenomena: Phenomena
) -> pa.Table:
    """One row a patient. Days are fractional days since 1970-01-01; a date is their whole part.

    HBsAg is negative on a day d if loss_day <= d and not reversion_day <= d < second_loss_day.
    hazard_year_1 and hazard_later are those used to draw the reversion, per year, covariates
    included. The truth is complete up to truth_to_day, the records up to followed_to. The courses
    of those never followed are not simulated: their outcomes are null, which does not mean they had
    none.
    """
    everyone = np.arange(len(people))
    followed = people.followed
    loss = outcomes.loss
    lost = np.isfinite(loss)
    with np.errstate(invalid="ignore"):
        age_at_loss = (loss - people.birth) / YEAR
    transplanted = treatment.transplant == loss
    cause = np.array(PATHS, dtype=object)[people.path]
    cause = np.where(people.path == UNTREATED, "spontaneous", cause)
    cause = np.where(transplanted, "transplant", cause)
    on_treatment = treatment.on_na(loss, everyone) | treatment.on_ifn(loss, everyone)
    columns: dict[str, Any] = {
        "patient_id": patient_ids(everyone),
        "sex": np.where(people.female, "female", "male"),
        "birth_date": dates(people.birth),
        "infected": people.infected,
        "vaccinated": people.vaccinated,
        "followed": followed,
        "treatment": pa.array(np.array(PATHS, dtype=object)[people.path]),
        "entry_date": dates(people.entry),
        "na_start": dates(treatment.na_start, treatment.na_start < outcomes.truth_to),
        "na_stop": dates(treatment.na_stop, treatment.na_stop < outcomes.truth_to),
        "na_restart": dates(treatment.na_restart, treatment.na_restart < outcomes.truth_to),
        "ifn_start": dates(treatment.ifn_start, treatment.ifn_start < outcomes.truth_to),
        "ifn_stop": dates(treatment.ifn_stop, treatment.ifn_stop < outcomes.truth_to),
        "loss_date": dates(loss),
        "loss_day": days(loss),
        "loss_cause": pa.array(cause, mask=~lost),
        "on_treatment_at_loss": pa.array(on_treatment, mask=~lost),
        "age_at_loss": pa.array(np.where(lost, age_at_loss, 0.0), mask=~lost),
        "alt_elevated": people.alt_elevated,
        "anti_hbs_at_loss": pa.array(people.anti_hbs, mask=~lost),
        "hazard_year_1": days(outcomes.hazard_1),
        "hazard_later": days(outcomes.hazard_2),
        "reversion_date": dates(outcomes.reversion),
        "reversion_day": days(outcomes.reversion),
        "transient": pa.array(
            np.isfinite(outcomes.second_loss), mask=~np.isfinite(outcomes.reversion)
        ),
        "second_loss_date": dates(outcomes.second_loss),
        "second_loss_day": days(outcomes.second_loss),
        "hbeag_at_entry": people.hbeag,
        "hbeag_loss_date": dates(outcomes.hbeag_loss, followed),
        "cirrhosis_date": dates(outcomes.cirrhosis, followed),
        "decompensation_date": dates(outcomes.decompensation, followed),
        "hcc_date": dates(outcomes.hcc, followed),
        "transplant_date": dates(treatment.transplant, treatment.transplant < outcomes.truth_to),
        "death_date": dates(outcomes.death),
        "dropout_date": dates(outcomes.dropout, followed),
        "truth_to_day": days(np.where(followed, outcomes.truth_to, np.nan)),
        "followed_to": dates(np.where(followed, outcomes.followed_to, np.nan)),
        "hcv": people.hcv,
        "hdv": people.hdv,
        "hiv": people.hiv,
        "false_hcv_code": people.false_hcv,
        "mean_visit_gap_days": people.visit_gap,
    }
    return pa.table(columns | phenomena_truth(people, treatment, outcomes, phenomena))


EVENTS: Final = {
    "hbsag_loss": "loss_date",
    "hbsag_reversion": "reversion_date",
    "hbsag_second_loss": "second_loss_date",
    "hbeag_loss": "hbeag_loss_date",
    "cirrhosis": "cirrhosis_date",
    "decompensation": "decompensation_date",
    "hcc": "hcc_date",
    "transplant": "transplant_date",
    "death": "death_date",
    "dropout": "dropout_date",
    "resistance": "resistance_date",
    "agent_change": "agent_change_date",
    "virological_relapse": "relapse_date",
    "relapse_flare": "relapse_flare_date",
    "breakthrough_flare": "breakthrough_flare_date",
    "spontaneous_flare": "spontaneous_flare_date",
    "hbe_seroconversion": "hbe_seroconversion_date",
    "tubulopathy": "tubulopathy_date",
    "hbig_start": "hbig_start",
    "hbig_stop": "hbig_stop",
    "hbig_restart": "hbig_restart",
    "transplant_vaccine": "transplant_vaccine_date",
    "transplant_vaccine_response": "transplant_vaccine_response_date",
    "transplant_booster": "transplant_booster_date",
    "hbeag_reversion": "hbeag_reversion_date",
    **{kind: f"{kind}_date" for kind in KINDS},
}
"""Event of the event truth -> the date column of the patient truth it repeats."""


def event_truth(patients: pa.Table) -> pa.Table:
    """One row an event that truly happened: patient_id, event, date, observable (before the
    patient left care), in order of patient and date."""
    parts = []
    for event, column in EVENTS.items():
        rows = patients.filter(pc.is_valid(patients[column]))
        parts.append(
            pa.table(
                {
                    "patient_id": rows["patient_id"],
                    "event": pa.array([event] * len(rows), pa.string()),
                    "date": rows[column],
                    "observable": pc.less_equal(rows[column], rows["followed_to"]),
                }
            )
        )
    keys = [("patient_id", "ascending"), ("date", "ascending"), ("event", "ascending")]
    return pa.concat_tables(parts).sort_by(keys)
