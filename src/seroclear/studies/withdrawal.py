"""Relapse after stopping a nucleos(t)ide analogue (NA) with undetectable HBV DNA.

The published study had 81 patients, 36 relapses and twelve factors. Of these ten are in the model.
The duration of additional treatment is the whole less the time to response: it is described, as no
model tells the three apart. A family history is not in hospital records, but where they link the
mother, her HBsAg is; she is described, three levels with the unknown, as she is one relative. That
treatment at the start was a second one, for resistance, shows as a breakthrough before the stop.

A stop is the last day covered by a supply that nothing followed within the gap of the definition.
Who is treated again without a relapse cannot relapse any more: retreatment and death compete. A
relapse is seen at the next test, weeks or months late: a curve that dates it there shows too few in
the first year (docs/validation.md); the interval-censored one knows only that it lies between two
tests.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.cox import cox
from seroclear.analysis.discrimination import discrimination
from seroclear.analysis.imputed import imputed_cox, imputed_logistic
from seroclear.analysis.interval_censored import interval_censored
from seroclear.analysis.odds import logistic_regression
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.study import *

began = started("NA")
index = stopped("NA")
retreatment = first("retreatment", after=index)
undetectable = first("complete_virological_response", after=began, before=index)
hbsag = value("hbsag", before=index, within="1 year")
agent = category(
    {
        "ETV": treatment(index).is_one_of("ETV"),
        "TDF or TAF": treatment(index).is_one_of("TDF", "TAF"),
    },
    otherwise="other",
)
a_year = index + "1 year"
relapsed = ever("virological_relapse", after=index, before=a_year)
again = ever("retreatment", after=index, before=a_year)  # who is treated cannot be told
followed = years(a_year, last_test("hbv_dna")) >= 0
incidence = partial(competing, at=(1.0, 2.0, 3.0))

study = Study(
    question="How many relapse after stopping a nucleos(t)ide analogue, and who?",
    population=[
        start("Treated with an NA", began),
        keep("Stopped it", index),
        keep("Treated for at least a year", years(began, index) >= 1),
        keep(
            "HBV DNA undetectable at the stop",
            status("hbv_dna", before=index, within="1 year").is_one_of("undetectable"),
        ),
        drop("HBsAg lost before the stop", ever("hbsag_loss", before=index)),
        drop(
            "Pregnant 90 days before the stop",
            known(state("pregnancy", on=index - "90 days")),
        ),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop(
            "Decompensation, HCC or transplant before",
            ever("decompensation", "hcc", "liver_transplant", before=index),
        ),
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
        covariate(
            "HBV DNA at the start (log10 IU/mL)",
            log10(value("hbv_dna", before=began, within="1 year")),
        ),
        covariate("ALT at the start (U/L)", value("alt", before=began, within="180 days")),
        covariate("Start to undetectable HBV DNA (years)", years(began, undetectable)),
        covariate("Years on treatment", years(began, index)),
        covariate("Breakthrough before the stop", ever("breakthrough", before=index)),
        covariate("HBsAg at the stop (log10 IU/mL)", log10(hbsag)),
        covariate("Agent at the stop", agent, levels=("ETV", "TDF or TAF", "other")),
    ],
    described=[
        covariate("Undetectable HBV DNA to stop (years)", years(undetectable, index)),
        covariate(
            "HBsAg of the mother",
            mother(status("hbsag", before=child(index), within="50 years")),
            levels=("negative", "positive"),
        ),
        covariate(
            "Interferon before",
            exposure_before(index).is_one_of("NA and IFN"),
        ),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
    ],
    subgroups=[
        covariate(
            "HBsAg at the stop (IU/mL)",
            bands(hbsag, "under 100", 100, "100 to 1000", 1000, "1000 or more"),
            levels=("under 100", "100 to 1000", "1000 or more"),
        ),
    ],
    analyses=[table_one, kaplan_meier, interval_censored, incidence, cox, imputed_cox],
    secondary=[
        endpoint(
            measured(
                "Virological relapse within a year",
                category({"relapse": relapsed, "no relapse": followed & ~again}),
                levels=("no relapse", "relapse"),
            ),
            [outcome_share, logistic_regression, imputed_logistic, discrimination()],
        ),
        endpoint(first("clinical_relapse", after=index), [incidence]),
        endpoint(retreatment, [incidence], competing=[death]),
        endpoint(
            first("hbsag_loss", after=index),
            [incidence],
            competing=[retreatment, death],
            follow_up=until(last_test("hbsag")),
        ),
    ],
    published="withdrawal",
)
