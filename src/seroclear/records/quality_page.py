"""The quality of a store's records as one HTML page that needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from seroclear.records.quality import HIDDEN, QualityRow, rules
from seroclear.records.study_inputs import CAN, LIMITED, inputs

# Okabe & Ito, Color Universal Design (2008); every colour also has its name beside it.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#5f6670")
CONFIDENTIAL = "[c]"  # the UK Government Analysis Function's symbol for a suppressed number
# Of the grid of limits, in units of its SVG.
CELL, CELL_HEIGHT, NAMES, HEAD = 22, 18, 96, 16


@dataclass(frozen=True, slots=True)
class Table:
    """A table of strings: `marked` are the places of lines that stand out."""

    caption: str
    header: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bar:
    """A stacked bar: (name, percent, colour) of each part."""

    label: str
    parts: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Shares (0 to 100) by limit (a line) and half-year (a column); None: nothing to show."""

    label: str
    limits: tuple[str, ...]
    periods: tuple[str, ...]
    shares: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A study with its verdict and its inputs: label, need, patients and why."""

    study: str
    sign: str  # yes, partly, no, or own (file)
    patients: str
    words: str
    inputs: tuple[tuple[str, str, str, str], ...]


def page(rows: list[QualityRow], source: str) -> str:
    """The rows of `quality` as HTML; the same rows give the same page.

    Args:
        rows: see `seroclear.records.quality.quality`.
        source: what kind of records these are, as the store's manifest says.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("seroclear.records"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("quality.html").render(
        source=source,
        smallest=rules()["small_count", ""].limit,
        what={name: rule.what for (name, _), rule in reversed(rules().items())},
        rules=list(rules().values()),
        arithmetic=_arithmetic(rows),
        studies=_studies(rows),
        tests=_tests(rows),
        units=_units(rows),
        reasons=_list(rows, "share_rejected", "rows", "Rejected rows by reason"),
        grids=_grids(rows),
        implausible=_implausible(rows),
        same_day=_same_day(rows),
        visiting=_visiting(rows),
        codes=_codes(rows),
        unknown=_list(rows, "unknown_names", "rows", "Rows of each unknown name"),
        size={"cell": CELL, "height": CELL_HEIGHT, "names": NAMES, "head": HEAD},
    )


def _shown(row: QualityRow | None, decimals: int = 0, suffix: str = "") -> str:
    """A number as a reader writes it; [c] if hidden, – if there is none."""
    if row is None or row.value is None:
        return CONFIDENTIAL if row is not None and row.note == HIDDEN else "–"
    return f"{row.value:,.{decimals}f}{suffix}"


def _of(rows: list[QualityRow], rule: str, measure: str) -> dict[tuple[str, str], QualityRow]:
    """Rows of a rule and measure by test and level."""
    return {(r.test, r.level): r for r in rows if r.rule == rule and r.measure == measure}


def _arithmetic(rows: list[QualityRow]) -> Table:
    some = [row for row in rows if row.rule == "rows_add_up"]
    tables = list(dict.fromkeys(row.table for row in some))
    lines, marked = [], set()
    for place, table in enumerate(tables):
        by = {row.measure: row for row in some if row.table == table}
        wrong = any(row.note == "does not add up" for row in by.values())
        if wrong:
            marked.add(place)
        numbers = [_shown(by[kind]) for kind in ("read", "used", "rejected")]
        lines.append((table, *numbers, "does not add up" if wrong else "yes"))
    header = ("Table", "Read", "Used", "Rejected", "Adds up")
    return Table("Source rows", header, tuple(lines), frozenset(marked))


def _studies(rows: list[QualityRow]) -> list[Verdict]:
    by_study = {row.level: row for row in rows if row.rule == "studies"}
    counts = {(r.level, r.test, r.measure): r for r in rows if r.rule == "study_inputs"}
    verdicts = []
    for study, row in by_study.items():
        mine = [one for one in inputs() if one.study == study]
        lines = tuple(
            (one.label, one.need, _shown(counts[study, one.label, one.need]), one.why)
            for one in mine
        )
        own = any(one.kind == "own file" for one in mine)
        limited = row.note.startswith(LIMITED)
        sign = "own" if own else "partly" if limited else "yes" if row.note == CAN else "no"
        persons = "–" if own else CONFIDENTIAL if row.value is None else _shown(row)
        verdicts.append(Verdict(study, sign, persons, row.note, lines))
    return verdicts


