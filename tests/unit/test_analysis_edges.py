"""Every analysis says something true of thin data: a number, or None with a note."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from seroclear.analysis.competing import competing
from seroclear.analysis.competing_regression import competing_regression
from seroclear.analysis.cox import cox
from seroclear.analysis.definition_grid import definition_grid
from seroclear.analysis.interval_censored import interval_censored
from seroclear.analysis.interval_regression import interval_regression
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.restricted_mean import restricted_means
from seroclear.analysis.result import Row
from seroclear.analysis.stratified import stratified
from seroclear.analysis.subgroups import by
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort, Covariate

AGE = Covariate("age", "Age (years)", "number")
SEX = Covariate("sex", "Sex", "category", ("male", "female"))
Analysis = Callable[[Cohort], list[Row]]


def grid(cohort: Cohort) -> list[Row]:
    return definition_grid([("strict", cohort), ("loose", cohort)])


ANALYSES: list[Analysis] = [
    table_one,
    kaplan_meier,
    log_rank,
    cox,
    interval_censored,
    competing,
    competing_regression,
    interval_regression,
    restricted_means,
    stratified("sex"),
    by("sex"),
    grid,
]


def make(
    time: list[float],
    event: list[int],
    group: list[str],
    age: list[float] | None = None,
    sex: list[str] | None = None,
    groups: tuple[str, ...] = ("NA", "IFN"),
) -> Cohort:
    n = len(time)
    times, events = np.array(time, dtype=float), np.array(event, dtype=int)
    ages = [40.0 + (7 * i) % 11 for i in range(n)] if age is None else age
    sexes = ["male" if i % 3 else "female" for i in range(n)] if sex is None else sex
    columns: dict[str, np.ndarray] = {
        "patient_id": np.array([f"p{i:04d}" for i in range(n)], dtype=object),
        "index": np.full(n, np.datetime64("2020-01-01")),
        "group": np.array(group, dtype=object),
        "time": times,
        "event": events,
        "lower": np.where(events == 1, times * 0.8, times),
        "upper": np.where(events == 1, times, np.inf),
        "index_lower": np.full(n, -0.5),
        "retested": times > 0,
        "contact": times + np.where(events == 0, 0.1, 0.0),
        "died": events == 2,
        "age": np.array(ages, dtype=float),
        "sex": np.array(sexes, dtype=object),
    }
    return Cohort(
        study="durability",
        outcome="HBsAg seroreversion",
        definition="default",
        groups=groups,
        covariates=(AGE, SEX),
        subgroups=(SEX,),
        columns=columns,
        steps=(),
    )


EMPTY = make([], [], [])
NO_EVENTS = make([1, 2, 3, 4], [0, 0, 0, 0], ["NA", "IFN", "NA", "IFN"])
ONE_EVENT = make([1, 2, 3, 4, 5], [0, 1, 0, 0, 0], ["NA", "IFN", "NA", "IFN", "NA"])
AT_ZERO = make([0, 0, 0, 0], [0, 0, 0, 0], ["NA", "IFN", "NA", "IFN"])
EVENTS_AT_ZERO = make([0, 0, 0, 0, 2, 3], [1, 0, 1, 0, 0, 1], ["NA", "IFN"] * 3)
TIES = make([1] * 6, [1, 1, 1, 1, 0, 0], ["NA", "IFN"] * 3)
ALL_DIE = make([1, 2, 3, 4], [1, 1, 1, 1], ["NA", "IFN", "NA", "IFN"])
ONE_GROUP = make([1, 2, 3, 4, 5, 6], [1, 0, 1, 0, 1, 0], ["NA"] * 6, groups=("NA",))
EMPTY_GROUP = make([1, 2, 3, 4, 5, 6], [1, 0, 1, 0, 1, 0], ["NA"] * 6)
SEPARATED = make([1, 2, 3, 4, 5, 6, 7, 8], [1, 0, 1, 0, 1, 0, 0, 0], ["IFN", "NA"] * 4, [40.0] * 8)
UNKNOWN = make([1, 2, 3, 4], [1, 0, 1, 0], ["NA", "IFN"] * 2, [math.nan] * 4, [""] * 4)
COMPETING_ONLY = make([1, 2, 3, 4], [2, 2, 0, 2], ["NA", "IFN"] * 2)
ONE_PERSON = make([2], [1], ["IFN"])
NEVER_TOGETHER = make([1, 1, 5, 6], [0, 0, 1, 0], ["NA", "NA", "IFN", "IFN"])
THIN = {
    "empty": EMPTY,
    "no events": NO_EVENTS,
    "one event": ONE_EVENT,
    "all censored at 0": AT_ZERO,
    "events at 0": EVENTS_AT_ZERO,
    "ties": TIES,
    "everybody has the event": ALL_DIE,
    "one group": ONE_GROUP,
    "an empty group": EMPTY_GROUP,
    "separation": SEPARATED,
    "covariates unknown": UNKNOWN,
    "competing events only": COMPETING_ONLY,
    "one person": ONE_PERSON,
    "groups never at risk together": NEVER_TOGETHER,
}


def one(rows: list[Row], **wanted: object) -> Row:
    found = [row for row in rows if all(getattr(row, k) == v for k, v in wanted.items())]
    assert len(found) == 1, f"{len(found)} rows for {wanted}"
    return found[0]


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda a: getattr(a, "__name__", "by"))
@pytest.mark.parametrize("case", THIN)
@pytest.mark.filterwarnings("error")
def test_thin_data_gets_a_number_or_a_note(analysis: Analysis, case: str) -> None:
    rows = analysis(THIN[case])
    assert rows
    for row in rows:
        numbers = (row.time, row.value, row.lower, row.upper)
        assert not any(x is not None and math.isnan(x) for x in numbers), row
        assert row.value is not None or row.note, row
        assert type(row.value) in (float, type(None)), row
        assert type(row.n) in (int, type(None)), row
        assert type(row.events) in (int, type(None)), row
        assert (row.study, row.outcome) == ("durability", "HBsAg seroreversion")
        if row.lower is not None and row.upper is not None and row.value is not None:
            assert row.lower <= row.value <= row.upper, row


def test_survival_beyond_follow_up_is_not_carried_forward() -> None:
    row = one(kaplan_meier(ONE_EVENT), analysis="kaplan_meier", group="IFN", time=1.0)
    assert (row.value, row.n, row.events) == (1.0, 2, 0)
    assert row.lower is None
    assert "no events" in row.note
    late = one(kaplan_meier(ONE_EVENT, at=(4.5,)), analysis="kaplan_meier", group="IFN")
    assert late.value is None
    assert "beyond follow-up" in late.note


def test_survival_stays_zero_after_everybody_had_the_event() -> None:
    row = one(kaplan_meier(ALL_DIE, at=(9.0,)), analysis="kaplan_meier", group="NA")
    assert (row.value, row.lower, row.upper, row.n, row.events) == (0.0, None, None, 0, 2)


def test_zero_length_follow_up_counts_as_a_person_without_time() -> None:
    rows = kaplan_meier(AT_ZERO)
    assert one(rows, analysis="crude", group="", estimate="persons").value == 4.0
    rate = one(rows, analysis="crude", group="", estimate="rate per 100 person-years")
    assert rate.value is None
    assert "no person-time" in rate.note


def test_separation_leaves_no_estimate_but_a_penalised_one() -> None:
    rows = cox(SEPARATED)
    ratios = [r for r in rows if r.analysis == "cox_unadjusted" and r.estimate == "hazard ratio"]
    ordinary, penalised = ratios
    assert ordinary.value is None
    assert "separated" in ordinary.note
    assert "Firth" in penalised.method
    assert penalised.value is not None
    assert penalised.value > 1  # every event is in the IFN group


def test_a_constant_covariate_is_named_and_left_out() -> None:
    rows = [r for r in cox(SEPARATED) if r.analysis == "cox" and r.variable == "Age (years)"]
    assert rows
    assert all(r.value is None and "the same for everyone" in r.note for r in rows)


def test_complete_cases_are_counted() -> None:
    cohort = make(
        [1, 2, 3, 4, 5, 6, 7, 8],
        [1, 1, 0, 1, 0, 1, 0, 0],
        ["NA", "IFN"] * 4,
        [math.nan, 41, 55, 38, 47, 60, 33, 52],
    )
    row = next(r for r in cox(cohort) if r.analysis == "cox" and r.variable == "Age (years)")
    assert row.n == 7
    assert "1 of 8 persons left out" in row.note


def test_reference_is_the_first_level_that_anybody_has() -> None:
    cohort = make(
        [1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 0, 1], ["NA", "IFN"] * 3, sex=["female"] * 5 + ["other"]
    )
    rows = [r for r in cox(cohort) if r.analysis == "cox" and r.variable == "Sex"]
    assert [r.level for r in rows if r.estimate == "reference"] == ["female", "female"]
    assert any("no persons" in r.note for r in rows if r.level == "male")


def test_a_group_outside_the_study_is_an_error() -> None:
    with pytest.raises(SeroclearError, match="'LAM' is not one of the study's groups"):
        log_rank(make([1, 2], [0, 1], ["NA", "LAM"]))


def test_a_negative_time_is_an_error() -> None:
    with pytest.raises(SeroclearError, match="negative or unknown"):
        kaplan_meier(make([1, -2], [0, 1], ["NA", "IFN"]))


def test_a_window_that_ends_before_it_begins_is_an_error() -> None:
    bad = make([1, 2], [0, 1], ["NA", "IFN"])
    bad = replace(bad, columns=bad.columns | {"lower": np.array([1.0, 3.0])})
    with pytest.raises(SeroclearError, match="ends before it begins"):
        interval_censored(bad)


def test_by_needs_a_category() -> None:
    with pytest.raises(SeroclearError, match="it has: sex"):
        by("age")(ONE_EVENT)


def test_unknown_levels_are_counted_and_in_no_stratum() -> None:
    cohort = make([1, 2, 3, 4], [1, 0, 1, 0], ["NA", "IFN"] * 2, sex=["", "male", "female", "male"])
    rows = by("sex")(cohort)
    assert one(rows, group="NA", estimate="unknown").value == 1.0
    assert {r.stratum for r in rows if r.estimate == "survival"} == {"Sex: male", "Sex: female"}


def test_competing_follows_the_living_to_their_last_contact() -> None:
    # Nobody has the outcome after year 1; the last test of the survivor is at 2, contact at 6.
    cohort = make([1, 2, 2], [1, 0, 0], ["NA"] * 3, groups=("NA",))
    columns = cohort.columns | {
        "contact": np.array([1.0, 6.0, 3.0]),
        "died": np.array([False, False, True]),
    }
    rows = competing(replace(cohort, columns=columns), at=(5.0,))
    row = one(rows, estimate="cumulative incidence")
    assert row.value == pytest.approx(1 / 3)
    assert (row.n, row.events) == (1, 1)
    assert one(rows, estimate="competing events").value == 1.0
