"""The quality of a store's records as rows: what a data manager looks at before any study.

Nothing is mended or left out here. Numbers about few persons are hidden (value None, note HIDDEN),
together with what they could be derived from, so that the rows may leave the hospital.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from seroclear.records.store import Store

HIDDEN = "hidden: few persons"
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of quality_rules.csv; threshold None where the rule only counts."""

    rule: str
    test: str
    threshold: float | None
    unit: str
    what: str
    source: str

    @property
    def limit(self) -> str:
        """The threshold as a reader writes it, '' where there is none."""
        return "" if self.threshold is None else readable(self.threshold)


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One number about the records; text fields are '' when they do not apply.

    Attributes:
        rule: of quality_rules.csv.
        table: the store's table.
        test: the test; an input of a study as a reader calls it.
        level: a unit, a reason, a limit, a name, an ALT class, a study.
        period: a half-year: 2014-H1.
        measure: what `value` is: results, patients, rows, percent, days ...
        value: None when it is hidden or cannot be told; the note says which.
        note: why a value is missing or stands out.
    """

    rule: str
    table: str = ""
    test: str = ""
    level: str = ""
    period: str = ""
    measure: str = ""
    value: float | None = None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def readable(number: float) -> str:
    """0.05, 250, 1,000,000."""
    return f"{number:,.0f}" if number >= 1000 else f"{number:g}"


@cache
def rules() -> dict[tuple[str, str], Rule]:
    """The rules by name and test."""
    text = files(__package__).joinpath("quality_rules.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        limit = float(row["threshold"]) if row["threshold"] else None
        found[row["rule"], row["test"]] = Rule(**row | {"threshold": limit})  # type: ignore[arg-type]
    return found


def threshold(rule: str, test: str = "") -> float:
    """The threshold of a rule that has one."""
    limit = rules()[rule, test].threshold
    assert limit is not None, f"rule {rule!r} of quality_rules.csv has no threshold"
    return limit


def few(persons: float) -> bool:
    """Whether a number about so many persons (or rows, each of one person) is hidden."""
    return 0 < persons < threshold("small_count")


def quality(store: Store, memory_limit: str = "3GB") -> list[QualityRow]:
    """Every rule applied to a store, in the order of a reader's questions.

    Args:
        store: the records.
        memory_limit: for queries, see Store.session.

    Raises:
        SeroclearError: a table of the store is missing or damaged.
    """
    from seroclear.records import quality_patients as p
    from seroclear.records import quality_queries as q
    from seroclear.records.study_inputs import studies

    questions: tuple[Callable[[duckdb.DuckDBPyConnection], list[QualityRow]], ...] = (
        *(
            studies,
            q.tests,
            q.units,
            q.share_rejected,
            q.reasons,
            q.detection_limits,
            q.implausible,
        ),
        *(q.same_day, p.visiting, p.codes, q.unknown_names),
    )
    with store.session(memory_limit) as con:
        rows = rows_add_up(store.manifest)
        for question in questions:
            rows += question(con)
        return rows


def rows_add_up(manifest: dict[str, Any]) -> list[QualityRow]:
    """Read, used and rejected rows of each table; few rejected rows hide what was read, too."""
    rows = []
    for table in manifest["read"]:
        counts = {kind: int(manifest[kind][table]) for kind in ("read", "used", "rejected")}
        fits = counts["read"] == counts["used"] + counts["rejected"]
        for kind, count in counts.items():
            hide = few(count) or (few(counts["rejected"]) and kind != "used")
            note = HIDDEN if hide else "" if fits else "does not add up"
            rows.append(
                QualityRow(
                    "rows_add_up",
                    table,
                    measure=kind,
                    value=None if hide else float(count),
                    note=note,
                )
            )
    return rows


def pooled(counts: dict[str, tuple[int, int]]) -> dict[str, int]:
    """Counts with those about few persons pooled as OTHERS.

    If the pool may itself be about few persons, the smallest count shown joins it: else a total
    would give the pool away. Nothing is returned when even everything together is too few.

    Args:
        counts: name -> (count, persons behind it).
    """
    some = (name for name in counts if counts[name][0])
    order = sorted(some, key=lambda name: (counts[name][1], counts[name][0], name))
    pool = [name for name in order if few(counts[name][1])]
    shown = order[len(pool) :]
    if pool and shown:
        pool.append(shown.pop(0))
    kept = {name: counts[name][0] for name in counts if name in shown}
    if pool and any(not few(counts[name][1]) for name in pool):
        kept[OTHERS] = sum(counts[name][0] for name in pool)
    return kept
