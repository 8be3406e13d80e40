"""Texts with one planted error each: (id, what was done, rule that should find it, where, text).

The rule is '' where no rule of the audit is made for such an error: these are counted too.
"""

from __future__ import annotations

from figures import chi, chi_p, difference, f_of, pct, ratio, t_of

_a = ratio(0.693, 0.21)
_b = ratio(-0.51, 0.18)
_c = ratio(1.482, 0.371, 3)
_d = ratio(0.95, 0.402, 3)
_e = ratio(0.63, 0.29, 3)
_g = difference(-3.2, 1.1)
_c1, _p1 = chi(31, 88, 52, 91)
_c2, _p2 = chi(18, 75, 30, 74)

P = "percent-of-count"
WRONG: list[tuple[str, str, str, str, str]] = [
    # percentages of counts
    ("w-pct-digit", "one digit of a percentage", P, "31/88 (32.5%)", f"""Methods: 179 patients with chronic hepatitis B were randomised to add-on interferon or to monotherapy. Results: Virological response at week 48 was seen in 31/88 (32.5%) and 52/91 ({pct(52,91)}%) patients, respectively. Adverse events were mild."""),
    ("w-pct-swap", "two digits exchanged", P, "39 of 152 patients (52.7%)", """HBsAg loss within ten years was seen in 39 of 152 patients (52.7%) with inactive infection. Older age and low HBsAg predicted it. No patient developed HCC during a median follow-up of 9.8 years."""),
    ("w-count-digit", "one digit of a count", P, "62.5% (46/72)", f"""Resistance to lamivudine was found in 62.5% (46/72) of the patients after four years, against {pct(9,68)}% (9/68) of those on entecavir. Multidrug resistance was rare."""),
    ("w-denominator", "denominator of the other arm", P, "14/62 (20.6%)", f"""Sixty-two patients received the vaccine by the intradermal and 68 by the intramuscular route. Seroprotection was missed in 14/62 (20.6%) and 9/62 ({pct(9,62)}%), respectively. Local reactions were mild."""),
    ("w-pct-decimal", "decimal point moved", P, "(0.84%, 27/320)", f"""Serum samples of 320 pregnant women were tested. HBsAg was found in 27 women (0.84%, 27/320), and HBeAg in 11/27 ({pct(11,27)}%). All infants received immunoglobulin."""),
    ("w-pct-wrong-round", "percentage off by two points", P, "17 of 58 cases (31.3%)", f"""Histological improvement was seen in 17 of 58 cases (31.3%) given placebo and in 38 of 60 cases ({pct(38,60)}%) given tenofovir."""),
    ("w-pct-in-list", "one of two in a list", P, "11/63", f"""HBeAg seroconversion occurred in 19/61 and 11/63 ({pct(19,61)}% and 27.5%, respectively). ALT normalised in most patients of both groups by week 48."""),
    ("w-pct-chinese", "Chinese style, digit wrong", P, "78.33%(42/60)", f"""Objective To observe the effect of Yinchenhao decoction.Methods 120 patients were divided into treatment group and control group,60 cases in each group.Results The total effective rate of the treatment group was 78.33%(42/60),which was higher than {pct(33,60,2)}%(33/60)of the control group."""),
    ("w-pct-general", "cardiology", P, "57/214 (36.2%)", f"""Atrial fibrillation recurred in 57/214 (36.2%) patients after cryoablation and in 81/209 ({pct(81,209)}%) after drugs. Tamponade occurred in 3 of 214 ({pct(3,214)}%)."""),
    ("w-pct-surgery", "surgery", P, "8 of 94 patients (5.8%)", f"""Anastomotic leak occurred in 8 of 94 patients (5.8%) after stapled and in 10 of 97 ({pct(10,97)}%) after hand-sewn anastomosis. Thirty-day mortality was nil."""),
    ("w-pct-n-of", "count exchanged between two endpoints", P, f"12/140 (2.1%) and HBeAg loss in 3/140 ({pct(12,140)}%)", f"""HBsAg loss was seen in 12/140 (2.1%) and HBeAg loss in 3/140 ({pct(12,140)}%) of the children. Growth was normal in all."""),
    ("w-pct-two-decimals", "two decimals, last digits wrong", P, "41.79% (117/283)", f"""The mutation rate was 41.79% (117/283) in genotype C and {pct(58,197,2)}% (58/197) in genotype B. Site rtM204V was the most common."""),
    ("w-pct-words", "count in words", P, "Nineteen of 46 (51.3%)", f"""Nineteen of 46 (51.3%) infants had an anti-HBs titre below 10 mIU/mL at school age. After a booster all but two of them responded. Thirty of the 46 ({pct(30,46)}%) were girls."""),
    ("w-pct-swap-ab", "count and denominator exchanged", P, "88/31 (35.2%)", """Relapse within a year was seen in 88/31 (35.2%) patients who stopped entecavir. HBsAg above 1000 IU/mL at the end of treatment was the only predictor."""),
    ("w-pct-psych", "psychiatry", P, "(72.0%; 44/75)", f"""Remission was reached by more patients with the combination (72.0%; 44/75) than with either drug alone ({pct(29,74)}%; 29/74). Weight gain was similar."""),
    ("w-pct-hundred", "denominator typo", P, "24/105 (13.0%)", f"""Delirium occurred in 24/105 (13.0%) of the controls and in 11/182 ({pct(11,182)}%) of those given melatonin. Falls were rare."""),
    ("w-pct-of-which", "percentage of nothing stated", P, "21/84 (33.9%)", """In the transplant cohort, de novo hepatitis B occurred in 21/84 (33.9%) recipients of anti-HBc positive grafts. Lamivudine prevented it in all. Survival did not differ."""),
    ("w-pct-late", "error late in a long text", P, "7/130 (4.5%)", f"""Background: Tenofovir may harm bone. Methods: 260 women were followed for three years. Results: Hip density fell by 1.9% (95% CI 1.2-2.6). Fractures occurred in 9/130 ({pct(9,130)}%) and 7/130 (4.5%) women. Vitamin D was normal in most. Conclusions: The risk is small."""),
    # n (p%) of no whole number
    ("w-impossible-n", "a percentage no group allows", "count-percent", "3 patients (29%)", """A small pilot tested the nasal vaccine. HBsAg fell by more than 1 log10 in 3 patients (29%), all of whom were HBeAg negative. No serious adverse event was seen."""),
    ("w-impossible-n2", "a percentage no group allows", "count-percent", "2 infants (34%)", """Of the babies born in the unit that month, breakthrough infection was seen in 2 infants (34%). Both mothers had very high viraemia and had declined tenofovir."""),
    ("w-impossible-n3", "a percentage no group allows", "count-percent", "4 cases (46.2%)", """Late haemorrhage was the leading problem and occurred in 4 cases (46.2%). All were managed by embolisation. No patient died and the hospital stay was short."""),
    ("w-count-pct-total", "count does not fit the stated total", "", "44 patients (38.9%)", """A total of 96 patients were enrolled. Cirrhosis was present in 44 patients (38.9%) and diabetes in 12. Median age was 54 years (IQR 46-61)."""),
    # groups that do not add up
    ("w-partition-more", "groups add up to more", "partition", "n = 72", """Two hundred and ten patients were randomly divided into three groups: tenofovir group (n = 76), entecavir group (n = 72) and combination group (n = 68). Creatinine rose in the first group only."""),
    ("w-partition-less", "groups add up to less", "partition", "n = 58", """One hundred and twenty patients were randomly divided into two groups: treatment group (n = 60) and control group (n = 58). Both received lactulose. Ammonia fell more in the treatment group (P < 0.05)."""),
    ("w-partition-digit", "digit exchanged in a group", "partition", "n=54", """A total of 180 patients with chronic hepatitis B were divided into four groups: mild group (n=54), moderate group (n=45), severe group (n=39) and cirrhosis group (n=51). Golgi protein 73 rose with severity."""),
    ("w-partition-chinese", "Chinese style", "partition", "n=38", """Methods Eighty-six patients with hepatitis B were divided into observation group(n=43)and control group(n=38)by random number table;both were two groups treated for 24 weeks.Results The ALT in two groups decreased."""),
    ("w-partition-four", "four arms", "partition", "n = 25", """In this factorial trial 100 volunteers were randomised into four groups: A (n = 25), B (n = 25), C (n = 26) and D (n = 25). Sleep improved in C."""),
    ("w-partition-dose", "dose groups", "partition", "placebo (n = 40)", """Patients (160 patients in all) were randomly assigned to four groups: 50 mg (n = 42), 100 mg (n = 41), 200 mg (n = 39) and placebo (n = 40). HBV DNA fell with dose."""),
    ("w-numerators", "denominators do not add up with the counts", "numerator-partition", "(186/512)", f"""Of 512 isolates, resistance was found in 186, a rate of {pct(186,512,2)}% (186/512). It was {pct(92,201,2)}% (92/201) in the lamivudine group, {pct(58,133,2)}% (58/133) in the telbivudine group and {pct(36,187,2)}% (36/187) in the adefovir group."""),
    ("w-numerators-two", "denominators do not add up with the counts", "numerator-partition", "240/800", f"""Overall 240/800 ({pct(240,800)}%) children were infected: 101/260 ({pct(101,260)}%) in the north, 74/281 ({pct(74,281)}%) in the centre and 65/249 ({pct(65,249)}%) in the south. Coverage of the birth dose was lowest in the north."""),
    ("w-numerators-three", "denominators do not add up with the counts", "numerator-partition", "114/430", f"""Recurrence was seen in 114/430 ({pct(114,430)}%) of all resections; by stage it was 20/131 ({pct(20,131)}%) in I, 37/144 ({pct(37,144)}%) in II and 57/151 ({pct(57,151)}%) in III. Margins were free in all."""),
    # statistic and p
    ("w-chi-p", "p ten times too small", "test-p", "χ2 = 3.12, P = 0.008", """Sustained response was commoner in women than in men (48.0% vs 37.5%, χ2 = 3.12, P = 0.008). Age had no influence (P = 0.41). No patient was lost."""),
    ("w-chi-p-ns", "a large statistic called not significant", "test-p", "χ2 = 21.4, P > 0.05", """There was no difference in HBeAg status between the groups (62% vs 31%, χ2 = 21.4, P > 0.05). The mean duration of treatment was 3.1 years."""),
    ("w-t-p", "t with its degrees of freedom and another p", "test-p", "t(38) = 1.21, P = 0.004", f"""Fatigue scores fell more with exercise, t(38) = 1.21, P = 0.004. Sleep improved as well, t(38) = 2.45, P {t_of(2.45,38)}. Attendance was 84%."""),
    ("w-f-p", "F with another p", "test-p", "F(3, 96) = 1.02, P = 0.002", f"""Ferritin differed between the four stages of fibrosis, F(3, 96) = 1.02, P = 0.002, as did hyaluronic acid, F(3, 96) = 9.80, P {f_of(9.8,3,96)}."""),
    ("w-z-p", "z with another p", "test-p", "z = 0.84, P = 0.002", """HBcrAg was lower in those who later lost HBsAg (Mann-Whitney z = 0.84, P = 0.002). HBV RNA did not differ (z = 0.51, P = 0.61)."""),
    ("w-chi-df-p", "chi-squared with its degrees of freedom and another p", "test-p", "χ2(2) = 14.6, P = 0.14", f"""Response differed by genotype, χ2(2) = 14.6, P = 0.14, and by centre, χ2(4) = 11.2, P {chi_p(11.2,4)}. Sex did not matter."""),
    ("w-wald-p", "Wald statistic with another p", "test-p", "Wald χ2 = 0.52, P = 0.003", """In the Cox model only albumin remained (Wald χ2 = 0.52, P = 0.003). Bilirubin was not significant. The c-index was 0.71."""),
    ("w-chinese-chi", "Chinese style, p does not fit", "test-p", "χ2=0.482,P=0.003", """Results The total effective rate of treatment group was higher than that of control group(93.3% vs 90.0%,χ2=0.482,P=0.003).The adverse reaction rates were 6.7% and 5.0%(P>0.05)."""),
    # counts against the test
    ("w-compare-p", "equal shares called significant", "comparison-test", "20/100 (20.0%) vs 22/101 (21.8%) (P = 0.001)", """Rebleeding occurred in 20/100 (20.0%) vs 22/101 (21.8%) (P = 0.001) patients given early and late endoscopy. Mortality was 4% in both."""),
    ("w-compare-ns", "very unlike shares called equal", "comparison-test", "55/90 (61.1%) vs 21/88 (23.9%), P = 0.62", f"""Undetectable HBV DNA was reached by 55/90 (61.1%) vs 21/88 (23.9%), P = 0.62, with tenofovir and adefovir. Creatinine did not change."""),
    ("w-compare-chi", "chi-squared of other counts", "comparison-test", "χ2 = 0.231", f"""Response was 31/88 ({pct(31,88)}%) vs 52/91 ({pct(52,91)}%) (χ2 = 0.231, P = 0.003). Side effects were few."""),
    ("w-compare-chi-digit", "a digit of chi-squared", "comparison-test", "χ2 = 14.681", f"""Cure was 18/75 ({pct(18,75)}%) vs 30/74 ({pct(30,74)}%) (χ2 = 14.681, P {_p2}). No rash occurred."""),
    ("w-compare-less", "p below 0.01 for nearly equal shares", "comparison-test", "P < 0.01", """Wound infection occurred in 9/150 (6.0%) vs 11/152 (7.2%), P < 0.01. Length of stay was a day shorter with the drain."""),
    # Wald, interval, p
    ("w-wald-sibling", "a Wald statistic that does not fit, others do", "wald", "OR = 2.856", f"""Logistic regression showed age (Wald χ2 = {_c[4]}, OR = {_c[0]}, 95% CI {_c[1]}-{_c[2]}), cirrhosis (Wald χ2 = {_d[4]}, OR = {_d[0]}, 95% CI {_d[1]}-{_d[2]}) and diabetes (Wald χ2 = 6.719, OR = 2.856, 95% CI 1.063-3.314) to be risk factors."""),
    ("w-wald-plain", "a digit of a Wald statistic", "wald", _e[0], f"""Risk factors were age (χ2 = {_c[4]}, OR = {_c[0]}, 95% CI {_c[1]}-{_c[2]}), drinking (χ2 = {_d[4]}, OR = {_d[0]}, 95% CI {_d[1]}-{_d[2]}) and obesity (χ2 = {9.719}, OR = {_e[0]}, 95% CI {_e[1]}-{_e[2]}) by multivariate analysis."""),
    ("w-outside", "estimate below its interval", "interval-order", "RR 1.19", """Meta-analysis of 14 cohorts showed a higher risk of HCC with diabetes (RR 1.19, 95% CI 1.20-2.08) and with obesity (RR 1.36, 95% CI 1.12-1.64). Heterogeneity was moderate."""),
    ("w-outside-hr", "estimate far outside", "interval-order", "HR 0.5", """Antiviral therapy lowered mortality (HR 0.5, 95% CI 0.92-0.97, P < 0.001). Benefit was seen in all subgroups, and most in those with cirrhosis."""),
    ("w-reversed", "limits in reverse order", "interval-order", "2.85", """Current smoking was associated with recurrence (odds ratio 1.85, 95% CI 2.85-1.20) after resection. Alcohol was not associated (odds ratio 1.10, 95% CI 0.74-1.63)."""),
    ("w-upper-digit", "first digit of the upper limit lost", "interval-order", "HR 3.41", """Cirrhosis predicted HCC (HR 3.41, 95% CI 2.10-1.54; P < 0.001), as did age (HR 1.05, 95% CI 1.02-1.08; P = 0.001)."""),
    ("w-lower-digit", "lower limit above the estimate", "interval-order", "hazard ratio 0.64", """Statin use was linked with a lower risk of decompensation (hazard ratio 0.64, 95% CI 0.74 to 0.90). Results were robust in propensity-matched analyses."""),
    ("w-auc-outside", "AUC outside its interval", "interval-order", "AUC of 0.91", """The nomogram had an AUC of 0.91 (95% CI 0.77-0.86) in the training set and of 0.80 (95% CI 0.71-0.89) in the validation set. Calibration was good."""),
    ("w-outside-md", "difference outside its interval", "interval-order", "mean difference 4.1", """The intervention shortened the stay (mean difference 4.1 days, 95% CI 0.6 to 2.9). Costs did not differ (mean difference 120 euros, 95% CI -310 to 550)."""),
    ("w-centre", "upper limit with a wrong digit", "interval-centre", "HR 1.52", f"""HBsAg above 1000 IU/mL predicted relapse (HR 1.52, 95% CI 1.21-5.91, P = 0.001). Age did too (HR {_a[0]}, 95% CI {_a[1]}-{_a[2]}, P {_a[3]})."""),
    ("w-centre-or", "estimate with a wrong digit", "interval-centre", "OR 3.65", """Low albumin was a risk factor for infection (OR 3.65, 95% CI 1.31-3.86). Age was not (OR 1.02, 95% CI 0.98-1.06)."""),
    ("w-centre-rr", "lower limit with a wrong digit", "interval-centre", "RR 0.62", f"""Prophylaxis lowered the risk of transmission (RR 0.62, 95% CI 0.19-0.75, P < 0.001). Caesarean section did not (RR 0.93, 95% CI 0.71-1.22, P = 0.60)."""),
    ("w-interval-p", "interval excludes 1, p says otherwise", "interval-p", "OR 5.18", """Steroid use predicted reactivation (OR 5.18, 95% CI 1.40-19.20, P = 0.31). Male sex was not associated (OR 1.21, 95% CI 0.70-2.09, P = 0.49)."""),
    ("w-interval-p2", "interval includes 1, p below 0.001", "interval-p", "HR 0.91", """Beta-blockers reduced bleeding (HR 0.91, 95% CI 0.70-1.18, P < 0.001). Ascites was less frequent as well (HR 0.66, 95% CI 0.49-0.89, P = 0.006)."""),
    ("w-interval-p3", "difference with an interval around 0 called significant", "interval-p", "mean difference 0.3", """Quality of life improved (mean difference 0.3 points, 95% CI -1.1 to 1.7; P = 0.002). Depression did not (mean difference -0.2, 95% CI -1.0 to 0.6; P = 0.62)."""),
    ("w-interval-p4", "strong effect called not significant", "interval-p", "RR 2.40", """Birth-dose delay raised the risk of infection (RR 2.40, 95% CI 1.80-3.20, P = 0.45). Low birth weight did not (RR 1.10, 95% CI 0.81-1.49, P = 0.54)."""),
    ("w-interval-p5", "p above the decision of its interval", "interval-p", "HR = 1.88", f"""Family history (HR = 1.88, 95% CI 1.42-2.49, P = 0.214) and cirrhosis (HR = {_a[0]}, 95% CI {_a[1]}-{_a[2]}, P {_a[3]}) entered the Cox model."""),
    # values that cannot be
    ("w-p-above-one", "p above 1", "impossible-value", "P = 1.32", """Sex had no influence on relapse (χ2 = 0.21, P = 1.32). Neither had genotype (χ2 = 0.60, P = 0.44). Only HBsAg mattered."""),
    ("w-p-negative", "p below 0", "impossible-value", "P = -0.03", """HBsAg decline differed between genotypes (t(88) = 2.20, P = -0.03). Genotype A did best. All patients received 48 weeks of interferon."""),
    ("w-sens", "sensitivity above 100%", "impossible-value", "sensitivity of 108.2%", """At a cut-off of 3 log10 the test had a sensitivity of 108.2% and a specificity of 81.0% for relapse. The AUC was 0.84."""),
    ("w-auc", "AUC above 1", "impossible-value", "AUC 1.86", """The ROC analysis of HBcrAg gave an AUC 1.86 (95% CI 0.80-0.92). That of HBV RNA gave an AUC 0.79 (95% CI 0.72-0.86)."""),
    ("w-r", "correlation above 1", "impossible-value", "r = 1.47", """HBsAg correlated with cccDNA (r = 1.47, P < 0.001) and with age (r = -0.21, P = 0.04) in 96 biopsies."""),
    ("w-median", "median outside its quartiles", "own-range", "median ALT was 88", """At baseline the median ALT was 88 U/L (IQR 31-64) and median HBV DNA 5.9 log10 IU/mL (IQR 4.4-7.1). Half of the patients were HBeAg positive."""),
    ("w-mean-range", "mean outside the range", "own-range", "mean age was 17.2", """The mean age was 17.2 years (range 21-68). Patients had been treated for a median of 3.4 years (range 1.0-9.6)."""),
    ("w-roc", "area that the point does not allow", "roc-point", "AUC of 0.61", """HBsAg at week 12 had an AUC of 0.61, a sensitivity of 92.0% and a specificity of 90.0% for sustained response. The cut-off was 1500 IU/mL."""),
    # over time
    ("w-survival-rises", "survival rises", "survival-falls", "0.91", """The probability of staying free of relapse was lower after stopping early (one-year: 0.84 vs. 0.78; three-year: 0.91 vs. 0.62). Most relapses were mild."""),
    ("w-cumulative-falls", "cumulative incidence falls", "survival-falls", "11.2%", """The cumulative incidence of HCC was 14.6% at 5 years and, at 10 years, 11.2%. Cirrhosis was the strongest predictor."""),
    ("w-km-crude", "curve below the crude share", "survival-crude", "34.6%", """Eighty-one patients were enrolled and stopped treatment. Relapse within 1 year occurred in 32 of 81 patients. The cumulative relapse rate was 34.6% at 1 year. HBsAg at the end of treatment predicted relapse."""),
    ("w-rate", "rate that the person-years do not give", "rate", "3.45 per 100 person-years", """During 1,842 person-years of follow-up, 37 patients developed HCC, an incidence of 3.45 per 100 person-years. Cirrhosis raised the rate fourfold."""),
    ("w-rate-copied", "rate of another study copied", "rate", "14.3 per 100 person-years", """HBsAg loss was seen in 6 patients during 352 person-years, that is, 14.3 per 100 person-years. All six had started with tenofovir."""),
    ("w-rate-thousand", "per 100 and per 1000 confused", "rate", "21.0 per 100 person-years", """Over 4,190 person-years 88 deaths occurred, giving a mortality of 21.0 per 100 person-years. Liver disease caused half of them."""),
    # definitions
    ("w-threshold", "a sign lost in a definition", "threshold-overlap", "HBV DNA < 20 IU/mL and < 2000 IU/mL", """Patients were divided into a low-level viraemia group (HBV DNA < 20 IU/mL and < 2000 IU/mL) and a complete response group (HBV DNA < 20 IU/mL). The first had more cirrhosis (21% vs 12%)."""),
    ("w-threshold-hbsag", "a sign lost in a definition", "threshold-overlap", "HBsAg > 100 IU/mL and > 1000 IU/mL", """They were grouped as middle (HBsAg > 100 IU/mL and > 1000 IU/mL) and high (HBsAg > 1000 IU/mL). Loss of HBsAg was seen in the first group only."""),
    # errors that no rule is made for
    ("w-sum-percent", "exclusive percentages above 100", "", "52.0%", """Genotypes were B in 52.0%, C in 41.3% and D in 18.7% of the patients. Genotype did not influence response to tenofovir."""),
    ("w-mean-t", "t does not follow from means and SDs", "", "t = 9.84", """Serum IL-10 was 12.1 ± 6.2 pg/mL in 40 patients and 12.9 ± 6.0 pg/mL in 40 controls (t = 9.84). Nothing else differed."""),
    ("w-direction", "text says the opposite of the numbers", "", "lower", """Relapse was lower with high HBsAg (62% vs 21%, P < 0.001), and patients with high HBsAg should therefore not stop treatment."""),
    ("w-n-changes", "sample size changes", "", "118", """We enrolled 108 patients. At week 48, 92 of the 118 patients had undetectable HBV DNA. HBsAg fell slowly."""),
    ("w-age", "mean age outside inclusion", "", "61.2", """Eligible were children aged 2 to 17 years. Mean age was 61.2 ± 4.1 years, and most were HBeAg positive."""),
]
