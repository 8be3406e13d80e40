"""The design report: size, power, looks, guessing and simulated trials, as HTML and Word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from seroclear.files import whole_folder
from seroclear.trial.design import sections
from seroclear.trial.design.masking import masking, masking_section
from seroclear.trial.design.operating import Scenario, operating_characteristics
from seroclear.trial.design.scenarios import scenarios
from seroclear.trial.design.simulate import simulate
from seroclear.trial.design.simulated_section import simulated
from seroclear.trial.documents import write_documents
from seroclear.trial.protocol import Protocol

MARK = "report.html"


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
        masked = masking(protocol, max(50, trials // 10), seed, step)
        step("writing")
        parts = [
            sections.glance(protocol, rows),
            sections.size(protocol),
            sections.power(protocol),
            sections.interim(protocol),
            sections.guessing(protocol, seed),
            simulated(protocol, truths, results, rows, trials),
            masking_section(masked, protocol.size.alpha),
            sections.limits(),
            sections.assumed(protocol),
            sections.manifest(protocol, trials, seed, command),
        ]
        number = protocol.identity.number
        write_documents(f"{number}: design of the trial", number, parts, rows + masked, temporary)
