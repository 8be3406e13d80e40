"""Every knob of the simulated hospital, with its source."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any

from seroclear.errors import SeroclearError
from seroclear.simulate import parameters as p


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is true in the simulated hospital. Hazards are per person-year, shares lie in [0, 1].

    The published figures below are those of Genes & Diseases 2023 (Chongqing, more than 70,000
    HBsAg-positive persons: "the study"), read as piecewise exponential hazards. What carries no
    source is a design choice that makes the default hospital resemble that one.

    The truth about durability: an HBsAg loss at time T is undone at time T + R, where R has hazard
    `h1 * m` in the first year and `h2 * m` later; h1 and h2 belong to the treatment behind the
    loss and
    m = exp(log_hr_age_decade * (age - reference_age) / 10 + log_hr_alt_elevated * ALT elevated)
    times the anti-HBs multiplier (interferon only). Nothing else moves HBsAg. Time runs from the
    true loss, which is earlier than the first negative test.

    Attributes:
        n_patients: persons with a record, most of them never followed (the study: over 70,000).
        seed: every random number of the hospital comes from it.
        part: which part of a hospital too large to be drawn at once (see `parts`).
        start, end: first and last day of the records.

        followed_share: persons who come back; the others are tested once or twice.
        na_share, ifn_share, add_on_share, switch_share: treatment of the followed: NA alone,
            interferon alone, interferon added to NA, NA then interferon; the rest is untreated.
        male_share: men among patients.
        not_infected_share: of the never followed: HBsAg negative, yet with a chronic hepatitis B
            code; some were just vaccinated, which shows as HBsAg for days.
        transplant_share: of NA patients: liver transplant, hepatitis B immunoglobulin afterwards.
        hcv_share, hdv_share, hiv_share: coinfected; false_hcv_code_share: coded, antibody negative.

        na_age, ifn_age, other_age: mean and SD of age at entry in years ("NA patients were older").
        alt_elevated_na, alt_elevated_ifn: ALT above 40 U/L around the loss (the study: normal in
            78.6% and 40.0%).
        anti_hbs_na, anti_hbs_ifn: anti-HBs positive at loss. 0.64 makes the stratified hazards of
            interferon (0.1755, 0.7154) average to 0.3696; higher for NA as in the study.

        na_hazard, ifn_hazard: seroreversion hazard in year 1 and later, at reference_age, with
            normal ALT (the study's Kaplan-Meier 0.960/0.931 and 0.691/0.641 at 1 and 3 years).
            Losses without treatment use na_hazard, combinations ifn_hazard.
        na_hazard_ratio: if set, NA hazards are this ratio times those of interferon, anti-HBs
            multipliers included: hazards are then exactly proportional given the covariates.
            With both hazards of `ifn_hazard` equal they stay so on the clock of the first
            negative test, which is what a coverage study of the Cox model needs.
        anti_hbs_multiplier_ifn: hazard multiplier if anti-HBs positive and if negative
            (0.1755/0.3696 and 0.7154/0.3696; ratio 4.1; none for NA, as in the study).
        log_hr_age_decade, log_hr_alt_elevated: the study names age and ALT as associated and
            prints no number: values here are assumptions, 0 removes the confounding.
        reference_age: age in years at which hazards hold.
        transient_share: reversions that end by themselves after transient_months; assumption.
        transient_months: shortest and longest duration in months.

        loss_on_na, loss_after_na_stop, loss_untreated: hazard of HBsAg loss. Benchmarks: 0.51-1.03
            per 100 person-years on NA; 13.0% at 4 years after a stop; 1.02 per 100 untreated.
            Set a little above them on NA so that losses are frequent enough to count.
        loss_lag_years: no loss sooner than this after entry or start of treatment.
        loss_after_ifn: probability of loss by interferon (benchmark 4.7-14.2% at 3-10 years).
        loss_during_ifn: share of these during the course (the study: 30.0%; NA 48.8%).
        loss_late_after_ifn: share of these more than 48 weeks after the course.
        loss_add_on: probability of loss when interferon is added or follows NA.

        na_stop_hazard, na_min_years: stopping NA before a loss, after this many years on it.
        na_restart_share: of those who stopped without a loss: treated again.
        stop_after_loss_share: NA stopped 3 to 18 months after a loss.
        ifn_weeks: full course (label: 48 weeks, 180 micrograms a week); ifn_early_stop_share of
            courses end half-way.

        visit_gap_days: shortest and longest mean gap between visits of a patient (3-6 months).
        visit_gap_shape: shape of the gamma distribution of gaps.
        visit_rate_alt_elevated: informative visiting: visits come this many times as often when
            ALT is elevated.
        dropout_hazard: leaving the hospital's care, independent of everything else.

        hbsag_test_share: visits with an HBsAg test.
        quantitative_share: HBsAg tests that are quantitative.
        diluted_share: quantitative results above the neat range that were diluted; others `>250`.
        grey_zone_share: HBsAg tests reported as equivocal, without a status.
        log10_noise: SD of a quantitative reading on the log10 scale (0.05-0.1).
        assay_change: the day the HBsAg and DNA assays change (0.05-250 neat to 0.05-52000 IU/mL).

        cirrhosis_at_entry: at age 50; doubles per 10 years of age.
        cirrhosis_hazard, decompensation_hazard (from cirrhosis), hcc_hazard_cirrhosis,
            hcc_hazard_no_cirrhosis: per year (HCC 3.8% a year in cirrhosis on NA, 0.3-0.9%
            without).
        hcc_ratio_after_loss: HCC hazard ratio after HBsAg loss (0.41, meta-analysis 2021).
        hcc_ratio_ifn, hcc_ratio_hbeag: HCC hazard ratio of those given interferon alone, and of
            those HBeAg positive at entry; 1: neither matters.
        death_hazard_50, death_doubling_years: Gompertz mortality: hazard at age 50 and the years
            in which it doubles; death_ratio_cirrhosis and death_hazard_hcc come on top.

        agents, viraemia, organs, seroconversion, decompensation, transplant, pregnancy, rare,
        library: the
            phenomena of the same names, see `parameters`. They leave HBsAg, cirrhosis, cancer and
            death as they are.
    """

    n_patients: int = 70_000
    seed: int = 1
    part: int = 0
    start: date = date(2008, 1, 1)
    end: date = date(2021, 12, 31)

    followed_share: float = 0.23
    na_share: float = 0.70
    ifn_share: float = 0.08
    add_on_share: float = 0.04
    switch_share: float = 0.02
    male_share: float = 0.62
    not_infected_share: float = 0.005
    transplant_share: float = 0.004
    hcv_share: float = 0.02
    hdv_share: float = 0.005
    hiv_share: float = 0.007
    false_hcv_code_share: float = 0.003

    na_age: tuple[float, float] = (47.0, 11.0)
    ifn_age: tuple[float, float] = (35.0, 9.0)
    other_age: tuple[float, float] = (45.0, 15.0)
    alt_elevated_na: float = 0.214
    alt_elevated_ifn: float = 0.60
    anti_hbs_na: float = 0.72
    anti_hbs_ifn: float = 0.64

    na_hazard: tuple[float, float] = (0.0408, 0.0153)
    ifn_hazard: tuple[float, float] = (0.3696, 0.0376)
    na_hazard_ratio: float | None = None
    anti_hbs_multiplier_ifn: tuple[float, float] = (0.1755 / 0.3696, 0.7154 / 0.3696)
    log_hr_age_decade: float = 0.2
    log_hr_alt_elevated: float = 0.5
    reference_age: float = 50.0
    transient_share: float = 0.08
    transient_months: tuple[float, float] = (1.0, 5.0)

    loss_on_na: float = 0.008
    loss_after_na_stop: float = 0.046
    loss_untreated: float = 0.008
    loss_lag_years: float = 0.5
    loss_after_ifn: float = 0.16
    loss_during_ifn: float = 0.30
    loss_late_after_ifn: float = 0.06
    loss_add_on: float = 0.20

    na_stop_hazard: float = 0.12
    na_min_years: float = 1.5
    na_restart_share: float = 0.30
    stop_after_loss_share: float = 0.60
    ifn_weeks: int = 48
    ifn_early_stop_share: float = 0.12

    visit_gap_days: tuple[float, float] = (91.0, 183.0)
    visit_gap_shape: float = 4.0
    visit_rate_alt_elevated: float = 1.5
    dropout_hazard: float = 0.06

    hbsag_test_share: float = 0.85
    quantitative_share: float = 0.60
    diluted_share: float = 0.70
    grey_zone_share: float = 0.002
    log10_noise: float = 0.07
    assay_change: date = date(2016, 7, 1)

    cirrhosis_at_entry: float = 0.14
    cirrhosis_hazard: float = 0.010
    decompensation_hazard: float = 0.03
    hcc_hazard_cirrhosis: float = 0.038
    hcc_hazard_no_cirrhosis: float = 0.004
    hcc_ratio_after_loss: float = 0.41
    hcc_ratio_ifn: float = 1.0
    hcc_ratio_hbeag: float = 1.0
    death_hazard_50: float = 0.003
    death_doubling_years: float = 8.0
    death_ratio_cirrhosis: float = 3.0
    death_hazard_hcc: float = 0.40

    agents: p.AgentUse = field(default_factory=p.AgentUse)
    viraemia: p.Viraemia = field(default_factory=p.Viraemia)
    organs: p.Organs = field(default_factory=p.Organs)
    seroconversion: p.Seroconversion = field(default_factory=p.Seroconversion)
    decompensation: p.Decompensation = field(default_factory=p.Decompensation)
    transplant: p.Transplant = field(default_factory=p.Transplant)
    pregnancy: p.Pregnancy = field(default_factory=p.Pregnancy)
    rare: p.Rare = field(default_factory=p.Rare)
    library: p.Library = field(default_factory=p.Library)

    def __post_init__(self) -> None:
        _check_shares("", self)
        if self.n_patients < 1:
            raise SeroclearError("Scenario: n_patients must be at least 1.")
        if self.end <= self.start:
            raise SeroclearError("Scenario: end must lie after start.")
        if self.treated_share > 1:
            raise SeroclearError("Scenario: the shares of treatments add up to more than 1.")

    @property
    def treated_share(self) -> float:
        """Share of the followed who are treated."""
        return self.na_share + self.ifn_share + self.add_on_share + self.switch_share


def _check_shares(prefix: str, part: Any) -> None:
    """Every share of the scenario and of its parts, one number or one an agent, lies in [0, 1]."""
    for one in fields(part):
        value, name = getattr(part, one.name), prefix + one.name
        if is_dataclass(value):
            _check_shares(f"{name}.", value)
        elif one.name.split("_")[-1] == "share":
            numbers = value if isinstance(value, tuple) else (value,)
            if not all(0 <= number <= 1 for number in numbers):
                raise SeroclearError(f"Scenario: {name} is a share; give a number in [0, 1].")
