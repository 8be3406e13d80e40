"""A fourth round: right texts against the rules of intervals, tests, groups and rates, written after
the third round had been mended."""

from __future__ import annotations

from figures import chi, pct

RIGHT_4: list[tuple[str, str, str]] = [
    (
        "r4-noninferior-p",
        "p of non-inferiority",
        """The risk difference was 1.1% (95% CI -2.4 to 4.6; P<0.001 for non-inferiority). In the per-protocol set it was 0.9% (95% CI -2.7 to 4.5). Hazard ratio for death 1.02 (95% CI 0.81-1.28; non-inferiority P = 0.004).""",
    ),
    (
        "r4-unadjusted-p",
        "log-rank p beside an adjusted ratio",
        """Five-year survival was 71% vs 58% (log-rank P = 0.003). After adjustment the difference was no longer significant (HR 0.82, 95% CI 0.63-1.07). Age (HR 1.03 per year, 95% CI 1.01-1.05) and MELD (HR 1.11, 95% CI 1.07-1.15; P < 0.0001) remained.""",
    ),
    (
        "r4-several-ratios",
        "ratios by group in one sentence",
        """Compared with never smokers, former (HR 1.22, 95% CI 1.04-1.43), light (1.51, 1.20-1.90) and heavy smokers (2.07, 1.66-2.58; P for trend <0.001) had a higher risk. ORs for 1, 2 and ≥3 factors were 1.9 (95% CI 1.1-3.3), 3.4 (95% CI 1.8-6.4) and 7.2 (95% CI 3.2-16.2).""",
    ),
    (
        "r4-change-from",
        "values before the interval that are no estimate",
        """LDL fell from 3.9 to 2.4 mmol/L (95% CI for the difference 1.2 to 1.8). HbA1c decreased by 0.6 percentage points (95% CI 0.4-0.8; P < 0.001) to 7.1%. At 24 weeks (95% CI, 20 to 28) the curve flattened. Score: 12 (95% CI 10-14) vs 15 (95% CI 13-17).""",
    ),
    (
        "r4-percent-ratio",
        "excess risk in percent",
        """Each drink a day raised the risk by 9% (RR 1.09, 95% CI 1.05-1.13). The relative risk reduction was 38% (95% CI 12% to 56%; P = 0.007). Vaccine efficacy, 1 - RR, was 62.1% (95% CI 40.3 to 76.0).""",
    ),
    (
        "r4-log-or",
        "coefficients beside their exponentials",
        """Age (β = 0.044, SE 0.012, OR 1.045, 95% CI 1.021-1.070), log ALT (β -0.62; OR 0.54; 95% CI 0.36-0.81; P = 0.003) and spleen size (b = 0.31, exp(b) = 1.36) entered the score. β was 0.18 (95% CI 0.05 to 0.31).""",
    ),
    (
        "r4-small-ratio",
        "ratios with one digit",
        """Infection was rarer (OR 0.1, 95% CI 0.0-0.3; P < 0.001), as was fever (OR 0.4, 95% CI 0.2-0.9, P = 0.02). Odds of hearing loss were 0.02 (95% CI 0.01-0.16). Fold change 2 (95% CI 1-3).""",
    ),
    (
        "r4-groups-split",
        "two-to-one and nested groups",
        """One hundred and fifty patients were randomly assigned 2:1 to two groups: active (n = 100; of whom 50 received 10 mg and 50 received 20 mg) and placebo (n = 50). By sex (men, n = 90; women, n = 60) results did not differ. Completers were 93 and 46.""",
    ),
    (
        "r4-groups-time",
        "groups defined after losses",
        """Two hundred patients were enrolled; 188 with complete data were divided into three groups by tertile: low (n = 62), middle (n = 63) and high (n = 63). Another cohort of 95 patients was divided into two groups, HCC (n = 41) and no HCC (n = 54), for validation.""",
    ),
    (
        "r4-groups-each",
        "groups with each",
        """Eighty mice were divided into four groups (n = 20 each): control, model, low and high dose. Forty-five patients were randomised to three groups of 15. A total of 66 eyes were assigned to two groups, ranibizumab (n = 33) and laser (n = 33).""",
    ),
    (
        "r4-percent-of-percent",
        "shares of several wholes",
        f"""Of 512 women, 61 ({pct(61, 512)}%) had HBV DNA above 200,000 IU/mL; 54 of them (88.5%) took tenofovir and 7 (11.5%) declined. Transmission was seen in 0 of 54 and 1 of 7 (14.3%). Overall transmission: 4/512 (0.8%), i.e. 3/451 (0.7%) and 1/61 (1.6%).""",
    ),
    (
        "r4-three-arm-chi",
        "three shares and one test",
        """Response was seen in 12/40 (30.0%), 19/41 (46.3%) and 25/39 (64.1%) patients in the three arms (χ2 = 9.24, P = 0.010). Discontinuation: 3/40 (7.5%) vs 1/41 (2.4%) vs 2/39 (5.1%), P = 0.58.""",
    ),
    (
        "r4-score-tests",
        "statistics with text between",
        f"""The difference in response was tested by χ2 ({pct(33, 73)}% vs {pct(22, 71)}%; χ2 = {chi(33, 73, 22, 71)[0]}; df = 1; P {chi(33, 73, 22, 71)[1]}). Trend test Z = 2.1, P = 0.036. Kruskal-Wallis H = 6.2, P = 0.045. Q = 41.2 (P = 0.02), tau2 = 0.11. Durbin-Watson 1.9; F = 2.7, P = 0.07.""",
    ),
    (
        "r4-mean-time",
        "means, medians and ranges of several groups",
        """Mean age was 45.2 (range 18-79) years; median follow-up 3.1 (IQR 1.9-5.2) and 2.8 (IQR 1.7-4.9) years. Median doses: 4 (range 1-4). The mean number of visits was 6.1 (SD 2.2; range 2-14). Median OS in 12 studies was 14.1 months (range 6.9-27.3).""",
    ),
    (
        "r4-rate-many",
        "several rates and several counts",
        """Among 1,204 users (3,120 person-years) and 2,400 non-users (6,455 person-years), 41 and 160 developed HCC (1.31 and 2.48 per 100 person-years). Deaths: 12.2 per 1,000 person-years. There were 5 events in 410 patient-years (1.2 per 100 patient-years).""",
    ),
    (
        "r4-annual",
        "annual rates with counts of another period",
        """At entry 41 of 310 patients had varices (13.2%). During a median follow-up of 2.4 years 22 of the 269 others developed varices, with an annual rate of 3.4%. The annual incidence of bleeding was 0.8%, and 5 of 310 patients died.""",
    ),
    (
        "r4-cutoffs",
        "cut-offs on both sides",
        """Patients were divided into three groups: HBsAg <100 IU/mL, 100-1000 IU/mL and >1000 IU/mL. Responders (HBV DNA <2000 IU/mL and ALT <40 U/L) and non-responders (HBV DNA >2000 IU/mL) were compared. Underweight (BMI <18.5), normal (BMI 18.5-24.9) and overweight (BMI ≥25) were defined by WHO.""",
    ),
    (
        "r4-survival-lists",
        "several survival rates and groups",
        """One-, three- and five-year overall survival rates were 88.2%, 70.1% and 55.3% in group A and 91.0%, 78.8% and 66.4% in group B (P = 0.02). The 1-year graft survival was 92% and the 5-year patient survival 94%. Cumulative rates at year 5 were 11.2% (men) and 4.3% (women).""",
    ),
    (
        "r4-conversion",
        "equivalents in brackets",
        """Vitamin D was 20 ng/mL (50 nmol/L), creatinine 0.9 (0.2) mg/dL, and dose 300 mg (5 mg/kg). Ferritin 412 (88-1,210) μg/L. Costs were $1,200 (95% CI $900-$1,600). The ratio was 1:2 (33%/67%). pH 7.35 (7.32, 7.38).""",
    ),
    (
        "r4-translation",
        "Chinese style with totals and t",
        """Objective To observe the effect of nursing. Methods 104 patients from January 2019 to June 2020 were selected and divided into observation group and control group, 52 cases in each group. Results The satisfaction was 96.15%(50/52)in observation group and 82.69%(43/52)in control group(χ2=4.981,P=0.026). SAS score was (41.2±5.3) vs (48.7±6.1)(t=6.693,P=0.000). The compliance rate was 94.2% (49/52).""",
    ),
]
