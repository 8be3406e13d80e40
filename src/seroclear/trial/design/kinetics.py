"""Anti-HBs that HBIG brings, and the antigen that an assay sees beside it."""

from __future__ import annotations

import math

import numpy as np

from seroclear.analysis.prepared import Floats

MIU = 1000.0  # in one IU


class Passive:
    """Passive anti-HBs of many people: one compartment, first-order absorption from the muscle.

    A dose adds amplitude × (exp(-k t) - exp(-a t)), where the amplitude is what plasma would hold
    of it at once: 400 IU with a recovery of .192 in 65 kg × 45 mL/kg of plasma are 26 mIU/mL.

    Args:
        amplitude: mIU/mL that one dose adds, shape of the people.
        half_life: days.
        absorption: a, per day.
    """

    def __init__(self, amplitude: Floats, half_life: float, absorption: float) -> None:
        self.amplitude = amplitude
        self.elimination = math.log(2) / half_life
        self.absorption = absorption
        self._slow = np.zeros_like(amplitude)
        self._fast = np.zeros_like(amplitude)

    @property
    def titre(self) -> Floats:
        """mIU/mL now."""
        return self._slow - self._fast

    def pass_days(self, days: Floats | float) -> None:
        """Let days go by."""
        self._slow = self._slow * np.exp(-self.elimination * days)
        self._fast = self._fast * np.exp(-self.absorption * days)

    def give(self, doses: Floats, ago: Floats | float) -> None:
        """Count doses (0 or 1 for each of the people) that were given some days ago."""
        added = self.amplitude * doses
        self._slow += added * np.exp(-self.elimination * ago)
        self._fast += added * np.exp(-self.absorption * ago)


def amplitude(dose: float, weight: Floats, recovery: float, plasma_volume: float) -> Floats:
    """mIU/mL that a dose (IU) adds, by body weight (kg) and plasma volume (mL/kg)."""
    return np.asarray(dose * MIU * recovery / (plasma_volume * weight))


def antigen(days: Floats, plateau: Floats, start: float, doubling_days: float) -> Floats:
    """HBsAg (IU/mL) so many days after a relapse began: from `start` it doubles up to a plateau;
    0 before."""
    doublings = np.clip(days / doubling_days, -1.0, 40.0)
    return np.where(days >= 0, np.minimum(plateau, start * np.exp2(doublings)), 0.0)


def seen(true: Floats, titre: Floats, masking_titre: float) -> Floats:
    """The antigen that an assay sees beside antibody (both of any shape): an equilibrium in which
    antibody at `masking_titre` hides half."""
    return np.asarray(true / (1 + titre / masking_titre))
