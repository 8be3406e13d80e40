"""Clinics at which candidates are screened, consent, are assessed and randomised."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np

from seroclear.trial.conduct.randomise import randomise
from seroclear.trial.conduct.results import import_results
from seroclear.trial.conduct.subjects import (
    is_eligible,
    record_consent,
    record_eligibility,
    screen_subject,
)
from seroclear.trial.conduct.visits import record_visit
from seroclear.trial.demonstration.clock import Clock
from seroclear.trial.demonstration.laboratory import UNITS, Printed, printed
from seroclear.trial.demonstration.participants import Participant, Truth
from seroclear.trial.demonstration.staff import PASSWORD, Staff
from seroclear.trial.protocol import Protocol
from seroclear.trial.screening.candidates import Candidate
from seroclear.trial.trust.signatures import sign_several

CLINICS: Final = timedelta(weeks=4)  # between two days of enrolment at a site
ROUNDS: Final = 9  # of them, as planned
DECLINES: Final = 0.06  # share of candidates who come and do not consent; assumed
FAILS: Final = 0.015  # share who do not meet a criterion that only a person can tell; assumed
FORM: Final = "1.0"  # version of the consent form


class Enrolment:
    """Enrols from a worklist until the trial is full.

    Attributes:
        people: subject -> the simulated participant, of everybody randomised.
        meant: (subject, test, day) -> what the laboratory should have printed, where it slipped.
        treated: those of them who are, as their sites know.
        candidate_of: subject -> patient of the worklist; it stays with the site.
    """

    def __init__(
        self,
        protocol: Protocol,
        staff: Staff,
        clock: Clock,
        candidates: list[Candidate],
        participants: int,
        seed: np.random.SeedSequence,
    ) -> None:
        self._protocol, self._staff, self._clock = protocol, staff, clock
        self._waiting, self._participants = list(candidates), participants
        self._random = np.random.default_rng(seed.spawn(1)[0])
        self._seed = seed
        self._truth = Truth(protocol, self._random)
        self._kind = {one.name: one.kind for one in protocol.eligibility.criteria}
        self.people: dict[str, Participant] = {}
        self.meant: dict[tuple[str, str, str], str] = {}
        self.candidate_of: dict[str, str] = {}
        self.treated: set[str] = set()

    @property
    def done(self) -> bool:
        """The trial is full, or nobody is left."""
        return len(self.people) >= self._participants or not self._waiting

    def clinic(self, site: str) -> list[str]:
        """One day of enrolment at a site; who was randomised."""
        today = self._clock.today
        planned = -(-self._participants // (ROUNDS * len(self._protocol.sites)))
        ready: dict[str, Participant] = {}
        room = self._participants - len(self.people)
        while self._waiting and len(ready) < min(planned, room):
            subject, person = self._screened(site, self._waiting.pop(0), today)
            if person is not None:
                ready[subject] = person
        if not ready:
            return []
        self.laboratory(site, {code: (one, ["anti_hbs"]) for code, one in ready.items()}, None)
        investigator = self._staff.as_("investigator", site)
        sign_several(investigator, site, sorted(ready), ["consent", "eligibility"], PASSWORD)
        tests = list(self._protocol.schedule.visits[0].tests)
        for subject, person in ready.items():
            arm = randomise(self._staff.as_("randomiser", site), subject)["arm"]
            person.enrol(today, arm == self._protocol.treated.name)
            visit = self._protocol.schedule.visits[0].name
            record_visit(self._staff.as_("coordinator", site), subject, visit, str(today))
            if arm == self._protocol.treated.name:
                self.treated.add(subject)
        self.people |= ready
        at_once = [one for one in tests if one != "anti_hbs"]
        visit = self._protocol.schedule.visits[0].name
        self.laboratory(site, {code: (one, at_once) for code, one in ready.items()}, visit)
        return list(ready)

    def laboratory(
        self, site: str, samples: dict[str, tuple[Participant, list[str]]], visit: str | None
    ) -> None:
        """Results of today's samples of a site, sent as one file."""
        today = str(self._clock.today)
        lines = ["subject,test,text,unit,taken_on,visit"]
        for subject, (person, tests) in samples.items():
            for test in tests:
                found = printed(person, test, self._clock.today)
                if visit is None:  # the stratum rests on it: a slip would be seen at once
                    found = Printed(test, found.meant, found.meant)
                lines.append(
                    f"{subject},{test},{found.text},{UNITS[test]},{today},{visit or 'screening'}"
                )
                if found.text != found.meant:
                    self.meant[subject, test, today] = found.meant
        count = len(lines) - 1
        import_results(self._staff.as_("laboratory"), site, "\n".join(lines), count)

    def _screened(
        self, site: str, candidate: Candidate, today: date
    ) -> tuple[str, Participant | None]:
        coordinator = self._staff.as_("coordinator", site)
        subject = screen_subject(coordinator, site, str(today))
        self.candidate_of[subject] = candidate.patient_id
        if self._random.random() < DECLINES:
            return subject, None
        record_consent(coordinator, subject, str(today), FORM)
        answers = self._answers(candidate)
        record_eligibility(coordinator, subject, str(today), answers)
        if not is_eligible(self._protocol, answers):
            return subject, None
        stream = np.random.default_rng(self._seed.spawn(1)[0])
        return subject, Participant(self._truth, site, stream)

    def _answers(self, candidate: Candidate) -> dict[str, str]:
        """What the records settle, and a person's answer to the rest."""
        answers = {}
        for one in candidate.answers:
            wanted = "yes" if self._kind[one.criterion] == "inclusion" else "no"
            other = "no" if wanted == "yes" else "yes"
            fails = one.status == "unknown" and self._random.random() < FAILS
            answers[one.criterion] = other if fails else wanted
        return answers
