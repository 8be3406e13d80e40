"""Triggered doses in simulated trials."""

from __future__ import annotations

import math

import numpy as np

from seroclear.analysis.prepared import Bools, Floats
from seroclear.trial.design.assumptions import Assumptions
from seroclear.trial.design.kinetics import Passive
from seroclear.trial.protocol.parts import Trigger


class Doses:
    """Orders and doses of the treated, and the antibody that they bring.

    Args:
        trigger: of the protocol.
        truth: kinetics, and how often an order is carried out.
        treated: who is, shape (trials, participants).
        dose_titre: mIU/mL that one dose adds to each of them.
        random: where chance comes from.

    Attributes:
        count: doses given so far.
    """

    def __init__(
        self,
        trigger: Trigger,
        truth: Assumptions,
        treated: Bools,
        dose_titre: Floats,
        random: np.random.Generator,
    ) -> None:
        self.trigger, self.truth, self.random = trigger, truth, random
        self.treated = treated
        self.passive = Passive(dose_titre, truth.half_life, truth.absorption)
        self.count = np.zeros(treated.shape, dtype=int)
        self.last = np.full(treated.shape, -math.inf)
        self._given = np.zeros(treated.shape)
        self._on = np.zeros(treated.shape)
        self._day = 0

    def titre_on(self, day: int) -> Floats:
        """Passive anti-HBs on the day of a visit."""
        self.passive.pass_days(float(day - self._day))
        self.passive.give(self._given, day - self._on)
        self._day = day
        return self.passive.titre

    def order(self, day: int, here: Bools, measured: Floats) -> None:
        """Orders of a visit: given before the next one, within the days allowed."""
        trigger = self.trigger
        due = measured < trigger.below
        at_enrolment = day == 0 and trigger.at_enrolment
        if at_enrolment:
            due = np.ones_like(due)
        delay = (
            0.0 if at_enrolment else self.random.integers(0, trigger.due_within_days + 1, due.shape)
        )
        on = day + np.asarray(delay, dtype=float)
        allowed = (on - self.last >= trigger.minimum_interval_days) & (
            self.count < trigger.maximum_doses
        )
        given = self.treated & here & due & allowed & (day <= trigger.last_day)
        given &= self.random.random(due.shape) < self.truth.dose_given
        self.count += given
        self.last = np.where(given, on, self.last)
        self._given, self._on = given.astype(float), np.broadcast_to(on, due.shape)
