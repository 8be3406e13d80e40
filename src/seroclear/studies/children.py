"""Children treated for chronic hepatitis B: interferon or a nucleos(t)ide analogue (NA).

The source is a review: treat in the immune-active phase, interferon first, NA where it cannot be
given, relapse likely once NA is stopped, the two together said to be better. Here each is a figure:
the phase at the start, the rate of HBeAg and HBsAg loss by first treatment, and what followed the
stop of an NA. Adult limits of ALT would call most children's hepatitis quiet; the definition's are
told under Methods. Groups are by the first drug, whatever followed; interferon that came on top of
an NA begins when it begins. Height and weight are not in the records: nothing is said of growth.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.crude import rates
from seroclear.analysis.log_rank import log_rank
from seroclear.analysis.person_time import person_time
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.study import *

index = treatment_start
day_before = index - "1 day"
hbeag = status("hbeag", before=index, within="1 year")
stop = stopped("NA", after=index)
first_class = treatment_class(index)
added = started("IFN", after=started("NA"))
phases = (
    *("HBeAg-positive infection", "HBeAg-positive hepatitis"),
    *("HBeAg-negative infection", "HBeAg-negative hepatitis", "indeterminate", "unknown"),
)

study = Study(
    question="What do interferon and nucleos(t)ide analogues achieve in children?",
    population=[
        start("HBsAg positive at least once", test("hbsag").status == "positive"),
        keep("Started NA or interferon", index),
        keep("Under 18 years", age(index) < 18),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        keep(
            "HBsAg positive", status("hbsag", before=index, within="1 year").is_one_of("positive")
        ),
        keep("NA alone or interferon alone", first_class.is_one_of("NA", "IFN")),
    ],
    time_zero=index,
    groups=first_class,
    group_order=("NA", "IFN"),
    outcome=first("hbsag_loss", after=index),
    follow_up=until(last_test("hbsag")),
    changes=[change("Interferon added to an NA", added)],
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("HBeAg", hbeag, levels=("negative", "positive")),
    ],
    described=[
        covariate("Phase", state("phase", on=day_before), levels=phases),
        covariate("HBV DNA (log10 IU/mL)", log10(value("hbv_dna", before=index, within="1 year"))),
        covariate("ALT (U/L)", value("alt", before=index, within="180 days")),
    ],
    analyses=[
        table_one,
        rates,
        partial(kaplan_meier, at=(1.0, 3.0, 5.0)),
        partial(competing, at=(1.0, 3.0, 5.0)),
        log_rank,
        cox,
        person_time,
    ],
    secondary=[
        endpoint(
            first("hbeag_loss", after=index),
            [rates, log_rank, cox],
            among=[keep("HBeAg positive at the start", hbeag.is_one_of("positive"))],
            follow_up=until(last_test("hbeag")),
            covariates=[
                covariate("Age (years)", age(index)),
                covariate("Sex", sex, levels=("female", "male")),
            ],
        ),
        endpoint(
            first("virological_relapse", after=stop),
            [rates],
            time_zero=stop,
            among=[keep("Stopped the NA", known(stop))],
            follow_up=until(last_test("hbv_dna"), first("retreatment", after=stop)),
        ),
    ],
)
