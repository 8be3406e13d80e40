"""One patient's course as marks on a time axis, ready to be drawn (report/figures/timeline.py).

Read with plain DuckDB: no Ibis, so that it answers at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import duckdb

from seroclear.course.catalogue import EVENT_LABELS, LOSS_CAUSES
from seroclear.course.course import Course
from seroclear.course.one import patient_rows
from seroclear.records.tabular import literal

Kind = Literal["value", "below", "above", "range", "positive", "negative", "indeterminate"]

# panel -> the tests whose results it shows.
PANEL_TESTS = {
    "hbsag": ("hbsag", "hbsag_index"),
    "hbv_dna": ("hbv_dna",),
    "alt": ("alt",),
    "anti_hbs": ("anti_hbs", "anti_hbs_index"),
}
_POSITIVE, _NEGATIVE = ("positive", "detectable", "elevated"), ("negative", "undetectable")


@dataclass(frozen=True, slots=True)
class Mark:
    """One result.

    Attributes:
        day: when the sample was taken.
        kind: value (quantified), below ('<' limit), above ('>' limit), range; or, without a number
            that can be placed on the axis: positive, negative, indeterminate.
        value: in the panel's unit (ALT: multiples of its upper limit of normal); the limit of
            'below' and 'above', the lower end of a range; None without a number.
        high: the upper end of a range.
        doubtful: the course counts that day as indeterminate, whatever the result says.
    """

    day: date
    kind: Kind
    value: float | None = None
    high: float | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of one agent; `last` is the last day covered, `inferred` if nobody recorded it."""

    agent: str
    drug_class: str
    first: date
    last: date
    inferred: bool


