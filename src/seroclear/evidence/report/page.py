"""The audit as one HTML page that needs nothing else and can be handed in with a review."""

from __future__ import annotations

from dataclasses import dataclass

from seroclear.evidence.audit.audit import Audited, checks, rules
from seroclear.evidence.audit.finding import GRAVITY, Finding, Verdict
from seroclear.evidence.claims.claim import Unparsed
from seroclear.evidence.report.rows import understood

# What a light says; the sign says it without the colour.
SIGNS = {
    None: ("none", "–", "nothing to compute"),
    Verdict.NOT_AUDITABLE: ("grey", "?", "cannot be audited"),
    Verdict.CONSISTENT: ("good", "✓", "consistent"),
    Verdict.NOTE: ("good", "✓", "consistent, rounding noted"),
    Verdict.CONSISTENT_IF: ("if", "if", "consistent under a condition the text does not state"),
    Verdict.INCONSISTENT: ("bad", "✗", "inconsistent"),
    Verdict.IMPOSSIBLE: ("bad", "✗✗", "impossible"),
}
CONTEXT = 90  # characters of the text before and behind a quote
LONGEST_QUOTE = 700
MOST_LEFT = 60


@dataclass(frozen=True, slots=True)
class Light:
    """The worst verdict of a check on a paper."""

    colour: str
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """A finding with the text around its quote."""

    finding: Finding
    check: str
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper as the template shows it."""

    number: int
    one: Audited
    overall: Light
    lights: tuple[Light, ...]
    grave: tuple[Card, ...]
    fine: tuple[Card, ...]
    unknown: tuple[Card, ...]
    claims: int
    left: tuple[str, ...]
    left_count: int


def page(audited: list[Audited]) -> str:
    """HTML; the same audit gives the same page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("seroclear.evidence.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    views = [_view(number, one) for number, one in enumerate(audited, start=1)]
    counts = {
        verdict: sum(f.verdict == verdict for one in audited for f in one.findings)
        for verdict in Verdict
    }
    return environment.get_template("audit.html").render(
        papers=views,
        checks=checks(),
        rules=list(rules().values()),
        counts=counts,
        legend=list(dict.fromkeys(SIGNS.values())),
        claims=sum(view.claims for view in views),
        left=sum(view.left_count for view in views),
    )


def _view(number: int, one: Audited) -> PaperView:
    cards = [_card(one, finding) for finding in one.findings]
    left = [claim.quote for claim in one.claims if isinstance(claim, Unparsed)]
    return PaperView(
        number,
        one,
        _light(one.verdict),
        tuple(_of_check(one, check) for check in checks()),
        tuple(card for card in cards if GRAVITY[card.finding.verdict] > 0),
        tuple(card for card in cards if card.finding.verdict == Verdict.CONSISTENT),
        tuple(card for card in cards if card.finding.verdict == Verdict.NOT_AUDITABLE),
        understood(one.claims)[0],
        tuple(left[:MOST_LEFT]),
        len(left),
    )


def _light(verdict: Verdict | None) -> Light:
    return Light(*SIGNS[verdict])


def _of_check(one: Audited, check: str) -> Light:
    found = [f.verdict for f in one.findings if rules()[f.rule].check == check]
    return _light(max(found, key=GRAVITY.__getitem__) if found else None)


def _card(one: Audited, finding: Finding) -> Card:
    text = one.record.text
    before = after = ""
    if text[finding.start : finding.end] == finding.quote and finding.quote:
        before = text[max(0, finding.start - CONTEXT) : finding.start]
        after = text[finding.end : finding.end + CONTEXT]
        if finding.start > CONTEXT:
            before = "… " + before[before.find(" ") + 1 :]
        if finding.end + CONTEXT < len(text):
            after = after[: after.rfind(" ") + 1] + "…"
    quote = finding.quote
    if len(quote) > LONGEST_QUOTE:
        quote = quote[:LONGEST_QUOTE] + " …"
    return Card(finding, rules()[finding.rule].check, before, quote, after)
