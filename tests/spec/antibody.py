"""Anti-HBs after a loss and after vaccination; HBeAg."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Antibody and HBeAg"
EXAMPLES = (
    Example(
        "HBsAg seroconversion",
        """The first anti-HBs at or above the threshold from a loss on and before HBsAg returns.
        Antibody before the loss (patient 2), after the return (patient 3) or from
        immunoglobulin (patient 4) does not count.""",
        ("anti_hbs.positive",),
        results="""
            patient | date       | test     | result   | unit
            1       | 2015-06-01 | HBsAg    | positive |
            1       | 2016-01-01 | HBsAg    | negative |
            1       | 2016-01-01 | Anti-HBs | 9.9      | mIU/mL
            1       | 2016-03-01 | Anti-HBs | 10       | mIU/mL
            2       | 2015-06-01 | HBsAg    | positive |
            2       | 2015-06-01 | Anti-HBs | 50       | mIU/mL
            2       | 2016-01-01 | HBsAg    | negative |
            3       | 2015-06-01 | HBsAg    | positive |
            3       | 2016-01-01 | HBsAg    | negative |
            3       | 2016-06-01 | HBsAg    | positive |
            3       | 2016-06-01 | Anti-HBs | 50       | mIU/mL
            4       | 2015-06-01 | HBsAg    | positive |
            4       | 2016-01-01 | HBsAg    | negative |
            4       | 2016-03-01 | Anti-HBs | 300      | mIU/mL
        """,
        drugs="""
            patient | start      | end | days | drug
            4       | 2016-02-01 |     |      | HBIG
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                | date
                1       | hbsag_seroconversion | 2016-03-01
                2       | none                 |
                3       | none                 |
                4       | none                 |
                """,
                ("hbsag_seroconversion",),
            ),
        ),
    ),
    Example(
        "Response to a vaccine",
        """The first anti-HBs at or above the threshold after the first dose, in someone who was
        not already immune (patient 2) and never had HBsAg or anti-HBc (patient 3).""",
        ("anti_hbs.positive",),
        drugs="""
            patient | start      | end | days | drug
            1       | 2016-01-01 |     |      | hepatitis B vaccine
            1       | 2016-02-01 |     |      | hepatitis B vaccine
            2       | 2016-01-01 |     |      | hepatitis B vaccine
            3       | 2016-01-01 |     |      | hepatitis B vaccine
        """,
        results="""
            patient | date       | test     | result   | unit
            1       | 2015-12-01 | Anti-HBs | 2        | mIU/mL
            1       | 2016-03-01 | Anti-HBs | 9.9      | mIU/mL
            1       | 2016-08-01 | Anti-HBs | 150      | mIU/mL
            2       | 2015-12-01 | Anti-HBs | 20       | mIU/mL
            2       | 2016-08-01 | Anti-HBs | 150      | mIU/mL
            3       | 2015-12-01 | Anti-HBc | positive |
            3       | 2016-08-01 | Anti-HBs | 150      | mIU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event            | date
                1       | vaccine_response | 2016-08-01
                2       | none             |
                3       | none             |
                """,
                ("vaccine_response",),
            ),
        ),
    ),
    Example(
        "HBeAg loss and reversion",
        """Loss: the first negative after a positive. Reversion: positive again after a loss.
        Someone first seen negative and then positive has lost nothing and reverted
        from nothing.""",
        ("hbeag.index_cutoff",),
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-06-01 | HBeAg | 120      | S/CO
            1       | 2016-01-01 | HBeAg | 0.4      | S/CO
            1       | 2016-06-01 | HBeAg | 1.0      | S/CO
            1       | 2017-01-01 | HBeAg | negative |
            2       | 2015-06-01 | HBeAg | negative |
            2       | 2016-01-01 | HBeAg | positive |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event           | occurrence | date       | earliest
                1       | hbeag_loss      | 1          | 2016-01-01 | 2015-06-01
                1       | hbeag_reversion | 1          | 2016-06-01 | 2016-01-01
                1       | hbeag_loss      | 2          | 2017-01-01 | 2016-06-01
                2       | none            |            |            |
                """,
                ("hbeag_loss", "hbeag_reversion"),
            ),
        ),
    ),
)
