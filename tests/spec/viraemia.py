"""HBV DNA on treatment and after it."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "HBV DNA on and after nucleos(t)ide analogues"
EXAMPLES = (
    Example(
        "Primary non-response and partial response",
        """HBV DNA is compared with its last value up to the start of treatment, at the test
        nearest to the week asked for, within the window. Non-response: it fell by less than 1
        log10 (patient 1; exactly 1 log10 is a response, patient 2). Partial response: it is still
        detectable after a fall of more than 1 log10 (patient 2). '<1000' in patient 3 proves a
        fall but not that DNA is detectable. A start value of '>1.7E8' proves no small fall
        (patient 4). Changing the drug does not stop the clock (patient 5).""",
        (
            "viraemia.baseline_window",
            "viraemia.nonresponse_day",
            "viraemia.partial_day",
            "viraemia.response_log10",
            "viraemia.visit_window",
        ),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2020-12-31 |      | entecavir
            2       | 2020-01-01 | 2020-12-31 |      | entecavir
            3       | 2020-01-01 | 2020-12-31 |      | entecavir
            4       | 2020-01-01 | 2020-12-31 |      | entecavir
            5       | 2020-01-01 | 2020-06-30 |      | entecavir
            5       | 2020-07-15 | 2021-03-31 |      | tenofovir disoproxil fumarate
        """,
        results="""
            patient | date       | test    | result  | unit
            1       | 2019-12-20 | HBV DNA | 1000000 | IU/mL
            1       | 2020-03-25 | HBV DNA | 100001  | IU/mL
            2       | 2019-12-20 | HBV DNA | 1000000 | IU/mL
            2       | 2020-03-25 | HBV DNA | 100000  | IU/mL
            2       | 2020-12-02 | HBV DNA | 99999   | IU/mL
            3       | 2019-12-20 | HBV DNA | 1000000 | IU/mL
            3       | 2020-12-02 | HBV DNA | <1000   | IU/mL
            4       | 2019-12-20 | HBV DNA | >1.7E8  | IU/mL
            4       | 2020-03-25 | HBV DNA | 1.6E8   | IU/mL
            5       | 2019-12-20 | HBV DNA | 1000000 | IU/mL
            5       | 2020-12-02 | HBV DNA | 300     | IU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                        | date
                1       | primary_nonresponse          | 2020-03-25
                2       | partial_virological_response | 2020-12-02
                3       | none                         |
                4       | none                         |
                5       | partial_virological_response | 2020-12-02
                """,
                ("primary_nonresponse", "partial_virological_response"),
            ),
        ),
    ),
    Example(
        "Complete virological response",
        """The first undetectable HBV DNA on treatment, in someone not already undetectable at
        its start (patient 2). It happened after the last detectable one. An assay that
        cannot see down to the limit shows no response (patient 3).""",
        ("hbv_dna.llod", "viraemia.baseline_window"),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2020-12-31 |      | entecavir
            2       | 2020-01-01 | 2020-12-31 |      | entecavir
            3       | 2020-01-01 | 2020-12-31 |      | entecavir
        """,
        results="""
            patient | date       | test    | result              | unit
            1       | 2020-01-01 | HBV DNA | 1000000             | IU/mL
            1       | 2020-03-25 | HBV DNA | 400                 | IU/mL
            1       | 2020-06-25 | HBV DNA | <20                 | IU/mL
            2       | 2020-01-01 | HBV DNA | <20                 | IU/mL
            2       | 2020-06-25 | HBV DNA | <20                 | IU/mL
            2       | 2020-06-25 | HBsAg   | positive            |
            3       | 2020-01-01 | HBV DNA | 1000000             | IU/mL
            3       | 2020-06-25 | HBV DNA | Not detected (<500) | IU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                         | date       | earliest
                1       | complete_virological_response | 2020-06-25 | 2020-03-25
                2       | none                          |            |
                3       | none                          |            |
                """,
                ("complete_virological_response",),
            ),
        ),
    ),
    Example(
        "Maintained response and low-level viraemia",
        """From week 48 on, less the window (day 322), each run of undetectable tests is a
        maintained response and each run of detectable ones below the upper bound is low-level
        viraemia; at the bound it is neither. A run is persistent when it holds two such
        tests far enough apart with none of another kind between (patient 1),
        intermittent when it was not and the next test is undetectable (patient 2), else
        not yet known. Patient 3 is tested a day too early, patient 4 at the bound and with an
        assay that cannot tell.""",
        (
            "viraemia.maintained_day",
            "viraemia.visit_window",
            "viraemia.low_level_upper",
            "viraemia.persistent_gap",
            "hbv_dna.llod",
        ),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2021-12-31 |      | entecavir
            2       | 2020-01-01 | 2021-12-31 |      | entecavir
            3       | 2020-01-01 | 2021-12-31 |      | entecavir
            4       | 2020-01-01 | 2021-12-31 |      | entecavir
        """,
        results="""
            patient | date       | test    | result  | unit
            1       | 2019-12-20 | HBV DNA | 1000000 | IU/mL
            1       | 2020-11-18 | HBV DNA | 1999    | IU/mL
            1       | 2021-02-09 | HBV DNA | 20      | IU/mL
            1       | 2021-02-10 | HBV DNA | 20      | IU/mL
            2       | 2019-12-20 | HBV DNA | 1000000 | IU/mL
            2       | 2020-12-02 | HBV DNA | <20     | IU/mL
            2       | 2021-03-02 | HBV DNA | 60      | IU/mL
            2       | 2021-06-02 | HBV DNA | <20     | IU/mL
            3       | 2019-12-20 | HBV DNA | 1000000 | IU/mL
            3       | 2020-11-17 | HBV DNA | 300     | IU/mL
            4       | 2019-12-20 | HBV DNA | 1000000 | IU/mL
            4       | 2020-12-02 | HBV DNA | 2000    | IU/mL
            4       | 2021-03-02 | HBV DNA | <1000   | IU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                           | date       | earliest   | confirmed_on
                1       | low_level_viraemia              | 2020-11-18 | 2019-12-20 |
                1       | low_level_viraemia_persistent   | 2020-11-18 | 2019-12-20 | 2021-02-10
                2       | maintained_response             | 2020-12-02 | 2019-12-20 |
                2       | low_level_viraemia              | 2021-03-02 | 2020-12-02 |
                2       | low_level_viraemia_intermittent | 2021-03-02 | 2020-12-02 | 2021-06-02
                2       | maintained_response             | 2021-06-02 | 2021-03-02 |
                3       | none                            |            |            |
                4       | none                            |            |            |
                """,
                (
                    "maintained_response",
                    "low_level_viraemia",
                    "low_level_viraemia_persistent",
                    "low_level_viraemia_intermittent",
                ),
            ),
        ),
    ),
    Example(
        "Breakthrough and blip",
        """A breakthrough on treatment is HBV DNA at least 1 log10 above the lowest before it on
        treatment (patient 1), or at least the amount given once it was undetectable
        (patient 2; one unit less is none, patient 3). It is confirmed by a second such test
        with none below between. A blip is one detectable test between undetectable
        ones (patients 2 and 3); it may be a breakthrough as well.""",
        ("breakthrough.log10", "breakthrough.after_undetectable", "breakthrough.confirm_gap"),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2021-12-31 |      | lamivudine
            2       | 2020-01-01 | 2021-12-31 |      | entecavir
            3       | 2020-01-01 | 2021-12-31 |      | entecavir
        """,
        results="""
            patient | date       | test    | result  | unit
            1       | 2020-01-01 | HBV DNA | 1000000 | IU/mL
            1       | 2020-06-01 | HBV DNA | 300     | IU/mL
            1       | 2020-09-01 | HBV DNA | 2999    | IU/mL
            1       | 2020-12-01 | HBV DNA | 3000    | IU/mL
            1       | 2020-12-28 | HBV DNA | 90000   | IU/mL
            1       | 2020-12-29 | HBV DNA | 90000   | IU/mL
            2       | 2020-06-01 | HBV DNA | <20     | IU/mL
            2       | 2020-09-01 | HBV DNA | 100     | IU/mL
            2       | 2020-12-01 | HBV DNA | <20     | IU/mL
            3       | 2020-06-01 | HBV DNA | <20     | IU/mL
            3       | 2020-09-01 | HBV DNA | 99      | IU/mL
            3       | 2020-12-01 | HBV DNA | <20     | IU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                  | date       | earliest   | confirmed_on
                1       | breakthrough           | 2020-12-01 | 2020-09-01 | 2020-12-29
                1       | breakthrough_confirmed | 2020-12-01 | 2020-09-01 | 2020-12-29
                2       | breakthrough           | 2020-09-01 | 2020-06-01 |
                2       | blip                   | 2020-09-01 | 2020-06-01 | 2020-12-01
                3       | blip                   | 2020-09-01 | 2020-06-01 | 2020-12-01
                """,
                ("breakthrough", "breakthrough_confirmed", "blip"),
            ),
        ),
    ),
    Example(
        "Relapse and retreatment after stopping",
        """After a nucleos(t)ide analogue was stopped, HBV DNA at or above the threshold is a
        virological relapse, if the last test on treatment that told was below it (patient
        3 never responded). It is clinical with ALT so high at about the same time. What
        happens after treatment starts again is no relapse, but a test on that very day
        still counts (patient 2).""",
        ("relapse.dna", "relapse.confirm_gap", "relapse.alt_multiple", "relapse.alt_window"),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2018-01-01 | 2020-12-31 |      | entecavir
            2       | 2018-01-01 | 2020-12-31 |      | entecavir
            2       | 2021-06-01 | 2021-12-31 |      | tenofovir disoproxil fumarate
            3       | 2018-01-01 | 2020-12-31 |      | entecavir
        """,
        results="""
            patient | date       | test    | result  | unit
            1       | 2018-01-01 | HBsAg   | positive |
            1       | 2020-12-01 | HBV DNA | <20     | IU/mL
            1       | 2021-04-01 | HBV DNA | 1999    | IU/mL
            1       | 2021-06-01 | HBV DNA | 2000    | IU/mL
            1       | 2021-06-01 | ALT     | 79      | U/L
            1       | 2021-06-29 | HBV DNA | 50000   | IU/mL
            1       | 2021-06-29 | ALT     | 80      | U/L
            2       | 2018-01-01 | HBsAg   | positive |
            2       | 2020-12-01 | HBV DNA | <20     | IU/mL
            2       | 2021-06-01 | HBV DNA | 8000    | IU/mL
            2       | 2021-06-20 | HBV DNA | 9000    | IU/mL
            2       | 2021-06-20 | ALT     | 300     | U/L
            2       | 2021-12-31 | ALT     | 30      | U/L
            3       | 2018-01-01 | HBsAg   | positive |
            3       | 2020-12-01 | HBV DNA | 30000   | IU/mL
            3       | 2021-06-01 | HBV DNA | 30000   | IU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                          | date       | earliest   | confirmed_on
                1       | virological_relapse            | 2021-06-01 | 2021-04-01 | 2021-06-29
                1       | virological_relapse_confirmed  | 2021-06-01 | 2021-04-01 | 2021-06-29
                1       | clinical_relapse               | 2021-06-29 | 2021-06-01 |
                2       | virological_relapse            | 2021-06-01 | 2020-12-01 |
                2       | retreatment                    | 2021-06-01 | 2020-12-31 |
                3       | none                           |            |            |
                """,
                (
                    "virological_relapse",
                    "virological_relapse_confirmed",
                    "clinical_relapse",
                    "retreatment",
                ),
            ),
        ),
    ),
)
