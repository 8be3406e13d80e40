"""The parts of a trial's protocol: immutable, and each says which of its choices are assumed.

`assumed` lists the keys of a part that its registration does not state: someone chose them.
Days are counted from the day of randomisation, which is day 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Identity:
    """What the trial is called, and where it is registered.

    Attributes:
        registry, number: the register and its number, such as NCT07328711.
        other_numbers: the sponsor's and other registers' numbers.
        version: of this protocol file, so that a later version is told from it.
        registered_on: the day of the registration that was read, YYYY-MM-DD.
        source: where the registration was read.
    """

    registry: str
    number: str
    title: str
    title_zh: str
    sponsor: str
    phase: str
    version: str
    registered_on: str
    source: str
    other_numbers: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm; `ratio` is its share of the allocation. `control` marks the one compared against."""

    name: str
    label: str
    label_zh: str
    ratio: int
    control: bool
    intervention: str
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stratum:
    """A factor by which the allocation is stratified, with its levels.

    Attributes:
        name: 'site' (its levels are the codes of the sites) or another factor.
        levels: in order; () for 'site'.
        marker, cuts: a factor read from a result: below the first cut is the first level, from
            the last cut on the last level. '' and () for a factor that is not.
        within_days: how old the result may be at randomisation.
    """

    name: str
    label: str
    label_zh: str
    levels: tuple[str, ...] = ()
    marker: str = ""
    unit: str = ""
    cuts: tuple[float, ...] = ()
    within_days: int = 0
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allocation:
    """How people are allocated to arms.

    Attributes:
        method: permuted blocks of random size, or minimisation with a biased coin.
        blocks: sizes of the blocks, drawn at random; each a multiple of the sum of the ratios.
        probability: of the arm that minimises the imbalance, with minimisation.
        strata: factors of stratification (of minimisation: factors balanced).
    """

    method: Literal["permuted blocks", "minimisation"]
    blocks: tuple[int, ...]
    probability: float
    strata: tuple[Stratum, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """A planned visit: its day, its window (days early, days late) and the tests done at it."""

    name: str
    label: str
    label_zh: str
    day: int
    early: int
    late: int
    tests: tuple[str, ...] = ()

    @property
    def window(self) -> tuple[int, int]:
        """First and last day of the window."""
        return self.day - self.early, self.day + self.late


@dataclass(frozen=True, slots=True)
class Schedule:
    """The visits in order of their days."""

    visits: tuple[Visit, ...]
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a dose is ordered: a titre below a threshold, or negative, in the arms that are dosed.

    Attributes:
        arms: names of the arms that are dosed; nobody else ever gets an order.
        marker, below, unit: a result strictly below `below` in this unit calls for a dose.
        negative_counts: a result that is only 'negative' calls for one too.
        product, dose, dose_unit, route: what is given.
        at_enrolment: a first dose on the day of randomisation, whatever the titre.
        due_within_days: after the day of the result, by when the dose is to be given.
        escalate_after_days: after the day of the result, when an open order is escalated.
        minimum_interval_days: no dose sooner than this after the one before it.
        maximum_doses: a participant's cap, the first dose counted.
        last_day: no order is raised by a sample taken after this day.
    """

    arms: tuple[str, ...]
    marker: str
    below: float
    unit: str
    negative_counts: bool
    product: str
    dose: float
    dose_unit: str
    route: str
    at_enrolment: bool
    due_within_days: int
    escalate_after_days: int
    minimum_interval_days: int
    maximum_doses: int
    last_day: int
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Sustained seroclearance: the rule by which one participant's primary outcome is read.

    A success has no positive result of `marker` after day 0 up to the visit `at_visit` (as many as
    `positives_for_relapse` make a relapse), and a negative one in that visit's window.

    Attributes:
        positive_from, unit: a result at or above it is positive.
        at_visit: name of the visit whose window must hold a negative result.
        positives_for_relapse: positive results, one after another, that make a relapse.
        missing: what a participant without a result in the window counts as.
        passive_marker, passive_product: the antibody that a dose of the product brings.
        passive_days: after a dose, during which antibody may be passive and may mask the antigen.
        adjudicators: blinded persons who read each outcome; `tie_breaker`: one more on a
            disagreement.
    """

    name: str
    label: str
    label_zh: str
    marker: str
    positive_from: float
    unit: str
    at_visit: str
    positives_for_relapse: int
    missing: Literal["failure", "missing"]
    passive_marker: str
    passive_product: str
    passive_days: int
    adjudicators: int
    tie_breaker: bool
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A site that recruits, under a code of its own."""

    code: str
    name: str
    name_zh: str
    utc_offset: str
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RangeCheck:
    """A result beyond these limits raises a query; it is never changed."""

    test: str
    unit: str
    low: float
    high: float
    assumed: tuple[str, ...] = ()
