"""Two groups whose counts are printed, against χ² and p."""

from __future__ import annotations

from collections.abc import Iterator

from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rules_tests import (
    GROSS,
    OTHER_TEST,
    beyond,
    printed_p,
    short,
    times_off,
)
from seroclear.evidence.audit.tests import Table2, agrees, decides_otherwise
from seroclear.evidence.claims.claim import GroupComparison, Proportion


def comparison_test(paper: Paper) -> Iterator[Finding]:
    """χ² and p of two groups whose counts are printed."""
    for pair in paper.all(GroupComparison):
        table = _table(pair)
        if table is None or (pair.p is None and pair.statistic is None):
            continue
        yield _compare(paper, pair, table)


def _table(pair: GroupComparison) -> Table2 | None:
    if not isinstance(pair.first, Proportion) or not isinstance(pair.second, Proportion):
        return None
    numbers = (
        pair.first.count,
        pair.first.denominator,
        pair.second.count,
        pair.second.denominator,
    )
    if any(number is None for number in numbers):
        return None
    a, n1, b, n2 = (int(number.value) for number in numbers if number is not None)
    return Table2(a, n1, b, n2) if a <= n1 and b <= n2 and n1 and n2 else None


def _compare(paper: Paper, pair: GroupComparison, table: Table2) -> Finding:
    counts = f"{table.a}/{table.n1} and {table.b}/{table.n2}"

    def found(verdict: Verdict, computation: str, explanation: str = "") -> Finding:
        return Finding(
            "comparison-test",
            verdict,
            pair.quote,
            pair.start,
            pair.end,
            computation,
            explanation,
        )

    other = OTHER_TEST.search(paper.sentence(pair))
    test = pair.statistic
    if test and test.name == "chi2" and not test.value.comparator:
        values = table.statistics()
        said = ", ".join(f"{name} {value:.3f}" for name, value in values.items())
        for name, value in values.items():
            if abs(value - float(test.value.value)) <= float(test.value.step):
                verdict = (
                    Verdict.CONSISTENT if name in ("Pearson", "Yates") else Verdict.CONSISTENT_IF
                )
                return found(verdict, f"{counts} give χ² {said}", f"It is the {name} statistic.")
        if other:
            return found(
                Verdict.NOT_AUDITABLE,
                f"{counts} give χ² {said}",
                f"The text names another analysis ({other[0]}).",
            )
        printed = float(test.value.value)
        low, high = min(values.values()), max(values.values())
        if low / 1.5 - 0.5 <= printed <= high * 1.5 + 0.5:
            return found(
                Verdict.CONSISTENT_IF,
                f"{counts} give χ² {said}, printed {test.value}",
                "It is right if some persons were not in the test, or for another statistic.",
            )
        return found(
            Verdict.INCONSISTENT,
            f"{counts} give χ² {said}, printed {test.value}",
            "No χ² of these counts is near it.",
        )
    if pair.p is None or (test is not None and test.name not in ("chi2",)):
        return found(Verdict.NOT_AUDITABLE, counts, "The test is not one of counts.")
    values = table.p_values()
    said = ", ".join(f"{name} {short(value)}" for name, value in values.items())
    low, high = min(values.values()), max(values.values())
    computed = f"{counts} give p: {said}; printed {printed_p(pair.p)}"
    for name, value in values.items():
        if agrees(value, value, pair.p):
            return found(Verdict.CONSISTENT, computed, f"It is the p of {name}.")
    if agrees(low / 2, high / 2, pair.p):
        return found(Verdict.CONSISTENT_IF, computed, "It is right if the test was one-sided.")
    if agrees(low, high, pair.p):
        return found(Verdict.CONSISTENT_IF, computed, "It lies between the p of these tests.")
    if other:
        return found(
            Verdict.NOT_AUDITABLE, computed, f"The text names another analysis ({other[0]})."
        )
    value = float(pair.p.value)
    far = (
        times_off(value, low / 2, high) >= 2 * GROSS
        if not pair.p.comparator
        else beyond(pair.p, low / 2, high)
    )
    if far and decides_otherwise(low, high, pair.p):
        return found(
            Verdict.INCONSISTENT,
            computed,
            "No usual test of these counts is near it, and it decides differently at 0.05.",
        )
    return found(
        Verdict.CONSISTENT_IF,
        computed,
        "It is right for another test than these, or fewer persons.",
    )
