"""Rows about mothers and their children."""

from __future__ import annotations

from datetime import date

from reference.choices.serology import HBSAG_WORDS, SHOTS
from reference.rows import ago, both, code, number, supply
from reference.stores import History


def born(history: History, day: date, source: str) -> None:
    """Lets a child be born on that day, unless it is already there."""
    if history.patient["birth_date"] is None:
        history.patient["birth_date"] = day
        history.patient["birth_inferred"] = False


PREGNANCY = [
    *HBSAG_WORDS[:2],
    *[HBSAG_WORDS[0]] * 9,
    *[code(name) for name in ("pregnancy", "pregnancy", "delivery", "delivery")],
    *[code(f"gestation_{week:02d}") for week in (8, 12, 28, 28, 40)],
    both(code("gestation_20"), code("gestation_21")),
    both(code("pregnancy"), ago(293, code("pregnancy"))),
    both(code("pregnancy"), ago(294, code("pregnancy"))),
    both(code("pregnancy"), ago(41, code("delivery"))),
    both(code("pregnancy"), ago(42, code("delivery"))),
    both(code("gestation_12"), ago(84, code("pregnancy"))),
    both(code("gestation_12"), ago(85, code("pregnancy"))),
    *[number("hbv_dna", "IU/mL", value) for value in (199999.0, 2e5, 2e5, 200001.0, 1e7)],
    number("hbv_dna", "IU/mL", 2e5, ">"),
    number("hbv_dna", "IU/mL", 1e5, "range", value_high=1e7),
    *[supply("TDF", "NA", days) for days in (1, 90, 200)],
    supply("PEGIFN2A", "IFN", 28),
]
INFANT = [
    *[born] * 8,
    *HBSAG_WORDS,
    *HBSAG_WORDS[:2],
    *SHOTS,
    SHOTS[2],
    *[both(ago(days, born), HBSAG_WORDS[0]) for days in (212, 213, 213, 214)],
    *[both(ago(days, born), HBSAG_WORDS[1]) for days in (212, 213, 213)],
    *[both(ago(213, born), number("hbv_dna", "IU/mL", value)) for value in (5.0, 1e6)],
    both(HBSAG_WORDS[1], number("hbv_dna", "IU/mL", 1e6)),
    both(ago(400, born), HBSAG_WORDS[0], number("hbv_dna", "IU/mL", 1e6)),
    *[both(born, shot) for shot in SHOTS] * 2,
    *[both(ago(days, born), SHOTS[2]) for days in (1, 1, 2)],
]
