"""Rows about recipients of a liver."""

from __future__ import annotations

from reference.choices.serology import HBSAG_WORDS, SHOTS
from reference.rows import ago, both, code, number, result, supply, transplantation

GRAFT = [
    *[both(ago(days, HBSAG_WORDS[0]), transplantation) for days in (0, 1, 30)],
    *[transplantation] * 2,
    code("chronic_hbv"),
    *HBSAG_WORDS[:2] * 2,
    *[number("hbv_dna", "IU/mL", 1e6), number("hbv_dna", "IU/mL", 20.0, "<")] * 2,
    *SHOTS,
    *[SHOTS[2]] * 3,
    *[both(SHOTS[0], ago(days, SHOTS[0])) for days in (182, 183, 184)],
    *[
        both(
            ago(250, transplantation),
            ago(200, SHOTS[2]),
            ago(days, SHOTS[0]),
            number("anti_hbs", "mIU/mL", 150.0),
        )
        for days in (90, 91, 92)
    ],
    *[number("anti_hbs", "mIU/mL", value) for value in (99.0, 100.0, 101.0, 500.0)],
    number("anti_hbs", "mIU/mL", 100.0, ">"),
    result("anti_hbs", status="positive"),
    *[supply("ETV", "NA", days) for days in (1, 90, 200)],
    supply("PEGIFN2A", "IFN", 28),
]
