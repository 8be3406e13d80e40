"""Numbers of persons that must add up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rounding import digit_edits
from seroclear.evidence.claims.claim import Partition

# Words that say that persons were lost between a total and its parts.
LOSSES = re.compile(
    r"\b(?:exclu\w+|lost|withdr\w+|dropp?ed|drop-?outs?|missing|declin\w+|complet\w+|ineligible|"
    r"discontinu\w+|remaining|unavailable|refus\w+|invalid|per-protocol|evaluable|analy[sz]able)\b",
    re.IGNORECASE,
)
# Counts that may fill a gap; more would make chance combinations certain.
MOST_COUNTS = 10


def partition(paper: Paper) -> Iterator[Finding]:
    """Groups into which a total was divided."""
    for division in paper.all(Partition):
        if division.cue == "not":
            continue
        total, sums = division.total, sum(division.parts)
        added = f"{' + '.join(map(str, division.parts))} = {sums}"
        if total == sums:
            yield _found("partition", division, Verdict.CONSISTENT, added, f"The total is {total}.")
        elif total is None or not division.exhaustive:
            other = paper.stated[sums] > 1
            yield _found(
                "partition",
                division,
                Verdict.CONSISTENT if other else Verdict.NOT_AUDITABLE,
                added,
                f"{sums} is stated in the text."
                if other
                else "The text does not say that these groups are all.",
            )
        elif paper.stated[sums] > 1 or _sum_of_stated(paper, division, sums):
            yield _found(
                "partition",
                division,
                Verdict.CONSISTENT_IF,
                f"{added}, not {total}",
                f"The groups divide {sums}, a number that the text states too.",
            )
        elif sums < total and LOSSES.search(paper.text):
            yield _found(
                "partition",
                division,
                Verdict.CONSISTENT_IF,
                f"{added}, {total - sums} fewer than {total}",
                f"The {total - sums} are among those who, the text says, left the study.",
            )
        else:
            repairs = [
                f"{one} instead of {part}"
                for part in sorted(set(division.parts))
                for one in sorted(digit_edits(str(part)))
                if division.parts.count(part) == 1 and sums - part + int(one) == total
            ]
            repairs += [
                f"{one} instead of {total}"
                for one in sorted(digit_edits(str(total)))
                if int(one) == sums
            ]
            yield _found(
                "partition",
                division,
                Verdict.INCONSISTENT,
                f"{added}, not {total}",
                f"The text divides {total} into these {len(division.parts)} groups and does not "
                "say that anybody was left out.",
                repairs[0] if len(repairs) == 1 else "",
            )


def _sum_of_stated(paper: Paper, division: Partition, sums: int) -> bool:
    """Whether the total of the groups is that of two stated numbers: patients and controls."""
    stated = [n for n in paper.stated if n not in division.parts and n != sums]
    return any(a + b == sums for a, b in combinations(stated, 2))


def _found(
    rule: str,
    division: Partition,
    verdict: Verdict,
    computation: str,
    explanation: str,
    repair: str = "",
) -> Finding:
    return Finding(
        rule,
        verdict,
        division.quote,
        division.start,
        division.end,
        computation,
        explanation,
        repair,
    )


def contrast(paper: Paper) -> Iterator[Finding]:
    """Those with and those without something: together they should be everybody."""
    for division in paper.all(Partition):
        if division.cue != "not" or paper.total is None:
            continue
        total, sums = paper.total, sum(division.parts)
        added = f"{' + '.join(map(str, division.parts))} = {sums}"
        if sums == total:
            yield _found("contrast", division, Verdict.CONSISTENT, added, f"The total is {total}.")
            continue
        if sums > total or paper.stated[sums] > 1:
            continue  # other persons than the whole group
        fills = _fills(paper, total, total - sums)
        explanation = f"{total - sums} of the {total} are not accounted for"
        if len(fills) == 1:
            explanation += (
                f"; of the stated counts only {' + '.join(map(str, fills[0]))} fills the gap, "
                "so these were left out of the comparison."
            )
        else:
            explanation += " and were left out of the comparison, which the text does not say."
        yield _found(
            "contrast", division, Verdict.CONSISTENT_IF, f"{added}, not {total}", explanation
        )


COUNT = re.compile(
    r"(?<![\w./-])(\d{1,4})\s+(?:[a-z-]+\s+)?(?:of\s+(\d{1,5})\s+)?(?:patients|recipients|cases|"
    r"subjects|participants|persons|individuals|women|men|children|died|were|was|withdrew)\b"
)
OF_SOME = re.compile(r"\s*(?:among|of|in)\s+(?:the\s+)?(\d{1,5})\b", re.IGNORECASE)


def _fills(paper: Paper, total: int, gap: int) -> list[tuple[int, ...]]:
    """Sets of stated counts, of the whole group, that add up to the gap."""
    counts: list[int] = []
    for sentence in paper.sentences:
        some = OF_SOME.match(sentence)
        if some and int(some[1]) != total:
            continue  # a sentence about a part of the group
        for match in COUNT.finditer(sentence):
            before = sentence[max(0, match.start() - 10) : match.start()].lower().rstrip()
            whole = match[2] is None or int(match[2]) == total
            if whole and not before.endswith(("of", "among")):
                counts.append(int(match[1]))
    parts = {part for division in paper.all(Partition) for part in division.parts}
    usable = [n for n in dict.fromkeys(counts) if 0 < n <= gap and n not in parts][:MOST_COUNTS]
    return [
        chosen
        for size in range(1, min(4, len(usable)) + 1)
        for chosen in combinations(usable, size)
        if sum(chosen) == gap
    ]
