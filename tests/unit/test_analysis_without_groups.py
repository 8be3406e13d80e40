"""One cohort without groups, shares with exact limits, rates before and after a change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from unit.report_rows import cohort_of, people_example

from seroclear.analysis.competing import competing
from seroclear.analysis.crude import rates
from seroclear.analysis.limits import clopper_pearson
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.person_time import person_time
from seroclear.analysis.result import Row
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one, table_one_by_outcome
from seroclear.errors import SeroclearError
from seroclear.study.cohort import Cohort, Covariate


def by_estimate(rows: list[Row], **fields: object) -> dict[str, Row]:
    """Rows by estimate, of those with these fields."""
    return {
        row.estimate: row
        for row in rows
        if all(getattr(row, name) == value for name, value in fields.items())
    }


@pytest.fixture
def grouped() -> Cohort:
    return cohort_of(people_example(), (("keep", "Lost HBsAg", 198, 198, 0),))


@pytest.fixture
def alone(grouped: Cohort) -> Cohort:
    """The same people as one cohort."""
    group = np.full(len(grouped), "", dtype=object)
    return replace(grouped, groups=(), columns={**grouped.columns, "group": group})


def test_one_cohort_is_told_as_all_of_a_grouped_one(grouped: Cohort, alone: Cohort) -> None:
    for analysis in (rates, table_one):
        of_all = [row for row in analysis(grouped) if row.group == ""]
        tests = ("p", "smd")
        assert analysis(alone) == [row for row in of_all if row.estimate not in tests]


def test_one_cohort_has_one_curve_and_no_comparison(alone: Cohort) -> None:
    whole = replace(alone, groups=("all",), columns={**alone.columns})
    whole.columns["group"] = np.full(len(alone), "all", dtype=object)
    for analysis in (kaplan_meier, competing):
        mine = [row for row in analysis(alone) if row.analysis != "crude"]
        theirs = [replace(row, group="") for row in analysis(whole) if row.analysis != "crude"]
        assert mine == [row for row in theirs if row.estimate not in ("chi-square", "p")]


def test_exact_limits_by_the_book() -> None:
    # R: binom.test(1, 10), binom.test(0, 501), binom.test(36, 81).
    assert clopper_pearson(1, 10) == pytest.approx((0.002528579, 0.445016117), abs=1e-8)
    assert clopper_pearson(0, 501) == pytest.approx((0.0, 0.007335993), abs=1e-8)
    assert clopper_pearson(10, 10)[1] == 1.0


def measured(grouped: Cohort) -> Cohort:
    """The same people with an outcome of two levels."""
    words = np.where(grouped.columns["event"] == 1, "yes", "no").astype(object)
    columns = {**grouped.columns, "outcome": words}
    return replace(grouped, kind="category", levels=("no", "yes"), columns=columns)


def test_shares(grouped: Cohort) -> None:
    rows = outcome_share(measured(grouped))
    for group in ("", "NA", "IFN"):
        found = by_estimate(rows, group=group)
        inside = np.ones(len(grouped), dtype=bool)
        if group:
            inside = grouped.columns["group"] == group
        n, events = int(inside.sum()), int((grouped.columns["event"][inside] == 1).sum())
        share = found["percent with outcome"]
        assert (share.n, share.events, share.value) == (n, events, 100 * events / n)
        limits = [100 * limit for limit in clopper_pearson(events, n)]
        assert [share.lower, share.upper] == pytest.approx(limits)
    assert 0 < (by_estimate(rows, group="")["p"].value or 0) < 0.001


def test_a_share_of_a_number_is_an_error(grouped: Cohort) -> None:
    with pytest.raises(SeroclearError, match="is a number"):
        outcome_share(replace(grouped, kind="number"))


def test_table_one_by_outcome(grouped: Cohort) -> None:
    rows = table_one_by_outcome(measured(grouped))
    events = int((grouped.columns["event"] == 1).sum())
    persons = {row.group: row.value for row in rows if row.variable == "Persons"}
    assert persons == {"": len(grouped), "no": len(grouped) - events, "yes": events}
    with pytest.raises(SeroclearError, match="two levels"):
        table_one_by_outcome(grouped)


def changed(cohort: Cohort, pieces: list[tuple[float, float, int, str]]) -> Cohort:
    """With follow-up in these pieces: (start, stop, event, whether the change had begun)."""
    start, stop, event, begun = zip(*pieces, strict=True)
    table = {
        "person": np.arange(len(pieces)),
        "start": np.array(start),
        "stop": np.array(stop),
        "event": np.array(event),
        "loss": np.array(begun, dtype=object),
    }
    change = Covariate("loss", "HBsAg loss", "category", ("no", "yes"))
    return replace(cohort, changes=(change,), intervals=table)


def test_rates_before_and_after_by_hand(alone: Cohort) -> None:
    before = [(0.0, 10.0, int(k < 8), "no") for k in range(10)]
    after = [(1.0, 11.0, 1 if k < 2 else 2, "yes") for k in range(10)]
    rows = person_time(changed(alone, before + after))
    no, yes = (by_estimate(rows, stratum=f"HBsAg loss: {level}") for level in ("no", "yes"))
    assert (no["events"].value, no["person-years"].value) == (8.0, 100.0)
    assert (yes["events"].value, yes["person-years"].value) == (2.0, 100.0)  # 2 is no outcome
    assert no["rate per 100 person-years"].value == 8.0
    ratio = by_estimate(rows, stratum="HBsAg loss")["rate ratio"]
    assert ratio.value == pytest.approx(0.25)
    # Of binom.test(2, 10) the odds: 0.02521073 and 0.55609546.
    limits = [share / (1 - share) for share in (0.02521073, 0.55609546)]
    assert [ratio.lower, ratio.upper] == pytest.approx(limits, rel=1e-6)


@pytest.mark.parametrize(
    ("pieces", "note"),
    [
        ([(0.0, 1.0, 0, "no"), (0.0, 1.0, 0, "yes")], "no events"),
        ([(0.0, 1.0, 1, "no")], "no person-time before or after"),
        ([(0.0, 1.0, 0, "no"), (0.0, 1.0, 1, "yes")], "no events before"),
    ],
)
def test_a_ratio_that_cannot_be_says_why(
    alone: Cohort, pieces: list[tuple[float, float, int, str]], note: str
) -> None:
    rows = person_time(changed(alone, pieces))
    ratio = by_estimate(rows, stratum="HBsAg loss")["rate ratio"]
    assert ratio.value is None
    assert ratio.note.startswith(note)


def test_person_time_without_changes_is_an_error(alone: Cohort) -> None:
    with pytest.raises(SeroclearError, match="changes="):
        person_time(alone)
