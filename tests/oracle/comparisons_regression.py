"""Regressions, repeated measures and exact methods: what is compared with R, and how closely."""

from __future__ import annotations

import ours_causal as causal
import ours_longitudinal as long
import ours_regression as ours
from comparisons import Comparison

BIRTHS = "birthwt: 189 births, 59 light"
FEW = "birthwt, the first 145 of which 15 light"
ENDOMETRIAL = "endometrial: 79 women, 30 cases, NV separates"
VISITS = "respiratory: 111 patients, a seventh of 444 visits missed"
SLEEP = "sleepstudy: 18 persons, 10 days each"
TEETH = "orthodont: 27 children, 4 visits each"
GAPS = "orthodont, a ninth of 108 visits missed"
LIMITED = "orthodont, values beyond 21 and 28 known only to be so"
SMOKE = "birthwt: 74 smokers, 115 others"
REML = "`optim` of the restricted likelihood"

REGRESSION = [
    Comparison(
        "Logistic regression", BIRTHS, "`glm(binomial)`", "logistic", 7, ours.ordinary
    ),
    Comparison(
        "Logistic regression with weights", BIRTHS, "`glm(weights =)`", "logistic", 7,
        ours.weighted,
    ),
    Comparison(
        "Logistic regression with Firth's penalty", FEW,
        "`brglm2`; limits, p: `optim` of the penalised likelihood", "logistic", 6,
        lambda: ours.firth("few"),
    ),
    Comparison(
        "Logistic regression with Firth's penalty", ENDOMETRIAL,
        "`brglm2`; limits, p: `optim` of the penalised likelihood", "logistic", 6,
        lambda: ours.firth("endometrial"),
    ),
    Comparison(
        "Logistic regression with Firth's penalty",
        "birthwt, one woman alone with six visits to a physician",
        "`optim` of the penalised likelihood (`brglm2` does not converge)", "logistic",
        6, lambda: ours.firth("alone"),
    ),
    Comparison(
        "Area under the ROC curve, DeLong", BIRTHS, "`pROC::ci.auc`, `roc.test`, `coords`",
        "logistic", 8, ours.roc,
    ),
    Comparison(
        "Calibration", BIRTHS, "`glm(offset =)`, arithmetic", "logistic", 7, ours.calibrated
    ),
    Comparison(
        "Exact limits of a share", "0 of 501, 5 of 102, 12 of 12", "`binom.test`", "exact", 8,
        lambda: ours.shares("exact"),
    ),
    Comparison(
        "Mid-P limits of a share", "0 of 501, 5 of 102, 12 of 12", "`uniroot` of the binomial",
        "exact", 8, lambda: ours.shares("mid"),
    ),
    Comparison(
        "Conditional odds ratio, exact limits", "two 2×2 tables, one with an empty cell",
        "`fisher.test` (p); its equations by `uniroot`, as it stops at 4 digits", "exact", 8,
        ours.odds,
    ),
    Comparison(
        "Rate ratio, exact limits", "11 in 800 and 3 in 610 years; 0 in 120 and 4 in 80",
        "`poisson.test`", "exact", 8, ours.rates,
    ),
    Comparison("Holm, Benjamini–Hochberg", "8 p values", "`p.adjust`", "exact", 8, ours.adjusted),
    Comparison(
        "Spearman's correlation", BIRTHS, "`cor.test(exact = FALSE)`", "exact", 8,
        lambda: ours.ranks("spearman"),
    ),
    Comparison(
        "Kendall's correlation", BIRTHS, "`cor.test(exact = FALSE)`", "exact", 8,
        lambda: ours.ranks("kendall"),
    ),
    Comparison(
        "Wilcoxon's signed-rank test", SLEEP, "`wilcox.test(paired = TRUE, exact = FALSE)`",
        "exact", 8, ours.paired,
    ),
    Comparison(
        "ΔΔCt with limits and p", BIRTHS + ", as cycle numbers", "`t.test`, `wilcox.test`",
        "exact", 8, ours.ddct,
    ),
    Comparison("E-value", "three ratios", "arithmetic in R", "exact", 8, ours.confounding),
    Comparison(
        "Systematic error of negative controls", "8 estimates", "`optim` of the likelihood",
        "exact", 6, ours.controls,
    ),
    *(
        Comparison(
            f"GEE, {structure}, binomial", VISITS, "`geepack::geeglm(waves =)`", "longitudinal",
            8, lambda structure=structure: long.respiratory(structure),
        )
        for structure in ("independence", "exchangeable", "ar1")
    ),
    Comparison(
        "GEE, exchangeable, binomial", "ohio: 537 children, 4 visits each", "`geepack::geeglm`",
        "longitudinal", 8, long.ohio,
    ),
    Comparison(
        "GEE, exchangeable, Poisson", "epil: 59 patients, 4 periods each", "`geepack::geeglm`",
        "longitudinal", 8, long.epil,
    ),
    Comparison(
        "GEE, AR(1), Gaussian", SLEEP, "`geepack::geeglm`", "longitudinal", 8, long.sleep_gee
    ),
    *(
        Comparison(
            f"Mixed model, random {words}", where, REML, "longitudinal", 6,
            lambda name=name: long.linear(name),
        )
        for name, words, where in (
            ("sleep.intercept", "intercept", SLEEP),
            ("sleep.slope", "intercept and slope", SLEEP),
            ("ortho.intercept", "intercept", GAPS),
            ("ortho.slope", "intercept and slope", GAPS),
        )
    ),
    Comparison(
        "Mixed model, random intercept", GAPS, "`nlme::lme`", "longitudinal", 6,
        lambda: long.linear("lme"),
    ),
    Comparison(
        "Regression with limits (Tobit)", LIMITED, '`survreg(dist = "gaussian")`',
        "longitudinal", 8, long.censored,
    ),
    Comparison(
        "Mixed model with limits (Tobit)", LIMITED,
        "`optim`, `numDeriv` of the likelihood, 801-point integral", "longitudinal", 6,
        long.censored_mixed,
    ),
    Comparison(
        "Repeated-measures analysis of variance", TEETH,
        '`aov(Error())`, `anova(test = "Spherical")`', "longitudinal", 8, long.anova,
    ),
    Comparison(
        "Balance by weights and matching", SMOKE, "arithmetic on `glm(binomial)`", "causal", 8,
        causal.balance,
    ),
    Comparison(
        "Weighted difference, robust variance", SMOKE, "`lm.wfit`, White's variance", "causal", 8,
        causal.effects,
    ),
    Comparison(
        "Nearest matching in a caliper", SMOKE, "search of all controls, in R", "causal", 8,
        causal.pairs,
    ),
    Comparison(
        "Rubin's rules", "5 estimates, with few and many persons", "`mice::pool.scalar`",
        "causal", 8, causal.rubin,
    ),
    Comparison(
        "Clone, censor, weight", "grace.csv: 400 simulated persons",
        "`glm` on one row a clone and month", "causal", 8, causal.clones,
    ),
]  # fmt: skip
