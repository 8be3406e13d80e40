"""Figures of published studies, as data, to set beside a cohort's own."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError


@cache
def _sources() -> dict[str, dict[str, str]]:
    text = files(__name__).joinpath("sources.csv").read_text(encoding="utf-8")
    return {line["study"]: line for line in csv.DictReader(text.splitlines())}


def figures(study: str) -> list[Row]:
    """The published figures of a study: rows of analysis 'published'.

    Groups and estimates bear the names of the analysis they compare with, which `method` names
    beside the source that was read: mostly abstracts, whose definitions are then inferred.

    Raises:
        SeroclearError: there are none of this name.
    """
    if study not in _sources():
        known = ", ".join(sorted(_sources()))
        raise SeroclearError(f"there are no published figures {study!r}; known: {known}.")
    source = _sources()[study]
    text = files(__name__).joinpath(f"{study}.csv").read_text(encoding="utf-8")
    return [_row(line, source) for line in csv.DictReader(text.splitlines())]


def durability() -> list[Row]:
    """The published study of the durability of HBsAg seroclearance."""
    return figures("durability")


def _row(line: dict[str, str], source: dict[str, str]) -> Row:
    return Row(
        study=source["title"],
        analysis="published",
        group=line["group"],
        stratum=line["stratum"],
        outcome=line.get("outcome") or source["outcome"],
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
