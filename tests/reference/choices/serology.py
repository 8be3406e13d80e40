"""Rows about HBsAg, HBeAg and the antibodies."""

from __future__ import annotations

from reference.rows import number, result, supply

SEROLOGY = ("positive", "negative", "indeterminate")
HBSAG_WORDS = [result("hbsag", status=status) for status in SEROLOGY]
HBSAG = [
    *HBSAG_WORDS[:2] * 6,
    HBSAG_WORDS[2],
    *[number("hbsag", "IU/mL", value) for value in (0.0, 0.04, 0.05, 0.06, 1200.0)],
    *[number("hbsag", "IU/mL", value, "<") for value in (0.05, 0.05, 0.5)],
    *[number("hbsag", "IU/mL", value, ">") for value in (0.01, 0.05, 250.0)],
    number("hbsag", "IU/mL", 0.01, "range", value_high=0.04),
    number("hbsag", "IU/mL", 0.01, "range", value_high=1.0),
    number("hbsag", "IU/mL", 300.0, "=", status="negative"),
    *[number("hbsag_index", "S/CO", v) for v in (0.5, 0.79, 0.8, 1.0, 1.2, 1.21, 300.0)],
    *[number("hbsag_index", "S/CO", v, sign) for v, sign in ((1.0, "<"), (1.0, ">"), (0.9, "<"))],
    number("hbsag_index", "S/CO", 0.3, "=", status="positive"),
    result("hbsag"),  # an empty result: unknown
]
SHOTS = [supply("HBIG", "HBIG", 1), supply("HBIG", "HBIG", 60), supply("HBVAX", "vaccine", 1)]
ANTIBODY = [
    *[number("anti_hbs", "mIU/mL", value) for value in (9.9, 10.0, 99.0, 100.0)],
    *[number("anti_hbs", "mIU/mL", value, "<") for value in (2.0, 20.0)],
    number("anti_hbs", "mIU/mL", 1000.0, ">"),
    *[number("anti_hbs_index", "S/CO", value) for value in (0.9, 1.0)],
    *[result("anti_hbs", status=status) for status in SEROLOGY],
    *[result("anti_hbc", status=status) for status in SEROLOGY],
    number("anti_hbc", "S/CO", 8.0),
]
HBEAG = [
    *[result("hbeag", status=status) for status in SEROLOGY],
    *[number("hbeag", "S/CO", value) for value in (0.9, 0.9, 1.0, 1.0)],
    number("hbeag", "S/CO", 0.5, "=", status="positive"),
    *[result("anti_hbe", status=status) for status in SEROLOGY[:2]],
]
