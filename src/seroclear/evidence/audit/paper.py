"""A record as the rules see it: claims by type, and every number of persons that is stated."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TypeVar

from seroclear.evidence.claims.claim import (
    Claim,
    Effect,
    GroupComparison,
    GroupSize,
    Partition,
    Proportion,
    TestStatistic,
)
from seroclear.evidence.claims.extract import Extracted

AnyClaim = TypeVar("AnyClaim", bound=Claim)


class Paper:
    """Claims of one record with what several rules ask of them."""

    def __init__(self, extracted: Extracted) -> None:
        self.record = extracted.record
        self.claims = extracted.claims
        self.sentences = extracted.sentences
        self.numbers = extracted.numbers

    def all(self, kind: type[AnyClaim]) -> list[AnyClaim]:
        """The claims of a type, those inside comparisons and effects with them, in order."""
        return [claim for claim in self.flat if isinstance(claim, kind)]

    @cached_property
    def flat(self) -> list[Claim]:
        """Every claim, and those that are parts of others behind them."""
        found: list[Claim] = []
        for claim in self.claims:
            found.append(claim)
            if isinstance(claim, GroupComparison):
                found += [claim.first, claim.second]
            if isinstance(claim, GroupComparison | Effect) and claim.statistic:
                found.append(claim.statistic)
        return found

    def sentence(self, claim: Claim) -> str:
        """The sentence of a claim, '' for a table."""
        return self.sentences[claim.sentence] if 0 <= claim.sentence < len(self.sentences) else ""

    @cached_property
    def text(self) -> str:
        """All sentences, normalised."""
        return " ".join(self.sentences)

    @cached_property
    def total(self) -> int | None:
        """The number of persons studied: the first total, if no other is as good."""
        totals = [size.n for size in self.all(GroupSize) if not size.group]
        return totals[0] if totals else None

    @cached_property
    def groups(self) -> list[GroupSize]:
        """The named groups, each size once."""
        seen: set[tuple[str, int]] = set()
        found = []
        for size in self.all(GroupSize):
            if size.group and (size.group, size.n) not in seen:
                seen.add((size.group, size.n))
                found.append(size)
        return found

    @cached_property
    def sizes(self) -> frozenset[int]:
        """The sizes of groups that are stated as such."""
        return frozenset(size.n for size in self.all(GroupSize))

    @cached_property
    def stated(self) -> Counter[int]:
        """Every number of persons that the text states as one, with how often."""
        sizes: Counter[int] = Counter(size.n for size in self.all(GroupSize))
        for share in self.all(Proportion):
            for number in (share.denominator, share.count):
                if number is not None:
                    sizes[int(number.value)] += 1
        for partition in self.all(Partition):
            sizes.update(partition.parts)
            sizes[sum(partition.parts)] += 1
            if partition.total:
                sizes[partition.total] += 1
        return sizes

    @cached_property
    def statistics(self) -> list[TestStatistic]:
        """All test statistics."""
        return self.all(TestStatistic)
