"""A third round, mostly right texts from other fields, written before the rules were run on them."""

from __future__ import annotations

from figures import chi, fisher, pct, ratio

_a = ratio(-0.128, 0.049)
_b = ratio(0.588, 0.19)

RIGHT_3: list[tuple[str, str, str]] = [
    (
        "r3-oncology",
        "performance status, response rates, one-sided p",
        """Patients with ECOG PS 0/1 (62%/38%) and performance status 0/1 (95%) received the combination. ORR 32% (95% CI 24-41) vs RR 12% (95% CI 7-19). Median PFS was 6.9 vs 4.2 months (HR 0.59; 95% CI 0.45-0.78; one-sided P<0.0001). KRAS G12/13 (40%) and stage T3/4 (71%) were balanced. Grade ≥3 events: 41 of 132 (31.1%) vs 22 of 130 (16.9%).""",
    ),
    (
        "r3-reliability",
        "kappa, ICC, likelihood ratios, NNT",
        """Interobserver agreement was good (kappa 0.82, 95% CI 0.75-0.89; ICC 0.91 [95% CI 0.86-0.94]). LR+ was 4.2 (95% CI 3.1-5.7). The number needed to treat was 12 (95% CI 8 to 25). Absolute risk reduction 8.3% (95% CI 4.0-12.5).""",
    ),
    (
        "r3-brackets",
        "square brackets and of-forms",
        f"""Cure was more frequent in the treated group ({pct(12, 21)}% [12 of 21] vs {pct(7, 21)}% [7 of 21]; P {fisher(12, 21, 7, 21)}). The odds of relapse decreased by 12% per year (OR {_a[0]}, 95% CI {_a[1]}-{_a[2]}, P {_a[3]}). From 35.2% (19/54) at baseline the share fell to 12.1% (4/33).""",
    ),
    (
        "r3-screening",
        "n behind percentages",
        """Among 1,000 persons screened, 10% (n = 100) were positive; of these 60% (n = 60) were linked to care and 45% (n = 27) of them treated. Overall 2.7% (27/1000) completed the cascade. Of 60 linked, 12 (20%) were lost.""",
    ),
    (
        "r3-rats",
        "animals and losses",
        """Sixty SD rats were randomly divided into four groups: control group (n = 15), model group (n = 15), low-dose group (n = 15) and high-dose group (n = 15). Five rats died. ALT in the model group was (312.4 ± 51.8) U/L, higher than in controls (41.2 ± 6.3) U/L (t = 20.12, P<0.01).""",
    ),
    (
        "r3-interim",
        "limits not reached",
        """Median PFS was 12.4 months (95% CI 10.1-not reached) and median OS not reached (95% CI 24.0-NR). The 12-month PFS rate was 51.2% (95% CI 42.8-59.0). Responses lasted 9.8 months (range 1.4+ to 22.1+).""",
    ),
    (
        "r3-neonates",
        "Apgar scores and ratios",
        """Apgar scores of 5/10 (3%) or less were rare; 7/10 (12%) at one minute. The male to female ratio was 3/2 (60%). Of 212 neonates, 15 (7.1%) needed intubation and 9 of these 15 (60.0%) surfactant. Mean weight was 1,512 ± 310 g.""",
    ),
    (
        "r3-genetics",
        "alleles, genotypes and their counts",
        f"""The rs12979860 CC/CT/TT genotypes were found in 61/52/12 patients. The T allele frequency was 30.4% (76/250) in cases and 22.0% (55/250) in controls (OR 1.55, 95% CI 1.04-2.31, P = 0.03). HLA-DPB1*05:01 (41%) and DQB1*06:02/03 (9%) were associated. The dominant model gave OR {_b[0]} (95% CI {_b[1]}-{_b[2]}).""",
    ),
    (
        "r3-infection",
        "titres and dilutions",
        """A titre of 1/160 (25%) or more was reached by 41 of 164 (25.0%) donors. Blood cultures grew 3/4 (75%) bottles in sepsis. MIC50/90 (2/8 mg/L) rose. Resistance was 18% (9/50) in 2015/16 and 34% (17/50) in 2019/20.""",
    ),
    (
        "r3-stroke",
        "scales",
        """A modified Rankin scale score of 0/1 (45%) at 90 days was more frequent (adjusted OR 1.62, 95% CI 1.05-2.50; P = 0.03). Median NIHSS was 14 (IQR 9-19). GCS 3/15 (6%) on arrival predicted death in 11 of 14 (78.6%). mRS 0-2: 88/190 (46.3%) vs 66/188 (35.1%).""",
    ),
    (
        "r3-economics",
        "percent of money and time",
        """Drugs made up 35% of costs (12/40 centres had no data). Waiting time fell by 35% (12 to 8 weeks). Coverage rose from 45% (2010) to 82% (2020). In 3 of 5 regions (60%) the target was met, in 20 of 40 districts (48% of the population) it was not.""",
    ),
    (
        "r3-serology",
        "interval and count in one bracket",
        """Protective titres were reached by 95.3% (95% CI 91.2-97.6; 183/192) and 88.0% (95% CI 82.6-91.9; 169/192) of the vaccinees. GMT ratio 1.42 (95% CI 1.21-1.67). Fever ≥38 °C: 4.2% (8/192) vs 5.2% (10/192).""",
    ),
    (
        "r3-liver-stiffness",
        "medians and quartiles of two groups",
        f"""Liver stiffness was 9.8 (7.1-13.4) kPa vs 6.2 (4.9-8.0) kPa (P<0.001). CAP was 248 ± 51 vs 251 ± 49 dB/m (P = 0.71). Varices needing treatment were missed in 2/141 ({pct(2, 141)}%) and 3/96 ({pct(3, 96)}%) (P {fisher(2, 141, 3, 96)}). Spared endoscopies: 141/310 (45.5%).""",
    ),
    (
        "r3-screen-flow",
        "counts with a smaller denominator told later",
        """Of 500 invited, 412 took part. HBsAg was positive in 31 (7.5%) and anti-HBc in 122 (29.6%). Among the 31 HBsAg-positive participants HBV DNA was available for 28 and above 2000 IU/mL in 11 (39.3%); ALT was raised in 9 (29.0%).""",
    ),
    (
        "r3-cohort-time",
        "rates with several events",
        """During 2,410 person-years 31 patients died and 18 developed HCC (0.75 per 100 person-years). Mortality was 1.29 per 100 person-years. Over 1,120 person-years there were 9 decompensations; HCC incidence was 2.1 per 100 person-years in cirrhosis.""",
    ),
    (
        "r3-cumulative-groups",
        "curves of different groups",
        """The cumulative incidence of HCC was 14.6% at 5 years in patients with cirrhosis and 3.1% at 10 years in those without. Cumulative relapse at 12 months was 41.0% in the entecavir and at 24 months 22.5% in the tenofovir group.""",
    ),
    (
        "r3-before-after",
        "the same persons twice",
        f"""Knowledge was adequate in 31/88 ({pct(31, 88)}%) vs 52/88 ({pct(52, 88)}%) nurses before and after the course (P < 0.001). Anxiety fell from 14/88 (15.9%) to 13/88 (14.8%), P = 0.02 by the score. Attendance was 97%.""",
    ),
    (
        "r3-multi-marker",
        "AUC of one, accuracy of a combination",
        """HBcrAg alone had an AUC of 0.61. Combined with HBsAg it reached a sensitivity of 92.0% and a specificity of 90.0%, whereas the AUC of age was 0.58. The c-statistic of the full model was 0.94 (95% CI 0.91-0.97).""",
    ),
    (
        "r3-crude-time",
        "crude share of all follow-up beside a curve at one year",
        """The 1-year cumulative relapse rate was 31.9%, and 38 of 94 patients relapsed in all. At 2 years, 45.5% had relapsed by the Kaplan-Meier method. A total of 94 patients were followed.""",
    ),
    (
        "r3-small-chi",
        "chi-squared of a table larger than told",
        f"""Genotype B, C and D were equally distributed among responders (χ2 = 1.84, P = 0.40). Women responded more often (45.2% vs 31.0%, χ2 = {chi(33, 73, 22, 71)[0]}, P {chi(33, 73, 22, 71)[1]}). The heterogeneity of 28 studies was high (χ2 = 61.2, P = 0.0002; I2 = 56%).""",
    ),
    (
        "r3-mixture",
        "mixtures and oxygen",
        """Ethanol/water 70/30 (15%) was the solvent. FiO2 was 40% (12/30 L) and helium/oxygen 70/30 (25%). SpO2 ≥92% was kept in 44 of 48 (91.7%) infants. Humidity was 50/60 (55%).""",
    ),
    (
        "r3-subset-percent",
        "percentage of the whole beside a count of a part",
        """Of 300 patients, 120 had cirrhosis. Varices were present in 45 of 120 cirrhotics (15.0% of all 300 patients). Bleeding occurred in 12 (10.0%) of the 120, and in 3 (1.7%) of the 180 others.""",
    ),
]

