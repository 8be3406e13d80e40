"""Vocabularies: which code or name means which test, drug, diagnosis or procedure.

The lists are data (the CSV files beside this module) with the source of every line. A hospital's
own names are added with `--map extra.csv`, never by editing code.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from seroclear.errors import SeroclearError
from seroclear.records.units import read_unit

KINDS = ("test", "drug", "diagnosis", "procedure")

# ICD-9-CM codes begin with a digit, E or V. A code of undeclared system that begins with another
# letter can therefore only be ICD-10: a deduction, not a guess.
_SURELY_ICD10 = re.compile(r"^[A-DF-UW-Z]\d", re.IGNORECASE)


# Every list that decides how a record is read: they are part of a store's fingerprint.
VOCABULARY_FILES = (
    *("tests.csv", "test_codes.csv", "test_names.csv", "result_words.csv", "units.csv"),
    *("conversions.csv", "assays.csv", "omop_concepts.csv", "fhir_codes.csv"),
    *("drugs.csv", "drug_codes.csv", "drug_names.csv"),
    *("diagnosis_codes.csv", "diagnosis_names.csv", "procedure_codes.csv", "procedure_names.csv"),
)


@cache
def read_csv(name: str) -> tuple[dict[str, str], ...]:
    """Rows of one vocabulary file of this folder."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def normalise(name: str) -> str:
    """A name as it is compared: half-width, lower case, without spaces."""
    return re.sub(r"[\s_*★#]+", "", unicodedata.normalize("NFKC", name).lower())


def _without_brackets(name: str) -> str:
    """A laboratory's item name without the unit or method it prints in brackets."""
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", unicodedata.normalize("NFKC", name))


def _plain_code(code: str) -> str:
    return code.replace(".", "").upper()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code or name stands for.

    Attributes:
        names: tests, agents, conditions or procedures (several when one code says several things).
        unit: the unit that the code itself defines, '' when it defines none.
        licensed_for: 'HIV' for tablets licensed for HIV only.
    """

    names: tuple[str, ...]
    unit: str = ""
    licensed_for: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A meaning and the code it was read from; system and code are '' when the name told it."""

    meaning: Meaning
    system: str = ""
    code: str = ""


@dataclass(slots=True)
class Vocabulary:
    """The built-in lists plus a hospital's own mapping."""

    codes: dict[str, dict[tuple[str, str], Meaning]] = field(default_factory=dict)
    names: dict[str, dict[str, Meaning]] = field(default_factory=dict)

    @classmethod
    def load(cls, extra: Path | None = None) -> Vocabulary:
        """The built-in lists, with the lines of `extra` (columns: kind, name, meaning, unit) first.

        Raises:
            SeroclearError: the file is missing, lacks a column or names an unknown kind or meaning.
        """
        vocabulary = cls(
            codes={"test": _test_codes(), "drug": _drug_codes(), **_condition_codes()},
            names={"test": _test_names(), "drug": _drug_names(), **_condition_names()},
        )
        if extra is not None:
            vocabulary._add(extra)
        return vocabulary

    def match(self, kind: str, codes: str, name: str | None) -> Match | None:
        """What a source row is about, and which of its codes says so.

        Args:
            kind: one of KINDS.
            codes: candidates as 'SYSTEM:code', separated by spaces, best first. 'ICD:code' is an
                ICD code of undeclared edition.
            name: the hospital's own name, used when no code is known.
        """
        for candidate in codes.split():
            system, _, code = candidate.partition(":")
            if system == "ICD":
                if not _SURELY_ICD10.match(code):
                    continue
                system = "ICD-10"
            found = self._by_code(kind, system, code)
            if found:
                return Match(found, system, code)
        named = self._by_name(kind, name) if name else None
        return Match(named) if named else None

    def meaning(self, kind: str, codes: str, name: str | None) -> Meaning | None:
        """What a source row is about; arguments as of `match`."""
        match = self.match(kind, codes, name)
        return match.meaning if match else None

    def _by_code(self, kind: str, system: str, code: str) -> Meaning | None:
        known = self.codes[kind]
        if not system.startswith("ICD"):
            return known.get((system, code.upper()))
        code = _plain_code(code)
        # Chinese and CM editions extend the WHO code: the longest known beginning decides.
        for length in range(len(code), 2, -1):
            found = known.get((system, code[:length]))
            if found:
                return found
        return None

    def _by_name(self, kind: str, name: str) -> Meaning | None:
        known = self.names[kind]
        plain = normalise(name)
        if kind == "test":
            return known.get(plain) or known.get(normalise(_without_brackets(name)))
        fits = [pattern for pattern in known if pattern in plain]
        return known[max(fits, key=len)] if fits else None

    def _add(self, path: Path) -> None:
        if not path.is_file():
            raise SeroclearError(f"{path}: no such mapping file; give --map a CSV that exists.")
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise SeroclearError(f"{path} is not UTF-8: save it as UTF-8.") from None
        reader = csv.DictReader(lines)
        missing = {"kind", "name", "meaning"} - set(reader.fieldnames or ())
        if missing:
            raise SeroclearError(
                f"{path}: column {sorted(missing)[0]!r} is missing; the header is "
                "kind,name,meaning,unit."
            )
        for row in reader:
            self._add_row(f"{path} line {reader.line_num}", row)

    def _add_row(self, where: str, row: Mapping[str, str | None]) -> None:
        kind, name, meaning, unit = (
            (row.get(column) or "").strip() for column in ("kind", "name", "meaning", "unit")
        )
        if kind not in KINDS:
            raise SeroclearError(f"{where}: kind {kind!r} is not one of {', '.join(KINDS)}.")
        if not name or not meaning:
            raise SeroclearError(f"{where}: the {'meaning' if name else 'name'} is empty.")
        known = known_meanings(kind)
        for word in meaning.split():
            if word not in known:
                raise SeroclearError(
                    f"{where}: {word!r} is no {kind} that seroclear knows; nearest: "
                    f"{nearest(word, known)}."
                )
        if kind == "test" and len(meaning.split()) > 1:
            raise SeroclearError(f"{where}: a name can mean one test only; give it one.")
        if unit and not read_unit(unit):
            raise SeroclearError(f"{where}: the unit {unit!r} is not known; write it like 'IU/mL'.")
        self.names[kind][normalise(name)] = Meaning(tuple(meaning.split()), unit=unit)


