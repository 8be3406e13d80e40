"""The main answers in sentences, from rows alone, and plainly where there is no answer."""

from __future__ import annotations

from seroclear.analysis.interval_censored import PARAMETRIC
from seroclear.analysis.result import Row
from seroclear.report import select, words
from seroclear.report.flow import flow
from seroclear.report.tables import counterpart

SIGNIFICANT = 0.05  # the field's convention; only chooses between two wordings


def glance(rows: list[Row], published: list[Row]) -> list[str]:
    """A handful of sentences. An empty cohort gets the sentence that says so, and why."""
    if select.is_empty(rows):
        return [_nobody(rows)]
    sentences = [
        _persons(rows),
        *_survival(rows),
        _share(rows),
        _incidence(rows),
        *_before_and_after(rows),
        _weighted(rows),
        _emulated(rows),
        _prediction(rows),
        _comparison(rows),
        _definitions(rows),
        _beside(rows, published),
    ]
    return [sentence for sentence in sentences if sentence]


def _nobody(rows: list[Row]) -> str:
    text = "No patients: nobody in the records met every criterion of this study"
    chart = flow(rows)
    steps = [block for block in chart.blocks if block.left] if chart else []
    if not steps:
        return f"{text}."
    last = steps[-1]
    labels = words.joined(f"step {number} ({label})" for number, label in last.steps)
    unknown = (
        f", {words.count(last.unknown)} of them because the records cannot answer"
        if last.unknown
        else ""
    )
    return f"{text}. The last {words.count(last.left)} left at {labels}{unknown}."


def _persons(rows: list[Row]) -> str:
    def with_n(group: str) -> str:
        return f"{group} ({words.shown(select.persons(rows, group))})"

    text = f"The cohort has {words.shown(select.persons(rows))} patients"
    groups = select.groups(rows)
    text += f": {words.joined(with_n(group) for group in groups)}" if len(groups) > 1 else ""
    events = select.first(select.of(rows, "crude", "events"), group="", stratum="")
    seen = f"; {select.outcome(rows)} was seen in {words.shown(events)}" if events else ""
    return f"{text}{seen}."


def _survival(rows: list[Row]) -> list[str]:
    """The estimates at the first and the last named time: first those that allow for the time
    between tests, whose intervals hold the truth in simulation, then those that papers print."""
    windows = [
        row for row in select.of(rows, "interval_censored", "survival") if row.method == PARAMETRIC
    ]
    dated = _at_times(rows, select.of(rows, "kaplan_meier", "survival"))
    free = f"The probability of remaining free of {select.outcome(rows)}"
    if not any(row.value is not None for row in windows):
        return [f"{free} was {dated}."] if dated else []
    sentences = [f"{free} was {_at_times(rows, windows)}, allowing for the time between tests."]
    if dated:
        sentences.append(
            f"Dated by the first test that shows it, as papers do, it was {dated} (Kaplan–Meier): "
            "the later detection flatters the first year."
        )
    return sentences


def _share(rows: list[Row]) -> str:
    """The share with a measured outcome, of those in whom it is known."""
    used = select.of(rows, "outcome_share", "percent with outcome")
    everybody = select.first(used, group="")
    if everybody is None:
        return ""
    text = f"{select.outcome(rows)}: {_number(everybody)}"
    groups = [f"{_number(row)} for {row.group}" for row in used if row.group]
    return f"{text}; {words.joined(groups)}." if groups else f"{text}."


def _incidence(rows: list[Row]) -> str:
    """Cumulative incidence, where the study is about that and not about a curve of survival."""
    used = select.of(rows, "competing", "cumulative incidence")
    if not used or select.of(rows, "kaplan_meier"):
        return ""
    return f"The cumulative incidence of {select.outcome(rows)} was {_at_times(rows, used)}."


def _before_and_after(rows: list[Row]) -> list[str]:
    ratios = select.of(rows, "person_time", "rate ratio")
    return [
        f"After {row.stratum} the rate of {row.outcome} was {_number(row)} times that before it; "
        "age and much else differ between the two."
        for row in ratios
        if row.value is not None
    ]


def _weighted(rows: list[Row]) -> str:
    """The comparison of groups made alike by weights."""
    ratio = next(iter(select.of(rows, "overlap_weighted", "hazard ratio")), None)
    if ratio is None:
        return ""
    text = (
        "Among those who could have been in either group, made alike in what is on record, the "
        f"hazard ratio for {ratio.level} was {_number(ratio)}"
    )
    strength = select.first(select.of(rows, "overlap_weighted"), estimate="E-value of the limit")
    if strength is None or strength.value is None or strength.value <= 1:
        return f"{text}."
    return (
        f"{text}; something unmeasured would need risk ratios of {words.shown(strength)} with both "
        "group and outcome to move its limit to 1."
    )


