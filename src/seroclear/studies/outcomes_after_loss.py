"""What follows the loss of HBsAg: liver cancer, decompensation, cirrhosis and death.

Loss is an exposure that begins during follow-up: everybody counts as not having lost HBsAg until
the day of the loss. To compare those who ever lost it with those who never did would credit the
first with the years they had to survive to lose it (immortal time). The clock starts 183 days after
chronic hepatitis B is first shown, so that cancers found at the first visits are not counted.
"""

from functools import partial

from seroclear.analysis.changing_exposure import time_varying_cox
from seroclear.analysis.competing import competing
from seroclear.analysis.crude import rates
from seroclear.analysis.person_time import person_time
from seroclear.analysis.table_one import table_one
from seroclear.study import *

chronic = first("chronic_hbv")
index = chronic + "183 days"
transplant = first("liver_transplant", after=index)
analyses = [person_time, time_varying_cox]

study = Study(
    question="Do liver cancer, decompensation and death become rarer once HBsAg is lost?",
    population=[
        start("Chronic hepatitis B", chronic),
        keep("Seen for more than 183 days after it", years(index, last_contact) > 0),
        keep("Adult", age(index) >= 18),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop(
            "HCC, decompensation or transplant by then",
            ever("hcc", "decompensation", "liver_transplant", before=index),
        ),
    ],
    time_zero=index,
    outcome=first("hcc", after=index),
    competing=[death],
    follow_up=until(last_contact, transplant),
    changes=[change("HBsAg loss", first("hbsag_loss"))],
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
        covariate("On NA or interferon", on_treatment(index), levels=("off", "on")),
    ],
    described=[
        covariate(
            "HBeAg",
            status("hbeag", before=index, within="2 years"),
            levels=("negative", "positive"),
        ),
        covariate(
            "ALT", status("alt", before=index, within="1 year"), levels=("normal", "elevated")
        ),
        covariate("FIB-4", value("fib4", before=index, within="1 year")),
    ],
    analyses=[
        table_one,
        rates,
        person_time,
        time_varying_cox,
        partial(competing, at=(5.0, 10.0)),
    ],
    secondary=[
        endpoint(first("decompensation", after=index), analyses),
        endpoint(
            first("cirrhosis", after=index),
            analyses,
            among=[drop("Cirrhosis at time zero", ever("cirrhosis", before=index))],
        ),
        endpoint(first("liver_death", after=index), analyses),
        endpoint(first("death", after=index), analyses, competing=[]),
    ],
)
