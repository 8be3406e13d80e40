"""Statistics as functions of a cohort, each returning rows of the one result shape.

An analysis is called with a cohort, its options by keyword (or bound by functools.partial). All
times are in years, all limits are 95% limits. A value that cannot be estimated is None and its
note says why.

    table_one.table_one                   who the patients are
    survival.kaplan_meier                 curves, survival at named times, numbers at risk, rates
    log_rank.log_rank                     do the groups differ
    cox.cox                               hazard ratios, unadjusted and adjusted
    interval_censored.interval_censored   with the outcome known only to a window between tests
    competing.competing                   with death as a competing event
    weighting.balance                     are two groups alike, and do weights make them so
    subgroups.by                          within each level of a category
    definition_grid.definition_grid       under each of several definitions
    published.durability                  the figures of the published study

Functions of arrays, for studies that call them: logistic, firth_logistic, roc, calibration,
proportion, exact_ratio, gee, mixed, tobit, tobit_mixed, repeated_anova, propensity, matching,
balance, clone_censor, imputation, pooling, evalue, negative_control, multiplicity, rank and
expression. Each hands back a frozen dataclass whose `note` says why a number is missing.
"""
