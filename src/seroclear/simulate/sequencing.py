"""What a resistance laboratory reports of those whose NA fails."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from seroclear.simulate.agents import ADV, ETV, LAM, LDT, Agents
from seroclear.simulate.library import SEQUENCES, stream
from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.parameters import NA_AGENTS, Library
from seroclear.simulate.treatment import Treatment
from seroclear.simulate.truth_columns import dates, patient_ids
from seroclear.simulate.virus import COMPLETE, Virus

# agent -> what its resistance is, one of these at random
PATTERNS: Final = {
    LAM: ("rtL180M+rtM204V", "rtM204I", "rtL180M+rtM204V+rtV173L"),
    LDT: ("rtM204I",),
    ADV: ("rtA181T", "rtA181V", "rtN236T"),
    ETV: ("rtL180M+rtM204V+rtS202G", "rtL180M+rtM204V+rtT184A"),
}


def mutation_table(
    library: Library,
    treatment: Treatment,
    agents: Agents,
    virus: Virus,
    outcomes: Outcomes,
    seed: int,
) -> pa.Table:
    """What the laboratory reports of those with breakthrough or poor response: patient_id,
    taken_at, gene, mutation ('none': sequenced, nothing found), resistance_to (the truth)."""
    n = len(agents.first)
    rng = stream(seed, SEQUENCES)
    asked = rng.random(n) < library.sequencing_share
    delay, at_week_48 = rng.uniform(*library.sequencing_days, n), rng.uniform(330, 420, n)
    pick = rng.random(n)
    poor = virus.response != COMPLETE
    resistant = np.isfinite(agents.resistance)
    start = np.nan_to_num(treatment.na_start, nan=np.inf)
    at = np.where(resistant, agents.resistance + delay, np.where(poor, start + at_week_48, np.inf))
    who = np.flatnonzero(asked & (at < outcomes.followed_to))
    found = [_found(int(agents.first[i]), bool(resistant[i]), float(pick[i])) for i in who]
    names = [NA_AGENTS[agents.first[i]] if resistant[i] else None for i in who]
    return pa.table(
        {
            "patient_id": patient_ids(who),
            "taken_at": dates(at[who]),
            "gene": pa.array(["RT"] * len(who), pa.string()),
            "mutation": pa.array(found, pa.string()),
            "resistance_to": pa.array(names, pa.string()),
        }
    )


def _found(agent: int, resistant: bool, luck: float) -> str:
    patterns = PATTERNS.get(agent, ("none",)) if resistant else ("none",)
    return patterns[int(luck * len(patterns))]
