"""The order of the patients never matters: not one bit of any row changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from seroclear.analysis.competing import competing
from seroclear.analysis.competing_regression import competing_regression
from seroclear.analysis.cox import cox
from seroclear.analysis.interval_censored import interval_censored
from seroclear.analysis.interval_regression import interval_regression
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.restricted_mean import restricted_means
from seroclear.analysis.result import Row
from seroclear.analysis.stratified import stratified
from seroclear.analysis.subgroups import by
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.study.cohort import Cohort, Covariate

patients = st.lists(
    st.tuples(
        st.integers(0, 2000),  # days
        st.sampled_from([0, 0, 1, 2]),
        st.sampled_from(["NA", "IFN"]),
        st.one_of(st.none(), st.integers(18, 80)),
        st.sampled_from(["", "positive", "negative"]),
    ),
    min_size=1,
    max_size=40,
)


def build(lines: list[tuple[int, int, str, int | None, str]]) -> Cohort:
    days, event, group, age, antibody = (list(column) for column in zip(*lines, strict=True))
    time = np.array(days) / 365.25
    seen = np.array(event) == 1
    return Cohort(
        study="s",
        outcome="seroreversion",
        definition="d",
        groups=("NA", "IFN"),
        covariates=(
            Covariate("age", "Age", "number"),
            Covariate("antibody", "Anti-HBs", "category"),
        ),
        subgroups=(),
        columns={
            "patient_id": np.array([f"{i:03d}" for i in range(len(lines))]),
            "group": np.array(group, dtype=object),
            "time": time,
            "event": np.array(event),
            "lower": np.where(seen, time / 2, time),
            "upper": np.where(seen, time, np.inf),
            "retested": time > 0.1,
            "contact": time + 0.2,
            "died": np.array(event) == 2,
            "age": np.array([np.nan if a is None else a for a in age], dtype=float),
            "antibody": np.array(antibody, dtype=object),
        },
        steps=(),
    )


def everything(cohort: Cohort) -> list[Row]:
    analyses = (
        table_one,
        kaplan_meier,
        log_rank,
        cox,
        interval_censored,
        competing,
        competing_regression,
        interval_regression,
        restricted_means,
        stratified("antibody"),
        by("antibody"),
    )
    return [row for analysis in analyses for row in analysis(cohort)]


# Without shrinking: a cohort of forty lines can be read, and shrinking one takes minutes.
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(patients, st.randoms(use_true_random=False))
def test_row_order_never_matters(
    lines: list[tuple[int, int, str, int | None, str]], random: object
) -> None:
    cohort = build(lines)
    order = list(range(len(lines)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = {name: column[order] for name, column in reversed(cohort.columns.items())}
    rows = everything(cohort)
    assert rows == everything(replace(cohort, columns=shuffled))
    assert all(row.value is not None or row.note for row in rows)
    assert all(row.value == row.value for row in rows)  # nan is unequal to itself
