"""Tables of a trial's report, from its rows."""

from __future__ import annotations

from collections.abc import Sequence

from seroclear.analysis.result import Row
from seroclear.report import words
from seroclear.report.document import Table
from seroclear.trial.analysis.relapse import DAYS_A_YEAR

EFFECTS = ("risk_difference", "stratified", "exact", "logistic", "imputed")
NONE = "–"
_STRATA = "; strata of allocation"


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


def inline(row: Row) -> str:
    """72.7%, 95% CI 60.4 to 83.0: for a sentence."""
    return percent(row).replace(" (", ", 95% CI ").removesuffix(")")


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
    main = used[0].method.rpartition("; ")[2] if used else ""  # of the first, how missing count
    for key in dict.fromkeys((row.analysis, row.method) for row in used):
        both = [one for one in used if (one.analysis, one.method) == key]
        estimate = next((one for one in both if one.estimate != "p"), None)
        p = next((one for one in both if one.estimate == "p"), None)
        body.append(
            (
                _sentence(key[1].removesuffix(f"; {main}").replace(_STRATA, "")),
                "test alone" if estimate is None else estimate.estimate,
                "" if estimate is None else _unbroken(_effect(estimate)),
                "" if p is None or p.value is None else words.p_value(p.value),
            )
        )
    header = ("Method", "Estimate", "Value (95% CI)", "p")
    notes = (
        "Treated against control; risk differences in percentage points.",
        f"{_sentence(main)}, strata are those of the allocation, where nothing else is said.",
        *words.notes_of(used),
    )
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


def relapse(rows: Sequence[Row], treated: str) -> Table:
    """Survival without relapse at two times and the hazard ratio."""
    used = [
        row
        for row in of(rows, "interval_censored")
        if row.estimate in ("survival", "hazard ratio", "p")
        and not row.method.startswith("nonparametric")
    ]
    body = []
    for row in used:
        if row.estimate == "survival":
            week = (row.time or 0.0) * DAYS_A_YEAR / 7
            body.append((row.group, f"without relapse at week {week:.0f}", percent(row)))
        else:
            body.append((f"{treated} against control", row.estimate, words.shown(row)))
    notes = (*_methods(used), *words.notes_of(used))
    return Table("Time to relapse", ("Arm", "Estimate", "Value (95% CI)"), tuple(body), notes)


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
    return tuple(f"{_sentence(one)}." for one in dict.fromkeys(row.method for row in used))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _unbroken(text: str) -> str:
    """On one line: a number and its limits belong together."""
    return text.replace(" ", "\u00a0")
