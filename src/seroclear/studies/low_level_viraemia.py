"""Low-level viraemia (LLV) or maintained response (MVR) after 48 weeks of NA, and what predicts it.

The published abstract prints LLV as '< 20 and < 2000 IU/mL'; it must be from 20 to under 2000. It
took the fall of HBV DNA until week 48 as a predictor: that is the outcome itself, seen from the
other side. Here predictors are what was known when NA began; the fall is only described, and
added once to show what it does to the area under the curve.
"""

from seroclear.analysis.discrimination import discrimination
from seroclear.analysis.imputed import imputed_logistic
from seroclear.analysis.odds import logistic_regression
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.table_one import table_one_by_outcome
from seroclear.study import *

index = started("NA")
week_48 = index + "48 weeks"
opens, closes = index + "321 days", week_48 + "14 days"  # weeks 46 to 50
level = category(
    {
        "low-level viraemia": ever("low_level_viraemia", after=opens, before=closes),
        "maintained response": ever("maintained_response", after=opens, before=closes),
    }
)
dna = log10(value("hbv_dna", before=index, within="1 year"))
dna_48 = log10(value("hbv_dna", at=week_48, within="2 weeks", negative_as=20))
LEAK = "Fall of HBV DNA to week 48 (log10; no predictor)"
agent = category(
    {
        "ETV": treatment(index).is_one_of("ETV"),
        "TDF": treatment(index).is_one_of("TDF"),
        "TAF": treatment(index).is_one_of("TAF"),
    },
    otherwise="other",
)

study = Study(
    question="Who still has low-level viraemia after 48 weeks of a nucleos(t)ide analogue?",
    population=[
        start("Started an NA", index),
        keep("Chronic hepatitis B", ever("chronic_hbv", before=week_48)),
        keep("NA-naive: no treatment before", exposure_before(index - "1 day").is_one_of("none")),
        keep("On treatment at week 46", on_treatment(index + "46 weeks").is_one_of("on")),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=week_48)),
        drop("Liver transplant", ever("liver_transplant", before=week_48)),
    ],
    time_zero=index,
    outcome=measured(
        "Low-level viraemia at week 48 ± 2",
        level,
        levels=("maintained response", "low-level viraemia"),
    ),
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate(
            "HBeAg", status("hbeag", before=index, within="1 year"), levels=("negative", "positive")
        ),
        covariate("HBV DNA (log10 IU/mL)", dna),
        covariate("HBsAg (log10 IU/mL)", log10(value("hbsag", before=index, within="1 year"))),
        covariate("ALT (U/L)", value("alt", before=index, within="180 days")),
        covariate("First agent", agent, levels=("ETV", "TDF", "TAF", "other")),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
    ],
    described=[
        covariate(
            "Age group",
            bands(age(index), "under 40", 40, "40 or more"),
            levels=("under 40", "40 or more"),
        ),
        covariate("APRI", value("apri", before=index, within="1 year")),
        covariate("FIB-4", value("fib4", before=index, within="1 year")),
        covariate(LEAK, dna - dna_48),
    ],
    analyses=[
        outcome_share,
        table_one_by_outcome,
        logistic_regression,
        imputed_logistic,
        discrimination(LEAK),
    ],
    published="low_level_viraemia",
)
