"""Phases of chronic hepatitis B."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Phases"
EXAMPLES = (
    Example(
        "Phases over time",
        """From the first positive HBsAg on. HBV DNA with HBeAg and ALT near it (the nearest within
        the window) is a triad; two triads of one phase, far enough apart and with none
        of another kind between, are that phase from the first of them on. On NA or
        interferon there is no phase. Patient 1: HBeAg-positive infection, then
        hepatitis, then treated on the day of the last triad, which confirms the
        hepatitis. 2: HBeAg-negative infection; '<2000' proves DNA below 2000. 3: the
        second triad comes a day too early, so the phase is unknown. 4: no HBeAg, so no
        triad. 5: one triad of infection and one of hepatitis do not agree:
        indeterminate. 6: high HBV DNA with normal ALT is in the grey zone. 7: HBsAg
        lost. 8: '<20000' does not tell on which side of 2000 HBV DNA lies, so the triad
        says nothing.""",
        (
            "phase.positive_infection_dna",
            "phase.positive_hepatitis_dna",
            "phase.negative_dna",
            "phase.window",
            "phase.concordance",
        ),
        results="""
            patient | date       | test    | result   | unit
            1       | 2016-01-01 | HBsAg   | positive |
            1       | 2016-02-01 | HBeAg   | positive |
            1       | 2016-02-01 | HBV DNA | 2.1E+8   | IU/mL
            1       | 2016-02-01 | ALT     | 25       | U/L
            1       | 2016-08-01 | HBeAg   | positive |
            1       | 2016-08-01 | HBV DNA | 1.5E+8   | IU/mL
            1       | 2016-08-15 | ALT     | 30       | U/L
            1       | 2018-02-01 | HBeAg   | positive |
            1       | 2018-02-01 | HBV DNA | 3.0E+6   | IU/mL
            1       | 2018-02-01 | ALT     | 110      | U/L
            1       | 2018-06-01 | HBeAg   | positive |
            1       | 2018-06-01 | HBV DNA | 3.0E+6   | IU/mL
            1       | 2018-06-01 | ALT     | 95       | U/L
            2       | 2016-01-01 | HBsAg   | positive |
            2       | 2016-01-01 | HBeAg   | negative |
            2       | 2016-01-01 | HBV DNA | <2000    | IU/mL
            2       | 2016-01-01 | ALT     | 25       | U/L
            2       | 2016-04-02 | HBeAg   | negative |
            2       | 2016-04-02 | HBV DNA | 350      | IU/mL
            2       | 2016-04-02 | ALT     | 25       | U/L
            3       | 2016-01-01 | HBsAg   | positive |
            3       | 2016-01-01 | HBeAg   | negative |
            3       | 2016-01-01 | HBV DNA | 350      | IU/mL
            3       | 2016-01-01 | ALT     | 25       | U/L
            3       | 2016-04-01 | HBeAg   | negative |
            3       | 2016-04-01 | HBV DNA | 350      | IU/mL
            3       | 2016-04-01 | ALT     | 25       | U/L
            4       | 2016-01-01 | HBsAg   | positive |
            4       | 2016-01-01 | HBV DNA | 350      | IU/mL
            4       | 2016-01-01 | ALT     | 25       | U/L
            4       | 2016-06-01 | HBV DNA | 350      | IU/mL
            4       | 2016-06-01 | ALT     | 25       | U/L
            5       | 2016-01-01 | HBsAg   | positive |
            5       | 2016-01-01 | HBeAg   | negative |
            5       | 2016-01-01 | HBV DNA | 350      | IU/mL
            5       | 2016-01-01 | ALT     | 25       | U/L
            5       | 2016-06-01 | HBeAg   | negative |
            5       | 2016-06-01 | HBV DNA | 50000    | IU/mL
            5       | 2016-06-01 | ALT     | 80       | U/L
            6       | 2016-01-01 | HBsAg   | positive |
            6       | 2016-03-01 | HBeAg   | negative |
            6       | 2016-03-01 | HBV DNA | 2000     | IU/mL
            6       | 2016-03-01 | ALT     | 25       | U/L
            7       | 2016-01-01 | HBsAg   | positive |
            7       | 2016-05-01 | HBsAg   | negative |
            7       | 2017-05-01 | HBV DNA | <20      | IU/mL
            8       | 2016-01-01 | HBsAg   | positive |
            8       | 2016-01-01 | HBeAg   | negative |
            8       | 2016-01-01 | HBV DNA | <20000   | IU/mL
            8       | 2016-01-01 | ALT     | 25       | U/L
            8       | 2016-06-01 | HBeAg   | negative |
            8       | 2016-06-01 | HBV DNA | <20000   | IU/mL
            8       | 2016-06-01 | ALT     | 25       | U/L
        """,
        drugs="""
            patient | start      | end        | days | drug
            1       | 2018-06-01 | 2018-12-31 |      | entecavir
        """,
        answers=(
            Answer(
                "state",
                """
                patient | state                    | start      | end
                1       | unknown                  | 2016-01-01 | 2016-01-31
                1       | HBeAg-positive infection | 2016-02-01 | 2018-01-31
                1       | HBeAg-positive hepatitis | 2018-02-01 | 2018-05-31
                1       | on treatment             | 2018-06-01 | 2018-12-31
                2       | HBeAg-negative infection | 2016-01-01 | 2016-04-02
                3       | unknown                  | 2016-01-01 | 2016-04-01
                4       | unknown                  | 2016-01-01 | 2016-06-01
                5       | indeterminate            | 2016-01-01 | 2016-06-01
                6       | unknown                  | 2016-01-01 | 2016-02-29
                6       | indeterminate            | 2016-03-01 | 2016-03-01
                7       | unknown                  | 2016-01-01 | 2016-04-30
                7       | HBsAg-negative           | 2016-05-01 | 2017-05-01
                8       | unknown                  | 2016-01-01 | 2016-06-01
                """,
                ("phase",),
            ),
        ),
    ),
    Example(
        "Phases after treatment",
        """Tests soon after treatment still show its effect and are not counted: the phase is
        unknown until the first triad after that time. Patient 1's last two triads make
        a phase; patient 2's first one comes a day too early.""",
        ("phase.after_treatment", "exposure.gap"),
        results="""
            patient | date       | test    | result   | unit
            1       | 2016-01-01 | HBsAg   | positive |
            1       | 2017-07-03 | HBeAg   | negative |
            1       | 2017-07-03 | HBV DNA | 50000    | IU/mL
            1       | 2017-07-03 | ALT     | 80       | U/L
            1       | 2017-12-01 | HBeAg   | negative |
            1       | 2017-12-01 | HBV DNA | 90000    | IU/mL
            1       | 2017-12-01 | ALT     | 80       | U/L
            2       | 2016-01-01 | HBsAg   | positive |
            2       | 2017-07-02 | HBeAg   | negative |
            2       | 2017-07-02 | HBV DNA | 50000    | IU/mL
            2       | 2017-07-02 | ALT     | 80       | U/L
            2       | 2017-12-01 | HBeAg   | negative |
            2       | 2017-12-01 | HBV DNA | 90000    | IU/mL
            2       | 2017-12-01 | ALT     | 80       | U/L
        """,
        drugs="""
            patient | start      | end        | days | drug
            1       | 2016-01-01 | 2016-12-31 |      | entecavir
            2       | 2016-01-01 | 2016-12-31 |      | entecavir
        """,
        answers=(
            Answer(
                "state",
                """
                patient | state                    | start      | end
                1       | on treatment             | 2016-01-01 | 2016-12-31
                1       | unknown                  | 2017-01-01 | 2017-07-02
                1       | HBeAg-negative hepatitis | 2017-07-03 | 2017-12-01
                2       | on treatment             | 2016-01-01 | 2016-12-31
                2       | unknown                  | 2017-01-01 | 2017-12-01
                """,
                ("phase",),
            ),
        ),
    ),
)
