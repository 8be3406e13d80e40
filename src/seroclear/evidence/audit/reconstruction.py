"""Whole numbers of persons behind two printed percentages, bounded in time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from seroclear.evidence.audit.rounding import Window
from seroclear.evidence.audit.tests import Table2, pearson_3
from seroclear.evidence.text.token import Reported

# Above these numbers of persons the search is not begun: the answers would be many anyway.
LARGEST_TWO = 5_000
LARGEST_THREE = 400
MOST_TABLES = 200


@dataclass(frozen=True, slots=True)
class Table3:
    """Two groups and a third that the text does not mention: (events, persons) of each."""

    first: tuple[int, int]
    second: tuple[int, int]
    third: tuple[int, int]

    def pearson(self) -> float:
        """Pearson's chi-squared, two degrees of freedom."""
        return pearson_3(
            (self.first[0], self.second[0], self.third[0]),
            (self.first[1], self.second[1], self.third[1]),
        )


def two_groups(first: Reported, second: Reported, persons: int, events: int | None) -> list[Table2]:
    """All tables of two groups with these percentages that use up persons and events.

    Args:
        first, second: the percentages.
        persons: of both groups together.
        events: of both groups together; None if unknown.
    """
    if persons > LARGEST_TWO:
        return []
    window_1, window_2 = Window(first), Window(second)
    found: list[Table2] = []
    for n1 in range(1, persons):
        n2 = persons - n1
        firsts = window_1.counts(n1)
        if not firsts:
            continue
        seconds = window_2.counts(n2)
        for a in firsts:
            if events is None:
                found += [Table2(a, n1, b, n2) for b in seconds]
            elif events - a in seconds:
                found.append(Table2(a, n1, events - a, n2))
        if len(found) > MOST_TABLES:
            break
    return list(islice(found, MOST_TABLES))


def three_groups(
    first: Reported, second: Reported, persons: int, events: int, statistic: Reported
) -> list[Table3]:
    """Tables with an unmentioned third group whose chi-squared is the printed one.

    Args:
        first, second: the printed percentages.
        persons, events: of all three groups.
        statistic: the printed chi-squared.
    """
    if persons > LARGEST_THREE:
        return []
    window_1, window_2 = Window(first), Window(second)
    sizes_1 = [(n, a) for n in range(1, persons) for a in window_1.counts(n) if a <= events]
    sizes_2 = [(n, b) for n in range(1, persons) for b in window_2.counts(n) if b <= events]
    low, high = float(statistic.lowest), float(statistic.highest)
    found: list[Table3] = []
    for n1, a in sizes_1:
        for n2, b in sizes_2:
            n3, c = persons - n1 - n2, events - a - b
            if n3 < 1 or not 0 <= c <= n3:
                continue
            table = Table3((a, n1), (b, n2), (c, n3))
            if low <= table.pearson() <= high:
                found.append(table)
                if len(found) >= MOST_TABLES:
                    return found
    return found
