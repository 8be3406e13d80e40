"""Made-up persons and the rows their study would give: the input of the report's tests.

`rows_of(people, steps)` counts honestly from persons, so that a test can attack what is published
with the truth at hand; model results (hazard ratios, p values) are fixed numbers.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

from seroclear.analysis.result import Row
from seroclear.report.document import RecordsLine, Report

STUDY = "durability"
OUTCOME = "HBsAg seroreversion"
DEATH = "death"
DEFINITION = "durability_default"


@dataclass(frozen=True)
class Person:
    group: str
    time: float
    event: int  # 0 censored, 1 outcome, 2 death
    retested: bool
    categories: tuple[str, ...]  # '' unknown
    numbers: tuple[float | None, ...]


CATEGORIES = (
    ("Sex", ("female", "male")),
    ("Anti-HBs at loss (mIU/mL)", ("<10", "10 to 100", ">100")),
    ("On treatment at loss", ("no", "yes")),
    ("Cirrhosis before loss", ("no", "yes")),
)
NUMBERS = ("Age at loss (years)", "ALT at loss (U/L)", "Time from first treatment to loss (years)")
SUBGROUP = 1  # index in CATEGORIES
TIMES = (1.0, 3.0)


def people_example(seed: int = 7) -> list[Person]:
    """168 persons after nucleos(t)ide analogues, 30 after interferon; rates near the published."""
    rng = random.Random(seed)
    people = []
    for group, size, first_year, later in (("NA", 168, 0.0408, 0.0153), ("IFN", 30, 0.37, 0.0376)):
        for _ in range(size):
            draw = rng.expovariate(1)
            outcome = draw / first_year if draw < first_year else 1 + (draw - first_year) / later
            end = rng.uniform(0.1, 7.0)
            death = rng.expovariate(0.012)
            time = round(min(outcome, end, death) + 0.02, 2)
            event = 1 if outcome <= min(end, death) else 2 if death < end else 0
            people.append(
                Person(
                    group=group,
                    time=time,
                    event=event,
                    retested=rng.random() < 0.85 or event == 1,
                    categories=(
                        rng.choice(("female", "male", "male")),
                        rng.choice(("<10", "10 to 100", ">100", "")),
                        rng.choice(("no", "yes")),
                        rng.choice(("no", "no", "no", "yes")),
                    ),
                    numbers=(
                        round(rng.gauss(48 if group == "NA" else 36, 10), 1),
                        round(rng.lognormvariate(3.4, 0.5), 0) if rng.random() < 0.95 else None,
                        round(rng.uniform(0.3, 9.0), 1),
                    ),
                )
            )
    return people


def flowchart_rows(steps: list[tuple[str, int, int, int, int]]) -> list[Row]:
    """(label, entered, kept, left, unknown) a step."""
    rows = []
    for number, (label, *counts) in enumerate(steps, start=1):
        for estimate, count in zip(("entered", "kept", "left", "unknown"), counts, strict=True):
            rows.append(
                Row(
                    study=STUDY,
                    analysis="flowchart",
                    variable=f"{number:02d}",
                    level=label,
                    estimate=estimate,
                    value=count,
                    n=count,
                    definition=DEFINITION,
                )
            )
    return rows


EXAMPLE_STEPS = [
    ("HBsAg positive at least once", 412_337, 70_214, 342_123, 0),
    ("Lost HBsAg (at least one negative result after a positive one)", 70_214, 1_871, 68_343, 0),
    ("NA or interferon alone before the loss, no combination, no switch", 1_871, 402, 1_469, 131),
    ("No hepatitis C, hepatitis D or HIV coinfection before the loss", 402, 389, 13, 6),
    ("No liver transplant, HBIG within 6 months or vaccine within 28 days", 389, 386, 3, 0),
    ("Tested again for HBsAg after the loss", 386, 198, 188, 0),
]


def _survival(persons: list[Person], at: float) -> tuple[float, float, float, int, int]:
    """Kaplan-Meier estimate with log-transformed limits, n at risk just before, events so far."""
    value, variance = 1.0, 0.0
    for time in sorted({p.time for p in persons if p.event == 1 and p.time <= at}):
        at_risk = sum(p.time >= time for p in persons)
        failed = sum(p.time == time and p.event == 1 for p in persons)
        value *= 1 - failed / at_risk
        if at_risk > failed:
            variance += failed / (at_risk * (at_risk - failed))
    spread = math.exp(1.96 * math.sqrt(variance))
    n = sum(p.time >= at for p in persons)
    events = sum(p.event == 1 and p.time <= at for p in persons)
    return value, value / spread, min(1.0, value * spread), n, events


def _table_one(people: list[Person], groups: tuple[str, ...]) -> list[Row]:
    rows = []
    shown = [(g, [p for p in people if p.group == g]) for g in groups] + [("", people)]
    for group, members in shown:
        rows.append(Row(group=group, variable="Persons", estimate="n", value=len(members)))
    for index, (label, levels) in enumerate(CATEGORIES):
        for group, members in shown:
            known = [p for p in members if p.categories[index]]
            for level in levels:
                n = sum(p.categories[index] == level for p in known)
                row = Row(group=group, variable=label, level=level, n=n)
                rows.append(replace(row, estimate="n", value=n))
                percent = 100 * n / len(known) if known else None
                rows.append(replace(row, estimate="percent", value=percent))
            missing = len(members) - len(known)
            rows.append(Row(group=group, variable=label, estimate="missing", value=missing))
        rows.append(Row(variable=label, estimate="p", value=0.0123))
        rows.append(Row(variable=label, estimate="smd", value=0.31))
    for index, label in enumerate(NUMBERS):
        for group, members in shown:
            known_values = sorted(v for p in members if (v := p.numbers[index]) is not None)
            if known_values:
                count = len(known_values)
                mean = sum(known_values) / count
                sd = math.sqrt(sum((v - mean) ** 2 for v in known_values) / max(1, count - 1))
                for estimate, value in (
                    ("median", known_values[count // 2]),
                    ("q1", known_values[count // 4]),
                    ("q3", known_values[(3 * count) // 4]),
                    ("mean", mean),
                    ("sd", sd),
                ):
                    row = Row(group=group, variable=label, estimate=estimate, value=value, n=count)
                    rows.append(row)
            missing = len(members) - len(known_values)
            rows.append(Row(group=group, variable=label, estimate="missing", value=missing))
        rows.append(Row(variable=label, estimate="p", value=0.0004))
        rows.append(Row(variable=label, estimate="smd", value=0.82))
    return [replace(row, analysis="table_one") for row in rows]


def _crude(people: list[Person], group: str) -> list[Row]:
    events = sum(p.event == 1 for p in people)
    years = sum(p.time for p in people)
    rows = [
        Row(estimate="persons", value=len(people), n=len(people)),
        Row(estimate="events", value=events, n=len(people), events=events),
        Row(estimate="person-years", value=years, n=len(people), events=events),
        Row(estimate="median follow-up", value=3.41, lower=3.0, upper=3.9, n=len(people)),
    ]
    if years > 0:
        rate = 100 * events / years
        row = Row(estimate="rate per 100 person-years", value=rate, lower=rate * 0.6)
        rows.append(replace(row, upper=rate * 1.7, n=len(people), events=events))
    for stratum, members in (
        ("all who lost HBsAg", people),
        ("re-tested", [p for p in people if p.retested]),
    ):
        if members:
            row = Row(stratum=stratum, estimate="percent with outcome", n=len(members))
            percent = 100 * events / len(members)
            limits = replace(row, lower=max(0.0, percent - 3), upper=percent + 5)
            rows.append(replace(limits, value=percent, events=events))
    return [replace(row, analysis="crude", group=group) for row in rows]


def _curves(people: list[Person], group: str) -> list[Row]:
    rows = []
    for at in TIMES:
        value, lower, upper, n, events = _survival(people, at)
        row = Row(analysis="kaplan_meier", estimate="survival", time=at, n=n, events=events)
        if n:
            rows.append(replace(row, value=value, lower=lower, upper=upper))
        else:
            rows.append(replace(row, n=0, note="beyond the last follow-up of this group"))
    last = max((p.time for p in people), default=0.0)
    steps = sorted({0.0, last} | {p.time for p in people if p.event == 1})
    for at in steps:
        value, lower, upper, n, events = _survival(people, at)
        row = Row(analysis="kaplan_meier_curve", estimate="survival", time=at, n=n, events=events)
        rows.append(replace(row, value=value, lower=lower, upper=upper))
    for year in range(int(last) + 2):
        n = sum(p.time >= year for p in people)
        rows.append(Row(analysis="risk_table", estimate="at risk", time=float(year), value=n, n=n))
    return [replace(row, group=group, method="Kaplan-Meier, log limits") for row in rows]


def _models(people: list[Person], groups: tuple[str, ...]) -> list[Row]:
    events = sum(p.event == 1 for p in people)
    base = Row(n=len(people), events=events)
    rows = [replace(base, analysis="log_rank", estimate="p", value=0.00002, method="log-rank test")]
    if len(groups) > 1:
        terms: list[tuple[str, str, str, float, float, float, float]] = [
            ("cox_unadjusted", "Group", groups[1], 7.91, 3.2, 19.4, 0.000012),
            ("cox", "Group", groups[1], 6.84, 2.51, 18.7, 0.0002),
            ("cox", "Age at loss (years)", "", 1.02, 0.98, 1.06, 0.34),
            ("cox", "Sex", "male", 0.88, 0.37, 2.1, 0.77),
            ("cox", "Anti-HBs at loss (mIU/mL)", "10 to 100", 0.52, 0.2, 1.36, 0.18),
            ("cox", "Anti-HBs at loss (mIU/mL)", ">100", 0.21, 0.05, 0.92, 0.039),
        ]
        for analysis, variable, level, value, lower, upper, p in terms:
            row = replace(base, analysis=analysis, variable=variable, level=level)
            row = replace(row, method="Cox, Efron ties")
            hazard = replace(row, estimate="hazard ratio", value=value, lower=lower, upper=upper)
            rows += [hazard, replace(row, estimate="p", value=p)]
        for term, p in (("Group", 0.41), ("Age at loss (years)", 0.08), ("Global", 0.31)):
            row = replace(base, analysis="proportional_hazards", variable=term)
            rows.append(replace(row, estimate="p", value=p, method="scaled Schoenfeld residuals"))
        row = replace(base, analysis="interval_censored", variable="Group", level=groups[1])
        row = replace(row, estimate="hazard ratio", value=7.1, lower=2.7, upper=18.6)
        rows.append(replace(row, method="piecewise exponential, interval-censored"))
    return rows


def rows_of(people: list[Person], steps: list[tuple[str, int, int, int, int]]) -> list[Row]:
    """Every row a study of these persons would give, in the contract of the analyses."""
    groups = tuple(g for g in ("NA", "IFN", "PEG") if any(p.group == g for p in people))
    rows = _table_one(people, groups)
    for group in (*groups, ""):
        members = [p for p in people if p.group == group or not group]
        rows += _crude(members, group)
        rows += _curves(members, group)
    for group in groups:
        members = [p for p in people if p.group == group]
        for at in TIMES:
            value, lower, upper, n, events = _survival(members, at)
            row = Row(group=group, time=at, n=n, events=events, value=value)
            row = replace(row, lower=lower, upper=upper)
            if n == 0:
                row = replace(row, value=None, lower=None, upper=None, note="beyond follow-up")
            for analysis, method in (
                ("interval_censored", "Turnbull"),
                ("interval_censored", "piecewise exponential, interval-censored"),
            ):
                rows.append(replace(row, analysis=analysis, estimate="survival", method=method))
            incidence = replace(row, analysis="competing", estimate="cumulative incidence")
            if row.value is not None:
                incidence = replace(incidence, value=1 - value, lower=1 - upper, upper=1 - lower)
            rows.append(replace(incidence, method="Aalen-Johansen"))
        label, levels = CATEGORIES[SUBGROUP]
        for level in levels:
            inside = [p for p in members if p.categories[SUBGROUP] == level]
            value, lower, upper, n, events = _survival(inside, 1.0)
            row = Row(analysis="subgroups", group=group, stratum=f"{label}: {level}", time=1.0)
            row = replace(row, estimate="survival", n=n, events=events)
            if n:
                row = replace(row, value=value, lower=lower, upper=upper)
            rows.append(row)
        for definition, extra in (
            (DEFINITION, 0),
            ("Confirmed loss (two negatives 24 weeks apart)", 2),
            ("Functional cure (EASL/AASLD 2019)", 5),
        ):
            chosen = members[: max(0, len(members) - extra)]
            for estimate, count in (
                ("persons", len(chosen)),
                ("events", sum(p.event == 1 for p in chosen)),
            ):
                row = Row(analysis="definition_grid", group=group, estimate=estimate)
                rows.append(replace(row, value=count, n=len(chosen), definition=definition))
            for at in TIMES:
                value, lower, upper, n, events = _survival(chosen, at)
                row = Row(analysis="definition_grid", group=group, estimate="survival", time=at)
                row = replace(row, n=n, events=events, definition=definition)
                if n:
                    row = replace(row, value=value, lower=lower, upper=upper)
                rows.append(row)
    rows += _models(people, groups)
    rows.append(Row(analysis="competing", estimate="p", value=0.0001, method="Gray's test"))
    rows = [
        replace(row, study=STUDY, outcome=OUTCOME, definition=row.definition or DEFINITION)
        if row.analysis != "table_one"
        else replace(row, study=STUDY, definition=DEFINITION)
        for row in rows
    ]
    return flowchart_rows(steps) + rows


def published_rows() -> list[Row]:
    base = Row(analysis="published", outcome=OUTCOME, method="10.1016/j.gendis.2022.03.003")
    figures = (
        ("NA", "persons", None, 168.0),
        ("IFN", "persons", None, 30.0),
        ("NA", "percent with outcome", None, 4.9),
        ("IFN", "percent with outcome", None, 33.3),
        ("NA", "survival", 1.0, 0.960),
        ("IFN", "survival", 1.0, 0.691),
        ("NA", "survival", 3.0, 0.931),
        ("IFN", "survival", 3.0, 0.641),
    )
    return [
        replace(base, group=group, estimate=estimate, time=time, value=value)
        for group, estimate, time, value in figures
    ]


def report_of(people: list[Person], steps: list[tuple[str, int, int, int, int]]) -> Report:
    return Report(
        title="Durability of HBsAg loss after nucleos(t)ide analogues or interferon",
        question="Does HBsAg loss last as long after interferon as after nucleos(t)ide analogues?",
        study=STUDY,
        rows=rows_of(people, steps),
        methods=(
            "Persons entered at the first negative HBsAg. Survival was estimated by Kaplan-Meier "
            "with log-transformed 95% limits and compared with the log-rank test."
        ),
        limitations=[
            "HBsAg was retested at unequal intervals: a median of 0.4 and 0.2 years.",
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
            "definition": DEFINITION,
            "inputs": {"result.csv": "sha256:" + "0f" * 32, "drug.csv": "sha256:" + "a1" * 32},
        },
        published=published_rows(),
    )


def example_report() -> Report:
    people = people_example()
    return report_of(people, EXAMPLE_STEPS)
