"""What a study hands to the analyses: one row a patient, and what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

CENSORED, OUTCOME, COMPETING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Covariate:
    """A column of the cohort that describes a patient at time zero.

    Attributes:
        name: key in `Cohort.columns`.
        label: as a reader sees it, with its unit: "Age at loss (years)".
        kind: number (float, nan = unknown) or category (str, '' = unknown).
        levels: categories in the order they are shown; the first is the reference.
    """

    name: str
    label: str
    kind: Literal["number", "category"]
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the flowchart. `entered == kept + left`; `unknown` is the part of `left` for whom
    the records cannot answer. `action` tells how the label reads: those of whom it is true are kept
    ('start', 'keep') or left ('drop')."""

    action: Literal["start", "keep", "drop"]
    label: str
    entered: int
    kept: int
    left: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """One row a patient, in order of patient_id. All times are in years from time zero.

    `columns` always holds:
        patient_id (str); index (datetime64[D], time zero); group (str);
        time (float >= 0): to outcome, competing event or censoring, whichever came first;
        event (int): CENSORED, OUTCOME or COMPETING;
        lower, upper (float): the outcome truly happened in (lower, upper]; upper is inf if it was
            never seen; lower is the last test within follow-up that speaks against it (an
            unconfirmed positive does not speak against seroreversion);
        index_lower (float <= 0): the true start lies in (index_lower, 0]; -inf if unbounded;
        retested (bool): at least one outcome test after time zero and within follow-up;
        contact (float): to death or the last contact, for analyses with death as competing event;
            no further than an end of follow-up that the study names, its last test apart;
        died (bool): died without the outcome within that time;
    plus one column for each covariate, described characteristic and subgroup.
    """

    study: str
    outcome: str
    definition: str
    groups: tuple[str, ...]  # order shown; the first is the reference of the Cox model
    covariates: tuple[Covariate, ...]
    subgroups: tuple[Covariate, ...]
    columns: dict[str, NDArray[np.generic]]
    steps: tuple[Step, ...]
    described: tuple[Covariate, ...] = ()  # for Table 1 only, not for models

    def __len__(self) -> int:
        return len(self.columns["patient_id"])
