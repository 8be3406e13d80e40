"""Rows about ALT and about what makes a flare severe."""

from __future__ import annotations

from reference.rows import code, number, result

LIVER_TESTS = [
    *[number("alt", "U/L", v) for v in (30.0, 33.0, 33.4, 40.0, 79.0, 80.0, 99.0, 100.0, 101.0)],
    *[number("alt", "U/L", v) for v in (120.0, 160.0, 199.6, 200.0, 240.0)],
    number("alt", "U/L", 200.0, "=", reference_high=50.0),
    number("alt", "U/L", 1000.0, ">"),
    number("alt", "U/L", 30.0, "<"),
    number("alt", "U/L", 300.0, "=", status="negative"),
]
ALT_BY_SEX = [
    *[number("alt", "U/L", value) for value in (24.0, 25.0, 26.0, 34.0, 35.0, 36.0)],
    *[number("alt", "U/L", value) for value in (125.0, 126.0, 175.0, 176.0, 900.0)],
    *[number("alt", "U/L", value, "<") for value in (25.0, 30.0)],
    number("alt", "U/L", 35.0, ">"),
    number("alt", "U/L", 30.0, "=", reference_high=50.0),
    number("alt", "U/L", 40.0, "=", status="negative"),
    result("alt", status="positive"),
]
SEVERE = [
    *[number("alt", "U/L", value) for value in (30.0, 120.0, 200.0, 400.0, 400.0, 400.0)],
    *[number("bilirubin", "µmol/L", value) for value in (20.0, 51.0, 52.0, 300.0)],
    number("bilirubin", "µmol/L", 400.0, ">"),
    *[number("inr", "1", value) for value in (1.1, 1.4, 1.5, 2.5)],
    *[code(name) for name in ("ascites", "decompensated_cirrhosis", "hepatorenal_syndrome")],
]
