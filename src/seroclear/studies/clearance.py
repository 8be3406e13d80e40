"""Who loses HBsAg on nucleos(t)ide analogues (NA) or interferon (IFN).

Makes runnable what a review of HBsAg clearance describes (host, virus, antiviral drugs). Death and
liver cancer can come first, so incidence is cumulative incidence; those who never test again say
nothing. The fall of HBsAg in 24 weeks is a landmark: it predicts only what comes after week 24,
among those still at risk then.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.competing_regression import competing_regression
from seroclear.analysis.cox import cox
from seroclear.analysis.crude import rates
from seroclear.analysis.imputed import imputed_cox
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.table_one import table_one
from seroclear.study import *

index = treatment_start
week_24 = index + "24 weeks"
transplant = first("liver_transplant", after=index)
hbsag = log10(value("hbsag", before=index, within="1 year"))
fall = hbsag - log10(value("hbsag", at=week_24, within="6 weeks", negative_as=0.05))
basics = [
    covariate("Age (years)", age(index)),
    covariate("Sex", sex, levels=("female", "male")),
    covariate(
        "HBeAg", status("hbeag", before=index, within="1 year"), levels=("negative", "positive")
    ),
]

study = Study(
    question="Who loses HBsAg on nucleos(t)ide analogues or interferon, and how soon?",
    population=[
        start("HBsAg positive at least once", test("hbsag").status == "positive"),
        keep("Started NA or interferon", index),
        keep(
            "HBsAg positive at the start",
            status("hbsag", before=index, within="2 years").is_one_of("positive"),
        ),
        keep("NA alone or interferon alone", treatment_class(index).is_one_of("NA", "IFN")),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop("HCC or transplant before", ever("hcc", "liver_transplant", before=index)),
    ],
    time_zero=index,
    groups=treatment_class(index),
    group_order=("NA", "IFN"),
    outcome=first("hbsag_loss", after=index),
    competing=[first("hcc", after=index), death],
    follow_up=until(last_test("hbsag"), transplant),
    covariates=[
        *basics,
        covariate("HBsAg (log10 IU/mL)", hbsag),
        covariate("HBV DNA (log10 IU/mL)", log10(value("hbv_dna", before=index, within="1 year"))),
        covariate(
            "ALT", status("alt", before=index, within="180 days"), levels=("normal", "elevated")
        ),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
    ],
    described=[
        covariate(
            "First agent",
            treatment(index),
            levels=("ETV", "TDF", "TAF", "LAM", "ADV", "LDT", "PEGIFN2A", "PEGIFN2B"),
        ),
    ],
    analyses=[
        table_one,
        rates,
        partial(competing, at=(1.0, 3.0, 5.0, 10.0)),
        log_rank,
        cox,
        imputed_cox,
        competing_regression,
    ],
    secondary=[
        endpoint(
            first("hbsag_loss", after=week_24),
            [rates, cox, imputed_cox],
            label="HBsAg loss after week 24",
            time_zero=week_24,
            among=[
                keep("Tested for HBsAg after week 24", years(week_24, last_test("hbsag")) > 0),
                drop(
                    "HBsAg loss, HCC, transplant or death by week 24",
                    ever("hbsag_loss", "hcc", "liver_transplant", "death", before=week_24),
                ),
                keep("HBsAg measured at the start and at week 24", known(fall)),
            ],
            covariates=[*basics, covariate("Fall of HBsAg in 24 weeks (log10 IU/mL)", fall)],
        ),
    ],
    published="clearance",
)
