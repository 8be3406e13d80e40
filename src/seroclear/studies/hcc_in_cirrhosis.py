"""Liver cancer in cirrhosis on nucleos(t)ide analogues (NA): how often, and in whom.

The published study gives relative risks of 4.5 and 3.9 without limits: from a Cox model they are
hazard ratios. It counts cancers from the first day on NA; one found in the first visits was there
before, so here the clock starts after 183 days without one, and cirrhosis counts when coded by then
(a diagnosis of the first visit is confirmed at the next). A family history of liver cancer, its
second predictor, is not in hospital records. Fifteen cancers carried its model: with so few the
report penalises and says so.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.competing_regression import competing_regression
from seroclear.analysis.cox import cox
from seroclear.analysis.crude import rates
from seroclear.analysis.imputed import imputed_cox
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.study import *

began = started("NA")
index = began + "183 days"
transplant = first("liver_transplant", after=index)
hbeag = status("hbeag", at=began, within="183 days")

study = Study(
    question="How often does liver cancer come in cirrhosis on nucleos(t)ide analogues, in whom?",
    population=[
        start("Started an NA", began),
        keep("Cirrhosis known by 183 days after", ever("cirrhosis", before=index)),
        keep("Seen for more than 183 days after it", years(index, last_contact) > 0),
        keep("Adult", age(index) >= 18),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop("HCC or transplant by then", ever("hcc", "liver_transplant", before=index)),
    ],
    time_zero=index,
    outcome=first("hcc", after=index),
    competing=[death],
    follow_up=until(last_contact, transplant),
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("HBeAg at the start", hbeag, levels=("negative", "positive")),
        covariate("Decompensation", ever("decompensation", before=index)),
    ],
    described=[
        covariate(
            "HBV DNA at the start (log10 IU/mL)",
            log10(value("hbv_dna", before=began, within="1 year")),
        ),
        covariate("Platelets (10^9/L)", value("platelets", before=index, within="1 year")),
        covariate("AFP (ng/mL)", value("afp", before=index, within="1 year")),
        covariate("ALT at the start (U/L)", value("alt", before=began, within="180 days")),
        covariate(
            "HBV DNA at time zero",
            status("hbv_dna", before=index, within="183 days"),
            levels=("undetectable", "detectable"),
        ),
    ],
    analyses=[
        table_one,
        partial(kaplan_meier, at=(1.0, 3.0, 5.0)),
        cox,
        imputed_cox,
        partial(competing, at=(1.0, 3.0, 5.0)),
        competing_regression,
    ],
    secondary=[
        endpoint(first("liver_death", after=index), [rates], competing=[]),
        endpoint(
            first("decompensation", after=index),
            [rates],
            among=[
                drop("Decompensation by time zero", ever("decompensation", before=index)),
            ],
        ),
    ],
    published="hcc_in_cirrhosis",
)
