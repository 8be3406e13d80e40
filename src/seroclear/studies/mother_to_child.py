"""Nucleos(t)ide analogues (NA) in pregnancy: which children of mothers with hepatitis B escape it.

The source is a review that leaves the viral load threshold and the week of starting open. Here each
child is a person, with the mother's records linked; her HBV DNA is the last before any NA of the
pregnancy, so that what the NA did to it does not hide why it was given; mothers on NA since before
are another question and leave. Only immunised children
are compared: without immunoglobulin and vaccine another risk rules. A start is told in weeks before
the birth, which is on record; a gestational week often is not. Twins count as two and are taken
to be independent. Children not tested from 7 months on say nothing: their share is in the
flowchart's last line.
"""

from seroclear.analysis.odds import logistic_regression
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.table_one import table_one, table_one_by_outcome
from seroclear.study import *

born = child(birth)
conceived = born - "40 weeks"
na_start = first("antiviral_in_pregnancy", after=conceived, before=born)
untreated = earliest(na_start, born)  # up to here no NA of this pregnancy
viral_load = mother(value("hbv_dna", before=untreated, within="1 year"))
na_in_pregnancy = mother(ever("antiviral_in_pregnancy", after=conceived, before=born))
na = category({"NA in pregnancy": na_in_pregnancy}, otherwise="no NA")
infected = category(
    {
        "infected": ever("mother_to_child_transmission"),
        "not infected": ever("mother_to_child_prevented"),
    }
)
on_at_first = mother(on_treatment(conceived)).is_one_of("on")
high = viral_load > 200_000

study = Study(
    question="Does an NA in pregnancy keep children of mothers with much virus from infection?",
    population=[
        start("A child whose mother is on record", mother(known(birth))),
        keep("Birth on record", birth),
        keep(
            "Mother HBsAg positive at the birth",
            mother(status("hbsag", before=born + "30 days", within="5 years")).is_one_of(
                "positive"
            ),
        ),
        drop(
            "Mother with hepatitis C, hepatitis D or HIV",
            mother(ever("hcv", "hdv", "hiv", before=born)),
        ),
        drop("Mother on treatment when the pregnancy began", on_at_first),
        keep("Immunoglobulin or vaccine at birth", ever("infant_prophylaxis")),
        keep("Mother's HBV DNA before any NA known", known(viral_load)),
    ],
    time_zero=birth,
    groups=na,
    group_order=("no NA", "NA in pregnancy"),
    outcome=measured("Infected at 7 months or later", infected, ("not infected", "infected")),
    covariates=[
        covariate("Mother's HBV DNA (log10 IU/mL)", log10(viral_load)),
        covariate("Mother's age (years)", mother(age(born))),
    ],
    described=[
        covariate(
            "Mother's HBV DNA",
            bands(
                viral_load,
                *("up to 2,000", 2_000, "2,000 to 200,000", 200_000),
                *("200,000 to 10 million", 1e7, "10 million or more"),
            ),
            ("up to 2,000", "2,000 to 200,000", "200,000 to 10 million", "10 million or more"),
        ),
        covariate(
            "NA begun before the birth",
            bands(mother(weeks(na_start, born)), "under 8 weeks", 8, "8 to 16", 16, "over 16"),
            ("under 8 weeks", "8 to 16", "over 16"),
        ),
        covariate(
            "Mother's HBeAg",
            mother(status("hbeag", before=born, within="2 years")),
            ("negative", "positive"),
        ),
        covariate("Mother on treatment at the birth", mother(on_treatment(born)), ("off", "on")),
        covariate("Child's sex", sex, levels=("female", "male")),
    ],
    analyses=[table_one, table_one_by_outcome, outcome_share, logistic_regression],
    secondary=[
        endpoint(
            measured(
                "Infected, mother above 200,000 IU/mL", infected, ("not infected", "infected")
            ),
            [outcome_share, logistic_regression],
            among=[keep("Mother's HBV DNA above 200,000 IU/mL", high)],
        ),
        endpoint(
            measured(
                "Infected, mother under 200,000 IU/mL", infected, ("not infected", "infected")
            ),
            [outcome_share],
            among=[drop("Mother's HBV DNA above 200,000 IU/mL", high)],
        ),
    ],
)