def nearest(word: str, known: set[str] | frozenset[str]) -> str:
    """The known words most like a misspelt one, for an error message."""
    import difflib

    close = difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.4)
    return ", ".join(close or sorted(known))


@cache
def known_meanings(kind: str) -> frozenset[str]:
    """Every test, agent, condition or procedure the store can hold."""
    if kind == "test":
        return frozenset(row["test"] for row in read_csv("tests.csv"))
    if kind == "drug":
        return frozenset(row["agent"] for row in read_csv("drugs.csv"))
    column = {"diagnosis": "conditions", "procedure": "procedures"}[kind]
    rows = read_csv(f"{kind}_codes.csv") + read_csv(f"{kind}_names.csv")
    return frozenset(word for row in rows for word in row[column].split())


def _test_codes() -> dict[tuple[str, str], Meaning]:
    return {
        (row["system"], row["code"].upper()): Meaning((row["test"],), unit=row["unit"])
        for row in read_csv("test_codes.csv")
    }


def _test_names() -> dict[str, Meaning]:
    return {normalise(row["name"]): Meaning((row["test"],)) for row in read_csv("test_names.csv")}


def _drug_codes() -> dict[tuple[str, str], Meaning]:
    return {
        (row["system"], row["code"].upper()): Meaning((row["agent"],))
        for row in read_csv("drug_codes.csv")
    }


def _drug_names() -> dict[str, Meaning]:
    return {
        normalise(row["pattern"]): Meaning(
            tuple(row["agents"].split()), licensed_for=row["licensed_for"] or ""
        )
        for row in read_csv("drug_names.csv")
    }


def _condition_codes() -> dict[str, dict[tuple[str, str], Meaning]]:
    found: dict[str, dict[tuple[str, str], Meaning]] = {}
    for kind, column in (("diagnosis", "conditions"), ("procedure", "procedures")):
        found[kind] = {
            (system, row["code"]): Meaning(tuple(row[column].split()))
            for row in read_csv(f"{kind}_codes.csv")
            for system in row["systems"].split()
        }
    return found


def _condition_names() -> dict[str, dict[str, Meaning]]:
    found: dict[str, dict[str, Meaning]] = {}
    for kind, column in (("diagnosis", "conditions"), ("procedure", "procedures")):
        found[kind] = {
            normalise(row["pattern"]): Meaning(tuple(row[column].split()))
            for row in read_csv(f"{kind}_names.csv")
        }
    return found
