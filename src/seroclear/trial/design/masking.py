"""What passive antibody does to the endpoint, by how strongly it hides the antigen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from seroclear.analysis.result import Row
from seroclear.report.document import Section, Table
from seroclear.trial.design.assumptions import Assumptions
from seroclear.trial.design.numbers import percent, points, value
from seroclear.trial.design.operating import Scenario, operating_characteristics
from seroclear.trial.design.simulate import simulate
from seroclear.trial.protocol import Protocol

HALF_HIDDEN_AT = (5.0, 10.0, 20.0, 50.0, 100.0, 200.0)  # mIU/mL
ANTIGEN = (0.2, 1.0, 10.0)  # IU/mL, median after a relapse
ANALYSIS = "masking"


def masking(
    protocol: Protocol,
    trials: int,
    seed: int,
    step: Callable[[str], None] = lambda description: None,
) -> list[Row]:
    """Rows of analysis 'masking', no effect of treatment: 'hidden' (share) and 'power', which is
    the type I error, of the score test. `variable` is the masking titre, `level` the antigen."""
    size = protocol.size
    null = Assumptions(size.control_rate, size.control_rate, dropout=size.dropout)
    rows = []
    for titre in HALF_HIDDEN_AT:
        step(f"simulating: masking at {titre:g} mIU/mL")
        for level in ANTIGEN:
            truth = replace(null, masking_titre=titre, plateau_median=level)
            found = Scenario("No effect", simulate(protocol, truth, trials, seed))
            told = operating_characteristics(found, size.alpha)
            for name in ("hidden", "power"):
                row = value(told, found.label, name)
                hides, antigen = f"{titre:g} mIU/mL", f"{level:g} IU/mL"
                rows.append(replace(row, analysis=ANALYSIS, variable=hides, level=antigen))
    return rows


def masking_section(rows: list[Row], alpha: float) -> Section:
    """The table of those rows."""
    cells = {(row.variable, row.level, row.estimate): row.value for row in rows}
    levels = list(dict.fromkeys(row.level for row in rows))
    lines = []
    for titre in dict.fromkeys(row.variable for row in rows):
        texts = [
            f"{points(cells[titre, level, 'hidden'])} ({percent(cells[titre, level, 'power'])})"
            for level in levels
        ]
        lines.append((titre, *texts))
    trials = rows[0].n or 0
    note = (
        f"Percentage points of difference that are no effect (type I error of the score test at "
        f"{percent(alpha)}); {trials:,} trials a cell. HBIG has no effect in any of them."
    )
    text = (
        "Antibody from HBIG binds HBsAg, and an assay may then read it as negative: more so, the "
        "less antibody it takes and the less antigen there is."
    )
    header = ("Anti-HBs that hides half", *(f"HBsAg about {level}" for level in levels))
    table = Table("Difference without any effect", header, tuple(lines), (note,))
    title = "Could masking alone make a difference?"
    return Section("masking", title, (text,), tables=(table,))
