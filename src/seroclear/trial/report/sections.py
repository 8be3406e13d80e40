"""The sections of a trial's report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seroclear import __version__
from seroclear.analysis.result import Row
from seroclear.report import parts as study_parts
from seroclear.report import words
from seroclear.report.causal import discrimination
from seroclear.report.document import Section, Table
from seroclear.report.figures.trajectory import trajectory
from seroclear.report.table_one import table_one
from seroclear.trial.analysis.consort_figure import consort_figure
from seroclear.trial.analysis.primary import tipping_of
from seroclear.trial.protocol.aims import Estimand
from seroclear.trial.report import tables
from seroclear.trial.report.data import LockedTrial
from seroclear.trial.report.figures import tipping_figure
from seroclear.trial.report.flow import consort
from seroclear.trial.report.numbers import BIOMARKERS, CORRECTED, DOSES, ITT, PER_PROTOCOL
from seroclear.trial.report.outcomes import IMPORTANT, members, outcomes

_QUARTILES = ("median", "q1", "q3")


def sections(trial: LockedTrial, rows: Sequence[Row], seed: int, command: str) -> list[Section]:
    """The whole report, in the order of CONSORT 2025."""
    first = trial.protocol.estimands[0]
    return [
        _glance(trial, rows),
        _estimand(trial, first),
        Section("flow", "Participants", figures=(consort_figure(consort(trial)),)),
        Section("baseline", "Baseline", tables=tuple(_baseline(rows))),
        _primary(trial, rows),
        _missing(trial, rows),
        *(_supplementary(one, rows) for one in trial.protocol.estimands[1:]),
        _masked(trial, rows),
        Section(
            "relapse",
            "Time to relapse",
            tables=(tables.relapse(rows, trial.protocol.treated.label),),
        ),
        _doses(trial, rows),
        _safety(trial, rows),
        _deviations(trial, rows),
        _biomarkers(rows),
        _limits(trial),
        _manifest(trial, seed, command),
    ]


def definition(estimand: str, analysis_set: str) -> str:
    """What rows of the primary analysis call it."""
    return f"estimand {estimand}, set {analysis_set}"


def _glance(trial: LockedTrial, rows: Sequence[Row]) -> Section:
    first = trial.protocol.estimands[0]
    name = definition(first.name, ITT)
    treated, control = tables.of(rows, "proportion", name)
    difference, p = tables.of(rows, "risk_difference", name)[:2]
    told = [
        f"{row.events} of {row.n} ({tables.inline(row)}) of the {whom}"
        for row, whom in ((treated, "treated"), (control, "controls"))
    ]
    sentence = f"{' and '.join(told)} had {_lower(trial.protocol.endpoint.label)}."
    effect = f"Risk difference {tables.points(difference)} percentage points (95% CI)"
    if p.value is not None:
        effect += f", p {words.p_value(p.value)}" if p.value < 0.001 else f", p = {p.value:.3f}"
    paragraphs = [sentence, f"{effect}; intention to treat, missing outcomes as the protocol says."]
    if trial.demonstration:
        paragraphs.insert(0, "A demonstration: every participant is simulated.")
    return Section("glance", "At a glance", tuple(paragraphs))


def _estimand(trial: LockedTrial, estimand: Estimand) -> Section:
    lines = (
        ("Population", estimand.population),
        ("Treatment", estimand.treatment),
        ("Variable", estimand.variable),
        ("Summary", estimand.summary),
        *((f"If: {one.label}", f"{one.strategy}: {one.handling}") for one in estimand.intercurrent),
    )
    sets = tuple((one.label, one.rule) for one in trial.protocol.analysis_sets)
    return Section(
        "estimand",
        "What is estimated",
        (estimand.label + ".",),
        tables=(
            Table("The estimand (ICH E9(R1))", ("Attribute", "Choice"), lines),
            Table("Analysis sets", ("Set", "Rule"), sets),
        ),
    )


def _primary(trial: LockedTrial, rows: Sequence[Row]) -> Section:
    first = trial.protocol.estimands[0]
    shown = []
    for name, words_ in ((ITT, "intention to treat"), (PER_PROTOCOL, "per protocol")):
        key = definition(first.name, name)
        if not tables.of(rows, "proportion", key):
            continue
        shown.append(tables.proportions(rows, key, f"{trial.protocol.endpoint.label}, {words_}"))
        shown.append(tables.effects(rows, key, f"Effect of treatment, {words_}"))
    key = f"{definition(first.name, ITT)}, {CORRECTED}"
    if tables.of(rows, "stratified", key):
        shown.append(tables.effects(rows, key, f"Intention to treat, {CORRECTED}"))
    return Section("primary", "Primary outcome", tables=tuple(shown))


def _missing(trial: LockedTrial, rows: Sequence[Row]) -> Section:
    first = trial.protocol.estimands[0]
    found = tables.of(rows, "tipping", definition(first.name, ITT))
    grid = tipping_of(trial.protocol, outcomes(trial, first, members(trial, ITT)))
    if grid is None or not found:
        return Section("missing", "Missing outcomes", ("Nobody's outcome could be counted.",))
    text = f"{found[0].note[0].upper()}{found[0].note[1:]}."
    share = 100 * (found[0].value or 0.0)
    told = f"The answer holds in {share:.0f}% of the ways in which they could have come out."
    alpha = trial.protocol.size.alpha
    return Section("missing", "Missing outcomes", (text, told), (tipping_figure(grid, alpha),))


def _supplementary(estimand: Estimand, rows: Sequence[Row]) -> Section:
    key = definition(estimand.name, estimand.analysis_set)
    return Section(
        estimand.name,
        estimand.label,
        (f"{estimand.variable}.",),
        tables=(
            tables.proportions(rows, key, "With the outcome, by arm"),
            tables.effects(rows, key, "Effect of treatment"),
        ),
    )


def _masked(trial: LockedTrial, rows: Sequence[Row]) -> Section:
    rule = trial.protocol.endpoint
    return Section(
        "masked",
        "Could antibody have hidden the antigen?",
        (
            (
                f"Antibody of a dose may hide HBsAg from the assay for {rule.passive_days} days: "
                "successes that rest on a sample taken within them may be none. The estimand past "
                "the wash-out is free of it."
            ),
        ),
        tables=(tables.shares(tables.of(rows, "masked"), "Samples that decide", ""),),
    )


def _doses(trial: LockedTrial, rows: Sequence[Row]) -> Section:
    counted = [row for row in tables.of(rows, "table_one", DOSES) if row.variable != "Persons"]
    groups = [trial.protocol.treated.label, trial.protocol.control.label]
    lines = []
    for label, names in (("Mean (SD)", ("mean", "sd")), ("Median (quartiles)", _QUARTILES)):
        cells = []
        for group in groups:
            found = {row.estimate: words.shown(row) for row in counted if row.group == group}
            first, *others = (found[name] for name in names)
            cells.append(f"{first} ({', '.join(others)})")
        lines.append((label, *cells))
    product = trial.protocol.trigger.product
    table = Table(f"Doses of {product} per participant", ("", *groups), tuple(lines))
    visits = [row for row in rows if row.analysis == "visits"]
    return Section(
        "doses",
        "Doses and antibody",
        tables=(table,),
        figures=tuple(trajectory(visits, "titres")),
    )


def _safety(trial: LockedTrial, rows: Sequence[Row]) -> Section:
    notes = ("Persons with at least one; terms are the reporters' own words, not coded.",)
    table = tables.shares(tables.of(rows, "adverse_events"), "Adverse events", "Event", notes)
    return Section("safety", "Adverse events", tables=(table,))


def _deviations(trial: LockedTrial, rows: Sequence[Row]) -> Section:
    used = tables.of(rows, "deviations")
    if not used:
        return Section("deviations", "Deviations", ("None was recorded.",))
    arms = (trial.protocol.treated.label, trial.protocol.control.label)
    return Section("deviations", "Deviations", tables=(tables.deviations(used, arms),))


def _biomarkers(rows: Sequence[Row]) -> Section:
    mine = [row for row in rows if row.definition == BIOMARKERS]
    return Section(
        "biomarkers",
        "Who fails? Biomarkers and prediction",
        (
            (
                "Predictors were chosen beforehand, few because failures are few; the model is "
                "exploratory and needs other patients before anybody uses it."
            ),
        ),
        tables=(*study_parts.odds(mine, "logistic", "Failure by biomarker"), *discrimination(mine)),
    )


def _limits(trial: LockedTrial) -> Section:
    kinds = ", ".join(IMPORTANT)
    lines = [
        f"Deviations of these kinds are taken as important for the per-protocol set: {kinds}.",
        "Age and sex are not in the trial's database, so the baseline table lacks them.",
        "In an open trial participants and sites know the arm; adjudicators do not.",
        "Numbers below a limit of an assay count as the limit in the baseline table.",
    ]
    return Section("limits", "What this cannot tell", tuple(lines), kind="list")


def _manifest(trial: LockedTrial, seed: int, command: str) -> Section:
    identity = trial.protocol.identity
    commitment = sorted({one["commitment"] for one in trial.tables["allocation"]})
    lines = (
        ("seroclear", __version__),
        ("Protocol", f"{identity.number}, version {identity.version}"),
        ("Hash of the protocol", trial.protocol.hash()),
        ("Hash of the locked data", trial.dataset_hash),
        ("Commitment of the randomisation", ", ".join(commitment)),
        ("Seed of the imputation", str(seed)),
        ("Command", command),
    )
    return Section(
        "manifest", "How it was made", tables=(Table("Versions", ("What", "Value"), lines),)
    )


def _baseline(rows: Sequence[Row]) -> list[Table]:
    """Table 1 without its empty column of tests."""
    mine = [row for row in rows if row.analysis == "table_one" and not row.definition]
    return [
        replace(
            one,
            caption="Characteristics at randomisation",
            header=one.header[:-1],
            rows=tuple(line[:-1] for line in one.rows),
        )
        for one in table_one(mine)
    ]


def _lower(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"
