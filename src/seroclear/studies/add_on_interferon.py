"""Interferon (IFN) added to a nucleos(t)ide analogue (NA), or NA alone: a target trial emulated.

No trial is published here to stand beside; a review calls the combination promising. The trial one
would do: after a year on NA, with HBV DNA undetectable, HBeAg negative and HBsAg under 1500 IU/mL,
one arm adds IFN within 24 weeks, the other goes on without it; HBsAg loss within 96 weeks counts.
To compare those who ever added it with those who never did would credit the first with the time
they had to keep HBsAg until they began. So everybody is put into both arms, leaves an arm on the
day the strategy is left, and those who stay stand for those who left, by what was known at the
start. What decides about IFN and is not on record is not balanced by that.
"""

from seroclear.analysis.crude import rates
from seroclear.analysis.emulation import emulated_trial
from seroclear.analysis.table_one import table_one
from seroclear.study import *

began = started("NA")
index = began + "52 weeks"
hbsag = value("hbsag", before=index, within="1 year")
add_on = started("IFN", after=index)

study = Study(
    question="Is HBsAg lost more often when interferon is added to a suppressed virus on NA?",
    population=[
        start("Started an NA", began),
        keep("On NA alone a year later", treatment_class(index).is_one_of("NA")),
        keep("Adult", age(index) >= 18),
        keep(
            "HBV DNA undetectable",
            status("hbv_dna", before=index, within="1 year").is_one_of("undetectable"),
        ),
        keep(
            "HBeAg negative",
            status("hbeag", before=index, within="2 years").is_one_of("negative"),
        ),
        keep("HBsAg under 1500 IU/mL", hbsag < 1500),
        drop("HBsAg lost by then", ever("hbsag_loss", before=index)),
        keep("Never had interferon", exposure_before(index).is_one_of("NA")),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop(
            "Decompensation, HCC or transplant before",
            ever("decompensation", "hcc", "liver_transplant", before=index),
        ),
    ],
    time_zero=index,
    outcome=first("hbsag_loss", after=index),
    competing=[death],
    follow_up=until(last_test("hbsag"), first("liver_transplant", after=index)),
    changes=[change("Interferon added", add_on)],
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("HBsAg (log10 IU/mL)", log10(hbsag)),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
    ],
    described=[
        covariate("ALT (U/L)", value("alt", before=index, within="1 year")),
        covariate("Platelets (10^9/L)", value("platelets", before=index, within="1 year")),
    ],
    analyses=[
        table_one,
        rates,
        emulated_trial("interferon_added", grace_weeks=24, until_weeks=96),
    ],
)
