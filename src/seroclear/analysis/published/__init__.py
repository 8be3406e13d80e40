"""Figures of published studies, as data, to set beside a cohort's own."""

from __future__ import annotations

import csv
from importlib.resources import files

from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError

# Name -> the source, as it is cited. The full texts were not read: definitions are inferred.
SOURCES = {
    "durability": (
        "Durability of hepatitis B surface antigen seroclearance in patients experienced "
        "nucleoside analogs or interferon monotherapy, Genes & Diseases 2023, "
        "doi 10.1016/j.gendis.2022.03.003"
    ),
    "clearance": (
        "Yeo YH et al., pooled rate of HBsAg seroclearance in chronic hepatitis B, treated and "
        "untreated, Gastroenterology 2019;156:635 (abstract)"
    ),
    "low_level_viraemia": (
        "Single-centre retrospective analysis of 509 patients after 48 ± 2 weeks of NA (abstract)"
    ),
    "withdrawal": (
        "81 patients who stopped lamivudine, adefovir or entecavir by the Chinese end-point "
        "criteria of their time (abstract)"
    ),
    "effectiveness": (
        "Cross-sectional study of first treatments with TDF or ETV in the public health system of "
        "southern Brazil, March to December 2013 (abstract)"
    ),
}


def figures(name: str) -> list[Row]:
    """The figures of a published study: rows of analysis 'published'.

    Estimates bear the names of the analysis they compare with, which `method` names beside the
    source; `outcome` is that of the study or of one of its further outcomes.

    Raises:
        SeroclearError: there are none of that name.
    """
    if name not in SOURCES:
        raise SeroclearError(f"published={name!r}: known figures: {', '.join(SOURCES)}.")
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return [_row(SOURCES[name], line) for line in csv.DictReader(text.splitlines())]


def durability() -> list[Row]:
    """The published study of the durability of HBsAg seroclearance."""
    return figures("durability")


def _row(source: str, line: dict[str, str]) -> Row:
    return Row(
        study=source,
        analysis="published",
        group=line["group"],
        stratum=line["stratum"],
        outcome=line["outcome"],
        variable=line["variable"],
        level=line["level"],
        time=_number(line["time"]),
        estimate=line["estimate"],
        value=_number(line["value"]),
        lower=_number(line["lower"]),
        upper=_number(line["upper"]),
        n=_count(line["n"]),
        events=_count(line["events"]),
        method=f"{line['source']}; compare with {line['analysis']}",
        note=line["note"],
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _count(text: str) -> int | None:
    return int(text) if text else None
