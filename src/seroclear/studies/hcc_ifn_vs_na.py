"""Liver cancer after interferon (IFN) and after nucleos(t)ide analogues (NA): new users compared.

A review found few direct comparisons, which favour IFN and call for caution: those who are given
IFN are younger and have less cirrhosis. Here both start as new users on the same clock, counted as
they began (a later switch or add-on is part of what followed), and overlap weights make them alike
in what is on record: the answer is about those who could have had either. Cancers of the first 183
days were there before; cirrhosis and HBeAg count as known by then. What is not on record (family
history, why IFN was chosen) stays; the E-value says how strong it would have to be. Those left out
for an unknown covariate may differ.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.crude import rates
from seroclear.analysis.imputed import imputed_cox
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.overlap import overlap_weighted
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.analysis.weighting import balance
from seroclear.study import *

began = treatment_start
index = began + "183 days"
transplant = first("liver_transplant", after=index)

study = Study(
    question="Does liver cancer come less often after interferon than after NA?",
    population=[
        start("Started NA or interferon", began),
        keep("NA alone or interferon alone", treatment_class(began).is_one_of("NA", "IFN")),
        keep("Adult", age(began) >= 18),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=began)),
        # Interferon must not be given then: these could only have had NA.
        drop("Decompensation or transplant before", ever("decompensation", before=began)),
        keep("Seen for more than 183 days", years(index, last_contact) > 0),
        drop("HCC or transplant by then", ever("hcc", "liver_transplant", before=index)),
    ],
    time_zero=index,
    groups=treatment_class(began),
    group_order=("NA", "IFN"),
    outcome=first("hcc", after=index),
    competing=[death],
    follow_up=until(last_contact, transplant),
    covariates=[
        covariate("Age at the start (years)", age(began)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate(
            "HBeAg", status("hbeag", at=began, within="183 days"), levels=("negative", "positive")
        ),
        covariate("HBV DNA (log10 IU/mL)", log10(value("hbv_dna", before=began, within="1 year"))),
        covariate(
            "ALT", status("alt", before=began, within="180 days"), levels=("normal", "elevated")
        ),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
    ],
    described=[
        covariate("FIB-4", value("fib4", before=began, within="1 year")),
        covariate("Platelets (10^9/L)", value("platelets", before=began, within="1 year")),
        covariate(
            "First agent",
            treatment(began),
            levels=("ETV", "TDF", "TAF", "LAM", "ADV", "LDT", "PEGIFN2A", "PEGIFN2B"),
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
        partial(competing, at=(3.0, 5.0)),
    ],
    secondary=[
        endpoint(first("death", after=index), [rates, overlap_weighted], competing=[]),
    ],
)
