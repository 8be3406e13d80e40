"""The columns of the patient truth that tell of drugs, virus, kidney, liver and transplants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.parameters import NA_AGENTS
from seroclear.simulate.people import People
from seroclear.simulate.phenomena import Phenomena
from seroclear.simulate.treatment import Treatment
from seroclear.simulate.truth_columns import dates, days
from seroclear.simulate.virus import RESPONSES


def phenomena_truth(
    people: People, treatment: Treatment, outcomes: Outcomes, phenomena: Phenomena
) -> dict[str, Any]:
    """first_agent, second_agent (from agent_change_date on), resistance_date (to the first agent),
    na_response (complete, partial, none; to the first agent), low_level_viraemia (under it),
    log10_dna_at_entry, relapse_date (virological), the days on which flares of ALT begin,
    anti_hbe_at_entry, hbe_seroconversion_date, egfr_at_entry, tubulopathy_date and
    tubulopathy_end_date, each kind of decompensation, prophylaxis after a transplant, and what is
    rare."""
    agents, virus, kidney = phenomena.agents, phenomena.virus, phenomena.kidney
    given, end = phenomena.prophylaxis, outcomes.truth_to
    names, responses = np.array(NA_AGENTS, object), np.array(RESPONSES, object)
    no_na = ~(treatment.na_start < end)
    changed = agents.change < end
    appears = people.followed & (phenomena.anti_hbe > people.entry)
    columns: dict[str, Any] = {
        "first_agent": pa.array(names[agents.first], pa.string(), mask=no_na),
        "second_agent": pa.array(names[agents.second], pa.string(), mask=no_na | ~changed),
        "agent_change_date": dates(agents.change, changed),
        "resistance_date": dates(agents.resistance, agents.resistance < end),
        "na_response": pa.array(responses[virus.response], pa.string(), mask=no_na),
        "low_level_viraemia": pa.array(virus.low_level, mask=no_na),
        "log10_dna_at_entry": pa.array(virus.base, mask=~people.infected),
        "relapse_date": dates(virus.relapse),
        "relapse_flare_date": dates(virus.relapse_flare),
        "breakthrough_flare_date": dates(virus.breakthrough_flare),
        "spontaneous_flare_date": dates(virus.spontaneous_flare),
        "anti_hbe_at_entry": phenomena.anti_hbe <= people.entry,
        "hbe_seroconversion_date": dates(phenomena.anti_hbe, appears),
        "egfr_at_entry": days(kidney.at_entry),
        "tubulopathy_date": dates(kidney.tubulopathy),
        "tubulopathy_end_date": dates(kidney.recovery, kidney.recovery < end),
        "hbig_start": dates(given.hbig_start),
        "hbig_stop": dates(given.hbig_stop),
        "hbig_restart": dates(given.hbig_restart),
        "transplant_vaccine_date": dates(given.vaccine),
        "transplant_vaccine_response_date": dates(given.response),
        "transplant_booster_date": dates(phenomena.rare.booster),
        "hbeag_reversion_date": dates(phenomena.rare.hbeag_reversion),
        "log10_dna_after_loss": pa.array(
            phenomena.rare.occult, mask=~(np.isfinite(outcomes.loss) & (phenomena.rare.occult > 0))
        ),
    }
    return columns | {
        f"{kind}_date": dates(at, people.followed) for kind, at in phenomena.kinds.items()
    }
