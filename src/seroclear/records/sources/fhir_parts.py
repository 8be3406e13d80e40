"""Pieces of FHIR R4 resources: paths into JSON, codes, answers, quantities and references.

Nothing here trusts a server: a part of the wrong JSON type is a part that is not there. Numbers are
strings, as printed, because `json` is told to leave them so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from seroclear.records.vocabulary import read_csv

Json = Mapping[str, Any]

# FHIR R4 2.3.0.1: the end of a relative or absolute reference, with or without a version.
_REFERENCE: Final = re.compile(r"(?:^|/)([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?$")


def part(value: Any, *path: str) -> Any:
    """What lies at a path of property names, or None."""
    for key in path:
        if type(value) is not dict:
            return None
        value = value.get(key)
    return value


def text(value: Any, *path: str) -> str | None:
    """The string at a path, trimmed; None when it is empty or no string."""
    for key in path:  # as `part`: not called, for this runs dozens of times a resource
        if type(value) is not dict:
            return None
        value = value.get(key)
    return (value.strip() or None) if type(value) is str else None


def items(value: Any, *path: str) -> list[dict[str, Any]]:
    """The objects of the list at a path."""
    for key in path:
        if type(value) is not dict:
            return []
        value = value.get(key)
    return [one for one in value if type(one) is dict] if type(value) is list else []


@cache
def _codes_of(kind: str) -> dict[tuple[str, str], str]:
    rows = read_csv("fhir_codes.csv")
    return {(row["system"], row["code"]): row["meaning"] for row in rows if row["kind"] == kind}


@cache
def system_name(url: str) -> str:
    """The vocabulary's own name of a code system's URL; the URL itself when it is not known."""
    plain = url.strip().lower().rstrip("/").removeprefix("http://").removeprefix("https://")
    return _codes_of("system").get((plain, ""), "".join(url.split()))


def codes(concept: Any) -> str:
    """The codings of a CodeableConcept as 'SYSTEM:code', separated by spaces."""
    found = []
    for coding in items(concept, "coding"):
        code = text(coding, "code")
        if code is not None:
            system = system_name(text(coding, "system") or "no system")
            found.append(f"{system}:{''.join(code.split())}")
    return " ".join(found)


def name(concept: Any) -> str | None:
    """A CodeableConcept in words: its text, or the display of its first coding that has one."""
    return text(concept, "text") or _display(concept)


def all_names(concept: Any) -> str | None:
    """Text and displays of a CodeableConcept together: any of them may name a drug."""
    words = [text(concept, "text"), *(text(one, "display") for one in items(concept, "coding"))]
    return " | ".join(dict.fromkeys(filter(None, words))) or None


def _display(concept: Any) -> str | None:
    displays = (text(coding, "display") for coding in items(concept, "coding"))
    return next(filter(None, displays), None)


def answer(*concepts: Any) -> str | None:
    """What known codes say about presence ('Positive', 'Not detected' ...), None for other codes.

    Different words are all given, so that the reader of results sees a contradiction.
    """
    known = _codes_of("answer")
    words = [
        known.get((system_name(text(coding, "system") or ""), text(coding, "code") or ""))
        for concept in concepts
        for coding in items(concept, "coding")
    ]
    return ", ".join(dict.fromkeys(filter(None, words))) or None


def answer_words(concept: Any) -> tuple[str | None, str | None]:
    """(as written, as coded) of a result given as a CodeableConcept."""
    coded = answer(concept) or _display(concept)
    written = text(concept, "text")
    return (written, coded) if written else (coded, None)


def visit_kind(encounter: Any) -> str | None:
    """inpatient, outpatient or emergency by Encounter.class; None for every other class."""
    code = text(encounter, "class", "code") or ""
    return _codes_of("visit").get(("encounter class", code.upper()))


def days(duration: Any, *, unit: str | None = None) -> float | None:
    """Days of a Duration; `unit` holds where the resource gives none. An unknown unit is None."""
    number = _number(duration, "value")
    spelled = text(duration, "code") or text(duration, "unit") or unit
    factor = _codes_of("days").get(("UCUM", (spelled or "").lower()))
    return None if number is None or factor is None else number * float(factor)


def whole_number(value: Any, key: str) -> int:
    """A count, 0 when there is none."""
    found = _number(value, key)
    return int(found) if found is not None and 0 <= found < 1e6 else 0


def _number(value: Any, key: str) -> float | None:
    try:
        return float(text(value, key) or "")
    except ValueError:
        return None


def full_date(*candidates: str | None) -> str | None:
    """The first candidate that names a day; if none does, the first one, which will be refused."""
    found = [one for one in candidates if one is not None]
    return next(
        (one for one in found if len(one) >= len("2020-01-01")), found[0] if found else None
    )


class References:
    """Follows the references of one Bundle, or of resources that stand alone."""

    def __init__(self, by_url: Mapping[str, str] | None = None) -> None:
        """`by_url`: fullUrl of each entry of the Bundle -> its 'Type/id'."""
        self._by_url = by_url or {}

    def key(self, reference: Any) -> str | None:
        """'Type/id' that a Reference points to; 'urn/id' when only a UUID is given; else None."""
        url = text(reference, "reference")
        if url is None or url.startswith("#"):
            return None
        if url in self._by_url:
            return self._by_url[url]
        if url.startswith(("urn:uuid:", "urn:oid:")):
            return f"urn/{url.rpartition(':')[2]}"
        found = _REFERENCE.search(url)
        return found[1] if found else None
