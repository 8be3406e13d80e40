"""Identifiers in text."""

from __future__ import annotations

import re

DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>|]+[^\s\"<>|.,;:)\]]")
TRIAL = re.compile(r"\bNCT\d{8}\b|\bChiCTR[-A-Z]*\d{8,10}\b|\bISRCTN\d{8}\b|\bUMIN\d{9}\b")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def doi_in(text: str) -> str:
    """The first DOI."""
    match = DOI.search(text)
    return match[0] if match else ""


def trials_in(text: str) -> tuple[str, ...]:
    """Every trial number, in order."""
    return tuple(dict.fromkeys(TRIAL.findall(text)))


def year_in(text: str) -> str:
    """The first year."""
    match = YEAR.search(text)
    return match[0] if match else ""
