"""What each analysis does, in a sentence for the methods section, by `methods.kind`."""

from __future__ import annotations

IMPUTED = (
    "The adjusted model is repeated with unknown covariates imputed (chained equations with the "
    "outcome among the predictors, Rubin's rules). It assumes that what is unknown can be told "
    "from what is on record; the model of complete cases, that being complete has nothing to do "
    "with the outcome."
)
SENTENCES = {
    "kaplan_meier": (
        "Survival free of the outcome was estimated by the Kaplan–Meier method with "
        "log-transformed 95% limits."
    ),
    "restricted_means": (
        "Years free of the outcome up to named times (restricted mean survival time, the area "
        "under the Kaplan–Meier curve) compare groups without proportional hazards."
    ),
    "log_rank": "Groups were compared by the log-rank test.",
    "cox": (
        "Hazard ratios come from Cox models (Efron's method for ties), crude and adjusted for "
        "{covariates}; Firth's penalty is added when events are few, and scaled Schoenfeld "
        "residuals test proportional hazards."
    ),
    "stratified": (
        "Groups are also compared within strata, each with a hazard of its own (stratified "
        "log-rank test and Cox model)."
    ),
    "imputed_cox": IMPUTED,
    "imputed_logistic": IMPUTED,
    "interval_censored": (
        "Because the outcome happens between two tests, the analysis is repeated for "
        "interval-censored data: nonparametric maximum likelihood and a piecewise-exponential "
        "model."
    ),
    "interval_regression": (
        "Accelerated failure time models of the windows between tests, adjusted for {covariates}, "
        "say how many times longer it takes; AIC compares their distributions."
    ),
    "competing": (
        "{rivals} compete{s} with the outcome in an Aalen–Johansen analysis (with Gray's test "
        "where groups are compared), in which persons count until then or the last contact."
    ),
    "competing_regression": (
        "Fine–Gray regression says what changes the incidence, cause-specific Cox regression what "
        "changes the hazard, both adjusted for {covariates}."
    ),
    "rates": "Crude rates have exact Poisson limits, percentages Wilson limits.",
    "logistic_regression": (
        "Odds ratios come from logistic regression, crude and adjusted for {covariates}; Firth's "
        "penalty is added when events are few."
    ),
    "yearly_trend": "The share by calendar year is tested for a trend (Cochran–Armitage).",
    "mixed_model": (
        "How fast a number changes comes from a linear mixed model (a random intercept and slope a "
        "person), which uses every visit of everybody."
    ),
    "tobit_model": (
        "Results beyond a limit of the assay enter a mixed model as such, not as the limit."
    ),
    "visit_means": (
        "Means at the planned visits are of those measured then; between two groups they are "
        "tested at each visit (Welch), adjusted for the number of visits (Benjamini–Hochberg)."
    ),
    "repeated_measures": (
        "Repeated-measures analysis of variance, which leaves out whoever misses a visit, is there "
        "to stand beside the published one."
    ),
    "outcome_share": "Percentages have exact (Clopper–Pearson) limits.",
    "person_time": (
        "Follow-up was split where {changes} began, so that nobody is credited with time that had "
        "to be survived; rates have exact Poisson limits."
    ),
    "time_varying_cox": (
        "Cox models of the split follow-up compare the time after {changes} with the time before, "
        "alone and adjusted for {covariates}."
    ),
    "balance": (
        "Standardised differences say how alike the groups are: as they are, weighted by inverse "
        "probability or overlap, and matched."
    ),
    "overlap_weighted": (
        "Overlap weights (logistic regression of the group on {covariates}) make the groups alike; "
        "the weighted Cox model has robust limits, and E-values say how strong unmeasured "
        "confounding would have to be."
    ),
    "emulatedtrial": (
        "A target trial is emulated by cloning everybody into both strategies, censoring a clone "
        "when its strategy is left and weighting those who stay by {covariates}; limits are from "
        "resampled persons (seeded). Standardised differences of the arms before and after "
        "weighting, and the chances of beginning, tell whether the weights can carry it."
    ),
    "competingwithin": (
        "Cumulative incidence within subgroups is that of Aalen and Johansen, each on its own."
    ),
    "concordance_by_quarter": (
        "Concordance with the rules is the share who had changed by the end of each quarter, of "
        "those whom a rule had begun to apply to; Wilson limits."
    ),
    "discrimination": (
        "The area under the curve is that of a logistic model of {covariates}, also corrected for "
        "optimism by resampling (seeded)."
    ),
    "table_one": (
        "Numbers are described by medians with quartiles, categories by counts; groups are "
        "compared by rank tests, chi-square or Fisher's exact test, two groups also by "
        "standardised differences."
    ),
    "by": (
        "Within subgroups curves are estimated and compared each on its own; these comparisons are "
        "exploratory."
    ),
    "table_one_by_outcome": "Table 1 sets those with and without the outcome side by side.",
}
