"""Rows about HBV DNA, ALT and the other viruses, in every way that laboratories tell them."""

from __future__ import annotations

from reference.choices.serology import SEROLOGY
from reference.rows import number, result

OTHERS = [
    *[number("hbv_dna", "IU/mL", value) for value in (5.0, 20.0, 1e6)],
    *[number("hbv_dna", "IU/mL", value, "<") for value in (10.0, 20.0, 1000.0)],
    number("hbv_dna", "IU/mL", 1e8, ">"),
    number("hbv_dna", "IU/mL", 20.0, "<", status="positive", detection="detected below limit"),
    result("hbv_dna", status="positive", detection="detected below limit"),
    *[
        number(t, "IU/mL", 20.0, "<", detection="detected below limit")
        for t in ("hbv_dna", "hcv_rna")
    ],
    result("hbv_dna", detection="not detected"),
    result("hbv_dna", detection="not detected", status="negative", lower_limit=1000.0),
    *[number("alt", "U/L", value) for value in (40.0, 41.0, 300.0)],
    number("alt", "U/L", 50.0, "=", reference_high=60.0),
    number("alt", "U/L", 45.0, "=", reference_high=35.0),
    number("alt", "U/L", 40.0, ">"),
    number("alt", "U/L", 50.0, "<"),
    result("anti_hcv", status="positive"),
    number("anti_hcv", "S/CO", 0.5),
    number("hcv_rna", "IU/mL", 1e5),
    result("anti_hdv", status="positive"),
    number("hdv_rna", "IU/mL", 500.0),
    *[result("hiv", status=status) for status in SEROLOGY],
]
