"""What a course can hold: every event and every marker's statuses, by name.

Kept apart from the code that derives them, so that a study can be checked without an engine.
"""

from __future__ import annotations

from typing import Final

EVENTS: Final = {
    "chronic_hbv": "HBsAg positive more than six months apart, or once with a code of chronic hepatitis B",
    "hbsag_loss": "HBsAg negative after a positive (confirmed, if the definition asks for it)",
    "hbsag_loss_confirmed": "HBsAg negative twice, far enough apart, with no positive between",
    "hbsag_seroreversion": "HBsAg positive again after a loss",
    "hbsag_seroreversion_confirmed": "HBsAg positive twice after a loss, with no negative between",
    "hbsag_seroreversion_transient": "HBsAg positive after a loss, soon negative again untreated",
    "hbsag_seroconversion": "anti-HBs at or above the threshold from a loss on, not passive",
    "vaccine_response": "anti-HBs after a vaccine in someone never infected",
    "hbeag_loss": "HBeAg negative after a positive",
    "hbeag_reversion": "HBeAg positive again after its loss",
    "cirrhosis": "cirrhosis by diagnosis codes",
    "decompensation": "ascites, variceal bleeding, encephalopathy, peritonitis or hepatorenal syndrome",
    "hcc": "hepatocellular carcinoma by diagnosis codes",
    "liver_transplant": "liver transplantation or the status after it",
    "hcv": "hepatitis C: antibody, RNA or code",
    "hdv": "hepatitis D: antibody, RNA or code",
    "hiv": "HIV: antibody or code",
    "death": "death",
}

_SEROLOGY: Final = ("positive", "negative")
MARKER_STATUSES: Final = {
    "hbsag": _SEROLOGY,
    "anti_hbs": _SEROLOGY,
    "hbeag": _SEROLOGY,
    "anti_hbe": _SEROLOGY,
    "anti_hbc": _SEROLOGY,
    "anti_hcv": _SEROLOGY,
    "anti_hdv": _SEROLOGY,
    "hiv": _SEROLOGY,
    "hbv_dna": ("detectable", "undetectable"),
    "hcv_rna": ("detectable", "undetectable"),
    "hdv_rna": ("detectable", "undetectable"),
    "alt": ("elevated", "normal"),
}
