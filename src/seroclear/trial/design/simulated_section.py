"""The simulated trials of a design report."""

from __future__ import annotations

from collections.abc import Sequence

from seroclear.analysis.result import Row
from seroclear.report.document import Section, Table
from seroclear.trial.design.assumptions import Assumptions
from seroclear.trial.design.figures import doses_figure, titre_figure
from seroclear.trial.design.numbers import percent, points, value
from seroclear.trial.design.operating import Scenario
from seroclear.trial.protocol import Protocol


def simulated(
    protocol: Protocol,
    truths: Sequence[tuple[str, Assumptions]],
    results: Sequence[Scenario],
    rows: Sequence[Row],
    trials: int,
) -> Section:
    """Operating characteristics under each truth, doses and titres as planned."""
    lines = []
    for label, truth in truths:
        power = value(rows, label, "power")
        stratified = value(rows, label, "power", "Cochran")
        doses = value(rows, label, "doses")
        lines.append(
            (
                label,
                f"{percent(truth.control_rate)} v {percent(truth.treated_rate)}",
                percent(power.value),
                percent(stratified.value),
                points(value(rows, label, "true difference").value),
                points(value(rows, label, "mean difference").value),
                points(value(rows, label, "hidden").value),
                percent(value(rows, label, "coverage").value),
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
            f"{percent(protocol.size.alpha)}; with no effect this is the type I error."
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
