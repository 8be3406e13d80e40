"""The kidney on six regimens of nucleos(t)ide analogues (NA) over 144 weeks.

The published study compared eGFR by repeated-measures analysis of variance, which drops whoever
misses a visit; a mixed model uses every visit, and the analysis of variance stands beside it. The
abstract does not say what renal dysfunction is: here eGFR under 60, or a fifth below the start, at
week 144. That eGFR at the start predicts eGFR later is regression to the mean as much as risk. Its
limits for 'mild abnormality' (2.144 to 8.891) centre on 4.366, not on the printed 4.336. Follow-up
ends with the first regimen: what a switch does is not its effect.
"""

from seroclear.analysis.crude import rates
from seroclear.analysis.line_models import mixed_model
from seroclear.analysis.odds import logistic_regression
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.table_one import table_one
from seroclear.analysis.visit_means import repeated_measures, visit_means
from seroclear.study import *

index = treatment_start
week_144 = index + "144 weeks"
end = line_end(index)
regimens = ("ETV", "LAM", "LDT", "ADV", "ADV+LAM", "ADV+LDT", "TDF", "TAF")
at_start = value("egfr", before=index, within="1 year")
later = value("egfr", at=week_144, within="24 weeks")
fell_by_a_fifth = log10(at_start) - log10(later) >= 0.09691  # the logarithm of 1 / 0.8
hbeag = status("hbeag", before=index, within="1 year")
# A line that is still on has no end.
on_it_until_week_144 = years(week_144, earliest(end, week_144 + "1 day")) >= 0
basics = [
    covariate("Age 40 or more", age(index) >= 40),
    covariate("Sex", sex, levels=("female", "male")),
    covariate("eGFR", bands(at_start, "under 90", 90, "90 or more"), ("90 or more", "under 90")),
]

study = Study(
    question="How does the kidney fare on each nucleos(t)ide analogue?",
    population=[
        start("Started NA or interferon", index),
        keep("NA of the compared regimens", treatment(index).is_one_of(*regimens)),
        keep("Adult", age(index) >= 18),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop("Liver transplant before", ever("liver_transplant", before=index)),
        keep("eGFR known at the start", known(at_start)),
        drop("Chronic kidney disease before", ever("ckd", before=index)),
    ],
    time_zero=index,
    groups=treatment(index),
    group_order=regimens,
    outcome=first("egfr_decline", after=index),
    outcome_marker="egfr",
    follow_up=until(last_test("egfr"), end),
    covariates=basics,
    described=[
        covariate("Age (years)", age(index)),
        covariate("eGFR (mL/min/1.73m2)", at_start),
        covariate("Phosphate (mmol/L)", value("phosphate", before=index, within="1 year")),
        covariate("Diabetes", diagnosed("diabetes", before=index)),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
        covariate("HBeAg", hbeag, levels=("negative", "positive")),
    ],
    visits=[visits("egfr", every="48 weeks", until="144 weeks", within="20 weeks", label="eGFR")],
    analyses=[table_one, rates, visit_means, mixed_model, repeated_measures],
    secondary=[
        endpoint(
            measured("Renal dysfunction at week 144", (later < 60) | fell_by_a_fifth),
            [outcome_share, logistic_regression],
            among=[keep("Still on it at week 144", on_it_until_week_144)],
        ),
        endpoint(first("hypophosphataemia", after=index), [rates], follow_up=until(end)),
        endpoint(
            measured(
                "HBV DNA undetectable at week 144",
                status("hbv_dna", at=week_144, within="24 weeks"),
                levels=("detectable", "undetectable"),
            ),
            [outcome_share],
            among=[keep("Still on it at week 144", on_it_until_week_144)],
        ),
        endpoint(
            first("hbeag_seroconversion", after=index),
            [rates],
            among=[keep("HBeAg positive at the start", hbeag.is_one_of("positive"))],
            follow_up=until(last_test("anti_hbe"), end),
        ),
    ],
    published="kidney",
)
