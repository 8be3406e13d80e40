"""From dates to times: when each patient's clock stops, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
from numpy.typing import NDArray

from seroclear.study.cohort import CENSORED, COMPETING, OUTCOME, Columns
from seroclear.study.course_nodes import EventDate, LastTest
from seroclear.study.evaluate import Evaluator
from seroclear.study.language import DAYS_A_YEAR
from seroclear.study.nodes import Node, PatientColumn
from seroclear.study.parts import Variable
from seroclear.study.study import Study, rival_label

if TYPE_CHECKING:
    import ibis.expr.types as ir

Floats = NDArray[np.float64]


def dates(study: Study) -> dict[str, Node]:
    """The days that `times` needs of each patient, by the column they are kept in."""
    wanted: dict[str, Node] = {"index": study.time_zero}
    if not isinstance(study.outcome, Variable) and study.follow_up is not None:
        if not isinstance(study.outcome, EventDate):
            wanted["outcome_date"] = study.outcome
        wanted |= {"death": PatientColumn("death_date"), "contact": PatientColumn("observed_to")}
        wanted |= {f"end_{k}": node for k, node in enumerate(study.follow_up.ends)}
        wanted |= {f"rival_{k}": node for k, node in enumerate(study.competing)}
        wanted |= {f"change_{k}": one.day for k, one in enumerate(study.changes)}
    return wanted


def with_evidence(wide: ir.Table, evaluator: Evaluator, study: Study) -> ir.Table:
    """Adds the outcome's date and last evidence against it, the same for time zero, the end of
    follow-up and what the tests between showed."""
    for prefix, node in (("outcome", study.outcome), ("index", study.time_zero)):
        wide = _with_bounds(wide, evaluator, prefix, node)
    if isinstance(study.outcome, Variable) or study.follow_up is None:
        return wide
    return _with_tests(evaluator.engine.keep(wide), evaluator, study)


def _with_bounds(
    wide: ir.Table, evaluator: Evaluator, prefix: str, node: Node | Variable
) -> ir.Table:
    if not isinstance(node, EventDate):
        return wide.mutate(**{f"{prefix}_earliest": ibis.null("date")})
    days = evaluator.value(node)
    events = evaluator.events(node.event)
    matched = events.join(
        days.select("patient_id", chosen=days.value), ["patient_id", events.date == days.value]
    )
    found = matched.group_by("patient_id").agg(
        **{f"{prefix}_date": matched.date.min(), f"{prefix}_earliest": matched.earliest.min()}
    )
    return wide.left_join(found, "patient_id").drop("patient_id_right")


def _with_tests(wide: ir.Table, evaluator: Evaluator, study: Study) -> ir.Table:
    """Adds the end of follow-up and, from time zero to it, the outcome's tests: how many after time
    zero, and the last that speaks against the outcome."""
    assert study.follow_up is not None
    index = wide["index"]
    ends = [wide[f"end_{number}"] for number in range(len(study.follow_up.ends))]
    # Spark has no least of one.
    first = ibis.least(*ends) if len(ends) > 1 else ends[0]
    wide = wide.mutate(end=ibis.greatest(ibis.coalesce(first, index), index))
    marker, shown = study.shown_by
    if not marker:
        return wide
    tests = evaluator.decisive(marker).join(wide.select("patient_id", "index", "end"), "patient_id")
    within = tests.filter(tests.date >= tests["index"], tests.date <= tests["end"])
    found = within.group_by("patient_id").agg(
        tests_after=(within.date > within["index"]).sum(),
        last_against=within.date.max(where=within.status != shown),
    )
    return wide.left_join(found, "patient_id").drop("patient_id_right")


def days_of(table: Any, column: str) -> Floats:
    """A date column as days since 1970, nan where unknown."""
    array = table[column].combine_chunks().cast("int32", safe=False)
    return np.asarray(array.cast("float64").to_numpy(zero_copy_only=False), dtype=np.float64)


def times(table: Any, study: Study) -> Columns:
    """Times in years from time zero; see Cohort for their meaning."""
    index, end = days_of(table, "index"), days_of(table, "end")
    outcome = days_of(table, "outcome_date")
    rival, _ = _first_rival(table, study, with_death=False)
    happened = ~np.isnan(outcome) & (outcome <= end) & ~(rival < outcome)
    beaten = ~happened & (rival <= end)
    stop = np.where(happened, outcome, np.where(beaten, np.fmax(rival, index), end))
    bound = _bound(table, study, stop)
    other, cause = _first_rival(table, study, with_death=True)
    died = ~happened & (other <= bound)  # false where its date is not known
    # A sample may be dated after the death by some days: nobody is followed for less than no time.
    contact = np.fmin(np.fmax(days_of(table, "contact"), stop), bound)
    seen_to = np.where(died, np.fmax(other, stop), contact)

    def years(days: Floats) -> Floats:
        return (days - index) / DAYS_A_YEAR

    index_earliest = days_of(table, "index_earliest")
    return {
        "time": years(stop),
        "event": np.where(happened, OUTCOME, np.where(beaten, COMPETING, CENSORED)).astype(int),
        "lower": years(np.fmax(_last_against(table, study, happened, stop), index)),
        "upper": np.where(happened, years(outcome), np.inf),
        "index_lower": np.where(np.isnan(index_earliest), -np.inf, years(index_earliest)),
        "retested": _retested(table, study, len(index)),
        "contact": years(seen_to),
        "died": died,
        "cause": np.where(died, cause, ""),
    }


def _first_rival(table: Any, study: Study, with_death: bool) -> tuple[Floats, NDArray[np.object_]]:
    """The first competing event of each patient (nan: none) and what it is."""
    named = [(f"rival_{k}", rival_label(one)) for k, one in enumerate(study.competing)]
    if with_death:
        named.append(("death", "death"))
    first = np.full(len(table), np.nan)
    what = np.full(len(table), "", dtype=object)
    for column, label in named:
        days = days_of(table, column)
        what = np.where((days < first) | (np.isnan(first) & ~np.isnan(days)), label, what)
        first = np.fmin(days, first)
    return first, what


def _bound(table: Any, study: Study, stop: Floats) -> Floats:
    """Somebody may be seen beyond the last test, but not beyond another end of follow-up, such as a
    transplant."""
    assert study.follow_up is not None
    ends = [
        days_of(table, f"end_{number}")
        for number, node in enumerate(study.follow_up.ends)
        if not isinstance(node, LastTest)
    ]
    return np.fmax(np.fmin.reduce([np.full_like(stop, np.inf), *ends]), stop)


def _last_against(table: Any, study: Study, happened: NDArray[np.bool_], stop: Floats) -> Floats:
    """The last day on which the outcome certainly had not happened."""
    earliest = days_of(table, "outcome_earliest")
    if study.shown_by[0]:
        # A rival may come before the last test; then only what was tested until then counts.
        against = np.minimum(days_of(table, "last_against"), stop)  # nan stays nan
        return np.where(happened, earliest, against)
    return np.where(happened & ~np.isnan(earliest), earliest, stop)


def _retested(table: Any, study: Study, persons: int) -> NDArray[np.bool_]:
    if not study.shown_by[0]:
        return np.ones(persons, dtype=bool)
    counts = np.asarray(table["tests_after"].to_pylist(), dtype=float)
    return np.asarray(np.nan_to_num(counts) > 0)


def no_times(persons: int) -> Columns:
    """The same columns where the outcome is measured: there is no follow-up."""
    nothing = np.zeros(persons)
    return {
        "time": nothing,
        "event": np.zeros(persons, dtype=int),
        "lower": nothing,
        "upper": np.full(persons, np.inf),
        "index_lower": np.full(persons, -np.inf),
        "retested": np.ones(persons, dtype=bool),
        "contact": nothing,
        "died": np.zeros(persons, dtype=bool),
        "cause": np.full(persons, "", dtype=object),
    }
