"""Plain reference: the durability study, one patient after another, as its words say.

Written from `seroclear/studies/durability.py`, without Ibis, DuckDB or NumPy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from reference import chain, engine, liver
from reference.chain import Event
from reference.findings import Finding, findings
from reference.stores import History
from reference.treatment import Line, regimens

from seroclear.course.definition import Definition

DAYS_A_YEAR = 365.25
# The order of the study's criteria; a patient leaves at the first that is not met.
CRITERIA = 9


@dataclass(frozen=True, slots=True)
class Facts:
    """What a course says of one patient, as far as the study asks."""

    history: History
    found: list[Finding]
    lines: list[Line]
    events: list[Event]

    @classmethod
    def of(cls, history: History, rules: Definition) -> Facts:
        found = findings(history, rules)
        lines = regimens(history, rules)
        events = chain.hbsag(found, lines, rules) + chain.chronic(found, history.condition, rules)
        events += liver.events(history, rules)
        for name in ("hcv", "hdv", "hiv"):
            events += engine.coinfection(name, found, history)
        return cls(history, found, lines, events)

    def days(self, *names: str) -> list[date]:
        """Days of some events, in order of time."""
        return sorted(event.date for event in self.events if event.name in names)

    def tests(self, marker: str) -> list[Finding]:
        """Decisive findings of a marker, in order of time."""
        return [f for f in self.found if f.marker == marker and f.status != "indeterminate"]

    def given(self, drug_class: str, day: date, within: int) -> bool:
        """Whether any of it was taken on one of so many days up to a day."""
        return any(
            dose["start"] <= day and dose["end"] >= day - timedelta(within)
            for dose in self.history.exposure
            if dose["drug_class"] == drug_class
        )


def left_at(facts: Facts) -> int:
    """How many criteria a patient meets: CRITERIA for a member of the cohort."""
    met = [any(f.marker == "hbsag" and f.status == "positive" for f in facts.found)]
    losses = facts.days("hbsag_loss")
    met.append(bool(losses))
    if losses:
        index = losses[0]
        taken = exposure(facts, index)
        met += [
            any(day <= index for day in facts.days("chronic_hbv")),
            taken != "none",
            taken in ("NA", "IFN"),
            not any(day <= index for day in facts.days("hcv", "hdv", "hiv")),
            not any(day <= index for day in facts.days("liver_transplant")),
            not facts.given("HBIG", index, 183),
            not facts.given("vaccine", index, 28),
        ]
    return met.index(False) if False in met else CRITERIA


def exposure(facts: Facts, index: date) -> str:
    """Drug classes of the lines that began on or before a day."""
    classes = {one for line in facts.lines if line.start <= index for one in line.classes}
    return {
        frozenset(): "none",
        frozenset({"NA"}): "NA",
        frozenset({"IFN"}): "IFN",
        frozenset({"NA", "IFN"}): "NA and IFN",
    }[frozenset(classes)]


def member(facts: Facts) -> dict[str, Any]:
    """The cohort's row of a patient who meets every criterion."""
    index = facts.days("hbsag_loss")[0]
    loss = next(e for e in facts.events if e.name == "hbsag_loss" and e.date == index)
    tests = facts.tests("hbsag")
    transplant = min((d for d in facts.days("liver_transplant") if d > index), default=date.max)
    end = min(tests[-1].date, transplant)
    reversion = min(
        (e for e in facts.events if e.name == "hbsag_seroreversion" and index < e.date <= end),
        key=lambda event: event.date,
        default=None,
    )
    inside = [test for test in tests if index <= test.date <= end]
    stop = reversion.date if reversion else end
    if reversion and reversion.earliest:
        lower = max(reversion.earliest, index)
    else:
        lower = max(test.date for test in inside if test.status == "negative")
    death = facts.history.patient.get("death_date")
    died = reversion is None and death is not None and death <= transplant
    last_contact = min(max(facts.history.patient["observed_to"], stop), transplant)
    seen_to = max(death, stop) if died and death else last_contact

    def years(day: date) -> float:
        return (day - index).days / DAYS_A_YEAR

    return {
        "patient_id": facts.history.patient["patient_id"],
        "index": index,
        "group": exposure(facts, index),
        "time": years(stop),
        "event": 1 if reversion else 0,
        "lower": years(lower),
        "upper": years(reversion.date) if reversion else math.inf,
        "index_lower": years(loss.earliest) if loss.earliest else -math.inf,
        "retested": any(test.date > index for test in inside),
        "contact": years(max(seen_to, stop)) if reversion is None else None,
        "died": died,
        **characteristics(facts, index),
    }


def characteristics(facts: Facts, index: date) -> dict[str, Any]:
    """Covariates and described characteristics; '' and nan are unknown."""

    def status(marker: str, within: int) -> str:
        near = [t for t in facts.tests(marker) if index - timedelta(within) <= t.date <= index]
        return near[-1].status if near else ""

    born = facts.history.patient.get("birth_date")
    starts = [line.start for line in facts.lines]
    covered = any(line.start <= index <= line.end for line in facts.lines)
    return {
        "age_at_loss_years": (index - born).days / DAYS_A_YEAR if born else math.nan,
        "sex": facts.history.patient.get("sex") or "",
        "alt_at_loss": status("alt", 180),
        "anti_hbs_at_loss": status("anti_hbs", 180),
        "treatment_at_loss": "on" if covered else "off",
        "cirrhosis_before_the_loss": (
            "yes" if any(day <= index for day in facts.days("cirrhosis")) else "no"
        ),
        "first_treatment_to_loss_years": (index - min(starts)).days / DAYS_A_YEAR,
        "hbeag_at_loss": status("hbeag", 730),
        "hbv_dna_at_loss": status("hbv_dna", 365),
    }
