"""χ² of two percentages whose counts are not printed: which tables are possible?"""

from __future__ import annotations

from collections.abc import Iterator

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.reconstruction import LARGEST_TWO, Table3, three_groups, two_groups
from seroclear.evidence.audit.rules_tests import OTHER_TEST
from seroclear.evidence.audit.tests import Table2, agrees, chi2_p
from seroclear.evidence.claims.claim import GroupComparison, Proportion, TestStatistic
from seroclear.evidence.text.token import Reported

NAME = "reconstruction"


def reconstruction(paper: Paper) -> Iterator[Finding]:
    """Two percentages with a χ², in a paper that says how many persons and events there were."""
    whole = _whole(paper)
    if whole is None or whole[0] > LARGEST_TWO:
        return
    persons, events, endpoint = whole
    for pair in paper.all(GroupComparison):
        test = pair.statistic
        first, second = pair.first, pair.second
        if (
            test is None
            or test.name != "chi2"
            or any(k.value != 1 for k in test.df)
            or not isinstance(first, Proportion)
            or not isinstance(second, Proportion)
            or first.percent is None
            or second.percent is None
            or first.count is not None
            or second.count is not None
            or not _about(paper, pair, endpoint)
        ):
            continue
        yield _judge(paper, pair, test, first.percent, second.percent, persons, events)


def _whole(paper: Paper) -> tuple[int, int, str] | None:
    """Persons, events and endpoint of the study: the count whose percentage is of the total."""
    if paper.total is None:
        return None
    found = {
        (int(share.count.value), share.endpoint)
        for share in paper.all(Proportion)
        if share.count is not None
        and share.endpoint
        and share.percent is not None
        and share.denominator in (None,)
        and share.percent.lowest <= 100 * share.count.value / paper.total <= share.percent.highest
    }
    if len(found) != 1:
        return None
    events, endpoint = found.pop()
    return paper.total, events, endpoint


def _about(paper: Paper, pair: GroupComparison, endpoint: str) -> bool:
    return endpoint.split()[-1].lower()[:6] in paper.sentence(pair).lower()


def _judge(
    paper: Paper,
    pair: GroupComparison,
    test: TestStatistic,
    first: Reported,
    second: Reported,
    persons: int,
    events: int,
) -> Finding:
    def found(verdict: Verdict, computation: str, explanation: str) -> Finding:
        return Finding(NAME, verdict, pair.quote, pair.start, pair.end, computation, explanation)

    given = f"{persons} persons, {events} events"
    tables = two_groups(first, second, persons, events)
    near = [
        table
        for table in tables
        if any(
            abs(value - float(test.value.value)) <= float(test.value.step)
            for value in (table.pearson(), table.yates())
        )
    ]
    if near:
        one = " The only table." if len(tables) == 1 else f" One of {len(tables)} tables."
        return found(Verdict.CONSISTENT, f"{given}: {_two(near[0])}", one.strip())
    if OTHER_TEST.search(paper.sentence(pair)):
        return found(
            Verdict.NOT_AUDITABLE, given, "The text names another analysis than of a plain table."
        )
    threes = [
        table
        for table in three_groups(first, second, persons, events, test.value)
        if pair.p is None
        or agrees(chi2_p(float(test.value.value), 2), chi2_p(float(test.value.value), 2), pair.p)
    ]
    none = "no 2×2 table has these percentages"
    if tables:
        none = f"the {len(tables)} 2×2 tables with these percentages have another χ²"
    if threes:
        p = chi2_p(float(test.value.value), 2)
        many = "exactly one table" if len(threes) == 1 else f"one of {len(threes)} tables"
        return found(
            Verdict.CONSISTENT_IF,
            f"{given}: {none}; {many} with a third group does: {_three(threes[0])}, "
            f"df 2, p = {p:.4f}",
            f"It is right if a third category of {threes[0].third[1]} persons was left out of the "
            "sentence.",
        )
    return found(
        Verdict.NOT_AUDITABLE,
        f"{given}: {none}",
        "Persons with unknown status, or percentages from survival curves, would explain it.",
    )


def _two(table: Table2) -> str:
    return (
        f"{table.a}/{table.n1} and {table.b}/{table.n2}, χ² = {table.pearson():.3f} "
        f"(with Yates' correction {table.yates():.3f}), p = {chi2_p(table.pearson(), 1):.4f}"
    )


def _three(table: Table3) -> str:
    (a, n1), (b, n2), (c, n3) = table.first, table.second, table.third
    return f"{a}/{n1}, {b}/{n2} and {c}/{n3}, χ² = {table.pearson():.3f}"
