"""What a printed number can stand for, exactly. No float decides a verdict about a percentage."""

from __future__ import annotations

from fractions import Fraction

from seroclear.evidence.text.token import Reported

# A group of more persons than this is not searched: every percentage can be reached.
LARGEST_GROUP = 5_000


def percent_of(count: int, denominator: int) -> Fraction:
    """100 count/denominator."""
    return Fraction(100 * count, denominator)


def rounding(exact: Fraction, printed: Reported) -> str:
    """How `exact` becomes what is printed: 'rounded', 'truncated', 'rounded up', or ''.

    Half a unit is allowed both ways: papers round half up, to even, or as their software does.
    """
    if printed.lowest <= exact <= printed.highest:
        return "rounded"
    if printed.value <= exact < printed.value + printed.step:
        return "truncated"
    if printed.value - printed.step < exact <= printed.value:
        return "rounded up"
    return ""


class Window:
    """The counts that print as a percentage, in whole-number arithmetic: it is asked thousands of
    times."""

    def __init__(self, percent: Reported) -> None:
        low, high = percent.lowest / 100, percent.highest / 100
        self._low = low.numerator, low.denominator
        self._high = high.numerator, high.denominator

    def counts(self, denominator: int) -> range:
        """The counts of `denominator` that print so, by rounding alone."""
        lowest = -(-self._low[0] * denominator // self._low[1])
        highest = self._high[0] * denominator // self._high[1]
        return range(max(lowest, 0), min(highest, denominator) + 1)


def counts_for(percent: Reported, denominator: int) -> range:
    """The counts of `denominator` that print as this percentage, by rounding alone."""
    return Window(percent).counts(denominator)


def denominators_for(percent: Reported, most: int) -> list[int]:
    """The group sizes up to `most` (at most `LARGEST_GROUP`) that can have this percentage."""
    window = Window(percent)
    return [n for n in range(1, min(most, LARGEST_GROUP) + 1) if window.counts(n)]


def in_runs(numbers: list[int], most: int = 14) -> str:
    """`41, 61, 142-144`; only the last `most` runs, with dots before them."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [f"{a}-{b}" if b > a else str(a) for a, b in runs[-most:]]
    return ("... " if len(runs) > most else "") + ", ".join(shown)


def shown(exact: Fraction | float, digits: int = 3) -> str:
    """A computed number with up to so many decimals."""
    return f"{float(exact):.{digits}f}"


def digit_edits(text: str) -> set[str]:
    """The number as printed with one digit changed, or two neighbouring ones exchanged."""
    edits: set[str] = set()
    for place, character in enumerate(text):
        if character.isdigit():
            for digit in "0123456789":
                if digit != character:
                    edits.add(text[:place] + digit + text[place + 1 :])
            if place + 1 < len(text) and text[place + 1].isdigit():
                edits.add(text[:place] + text[place + 1] + character + text[place + 2 :])
    edits.discard(text)
    return {one for one in edits if not (one[0] == "0" and one[1:2].isdigit())}
