"""A number as it was printed, and a token of the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Reported:
    """A printed number. `44.40` and `44.4` are not the same: the decimals say how exact it is.

    Attributes:
        text: as printed, without sign of comparison or unit.
        value: exactly what is printed.
        decimals: digits behind the point (negative for powers of ten).
        comparator: '' for a plain number, otherwise <, >, ≤, ≥.
        unit: '%' or ''.
    """

    text: str
    value: Fraction
    decimals: int = 0
    comparator: str = ""
    unit: str = ""

    @property
    def step(self) -> Fraction:
        """One unit of the last printed digit."""
        if self.decimals >= 0:
            return Fraction(1, 10**self.decimals)
        return Fraction(10**-self.decimals)

    @property
    def lowest(self) -> Fraction:
        """The least number that rounds to this."""
        return self.value - self.step / 2

    @property
    def highest(self) -> Fraction:
        """The greatest number that rounds to this."""
        return self.value + self.step / 2

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        return f"{self.comparator}{self.text}{self.unit}"


@dataclass(slots=True)
class Token:
    """A piece of the normalised text.

    Attributes:
        kind: see `lexer`.
        place: number of the token in its text.
        start, end: places in the normalised text.
        number, second: the number it holds; a fraction, interval or test has a second one.
        name: what a statistic or measure is called.
        df: degrees of freedom of a statistic as printed.
        mark: what is special: 'word' for a number in words, 'trend', 'lost superscript' ...
    """

    kind: str
    text: str
    start: int
    end: int
    place: int = 0
    sentence: int = 0
    number: Reported | None = None
    second: Reported | None = None
    name: str = ""
    df: tuple[Reported, ...] = field(default=())
    mark: str = ""
