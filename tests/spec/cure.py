"""Functional and partial cure, occult viraemia, and what a loss is attributed to."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Cure, and what a loss is due to"
CAUSES = (
    "hbsag_loss_spontaneous",
    "hbsag_loss_na_induced",
    "hbsag_loss_ifn_induced",
    "hbsag_loss_na_ifn_induced",
    "hbsag_loss_na_stop_induced",
    "hbsag_loss_unattributed",
)
CURED = """
    patient | date       | test     | result   | unit
    1       | 2015-01-01 | HBsAg    | positive |
    1       | 2015-10-01 | HBsAg    | <0.05    | IU/mL
    1       | 2016-06-16 | HBsAg    | <0.05    | IU/mL
    1       | 2016-06-17 | HBsAg    | <0.05    | IU/mL
    1       | 2016-07-01 | HBV DNA  | <20      | IU/mL
    2       | 2015-01-01 | HBsAg    | positive |
    2       | 2016-01-01 | HBsAg    | <0.05    | IU/mL
    2       | 2016-09-01 | HBsAg    | <0.05    | IU/mL
    2       | 2016-09-01 | HBV DNA  | <20      | IU/mL
    2       | 2016-12-01 | HBsAg    | 3        | IU/mL
    3       | 2015-01-01 | HBsAg    | positive |
    3       | 2015-10-01 | HBsAg    | <0.05    | IU/mL
    3       | 2016-09-01 | HBsAg    | <0.05    | IU/mL
    3       | 2016-09-01 | HBV DNA  | <20      | IU/mL
    4       | 2015-01-01 | HBsAg    | positive |
    4       | 2015-10-01 | HBsAg    | <0.05    | IU/mL
    4       | 2016-03-01 | HBV DNA  | 500      | IU/mL
    4       | 2016-07-01 | HBsAg    | <0.05    | IU/mL
    4       | 2016-07-01 | HBV DNA  | <20      | IU/mL
    4       | 2016-08-16 | HBsAg    | <0.05    | IU/mL
    4       | 2016-08-16 | HBV DNA  | <20      | IU/mL
    5       | 2015-01-01 | HBsAg    | positive |
    5       | 2015-10-01 | HBsAg    | <0.05    | IU/mL
    5       | 2016-09-01 | HBsAg    | <0.05    | IU/mL
    6       | 2015-01-01 | HBsAg    | positive |
    6       | 2016-01-01 | HBsAg    | <0.05    | IU/mL
    6       | 2016-09-01 | HBsAg    | <0.05    | IU/mL
    6       | 2016-09-01 | HBV DNA  | <20      | IU/mL
    6       | 2017-01-01 | Anti-HBs | 30       | mIU/mL
"""
CURED_BY = """
    patient | start      | end        | days | drug
    1       | 2015-01-01 | 2016-01-01 |      | entecavir
    3       | 2015-01-01 | 2016-09-01 |      | entecavir
    4       | 2015-01-01 | 2016-01-01 |      | entecavir
    5       | 2015-01-01 | 2016-01-01 |      | entecavir
