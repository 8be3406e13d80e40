"""Liver recipients off hepatitis B immunoglobulin (HBIG): vaccine, NA withdrawal, reinfection.

The published study followed 76 recipients who had answered the vaccine when HBIG was withdrawn, 36
of whom withdrew the nucleos(t)ide analogue (NA) too; it compares them as if the NA had been gone
from the first day. Here the NA's withdrawal and the answer to the vaccine begin when they begin:
the time before counts as time before. Its boosters stand out of 52, not 76. Events are few: rates
with exact limits, and no model with covariates. Reinfection is HBsAg or HBV DNA again after it had
gone; the mutations that four of five had are those of `resistance-surveillance`.
"""

from functools import partial

from seroclear.analysis.competing import competing
from seroclear.analysis.crude import rates
from seroclear.analysis.person_time import person_time
from seroclear.analysis.survival import kaplan_meier
from seroclear.analysis.table_one import table_one
from seroclear.study import *

transplant = first("liver_transplant")
index = first("hbig_withdrawal")
answer = first("posttransplant_vaccine_response")
na_stop = first("na_withdrawal", after=index)
both = latest(index, answer)  # off HBIG and answered the vaccine
hbeag_before = status("hbeag", before=transplant, within="5 years")

study = Study(
    question="After a liver transplant, can immunoglobulin and the NA be withdrawn?",
    population=[
        start("HBsAg positive at least once", test("hbsag").status == "positive"),
        keep("Had a liver transplant", transplant),
        keep("HBIG was withdrawn", index),
        drop("Hepatitis C, hepatitis D or HIV", ever("hcv", "hdv", "hiv", before=index)),
        drop("Reinfected before", ever("hbv_reinfection", before=index)),
    ],
    time_zero=index,
    outcome=first("hbv_reinfection", after=index),
    outcome_marker="hbsag",
    competing=[death],
    # HBsAg cannot be told under HBIG: giving it again ends what can be seen.
    follow_up=until(last_test("hbsag"), first("hbig_resumption", after=index)),
    changes=[
        change("NA withdrawn", na_stop),
        change("Answered the vaccine", answer),
    ],
    covariates=[
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
        covariate("HBeAg before the transplant", hbeag_before, ("negative", "positive")),
    ],
    described=[
        covariate("Transplant to HBIG withdrawal (years)", years(transplant, index)),
        covariate("HCC before the transplant", ever("hcc", before=transplant)),
        covariate("NA withdrawn before or with HBIG", ever("na_withdrawal", before=index)),
    ],
    analyses=[
        table_one,
        rates,
        partial(kaplan_meier, at=(1.0, 3.0, 5.0)),
        partial(competing, at=(1.0, 3.0, 5.0)),
        person_time,
    ],
    secondary=[
        endpoint(
            first("posttransplant_vaccine_response", after=index),
            [rates],
            among=[
                keep("Vaccinated", ever("posttransplant_vaccination")),
                drop("Answered before", ever("posttransplant_vaccine_response", before=index)),
            ],
            follow_up=until(last_test("anti_hbs")),
        ),
        endpoint(
            first("hbv_reinfection", after=both),
            [rates],
            label="reinfection of those who answered the vaccine",
            time_zero=both,
            among=[
                keep("Answered the vaccine", known(answer)),
                keep("On a day off HBIG", both),
                drop("Reinfected by then", ever("hbv_reinfection", before=both)),
            ],
        ),
        endpoint(
            first("posttransplant_booster", after=both),
            [rates],
            time_zero=both,
            among=[keep("Answered the vaccine", known(answer)), keep("On a day off HBIG", both)],
            follow_up=until(last_contact),
        ),
        endpoint(first("hbig_resumption", after=index), [rates], follow_up=until(last_contact)),
        endpoint(
            first("na_resumption", after=na_stop),
            [rates],
            time_zero=na_stop,
            among=[keep("Withdrew the NA after HBIG", na_stop)],
            follow_up=until(last_contact),
        ),
        endpoint(first("death", after=index), [rates], follow_up=until(last_contact)),
    ],
    published="transplant",
)
