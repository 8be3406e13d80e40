"""The words in which a study speaks of a patient: dates, flags, numbers and categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from seroclear.study.checks import duration, wrong
from seroclear.study.combined_nodes import (
    Bands,
    Category,
    Extreme,
    Known,
    Log10,
    Relative,
    TimeBetween,
)
from seroclear.study.course_nodes import (
    Diagnosed,
    EventDate,
    Ever,
    LastTest,
    Mutated,
    Sequenced,
    StateOn,
    StatusAt,
    ValueAt,
    Where,
)
from seroclear.study.nodes import Node, PatientColumn
from seroclear.study.treatment_nodes import (
    DosesBefore,
    ExposureBefore,
    LineEdge,
    LineEnd,
    OnTreatment,
    Treatment,
    TreatmentClass,
    TreatmentStart,
)

DAYS_A_YEAR = 365.25

sex = PatientColumn("sex")
birth = PatientColumn("birth_date")
death = PatientColumn("death_date")
# The last day on record; for the dead the death, though it may be known from elsewhere.
last_contact = Extreme("latest", (PatientColumn("observed_to"), death))
treatment_start = TreatmentStart()


def first(event: str, *, after: Node | None = None, before: Node | None = None) -> EventDate:
    """Date of the first event of a kind, strictly after / on or before a day."""
    return EventDate("first", event, after, before)


def last(event: str, *, after: Node | None = None, before: Node | None = None) -> EventDate:
    """Date of the last event of a kind, strictly after / on or before a day."""
    return EventDate("last", event, after, before)


def ever(*events: str, before: Node | None = None, after: Node | None = None) -> Ever:
    """Whether any of these events is on record (on or before / strictly after a day).

    Not on record is false; so is 'before' a day that a patient does not have.
    """
    return Ever(events, before, after)


def last_test(marker: str) -> LastTest:
    """Date of the last decisive test of a marker."""
    return LastTest(marker)


def age(at: Node) -> TimeBetween:
    """Age in years on a day."""
    return TimeBetween(birth, at, DAYS_A_YEAR)


def years(start: Node, end: Node) -> TimeBetween:
    """Years from one day to another."""
    return TimeBetween(start, end, DAYS_A_YEAR)


def weeks(start: Node, end: Node) -> TimeBetween:
    """Weeks from one day to another."""
    return TimeBetween(start, end, 7)


def earliest(*days: Node) -> Extreme:
    """The earliest of the days that a patient has."""
    return Extreme("earliest", days)


def latest(*days: Node) -> Extreme:
    """The latest of the days that a patient has."""
    return Extreme("latest", days)


def _place(word: str, before: Node | None, at: Node | None) -> tuple[Node, Where]:
    if before is not None and at is None:
        return before, "before"
    if at is not None and before is None:
        return at, "near"
    raise wrong(f"{word}() takes either before= (up to a day) or at= (around a day).")


def status(
    marker: str, *, before: Node | None = None, at: Node | None = None, within: str
) -> StatusAt:
    """A marker's decisive status: the last up to a day (before=), not older than `within`, or the
    nearest to a day (at=), not farther than `within` on either side; the earlier of two."""
    day, where = _place("status", before, at)
    return StatusAt(marker, day, duration(within), where)


def value(
    marker: str,
    *,
    before: Node | None = None,
    at: Node | None = None,
    within: str,
    negative_as: float | None = None,
) -> ValueAt:
    """A marker's or test's number in its canonical unit; before= and at= as for `status`.

    Results without a number of their own ('<20', 'positive') are passed over; with `negative_as`,
    a negative or undetectable result counts as that number.
    """
    day, where = _place("value", before, at)
    return ValueAt(marker, day, duration(within), where, negative_as)


def log10(number: Node) -> Log10:
    """Decimal logarithm of a number."""
    return Log10(number)


def bands(number: Node, *names_and_cuts: str | float) -> Bands:
    """A number as a category: bands(alt, "normal", 40, "high") is 'high' from 40 on."""
    names = tuple(str(part) for part in names_and_cuts[::2])
    return Bands(number, names, names_and_cuts[1::2])  # type: ignore[arg-type]  # checked there


def category(flags: Mapping[str, Node], otherwise: str = "") -> Category:
    """The name of the first flag that is true, `otherwise` when none is (else it is unknown)."""
    return Category(tuple(flags), tuple(flags.values()), otherwise)


def known(node: Node) -> Known:
    """Whether the records tell it."""
    return Known(node)


def state(marker: str, on: Node) -> StateOn:
    """What is true on a day: state("phase", on=index), "infection", "fibrosis", "first_line" ..."""
    return StateOn(marker, on)


def diagnosed(
    condition: str, *, before: Node | None = None, after: Node | None = None
) -> Diagnosed:
    """Whether a diagnosis that is no event of the course is on record: diagnosed("diabetes")."""
    return Diagnosed(condition, before, after)


def mutation(*names: str, before: Node | None = None, after: Node | None = None) -> Mutated:
    """Whether a laboratory reported one of these mutations: mutation("rtM204V", "rtM204I")."""
    return Mutated(names, before, after)


def sequenced(
    which: Literal["first", "last"] = "first",
    *,
    after: Node | None = None,
    before: Node | None = None,
) -> Sequenced:
    """Date on which a laboratory looked for mutations, whether it found one or not."""
    return Sequenced(which, after, before)


def mother(node: Node) -> Relative:
    """Something of the patient's mother, where the records link her; days inside are hers."""
    return Relative("mother", node)


def child(node: Node) -> Relative:
    """Inside mother(...): something of the child again, such as child(birth)."""
    return Relative("child", node)


def exposure_before(day: Node) -> ExposureBefore:
    """Drug classes taken before a day: 'NA', 'IFN', 'NA and IFN' or 'none'."""
    return ExposureBefore(day)


def on_treatment(day: Node) -> OnTreatment:
    """'on' or 'off' NA or IFN on a day."""
    return OnTreatment(day)


def treatment(day: Node) -> Treatment:
    """Agents taken on a day: 'TDF', 'ETV+TDF' ..., 'none'."""
    return Treatment(day)


def treatment_class(day: Node) -> TreatmentClass:
    """Class of what was taken on a day: 'NA', 'IFN', 'NA+IFN' or 'none'."""
    return TreatmentClass(day)


def started(
    what: str,
    which: Literal["first", "last"] = "first",
    *,
    after: Node | None = None,
    before: Node | None = None,
) -> LineEdge:
    """First day of a treatment line with an agent ('TDF') or a class ('NA', 'IFN')."""
    return LineEdge("start", what, which, after, before)


def stopped(
    what: str,
    which: Literal["first", "last"] = "first",
    *,
    after: Node | None = None,
    before: Node | None = None,
) -> LineEdge:
    """Last day of a treatment line with an agent or a class that ended by a stop: nothing followed
    within the gap that joins supplies."""
    return LineEdge("stop", what, which, after, before)


def line_end(day: Node) -> LineEnd:
    """Last day of what was taken on a day, until a switch, an add-on or a stop."""
    return LineEnd(day)


def given(drug_class: Literal["HBIG", "vaccine"], *, before: Node, within: str) -> DosesBefore:
    """Whether HBIG or a vaccine was given within some time up to a day."""
    return DosesBefore(drug_class, before, duration(within))
