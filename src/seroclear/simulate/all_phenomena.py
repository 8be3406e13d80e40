"""One hospital on which every study of the library runs: what is rare happens often enough."""

from __future__ import annotations

from dataclasses import replace

from seroclear.simulate.library import ASKED_FOR
from seroclear.simulate.scenario import Scenario


def with_all_phenomena(scenario: Scenario) -> Scenario:
    """The scenario with what the studies are about made common. Shares and ratios are design
    choices: this hospital resembles no real one.

    More people are followed; interferon is given more often and sooner added to NA, and those given
    it alone get liver cancer less often, as those HBeAg positive at entry get it more often; more
    NA-treated people have a transplant; adefovir and TDF harm the kidney more, and some persons
    more than others; women without treatment are pregnant more often, fewer of them take NA for it,
    and more of their children are infected; what happens by default to nobody happens.
    """
    return replace(
        scenario,
        followed_share=0.6,
        na_share=0.44,
        ifn_share=0.16,
        add_on_share=0.20,
        switch_share=0.02,
        transplant_share=0.08,
        hcc_ratio_ifn=0.5,
        hcc_ratio_hbeag=2.0,
        library=ASKED_FOR,
        organs=replace(
            scenario.organs, egfr_change=(0.0, 1.5, -4.0, 0.0, -2.5, 0.0), egfr_change_between=2.0
        ),
        pregnancy=replace(
            scenario.pregnancy,
            hazard=0.6,
            again_share=0.6,
            prophylaxis_share=0.5,
            transmission=0.2,
        ),
        rare=replace(
            scenario.rare, occult_share=0.1, hbeag_reversion_hazard=0.03, booster_share=0.5
        ),
    )
