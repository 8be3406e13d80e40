"""Durability of HBsAg seroclearance after nucleos(t)ide analogues (NA) or interferon (IFN).

The published study this makes runnable by anyone: Durability of hepatitis B surface antigen
seroclearance in patients experienced nucleoside analogs or interferon monotherapy, Genes & Diseases
2023, doi:10.1016/j.gendis.2022.03.003.
"""

from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.imputed import imputed_cox
from seroclear.analysis.interval_censored import interval_censored
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.subgroups import by
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.study import *

index = first("hbsag_loss")
transplant = first("liver_transplant", after=index)
anti_hbs = status("anti_hbs", before=index, within="180 days")
alt = status("alt", before=index, within="180 days")

study = Study(
    question="Does HBsAg loss last as long after interferon as after nucleos(t)ide analogues?",
    population=[
        start("HBsAg positive at least once", test("hbsag").status == "positive"),
        keep("Lost HBsAg", index),
        keep("Chronic hepatitis B before the loss", ever("chronic_hbv", before=index)),
        keep(
            "Treated before the loss", exposure_before(index).is_one_of("NA", "IFN", "NA and IFN")
        ),
        keep("NA alone or interferon alone", exposure_before(index).is_one_of("NA", "IFN")),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop("Liver transplant before the loss", ever("liver_transplant", before=index)),
        drop("HBIG in the 6 months before", given("HBIG", before=index, within="183 days")),
        drop("Vaccine in the 28 days before", given("vaccine", before=index, within="28 days")),
    ],
    time_zero=index,
    groups=exposure_before(index),
    group_order=("IFN", "NA"),
    outcome=first("hbsag_seroreversion", after=index),
    outcome_marker="hbsag",
    follow_up=until(last_test("hbsag"), transplant),
    covariates=[
        covariate("Age at loss (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("ALT at loss", alt, levels=("normal", "elevated")),
        covariate("Anti-HBs at loss", anti_hbs, levels=("negative", "positive")),
        covariate("Treatment at loss", on_treatment(index), levels=("off", "on")),
        covariate("Cirrhosis before the loss", ever("cirrhosis", before=index)),
    ],
    subgroups=[covariate("Anti-HBs at loss", anti_hbs, levels=("negative", "positive"))],
    described=[
        covariate("First treatment to loss (years)", years(treatment_start, index)),
        covariate(
            "HBeAg at loss",
            status("hbeag", before=index, within="2 years"),
            levels=("negative", "positive"),
        ),
        covariate(
            "HBV DNA at loss",
            status("hbv_dna", before=index, within="1 year"),
            levels=("undetectable", "detectable"),
        ),
    ],
    analyses=[
        table_one,
        kaplan_meier,
        log_rank,
        cox,
        imputed_cox,
        interval_censored,
        competing,
        by("anti_hbs_at_loss"),
    ],
    definitions=[
        "default",
        "chronic_two_positives",
        "confirmed_loss_12w",
        "confirmed_loss_24w",
        "confirmed_reversion_4w",
        "confirmed_both",
    ],
    published="durability",
)
