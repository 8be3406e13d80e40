"""Names of effects, of accuracy and of spread, as papers write them."""

from __future__ import annotations

import re

RATIOS = frozenset(("OR", "RR", "HR", "IRR", "PR", "SHR", "GMR", "SIR", "SMR"))
DIFFERENCES = frozenset(("MD", "SMD", "RD", "WMD", "beta", "difference"))
# Measure: what it is called. Abbreviations are matched with case ("OR" is no "or").
_NAMES = {
    "OR": (r"(?:[aAcC])?ORs?", r"(?:adjusted\s+|crude\s+|pooled\s+)?[Oo]dds\s+[Rr]atios?"),
    "SHR": (
        r"[aA]?[sS]HRs?",
        r"(?:adjusted\s+)?[Ss]ub-?distribution(?:al)?\s+[Hh]azard\s+[Rr]atios?",
    ),
    "HR": (r"[aAcC]?HRs?", r"(?:adjusted\s+|crude\s+|pooled\s+)?[Hh]azards?\s+[Rr]atios?"),
    "IRR": (r"[aA]?IRRs?", r"(?:incidence\s+)?[Rr]ate\s+[Rr]atios?"),
    "RR": (
        r"[aAcC]?RRs?",
        r"(?:adjusted\s+|pooled\s+)?(?:[Rr]elative\s+[Rr]isks?|[Rr]isk\s+[Rr]atios?)",
    ),
    "PR": (r"[aA]?PRs?", r"[Pp]revalence\s+[Rr]atios?"),
    "SMD": (r"SMDs?", r"[Ss]tandardi[sz]ed\s+[Mm]ean\s+[Dd]ifferences?"),
    "MD": (r"W?MDs?", r"(?:[Ww]eighted\s+)?[Mm]ean\s+[Dd]ifferences?"),
    "RD": (r"RDs?", r"[Rr]isk\s+[Dd]ifferences?"),
    "beta": (r"β", r"[Bb]eta\s+coefficients?"),
    "AUC": (
        r"AUCs?|AUROCs?|ROC-AUC|AUC-ROC|[Cc]-?statistics?|[Cc]-?index(?:es)?|C-?indices",
        (
            r"[Aa]reas?\s+under\s+(?:the\s+)?(?:receiver\s+operating\s+characteristics?\s+|ROC\s+)?curves?"
            r"|[Cc]oncordance\s+ind(?:ex|ices)"
        ),
    ),
    "sensitivity": (r"[Ss]ensitivity",),
    "specificity": (r"[Ss]pecificity",),
    "PPV": (r"PPV", r"[Pp]ositive\s+predictive\s+values?"),
    "NPV": (r"NPV", r"[Nn]egative\s+predictive\s+values?"),
}
_LONG = {name: "|".join(patterns) for name, patterns in _NAMES.items()}
_COMPILED = [(name, re.compile(rf"(?:{pattern})\Z")) for name, pattern in _LONG.items()]
# A name may be repeated as its abbreviation: "hazard ratio [HR]".
MEASURE_PATTERN = (
    r"(?<![\w'^/-])(?:" + "|".join(_LONG.values()) + r")(?![\w'-])"
    r"(?:\s*[\[(]\s*[aA]?[sS]?(?:OR|HR|RR|MD|RD|SMD|AUC|AUROC|IRR|PR|AUROC)s?\s*[\])])?"
)
_REPEATED = re.compile(r"\s*[\[(][^\])]*[\])]\Z")


def measure_name(printed: str) -> str:
    """OR, HR, AUC ... for what is printed."""
    plain = _REPEATED.sub("", printed)
    for name, pattern in _COMPILED:
        if pattern.match(plain):
            return name
    return ""
