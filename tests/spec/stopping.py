"""First-line treatment, consolidation, criteria for stopping and rules on adjusting treatment."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Treatment beside the guidelines' rules"
EXAMPLES = (
    Example(
        "First-line treatment",
        """A line given for hepatitis B is first-line when all of its agents are, mixed when some
        are. Tenofovir without its salt is unknown. Tenofovir amibufenamide counts as the
        definition says.""",
        ("first_line.tmf",),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2020-06-30 |      | lamivudine
            1       | 2020-07-01 | 2020-12-31 |      | entecavir
            2       | 2020-01-01 | 2020-12-31 |      | lamivudine
            2       | 2020-01-01 | 2020-12-31 |      | tenofovir disoproxil fumarate
        """,
        results="""
            patient | date       | test  | result   | unit
            1       | 2020-01-01 | HBsAg | positive |
            2       | 2020-01-01 | HBsAg | positive |
        """,
        answers=(
            Answer(
                "state",
                """
                patient | state          | start      | end
                1       | non-first-line | 2020-01-01 | 2020-06-30
                1       | first-line     | 2020-07-01 | 2020-12-31
                2       | mixed          | 2020-01-01 | 2020-12-31
                """,
                ("first_line",),
            ),
        ),
    ),
    Example(
        "Consolidation",
        """On one NA treatment. HBeAg-positive at its start: from the later of HBeAg
        seroconversion (HBeAg negative with anti-HBe positive) and undetectable HBV DNA (patient
        1), until the treatment ends, HBV DNA is detectable (patient 2) or HBeAg positive.
        HBeAg-negative at its start: from the first undetectable HBV DNA (patient 3). HBeAg not
        tested near the start: unknown, so there is none (patient 4).""",
        ("consolidation.hbeag_window",),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2022-12-31 |      | entecavir
            2       | 2020-01-01 | 2022-12-31 |      | entecavir
            3       | 2020-01-01 | 2022-12-31 |      | entecavir
            4       | 2020-01-01 | 2022-12-31 |      | entecavir
        """,
        results="""
            patient | date       | test     | result   | unit
            1       | 2020-01-01 | HBeAg    | positive |
            1       | 2020-01-01 | HBV DNA  | 1000000  | IU/mL
            1       | 2020-07-01 | HBV DNA  | <20      | IU/mL
            1       | 2021-03-01 | HBeAg    | negative |
            1       | 2021-03-01 | anti-HBe | positive |
            2       | 2020-01-01 | HBeAg    | positive |
            2       | 2020-07-01 | HBeAg    | negative |
            2       | 2020-07-01 | anti-HBe | positive |
            2       | 2020-09-01 | HBV DNA  | <20      | IU/mL
            2       | 2021-09-01 | HBV DNA  | 500      | IU/mL
            3       | 2020-01-01 | HBeAg    | negative |
            3       | 2020-01-01 | HBV DNA  | 1000000  | IU/mL
            3       | 2020-07-01 | HBV DNA  | <20      | IU/mL
            4       | 2018-01-01 | HBeAg    | negative |
            4       | 2020-01-01 | HBV DNA  | 1000000  | IU/mL
            4       | 2020-07-01 | HBV DNA  | <20      | IU/mL
        """,
        answers=(
            Answer(
                "state",
                """
                patient | state                      | start      | end
                1       | after HBeAg seroconversion | 2021-03-01 | 2022-12-31
                2       | after HBeAg seroconversion | 2020-09-01 | 2021-08-31
                3       | HBeAg-negative at start    | 2020-07-01 | 2022-12-31
                4       | none                       |            |
                """,
                ("consolidation",),
            ),
        ),
    ),
    Example(
        "Criteria for stopping, HBeAg-positive at start",
        """Dated by the first day on which the records prove all of it: HBV DNA must be shown
        undetectable again at the end of the time of consolidation, which began on 2020-07-01.
        AASLD asks for normal ALT over that time, APASL and China for normal ALT (patient 1 has it
        last shown on 2021-09-01). With cirrhosis only APASL remains (patient 2). The event says
        that the inputs of a rule were there; it is not advice.""",
        (
            "stopping.easl_consolidation",
            "stopping.aasld_consolidation",
            "stopping.apasl_consolidation",
            "stopping.china_consolidation",
        ),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2024-12-31 |      | entecavir
            2       | 2020-01-01 | 2024-12-31 |      | entecavir
        """,
        diagnoses="""
            patient | date       | code   | setting
            2       | 2020-01-01 | K74.60 | inpatient
        """,
        results="""
            patient | date       | test     | result   | unit
            1       | 2020-01-01 | HBeAg    | positive |
            1       | 2020-01-01 | HBV DNA  | 1000000  | IU/mL
            1       | 2020-07-01 | HBeAg    | negative |
            1       | 2020-07-01 | anti-HBe | positive |
            1       | 2020-07-01 | HBV DNA  | <20      | IU/mL
            1       | 2020-08-01 | ALT      | 25       | U/L
            1       | 2021-06-30 | HBV DNA  | <20      | IU/mL
            1       | 2021-07-01 | HBV DNA  | <20      | IU/mL
            1       | 2021-09-01 | ALT      | 25       | U/L
            1       | 2023-07-02 | HBV DNA  | <20      | IU/mL
            2       | 2020-01-01 | HBeAg    | positive |
            2       | 2020-01-01 | HBV DNA  | 1000000  | IU/mL
            2       | 2020-07-01 | HBeAg    | negative |
            2       | 2020-07-01 | anti-HBe | positive |
            2       | 2020-07-01 | HBV DNA  | <20      | IU/mL
            2       | 2020-07-01 | ALT      | 25       | U/L
            2       | 2021-07-01 | HBV DNA  | <20      | IU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                        | date
                1       | stopping_criteria_easl_2017  | 2021-07-01
                1       | stopping_criteria_aasld_2018 | 2021-09-01
                1       | stopping_criteria_apasl_2015 | 2021-07-01
                1       | stopping_criteria_china_2019 | 2023-07-02
                2       | stopping_criteria_apasl_2015 | 2021-07-01
                """,
                (
                    "stopping_criteria_easl_2017",
                    "stopping_criteria_aasld_2018",
                    "stopping_criteria_apasl_2015",
                    "stopping_criteria_china_2019",
                ),
            ),
        ),
    ),
    Example(
        "Criteria for stopping, HBeAg-negative at start",
        """Patient 1 never loses HBsAg: EASL after years of suppression, APASL after two years of
        treatment with HBV DNA undetectable three times six months apart. Patient 2 loses HBsAg on
        2020-09-01: that alone meets EASL and AASLD; China with undetectable HBV DNA, which is shown
        on 2020-10-01; APASL with anti-HBs on 2021-02-01 (without it, a year after the loss).""",
        (
            "stopping.easl_suppressed",
            "stopping.apasl_treated",
            "stopping.apart",
            "stopping.apasl_after_loss",
        ),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2024-12-31 |      | entecavir
            2       | 2020-01-01 | 2024-12-31 |      | entecavir
        """,
        results="""
            patient | date       | test     | result   | unit
            1       | 2020-01-01 | HBeAg    | negative |
            1       | 2020-01-01 | HBsAg    | positive |
            1       | 2020-07-01 | HBV DNA  | <20      | IU/mL
            1       | 2020-12-31 | HBV DNA  | <20      | IU/mL
            1       | 2021-07-02 | HBV DNA  | <20      | IU/mL
            1       | 2021-12-31 | HBV DNA  | <20      | IU/mL
            1       | 2023-07-02 | HBV DNA  | <20      | IU/mL
            2       | 2020-01-01 | HBeAg    | negative |
            2       | 2020-01-01 | HBsAg    | positive |
            2       | 2020-09-01 | HBsAg    | negative |
            2       | 2020-10-01 | HBV DNA  | <20      | IU/mL
            2       | 2021-02-01 | anti-HBs | 150      | mIU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                        | date
                1       | stopping_criteria_easl_2017  | 2023-07-02
                1       | stopping_criteria_apasl_2015 | 2021-12-31
                2       | stopping_criteria_easl_2017  | 2020-09-01
                2       | stopping_criteria_aasld_2018 | 2020-09-01
                2       | stopping_criteria_china_2019 | 2020-10-01
                2       | stopping_criteria_apasl_2015 | 2021-02-01
                """,
                (
                    "stopping_criteria_easl_2017",
                    "stopping_criteria_aasld_2018",
                    "stopping_criteria_apasl_2015",
                    "stopping_criteria_china_2019",
                ),
            ),
        ),
    ),
    Example(
        "Rules on adjusting treatment",
        """After the 2019 Chinese consensus on patients on drugs that are not first-line [M]: once
        a treatment line and rule, on the first day of the line on which HBV DNA showed what the
        rule asks for. The event names the rule, its inputs and the options that the rule names; it
        is not advice.""",
        (),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2020-12-31 |      | lamivudine
            1       | 2021-01-01 | 2021-12-31 |      | adefovir dipivoxil
            2       | 2020-01-01 | 2020-12-31 |      | tenofovir disoproxil fumarate
        """,
        results="""
            patient | date       | test    | result | unit
            1       | 2020-06-01 | HBV DNA | <20    | IU/mL
            1       | 2020-09-01 | HBV DNA | <20    | IU/mL
            1       | 2021-06-01 | HBV DNA | 5000   | IU/mL
            2       | 2020-06-01 | HBV DNA | 5000   | IU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event           | date       | detail
                1       | adjustment_rule | 2020-06-01 | rule (a): on LAM, HBV DNA undetectable on \
2020-06-01; named options: ETV, TDF or TAF (TDF or TAF preferred); source: consensus, Chin J \
Hepatol 2019;27:343 [M]
                1       | adjustment_rule | 2021-06-01 | rule (b): on ADV after LAM or LDT, HBV \
DNA detectable on 2021-06-01; named options: TDF, TAF or ETV+TDF; source: consensus, Chin J \
Hepatol 2019;27:343 [M]
                2       | none            |            |
                """,
                ("adjustment_rule",),
            ),
        ),
    ),
)