"""
EXAMPLES = (
    Example(
        "Functional cure",
        """HBsAg lost and HBV DNA undetectable, both shown this long after the end of all treatment
        (NA and interferon), or after the loss when that came later or nothing was ever
        given (patient 2). Dated on the day on which both are shown; `earliest` is the day
        from which the time counts. A later return of HBsAg does not undo it (patient 2).
        Patient 3 is still on treatment. HBV DNA that was detectable lets the time start
        anew (patient 4). Without a test of HBV DNA nothing is known (patient 5).""",
        ("functional_cure.off_treatment_days", "functional_cure.anti_hbs_required"),
        results=CURED,
        drugs=CURED_BY,
        answers=(
            Answer(
                "event",
                """
                patient | event           | date       | earliest
                1       | functional_cure | 2016-07-01 | 2016-01-01
                2       | functional_cure | 2016-09-01 | 2016-01-01
                3       | none            |            |
                4       | functional_cure | 2016-08-16 | 2016-03-01
                5       | none            |            |
                6       | functional_cure | 2016-09-01 | 2016-01-01
                """,
                ("functional_cure",),
            ),
            Answer(
                "event",
                """
                patient | detail
                1       | off treatment; counted from the end of treatment
                2       | never treated; counted from HBsAg loss
                4       | off treatment; counted from the last HBsAg positive or detectable HBV DNA
                6       | never treated; counted from HBsAg loss
                """,
                ("functional_cure",),
            ),
        ),
    ),
    Example(
        "Functional cure with anti-HBs",
        """The same patients when anti-HBs of the patient's own is asked for, at any time from the
        loss on: proven when all three are shown.""",
        ("functional_cure.anti_hbs_required",),
        preset="cure_with_anti_hbs",
        results=CURED,
        drugs=CURED_BY,
        answers=(
            Answer(
                "event",
                """
                patient | event           | date       | earliest
                1       | none            |            |
                6       | functional_cure | 2017-01-01 | 2016-01-01
                """,
                ("functional_cure",),
            ),
        ),
    ),
    Example(
        "Partial cure",
        """HBsAg positive but below this, and HBV DNA undetectable, both shown as long after the end
        of all treatment as for functional cure, with no higher HBsAg and no detectable
        HBV DNA since. Patient 2 is at the limit; in patient 3 HBV DNA came back; patient 4
        was never treated; in patient 5 HBsAg was not quantified.""",
        ("functional_cure.off_treatment_days", "partial_cure.hbsag_upper"),
        results="""
            patient | date       | test    | result   | unit
            1       | 2015-01-01 | HBsAg   | 900      | IU/mL
            1       | 2016-06-17 | HBsAg   | 99       | IU/mL
            1       | 2016-06-17 | HBV DNA | <20      | IU/mL
            2       | 2016-06-17 | HBsAg   | 100      | IU/mL
            2       | 2016-06-17 | HBV DNA | <20      | IU/mL
            3       | 2016-03-01 | HBV DNA | 500      | IU/mL
            3       | 2016-06-17 | HBsAg   | 99       | IU/mL
            3       | 2016-06-17 | HBV DNA | <20      | IU/mL
            4       | 2016-01-01 | HBsAg   | 900      | IU/mL
            4       | 2016-07-01 | HBsAg   | 99       | IU/mL
            4       | 2016-07-01 | HBV DNA | <20      | IU/mL
            5       | 2016-07-01 | HBsAg   | positive |
            5       | 2016-07-01 | HBV DNA | <20      | IU/mL
        """,
        drugs="""
            patient | start      | end        | days | drug
            1       | 2015-01-01 | 2016-01-01 |      | entecavir
            2       | 2015-01-01 | 2016-01-01 |      | entecavir
            3       | 2015-01-01 | 2016-01-01 |      | entecavir
            5       | 2015-01-01 | 2016-01-01 |      | entecavir
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event        | date       | earliest
                1       | partial_cure | 2016-06-17 | 2016-01-01
                2       | none         |            |
                3       | none         |            |
                4       | none         |            |
                5       | none         |            |
                """,
                ("partial_cure",),
            ),
        ),
    ),
    Example(
        "What a loss is attributed to",
        """By what was taken at the first negative or before it. NA and interferon both within their
        time: both (patient 4). Otherwise interferon (patient 3) or NA (patient 2). Neither,
        and the last treatment held an NA: its stop, however long ago (patient 5).
        Otherwise the loss is spontaneous, whether nothing was ever given (patient 1) or
        interferon ended longer ago (patient 6). It is not attributed after a liver
        transplantation (patient 7), nor where the end of the NA is only inferred from its
        supply and so close that it may still have been taken (patient 8). Each loss has
        exactly one of these events.""",
        ("attribution.na_days", "attribution.ifn_days", "exposure.gap"),
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-01-01 | HBsAg | positive |
            1       | 2016-06-01 | HBsAg | negative |
            2       | 2015-01-01 | HBsAg | positive |
            2       | 2016-01-01 | HBsAg | negative |
            2       | 2016-06-01 | HBsAg | negative |
            3       | 2015-01-01 | HBsAg | positive |
            3       | 2016-12-01 | HBsAg | negative |
            4       | 2015-01-01 | HBsAg | positive |
            4       | 2016-06-01 | HBsAg | negative |
            5       | 2012-01-01 | HBsAg | positive |
            5       | 2016-06-01 | HBsAg | negative |
            6       | 2015-01-01 | HBsAg | positive |
            6       | 2016-12-03 | HBsAg | negative |
            7       | 2015-01-01 | HBsAg | positive |
            7       | 2016-06-01 | HBsAg | negative |
            8       | 2015-01-01 | HBsAg | positive |
            8       | 2015-05-30 | HBsAg | negative |
            8       | 2016-01-01 | HBsAg | negative |
        """,
        drugs="""
            patient | start      | end        | days | drug
            2       | 2015-01-01 | 2016-01-01 |      | entecavir
            3       | 2015-01-01 | 2015-12-31 |      | peginterferon alfa-2a
            4       | 2015-01-01 | 2016-12-31 |      | entecavir
            4       | 2015-06-01 | 2015-12-31 |      | peginterferon alfa-2a
            5       | 2012-01-01 | 2013-01-01 |      | entecavir
            6       | 2015-01-01 | 2015-12-31 |      | peginterferon alfa-2a
            8       | 2015-01-01 |            | 90   | entecavir
        """,
        diagnoses="""
            patient | date       | code  | setting
            7       | 2016-01-01 | Z94.4 | outpatient
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                      | date       | detail
                1       | hbsag_loss_spontaneous     | 2016-06-01 | never treated before
                2       | hbsag_loss_na_induced      | 2016-01-01 |
                3       | hbsag_loss_ifn_induced     | 2016-12-01 |
                4       | hbsag_loss_na_ifn_induced  | 2016-06-01 |
                5       | hbsag_loss_na_stop_induced | 2016-06-01 |
                6       | hbsag_loss_spontaneous     | 2016-12-03 | interferon ended long before
                7       | hbsag_loss_unattributed    | 2016-06-01 | after liver transplantation
                8       | hbsag_loss_unattributed    | 2015-05-30 | the end of NA is inferred
                """,
                CAUSES,
            ),
            Answer(
                "event",
                """
                patient | event                   | date       | detail
                2       | hbsag_loss_on_treatment | 2016-01-01 | on ETV
                4       | hbsag_loss_on_treatment | 2016-06-01 | on ETV
                """,
                ("hbsag_loss_on_treatment",),
            ),
        ),
    ),
    Example(
        "Occult viraemia",
        """HBV DNA detectable after a loss on the day of an HBsAg negative or between two of them.
        With HBsAg positive next (patient 2) or not tested again (patient 3) it is not
        known whether HBsAg was negative that day; `confirmed_on` is the later of the two
        negatives. [M]""",
        ("hbv_dna.llod",),
        results="""
            patient | date       | test    | result   | unit
            1       | 2015-01-01 | HBsAg   | positive |
            1       | 2016-01-01 | HBsAg   | negative |
            1       | 2016-02-01 | HBV DNA | <20      | IU/mL
            1       | 2016-03-01 | HBV DNA | 50       | IU/mL
            1       | 2016-06-01 | HBsAg   | negative |
            2       | 2015-01-01 | HBsAg   | positive |
            2       | 2016-01-01 | HBsAg   | negative |
            2       | 2016-03-01 | HBV DNA | 50       | IU/mL
            2       | 2016-06-01 | HBsAg   | positive |
            3       | 2015-01-01 | HBsAg   | positive |
            3       | 2016-01-01 | HBsAg   | negative |
            3       | 2016-03-01 | HBV DNA | 50       | IU/mL
            4       | 2015-01-01 | HBsAg   | positive |
            4       | 2016-01-01 | HBsAg   | negative |
            4       | 2016-01-01 | HBV DNA | 50       | IU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event           | date       | earliest   | confirmed_on
                1       | occult_viraemia | 2016-03-01 | 2016-02-01 | 2016-06-01
                2       | none            |            |            |
                3       | none            |            |            |
                4       | occult_viraemia | 2016-01-01 | 2015-01-01 |
                """,
                ("occult_viraemia",),
            ),
        ),
    ),
)
