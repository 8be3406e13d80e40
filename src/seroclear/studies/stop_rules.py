"""Who stopped nucleos(t)ide analogues (NA) by which guideline's criteria, and what followed.

A review says that relapse after stopping is frequent and that criteria differ. Each guideline's
criteria count from the first day on which the records prove all of them (a criterion that no test
shows is not met: HBeAg or anti-HBe never tested, say), and only up to the stop. Guidelines overlap,
so each is a subgroup of its own and not a group. Those who met no criteria and stopped had other
reasons, often not on record (pregnancy is left out); their relapses are no verdict on a guideline.
Treatment again without a relapse, and death, compete.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.competing_within import competing_within
from seroclear.analysis.subgroups import by
from seroclear.analysis.table_one import table_one
from seroclear.study import *

began = started("NA")
index = stopped("NA")
retreatment = first("retreatment", after=index)
hbsag = value("hbsag", before=index, within="1 year")
GUIDELINES = ("EASL 2017", "AASLD 2018", "APASL 2015", "China 2019")


def met(guideline: str) -> str:
    """The event of a guideline's criteria."""
    return "stopping_criteria_" + guideline.lower().replace(" ", "_")


each = [covariate(f"{name} criteria met", ever(met(name), before=index)) for name in GUIDELINES]
within = [competing_within(one.name, at=(1.0, 2.0)) for one in each]

study = Study(
    question="Who stopped NA by which guideline's criteria, and what followed?",
    population=[
        start("Treated with an NA", began),
        keep("Stopped it", index),
        drop(
            "Stopped in pregnancy or after delivery",
            known(state("pregnancy", on=index - "90 days")),
        ),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop("HCC or transplant before", ever("hcc", "liver_transplant", before=index)),
        keep("HBV DNA tested after the stop", years(index, last_test("hbv_dna")) > 0),
    ],
    time_zero=index,
    outcome=first("virological_relapse", after=index),
    outcome_marker="hbv_dna",
    competing=[retreatment, death],
    follow_up=until(last_test("hbv_dna")),
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate(
            "HBeAg at the start",
            status("hbeag", before=began, within="1 year"),
            levels=("negative", "positive"),
        ),
        covariate("Years on treatment", years(began, index)),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
    ],
    described=[
        covariate(
            "HBV DNA at the stop",
            status("hbv_dna", before=index, within="1 year"),
            levels=("undetectable", "detectable"),
        ),
        covariate("HBsAg at the stop (log10 IU/mL)", log10(hbsag)),
        covariate("HBsAg lost before the stop", ever("hbsag_loss", before=index)),
        covariate("No criteria met", ~ever(*map(met, GUIDELINES), before=index)),
        covariate(
            "Agent at the stop",
            treatment(index),
            levels=("ETV", "TDF", "TAF", "LAM", "ADV", "LDT"),
        ),
    ],
    subgroups=each,
    analyses=[
        table_one,
        partial(competing, at=(1.0, 2.0, 3.0)),
        *within,
        *(by(one.name, at=(1.0, 2.0)) for one in each),
    ],
    secondary=[
        endpoint(first("clinical_relapse", after=index), within),
        endpoint(retreatment, within, competing=[death]),
        endpoint(
            first("hbsag_loss", after=index),
            within,
            among=[drop("HBsAg lost before the stop", ever("hbsag_loss", before=index))],
            competing=[retreatment, death],
            follow_up=until(last_test("hbsag")),
        ),
        endpoint(
            first("decompensation", after=index),
            [partial(competing, at=(1.0, 2.0, 3.0))],
            among=[drop("Decompensation before the stop", ever("decompensation", before=index))],
            competing=[death],
        ),
    ],
)
