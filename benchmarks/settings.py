"""The simulated hospitals of the coverage study: what is true in them and what is estimated."""

from __future__ import annotations

from dataclasses import dataclass, replace

from seroclear.simulate import Scenario

LOG_HAZARD_RATIO_AGE_DECADE = 0.4
LOG_HAZARD_RATIO_ALT = 0.5

# Everybody is followed and treated, and loses HBsAg far more often than in life: a hospital that
# exists to fill one cohort. What happens after the loss is as in the default scenario.
ENRICHED = Scenario(
    followed_share=1.0,
    na_share=0.72,
    ifn_share=0.28,
    add_on_share=0.0,
    switch_share=0.0,
    transplant_share=0.0,
    hcv_share=0.0,
    hdv_share=0.0,
    hiv_share=0.0,
    false_hcv_code_share=0.0,
    loss_on_na=0.35,
    loss_after_na_stop=0.35,
    loss_after_ifn=0.70,
)
# Hazards that are constant in time and exactly proportional between NA and interferon.
PROPORTIONAL = replace(
    ENRICHED,
    ifn_hazard=(0.25, 0.25),
    na_hazard_ratio=0.4,
    anti_hbs_multiplier_ifn=(1.0, 1.0),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One kind of simulated hospital.

    Attributes:
        name: of the setting, in tables.
        about: what is true in it, in a sentence.
        scenario: the hospital, but for its size and seed.
        persons: in one hospital, of whom more than half reach the cohort.
        estimates: 'durability' (survival free of seroreversion) or 'hazard ratio'.
    """

    name: str
    about: str
    scenario: Scenario
    persons: int
    estimates: str


SETTINGS = (
    Setting(
        "small",
        "the published hazards, a cohort of about the published size",
        ENRICHED,
        400,
        "durability",
    ),
    Setting(
        "large",
        "the published hazards, a cohort four times that size",
        ENRICHED,
        1600,
        "durability",
    ),
    Setting(
        "unconfounded",
        "proportional hazards, true NA:IFN hazard ratio 0.4, age and ALT without effect",
        replace(PROPORTIONAL, log_hr_age_decade=0.0, log_hr_alt_elevated=0.0),
        400,
        "hazard ratio",
    ),
    Setting(
        "confounded",
        "proportional hazards, true NA:IFN hazard ratio 0.4 at a given age and ALT; log hazard "
        f"ratios {LOG_HAZARD_RATIO_AGE_DECADE} a decade of age and {LOG_HAZARD_RATIO_ALT} for "
        "elevated ALT",
        replace(
            PROPORTIONAL,
            log_hr_age_decade=LOG_HAZARD_RATIO_AGE_DECADE,
            log_hr_alt_elevated=LOG_HAZARD_RATIO_ALT,
        ),
        400,
        "hazard ratio",
    ),
)
