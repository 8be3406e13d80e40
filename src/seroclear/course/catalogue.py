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
    "primary_nonresponse": "HBV DNA fell by less than 1 log10 by week 12 of NA",
    "complete_virological_response": "first HBV DNA undetectable on NA",
    "partial_virological_response": "HBV DNA detectable at week 48 of NA after a fall over 1 log10",
    "maintained_response": "HBV DNA undetectable from week 48 of NA on",
    "low_level_viraemia": "HBV DNA detectable but under 2000 IU/mL from week 48 of NA on",
    "low_level_viraemia_persistent": "low-level viraemia on visits at least 12 weeks apart",
    "low_level_viraemia_intermittent": "low-level viraemia, not persistent, then undetectable",
    "breakthrough": "HBV DNA at least 1 log10 above its lowest on NA, or back after undetectable",
    "breakthrough_confirmed": "breakthrough seen again at least 28 days later",
    "blip": "one detectable HBV DNA between undetectable ones on NA",
    "virological_relapse": "HBV DNA 2000 IU/mL or more after NA was stopped",
    "virological_relapse_confirmed": "virological relapse seen again at least 28 days later",
    "clinical_relapse": "virological relapse with ALT at least twice its upper limit",
    "retreatment": "NA or interferon begun again after NA was stopped",
    "alt_normalisation": "ALT normal after it was elevated",
    "alt_flare": "ALT at least 5 times its upper limit (or the definition's other rule)",
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
    "primary_nonresponse": "primary non-response",
    "complete_virological_response": "complete virological response",
    "partial_virological_response": "partial virological response",
    "maintained_response": "maintained virological response",
    "low_level_viraemia": "low-level viraemia",
    "low_level_viraemia_persistent": "persistent low-level viraemia",
    "low_level_viraemia_intermittent": "intermittent low-level viraemia",
    "breakthrough": "virological breakthrough",
    "breakthrough_confirmed": "confirmed virological breakthrough",
    "blip": "HBV DNA blip",
    "virological_relapse": "virological relapse",
    "virological_relapse_confirmed": "confirmed virological relapse",
    "clinical_relapse": "clinical relapse",
    "retreatment": "retreatment",
    "alt_normalisation": "ALT normalisation",
    "alt_flare": "ALT flare",
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
