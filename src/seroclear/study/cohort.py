"""What a study hands to the analyses: one row a patient, and what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

CENSORED, OUTCOME, COMPETING = 0, 1, 2
Columns = dict[str, NDArray[Any]]
EVERYBODY = ("",)


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
        patient_id (str); index (datetime64[D], time zero); group (str, '' without groups);
        time (float >= 0): to outcome, competing event or censoring, whichever came first;
        event (int): CENSORED, OUTCOME or COMPETING (an event that the study names as competing);
        lower, upper (float): the outcome truly happened in (lower, upper]; upper is inf if it was
            never seen; lower is the last test within follow-up that speaks against it (an
            unconfirmed positive does not speak against seroreversion); an event that no test shows
            is known to the day, and lower = time;
        index_lower (float <= 0): the true start lies in (index_lower, 0]; -inf if unbounded;
        retested (bool): at least one outcome test after time zero and within follow-up; true for
            an outcome that no test shows;
        contact (float): to the first competing event, death or the last contact, for analyses with
            competing events; no further than an end of follow-up that the study names, its last
            test apart;
        died (bool): a competing event, death among them, ended that time;
        cause (str): which one: 'death', 'HCC' ...; '' for none;
    plus one column for each covariate, described characteristic and subgroup.

    With an outcome that is measured (`kind` 'category' or 'number') there is no follow-up: time and
    contact are 0, event is OUTCOME for the outcome's second level, and the column `outcome` holds
    its value (str or float). Nobody's is unknown.

    Attributes:
        kind: 'time' (to an event), 'category' or 'number'.
        levels: of an outcome that is a category: the one without the outcome, the one with it.
        groups: in the order shown; the first is the reference of a comparison; () for one cohort.
        changes: exposures that begin during follow-up, categories 'no' and 'yes' of `intervals`.
        intervals: with changes, follow-up split where they begin. Columns: person (int, the row in
            `columns`), start < stop (years), event (int, at stop), and one for each change: 'yes'
            when it began on or before start.
        measures: labels of the markers in `visits`.
        visits: with repeated measurements, one row each, in order of person, measure and time.
            Columns: person (int), measure (str), planned and time (years from time zero), lower and
            upper: equal for a number; -inf or inf where the assay gave only a limit.
    """

    study: str
    outcome: str
    definition: str
    groups: tuple[str, ...]
    covariates: tuple[Covariate, ...]
    subgroups: tuple[Covariate, ...]
    columns: Columns
    steps: tuple[Step, ...]
    described: tuple[Covariate, ...] = ()  # for Table 1 only, not for models
    kind: Literal["time", "category", "number"] = "time"
    levels: tuple[str, ...] = ()
    changes: tuple[Covariate, ...] = ()
    intervals: Columns | None = None
    measures: tuple[str, ...] = ()
    visits: Columns | None = None

    def __len__(self) -> int:
        return len(self.columns["patient_id"])

    @property
    def arms(self) -> tuple[str, ...]:
        """The groups; ('',), which stands for everybody, when none are compared."""
        return self.groups or EVERYBODY