def _emulated(rows: list[Row]) -> str:
    """The difference of risks between the strategies of an emulated trial."""
    used = select.of(rows, "emulated_trial", "risk difference")
    row = select.first(used, stratum="")
    if row is None:
        return ""
    return (
        f"In the emulated trial the risk of {row.outcome} was higher by {_number(row)} when it was "
        "begun than when it was not (a difference of risks; below 0 it was lower)."
        if row.value is not None
        else f"The emulated trial has no answer: the difference of risks is {_number(row)}."
    )


def _prediction(rows: list[Row]) -> str:
    """How well the outcome was told beforehand, and what a leak added."""
    used = [row for row in select.of(rows, "discrimination", "AUC") if row.value is not None]
    honest = [row for row in used if not row.stratum.startswith("with ")]
    if not honest:
        return ""
    text = (
        f"What was known at time zero told {honest[0].outcome} with an AUC of {_number(honest[0])}"
    )
    leaking = [row for row in used if row.stratum.startswith("with ")]
    if leaking:
        text += f"; {leaking[0].stratum} it would seem to be {_number(leaking[0])}"
    return f"{text}."


def _at_times(rows: list[Row], used: list[Row]) -> str:
    times = select.times(used)
    groups = select.groups(rows) or [""]
    texts = []
    for time in times[:1] + times[1:][-1:]:
        found = [select.first(used, group=group, time=time, stratum="") for group in groups]
        here = [row for row in found if row is not None]
        parts = [f"{_number(row)} for {row.group or 'all'}" for row in here]
        if here and all(words.is_suppressed(row) for row in here):
            texts.append(f"not shown at {words.years(time)} (too few persons or events)")
        elif parts:
            texts.append(f"{words.joined(parts)} at {words.years(time)}")
    return "; ".join(texts)


def _number(row: Row) -> str:
    if row.value is not None:
        text = words.number(row.value, row.estimate)
        if row.lower is None or row.upper is None:
            return text
        low, high = (words.number(end, row.estimate) for end in (row.lower, row.upper))
        return f"{text} (95% CI {low} to {high})"
    if words.is_suppressed(row):
        return "not shown (too few persons or events)"
    return f"not estimable ({row.note})" if row.note else "not estimable"


def _comparison(rows: list[Row]) -> str:
    groups = select.groups(rows)
    if len(groups) < 2:
        return ""
    if not any(select.of(rows, name) for name in ("log_rank", "cox")):
        return ""
    test = select.first(select.of(rows, "log_rank", "p"), stratum="")
    ratio = next((r for r in select.model(rows, "cox") if _of_group(r, groups)), None)
    text = "Whether the groups differ cannot be said from these data"
    if test is not None and test.value is not None:
        differ = test.value < SIGNIFICANT
        text = "The groups differed" if differ else "No difference between the groups was shown"
        p = words.p_value(test.value)
        text += f" (log-rank p {p if p.startswith('<') else '= ' + p})"
    elif test is not None and words.is_suppressed(test):
        text = "The comparison of the groups is not shown, for too few events in one of them"
    if ratio is not None and ratio.value is not None:
        level = ratio.level
        text += (
            f"; after adjustment the hazard ratio for {level} was {_number(ratio)}, "
            "an association in routine records and no proof of cause"
        )
    return f"{text}."


def _of_group(row: Row, groups: list[str]) -> bool:
    return row.level in groups


def _definitions(rows: list[Row]) -> str:
    used = select.of(rows, "definition_grid", "survival")
    definitions = select.distinct(row.definition for row in used)
    times = select.times(used)
    if len(definitions) < 2 or not times:
        return ""
    parts = []
    for group in dict.fromkeys(row.group for row in used):
        here = [row for row in used if row.group == group and row.time == times[0]]
        values = [row.value for row in here if row.value is not None]
        if len(values) > 1:
            parts.append(_range(values, len(here)) + (f" for {group}" if group else ""))
    if not parts:
        return ""
    return (
        f"Under {len(definitions)} definitions the estimate at {words.years(times[0])} "
        f"{words.joined(parts)}."
    )


def _range(values: list[float], definitions: int) -> str:
    """Lowest and highest; that some are not shown is said, for they may lie beyond."""
    low, high = (words.number(end, "survival") for end in (min(values), max(values)))
    text = f"is {low}" if low == high else f"ranges from {low} to {high}"
    hidden = definitions - len(values)
    return text + (f" ({hidden} not shown)" if hidden else "")


def _beside(rows: list[Row], published: list[Row]) -> str:
    time = next((row.time for row in published if row.estimate == "survival"), None)
    parts = []
    for theirs in published:
        if theirs.estimate != "survival" or theirs.time != time or theirs.stratum:
            continue
        ours = counterpart(rows, theirs)
        if ours is not None and ours.value is not None and theirs.value is not None:
            here = words.number(ours.value, "survival")
            there = words.number(theirs.value, "survival")
            parts.append(f"{there} for {theirs.group or 'all'} (here {here})")
    if not parts or time is None:
        return ""
    return f"The published study gave {words.joined(parts)} at {words.years(time)}."
