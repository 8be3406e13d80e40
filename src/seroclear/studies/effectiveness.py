"""Tenofovir (TDF) or entecavir (ETV) as the first treatment: what each achieves in routine care.

The published cross-sectional study gives the share with undetectable HBV DNA whatever the time on
treatment, and the share without HBeAg without saying of whom. Here each share has its denominator:
those tested, and of HBeAg those who had it. Nobody lost HBsAg there: exact limits say what 0 of 501
still allows. Follow-up ends with the first treatment: a switch or an add-on is not its effect.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.crude import rates
from seroclear.analysis.imputed import imputed_cox
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.study import *

index = treatment_start
week_48 = index + "48 weeks"
hbeag = status("hbeag", before=index, within="1 year")
alt = status("alt", before=index, within="180 days")
end = line_end(index)
# A line that is still on has no end.
on_it_until_week_48 = years(week_48, earliest(end, week_48 + "1 day")) >= 0

study = Study(
    question="What do tenofovir and entecavir achieve as the first treatment?",
    population=[
        start("Started NA or interferon", index),
        keep("TDF or ETV, alone", treatment(index).is_one_of("ETV", "TDF")),
        keep("Adult", age(index) >= 18),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop("Liver transplant", ever("liver_transplant", before=index)),
        keep(
            "HBV DNA detectable at the start",
            status("hbv_dna", before=index, within="1 year").is_one_of("detectable"),
        ),
    ],
    time_zero=index,
    groups=treatment(index),
    group_order=("ETV", "TDF"),
    outcome=first("complete_virological_response", after=index),
    outcome_marker="hbv_dna",
    follow_up=until(last_test("hbv_dna"), end),
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("HBeAg", hbeag, levels=("negative", "positive")),
        covariate("HBV DNA (log10 IU/mL)", log10(value("hbv_dna", before=index, within="1 year"))),
        covariate("ALT", alt, levels=("normal", "elevated")),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
    ],
    analyses=[table_one, partial(kaplan_meier, at=(0.5, 1.0, 2.0)), log_rank, cox, imputed_cox],
    secondary=[
        endpoint(
            measured(
                "HBV DNA undetectable at week 48",
                status("hbv_dna", at=week_48, within="12 weeks"),
                levels=("detectable", "undetectable"),
            ),
            [outcome_share],
            among=[keep("Still on it at week 48", on_it_until_week_48)],
        ),
        endpoint(
            first("hbeag_loss", after=index),
            [rates, partial(competing, at=(1.0, 3.0, 5.0))],
            among=[keep("HBeAg positive at the start", hbeag.is_one_of("positive"))],
            follow_up=until(last_test("hbeag"), end),
        ),
        endpoint(
            first("alt_normalisation", after=index),
            [rates],
            among=[keep("ALT elevated at the start", alt.is_one_of("elevated"))],
            follow_up=until(last_test("alt"), end),
        ),
        endpoint(
            first("hbsag_loss", after=index),
            [rates, outcome_share],
            follow_up=until(last_test("hbsag"), end),
        ),
    ],
    published="effectiveness",
)
