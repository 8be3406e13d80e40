"""Randomised participants as cohorts, for the analyses that all studies share."""

from __future__ import annotations

from typing import Any

import numpy as np

from seroclear.study.cohort import Cohort, Covariate
from seroclear.trial.analysis.relapse import DAYS_A_YEAR
from seroclear.trial.report.data import LockedTrial, Randomised

SAMPLES_BEFORE = 28  # days before randomisation up to which a result counts as baseline
BASELINE = (
    Covariate("anti_hbs", "Anti-HBs (mIU/mL)", "number"),
    Covariate("alt", "ALT (U/L)", "number"),
    Covariate("hbcrag", "HBcrAg (log U/mL)", "number"),
    Covariate("hbv_dna", "HBV DNA", "category", ("not quantified", "quantified")),
    Covariate("hbv_rna", "HBV RNA", "category", ("not quantified", "quantified")),
    Covariate("site", "Site", "category"),
    Covariate("stratum", "Stratum of allocation", "category"),
)


def baseline(trial: LockedTrial) -> Cohort:
    """Everybody randomised, with what was measured before; a number below a limit of its assay
    counts as the limit."""
    columns: dict[str, list[Any]] = {one.name: [] for one in BASELINE}
    for person in trial.people:
        for name in ("anti_hbs", "alt", "hbcrag"):
            columns[name].append(_number(_first(trial, person, name)))
        for name in ("hbv_dna", "hbv_rna"):
            columns[name].append(_quantified(_first(trial, person, name)))
        columns["site"].append(person.site)
        columns["stratum"].append(person.stratum.partition(": ")[2] or person.stratum)
    return cohort(trial, "", {name: np.array(column) for name, column in columns.items()}, BASELINE)


def doses(trial: LockedTrial) -> Cohort:
    """The number of doses of each by arm, those of the trial alone."""
    counts = np.array([float(len(trial.of("dose", one))) for one in trial.people])
    label = f"Doses of {trial.protocol.trigger.product}"
    return cohort(trial, "", {"doses": counts}, (Covariate("doses", label, "number"),))


def titres(trial: LockedTrial) -> Cohort:
    """Anti-HBs at the planned visits."""
    marker = trial.protocol.trigger.marker
    planned = {one.name: one.day for one in trial.protocol.schedule.visits}
    label = f"Anti-HBs ({trial.protocol.trigger.unit})"
    table: dict[str, list[Any]] = {
        name: [] for name in ("person", "measure", "planned", "time", "lower", "upper")
    }
    for place, person in enumerate(trial.people):
        held = {person.day(one["held_on"]): one["name"] for one in trial.of("visit", person)}
        for day, reading in trial.readings(person, marker):
            if held.get(day) not in planned or reading.get("value") is None:
                continue
            side, value = reading["comparator"], reading["value"]
            line = (
                *(place, label, planned[held[day]] / DAYS_A_YEAR, day / DAYS_A_YEAR),
                *(-np.inf if side == "<" else value, np.inf if side == ">" else value),
            )
            for name, cell in zip(table, line, strict=True):
                table[name].append(cell)
    arrays = {name: np.array(column) for name, column in table.items()}
    arrays["measure"] = arrays["measure"].astype(object)
    return cohort(trial, label, {}, (), measures=(label,), visits=arrays)


def cohort(
    trial: LockedTrial,
    outcome: str,
    columns: dict[str, Any],
    covariates: tuple[Covariate, ...],
    *,
    grouped: bool = True,
    **others: Any,
) -> Cohort:
    """A cohort of everybody randomised, by arm with the control first; without follow-up."""
    size = len(trial.people)
    arms = (trial.protocol.control.label, trial.protocol.treated.label)
    zeros = np.zeros(size)
    group = np.where(trial.treated, arms[1], arms[0]).astype(object)
    fixed = {
        "patient_id": np.array([one.id for one in trial.people], dtype=object),
        "group": group if grouped else np.full(size, "", dtype=object),
        "time": zeros,
        "contact": zeros,
        "event": np.zeros(size, dtype=int),
    }
    return Cohort(
        study=trial.protocol.identity.number,
        outcome=outcome,
        definition="",
        groups=arms if grouped else (),
        covariates=covariates,
        subgroups=(),
        columns={**fixed, **columns},
        steps=(),
        **others,
    )


def _first(trial: LockedTrial, person: Randomised, test: str) -> dict[str, Any]:
    """The last reading up to the day of randomisation, {} where there is none."""
    found = [one for day, one in trial.readings(person, test) if -SAMPLES_BEFORE <= day <= 0]
    return found[-1] if found else {}


def _number(reading: dict[str, Any]) -> float:
    value = reading.get("value")
    return float("nan") if value is None else float(value)


def _quantified(reading: dict[str, Any]) -> str:
    if not reading:
        return ""
    has = reading.get("comparator") in ("=", ">") and reading.get("value") is not None
    return "quantified" if has else "not quantified"
