"""The sections of a design report, the simulated trials apart."""

from __future__ import annotations

from collections.abc import Sequence

from seroclear import __version__
from seroclear.analysis.result import Row
from seroclear.report.document import Section, Table
from seroclear.trial.design import explain
from seroclear.trial.design.bounds import SPENDING, looks
from seroclear.trial.design.exact import exact_power
from seroclear.trial.design.figures import power_figure
from seroclear.trial.design.numbers import percent, points, value
from seroclear.trial.design.procedures import guessing_table, planned
from seroclear.trial.design.scenarios import LITERATURE
from seroclear.trial.protocol import Protocol
from seroclear.trial.protocol.show import assumed_lines

LOOKS = ((1 / 2, 1.0), (1 / 3, 2 / 3, 1.0))


def glance(protocol: Protocol, rows: Sequence[Row]) -> Section:
    """What matters most, in sentences."""
    size = protocol.size
    n, m = explain.arm_sizes(protocol)
    rates = size.control_rate, size.treated_rate
    whole = exact_power(*rates, n, m, size.alpha)
    lost = exact_power(*rates, n, m, size.alpha, missing=size.dropout)
    mild = exact_power(*LITERATURE, n, m, size.alpha)
    simulated = value(rows, "As planned", "power")
    doses = value(rows, "As planned", "doses")
    hidden = value(rows, "No effect, strong masking", "hidden")
    return Section(
        "glance",
        "At a glance",
        (
            (
                f"{size.participants} participants, {n} treated and {m} controls: if "
                f"{percent(rates[0])} of the controls and {percent(rates[1])} of the treated "
                f"stay without relapse, the exact power is {percent(whole)}."
            ),
            f"With {percent(size.dropout)} lost who count as failures, it is {percent(lost)}.",
            (
                f"If fewer controls relapse, {percent(LITERATURE[0])} against "
                f"{percent(LITERATURE[1])} (as after interferon in two cohorts), it is "
                f"{percent(mild)}."
            ),
            (
                "Simulated with antibody, doses, missed visits and losses, the score test finds "
                f"the planned difference in {percent(simulated.value)} of trials."
            ),
            (
                f"A treated participant needs {doses.value:.1f} doses on average (middle half "
                f"{doses.lower:.0f} to {doses.upper:.0f}) as simulated."
            ),
            (
                f"Antibody that hides the antigen adds {points(hidden.value)} percentage points "
                "to the difference where there is no effect and masking is strong."
            ),
        ),
    )


def assumed(protocol: Protocol) -> Section:
    """Every assumed choice of the protocol."""
    return Section(
        "assumed",
        "What is assumed",
        ("The registration does not state these choices; the design rests on them.",),
        tables=(
            Table(
                "Assumed choices of the protocol",
                ("Part", "What", "Choice"),
                tuple(assumed_lines(protocol)),
            ),
        ),
    )


def size(protocol: Protocol) -> Section:
    """What gives the planned number."""
    tables = (explain.methods_table(protocol), explain.explanations_table(protocol))
    return Section("size", f"What gives {protocol.size.participants} participants", tables=tables)


def power(protocol: Protocol) -> Section:
    """Exact power, drawn and in tables."""
    return Section(
        "power",
        "Power",
        figures=(power_figure(protocol),),
        tables=(explain.power_table(protocol), explain.least_rate_table(protocol)),
    )


def interim(protocol: Protocol) -> Section:
    """Bounds of interim looks."""
    rows = []
    for spending in SPENDING:
        for information in LOOKS:
            found = looks(information, protocol.size.alpha / 2, protocol.size.power, spending)
            rows.append(
                (
                    f"{spending}, {len(information)} looks",
                    ", ".join(f"{100 * share:.0f}%" for share in information),
                    ", ".join(f"{bound:.3f}" for bound in found.bounds),
                    ", ".join(f"{p:.4f}" for p in found.p),
                    f"{found.inflation:.4f}",
                    f"{found.expected:.4f}",
                )
            )
    header = ("Spending", "Information", "Bounds (z)", "Two-sided p", "Largest", "Expected")
    notes = (
        (
            "Lan–DeMets spending functions; no bound for futility. Largest and expected: "
            "participants under the alternative, over those of a trial without interim looks."
        ),
    )
    return Section(
        "looks",
        "Interim looks",
        ("The registration names no interim analysis; these are the bounds if one were wanted.",),
        tables=(Table("Bounds and what they cost", header, tuple(rows), notes),),
    )


def guessing(protocol: Protocol, seed: int) -> Section:
    """How predictable the allocation is."""
    if protocol.treated.ratio != protocol.control.ratio:
        text = "Predictability is computed for an allocation of 1:1 only."
        return Section("guessing", "Can the next allocation be guessed?", (text,))
    return Section(
        "guessing",
        "Can the next allocation be guessed?",
        (
            (
                "In an open trial somebody at a site sees what was given there before. This "
                f"protocol allocates by {planned(protocol).label}."
            ),
        ),
        tables=(guessing_table(protocol, seed=seed),),
    )


def limits() -> Section:
    """What no design report can tell."""
    return Section(
        "limits",
        "What this cannot tell",
        (
            (
                "How strongly passive antibody hides HBsAg in this assay is not known: the "
                "simulation takes a range, and the wash-out visit is the trial's own answer."
            ),
            (
                "Kinetics of intramuscular HBIG rest on five people; the distribution of anti-HBs "
                "before enrolment is assumed."
            ),
            "Participants are independent given their site; the effect is the same at all sites.",
            "The number of participants does not identify the assumptions that were behind it.",
        ),
        kind="list",
    )


def manifest(protocol: Protocol, trials: int, seed: int, command: str) -> Section:
    """Versions, hash, seed and command."""
    rows = (
        ("seroclear", __version__),
        ("Protocol", f"{protocol.identity.number}, version {protocol.identity.version}"),
        ("Hash of the protocol", protocol.hash()),
        ("Simulated trials for each truth", f"{trials:,}"),
        ("Seed", str(seed)),
        ("Command", command),
    )
    return Section(
        "manifest", "How it was made", tables=(Table("Versions", ("What", "Value"), rows),)
    )
