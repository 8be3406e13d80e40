"""Rules of guidelines as data: the code beside them only finds out when they held."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def read_rules(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a rules file of this folder, such as 'stopping.csv', in its order."""
    text = (files("seroclear.course.rules") / name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
