"""What the scenario holds of the single phenomena: drugs, virus, organs, transplants, pregnancy.

Hazards are per person-year, shares lie in [0, 1]. [M] marks a figure known from memory of the named
source; what carries no source is a design choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

NA_AGENTS = ("LAM", "LDT", "ADV", "ETV", "TDF", "TAF")
Mix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class AgentUse:
    """Which NA is given, and when the virus becomes resistant to it.

    Attributes:
        first_agent: from each day on, shares of `NA_AGENTS` among those who start NA.
        tdf_since, taf_since: approximate market entry for hepatitis B in China; no such agent
            before.
        change_hazard: planned change of LAM, LDT or ADV to a first-line agent.
        resistance: cumulative incidence of genotypic resistance after 1, 2 ... years (EASL 2012
            [M]); the hazard of the last year goes on.
        rescue_share, rescue_days: of the resistant: changed to another agent, so long after.
    """

    first_agent: tuple[tuple[date, Mix], ...] = (
        (date(1999, 1, 1), (0.42, 0.08, 0.25, 0.25, 0.00, 0.00)),
        (date(2011, 1, 1), (0.14, 0.10, 0.14, 0.62, 0.00, 0.00)),
        (date(2014, 7, 1), (0.06, 0.06, 0.06, 0.60, 0.22, 0.00)),
        (date(2019, 1, 1), (0.01, 0.01, 0.01, 0.47, 0.30, 0.20)),
    )
    tdf_since: date = date(2014, 7, 1)
    taf_since: date = date(2019, 1, 1)
    change_hazard: float = 0.15
    resistance: tuple[tuple[float, ...], ...] = (
        (0.23, 0.46, 0.55, 0.71, 0.72),
        (0.04, 0.17),
        (0.0, 0.03, 0.06, 0.18, 0.29),
        (0.002, 0.005, 0.012, 0.012, 0.012),
        (0.0,),
        (0.0,),
    )
    rescue_share: float = 0.85
    rescue_days: tuple[float, float] = (90.0, 300.0)


@dataclass(frozen=True, slots=True)
class Viraemia:
    """HBV DNA in log10 IU/mL, and the liver's answer.

    Attributes:
        hbeag_positive, hbeag_negative, untreated: mean and SD before treatment; `untreated` for
            the HBeAg-negative who are never treated, many of them inactive carriers.
        fall_after_hbeag_loss: when HBeAg is lost without treatment.
        no_response_share, partial_response_share: by agent: HBV DNA falls by less than 1 log10, or
            stays at 2.5 to 4.5 log10 IU/mL.
        low_level_share: of the other treated: stays at 1.5 to 3.2 log10 IU/mL while on the first
            agent.
        blip_share: of the tests under suppressed virus: 20 to 200 IU/mL for once.
        relapse_hazard: virological relapse after the end of treatment (50% at 24 months, meta-
            analysis of stopping 2021).
        clinical_relapse_share: of the relapses: with a flare (25% of 50%, the same).
        breakthrough_flare_share: of the resistant: with a flare.
        flare_hazard: flares of the viraemic who are not treated.
        viraemic_after_reversion_share: of the seroreversions: HBV DNA quantifiable again.
        flare_peak: mean of the log, and SD, of a flare's highest ALT in U/L.
    """

    hbeag_positive: tuple[float, float] = (7.0, 1.1)
    hbeag_negative: tuple[float, float] = (4.8, 1.0)
    untreated: tuple[float, float] = (3.2, 1.2)
    fall_after_hbeag_loss: float = 3.0
    no_response_share: Mix = (0.03, 0.02, 0.12, 0.005, 0.005, 0.005)
    partial_response_share: Mix = (0.15, 0.08, 0.25, 0.05, 0.03, 0.03)
    low_level_share: float = 0.12
    blip_share: float = 0.03
    relapse_hazard: float = 0.347
    clinical_relapse_share: float = 0.5
    breakthrough_flare_share: float = 0.3
    flare_hazard: float = 0.04
    viraemic_after_reversion_share: float = 0.4
    flare_peak: tuple[float, float] = (5.8, 0.6)


@dataclass(frozen=True, slots=True)
class Organs:
    """Kidney, phosphate and fibrosis.

    Attributes:
        egfr_at_40: mean and SD of eGFR at age 40, mL/min/1.73 m2; lower by egfr_per_year for every
            year of age.
        egfr_change: what a year on each of `NA_AGENTS` adds to the loss with age (adefovir and TDF
            lower it, telbivudine raises it: published meta-analysis gives the direction only).
        egfr_change_between: SD between persons of what a year on NA adds.
        tubulopathy_hazard: proximal tubulopathy with low phosphate while on each of `NA_AGENTS`.
        tubulopathy_egfr: further change a year until the agent is withdrawn.
        phosphate, phosphate_tubulopathy: mean and SD in mmol/L.
        stiffness, stiffness_cirrhosis: median in kPa, and SD of the log between persons.
        stiffness_on_treatment: change of the log a year on NA, down to half.
        platelets, platelets_cirrhosis: median in 10^9/L, and SD of the log between persons.
        ast_ratio, ast_ratio_cirrhosis: AST to ALT.
    """

    egfr_at_40: tuple[float, float] = (106.0, 11.0)
    egfr_per_year: float = 0.9
    egfr_change: Mix = (0.0, 1.5, -2.5, 0.0, -1.0, 0.0)
    egfr_change_between: float = 0.0
    tubulopathy_hazard: Mix = (0.0, 0.0, 0.015, 0.0, 0.004, 0.0)
    tubulopathy_egfr: float = -6.0
    phosphate: tuple[float, float] = (1.10, 0.10)
    phosphate_tubulopathy: tuple[float, float] = (0.58, 0.05)
    stiffness: tuple[float, float] = (5.6, 0.25)
    stiffness_cirrhosis: tuple[float, float] = (18.0, 0.35)
    stiffness_on_treatment: float = -0.08
    platelets: tuple[float, float] = (200.0, 0.20)
    platelets_cirrhosis: tuple[float, float] = (95.0, 0.30)
    ast_ratio: float = 0.85
    ast_ratio_cirrhosis: float = 1.3


@dataclass(frozen=True, slots=True)
class Seroconversion:
    """Anti-HBe.

    Attributes:
        at_entry_share: of the HBeAg-negative: anti-HBe positive all along.
        share, lag_days: of those who lose HBeAg: anti-HBe appears, so long after.
    """

    at_entry_share: float = 0.85
    share: float = 0.7
    lag_days: tuple[float, float] = (0.0, 360.0)


@dataclass(frozen=True, slots=True)
class Decompensation:
    """Kinds of decompensation, beginning at the decompensation of `Scenario`.

    Attributes:
        first: shares of ascites, variceal bleeding and encephalopathy as the first kind.
        later: hazards of the others among these three afterwards.
        peritonitis, hepatorenal: hazards of spontaneous bacterial peritonitis and of hepatorenal
            syndrome from the first ascites on.
    """

    first: tuple[float, float, float] = (0.65, 0.22, 0.13)
    later: tuple[float, float, float] = (0.20, 0.08, 0.10)
    peritonitis: float = 0.10
    hepatorenal: float = 0.05


@dataclass(frozen=True, slots=True)
class Transplant:
    """What keeps hepatitis B away after a liver transplant. Reinfection is the seroreversion of a
    transplant's loss and does not depend on what stands here.

    Attributes:
        hbig_withdrawal_share, hbig_years: immunoglobulin withdrawn so long after the transplant.
        na_withdrawal_share, na_years_after_hbig: of these: the NA too, so long after it.
        vaccination_share, vaccine_days_after_hbig: of these: three doses at 0, 30 and 180 days.
        vaccine_response_share: of the vaccinated: anti-HBs of their own 30 days after the last
            dose.
        resumption_hazard: withdrawn immunoglobulin, and withdrawn NA, given again.
        na_days_after_reinfection: withdrawn NA given again because of it.
    """

    hbig_withdrawal_share: float = 0.6
    hbig_years: tuple[float, float] = (1.0, 3.0)
    na_withdrawal_share: float = 0.4
    na_years_after_hbig: tuple[float, float] = (0.3, 1.5)
    vaccination_share: float = 0.6
    vaccine_days_after_hbig: tuple[float, float] = (30.0, 180.0)
    vaccine_response_share: float = 0.45
    resumption_hazard: float = 0.10
    na_days_after_reinfection: tuple[float, float] = (30.0, 120.0)


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """Pregnancies of the women who are followed, and their children.

    Attributes:
        hazard, ages: of a pregnancy between these ages in years, once in care.
        again_share, again_years: after a birth: pregnant again, so long after it.
        loss_share: of pregnancies: lost in weeks 9 to 20.
        visit_weeks, visit_share: antenatal visits, each kept with this probability.
        prophylaxis_dna: log10 IU/mL above which NA is given (200,000 IU/mL, guidelines).
        prophylaxis_share, prophylaxis_weeks: of the untreated above it, in their first pregnancy
            in care: NA from a week between these.
        prophylaxis_days_after: it ends so long after the birth (China 2022 [M]: up to 3 months).
        immunised_share: of the children: immunoglobulin and vaccine at birth, vaccine at 1 and 6
            months.
        transmission, transmission_low: to an immunised child of a mother above prophylaxis_dna at
            the birth, and under it; without immunisation: `transmission_unimmunised`, high and low.
        child_response_share: of the immunised and not infected: anti-HBs of 10 mIU/mL or more.
        child_test_share, child_test_months: of the children: tested at that age.
    """

    hazard: float = 0.08
    ages: tuple[float, float] = (20.0, 40.0)
    again_share: float = 0.25
    again_years: tuple[float, float] = (0.7, 3.0)
    loss_share: float = 0.12
    visit_weeks: tuple[float, ...] = (12.0, 24.5, 32.0, 37.0)
    visit_share: float = 0.85
    prophylaxis_dna: float = 5.3
    prophylaxis_share: float = 0.75
    prophylaxis_weeks: tuple[float, float] = (24.0, 28.0)
    prophylaxis_days_after: tuple[float, float] = (0.0, 90.0)
    immunised_share: float = 0.95
    transmission: float = 0.09
    transmission_low: float = 0.002
    transmission_unimmunised: tuple[float, float] = (0.60, 0.10)
    child_response_share: float = 0.95
    child_test_share: float = 0.85
    child_test_months: tuple[float, float] = (7.0, 12.0)


@dataclass(frozen=True, slots=True)
class Rare:
    """None of it happens by default: it is there to be asked for by a validation.

    Attributes:
        occult_share, occult_dna: of the HBsAg losses: HBV DNA stays, at so many log10 IU/mL.
        hbeag_reversion_hazard: of HBeAg that was lost, while HBsAg is there.
        booster_share, booster_days: of those who responded to the vaccine after a liver
            transplant: one more dose, so long after the response.
    """

    occult_share: float = 0.0
    occult_dna: tuple[float, float] = (1.4, 2.4)
    hbeag_reversion_hazard: float = 0.0
    booster_share: float = 0.0
    booster_days: tuple[float, float] = (90.0, 720.0)


@dataclass(frozen=True, slots=True)
class Library:
    """None of it happens by default: it is there for the studies of the library.

    Attributes:
        childhood_share, childhood_ages, childhood_hbeag_share: of the followed: a child at entry,
            between these ages in years; HBeAg positive.
        adefovir_share: of those who start lamivudine or telbivudine: adefovir from the first day
            too, until that agent is changed; what it does to eGFR adds up.
        sequencing_share, sequencing_days: of those who become resistant or respond poorly: the
            reverse transcriptase is sequenced, so long after resistance began.
    """

    childhood_share: float = 0.0
    childhood_ages: tuple[float, float] = (3.0, 16.5)
    childhood_hbeag_share: float = 0.85
    adefovir_share: float = 0.0
    sequencing_share: float = 0.0
    sequencing_days: tuple[float, float] = (30.0, 200.0)
