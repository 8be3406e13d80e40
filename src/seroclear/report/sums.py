"""The sums that the counts of a result set take part in.

A sum that does not hold in the data is not used: its difference is kept as a cell of its own, the
rest, which nobody publishes but which must not be worked out either.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from seroclear.analysis.result import Row
from seroclear.report.cells import LEVEL_MARK, NO_TIME, Cell, cells_of, named
from seroclear.report.protect import Counts, Sum

SLACK = ("censored",)  # when observation ended is no count of persons with something
# The higher, the more a reader misses it. Flowchart exclusions are 0: they merge without harm.
RANKS = {"entered": 1, "kept": 1, "at risk": 2, "missing": 2, "level": 3, "events": 4, "persons": 8}
# Events up to a named time carry the estimate that the study is for: a total goes before them.
AT_NAMED_TIME = 7


def collect(rows: Iterable[Row]) -> Counts[Cell]:
    """Name every count of the rows and find the sums.

    A count that differs from the first one of the same name (complete cases of a model, say) is
    another cell, with the number in `source`.
    """
    counts: Counts[Cell] = Counts()
    for row in rows:
        for cell, value in cells_of(row).items():
            counts.values.setdefault(named(counts, cell, value), value)
    for cell in counts.values:
        whole = cell.group == "" and cell.kind not in ("persons", "kept", "entered")
        beside = bool(cell.stratum or cell.source) or cell.time != NO_TIME
        counts.rank[cell] = RANKS.get(cell.kind, 0) - int(whole) - int(beside)
        if cell.kind == "events" and cell.time != NO_TIME and not (cell.stratum or cell.source):
            counts.rank[cell] = AT_NAMED_TIME
    for build in (_flow, _groups, _strata, _levels, _over_time, _other_sources):
        build(counts)
    return counts


def _add(
    counts: Counts[Cell], total: Cell, parts: Iterable[Cell], rest: str, certain: bool = True
) -> None:
    """Add the sum total = parts + rest, where the rest is a cell of its own.

    Args:
        certain: a rest of nobody is common knowledge, as where groups add up to all.
    """
    parts = tuple(parts)
    value = counts.values[total] - sum(counts.values[part] for part in parts)
    if value < 0 or not parts:
        return
    if value or not certain:
        cell = total._replace(kind=rest, source=str(len(counts.sums)))
        counts.values[cell] = value
        counts.unpublished.add(cell)
        if rest in SLACK:
            counts.slack.add(cell)
        parts = (*parts, cell)
    counts.sums.append(Sum(total, parts))


def _flow(counts: Counts[Cell]) -> None:
    """entered = kept + left; what a step keeps enters the next; the last kept are the cohort."""
    steps = sorted(cell for cell in counts.values if cell.kind == "kept")
    for kept, following in zip(steps, [*steps[1:], None], strict=False):
        entered, left, unknown = (
            kept._replace(kind=kind) for kind in ("entered", "left", "unknown")
        )
        if entered in counts.values and left in counts.values:
            _add(counts, entered, (kept, left), "lost")
        if left in counts.values and unknown in counts.values:
            _add(counts, left, (unknown,), "known to fail", certain=False)
        if following is None:
            counts.rank[kept] = RANKS["persons"]
            after = Cell("persons", kept.definition)
        else:
            after = following._replace(kind="entered")
        if after in counts.values:
            _add(counts, kept, (after,), "lost")


def _groups(counts: Counts[Cell]) -> None:
    """All = the sum of the groups, for every kind of count."""
    families: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in counts.values:
        if cell.group:
            families[cell._replace(group="")].append(cell)
    for total, parts in families.items():
        if total in counts.values:
            _add(counts, total, parts, "ungrouped")
        else:
            _add_whole(counts, total, parts)


def _add_whole(counts: Counts[Cell], total: Cell, parts: Iterable[Cell]) -> None:
    """Where a time has no total, the parts are still no more than the total of all times."""
    kind = "persons" if total.kind == "at risk" else total.kind
    whole = total._replace(kind=kind, time=NO_TIME)
    if total.stratum and total.time != NO_TIME and whole in counts.values:
        _add(counts, whole, parts, "later", certain=False)


def _strata(counts: Counts[Cell]) -> None:
    """The whole = a part of it + the rest; a subgroup = the sum of its levels."""
    levels: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in list(counts.values):
        whole = cell._replace(stratum="")
        if not cell.stratum or cell.source:
            continue
        if LEVEL_MARK in cell.stratum:
            levels[cell._replace(stratum=cell.stratum.split(LEVEL_MARK)[0])].append(cell)
        elif whole in counts.values:
            unknown = Cell("missing", cell.definition, "", cell.group, variable=cell.stratum)
            known = cell.kind == "persons" and unknown in counts.values
            _add(counts, whole, (cell, unknown) if known else (cell,), "no stratum")
    for total, parts in levels.items():
        whole = total if total in counts.values else total._replace(stratum="")
        if whole in counts.values:
            _add(counts, whole, parts, "no stratum")
        else:
            _add_whole(counts, total, parts)


def _levels(counts: Counts[Cell]) -> None:
    """Persons = levels of a variable + missing (Table 1), and a level = the same subgroup."""
    families: dict[tuple[Cell, str], list[Cell]] = defaultdict(list)
    for cell in list(counts.values):
        if cell.kind in ("level", "missing"):
            persons = Cell("persons", cell.definition, cell.stratum, cell.group)
            families[persons, cell.variable].append(cell)
            if cell.kind == "level":
                stratum = f"{cell.variable}{LEVEL_MARK}{cell.level}"
                same = persons._replace(stratum=stratum)
                if same in counts.values:
                    _add(counts, cell, (same,), "lost")
    for (persons, _), parts in families.items():
        if persons in counts.values:
            # For a number the rest are the persons with a value, whom no document counts.
            number = all(part.kind == "missing" for part in parts)
            _add(counts, persons, parts, "measured", certain=not number)


def _over_time(counts: Counts[Cell]) -> None:
    """Events so far grow by the events between; those at risk shrink by at least as many."""
    chains: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in counts.values:
        if cell.kind == "events" and not cell.source:
            chains[cell._replace(time=NO_TIME)].append(cell)
    for total, cells in chains.items():
        cells.sort(key=lambda cell: cell.time if cell.time != NO_TIME else math.inf)
        at_risk = Cell("persons", total.definition, total.stratum, total.group)
        for earlier, cell in zip([None, *cells], cells, strict=False):
            before = (earlier,) if earlier else ()
            between = cell._replace(kind="events between")
            grown = counts.values[cell] - sum(counts.values[c] for c in before)
            if grown < 0:
                break
            counts.values[between] = grown
            counts.unpublished |= {between} if grown else set()
            counts.sums.append(Sum(cell, (*before, between)))
            still = cell._replace(kind="at risk", outcome="")
            later = (still,) if still in counts.values else ()
            if at_risk in counts.values and (later or cell == total):
                _add(counts, at_risk, (between, *later), "censored", certain=False)
            at_risk = still


def _other_sources(counts: Counts[Cell]) -> None:
    """A model's complete cases are part of all persons: the few it dropped are a count too."""
    for cell in list(counts.values):
        base = cell._replace(source="")
        if cell.source and base in counts.values and cell.kind in ("persons", "events"):
            if counts.values[base] >= counts.values[cell]:
                _add(counts, base, (cell,), "incomplete")
            else:
                _add(counts, cell, (base,), "incomplete")
