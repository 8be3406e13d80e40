"""What a course can hold: every event and every marker's statuses, by name.

Kept apart from the code that derives them, so that a study can be checked without an engine.
"""

from __future__ import annotations

from typing import Final

EVENTS: Final = {
    "chronic_hbv": "HBsAg positive twice over six months apart, or once with a code",
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
    "decompensation": "ascites, bleeding varices, encephalopathy, peritonitis, hepatorenal",
    "hcc": "hepatocellular carcinoma by diagnosis codes",
    "liver_transplant": "liver transplantation or the status after it",
    "hcv": "hepatitis C: antibody, RNA or code",
    "hdv": "hepatitis D: antibody, RNA or code",
    "hiv": "HIV: antibody or code",
    "death": "death",
}

EVENT_LABELS: Final = {
    "chronic_hbv": "chronic hepatitis B",
    "hbsag_loss": "HBsAg loss",
    "hbsag_loss_confirmed": "confirmed HBsAg loss",
    "hbsag_seroreversion": "HBsAg seroreversion",
    "hbsag_seroreversion_confirmed": "confirmed HBsAg seroreversion",
    "hbsag_seroreversion_transient": "transient HBsAg seroreversion",
    "hbsag_seroconversion": "HBsAg seroconversion",
    "vaccine_response": "vaccine response",
    "hbeag_loss": "HBeAg loss",
    "hbeag_reversion": "HBeAg reversion",
    "cirrhosis": "cirrhosis",
    "decompensation": "decompensation",
    "hcc": "HCC",
    "liver_transplant": "liver transplant",
    "hcv": "hepatitis C",
    "hdv": "hepatitis D",
    "hiv": "HIV infection",
    "death": "death",
}

# The marker and the status that show an event, where a test does.
SHOWN_BY: Final = {
    "hbsag_loss": ("hbsag", "negative"),
    "hbsag_loss_confirmed": ("hbsag", "negative"),
    "hbsag_seroreversion": ("hbsag", "positive"),
    "hbsag_seroreversion_confirmed": ("hbsag", "positive"),
    "hbsag_seroreversion_transient": ("hbsag", "positive"),
    "hbsag_seroconversion": ("anti_hbs", "positive"),
    "vaccine_response": ("anti_hbs", "positive"),
    "hbeag_loss": ("hbeag", "negative"),
    "hbeag_reversion": ("hbeag", "positive"),
}

MARKER_LABELS: Final = {
    "hbsag": "HBsAg",
    "anti_hbs": "anti-HBs",
    "hbeag": "HBeAg",
    "anti_hbe": "anti-HBe",
    "anti_hbc": "anti-HBc",
    "anti_hcv": "anti-HCV",
    "anti_hdv": "anti-HDV",
    "hiv": "HIV test",
    "hbv_dna": "HBV DNA",
    "hcv_rna": "HCV RNA",
    "hdv_rna": "HDV RNA",
    "alt": "ALT",
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
