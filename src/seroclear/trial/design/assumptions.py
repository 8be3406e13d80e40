"""What simulated participants are like: each number with its unit and where it is from."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from seroclear.analysis.prepared import Floats
from seroclear.errors import SeroclearError

HERMITE = 15  # points of integration over the sites' effects
ASSUMED = "assumed"


def _of(value: float, label: str, unit: str, source: str) -> Any:
    return field(default=value, metadata={"label": label, "unit": unit, "source": source})


@dataclass(frozen=True, slots=True)
class Assumptions:
    """A truth to simulate. The first two are shares without relapse by the day of the endpoint, had
    everybody been followed and no antibody hidden the antigen.

    Attributes:
        masking_titre: anti-HBs at which half of the antigen is hidden: observed antigen is the true
            one divided by 1 + titre / masking_titre. inf: nothing is hidden.
    """

    control_rate: float
    treated_rate: float
    negative_share: float = _of(
        0.35, "Anti-HBs negative (<10 mIU/mL) before randomisation", "share", ASSUMED
    )
    negative_hazard_ratio: float = _of(
        4.1,
        "Hazard of relapse, anti-HBs negative against positive",
        "ratio",
        "Genes & Diseases 2023: S(1 year) .489 against .839 after interferon",
    )
    titre_median: float = _of(80.0, "Median anti-HBs of those who have it", "mIU/mL", ASSUMED)
    titre_log_sd: float = _of(1.1, "SD of its natural logarithm", "", ASSUMED)
    titre_growth_sd: float = _of(0.4, "SD of its yearly change, natural logarithm", "", ASSUMED)
    weight_mean: float = _of(65.0, "Mean body weight", "kg", ASSUMED)
    weight_sd: float = _of(10.0, "SD of body weight", "kg", ASSUMED)
    recovery: float = _of(
        0.192,
        "Share of an intramuscular dose that plasma holds",
        "share",
        "pharmacokinetics of 2300 IU i.m., n=5 (range .142 to .282)",
    )
    plasma_volume: float = _of(45.0, "Plasma volume", "mL/kg", "the same")
    half_life: float = _of(21.7, "Half-life of passive anti-HBs", "days", "the same; label 17.5–25")
    absorption: float = _of(0.40, "Rate of absorption", "per day", "gives a peak on day 7")
    site_log_sd: float = _of(0.3, "SD between sites of the log hazard", "", ASSUMED)
    dropout: float = _of(0.10, "Lost to follow-up by the endpoint", "share", "the protocol's")
    missed_visit: float = _of(0.03, "Visits missed by those still followed", "share", ASSUMED)
    dose_given: float = _of(0.97, "Ordered doses that are given", "share", ASSUMED)
    masking_titre: float = _of(
        100.0, "Anti-HBs that hides half of the antigen", "mIU/mL", "assumed, 50 to 200"
    )
    plateau_median: float = _of(1.0, "Median HBsAg level after a relapse", "IU/mL", ASSUMED)
    plateau_log10_sd: float = _of(1.0, "SD of its decimal logarithm", "", ASSUMED)
    doubling_days: float = _of(7.0, "Doubling time of HBsAg at a relapse", "days", ASSUMED)
    assay_log10_sd: float = _of(0.07, "Error of an assay, SD of log10", "", "assumed, .05 to .10")

    def __post_init__(self) -> None:
        for name in ("control_rate", "treated_rate", "negative_share"):
            if not 0 < getattr(self, name) < 1:
                raise SeroclearError(f"{name} must be between 0 and 1.")
        for name in ("dropout", "missed_visit"):
            if not 0 <= getattr(self, name) < 1:
                raise SeroclearError(f"{name} must be from 0 up to under 1.")

    def table(self) -> list[tuple[str, str, str]]:
        """(what, value with unit, source) of every assumption but the two rates."""
        return [
            (
                one.metadata["label"],
                f"{getattr(self, one.name):g} {one.metadata['unit']}".strip(),
                one.metadata["source"],
            )
            for one in fields(self)
            if one.metadata
        ]

    def hazards(self, days: int) -> tuple[float, float]:
        """Daily hazard of controls with antibody, and the hazard ratio of the treated, that give
        the two rates at `days`, averaged over antibody and sites."""
        from scipy.optimize import brentq

        def rate(log_hazard: float) -> float:
            total = math.exp(log_hazard) * days
            return float(_average(self, total))

        def seek(wanted: float) -> float:
            return float(brentq(lambda x: rate(x) - wanted, -30.0, 10.0, xtol=1e-12))

        control, treated = seek(self.control_rate), seek(self.treated_rate)
        return math.exp(control), math.exp(treated - control)


def _average(truth: Assumptions, total: float) -> Floats:
    """Mean survival at a cumulative hazard of the antibody-positive at a middling site."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(HERMITE)
    sites = np.exp(nodes * truth.site_log_sd)
    share, ratio = truth.negative_share, truth.negative_hazard_ratio
    survival = share * np.exp(-total * ratio * sites) + (1 - share) * np.exp(-total * sites)
    return np.asarray(weights @ survival / weights.sum())
