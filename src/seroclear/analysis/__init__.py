"""Statistics as functions of a cohort, each returning rows of the one result shape.

An analysis is called with a cohort, its options by keyword (or bound by functools.partial). All
times are in years, all limits are 95% limits. A value that cannot be estimated is None and its
note says why.

    table_one.table_one                   who the patients are
    survival.kaplan_meier                 curves, survival at named times, numbers at risk, rates
    restricted_mean.restricted_means      mean years free of the outcome up to a horizon
    log_rank.log_rank                     do the groups differ
    cox.cox                               hazard ratios, unadjusted and adjusted
    stratified.stratified                 log-rank and Cox within the strata of a category
    interval_censored.interval_censored   with the outcome known only to a window between tests
    interval_regression.interval_regression   the same, with a distribution of times
    competing.competing                   with death as a competing event
    weighting.balance                     are two groups alike, and do weights make them so
    competing_regression.competing_regression   cause-specific and Fine–Gray regression
    subgroups.by                          within each level of a category
    definition_grid.definition_grid       under each of several definitions
    published.durability                  the figures of the published study

Functions of arrays, for studies that call them: logistic, firth_logistic, roc, calibration,
proportion, exact_ratio, gee, mixed, tobit, tobit_mixed, repeated_anova, propensity, matching,
balance, clone_censor, imputation, pooling, evalue, negative_control, multiplicity, rank and
expression. Each hands back a frozen dataclass whose `note` says why a number is missing.

The kernels below them take plain arrays: cox_kernel.cox_regression, fine_gray.fine_gray,
aft.aft_regression, log_rank.log_rank_test, restricted_mean.restricted_mean, turnbull.turnbull,
curve.kaplan_meier_curve.
"""
