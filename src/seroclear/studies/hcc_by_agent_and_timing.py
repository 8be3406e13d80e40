"""Liver cancer on first-line nucleos(t)ide analogues: does the agent, or the time to start, matter?

A review asks both. The agent: entecavir against tenofovir as the first NA, alike in what is on
record by overlap weights, by what they began with. The time to start is what was true on the day
NA began (age, HBeAg, ALT, cirrhosis): to compare those who began early after the diagnosis with
those who began late would credit the late with the years they had to live without cancer. HBV DNA
that becomes undetectable is an exposure that begins during follow-up. Entecavir was marketed
before tenofovir: whoever began it is followed for longer, which the clock allows for, and began in
other times, which is not on record here.
"""

from functools import partial

from seroclear.analysis.changing_exposure import time_varying_cox
from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.imputed import imputed_cox
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.overlap import overlap_weighted
from seroclear.analysis.person_time import person_time
from seroclear.analysis.subgroups import by
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.analysis.weighting import balance
from seroclear.study import *

began = started("NA")
index = began + "183 days"
agent = category(
    {
        "ETV": treatment(began).is_one_of("ETV"),
        "TDF or TAF": treatment(began).is_one_of("TDF", "TAF"),
    },
    otherwise="other",
)
undetectable = first("complete_virological_response", after=began)
hbeag = status("hbeag", at=began, within="183 days")
alt = status("alt", before=began, within="180 days")

study = Study(
    question="Does it matter for liver cancer which NA is begun with, and when?",
    population=[
        start("Started an NA", began),
        keep("NA-naive: no treatment before", exposure_before(began - "1 day").is_one_of("none")),
        keep("Entecavir or tenofovir, alone", agent.is_one_of("ETV", "TDF or TAF")),
        keep("Adult", age(began) >= 18),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=began)),
        keep("Seen for more than 183 days", years(index, last_contact) > 0),
        drop("HCC or transplant by then", ever("hcc", "liver_transplant", before=index)),
    ],
    time_zero=index,
    groups=agent,
    group_order=("ETV", "TDF or TAF"),
    outcome=first("hcc", after=index),
    competing=[death],
    follow_up=until(last_contact, first("liver_transplant", after=index)),
    changes=[change("HBV DNA undetectable", undetectable)],
    covariates=[
        covariate("Age at the start (years)", age(began)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("HBeAg", hbeag, levels=("negative", "positive")),
        covariate("HBV DNA (log10 IU/mL)", log10(value("hbv_dna", before=began, within="1 year"))),
        covariate("ALT", alt, levels=("normal", "elevated")),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
    ],
    described=[
        covariate("FIB-4", value("fib4", before=began, within="1 year")),
        covariate("Diagnosis on record to NA (years)", years(first("chronic_hbv"), began)),
    ],
    subgroups=[
        covariate(
            "Age when NA began",
            bands(age(began), "under 40", 40, "40 to 59", 60, "60 or more"),
            levels=("under 40", "40 to 59", "60 or more"),
        ),
    ],
    analyses=[
        table_one,
        partial(kaplan_meier, at=(3.0, 5.0)),
        log_rank,
        cox,
        imputed_cox,
        balance,
        overlap_weighted,
        by("age_when_na_began", at=(3.0, 5.0)),
        person_time,
        time_varying_cox,
        partial(competing, at=(3.0, 5.0)),
    ],
)
