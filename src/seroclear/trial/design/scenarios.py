"""The truths that a design report simulates."""

from __future__ import annotations

from seroclear.trial.design.assumptions import Assumptions
from seroclear.trial.protocol import Protocol

LITERATURE = 0.85, 0.95  # relapse of 15% after interferon in two cohorts
STRONG_MASKING = 10.0  # mIU/mL that hide half of the antigen, in the scenario of the worst case
LOW_ANTIGEN = 0.2  # IU/mL, median level after a relapse, in the same


def scenarios(protocol: Protocol) -> list[tuple[str, Assumptions]]:
    """Each truth with its name; 'As planned' is the first."""
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
