"""Texts without an error, many of them made to look as if they had one: (id, why tricky, text)."""

from __future__ import annotations

from figures import chi, chi_p, cut, difference, f_of, fisher, pct, ratio, t_of, z_of

_c1, _p1 = chi(31, 88, 52, 91)
_c2, _p2 = chi(9, 41, 14, 57)
_c3, _p3 = chi(24, 60, 11, 62, yates=True)
_a = ratio(0.693, 0.21)
_b = ratio(-0.51, 0.18)
_c = ratio(1.482, 0.371, 3)
_d = ratio(0.95, 0.402, 3)
_e = ratio(0.21, 0.16)
_f = ratio(-0.288, 0.155, 2, 90)
_g = difference(-3.2, 1.1)
_h = difference(0.42, 0.19, 2)

RIGHT: list[tuple[str, str, str]] = [
    (
        "hbsag-loss-two-arms",
        "plain",
        f"""Background: Adding peginterferon to a nucleos(t)ide analogue may raise HBsAg loss. Methods: In this open-label trial 179 patients with chronic hepatitis B were randomly assigned to add-on therapy (n = 88) or to continued monotherapy (n = 91). Results: Virological response at week 48 was seen in 31/88 ({pct(31, 88)}%) and 52/91 ({pct(52, 91)}%) patients. HBsAg loss occurred in 8 of 88 patients ({pct(8, 88)}%) and in none of the controls. Conclusions: Add-on therapy deserves further study.""",
    ),
    (
        "dose-pair",
        "dose written as a/b before a percentage",
        """A fixed combination of ezetimibe and simvastatin was compared with monotherapy in 214 adults. LDL cholesterol fell by 46.3% with ES10/20, 54.1% with ES10/40 and 35.2% with simvastatin 20 mg. Adverse events were similar across the groups, and two patients in each group stopped treatment early.""",
    ),
    (
        "grades",
        "grade 3/4 with a percentage",
        f"""Neutropenia of grade 3/4 (21%) and thrombocytopenia of grade 3/4 (9%) were the most frequent toxicities among 112 patients given the combination. Dose reductions were needed in 27 patients ({pct(27, 112)}%). There were two treatment-related deaths ({pct(2, 112)}%).""",
    ),
    (
        "haplotypes",
        "names with numbers before a percentage",
        """Haplotype frequencies were estimated in 1,184 blood donors. The most common haplotypes were HA3 (49.57%), HA1 (22.04%) and HA7 (8.91%); subtype H1 (29%) prevailed in the north. HLA-DRB1*04/07 (12%) was found more often than expected. Genotype C2 (61.3%) was the commonest HBV subgenotype, followed by B2 (30.2%).""",
    ),
    (
        "spine-levels",
        "levels with a percentage",
        """Injuries were most frequent at the C1-C2 levels (32%), followed by C5-C6 (27%) and T12-L1 (18%). The mean Injury Severity Score was 14.2. Thirty-day mortality was 6.3% overall and did not differ between surgical and conservative management (P = 0.41).""",
    ),
    (
        "ci-after-fraction",
        "fraction followed by a 95% CI",
        """The pooled prevalence of occult infection was 21.1% (445/2111, 95% CI 19.4-22.9). In dialysis units the prevalence was 8.3% (28/337, 95% CI: 5.6 to 11.8), and in blood donors 0.9% (19/2117, 95%CI 0.5–1.4). Heterogeneity was substantial (I2 = 78%).""",
    ),
    (
        "hbv-units",
        "IU/mL limits, lost superscripts",
        """Patients with HBV DNA >2000 IU/mL or ALT >40 U/L were offered treatment. Baseline HBV DNA was >105 IU/mL in most HBeAg-positive patients and <20 IU/mL in those already on treatment. HBsAg <100 IU/mL at the end of treatment predicted HBsAg loss (30.4% vs 0% with HBsAg >200 IU/mL). Log10 HBsAg decline was 0.12 per year.""",
    ),
    (
        "thirty-nine",
        "number words with 'of'",
        f"""Thirty-nine of 41 ({pct(39, 41)}%) children responded to three doses of vaccine. Twelve of the 41 children ({pct(12, 41)}%) had an anti-HBs titre above 1000 mIU/mL. One child (2.4%) did not return for the booster.""",
    ),
    (
        "one-tailed",
        "p of a one-sided test",
        """The new technique shortened the procedure compared with the standard (t(58) = 1.80, one-tailed P = 0.039). Fluoroscopy time was also shorter (z = 1.75, one-sided P = 0.040). No complication was seen in either group of 30 patients.""",
    ),
    (
        "complement",
        "the percentage of the others",
        f"""Of 126 infants born to HBsAg-positive mothers, 4/126 ({pct(122, 126)}%) were infected and the rest were protected by immunoprophylaxis. Protective anti-HBs was reached by 119 of 122 uninfected infants ({pct(119, 122)}%).""",
    ),
    (
        "two-parts",
        "two groups that are not all",
        """A total of 240 patients were screened. Of these, 96 were assigned to early treatment (n = 96) and 101 to delayed treatment (n = 101); the remaining 43 declined to participate. Baseline characteristics were balanced between the groups.""",
    ),
    (
        "overlapping-comorbidity",
        "parts that may overlap",
        f"""Among 150 patients with cirrhosis, 88 ({pct(88, 150)}%) had ascites, 71 ({pct(71, 150)}%) had varices and 34 ({pct(34, 150)}%) had encephalopathy. Any decompensation was present in 121 ({pct(121, 150)}%). Median MELD was 14 (IQR 10-19).""",
    ),
    (
        "blood-pressure",
        "a/b that is a pressure",
        """Mean blood pressure fell from 152/94 to 138/86 mmHg. Control (<140/90 mmHg, 62%) was reached more often with the single pill than with loose combination (62% vs 48%, P = 0.01). Target 130/80 (35%) was reached less often.""",
    ),
    (
        "visual-acuity",
        "a/b that is an acuity",
        """Best corrected visual acuity of 20/40 (55%) or better was reached in the treated eyes at month 12, and 20/200 (8%) or worse in few. Central thickness fell by 112 μm (95% CI 88 to 136). Two eyes had endophthalmitis.""",
    ),
    (
        "sex-ratio",
        "a/b that is a ratio of the sexes",
        f"""The study included 75 patients (male/female 45/30, {pct(45, 75)}% men) with a mean age of 52.3 ± 11.8 years. Median follow-up was 38 months (range 6-91). Five patients were lost to follow-up.""",
    ),
    (
        "truncated",
        "truncated percentages throughout",
        f"""Resistance mutations were found in 27/64 ({cut(27, 64)}%) patients on lamivudine, 13/58 ({cut(13, 58)}%) on telbivudine and 2/71 ({cut(2, 71)}%) on entecavir. Multisite mutations were seen in 11/27 ({cut(11, 27)}%) patients with lamivudine resistance.""",
    ),
    (
        "km-above-crude",
        "curve above the crude share",
        f"""Of 94 patients who stopped treatment, 38 relapsed during the study ({pct(38, 94)}%). The cumulative relapse rate was 31.9% at 12 months and 46.8% at 36 months by the Kaplan-Meier method. HBsAg at the end of treatment predicted relapse (HR {_a[0]}, 95% CI {_a[1]}-{_a[2]}, P {_a[3]}).""",
    ),
    (
        "subgroup-denominator",
        "n (p%) of a subgroup",
        f"""We analysed 412 patients. Among the 187 HBeAg-positive patients, HBeAg seroconversion occurred in 41 (21.9%); 29 of these 41 patients ({pct(29, 41)}%) remained in remission. ALT was normal in 133 (71.1%) at week 96.""",
    ),
    (
        "chinese-style-1",
        "Chinese-journal English with blanks",
        f"""Objective To compare entecavir with adefovir in patients with chronic hepatitis B.Methods One hundred and seventy-nine patients were divided into two groups:entecavir group(n=88)and adefovir group(n=91).Results After 48 weeks,the HBV DNA negative rates were {pct(31, 88)}%(31/88)and {pct(52, 91)}%(52/91),the difference was statistically significant(χ2={_c1},P{_p1.replace(" ", "")}).Conclusion Both drugs are safe.""",
    ),
    (
        "chinese-style-2",
        "scanned decimals",
        """Results The negative conversion rate in the treatment group was higher than that in the control group (35. 2% vs 22. 0%, χ2 = 3. 874, P = 0. 049). The mean age was (38. 6 ± 9. 7) years. ALT in the two groups were (62. 4±21. 3)U/L and (65. 0±23. 9)U/L respectively (t = 0. 712, P = 0. 478).""",
    ),
    (
        "full-width",
        "full-width signs",
        f"""结果显示 the response rate was 40.0％（24/60）in group A and {pct(11, 62)}％（11/62）in group B，χ²＝{_c3}，P {_p3}（continuity corrected）. No serious adverse reaction was seen in either group.""",
    ),
    (
        "yates",
        "chi-squared with Yates' correction",
        f"""Complete response was reached by 24/60 ({pct(24, 60)}%) vs 11/62 ({pct(11, 62)}%) patients (χ2 = {_c3}, P {_p3}). Rash occurred in 3 and 4 patients, respectively.""",
    ),
    (
        "fisher",
        "p of Fisher's test",
        f"""Graft loss occurred in 1/38 ({pct(1, 38)}%) vs 7/40 ({pct(7, 40)}%) recipients (P {fisher(1, 38, 7, 40)}). Rejection rates were 10.5% and 12.5%, respectively (P = 1.000).""",
    ),
    (
        "log-rank",
        "p of a log-rank test beside crude counts",
        f"""HCC developed in 14/310 ({pct(14, 310)}%) vs 29/296 ({pct(29, 296)}%) patients (log-rank P = 0.002). Over a median follow-up of 5.2 years the annual incidence was 0.9% and 1.9%, respectively.""",
    ),
    (
        "adjusted-p",
        "adjusted p beside crude counts",
        f"""Thirty-day readmission was {pct(61, 402)}% (61/402) vs {pct(78, 398)}% (78/398), adjusted P = 0.21. After adjustment for age and comorbidity the odds ratio was {_e[0]} (95% CI {_e[1]}-{_e[2]}; P {_e[3]}).""",
    ),
    (
        "paired",
        "McNemar",
        """Anti-HBs was detectable in 12/48 (25.0%) vs 31/48 (64.6%) patients before and after vaccination (McNemar P < 0.001). Titres above 10 mIU/mL lasted for a median of 14 months (range 3-40).""",
    ),
    (
        "wald-three",
        "Wald statistics that fit",
        f"""Multivariate logistic regression showed that age ≥50 years (Wald χ2 = {_c[4]}, OR = {_c[0]}, 95% CI {_c[1]}-{_c[2]}, P {_c[3]}) and cirrhosis (Wald χ2 = {_d[4]}, OR = {_d[0]}, 95% CI {_d[1]}-{_d[2]}, P {_d[3]}) were independent risk factors of renal impairment.""",
    ),
    (
        "lr-chi2",
        "a likelihood ratio statistic beside an OR",
        f"""Smoking was associated with recurrence (likelihood ratio χ2 = 17.9, OR {_c[0]}, 95% CI {_c[1]}-{_c[2]}). Alcohol was not (OR {_e[0]}, 95% CI {_e[1]}-{_e[2]}). The model was well calibrated (Hosmer-Lemeshow P = 0.62).""",
    ),
    (
        "ninety-ci",
        "90% interval",
        f"""Treatment was non-inferior: hazard ratio {_f[0]} (90% CI {_f[1]} to {_f[2]}), within the margin of 1.25. Mean hospital stay differed by {_g[0]} days (95% CI {_g[1]} to {_g[2]}; P {_g[3]}).""",
    ),
    (
        "credible",
        "credible interval",
        """The Bayesian model gave a posterior median hazard ratio of 0.74 (95% CrI 0.48-1.02) with a probability of benefit of 96%. The interaction with age was not supported (OR 1.10, 95% credible interval 0.71-1.93).""",
    ),
    (
        "interaction-p",
        "p for interaction behind an interval",
        f"""The effect was larger in women (HR {_b[0]}, 95% CI {_b[1]}-{_b[2]}; P for interaction = 0.38) than in men (HR 0.86, 95% CI 0.61-1.21; P for trend = 0.02).""",
    ),
    (
        "exact-ci",
        "exact limits of sparse data",
        """Vaccination prevented infection (OR 0.11, 95% CI 0.00-0.83). In the smallest stratum the conditional odds ratio was 6.5 (95% CI 0.9-287.4). Both analyses used exact methods because cells were small.""",
    ),
    (
        "negative-difference",
        "negative limits in many notations",
        f"""The mean difference was {_g[0]} points (95% CI, {_g[1]} to {_g[2]}). For pain the difference was −1.4 (95% CI −2.3, −0.5), and for function −0.8 (95%CI -1.9–0.3). Log10 HBsAg fell by {_h[0]} (95% CI {_h[1]}–{_h[2]}).""",
    ),
    (
        "survival-at-time",
        "an interval after a time",
        """Overall survival was 87.0% at 5 years (95% CI 80.1-92.3) and 71.4% at 10 years (95% CI 62.0-79.2). Median survival was 14.2 months (95% CI, 11.9 to 17.6). At week 48 (95% CI not shown) two patients had died.""",
    ),
    (
        "three-estimates",
        "several estimates share one bracket",
        """The odds ratios for men and women were 2.5 and 3.1 (95% CI 1.1-4.2 and 1.5-6.0, respectively). Hazard ratios for the three tertiles were 1.0, 1.8 (95% CI 1.2-2.7) and 2.9 (95% CI 1.9-4.4).""",
    ),
    (
        "person-years",
        "rate from events and person-years",
        f"""During 1,842 person-years of follow-up, 37 patients developed HCC, an incidence of {100 * 37 / 1842:.2f} per 100 person-years. Deaths numbered 22 in the same period. The rate ratio for cirrhosis was 4.1 (95% CI 2.1-8.0).""",
    ),
    (
        "rate-median",
        "rate with the median follow-up only",
        """Among 318 patients followed for a median of 4.1 years, 26 patients developed HCC, with an annual incidence of 1.9%. Older age and low platelets were associated with HCC. Lamivudine was used in 40%.""",
    ),
    (
        "auc",
        "accuracy that fits",
        """A model of HBsAg and HBV RNA predicted relapse with an AUC of 0.81 (95% CI 0.74-0.88), a sensitivity of 78.3% and a specificity of 71.9% at a cut-off of 2.4. The negative predictive value was 91.2%. PPV was 47.4%.""",
    ),
    (
        "pk-auc",
        "AUC of a drug",
        """After a single dose of 300 mg the plasma AUC was 2.29 (95% CI 1.98-2.64) μg·h/mL and Cmax 0.33 μg/mL. The geometric mean ratio for AUCinf was 1.04 (90% CI 0.96-1.13). Tenofovir exposure was 89% lower with TAF 25 mg.""",
    ),
    (
        "correlation",
        "correlation with p",
        """HBsAg correlated with intrahepatic cccDNA (r = 0.46, P < 0.001) and with HBcrAg (rs = 0.38, P = 0.002) in 64 patients. Age did not correlate with HBsAg (r = -0.09, P = 0.48).""",
    ),
    (
        "iqr",
        "medians with quartiles",
        """Median age was 47 years (IQR 38-55), median HBsAg 2.9 log10 IU/mL (IQR, 2.1 to 3.4), and median ALT 31 (22, 47) U/L. The interval between vaccination and response was 15(8,27) months. Mean follow-up was 61 months (range 12-140).""",
    ),
    (
        "respectively",
        "lists with respectively",
        f"""HBsAg loss was seen in 7/60 and 2/62 patients ({pct(7, 60)}% and {pct(2, 62)}%, respectively). HBeAg loss rates at weeks 24, 48 and 96 were 12%, 23% and 31%, respectively. The coefficients were 0.41, 0.38 and 0.22, respectively.""",
    ),
    (
        "thresholds-fine",
        "thresholds that do not overlap",
        """Patients were divided into a low-level viraemia group (HBV DNA ≥ 20 IU/mL and < 2000 IU/mL) and a complete response group (HBV DNA < 20 IU/mL). They were also grouped as low (HBsAg < 100 IU/mL), middle (HBsAg ≥ 100 IU/mL and < 1000 IU/mL) or high (HBsAg ≥ 1000 IU/mL).""",
    ),
    (
        "blood-pressure-limits",
        "two limits of two quantities",
        """Patients were classified as controlled (blood pressure <140 and <90 mmHg) or uncontrolled (blood pressure ≥140 or ≥90 mmHg). Control at 12 months was 58% in the intervention group and 47% in the control group.""",
    ),
    (
        "partition-good",
        "groups that add up",
        """Two hundred and ten patients were randomly divided into three groups: tenofovir group (n = 70), entecavir group (n = 72) and combination group (n = 68). Serum creatinine rose by 0.04 mg/dL in the first group only.""",
    ),
    (
        "partition-controls",
        "patients and controls divided together",
        """A total of 120 patients and 40 healthy volunteers were enrolled and divided into four groups: mild (n = 52), moderate (n = 41), severe (n = 27) and healthy (n = 40). Serum IL-6 rose with severity (F = 12.4, P < 0.001).""",
    ),
    (
        "partition-losses",
        "groups smaller than the total, with losses named",
        """One hundred and thirty patients were randomly divided into two groups. Nine were excluded after randomisation because of protocol violations, leaving the laser group (n = 60) and the sham group (n = 61) for analysis.""",
    ),
    (
        "partition-by-two",
        "two divisions of one total",
        """All 96 patients were divided into two groups by age (<40 years, n = 41; ≥40 years, n = 55) and into three groups by genotype (B, n = 30; C, n = 58; D, n = 8). No group differed in HBsAg decline.""",
    ),
    (
        "eyes",
        "more eyes than patients",
        f"""We treated 62 eyes of 48 patients. Recurrence was seen in 9 eyes ({pct(9, 62)}%) and a second injection was given in 21 of 62 eyes ({pct(21, 62)}%). All 48 patients completed the study.""",
    ),
    (
        "t-and-f",
        "t and F with their degrees of freedom",
        f"""Groups differed in depression score, t(84) = 2.31, P {t_of(2.31, 84)}, and in fatigue, F(2, 117) = 4.86, P {f_of(4.86, 2, 117)}. Anxiety did not differ, t(84) = 0.94, P {t_of(0.94, 84)}. The overall test was χ2(3) = 9.21, P {chi_p(9.21, 3)}.""",
    ),
    (
        "chi-df3",
        "chi-squared of four groups without degrees of freedom",
        f"""Genotype distribution differed between the regions (χ2 = 9.214, P {chi_p(9.214, 3)}). Sex did not (χ2 = 0.43, P = 0.51). The z test for trend was significant (z = 2.60, P {z_of(2.60)}).""",
    ),
    (
        "p-zero",
        "P = 0.000 from software",
        """The difference between groups was significant (χ2 = 18.723, P = 0.000). Regression gave F = 22.41, P = .000. There was no difference in sex (χ2=0.012, P=0.913).""",
    ),
    (
        "weighted",
        "survey percentages",
        """In this survey 1,204 of 9,876 adults (13.4%, weighted) had been infected. Weighted prevalence was highest in those born before 1985 (21.7%). Of the infected, 312 (27.1%, weighted) knew it.""",
    ),
    (
        "approx",
        "approximate percentages",
        """Response was seen in about 40% (20/48) of patients. Roughly one third (17/50) needed a second course. Nearly 90% (43/49) were satisfied with treatment.""",
    ),
    (
        "weeks-pair",
        "weeks written as a/b",
        """HBV DNA was undetectable at weeks 24/48 (62%/81%) in the first group. Cycles 3/4 (15%) were delayed. Therapy with 180/90 μg was given to those with neutropenia (12%).""",
    ),
    (
        "relative-change",
        "changes, not shares",
        """HBsAg fell by 1.2 log10 (from 3.4 to 2.2), ALT by 45% (12/20 had a flare), and platelet count rose 11%. A reduction of 30% or more was seen in 22 of 40 patients (55.0%).""",
    ),
    (
        "ten-percent-ci",
        "ranges of percentages",
        """Prevalence varied between 8-12% in the south and 15% to 22% in the north. The detection rate was 85% ~ 95%. Loss to follow-up was <5% (4 of 120 patients).""",
    ),
    (
        "hr-inverse",
        "the inverse ratio in the text",
        f"""The risk was halved with statins (HR {_b[0]}, 95% CI {_b[1]}-{_b[2]}; P {_b[3]}), that is, non-users had a 1.67-fold risk. Aspirin had no effect (HR 0.98, 95% CI 0.80-1.20, P = 0.85).""",
    ),
    (
        "ci-touches-null",
        "limit rounded to 1.00 beside p below 0.05",
        """Mortality was lower with the bundle (RR 0.85, 95% CI 0.73-1.00; P = 0.049). Infection was not (RR 0.91, 95% CI 0.80 to 1.03, P = 0.13). Stroke was rarer (OR 0.62, 95% CI 0.38-1.00, P = 0.05).""",
    ),
    (
        "table-like",
        "figures in a row",
        f"""Age, years 52.1 ± 10.3; male sex 61/104 ({pct(61, 104)}%); cirrhosis 37/104 ({pct(37, 104)}%); HBeAg positive 28/104 ({pct(28, 104)}%); genotype B/C 40/64; ALT 88 (45-160) U/L; HBV DNA 5.8 ± 1.6 log10 IU/mL.""",
    ),
    (
        "decimal-dot",
        "middle-dot decimals",
        f"""At 2 years 18·3% (55/300) of the women and 21·2% (62/293) of the men had lost HBeAg (odds ratio 0·84, 95% CI 0·56–1·25; p=0·38). Serious adverse events occurred in 14 (4·7%) and 11 (3·8%) participants.""",
    ),
    (
        "html-tags",
        "HTML inside",
        """Among 96 recipients 12 relapsed (<i>P</i>&lt;0.05). HBV DNA was &lt;20 IU/mL in 84/96 (87.5%). The cut-off of 10<sup>3</sup> copies/mL was reached by 7/96 (7.3%) patients, <b>P</b> = 0.03.""",
    ),
    (
        "exclusion-flow",
        "flow of exclusions",
        f"""Of 1,312 records, 1,127 were excluded. The remaining 185 patients were analysed; 97 ({pct(97, 185)}%) were treatment naive and 88 ({pct(88, 185)}%) experienced. HBsAg loss occurred in 6 of 97 ({pct(6, 97)}%) and 11 of 88 ({pct(11, 88)}%) patients (P {chi(6, 97, 11, 88)[1]}).""",
    ),
    (
        "liver-biopsy",
        "scores and stages with numbers",
        """Ishak stage 5/6 (14%) was rarer after treatment, and a necroinflammation score of 4/18 (30%) or less was reached by most. Fibrosis improved by one stage or more in 58 of 96 paired biopsies (60.4%).""",
    ),
    (
        "twins",
        "unit after fraction",
        """The regimen of 2/4 mg/kg was compared with 1 mg/kg; 5/10 mL (50%) of the suspension was given in the morning. Cure was reached by 31 of 40 children (77.5%) and 29 of 41 (70.7%), respectively.""",
    ),
    (
        "crossover-n",
        "percent of a smaller, stated number",
        f"""Of 200 patients enrolled, 188 completed week 96. HBV DNA was undetectable in 151/188 ({pct(151, 188)}%), and by intention to treat in 151/200 ({pct(151, 200)}%). HBsAg loss was 3.2% (6/188).""",
    ),
    (
        "other-stated",
        "percentage of another stated number",
        f"""Of 212 patients with HBeAg-negative hepatitis, 180 had a baseline HBsAg above 1000 IU/mL. Retreatment was needed in 54/212 ({pct(54, 180)}%) patients, all of them in this group of 180 patients.""",
    ),
    (
        "news-style",
        "news prose",
        """The team followed 412 people for up to nine years. Roughly one in five lost the surface antigen, and 9 in 10 of those kept it that way. "That is encouraging," said one of the authors, who noted that 3 of 4 relapses came in the first year.""",
    ),
    (
        "zero-events",
        "zero events",
        f"""No patient in the tenofovir group (0/66, 0%) and 4/63 ({pct(4, 63)}%) in the lamivudine group developed resistance (P {fisher(0, 66, 4, 63)}). The upper 95% confidence limit for tenofovir was 5.4%.""",
    ),
    (
        "thousands",
        "thousands with commas and blanks",
        """Among 12,480 pregnant women, 936 (7.5%) were HBsAg positive. HBV DNA exceeded 200 000 IU/mL in 281 of 936 (30.0%). Birth dose coverage was 11,606/12,480 (93.0%).""",
    ),
    (
        "mean-differences-smd",
        "standardised differences",
        """Quality of life improved (SMD 0.31, 95% CI 0.12 to 0.50, P = 0.001; I2 = 42%). Pain fell (MD -1.2, 95% CI -2.0 to -0.4). In 9 trials (n = 1,322) adherence did not change (RR 1.02, 95% CI 0.97-1.08).""",
    ),
    (
        "vs-three",
        "three groups with vs",
        """Response rates were 41.2% vs 33.3% vs 20.0% (P = 0.03) for the high, middle and low dose. Headache was equally frequent (12% vs 10% vs 11%, P = 0.92).""",
    ),
    (
        "kept-survival",
        "survival at several times",
        """Overall survival at 1, 3 and 5 years was 92.1%, 78.4% and 66.0%, respectively. The 1-year and 3-year recurrence-free survival rates were 81.5% and 54.3%. Cumulative HCC incidence rates at 5 and 10 years were 6.1% and 13.8%.""",
    ),
    (
        "km-pair",
        "probabilities at two times in two groups",
        """The cumulative probability of remaining free of relapse was higher after combination therapy (one-year: 0.91 vs. 0.78; three-year: 0.84 vs. 0.62). Most relapses were mild and only 3 of 25 patients needed hospital care.""",
    ),
    (
        "decision-near",
        "p just above 0.05 beside an interval just below 1",
        """Recurrence was less frequent with antiviral therapy (HR 0.72, 95% CI 0.52-0.99, log-rank P = 0.051). The sensitivity analysis agreed (HR 0.74, 95% CI 0.53-1.03).""",
    ),
    (
        "mixed-groups",
        "counts of overlapping adverse events",
        f"""Adverse events were reported by 48 of 80 patients ({pct(48, 80)}%): headache 21 ({pct(21, 80)}%), fatigue 19 ({pct(19, 80)}%), nausea 15 ({pct(15, 80)}%) and rash 9 ({pct(9, 80)}%). Five patients (6.3%) stopped treatment.""",
    ),
    (
        "nested",
        "proportions of proportions",
        f"""Of 640 pregnant women, 52 ({pct(52, 640)}%) were HBsAg positive; 18 of these 52 ({pct(18, 52)}%) were HBeAg positive and 11 of the 18 ({pct(11, 18)}%) had HBV DNA above 7 log10 IU/mL. All 11 received tenofovir from week 28.""",
    ),
    (
        "male-percent",
        "two percentages in one bracket",
        f"""We included 88 patients (57% men, 43% women) and 90 controls (54% men). Fatigue was reported by 51 patients ({pct(51, 88)}%, of whom 20 severely) and 22 controls ({pct(22, 90)}%).""",
    ),
    (
        "year-sums",
        "years and percentages",
        """In 2011. 24% of donors were tested; in 2019 (87%) almost all were. Between 1998/99 (12%) and 2008/09 (31%) coverage rose. The 2015/2016 (44%) season was an exception.""",
    ),
    (
        "mtct",
        "mother-to-child transmission",
        f"""Transmission occurred in 2/190 ({pct(2, 190)}%) infants of treated and 13/182 ({pct(13, 182)}%) of untreated mothers (P {fisher(2, 190, 13, 182)}; RR {2 / 190 / (13 / 182):.2f}, 95% CI 0.03-0.65). Birth weight was 3,210 ± 420 g and 3,190 ± 450 g (P = 0.66).""",
    ),
    (
        "or-natural",
        "interval on the natural scale",
        """Relative risk was 1.80 (95% CI 1.20-2.40) by the delta method. Attributable risk was 12% (95% CI 4%-20%). The rate ratio was 2.10 (95% CI 1.30-2.90).""",
    ),
    (
        "grim-fine",
        "counts with means",
        """The 25 women in the trial had a mean number of pregnancies of 2.36 ± 1.10. The mean number of visits was 4.12 ± 1.54 among them. Adherence was 96%.""",
    ),
]
