"""Rows about the kidneys."""

from __future__ import annotations

from reference.rows import number

CREATININE = [
    *[number("creatinine", "µmol/L", v) for v in (100.0, 100.0, 100.0, 133.0, 134.0, 135.5, 136.0)],
    *[number("creatinine", "µmol/L", v) for v in (101.0, 102.0, 129.0, 130.0, 144.1, 144.2, 144.3)],
    *[number("creatinine", "µmol/L", v) for v in (60.0, 70.0, 200.0, 350.0, 600.0)],
    number("creatinine", "µmol/L", 144.2, ">"),
    *[number("phosphate", "mmol/L", v) for v in (0.6, 0.64, 0.65, 0.7, 1.0)],
]
