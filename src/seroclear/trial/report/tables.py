"""Tables of a trial's report, from its rows."""

from __future__ import annotations

from collections.abc import Sequence

from seroclear.analysis.result import Row
from seroclear.report import words
from seroclear.report.document import Table

EFFECTS = ("risk_difference", "stratified", "exact", "logistic", "imputed")
NONE = "–"


def of(rows: Sequence[Row], analysis: str, definition: str | None = None) -> list[Row]:
    """The rows of an analysis, of one definition where it is given."""
    return [
        row for row in rows if row.analysis == analysis and definition in (None, row.definition)
    ]


def percent(row: Row) -> str:
    """72.7% (60.4 to 83.0), or a dash."""
    if row.value is None:
        return NONE
    text = f"{100 * row.value:.1f}%"
    if row.lower is None or row.upper is None:
        return text
    return f"{text} ({100 * row.lower:.1f} to {100 * row.upper:.1f})"


def points(row: Row) -> str:
    """A difference of shares in percentage points with its limits."""
    if row.value is None:
        return NONE
    text = f"{100 * row.value:+.1f}"
    if row.lower is None or row.upper is None:
        return text
    return f"{text} ({100 * row.lower:+.1f} to {100 * row.upper:+.1f})"


def proportions(rows: Sequence[Row], definition: str, caption: str) -> Table:
    """Who had the outcome, by arm."""
    used = of(rows, "proportion", definition)
    body = tuple((row.group, f"{row.events} of {row.n}", percent(row)) for row in used)
    return Table(caption, ("Arm", "With the outcome", "Share (95% CI)"), body, _methods(used))


def effects(rows: Sequence[Row], definition: str, caption: str) -> Table:
    """Each method's estimate and p, treated against control."""
    used = [row for name in EFFECTS for row in of(rows, name, definition)]
    body: list[tuple[str, ...]] = []
    seen: set[tuple[str, str]] = set()
    for row in used:
        key = row.analysis, row.method
        if key in seen:
            continue
        seen.add(key)
        both = [one for one in used if (one.analysis, one.method) == key]
        estimate = next((one for one in both if one.estimate != "p"), None)
        p = next((one for one in both if one.estimate == "p"), None)
        body.append(
            (
                row.method,
                "test alone" if estimate is None else estimate.estimate,
                "" if estimate is None else _effect(estimate),
                "" if p is None or p.value is None else words.p_value(p.value),
            )
        )
    header = ("Method", "Estimate", "Treated against control (95% CI)", "p")
    notes = ("Risk differences in percentage points.", *words.notes_of(used))
    return Table(caption, header, tuple(body), notes)


def shares(used: Sequence[Row], caption: str, first: str, notes: tuple[str, ...] = ()) -> Table:
    """A line for each variable, a column for each group: events of n, and the share."""
    groups = list(dict.fromkeys(row.group for row in used))
    found = {(row.variable, row.group): row for row in used}
    body = []
    for variable in dict.fromkeys(row.variable for row in used):
        cells = []
        for group in groups:
            row = found.get((variable, group))
            cells.append(f"0 of {_size(used, group)}" if row is None else _counted(row))
        body.append((variable, *cells))
    return Table(caption, (first, *groups), tuple(body), notes)


def deviations(used: Sequence[Row], arms: Sequence[str]) -> Table:
    """How many deviations of each kind, by arm."""
    found = {(row.variable, row.level, row.group): row for row in used}
    kinds = sorted({(row.variable, row.level) for row in used})
    body = tuple(
        (kind, words_, *(_count(found.get((kind, words_, arm))) for arm in arms))
        for kind, words_ in kinds
    )
    return Table("Deviations from the protocol", ("Kind", "What happened", *arms), body)


def relapse(rows: Sequence[Row]) -> Table:
    """Survival without relapse at two times and the hazard ratio."""
    used = of(rows, "interval_censored")
    body = []
    for row in used:
        if row.estimate == "survival" and not row.method.startswith("nonparametric"):
            week = f"week {52.1786 * (row.time or 0):.0f}"
            body.append((row.group, f"without relapse at {week}", percent(row)))
    for row in used:
        if row.estimate in ("hazard ratio", "p"):
            body.append((row.group, row.estimate, words.shown(row)))
    methods = [row for row in used if row.estimate in ("survival", "hazard ratio")]
    return Table(
        "Time to relapse",
        ("Arm", "Estimate", "Value (95% CI)"),
        tuple(body),
        (
            *_methods([row for row in methods if not row.method.startswith("nonparametric")]),
            *words.notes_of([row for row in used if not row.method.startswith("nonparametric")]),
        ),
    )


def _effect(row: Row) -> str:
    return points(row) if row.estimate == "risk difference" else words.shown(row)


def _counted(row: Row) -> str:
    share = "" if row.value is None else f" ({100 * row.value:.0f}%)"
    return f"{row.events} of {row.n}{share}"


def _size(used: Sequence[Row], group: str) -> int:
    return next((row.n or 0 for row in used if row.group == group), 0)


def _count(row: Row | None) -> str:
    return "0" if row is None else words.count(row.value)


def _methods(used: Sequence[Row]) -> tuple[str, ...]:
    return tuple(f"{one[0].upper()}{one[1:]}." for one in dict.fromkeys(row.method for row in used))
