"""What a protocol says, line by line, and which lines are assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seroclear.trial.protocol.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Line:
    """One choice: what, how, and whether it is assumed (None: the question does not arise)."""

    label: str
    text: str
    assumed: bool | None = None


Part = tuple[str, list[Line]]


def parts(protocol: Protocol) -> list[Part]:
    """Everything a protocol says, under headings."""
    return [
        ("Trial", _trial(protocol)),
        ("Arms and allocation", _arms(protocol)),
        ("Eligibility", _eligibility(protocol)),
        ("Visits", _visits(protocol)),
        ("Doses", _doses(protocol)),
        ("Primary endpoint", _endpoint(protocol)),
        *(
            (f"Estimand: {estimand.name}", _estimand(protocol, place))
            for place, estimand in enumerate(protocol.estimands)
        ),
        (
            "Analysis sets",
            [Line(one.label, one.rule, "rule" in one.assumed) for one in protocol.analysis_sets],
        ),
        ("Size", _size(protocol)),
        (
            "Sites",
            [
                Line(
                    site.code,
                    f"{site.name} ({site.name_zh}), UTC{site.utc_offset}",
                    "name" in site.assumed,
                )
                for site in protocol.sites
            ],
        ),
        (
            "Range checks",
            [
                Line(
                    one.test,
                    f"{one.low:,.10g} to {one.high:,.10g} {one.unit}",
                    "range_checks" in protocol.assumed or bool(one.assumed),
                )
                for one in protocol.range_checks
            ],
        ),
    ]


def _trial(protocol: Protocol) -> list[Line]:
    identity = protocol.identity
    return [
        Line("Register", f"{identity.registry} {identity.number}", False),
        Line("Other numbers", ", ".join(identity.other_numbers) or "none", False),
        Line("Title", identity.title, False),
        Line("Chinese title", identity.title_zh, "title_zh" in identity.assumed),
        Line("Sponsor", identity.sponsor, False),
        Line("Phase", identity.phase, False),
        Line("Registration read", f"{identity.registered_on}: {identity.source}"),
        Line("Version of this protocol", identity.version),
        Line("Hash of this protocol", protocol.hash()),
    ]


def _arms(protocol: Protocol) -> list[Line]:
    lines = [Line(arm.label, arm.intervention, False) for arm in protocol.arms]
    ratio = " : ".join(str(arm.ratio) for arm in protocol.arms)
    allocation = protocol.allocation
    lines.append(Line("Ratio", ratio, any("ratio" in arm.assumed for arm in protocol.arms)))
    if allocation.method == "permuted blocks":
        how = f"permuted blocks of {_listed(map(str, allocation.blocks))}, sizes drawn at random"
    else:
        how = f"minimisation with a biased coin, probability {allocation.probability:g}"
    lines.append(Line("Allocation", how, "method" in allocation.assumed))
    strata = "strata" in allocation.assumed
    for stratum in allocation.strata:
        levels = " / ".join(stratum.levels) or "each site"
        lines.append(Line("Stratified by", f"{stratum.label}: {levels}", strata))
    return lines


def _eligibility(protocol: Protocol) -> list[Line]:
    lines = []
    for one in protocol.eligibility.criteria:
        name = one.name.replace("_", " ")
        lines.append(Line(f"{one.kind}: {name}", one.text, False))
        asked = one.rule or "nothing: a person at the site tells"
        lines.append(Line(f"  asked: {name}", asked, bool(one.rule) or None))
    return lines


def _visits(protocol: Protocol) -> list[Line]:
    assumed = "visits" in protocol.schedule.assumed
    lines = []
    for visit in protocol.schedule.visits:
        first, last = visit.window
        window = f"day {visit.day}" + (f" (window {first} to {last})" if first < last else "")
        lines.append(Line(visit.label, f"{window}: {', '.join(visit.tests)}", assumed))
    return lines


def _doses(protocol: Protocol) -> list[Line]:
    one = protocol.trigger
    negative = " or negative" if one.negative_counts else ""
    return [
        Line("Dose", f"{one.product} {one.dose:g} {one.dose_unit}, {one.route}", _any(one, "dose")),
        Line("Arms", ", ".join(one.arms), _any(one, "arms")),
        Line("At enrolment", "yes" if one.at_enrolment else "no", _any(one, "at_enrolment")),
        Line(
            "Trigger", f"{one.marker} below {one.below:g} {one.unit}{negative}", _any(one, "below")
        ),
        Line(
            "Due", f"within {one.due_within_days} days of the result", _any(one, "due_within_days")
        ),
        Line(
            "Escalated", f"after {one.escalate_after_days} days", _any(one, "escalate_after_days")
        ),
        Line(
            "Minimum interval",
            f"{one.minimum_interval_days} days",
            _any(one, "minimum_interval_days"),
        ),
        Line("Cap", f"{one.maximum_doses} doses a participant", _any(one, "maximum_doses")),
        Line("Last sample that orders", f"day {one.last_day}", _any(one, "last_day")),
    ]


def _endpoint(protocol: Protocol) -> list[Line]:
    one = protocol.endpoint
    number = one.positives_for_relapse
    positives = "one" if number == 1 else str(number)
    adjudicators = f"{one.adjudicators} blinded" + (
        ", one more on a disagreement" if one.tie_breaker else ""
    )
    return [
        Line("Name", one.label, False),
        Line("Positive", f"{one.marker} {one.positive_from:g} {one.unit} or more", False),
        Line("Read at", protocol.endpoint_visit.label, False),
        Line(
            "Relapse",
            f"{positives} positive result after enrolment",
            _any(one, "positives_for_relapse"),
        ),
        Line("Missing", f"counts as {one.missing}", _any(one, "missing")),
        Line(
            "Passive antibody",
            f"{one.passive_marker} within {one.passive_days} days of {one.passive_product}",
            _any(one, "passive_days"),
        ),
        Line("Adjudicators", adjudicators, _any(one, "adjudicators")),
    ]


def _estimand(protocol: Protocol, place: int) -> list[Line]:
    one = protocol.estimands[place]
    lines = [
        Line("What it is", one.label, _any(one, "label")),
        Line("Population", one.population, _any(one, "population")),
        Line("Treatment", one.treatment, _any(one, "treatment")),
        Line("Variable", one.variable, _any(one, "variable")),
        Line("Summary", one.summary, _any(one, "summary")),
        Line("Analysis set", one.analysis_set, _any(one, "analysis_set")),
    ]
    return lines + [
        Line(event.label, f"{event.strategy}: {event.handling}", _any(one, "intercurrent"))
        for event in one.intercurrent
    ]


def _size(protocol: Protocol) -> list[Line]:
    one = protocol.size
    return [
        Line("Participants", str(one.participants), _any(one, "participants")),
        Line("Control rate", f"{100 * one.control_rate:g}%", _any(one, "control_rate")),
        Line("Treated rate", f"{100 * one.treated_rate:g}%", _any(one, "treated_rate")),
        Line("Two-sided alpha", f"{100 * one.alpha:g}%", _any(one, "alpha")),
        Line("Power", f"{100 * one.power:g}%", _any(one, "power")),
        Line("Lost to follow-up", f"{100 * one.dropout:g}%", _any(one, "dropout")),
        Line("Formula", one.method, _any(one, "method")),
    ]


def _any(part: object, key: str) -> bool:
    assumed: Sequence[str] = getattr(part, "assumed", ())
    return key in assumed


def _listed(words: map[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
