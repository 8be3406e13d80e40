"""Figures of published studies, as data, to set beside a cohort's own."""

from __future__ import annotations

import csv
from importlib.resources import files

from seroclear.analysis.result import Row

DURABILITY = (
    "Durability of hepatitis B surface antigen seroclearance in patients experienced nucleoside "
    "analogs or interferon monotherapy, Genes & Diseases 2023, doi 10.1016/j.gendis.2022.03.003"
)


def durability() -> list[Row]:
    """The published study of the durability of HBsAg seroclearance: rows of analysis 'published'.

    Groups are 'NA' and 'IFN'; estimates bear the names of the analysis they compare with, which
    `method` names beside the source: the abstract and a news item on it. The full text was not
    read, so its definitions are inferred.
    """
    text = files(__name__).joinpath("durability.csv").read_text(encoding="utf-8")
    return [_row(line) for line in csv.DictReader(text.splitlines())]


def _row(line: dict[str, str]) -> Row:
    return Row(
        study=DURABILITY,
        analysis="published",
        group=line["group"],
        stratum=line["stratum"],
        outcome="HBsAg seroreversion",
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
