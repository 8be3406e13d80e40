"""From a nucleos(t)ide analogue that is not first-line to one that is: who, how soon, what then.

A consensus of 2019 says on which drug and HBV DNA to change to what [M]. Time zero is the first day
on which one of its rules applied, which is the day of an HBV DNA test: nobody can be told to change
before. Rule (d), entecavir with low-level viraemia, is not counted: entecavir is first-line. The
consensus gives no figures of its own; concordance by calendar quarter shows whether practice moved.
To stop NA altogether ends follow-up: there is nothing left to change. After the change only those
who changed are followed, from that day; they are compared with nobody.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.concordance import concordance_by_quarter
from seroclear.analysis.cox import cox
from seroclear.analysis.crude import rates
from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.study import *

index = first("adjustment_rule")
changed = earliest(*(started(agent, after=index) for agent in ("ETV", "TDF", "TAF", "TMF")))
week_48_after = changed + "48 weeks"
dna = status("hbv_dna", before=index, within="1 day")
agent = category(
    {
        "LAM or LDT": treatment(index).is_one_of("LAM", "LDT"),
        "ADV": treatment(index).is_one_of("ADV"),
    },
    otherwise="other",
)
egfr = value("egfr", before=index, within="1 year")

study = Study(
    question="How soon are nucleos(t)ide analogues that are not first-line changed, and what then?",
    population=[
        start("A rule on adjusting treatment applied", index),
        keep(
            "On NA that are not first-line",
            state("first_line", on=index).is_one_of("non-first-line"),
        ),
        keep("Adult", age(index) >= 18),
        drop("HIV", ever("hiv", before=index)),
        keep("Seen after that day", years(index, last_contact) > 0),
    ],
    time_zero=index,
    outcome=changed,
    outcome_label="Change to a first-line NA",
    competing=[death],
    follow_up=until(last_contact, stopped("NA", after=index)),
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("Taken at time zero", agent, levels=("LAM or LDT", "ADV", "other")),
        covariate("HBV DNA", dna, levels=("undetectable", "detectable")),
        covariate("Cirrhosis", ever("cirrhosis", before=index)),
    ],
    described=[
        covariate("eGFR (mL/min/1.73 m²)", egfr),
        covariate("ALT (U/L)", value("alt", before=index, within="1 year")),
        covariate("Breakthrough by then", ever("breakthrough", before=index)),
    ],
    analyses=[
        table_one,
        partial(kaplan_meier, at=(0.5, 1.0, 2.0, 5.0)),
        cox,
        partial(competing, at=(1.0, 2.0, 5.0)),
        concordance_by_quarter,
    ],
    secondary=[
        endpoint(
            measured(
                "HBV DNA undetectable 48 weeks after the change",
                status("hbv_dna", at=week_48_after, within="12 weeks"),
                levels=("detectable", "undetectable"),
            ),
            [outcome_share],
            among=[
                keep("Changed to a first-line NA", changed),
                keep("On treatment 48 weeks later", on_treatment(week_48_after).is_one_of("on")),
            ],
        ),
        endpoint(
            first("egfr_decline", after=changed),
            [rates],
            among=[keep("Changed to a first-line NA", changed)],
            time_zero=changed,
            competing=[death],
            follow_up=until(last_test("egfr")),
        ),
        endpoint(
            first("breakthrough", after=index),
            [rates],
            follow_up=until(last_test("hbv_dna"), changed, stopped("NA", after=index)),
        ),
    ],
)
