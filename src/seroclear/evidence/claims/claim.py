"""The kinds of claims. A slot that the text does not fill is '' or None, never a guess."""

from __future__ import annotations

from dataclasses import dataclass

from seroclear.evidence.text.token import Reported


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement with numbers.

    Attributes:
        start, end: place in the text of the record; `quote` is what stands there.
        sentence: number of the sentence.
        group: whom it is about, as printed.
        time: months after the start, None if unknown.
        endpoint: what was counted or measured, a name of vocabulary.toml.
    """

    start: int
    end: int
    quote: str
    sentence: int
    group: str = ""
    time: float | None = None
    endpoint: str = ""

    @property
    def kind(self) -> str:
        """The name of the type, as reports show it."""
        return _KINDS[type(self).__name__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion(Claim):
    """count of denominator is percent; None where the text does not print one of them.

    `table` says that it comes from a table whose column has that size.
    """

    count: Reported | None = None
    denominator: Reported | None = None
    percent: Reported | None = None
    approximate: bool = False
    table: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSize(Claim):
    """A group has n persons; `group` is '' for all persons of the study."""

    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition(Claim):
    """Groups into which a total was divided; `total` None if not stated in the same sentence.

    `exhaustive` says that the text announces as many groups as it lists.
    """

    total: int | None
    parts: tuple[int, ...]
    names: tuple[str, ...]
    exhaustive: bool = False
    cue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestStatistic(Claim):
    """A test statistic (chi2, wald, t, z, F, r ...) with its p value."""

    name: str
    value: Reported
    df: tuple[Reported, ...] = ()
    p: Reported | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupComparison(Claim):
    """Two groups compared: percentages with counts where printed, or means with SDs."""

    first: Claim
    second: Claim
    statistic: TestStatistic | None = None
    p: Reported | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Claim):
    """An estimate with its interval; `measure` is '' when its name is not beside it."""

    measure: str
    estimate: Reported
    lower: Reported | None = None
    upper: Reported | None = None
    level: Reported | None = None
    p: Reported | None = None
    statistic: TestStatistic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalProbability(Claim):
    """The probability at a time to be (or, when `event`, no longer to be) free of the endpoint."""

    value: Reported
    event: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Claim):
    """Events per `per` person-years."""

    value: Reported
    per: int
    events: int | None = None
    person_years: Reported | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSD(Claim):
    """mean ± spread. Whether the spread is an SD or a standard error is often not said."""

    mean: Reported
    sd: Reported


@dataclass(frozen=True, slots=True, kw_only=True)
class MedianIQR(Claim):
    """A median (or mean, see `centre`) with an interquartile range or range."""

    centre: str
    value: Reported
    lower: Reported
    upper: Reported
    spread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyEstimate(Claim):
    """AUC, sensitivity, specificity, PPV or NPV."""

    measure: str
    value: Reported
    lower: Reported | None = None
    upper: Reported | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation(Claim):
    """A correlation coefficient."""

    value: Reported
    p: Reported | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdDefinition(Claim):
    """A group defined by limits of one quantity: (quantity, comparator, limit, unit)."""

    limits: tuple[tuple[str, str, Reported, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparsed(Claim):
    """A number that no rule of the grammar understood; kept so that recall can be measured."""

    token: str


_KINDS = {
    "Proportion": "proportion",
    "GroupSize": "group size",
    "Partition": "partition",
    "TestStatistic": "test statistic",
    "GroupComparison": "group comparison",
    "Effect": "effect",
    "SurvivalProbability": "survival probability",
    "Rate": "rate",
    "MeanSD": "mean and SD",
    "MedianIQR": "median and range",
    "AccuracyEstimate": "accuracy",
    "Correlation": "correlation",
    "ThresholdDefinition": "threshold definition",
    "Unparsed": "not understood",
}