def _tests(rows: list[QualityRow]) -> Table:
    by = {
        measure: _of(rows, "tests", measure)
        for measure in ("results", "patients", "numbers", "words")
    }
    rejected = _of(rows, "share_rejected", "percent")
    lines, marked = [], set()
    for place, (test, _) in enumerate(by["results"]):
        share = rejected.get((test, ""))
        if share and share.note not in ("", HIDDEN):
            marked.add(place)
        numbers = [_shown(by[measure][test, ""]) for measure in by]
        lines.append((test, *numbers, _shown(share, 1, "%")))
    header = ("Test", "Results", "Patients", "With a number", "With a word", "Rejected")
    return Table("Results", header, tuple(lines), frozenset(marked))


def _units(rows: list[QualityRow]) -> list[Bar]:
    bars: dict[str, list[tuple[str, float]]] = {}
    for row in rows:
        if row.rule == "units_seen" and row.value is not None:
            bars.setdefault(row.test, []).append((row.level, row.value))
    return [
        Bar(
            test,
            tuple(
                (name, share, COLOURS[min(place, len(COLOURS) - 1)])
                for place, (name, share) in enumerate(parts)
            ),
        )
        for test, parts in bars.items()
    ]


def _list(rows: list[QualityRow], rule: str, measure: str, caption: str) -> Table:
    """What a rule counted, a line each."""
    some = [row for row in rows if row.rule == rule and row.measure == measure]
    return Table(
        caption,
        ("Table", "Test", "What", "Rows"),
        tuple((row.table, row.test or "–", row.level, _shown(row)) for row in some),
    )


def _grids(rows: list[QualityRow]) -> list[Grid]:
    grids: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
    for row in rows:
        if row.rule == "detection_limits" and row.value is not None:
            side = "lower" if "lower" in row.measure else "upper"
            grids.setdefault((row.test, side), {})[row.level, row.period] = row.value
    years = [int(period[:4]) for cells in grids.values() for _, period in cells]
    periods = tuple(
        f"{year}-H{half}"
        for year in range(min(years, default=0), max(years, default=0) + 1)
        for half in (1, 2)
    )
    return [
        _grid(f"{test}: {side} limit", cells, periods)
        for (test, side), cells in sorted(grids.items())
    ]


def _grid(label: str, cells: dict[tuple[str, str], float], periods: tuple[str, ...]) -> Grid:
    limits = list(dict.fromkeys(limit for limit, _ in cells))
    return Grid(
        label,
        tuple(limits),
        periods,
        tuple(tuple(cells.get((limit, period)) for period in periods) for limit in limits),
    )


def _implausible(rows: list[QualityRow]) -> Table:
    some = [
        row for row in rows if row.rule in ("plausible_low", "plausible_high") and row.value != 0
    ]
    return Table(
        "Exact numbers outside the plausible range",
        ("Test", "Outside", "Results"),
        tuple((row.test, row.level, _shown(row)) for row in some),
    )


def _same_day(rows: list[QualityRow]) -> Table:
    by = _of(rows, "same_day", "patient-days")
    tests = dict.fromkeys(test for test, _ in by)
    return Table(
        "Patient-days with more than one result of a test",
        ("Test", "The same result twice", "Results that differ"),
        tuple(
            (test, _shown(by[test, "same twice"]), _shown(by[test, "differing"])) for test in tests
        ),
    )


def _visiting(rows: list[QualityRow]) -> Table:
    def cell(level: str, measure: str) -> str:
        row = _of(rows, "visiting", measure)["hbsag", level]
        return row.note if row.note and row.note != HIDDEN else _shown(row)

    measures = [f"{name} of the wait in days" for name in ("lower quartile", "upper quartile")]
    return Table(
        "Wait for the next HBsAg test",
        ("After a day with", "Days with ALT", "Median wait (days)", "Quartiles (days)"),
        tuple(
            (
                level,
                cell(level, "days with ALT"),
                cell(level, "median of the wait in days"),
                " to ".join(cell(level, measure) for measure in measures),
            )
            for level in ("normal ALT", "elevated ALT")
        ),
    )


def _codes(rows: list[QualityRow]) -> Table:
    some = [row for row in rows if row.rule in ("code_contradicted", "code_untested")]
    return Table(
        "Hepatitis B diagnoses",
        ("Persons", "Count"),
        tuple((row.level, _shown(row)) for row in some),
    )