@dataclass(frozen=True, slots=True)
class EventMark:
    """An event of the course: the day, the last day with evidence against it (None: there was
    none) and whether a later result confirmed it."""

    event: str
    label: str
    day: date
    earliest: date | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is known of one patient; `thresholds` are the definition's, in the panels' units."""

    panels: dict[str, tuple[Mark, ...]]
    bars: tuple[Bar, ...]
    events: tuple[EventMark, ...]
    thresholds: dict[str, float]


def timeline(course: Course, patient_id: str) -> Timeline:
    """The marks, bars and events of one patient, in order of time. It holds no patient id.

    Raises:
        SeroclearError: the store has no such patient.
    """
    with patient_rows(course, patient_id) as con:
        uln = course.definition["alt.uln"]
        otherwise = float(course.definition["alt.uln_otherwise"])
        return Timeline(
            panels={panel: _marks(con, panel, uln, otherwise) for panel in PANEL_TESTS},
            bars=(*_regimen_bars(con), *_other_bars(con)),
            events=_events(con),
            thresholds={
                "hbsag": float(course.definition["hbsag.llod"]),
                "hbv_dna": float(course.definition["hbv_dna.llod"]),
                "alt": 1.0,
                "anti_hbs": float(course.definition["anti_hbs.positive"]),
            },
        )


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = con.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _marks(
    con: duckdb.DuckDBPyConnection,
    panel: str,
    uln: float | str,
    uln_otherwise: float,
) -> tuple[Mark, ...]:
    """Results of one panel; `uln` and `uln_otherwise` as alt.uln and alt.uln_otherwise."""
    tests = ", ".join(literal(test) for test in PANEL_TESTS[panel])
    rows = _rows(
        con,
        f"""SELECT r.taken_at, r.value, r.value_high, r.comparator, r.unit, r.status, r.detection,
        r.lower_limit, r.reference_high, f.status AS finding, f.threshold
        FROM result r LEFT JOIN course_finding f
        ON f.date = r.taken_at AND f.marker = {literal(panel)}
        WHERE r.test IN ({tests}) ORDER BY r.taken_at, r.test, r.source_row""",
    )
    marks = []
    for row in rows:
        scale: float | None = 1.0
        if panel == "alt":
            known = {"laboratory": row["reference_high"] or uln_otherwise, "sex": row["threshold"]}
            scale = known[uln] if isinstance(uln, str) else uln  # by sex: null when it is unknown
        if scale and (mark := _mark(row, scale)):
            marks.append(mark)
    return tuple(marks)


def _mark(row: dict[str, Any], scale: float) -> Mark | None:
    """One result as a mark; None when it says nothing that could be drawn."""
    day, value, high = row["taken_at"], row["value"], row["value_high"]
    doubtful = row["finding"] == "indeterminate"
    kinds: dict[str, Kind] = {"=": "value", "<": "below", ">": "above", "range": "range"}
    # A zero has no place on a logarithmic axis, a bare index (S/CO) none among concentrations.
    if value is not None and value > 0 and row["unit"] != "S/CO":
        high = high / scale if high is not None else None
        return Mark(day, kinds[row["comparator"]], value / scale, high, doubtful)
    if value is None and row["detection"] == "detected below limit" and row["lower_limit"]:
        return Mark(day, "below", row["lower_limit"], None, doubtful)
    if doubtful or row["status"] == "indeterminate":
        return Mark(day, "indeterminate", doubtful=doubtful)
    says = row["status"] or ("negative" if row["detection"] == "not detected" else row["finding"])
    if says in _POSITIVE:
        return Mark(day, "positive")
    return Mark(day, "negative") if says in _NEGATIVE else None


def _regimen_bars(con: duckdb.DuckDBPyConnection) -> list[Bar]:
    """Treatment lines as one bar an agent: lines that abut and share an agent are one bar."""
    lines = _rows(
        con,
        'SELECT agents, start, "end", end_inferred FROM course_regimen ORDER BY start',
    )
    classes = dict(con.execute("SELECT DISTINCT agent, drug_class FROM exposure").fetchall())
    bars: list[Bar] = []
    running: dict[str, Bar] = {}
    for line in lines:
        for agent in line["agents"].split("+"):
            before = running.get(agent)
            first = line["start"]
            if before and before.last + timedelta(days=1) == first:
                bars.remove(before)
                first = before.first
            bar = Bar(agent, classes[agent], first, line["end"], line["end_inferred"])
            running[agent] = bar
            bars.append(bar)
    return sorted(bars, key=lambda bar: (bar.first, bar.agent))


def _other_bars(con: duckdb.DuckDBPyConnection) -> list[Bar]:
    """Doses of agents that are in no regimen: HBIG, vaccine and others."""
    doses = _rows(
        con,
        """SELECT agent, drug_class, start AS first, max("end") AS last,
        bool_and(end_inferred) AS inferred FROM exposure
        WHERE drug_class NOT IN ('NA', 'IFN')
        GROUP BY 1, 2, 3 ORDER BY first, agent""",
    )
    # A single dose has no end to infer.
    return [
        Bar(**dose | {"inferred": dose["inferred"] and dose["last"] > dose["first"]})
        for dose in doses
    ]


def _events(con: duckdb.DuckDBPyConnection) -> tuple[EventMark, ...]:
    """Events; a confirmed loss or seroreversion is one mark with the event it confirms.

    What a loss is due to is left to the bars of treatment, which show it.
    """
    left_out = ", ".join(map(literal, (*LOSS_CAUSES, "hbsag_loss_on_treatment")))
    rows = _rows(
        con,
        "SELECT event, date, earliest, confirmed_on FROM course_event "
        f"WHERE event NOT IN ({left_out}) ORDER BY date, event",
    )
    plain = {(row["event"], row["date"]) for row in rows}
    confirmed = {
        (row["event"].removesuffix("_confirmed"), row["date"])
        for row in rows
        if row["event"].endswith("_confirmed")
    }
    return tuple(
        EventMark(
            event=row["event"],
            label=EVENT_LABELS[row["event"]],
            day=row["date"],
            earliest=row["earliest"],
            confirmed=row["confirmed_on"] is not None or (row["event"], row["date"]) in confirmed,
        )
        for row in rows
        if not row["event"].endswith("_confirmed")
        or (row["event"].removesuffix("_confirmed"), row["date"]) not in plain
    )
