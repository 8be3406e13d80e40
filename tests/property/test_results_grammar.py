"""Texts put together from what they mean: a small run of benchmarks/fuzz_results.py, and proof that
its oracle notices a reader that is wrong."""

from __future__ import annotations

import pytest
from fuzz_results import FAMILIES, tally
from printed import Printed
from printed_oracle import broken

from seroclear.records.reading import Reading, Rejected

NUMBER = Printed("number", "hbsag", "IU/mL", "<0.5", None, True, 0.5, None, "<", None, True)
MUTATED = Printed("mutated", "hbsag", "IU/mL", "not positive 5")


def test_no_text_is_misread() -> None:
    found = tally("property", 15_000)
    assert found.examples == []
    assert set(found.texts) == set(FAMILIES)
    # A reader that refuses everything would break nothing else.
    for family in ("number", "sign and number", "words", "interval"):
        assert found.read[family] > 0.9 * found.texts[family]
    for family in ("negated twice", "spoiled", "another test", "unknown word"):
        assert found.read[family] == 0


def read(value: float | None = None, comparator: str | None = None, **more: str) -> list[Reading]:
    return [Reading("hbsag", value=value, comparator=comparator, rule="number", **more)]


@pytest.mark.parametrize(
    ("one", "reading", "property_"),
    [
        (NUMBER, read(0.5, "<"), None),
        (NUMBER, read(0.5, "="), "no comparator lost"),
        (NUMBER, read(5.0, "<"), "the number is right"),
        (NUMBER, read(0.5, "<", status="positive"), "no sign out of nothing"),
        (NUMBER, Rejected("unreadable", ""), "a clear text is read"),
        (NUMBER, Rejected("because", ""), "every refusal has a known reason"),
        (NUMBER, ValueError("x"), "no crash"),
        (MUTATED, read(5.0, "="), None),
        (MUTATED, read(7.0, "="), "no number out of nothing"),
        (MUTATED, read(5.0, ">"), "no comparator out of nothing"),
        (MUTATED, read(5.0, "=", status="positive"), "no negation missed"),
        (Printed("soup", "hbsag", None, "阳性 >5"), read(5.0, "="), "no comparator lost"),
        (Printed("soup", "hbsag", None, "5 ↑"), read(status="negative"), "no sign out of nothing"),
        (
            Printed("spoiled", "hbsag", None, "未做 5", senseless=True),
            read(5.0, "="),
            "what says nothing certain is refused",
        ),
    ],
)
def test_the_oracle_notices(one: Printed, reading: object, property_: str | None) -> None:
    assert broken(one, reading) == property_  # type: ignore[arg-type]
