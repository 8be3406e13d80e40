"""The design report: size, power, looks, guessing and simulated trials, as HTML and Word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from seroclear import __version__
from seroclear.analysis.result import Row
from seroclear.files import whole_folder
from seroclear.report.document import Section, Table
from seroclear.trial.design import explain
from seroclear.trial.design.assumptions import Assumptions
from seroclear.trial.design.bounds import SPENDING, looks
from seroclear.trial.design.exact import exact_power
from seroclear.trial.design.figures import doses_figure, power_figure, titre_figure
from seroclear.trial.design.operating import Scenario, operating_characteristics
from seroclear.trial.design.procedures import guessing_table, planned
from seroclear.trial.design.simulate import simulate
from seroclear.trial.documents import write_documents
from seroclear.trial.protocol import Protocol
from seroclear.trial.protocol.show import assumed_lines

MARK = "report.html"
LOOKS = ((1 / 2, 1.0), (1 / 3, 2 / 3, 1.0))
LITERATURE = 0.85, 0.95  # relapse of 15% after interferon in two cohorts
STRONG_MASKING = 10.0  # mIU/mL that hide half of the antigen, in the scenario of the worst case
LOW_ANTIGEN = 0.2  # IU/mL, median level after a relapse, in the same


def scenarios(protocol: Protocol) -> list[tuple[str, Assumptions]]:
    """The truths that a report simulates."""
    size = protocol.size
    planned_rates = size.control_rate, size.treated_rate
    lost = size.dropout
    return [
        ("As planned", Assumptions(*planned_rates, dropout=lost)),
        ("Milder controls", Assumptions(*LITERATURE, dropout=lost)),
        ("No effect", Assumptions(size.control_rate, size.control_rate, dropout=lost)),
        (
            "No effect, strong masking",
            Assumptions(
                size.control_rate,
                size.control_rate,
                dropout=lost,
                masking_titre=STRONG_MASKING,
                plateau_median=LOW_ANTIGEN,
            ),
        ),
    ]


def design_report(
    protocol: Protocol,
    folder: Path,
    *,
    trials: int = 10_000,
    seed: int = 1,
    overwrite: bool = False,
    command: str = "",
    step: Callable[[str], None] = lambda description: None,
) -> None:
    """Simulate, and write report.html, report.docx, results.csv and figures into `folder`.

    Args:
        protocol: of the trial.
        folder: of the report; made whole or not at all.
        trials: simulated for each scenario.
        seed: of the random numbers.
        overwrite: replace a report that is there.
        command: that made it, for its last section.
        step: told what comes next.

    Raises:
        SeroclearError: the folder exists and may not be replaced.
    """
    with whole_folder(folder, mark=MARK, overwrite=overwrite) as temporary:
        truths = scenarios(protocol)
        results = []
        for label, truth in truths:
            step(f"simulating: {label.lower()}")
            results.append(Scenario(label, simulate(protocol, truth, trials, seed)))
        rows = [
            row for one in results for row in operating_characteristics(one, protocol.size.alpha)
        ]
        step("writing")
        sections = [
            _glance(protocol, rows),
            _size(protocol),
            _power(protocol),
            _looks(protocol),
            _guessing(protocol, seed),
            _simulated(protocol, truths, results, rows, trials),
            _limits(),
            _assumed(protocol),
            _manifest(protocol, trials, seed, command),
        ]
        number = protocol.identity.number
        write_documents(f"{number}: design of the trial", number, sections, rows, temporary)


def value(rows: Sequence[Row], group: str, estimate: str, method: str = "") -> Row:
    """The row of a scenario with this estimate, the first whose method begins so."""
    return next(
        row
        for row in rows
        if row.group == group and row.estimate == estimate and row.method.startswith(method)
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}%"


def _points(share: float | None) -> str:
    return "–" if share is None else f"{round(100 * share, 1) + 0.0:+.1f}"


def _glance(protocol: Protocol, rows: Sequence[Row]) -> Section:
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
                f"{_percent(rates[0])} of the controls and {_percent(rates[1])} of the treated "
                f"stay without relapse, the exact power is {_percent(whole)}."
            ),
            f"With {_percent(size.dropout)} lost who count as failures, it is {_percent(lost)}.",
            (
                f"If fewer controls relapse, {_percent(LITERATURE[0])} against "
                f"{_percent(LITERATURE[1])} (as after interferon in two cohorts), it is "
                f"{_percent(mild)}."
            ),
            (
                "Simulated with antibody, doses, missed visits and losses, the score test finds "
                f"the planned difference in {_percent(simulated.value)} of trials."
            ),
            (
                f"A treated participant needs {doses.value:.1f} doses on average (middle half "
                f"{doses.lower:.0f} to {doses.upper:.0f}) as simulated."
            ),
            (
                f"Antibody that hides the antigen adds {_points(hidden.value)} percentage points "
                "to the difference where there is no effect and masking is strong."
            ),
        ),
    )


def _assumed(protocol: Protocol) -> Section:
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


def _size(protocol: Protocol) -> Section:
    tables = (explain.methods_table(protocol), explain.explanations_table(protocol))
    return Section("size", f"What gives {protocol.size.participants} participants", tables=tables)


def _power(protocol: Protocol) -> Section:
    return Section(
        "power",
        "Power",
        figures=(power_figure(protocol),),
        tables=(explain.power_table(protocol), explain.least_rate_table(protocol)),
    )


def _looks(protocol: Protocol) -> Section:
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


def _guessing(protocol: Protocol, seed: int) -> Section:
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


def _simulated(
    protocol: Protocol,
    truths: Sequence[tuple[str, Assumptions]],
    results: Sequence[Scenario],
    rows: Sequence[Row],
    trials: int,
) -> Section:
    lines = []
    for label, truth in truths:
        power = value(rows, label, "power")
        stratified = value(rows, label, "power", "Cochran")
        doses = value(rows, label, "doses")
        lines.append(
            (
                label,
                f"{_percent(truth.control_rate)} v {_percent(truth.treated_rate)}",
                _percent(power.value),
                _percent(stratified.value),
                _points(value(rows, label, "true difference").value),
                _points(value(rows, label, "mean difference").value),
                _points(value(rows, label, "hidden").value),
                _percent(value(rows, label, "coverage").value),
                f"{doses.value:.1f} ({doses.lower:.0f}–{doses.upper:.0f})",
            )
        )
    header = (
        "Truth",
        "Control v treated",
        "Score test",
        "CMH test",
        "True diff.",
        "Estimate",
        "Hidden",
        "Coverage",
        "Doses",
    )
    notes = (
        (
            "Tests: how often they find a difference at two-sided "
            f"{_percent(protocol.size.alpha)}; with no effect this is the type I error."
        ),
        (
            "Differences in percentage points, treated less control. Estimate: as the trial "
            "reads it, missing outcomes counting as failures, which draws it towards nothing. "
            "Hidden: the part that comes from antibody blinding the assay. Coverage: of the true "
            "difference by 95% Miettinen–Nurminen limits."
        ),
        "Doses of a treated participant: mean (middle half).",
        (
            "Strong masking: antibody at 10 mIU/mL hides half of the antigen, and HBsAg after a "
            "relapse has a median of 0.2 IU/mL; elsewhere 100 mIU/mL and 1 IU/mL."
        ),
    )
    assumptions = Table(
        "What simulated participants are like",
        ("What", "Value", "Source"),
        tuple(truths[0][1].table()),
    )
    return Section(
        "simulated",
        "Simulated trials",
        (
            (
                f"{trials:,} trials of {protocol.size.participants} for each truth. HBIG raises "
                "anti-HBs, anti-HBs at a visit triggers the next dose, relapse comes by chance "
                "(faster without antibody), HBsAg rises, antibody may hide it, some are lost."
            ),
        ),
        figures=(doses_figure(protocol, results[0]), titre_figure(protocol, results[0])),
        tables=(
            Table("Operating characteristics", header, tuple(lines), notes),
            assumptions,
        ),
    )


def _limits() -> Section:
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


def _manifest(protocol: Protocol, trials: int, seed: int, command: str) -> Section:
    rows = (
        ("seroclear", __version__),
        ("Protocol", f"{protocol.identity.number}, version {protocol.identity.version}"),
        ("Hash of the protocol", protocol.hash()),
        ("Simulated trials for each truth", f"{trials:,}"),
        ("Seed", str(seed)),
        ("Command", command),
    )
    return Section("manifest", "How it was made", tables=(Table("Versions", ("", ""), rows),))
