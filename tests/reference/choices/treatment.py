"""Rows about drugs."""

from __future__ import annotations

from reference.choices.viraemia import treated_since
from reference.rows import number, supply

TREATMENT = [
    *[supply(agent, "NA", days) for agent in ("ETV", "TDF") for days in (1, 27, 28, 90, 200)],
    *[supply(agent, "NA", 30, inferred=True) for agent in ("ETV", "TDF", "LAM")],
    supply("ETV", "NA", 90, inferred=True),
    supply("TDF", "NA", 90, hiv=True),
    supply("FTC", "NA", 90, hiv=True),
    *[supply("PEGIFN2A", "IFN", days, inferred=True) for days in (7, 28, 84)],
    supply("BLV", "other", 28),
]
OLD_DRUGS = [
    *[supply(agent, "NA", days) for agent in ("LAM", "ADV", "LDT") for days in (90, 200)],
    *[supply(agent, "NA", 200) for agent in ("ETV", "TMF", "TFV")],
    *[treated_since(days, 400) for days in (322, 336)],
    *[number("hbv_dna", "IU/mL", value) for value in (20.0, 500.0, 1e6)],
    *[number("hbv_dna", "IU/mL", 20.0, "<")] * 2,
    *[supply("PEGIFN2A", "IFN", 84)],
]
