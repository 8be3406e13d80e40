"""A second round, longer and closer to abstracts, written after the rules had been mended on the
first and before they were run on it."""

from __future__ import annotations

from figures import chi, chi_p, cut, difference, f_of, fisher, pct, ratio, t_of, z_of

_a = ratio(0.742, 0.244)
_b = ratio(-0.892, 0.31)
_c = ratio(0.112, 0.034, 3)
_d = ratio(1.91, 0.66)
_g = difference(-1.84, 0.52, 2)
_c1 = chi(44, 102, 27, 99)
_c2 = chi(61, 84, 40, 82)
_c3 = chi(7, 55, 19, 58)

RIGHT_2: list[tuple[str, str, str]] = [
    (
        "r2-piranga-like",
        "arms of a platform trial with limits in brackets",
        """In this phase 2 platform trial, adults with virological suppression were assigned to 100 mg of siRNA (30 patients), 200 mg (30 patients), 200 mg plus a TLR7 agonist (34 patients), 200 mg plus peginterferon (30 patients), or nucleoside analogue alone (35 patients). HBsAg loss 24 weeks after the end of treatment occurred in 7% (95% CI, 1 to 22), 3% (95% CI, 0 to 17), 12% (95% CI, 3 to 28), 23% (95% CI, 10 to 42), and 0% (95% CI, 0 to 10) of the participants, respectively; all had a screening HBsAg below 1000 IU per milliliter.""",
    ),
    (
        "r2-withdrawal",
        "nested subsets and medians",
        f"""We followed 216 HBeAg-negative patients after withdrawal of entecavir (n = 131) or tenofovir (n = 85). Virological relapse occurred in 97/131 ({pct(97, 131)}%) and 71/85 ({pct(71, 85)}%) patients after a median of 37 (IQR 24-55) and 12 (IQR 8-16) weeks. Clinical relapse, defined as ALT >2× ULN with HBV DNA >2000 IU/mL, occurred in 58 ({pct(58, 131)}%) and 44 ({pct(44, 85)}%). Of 102 patients with clinical relapse, 81 ({pct(81, 102)}%) were retreated. HBsAg loss was seen in 9 patients (4.2%).""",
    ),
    (
        "r2-decomp",
        "dates, centre counts and stages",
        f"""Between January 2010 and December 2017, 1,044 consecutive patients from 12 centres in 5 countries were included; 611 had Child-Pugh A, 302 B and 131 C cirrhosis. HCC developed in 98 ({pct(98, 1044)}%) and 74 died (BCLC stage 0/A in 61%). In Cox regression, age (aHR {_c[0]} per year, 95% CI {_c[1]}-{_c[2]}, P {_c[3]}) and platelets <100 ×109/L (aHR {_a[0]}, 95% CI {_a[1]}-{_a[2]}, P {_a[3]}) were independent predictors.""",
    ),
    (
        "r2-vaccine-chi",
        "Chinese style with several tests",
        f"""Objective To compare the immune effects of 20 μg and 60 μg hepatitis B vaccines in non-responders.Methods 201 adults were randomly divided into 20 μg group(n=102)and 60 μg group(n=99).Results The positive rates of anti-HBs one month after the first dose were {pct(44, 102, 2)}%(44/102)and {pct(27, 99, 2)}%(27/99)respectively(χ2={_c1[0]},P{_c1[1].replace(" ", "")}).The GMT were 187.3 mIU/ml and 96.4 mIU/ml(t=2.913,P<0.05).The incidence of adverse reactions was 3.92%(4/102)and 4.04%(4/99)(P>0.05).Conclusion Revaccination with 20 μg is effective.""",
    ),
    (
        "r2-tcm",
        "Chinese style, three groups",
        """Methods Ninety patients were randomly divided into three groups with 30 cases in each group. Group A was treated with entecavir 0.5 mg/d, group B with decoction, group C with both. Results After 24 weeks the total effective rates of group A, B and C were 70.0% (21/30), 63.3% (19/30) and 90.0% (27/30), and the difference was significant (χ2 = 6.08, P = 0.048). HA, LN, PC-Ⅲ and Ⅳ-C decreased (P<0.05 or P<0.01).""",
    ),
    (
        "r2-noninferior",
        "non-inferiority with one-sided limits",
        """TAF 25 mg was non-inferior to TDF 300 mg: 268 of 285 (94.0%) and 130 of 140 (92.9%) patients had HBV DNA <29 IU/mL at week 48 (difference 1.8%, 95% CI -3.6 to 7.2; P = 0.47). Hip bone density fell by 0.29% vs 2.16% (P < 0.0001), and median eGFR by 1.8 mL/min vs 4.8 mL/min (P = 0.004).""",
    ),
    (
        "r2-meta",
        "meta-analysis with many intervals",
        """Thirty-four studies with 42,588 patients were pooled. The annual rate of HBsAg seroclearance was 1.02% (95% CI 0.79-1.27), with cumulative rates of 4.03% (95% CI 2.49-5.93), 8.16% (95% CI 5.24-11.72) and 17.99% (95% CI 6.18-23.24) at 5, 10 and 15 years. Rates were higher in HBeAg-negative patients (1.33% vs 0.40%, P < 0.001) and did not differ by therapy. I2 was 97.49%.""",
    ),
    (
        "r2-registry-cohort",
        "incidence rates and their ratio",
        f"""A total of 6,714 treated patients were followed for 31,288 person-years, during which 412 patients developed HCC ({100 * 412 / 31288:.2f} per 100 person-years). The rate was lower with statins ({_b[0]} times, adjusted HR {_b[0]}, 95% CI {_b[1]}-{_b[2]}, P {_b[3]}). Metformin was neutral (adjusted HR 0.97, 95% CI 0.78-1.21).""",
    ),
    (
        "r2-diagnostic",
        "several cut-offs with accuracy",
        """For significant fibrosis the AUROC of the score was 0.83 (95% CI: 0.79–0.87), that of APRI 0.74 (0.69–0.79) and that of FIB-4 0.71 (0.66–0.76). At 9.4 kPa, sensitivity was 81.6% (71/87), specificity 76.2% (109/143), PPV 67.6% (71/105) and NPV 87.2% (109/125). Liver biopsy could be avoided in 62% of patients.""",
    ),
    (
        "r2-surgery",
        "grades, scores and lengths",
        f"""Clavien-Dindo grade III/IV complications (12% vs 19%) were fewer after laparoscopy. Of 166 resections, 84 were laparoscopic; R0 was reached in 61/84 ({pct(61, 84)}%) vs 40/82 ({pct(40, 82)}%) (χ2 = {_c2[0]}, P {_c2[1]}). Blood loss was 250 (150-400) mL vs 380 (220-650) mL. The 1-, 3- and 5-year survival rates were 92%, 77% and 61% vs 90%, 70% and 55%.""",
    ),
    (
        "r2-paediatric",
        "children, sexes and z scores",
        f"""Sixty children (34 boys, 26 girls; age 2-17 years, median 9.5) received interferon. HBeAg seroconversion occurred in 22 (36.7%) and HBsAg loss in 8 (13.3%), all under 7 years of age. Height z-score fell from -0.11 ± 0.94 to -0.25 ± 0.96 (P = 0.03) and recovered. Responders were younger (5.1 ± 2.7 vs 10.8 ± 4.0 years; t(58) = 5.94, P {t_of(5.94, 58)}).""",
    ),
    (
        "r2-genotype",
        "genotypes, mutations and positions",
        """The A1762T/G1764A double mutation (62.5%), G1896A (44.1%) and C1653T (20.6%) were more frequent in genotype C2 (n = 68) than in B2 (n = 51). rtM204I/V (31%) and rtA181T/V (12%) were detected by sequencing; sG145R (4%) was rare. Pre-S2 deletions (nt 2-55) occurred in 11/68 (16.2%) and 3/51 (5.9%).""",
    ),
    (
        "r2-psych",
        "scales and effect sizes",
        f"""Eighty-eight outpatients completed the PHQ-9 (range 0-27). Scores of 10 or more were found in 31 (35.2%). Depression was associated with fatigue, β = 0.42 (95% CI 0.24 to 0.60), P < 0.001, but not with HBV DNA, F(1, 86) = 0.71, P {f_of(0.71, 1, 86)}. Cohen's d was 0.61 (95% CI 0.18 to 1.04). Wilcoxon Z = -2.44, P {z_of(2.44)}.""",
    ),
    (
        "r2-lancet",
        "middle dots and semicolons",
        """Of 1299 participants screened, 425 were randomly assigned (285 to TAF, 140 to TDF). At week 48, 94·0% (268/285) and 92·9% (130/140) had a response (adjusted difference 1·8%, 95·01% CI −3·6 to 7·2; p=0·47). The commonest adverse events were headache (40 [14%] and 14 [10%]), nasopharyngitis (30 [11%] and 15 [11%]) and upper respiratory infection (35 [12%] and 10 [7%]).""",
    ),
    (
        "r2-pregnancy",
        "different denominators for mothers and infants",
        f"""We enrolled 200 mothers with HBV DNA >200,000 IU/mL; 97 received TDF and 100 usual care (three withdrew). At postpartum week 28 the transmission rate was 5% (5 of 97 infants) in the TDF group and 18% (18 of 100) in the control group (P = 0.007) by intention to treat, and 0 vs 7% (6 of 88) (P = 0.01) per protocol. HBV DNA below 200,000 IU/mL at delivery was found in 68% (66 of 97) vs 2% (2 of 100).""",
    ),
    (
        "r2-transplant",
        "time points and ranges in brackets",
        f"""Among 128 recipients, hepatitis B recurred in 6 (4.7%) after a median of 22 (range 3-71) months. Recurrence at 1, 3 and 5 years was 1.6%, 3.9% and 5.1%. HCC at transplantation was the only risk factor (HR {_d[0]}; 95% CI {_d[1]}-{_d[2]}; P {_d[3]}). HBIG was stopped in 90 patients at 12 (6-24) months; anti-HBs titres stayed above 100 IU/L in 71/90 ({pct(71, 90)}%).""",
    ),
    (
        "r2-cardio",
        "hazard ratios with event counts in both arms",
        """The primary outcome occurred in 386 of 2373 patients (16.3%) in the dapagliflozin group and in 502 of 2371 patients (21.2%) in the placebo group (hazard ratio, 0.74; 95% confidence interval [CI], 0.65 to 0.85; P<0.001). Cardiovascular death occurred in 227 patients (9.6%) and 273 patients (11.5%), respectively (hazard ratio, 0.82; 95% CI, 0.69 to 0.98).""",
    ),
    (
        "r2-icu",
        "subgroups and missing data",
        f"""Data on day-28 status were available for 412 of 430 patients ({pct(412, 430)}%). Death occurred in 88 of 205 ({pct(88, 205)}%) and 97 of 207 ({pct(97, 207)}%), an absolute difference of -3.9 percentage points (95% CI, -13.5 to 5.6; P = 0.42). Ventilator-free days were 12 (0-22) and 10 (0-21). Delirium was present on 31% vs 38% of days.""",
    ),
    (
        "r2-paper-french",
        "decimal commas and blanks",
        """Le taux de perte de l'AgHBs était de 3,2 % (6/188) à la semaine 96. La médiane d'âge était de 41,5 ans. HBV DNA < 20 UI/mL was found in 80,3 % (151/188), and ALT < 40 in 71,8 %.""",
    ),
    (
        "r2-ocr",
        "OCR damage of many kinds",
        """The seroconversion rate was 36. 7% (22 /60 ) in group A and 18. 3% ( 11/60) in group B ( x2 = 5. 057, P = 0. 025). The age was ( 35. 2 ± 8. 4 ) years. HBV DNA was > 105 copies /ml in 41 cases ( 68. 3% ) .""",
    ),
    (
        "r2-truncated-many",
        "truncation in a series",
        f"""Anti-HBs was found in {cut(57, 90, 2)}% (57/90), {cut(41, 88, 2)}% (41/88) and {cut(25, 91, 2)}% (25/91) of the three age groups (χ2 = 24.9, P < 0.001). Coverage of three doses was {cut(80, 90, 2)}% (80/90), {cut(71, 88, 2)}% (71/88) and {cut(52, 91, 2)}% (52/91).""",
    ),
    (
        "r2-crossover",
        "paired periods",
        """Sixteen volunteers received both doses in random order. Headache was reported by 5 of 16 (31.3%) after the high and 2 of 16 (12.5%) after the low dose (P = 0.25, McNemar). AUC0-24 ratios were 1.98 (90% CI 1.81-2.16) and Cmax 1.90 (90% CI 1.70-2.12).""",
    ),
    (
        "r2-rate-ci",
        "rates with intervals per 1000",
        """The incidence of flares was 34.1 per 1000 person-years (95% CI 27.5-42.3) on and 118.0 per 1000 person-years (95% CI 96.4-144.4) off treatment, a rate ratio of 3.46 (95% CI 2.56-4.67). In 2012 incidence was 4.1 per 100,000 (95% CI 3.9 to 4.3).""",
    ),
    (
        "r2-three-level",
        "chi-squared of three levels told as two",
        f"""A total of 150 patients were enrolled and 60 patients (40.0%) relapsed. Relapse was more frequent with a family history than without (52.0% vs 26.0%, χ2 = 7.250, P {chi_p(7.250, 2)}). Relapse did not depend on sex (42.5% vs 37.1%, χ2 = 0.446, P = 0.504).""",
    ),
    (
        "r2-cost",
        "money, ratios and ranges",
        """The incremental cost-effectiveness ratio was $18,300 (95% CI $12,100 to $27,900) per QALY. Screening averted 12% (range 8%-17%) of deaths. At a threshold of 50,000 the probability of being cost-effective was 0.93. One-way analysis changed the ratio by 21/100 of its value.""",
    ),
    (
        "r2-fisher-small",
        "small numbers with Fisher's test",
        f"""Flares occurred in 7/55 ({pct(7, 55)}%) vs 19/58 ({pct(19, 58)}%) patients (P {fisher(7, 55, 19, 58)}). Liver failure occurred in 0/55 (0.0%) vs 2/58 ({pct(2, 58)}%) (P = 0.496). ALT peaked at 412 (range 210-1,960) U/L.""",
    ),
    (
        "r2-hbv-rna",
        "logs and detection limits",
        """Serum HBV RNA below 1.65 log10 copies/mL (LLOD) was found in 31/72 (43.1%) at end of treatment. Those with HBcrAg ≤3 log U/mL and undetectable RNA had a relapse rate of 9.1% (2/22) versus 71.4% (20/28) in those with neither. HBsAg ≤10, 10–100 and >100 IU/mL gave rates of 0%, 20% and 58%.""",
    ),
    (
        "r2-or-per",
        "per-unit ratios close to 1",
        """Each 10-year increase in age raised the odds (OR 1.02, 95% CI 1.01-1.03, P < 0.001). Platelets (per 10 ×109/L: OR 0.98, 95% CI 0.97-0.99) and AFP (OR 1.00, 95% CI 1.00-1.00, P = 0.02) entered the model. Bilirubin did not (OR 1.01, 95% CI 0.99-1.04; P = 0.34).""",
    ),
    (
        "r2-median-survival",
        "median survival with limits and p of log-rank",
        """Median overall survival was 19.2 months (95% CI, 17.0 to 23.7) with the combination and 13.4 months (95% CI, 11.4 to 16.9) with sorafenib (HR 0.66; 95% CI, 0.52 to 0.85; P<0.001). Survival at 12 months was 67.2% (95% CI, 61.3 to 73.1) and 54.6% (95% CI, 45.2 to 64.0).""",
    ),
    (
        "r2-arms-n",
        "group sizes in text and dropouts",
        """Of 152 randomised patients (76 per arm), 5 in the intervention arm and 8 in the control arm withdrew; 71 and 68 were analysed. Abstinence at 6 months was 38.0% (27/71) and 22.1% (15/68), P = 0.04. Counting dropouts as smokers, it was 35.5% (27/76) and 19.7% (15/76).""",
    ),
    (
        "r2-sd-change",
        "changes and baseline in one sentence",
        f"""HBsAg declined by {_g[0]} log10 IU/mL (95% CI {_g[1]} to {_g[2]}; P {_g[3]}) on treatment and from 3.62 ± 0.51 to 1.78 ± 1.10 in responders, compared with 3.70 ± 0.44 to 3.41 ± 0.62 in the others. The decline at week 12 was ≥1 log10 in 44% (22/50).""",
    ),
    (
        "r2-quartiles",
        "quartile groups with reference",
        """Compared with the lowest quartile of vitamin D, the odds ratios for the second, third and fourth quartiles were 0.91 (95% CI 0.70-1.18), 0.78 (0.60-1.02) and 0.61 (0.46-0.81), P for trend = 0.001. Of 812 participants 203 (25.0%) were in each quartile.""",
    ),
]

