"""Weekly clinics after enrolment: visits, results, doses, and what else happens to people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np

from seroclear.trial.conduct.deviations import record_deviation
from seroclear.trial.conduct.doses import give_dose, record_stock
from seroclear.trial.conduct.events import (
    record_adverse_event,
    record_intercurrent_event,
    record_withdrawal,
)
from seroclear.trial.conduct.findings import level_of
from seroclear.trial.conduct.orders import cancel_order, escalate_orders, list_orders
from seroclear.trial.conduct.randomise import correct_stratum
from seroclear.trial.conduct.results import list_results
from seroclear.trial.conduct.visits import record_visit
from seroclear.trial.demonstration.clock import Clock
from seroclear.trial.demonstration.enrolment import Enrolment
from seroclear.trial.demonstration.participants import Participant
from seroclear.trial.demonstration.staff import Staff
from seroclear.trial.protocol import Protocol
from seroclear.trial.protocol.parts import Visit

WEEK: Final = timedelta(weeks=1)
# Shares below are assumed: they make every kind of thing happen now and then.
EARLY_OR_LATE: Final = 0.15  # visits a week before or after their day
OUTSIDE: Final = 0.01  # visits after their window
EVENT: Final = 0.03  # visits at which somebody tells of an adverse event
SERIOUS: Final = 0.06  # adverse events
SORE: Final = 0.04  # doses after which the place hurts
LATER: Final = 0.25  # doses given three days after they were ordered
LATE: Final = 0.20  # orders still open a week later; some of these doses are late
STOPS: Final = 0.005  # visits of the treated after which they want no more doses
RESTARTS: Final = 0.3  # relapses after which an antiviral is begun at the next visit
OTHERS: Final = {"vaccination": 0.004, "hbig_in_control": 0.004}  # visits of controls
TERMS: Final = (
    *("Upper respiratory tract infection", "Headache", "Fatigue", "Nausea", "Dizziness"),
    *("Back pain", "Insomnia", "Diarrhoea"),
)
WRONG_STRATUM: Final = 0.02  # participants
LOT: Final = 60  # doses in a delivery


class FollowUp:
    """What happens at a site from week to week; the time is the demonstration's clock."""

    def __init__(
        self,
        protocol: Protocol,
        staff: Staff,
        clock: Clock,
        enrolment: Enrolment,
        random: np.random.Generator,
    ) -> None:
        self._protocol, self._staff, self._clock = protocol, staff, clock
        self._enrolment, self._random = enrolment, random
        self._planned: dict[tuple[date, str], list[tuple[str, Visit]]] = {}
        self._left: dict[str, int] = {}  # site -> doses in stock
        self._deliveries: dict[str, int] = {}
        self._gone: set[str] = set()
        self._stopped: set[str] = set()
        self._restart: set[str] = set()

    def enrol(self, subject: str) -> None:
        """Plans somebody's visits."""
        person = self._enrolment.people[subject]
        if self._random.random() < WRONG_STRATUM:
            self._correct_stratum(subject, person.site)
        for visit in self._protocol.schedule.visits[1:]:
            weeks = 0
            if self._random.random() < EARLY_OR_LATE:
                weeks = 1 if self._random.random() < 0.5 else -1
            if self._random.random() < OUTSIDE:
                weeks = visit.late // 7 + 1
            on = person.enrolled_on + timedelta(days=visit.day) + weeks * WEEK
            self._planned.setdefault((on, person.site), []).append((subject, visit))

    @property
    def open(self) -> bool:
        """Whether a visit is still to come."""
        return bool(self._planned)

    def close(self, site: str) -> None:
        """At the end, orders that nobody gave are cancelled."""
        investigator = self._staff.as_("investigator", site)
        for order in list_orders(investigator, site):
            cancel_order(investigator.because("not given before the end"), order["id"])

    def clinic(self, site: str) -> None:
        """Today's visits at a site, their results, and the events told at them."""
        came: dict[str, dict[str, tuple[Participant, list[str]]]] = {}
        for subject, visit in self._planned.pop((self._clock.today, site), []):
            if not self._is_there(subject, site):
                continue
            person = self._enrolment.people[subject]
            coordinator = self._staff.as_("coordinator", site)
            record_visit(coordinator, subject, visit.name, str(self._clock.today))
            came.setdefault(visit.name, {})[subject] = (person, list(visit.tests))
            self._told(subject, person)
        for name, samples in came.items():
            self._enrolment.laboratory(site, samples, name)

    def doses(self, site: str, *, later: bool) -> None:
        """Gives what is ordered at a site; `later` is the second dosing day of a week."""
        today = self._clock.today
        pharmacist = self._staff.as_("pharmacist", site)
        for order in list_orders(pharmacist, site):
            subject = order["subject"]
            if subject in self._gone or subject in self._stopped:
                continue
            overdue = today > date.fromisoformat(order["due"])
            early = str(today) < order["not_before"]
            kept = self._random.random()
            if early or kept < (LATE if later and not overdue else 0 if overdue else LATER):
                continue
            self._restock(site)
            unit_dose = self._protocol.trigger.dose
            lot = f"H{site}{self._deliveries[site]:02d}"
            give_dose(pharmacist, order["id"], lot, unit_dose, str(today))
            self._left[site] -= 1
            self._enrolment.people[subject].give(today)
            if self._random.random() < SORE:
                self._event(subject, site, "Injection site pain", "probably")

    def escalate(self, site: str) -> None:
        """The daily run of the escalation, once a week here; then orders of those who have left
        are cancelled by the investigator."""
        escalate_orders(self._staff.as_("coordinator", site), site)
        investigator = self._staff.as_("investigator", site)
        for order in list_orders(investigator, site):
            if order["subject"] in self._gone | self._stopped:
                cancel_order(investigator.because("the participant has left"), order["id"])

    def _is_there(self, subject: str, site: str) -> bool:
        person, today = self._enrolment.people[subject], str(self._clock.today)
        if subject in self._gone:
            return False
        if person.day(self._clock.today) >= person.lost:
            self._gone.add(subject)
            kind = "consent" if self._random.random() < 0.4 else "follow-up"
            why = "no longer wishes to take part" if kind == "consent" else "not reached any more"
            coordinator = self._staff.as_("coordinator", site)
            record_withdrawal(coordinator, subject, kind, today, why)
            return False
        return bool(self._random.random() >= person.truth.of.missed_visit)

    def _told(self, subject: str, person: Participant) -> None:
        """What a participant tells at a visit."""
        site, today = person.site, self._clock.today
        coordinator = self._staff.as_("coordinator", site)
        treated = subject in self._enrolment.treated
        if self._random.random() < EVENT:
            term = TERMS[int(self._random.integers(len(TERMS)))]
            self._event(subject, site, term, "not related")
        if treated and subject not in self._stopped and self._random.random() < STOPS:
            self._stopped.add(subject)
            record_withdrawal(coordinator, subject, "treatment", str(today), "wants no more doses")
        if subject in self._restart:
            self._restart.discard(subject)
            record_intercurrent_event(coordinator, subject, "antiviral_restart", str(today))
        elif person.relapse <= person.day(today) - 28 and self._random.random() < RESTARTS / 4:
            self._restart.add(subject)
        for kind, share in OTHERS.items():
            if not treated and self._random.random() < share:
                record_intercurrent_event(coordinator, subject, kind, str(today))
                if kind == "hbig_in_control":
                    person.give(today)
                    words = "HBIG was given outside the trial"
                    record_deviation(coordinator, subject, "treatment", str(today), words)

    def _correct_stratum(self, subject: str, site: str) -> None:
        """The laboratory corrects its report after the allocation, which stays."""
        investigator = self._staff.as_("investigator", site).because("the report was corrected")
        factor = next(one for one in self._protocol.allocation.strata if one.marker)
        own = list_results(investigator, subject)
        had = level_of(next(one for one in own if one["test"] == factor.marker), factor)
        right = next(level for level in factor.levels if level != had)
        correct_stratum(investigator, subject, factor.name, right)

    def _event(self, subject: str, site: str, term: str, related: str) -> None:
        serious = bool(self._random.random() < SERIOUS)
        severity = "severe" if serious else str(self._random.choice(["mild", "mild", "moderate"]))
        record_adverse_event(
            self._staff.as_("coordinator", site),
            subject,
            term,
            str(self._clock.today),
            severity=severity,
            serious=serious,
            related=related,
            outcome="recovered",
            ended_on=str(self._clock.today),
        )

    def _restock(self, site: str) -> None:
        if self._left.get(site, 0) > 0:
            return
        number = self._deliveries[site] = self._deliveries.get(site, 0) + 1
        today = self._clock.today
        record_stock(
            self._staff.as_("pharmacist", site),
            site,
            f"H{site}{number:02d}",
            "received",
            LOT * self._protocol.trigger.dose,
            str(today),
            str(today + timedelta(days=730)),
        )
        self._left[site] = LOT