WRONG_3: list[tuple[str, str, str, str, str]] = [
    (
        "w3-of",
        "of-form",
        "percent-of-count",
        "11 of 14 (87.6%)",
        """Median NIHSS was 14 (IQR 9-19). GCS below 8 on arrival predicted death in 11 of 14 (87.6%). Thrombolysis was given to 88/190 (46.3%). There was no late bleeding.""",
    ),
    (
        "w3-bracket",
        "bracket form",
        "percent-of-count",
        "61.7% (12/21)",
        """Cure was more frequent in the treated group: 61.7% (12/21) against 33.3% (7/21). The course lasted ten days. Diarrhoea was the only side effect.""",
    ),
    (
        "w3-interval",
        "estimate outside",
        "interval-order",
        "OR 1.55",
        """The T allele was associated with clearance (OR 1.55, 95% CI 1.64-2.31, P = 0.003). The association held after adjustment for sex (OR 1.60, 95% CI 1.07-2.39).""",
    ),
    (
        "w3-groups",
        "groups do not add up",
        "partition",
        "model group (n = 16)",
        """Sixty SD rats were randomly divided into four groups: control group (n = 15), model group (n = 16), low-dose group (n = 15) and high-dose group (n = 15). ALT rose in the model group.""",
    ),
    (
        "w3-p",
        "p contradicts the interval",
        "interval-p",
        "adjusted OR 1.62",
        """A good outcome was more frequent (adjusted OR 1.62, 95% CI 1.25-2.10; P = 0.63). Mortality was equal (adjusted OR 0.98, 95% CI 0.70-1.37; P = 0.91).""",
    ),
    (
        "w3-vaccine",
        "count digit",
        "percent-of-count",
        "88.0% (196/192)",
        """Protective titres were reached by 95.3% (183/192) and 88.0% (196/192) of the vaccinees. Fever was seen in 4.2% (8/192) and 5.2% (10/192).""",
    ),
]
