"""Proportions that divide a whole: when their counts do, their denominators must."""

from __future__ import annotations

from collections.abc import Iterator

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rounding import percent_of, rounding
from seroclear.evidence.claims.claim import Proportion

# Denominators that miss their total by more than this share are no slip but another population.
NEAR_MISS = 0.05
# For runs of fewer proportions chance agreement of their counts is likely.
FEWEST_PARTS = 3
MOST_SHARES = 150  # a text with more is no abstract, and chance sums are sure in it


def numerator_partition(paper: Paper) -> Iterator[Finding]:
    """Proportions whose counts add up to the count of a whole: their denominators must too."""
    shares = [
        share
        for share in paper.all(Proportion)
        if share.count is not None and share.denominator is not None and not share.table
    ]
    if len(shares) > MOST_SHARES:
        return
    tops = [int(share.count.value) for share in shares if share.count]
    bottoms = [int(share.denominator.value) for share in shares if share.denominator]
    # A proportion of those counted just before it is no part of the whole: 243/603 after 603/963.
    inner = {i for i in range(len(shares)) if bottoms[i] in tops[:i]}
    outer = [i for i in range(len(shares)) if i not in inner]
    misses: list[tuple[int, list[int]]] = []
    for whole in outer:
        for run in _runs(outer, whole, tops):
            sums = sum(bottoms[i] for i in run)
            if sums == bottoms[whole]:
                yield _whole(shares[whole], run, tops, bottoms, Verdict.CONSISTENT, "", "")
            elif (
                len({bottoms[i] for i in run}) > 1
                and abs(sums - bottoms[whole]) <= NEAR_MISS * bottoms[whole]
            ):
                misses.append((whole, run))
    for whole, run in misses:
        yield _missed(shares, whole, run, misses, tops, bottoms)


def _runs(outer: list[int], whole: int, tops: list[int]) -> Iterator[list[int]]:
    """Neighbouring proportions, the whole not among them, whose counts add up to its count."""
    for start in range(len(outer)):
        total, run = 0, []
        for i in outer[start:]:
            if i == whole:
                break
            run.append(i)
            total += tops[i]
            if (
                total == tops[whole]
                and len(run) >= FEWEST_PARTS
                and 0 not in (tops[j] for j in run)
            ):
                yield list(run)
            if total >= tops[whole]:
                break


def _whole(
    share: Proportion,
    run: list[int],
    tops: list[int],
    bottoms: list[int],
    verdict: Verdict,
    explanation: str,
    repair: str,
) -> Finding:
    whole = f"{share.count}/{share.denominator}"
    sums = sum(bottoms[i] for i in run)
    return Finding(
        "numerator-partition",
        verdict,
        share.quote,
        share.start,
        share.end,
        f"the counts {' + '.join(str(tops[i]) for i in run)} = {share.count} are those of {whole}; "
        f"the denominators {' + '.join(str(bottoms[i]) for i in run)} = {sums}",
        explanation,
        repair,
    )


def _missed(
    shares: list[Proportion],
    whole: int,
    run: list[int],
    misses: list[tuple[int, list[int]]],
    tops: list[int],
    bottoms: list[int],
) -> Finding:
    gap = sum(bottoms[i] for i in run) - bottoms[whole]
    explanation = (
        "The counts are divided without rest, "
        f"the denominators miss {bottoms[whole]} by {abs(gap)}."
    )
    # The number that two sums share: part of the larger whole, and a whole itself.
    both = []
    for other, parts in misses:
        if other == whole:
            continue
        own = sum(bottoms[i] for i in parts) - bottoms[other]
        if other in run and own == -gap:
            both.append((other, bottoms[other] - gap))
        elif whole in parts and own == -gap:
            both.append((whole, bottoms[whole] + gap))
    if len(both) != 1:
        verdict = Verdict.INCONSISTENT
        if gap < 0:
            verdict = Verdict.CONSISTENT_IF
            explanation += f" It is right if {-gap} persons without the event belong to no group."
        return _whole(shares[whole], run, tops, bottoms, verdict, explanation, "")
    place, right = both[0]
    percent = shares[place].percent
    explanation += (
        f" Two sums miss by {abs(gap)} with opposite sign, and one number mends both: "
        f"{right} instead of {bottoms[place]}."
    )
    if percent is not None and not rounding(percent_of(tops[place], right), percent):
        exact = float(percent_of(tops[place], right))
        explanation += (
            f" Then {tops[place]}/{right} = {exact:.{percent.decimals}f}%, not {percent}."
        )
    return _whole(
        shares[whole],
        run,
        tops,
        bottoms,
        Verdict.INCONSISTENT,
        explanation,
        f"{right} instead of {bottoms[place]}",
    )