WRONG_2: list[tuple[str, str, str, str, str]] = [
    (
        "w2-pct-arm",
        "wrong percentage in the second arm",
        "percent-of-count",
        "71/85 (80.3%)",
        f"""We followed 216 HBeAg-negative patients after withdrawal of entecavir (n = 131) or tenofovir (n = 85). Virological relapse occurred in 97/131 ({pct(97, 131)}%) and 71/85 (80.3%) patients. ALT flares were seen in both groups, and three patients were admitted. HBsAg at the end of treatment predicted relapse in a multivariable model.""",
    ),
    (
        "w2-pct-of",
        "of-form",
        "percent-of-count",
        "88 of 205 (49.2%)",
        f"""Data on day-28 status were available for 412 of 430 patients ({pct(412, 430)}%). Death occurred in 88 of 205 (49.2%) and 97 of 207 ({pct(97, 207)}%). Ventilator-free days were similar.""",
    ),
    (
        "w2-pct-lancet",
        "middle dot",
        "percent-of-count",
        "92·9% (103/140)",
        """Of 425 randomised participants 285 received TAF and 140 TDF. At week 48, 94·0% (268/285) and 92·9% (103/140) had a response. Adverse events were similar between groups.""",
    ),
    (
        "w2-pct-ppv",
        "predictive value",
        "percent-of-count",
        "76.7% (71/105)",
        """At 9.4 kPa, sensitivity was 81.6% (71/87), specificity 76.2% (109/143), PPV 76.7% (71/105) and NPV 87.2% (109/125). Biopsy could be avoided in most.""",
    ),
    (
        "w2-pct-ocr",
        "OCR damage",
        "percent-of-count",
        "63. 7% (22 /60 )",
        """The seroconversion rate was 63. 7% (22 /60 ) in group A and 18. 3% ( 11/60) in group B ( P = 0. 025). HBV DNA fell in both groups. The age was ( 35. 2 ± 8. 4 ) years.""",
    ),
    (
        "w2-pct-infants",
        "of-form with a noun",
        "percent-of-count",
        "18% (8 of 100)",
        """At postpartum week 28 the transmission rate was 5% (5 of 97 infants) in the TDF group and 18% (8 of 100) in the control group. Virological breakthrough was not seen. Bone mass was normal.""",
    ),
    (
        "w2-pct-mutation",
        "mutation rate",
        "percent-of-count",
        "22.92% (62/273)",
        """Among the sequenced isolates the pre-S deletion rate was 22.92% (62/273), and the basal core promoter mutation rate 48.35% (132/273). Genotype C dominated. Deletions were linked with HCC.""",
    ),
    (
        "w2-pct-tcm",
        "Chinese style",
        "percent-of-count",
        "90.0% (21/30)",
        """Ninety patients were randomly divided into three groups with 30 cases in each group. Results After 24 weeks the total effective rates of group A, B and C were 70.0% (21/30), 63.3% (19/30) and 90.0% (21/30). HA and LN decreased (P<0.05).""",
    ),
    (
        "w2-partition-vaccine",
        "Chinese style, groups do not add up",
        "partition",
        "n=89",
        """Methods 201 adults were randomly divided into two groups:20 μg group(n=102)and 60 μg group(n=89).Blood was taken one month later.Results GMT were 187.3 mIU/ml and 96.4 mIU/ml(P<0.05).""",
    ),
    (
        "w2-partition-arms",
        "arms do not add up",
        "partition",
        "tenofovir (n = 133)",
        """Patients with decompensated cirrhosis (412 patients) were randomly assigned to three arms: tenofovir (n = 133), entecavir (n = 137) and combination (n = 138). Survival at one year was 88%.""",
    ),
    (
        "w2-hr-outside",
        "estimate outside",
        "interval-order",
        "hazard ratio, 0.47",
        """The primary outcome occurred in 386 of 2373 patients (16.3%) and in 502 of 2371 patients (21.2%) (hazard ratio, 0.47; 95% confidence interval [CI], 0.65 to 0.85; P<0.001). Safety was as known.""",
    ),
    (
        "w2-auc-limits",
        "AUC outside",
        "interval-order",
        "AUROC of the score was 0.93",
        """For significant fibrosis the AUROC of the score was 0.93 (95% CI: 0.79–0.87), and that of APRI was 0.74 (95% CI: 0.69–0.79). Elastography was performed by two operators.""",
    ),
    (
        "w2-hr-reverse",
        "limits reversed",
        "interval-order",
        "4.06-1.22",
        """Diabetes (aHR 2.22, 95% CI 4.06-1.22, P = 0.009) and age (aHR 1.04, 95% CI 1.01-1.07, P = 0.008) predicted decompensation in treated patients. Statins had no effect.""",
    ),
    (
        "w2-centre",
        "upper limit with a digit too many",
        "interval-centre",
        "aHR 2.10",
        f"""In Cox regression, age (aHR {_c[0]}, 95% CI {_c[1]}-{_c[2]}, P {_c[3]}) and platelets (aHR 2.10, 95% CI 1.90-8.39, P < 0.001) were independent predictors of HCC.""",
    ),
    (
        "w2-interval-p",
        "p contradicts",
        "interval-p",
        "adjusted HR 0.41",
        """The rate was lower with statins (adjusted HR 0.41, 95% CI 0.22-0.75, P = 0.40). Metformin was neutral (adjusted HR 0.97, 95% CI 0.78-1.21, P = 0.79).""",
    ),
    (
        "w2-interval-p-or",
        "p contradicts",
        "interval-p",
        "OR 1.12",
        """Coffee (OR 1.12, 95% CI 0.81-1.55, P = 0.001) and tea (OR 0.96, 95% CI 0.70-1.32, P = 0.80) were not risk factors after adjustment, while alcohol was.""",
    ),
    (
        "w2-chi-p",
        "p does not fit",
        "test-p",
        "χ2 = 0.918, P = 0.005",
        """Response was better with the decoction (63.3% vs 56.7%, χ2 = 0.918, P = 0.005), and symptoms scores fell in both groups. There were no serious adverse reactions.""",
    ),
    (
        "w2-t-p",
        "p does not fit",
        "test-p",
        "t(58) = 5.94, P = 0.38",
        """Responders were younger (5.1 ± 2.7 vs 10.8 ± 4.0 years; t(58) = 5.94, P = 0.38). HBeAg seroconversion occurred in 22 of 60 children (36.7%).""",
    ),
    (
        "w2-compare",
        "p of other counts",
        "comparison-test",
        "P < 0.001",
        """Flares occurred in 12/55 (21.8%) vs 13/58 (22.4%) patients (P < 0.001). ALT peaked at 412 (range 210-1,960) U/L. Nobody died.""",
    ),
    (
        "w2-rate",
        "rate does not follow",
        "rate",
        "13.2 per 100 person-years",
        """A total of 6,714 treated patients were followed for 31,288 person-years, during which 412 patients developed HCC (13.2 per 100 person-years). Statins lowered the rate.""",
    ),
    (
        "w2-median",
        "median outside",
        "own-range",
        "61 (IQR 8-16)",
        """Relapse occurred after a median of 37 weeks (IQR 24-55) with entecavir and after a median of 61 (IQR 8-16) weeks with tenofovir. Retreatment was effective in all.""",
    ),
    (
        "w2-survival",
        "survival rises",
        "survival-falls",
        "0.93",
        """The probability of survival without transplantation was better with early treatment (six-month: 0.81 vs. 0.66; one-year: 0.93 vs. 0.58). Rejection was rare in both groups.""",
    ),
    (
        "w2-numerators",
        "sum of denominators",
        "numerator-partition",
        "(304/1210)",
        f"""Resistance was found in {pct(304, 1210, 2)}% (304/1210) of the samples: {pct(151, 402, 2)}% (151/402) in lamivudine, {pct(98, 371, 2)}% (98/371) in adefovir and {pct(55, 467, 2)}% (55/467) in entecavir recipients. Multiple mutations were common.""",
    ),
    (
        "w2-words",
        "count in words",
        "percent-of-count",
        "Fifty-one of 68 (57.0%)",
        """Fifty-one of 68 (57.0%) recipients kept an anti-HBs titre above 100 IU/L without immunoglobulin. Two recipients were given a booster. Graft function was stable.""",
    ),
]
