"""How the quantity of HBsAg falls on nucleos(t)ide analogues (NA), every 24 weeks to week 192.

The published study tested HBeAg-positive against HBeAg-negative week by week; its text contradicts
itself on weeks 168 and 192, and who started in its later years could not reach them. Here a mixed
model uses every visit of everybody; results beyond a limit of the assay ('<0.05', '>250') enter as
such; the tests of the single weeks are adjusted for their number. A Tobit model has no slope of a
person's own: its limits for the change are too narrow where persons differ; read it for the bias
that limits cause. HBeAg is that at the start.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.crude import rates
from seroclear.analysis.line_models import mixed_model, tobit_model
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.table_one import table_one
from seroclear.analysis.visit_means import visit_means
from seroclear.study import *

index = treatment_start
hbeag = status("hbeag", before=index, within="1 year")
hbsag = value("hbsag", before=index, within="1 year")

study = Study(
    question="How fast does HBsAg fall on a nucleos(t)ide analogue, by HBeAg at the start?",
    population=[
        start("HBsAg positive at least once", test("hbsag").status == "positive"),
        keep("Started NA or interferon", index),
        keep("NA alone", treatment_class(index).is_one_of("NA")),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop("Liver transplant before", ever("liver_transplant", before=index)),
        keep(
            "HBsAg positive at the start",
            status("hbsag", before=index, within="1 year").is_one_of("positive"),
        ),
        keep("HBeAg known at the start", known(hbeag)),
    ],
    time_zero=index,
    groups=category(
        {
            "HBeAg negative": hbeag.is_one_of("negative"),
            "HBeAg positive": hbeag.is_one_of("positive"),
        }
    ),
    group_order=("HBeAg negative", "HBeAg positive"),
    outcome=first("hbsag_loss", after=index),
    # On NA: interferon, or a stop for good, ends what is asked; another NA does not.
    follow_up=until(last_test("hbsag"), started("IFN", after=index), stopped("NA", after=index)),
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("HBsAg (log10 IU/mL)", log10(hbsag)),
        covariate("HBV DNA (log10 IU/mL)", log10(value("hbv_dna", before=index, within="1 year"))),
    ],
    described=[
        covariate(
            "First agent",
            treatment(index),
            levels=("ETV", "TDF", "TAF", "LAM", "ADV", "LDT", "ADV+LAM", "ADV+LDT"),
        ),
    ],
    visits=[
        visits(
            "hbsag",
            every="24 weeks",
            until="192 weeks",
            within="11 weeks",
            log=True,
            label="HBsAg (log10 IU/mL)",
        ),
    ],
    analyses=[
        table_one,
        rates,
        partial(competing, at=(1.0, 3.0, 5.0)),
        visit_means,
        mixed_model,
        tobit_model,
    ],
    secondary=[
        endpoint(
            measured(
                "HBV DNA undetectable at week 48",
                status("hbv_dna", at=index + "48 weeks", within="12 weeks"),
                levels=("detectable", "undetectable"),
            ),
            [outcome_share],
        ),
    ],
    published="qhbsag_dynamics",
)
