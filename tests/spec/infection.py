"""The state of the infection as a whole."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "The state of the infection"
EXAMPLES = (
    Example(
        "What the records say of the infection",
        """A code alone proves nothing, and serology can contradict it. The patients: 1 chronic;
        2 once positive; 3 coded, but HBsAg and anti-HBc are negative; 4 coded and
        never tested; 5 resolved; 6 isolated anti-HBc; 7 never infected, responded to
        the vaccine; 8 HBsAg negative, nothing else known; 9 nothing known.""",
        ("infection.codes_contradicted_by", "chronic.gap"),
        results="""
            patient | date       | test     | result   | unit
            1       | 2016-01-01 | HBsAg    | positive |
            1       | 2017-01-01 | HBsAg    | positive |
            2       | 2016-01-01 | HBsAg    | positive |
            3       | 2016-01-01 | HBsAg    | negative |
            3       | 2016-01-01 | Anti-HBc | negative |
            5       | 2016-01-01 | HBsAg    | negative |
            5       | 2016-01-01 | Anti-HBc | positive |
            5       | 2016-01-01 | Anti-HBs | 80       | mIU/mL
            6       | 2016-01-01 | HBsAg    | negative |
            6       | 2016-01-01 | Anti-HBc | positive |
            6       | 2016-01-01 | Anti-HBs | 2        | mIU/mL
            7       | 2016-01-01 | HBsAg    | negative |
            7       | 2016-01-01 | Anti-HBc | negative |
            7       | 2016-08-01 | Anti-HBs | 80       | mIU/mL
            8       | 2016-01-01 | HBsAg    | negative |
            9       | 2016-01-01 | ALT      | 20       | U/L
        """,
        drugs="""
            patient | start      | end | days | drug
            7       | 2016-02-01 |     |      | hepatitis B vaccine
        """,
        diagnoses="""
            patient | date       | code  | setting
            3       | 2016-01-01 | B18.1 | outpatient
            4       | 2016-01-01 | B18.1 | outpatient
        """,
        answers=(
            Answer(
                "state",
                """
                patient | marker    | state
                1       | infection | chronic hepatitis B
                2       | infection | HBsAg positive, chronicity not shown
                3       | infection | code contradicted by serology
                4       | infection | coded, unconfirmed by any test
                5       | infection | resolved infection, loss not observed
                6       | infection | isolated anti-HBc
                7       | infection | not infected
                8       | infection | HBsAg negative, rest unknown
                9       | infection | unknown
                """,
                ("infection",),
            ),
            Answer(
                "event",
                """
                patient | event            | date
                1       | none             |
                2       | none             |
                3       | none             |
                4       | none             |
                5       | none             |
                6       | none             |
                7       | vaccine_response | 2016-08-01
                8       | none             |
                9       | none             |
                """,
                ("vaccine_response",),
            ),
        ),
    ),
)
