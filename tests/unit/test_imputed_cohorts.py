"""Regressions of a cohort with its unknown covariates imputed: what is estimated and said."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from seroclear.analysis.cox import cox
from seroclear.analysis.imputed import NOTHING, imputed_cox, imputed_logistic
from seroclear.analysis.imputed_copies import hazard_so_far
from seroclear.analysis.prepared import prepare
from seroclear.analysis.result import Row
from seroclear.report.disclosure import suppress
from seroclear.study.cohort import Cohort, Covariate

AGE = Covariate("age", "Age", "number")
SEX = Covariate("sex", "Sex", "category", ("female", "male"))
AGENT = Covariate("agent", "Agent", "category", ("ETV", "TDF", "TAF"))
TRUE = 0.05  # log hazard ratio of a year of age


def _cohort(size: int, unknown: float, seed: int = 1) -> Cohort:
    """Persons whose hazard rises with age, which is unknown more often where the event was seen: so
    complete cases are not all."""
    random = np.random.default_rng(seed)
    age = random.normal(45, 12, size)
    sex = np.where(random.random(size) < 0.5, "male", "female").astype(object)
    at = random.exponential(1 / (0.15 * np.exp(TRUE * (age - 45))))
    end = random.uniform(1, 6, size)
    event = (at <= end).astype(int)
    lost = random.random(size) < unknown * (0.4 + event)
    return Cohort(
        study="s",
        outcome="o",
        definition="default",
        groups=(),
        covariates=(AGE, SEX),
        subgroups=(),
        columns={
            "patient_id": np.array([f"p{i:05d}" for i in range(size)], dtype=object),
            "group": np.full(size, "", dtype=object),
            "time": np.minimum(at, end),
            "event": event,
            "age": np.where(lost, math.nan, age),
            "sex": np.where(random.random(size) < unknown / 3, "", sex).astype(object),
        },
        steps=(),
    )


def _ratio(rows: list[Row], variable: str, analysis: str) -> Row:
    return next(
        row
        for row in rows
        if (row.analysis, row.variable) == (analysis, variable) and row.estimate.endswith("ratio")
        if row.level != "female"
    )


def test_everybody_s_ratio_comes_back_and_the_same_every_time() -> None:
    cohort = _cohort(3000, 0.4)
    rows = imputed_cox(cohort)
    found = _ratio(rows, "Age", "cox_imputed")
    alone = _ratio(cox(cohort), "Age", "cox")
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < math.exp(TRUE) < found.upper
    # It knows more than complete cases do: the unaffected sex has narrower limits.
    wide, narrow = (
        math.log(row.upper / row.lower)
        for row in (_ratio(cox(cohort), "Sex", "cox"), _ratio(rows, "Sex", "cox_imputed"))
        if row.upper is not None and row.lower is not None
    )
    assert narrow < wide
    assert found.note.startswith("the unknown took up to")
    assert alone.value != found.value
    assert rows == imputed_cox(cohort)
    order = np.random.default_rng(0).permutation(len(cohort))
    shuffled = {name: column[order] for name, column in cohort.columns.items()}
    assert rows == imputed_cox(replace(cohort, columns=shuffled))


def test_logistic_too() -> None:
    cohort = _cohort(800, 0.3)
    measured = replace(cohort, kind="category", levels=("no", "yes"))
    found = _ratio(imputed_logistic(measured), "Age", "logistic_imputed")
    assert found.value is not None
    assert found.value > 1
    assert found.estimate == "odds ratio"


def test_what_cannot_be_imputed_is_said() -> None:
    whole = _cohort(200, 0.0)
    assert [row.note for row in imputed_cox(whole)] == [NOTHING]
    nobody = dict(_cohort(200, 0.3).columns, age=np.full(200, math.nan))
    (row,) = imputed_cox(replace(whole, columns=nobody))
    assert row.value is None
    assert row.note == "Age: known of fewer than 10 persons, not imputed"
    nobody = dict(whole.columns, agent=np.full(200, "", dtype=object))
    unheard = replace(AGENT, levels=())
    (row,) = imputed_cox(replace(whole, covariates=(AGE, unheard), columns=nobody))
    assert row.note == "Agent: known of fewer than 10 persons, not imputed"
    censored = dict(_cohort(200, 0.3).columns, event=np.zeros(200, dtype=int))
    (row,) = imputed_cox(replace(whole, columns=censored))
    assert row.note == "no events"


def test_who_lacks_a_category_of_several_levels_is_left_out() -> None:
    cohort = _cohort(400, 0.3)
    agent = np.tile(np.array(["ETV", "TDF", "TAF", "ETV", ""], dtype=object), 80)
    several = replace(cohort, covariates=(AGE, AGENT), columns=dict(cohort.columns, agent=agent))
    rows = imputed_cox(several)
    assert all(
        "80 of 400 persons left out: a category is unknown" in r.note for r in rows if r.note
    )
    assert _ratio(rows, "Age", "cox_imputed").value is not None


def test_no_count_of_who_is_incomplete_leaves_the_hospital() -> None:
    shown = suppress(imputed_cox(_cohort(300, 0.3)))
    assert all(row.n is None and row.events is None for row in shown)
    assert all("300" not in row.note for row in shown)


def test_the_hazard_so_far_is_nelson_and_aalen_s() -> None:
    cohort = _cohort(6, 0.0)
    columns = dict(cohort.columns)
    columns["time"] = np.array([1.0, 2.0, 2.0, 3.0, 4.0, 5.0])
    columns["event"] = np.array([1, 1, 1, 0, 1, 0])
    found = hazard_so_far(prepare(replace(cohort, columns=columns)))
    expected = np.cumsum([1 / 6, 2 / 5, 0, 1 / 2, 0])
    assert np.allclose(found, expected[[0, 1, 1, 2, 3, 4]])
