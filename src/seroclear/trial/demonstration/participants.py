"""Simulated participants: what is true of each, by the assumptions of the design."""

from __future__ import annotations

import math
from datetime import date
from typing import Final

import numpy as np

from seroclear.trial.design.assumptions import Assumptions
from seroclear.trial.design.kinetics import Passive, amplitude, antigen, seen
from seroclear.trial.protocol import Protocol

HBV_RNA_SHARE: Final = 0.15  # with HBV RNA at enrolment; assumed, without bearing on relapse
ALT_LOG_MEAN, ALT_LOG_SD = math.log(22.0), 0.35  # U/L; assumed
FLARE: Final = 3.0  # times the usual ALT, three weeks after HBsAg came back; assumed


class Truth:
    """What the simulated participants of a demonstration have in common."""

    def __init__(self, protocol: Protocol, random: np.random.Generator) -> None:
        size = protocol.size
        self.protocol = protocol
        self.of = Assumptions(size.control_rate, size.treated_rate, dropout=size.dropout)
        self.hazard, self.ratio = self.of.hazards(protocol.endpoint_visit.day)
        self.site = {
            one.code: math.exp(self.of.site_log_sd * random.standard_normal())
            for one in protocol.sites
        }


class Participant:
    """One simulated person; days are counted from the day of randomisation."""

    def __init__(self, truth: Truth, site: str, random: np.random.Generator) -> None:
        self.truth, self.site, self.random = truth, site, random
        of = truth.of
        self.negative = bool(random.random() < of.negative_share)
        log_titre = math.log(of.titre_median) + of.titre_log_sd * random.standard_normal()
        self.own = 10 * random.random() if self.negative else max(10.0, math.exp(log_titre))
        self.growth = of.titre_growth_sd / 365.25 * random.standard_normal()
        weight = max(of.weight_mean / 2, of.weight_mean + of.weight_sd * random.standard_normal())
        trigger = truth.protocol.trigger
        dose = amplitude(trigger.dose, np.array([weight]), of.recovery, of.plasma_volume)
        self._passive, self._passive_day = Passive(dose, of.half_life, of.absorption), 0
        self._waits = random.standard_exponential()  # times the hazard, to relapse
        spread = of.plateau_log10_sd * random.standard_normal()
        self.plateau = max(truth.protocol.endpoint.positive_from, of.plateau_median * 10**spread)
        leave = -math.log1p(-of.dropout) / truth.protocol.endpoint_visit.day if of.dropout else 0.0
        self.lost = random.standard_exponential() / leave if leave else math.inf
        self.alt = math.exp(ALT_LOG_MEAN + ALT_LOG_SD * random.standard_normal())
        self.hbcrag = 2.6 + 0.6 * random.standard_normal()  # log U/mL; assumed
        self.hbv_rna = 10 ** (2 + 0.5 * random.standard_normal())  # copies/mL; assumed
        self.has_rna = bool(random.random() < HBV_RNA_SHARE)
        self.enrolled_on, self.relapse = date.max, math.inf

    def enrol(self, on: date, treated: bool) -> None:
        """Randomised on that day; when the antigen will come back is settled now."""
        rate = self.truth.hazard * self.truth.site[self.site]
        rate *= self.truth.of.negative_hazard_ratio if self.negative else 1.0
        rate *= self.truth.ratio if treated else 1.0
        self.enrolled_on, self.relapse = on, self._waits / rate

    def day(self, on: date) -> int:
        """Days since randomisation, 0 before it."""
        return 0 if self.enrolled_on == date.max else (on - self.enrolled_on).days

    def give(self, on: date) -> None:
        """A dose is injected."""
        self._pass(self.day(on))
        self._passive.give(np.ones(1), 0.0)

    def titre(self, on: date) -> float:
        """Anti-HBs (mIU/mL), passive and own; one's own goes as the antigen returns."""
        day = self.day(on)
        self._pass(day)
        own = 0.0 if self.relapse <= day else self.own * math.exp(self.growth * day)
        return own + float(self._passive.titre[0])

    def antigen(self, on: date) -> float:
        """HBsAg (IU/mL) that an assay sees beside the antibody."""
        of = self.truth.of
        start = self.truth.protocol.endpoint.positive_from
        since = np.array([self.day(on) - self.relapse])
        level = antigen(since, np.array([self.plateau]), start, of.doubling_days)
        return float(seen(level, np.array([self.titre(on)]), of.masking_titre)[0])

    def error(self) -> float:
        """What an assay multiplies a number with."""
        return float(10 ** (self.truth.of.assay_log10_sd * self.random.standard_normal()))

    def _pass(self, day: int) -> None:
        self._passive.pass_days(float(day - self._passive_day))
        self._passive_day = day
