"""Made-up persons, the cohort they are, and the rows of every analysis of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.definition_grid import definition_grid
from seroclear.analysis.interval_censored import interval_censored
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.published import durability
from seroclear.analysis.result import Row
from seroclear.analysis.subgroups import by
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.report.document import RecordsLine, Report
from seroclear.study.cohort import Cohort, Covariate, Step

GROUPS = ("NA", "IFN")
COVARIATES = (
    Covariate("sex", "Sex", "category", ("female", "male")),
    Covariate("anti_hbs", "Anti-HBs at loss", "category", ("negative", "positive")),
    Covariate("age", "Age at loss (years)", "number"),
    Covariate("alt", "ALT at loss (U/L)", "number"),
)
SUBGROUPS = (COVARIATES[1],)
Action = Literal["start", "keep", "drop"]
STEPS: tuple[tuple[Action, str, int, int, int], ...] = (
    ("keep", "HBsAg positive at least once", 412_337, 70_214, 0),
    ("keep", "Lost HBsAg (at least one negative result after a positive one)", 70_214, 1_871, 0),
    ("keep", "NA or interferon alone before the loss, no combination, no switch", 1_871, 402, 131),
    ("drop", "Hepatitis C, hepatitis D or HIV before the loss", 402, 389, 6),
    ("drop", "Liver transplant, HBIG within 6 months or vaccine within 28 days", 389, 386, 0),
    ("keep", "Tested again for HBsAg after the loss", 386, 198, 0),
)


@dataclass(frozen=True)
class Person:
    """`time` in years; `event` 0 censored, 1 outcome, 2 death; '' and nan are unknown."""

    group: str
    time: float
    event: int
    retested: bool = True
    sex: str = "female"
    anti_hbs: str = ""
    age: float = float("nan")
    alt: float = float("nan")


def people_example(seed: int = 7) -> list[Person]:
    """168 persons after nucleos(t)ide analogues, 30 after interferon; rates near the published."""
    rng = random.Random(seed)
    people = []
    for group, size, first_year, later in (("NA", 168, 0.0408, 0.0153), ("IFN", 30, 0.37, 0.0376)):
        for _ in range(size):
            draw = rng.expovariate(1)
            outcome = draw / first_year if draw < first_year else 1 + (draw - first_year) / later
            end, death = rng.uniform(0.1, 7.0), rng.expovariate(0.012)
            people.append(
                Person(
                    group=group,
                    time=round(min(outcome, end, death) + 0.02, 2),
                    event=1 if outcome <= min(end, death) else 2 if death < end else 0,
                    retested=rng.random() < 0.85 or outcome <= min(end, death),
                    sex=rng.choice(("female", "male", "male")),
                    anti_hbs=rng.choice(("negative", "positive", "positive", "")),
                    age=round(rng.gauss(48 if group == "NA" else 36, 10), 1),
                    alt=round(rng.lognormvariate(3.4, 0.5)) if rng.random() < 0.95 else np.nan,
                )
            )
    return people


def cohort_of(people: list[Person], steps: tuple[tuple[Action, str, int, int, int], ...]) -> Cohort:
    """A cohort of these persons; steps are (action, label, entered, kept, unknown)."""
    time = np.array([p.time for p in people], dtype=float)
    event = np.array([p.event for p in people], dtype=int)
    return Cohort(
        study="durability",
        outcome="HBsAg seroreversion",
        definition="default",
        groups=GROUPS,
        covariates=COVARIATES,
        subgroups=SUBGROUPS,
        columns={
            "patient_id": np.array([f"p{i:05d}" for i in range(len(people))]),
            "index": np.full(len(people), np.datetime64("2019-03-01")),
            "group": np.array([p.group for p in people], dtype=object),
            "time": time,
            "event": event,
            "lower": np.where(event == 1, np.maximum(time - 0.25, 0), time),
            "upper": np.where(event == 1, time, np.inf),
            "index_lower": np.full(len(people), -0.5),
            "contact": time + 0.2,
            "died": event == 2,
            "retested": np.array([p.retested for p in people], dtype=bool),
            "sex": np.array([p.sex for p in people], dtype=object),
            "anti_hbs": np.array([p.anti_hbs for p in people], dtype=object),
            "age": np.array([p.age for p in people], dtype=float),
            "alt": np.array([p.alt for p in people], dtype=float),
        },
        steps=(
            Step("start", "Everyone in the records", steps[0][2], steps[0][2], 0, 0),
            *(Step(how, label, n, kept, n - kept, lost) for how, label, n, kept, lost in steps),
        ),
    )


def flowchart_rows(cohort: Cohort) -> list[Row]:
    return [
        Row(
            study=cohort.study,
            analysis="flowchart",
            outcome=cohort.outcome,
            variable=f"{number:02d}",
            level=step.label,
            method=step.action,
            estimate=estimate,
            value=float(getattr(step, estimate)),
            n=getattr(step, estimate),
            definition=cohort.definition,
        )
        for number, step in enumerate(cohort.steps)
        for estimate in ("entered", "kept", "left", "unknown")
    ]


def described(cohort: Cohort) -> list[Row]:
    """The rows that count: everything but the models."""
    fewer = replace(
        cohort,
        columns={name: column[: len(cohort) * 9 // 10] for name, column in cohort.columns.items()},
    )
    return [
        *flowchart_rows(cohort),
        *table_one(cohort),
        *kaplan_meier(cohort),
        *log_rank(cohort),
        *competing(cohort),
        *by("anti_hbs")(cohort),
        *definition_grid([("default", cohort), ("confirmed_loss_24w", fewer)]),
    ]


def rows_of(cohort: Cohort) -> list[Row]:
    return [*described(cohort), *cox(cohort), *interval_censored(cohort)]


def report_of(rows: list[Row]) -> Report:
    return Report(
        title="Durability of HBsAg loss after nucleos(t)ide analogues or interferon",
        question="Does HBsAg loss last as long after interferon as after nucleos(t)ide analogues?",
        study="durability",
        rows=rows,
        methods=(
            "Persons entered at the first negative HBsAg. Survival was estimated by Kaplan-Meier "
            "with log-transformed 95% limits and compared with the log-rank test."
        ),
        limitations=[
            "HBsAg was tested again at unequal intervals: a median of 0.4 and 0.2 years.",
            "Deaths outside the hospital are not recorded.",
        ],
        records=[
            RecordsLine("result", "乙肝五项 (汇总)", "not in vocabulary", 1_204),
            RecordsLine("result", "HBV DNA", "no unit", 318),
            RecordsLine("exposure", "中药合剂", "not in vocabulary", 3),
        ],
        manifest={
            "seroclear": "0.1.0",
            "command": "seroclear run durability --store store --seed 20240501",
            "seed": 20240501,
            "definition": "default",
            "inputs": {"result.csv": "sha256:" + "0f" * 32, "drug.csv": "sha256:" + "a1" * 32},
        },
        published=durability(),
    )


def example_rows() -> list[Row]:
    return rows_of(cohort_of(people_example(), STEPS))


def example_report() -> Report:
    return report_of(example_rows())
