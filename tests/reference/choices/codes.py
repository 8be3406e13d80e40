"""Rows about diagnoses, procedures and deaths."""

from __future__ import annotations

from reference.rows import code, death, transplantation

CODES = [
    *[code("cirrhosis", setting) for setting in ("outpatient", "outpatient", "inpatient", None)],
    *[code("hcc", setting) for setting in ("outpatient", "outpatient", "inpatient")],
    *[code(name) for name in ("chronic_hbv", "hbv_carrier", "hbv_unspecified", "acute_hbv")],
    *[code(name) for name in ("ascites", "variceal_bleeding", "liver_transplant", "hcv")],
    *[code(name) for name in ("hdv", "hiv", "hepatorenal_syndrome")],
    transplantation,
    death,
]
OUTCOMES = [
    *[code(name) for name in ("ascites", "variceal_bleeding", "hepatic_encephalopathy")],
    *[code(name) for name in ("spontaneous_bacterial_peritonitis", "hepatorenal_syndrome")],
    code("decompensated_cirrhosis"),
    *[code("hcc", setting) for setting in ("outpatient", "inpatient")],
    *[code("liver_transplant"), transplantation],
    *[death] * 3,
]
