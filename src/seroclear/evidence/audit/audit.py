"""All rules on all records."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from seroclear.evidence.audit.finding import GRAVITY, Finding, Verdict
from seroclear.evidence.audit.paper import Paper
from seroclear.evidence.audit.rules_centre import interval_centre
from seroclear.evidence.audit.rules_comparison import comparison_test
from seroclear.evidence.audit.rules_groups import contrast, partition
from seroclear.evidence.audit.rules_interval_p import interval_p
from seroclear.evidence.audit.rules_intervals import interval_order
from seroclear.evidence.audit.rules_numerators import numerator_partition
from seroclear.evidence.audit.rules_rate import rate
from seroclear.evidence.audit.rules_reach import reachable_percent
from seroclear.evidence.audit.rules_reconstruction import reconstruction
from seroclear.evidence.audit.rules_registry import registry
from seroclear.evidence.audit.rules_shares import count_percent, percent_of_count
from seroclear.evidence.audit.rules_tests import test_p
from seroclear.evidence.audit.rules_thresholds import threshold_overlap
from seroclear.evidence.audit.rules_time import survival_crude, survival_falls
from seroclear.evidence.audit.rules_values import (
    correlation_p,
    grim,
    impossible_value,
    own_range,
    roc_point,
)
from seroclear.evidence.audit.rules_wald import wald
from seroclear.evidence.claims.claim import Claim, GroupSize
from seroclear.evidence.claims.extract import extract
from seroclear.evidence.record import REGISTRY, Record

RULES: tuple[Callable[[Paper], Iterator[Finding]], ...] = (
    percent_of_count,
    count_percent,
    reachable_percent,
    partition,
    numerator_partition,
    contrast,
    test_p,
    comparison_test,
    reconstruction,
    wald,
    interval_order,
    interval_centre,
    interval_p,
    impossible_value,
    own_range,
    roc_point,
    correlation_p,
    grim,
    survival_falls,
    survival_crude,
    rate,
    threshold_overlap,
    registry,
)


@dataclass(frozen=True, slots=True)
class Audited:
    """A record with its claims and what the rules found, the gravest first."""

    record: Record
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict | None:
        """The gravest verdict; None where no rule had anything to compute."""
        judged = [f.verdict for f in self.findings if f.verdict != Verdict.NOT_AUDITABLE]
        if not judged:
            return Verdict.NOT_AUDITABLE if self.findings else None
        return max(judged, key=GRAVITY.__getitem__)


@dataclass(frozen=True, slots=True)
class Rule:
    """What rules.toml says of a rule."""

    name: str
    check: str
    what: str


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its id."""
    table = _file()["rules"]
    return {name: Rule(name, one["check"], one["what"]) for name, one in table.items()}


@cache
def checks() -> dict[str, str]:
    """INSPECT-SR check or domain: its question."""
    table = _file()["checks"]
    return {number: str(question) for number, question in table.items()}


@cache
def _file() -> dict[str, dict[str, Any]]:
    text = files("seroclear.evidence.audit").joinpath("rules.toml").read_text("utf-8")
    return tomllib.loads(text)


def audit(record: Record) -> Audited:
    """Claims of a record and every rule applied to them."""
    extracted = extract(record)
    paper = Paper(extracted)
    found = list(dict.fromkeys(finding for rule in RULES for finding in rule(paper)))
    found.sort(key=lambda one: (-GRAVITY[one.verdict], one.start, one.rule, one.quote))
    return Audited(record, extracted.claims, tuple(found))


def audit_all(records: Iterable[Record]) -> list[Audited]:
    """Every record, and publications against the registry entries that they name."""
    audited = [audit(record) for record in records]
    entries = {
        trial: one for one in audited if one.record.kind == REGISTRY for trial in one.record.trials
    }
    return [_with_registry(one, entries) for one in audited]


def _with_registry(one: Audited, entries: dict[str, Audited]) -> Audited:
    if one.record.kind == REGISTRY:
        return one
    added: list[Finding] = []
    for trial in one.record.trials:
        entry = entries.get(trial)
        registration = entry.record.registration if entry else None
        totals = [c for c in one.claims if isinstance(c, GroupSize) and not c.group]
        if registration is None or registration.enrolment is None or not totals:
            continue
        size, planned = totals[0], registration.enrolment
        actual = registration.enrolment_kind.upper() == "ACTUAL"
        more = size.n > planned
        added.append(
            Finding(
                "registry-publication",
                Verdict.CONSISTENT_IF if more and actual else Verdict.CONSISTENT,
                size.quote,
                size.start,
                size.end,
                f"{size.n} in the publication, {planned} "
                f"{'enrolled' if actual else 'planned'} in {trial}",
                "It is right if more than those enrolled are counted (screened, several trials)."
                if more and actual
                else "",
            )
        )
    if not added:
        return one
    findings = sorted(
        (*one.findings, *added), key=lambda f: (-GRAVITY[f.verdict], f.start, f.rule, f.quote)
    )
    return Audited(one.record, one.claims, tuple(findings))
