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
        "Protective anti-HBs, its loss, and its height over time",
        """Protective: quantified at or above the target from a loss on, under the rules of
        seroconversion. Lost: the first anti-HBs below the threshold after a
        seroconversion. The state says how high it is from each test until the day before
        one that shows another; a bare positive is not quantified, and what HBIG gave is
        passive.""",
        ("anti_hbs.positive", "anti_hbs.target"),
        results="""
            patient | date       | test     | result   | unit
            1       | 2015-06-01 | HBsAg    | positive |
            1       | 2016-01-01 | HBsAg    | negative |
            1       | 2016-01-01 | Anti-HBs | 9.9      | mIU/mL
            1       | 2016-03-01 | Anti-HBs | 99       | mIU/mL
            1       | 2016-05-01 | Anti-HBs | 100      | mIU/mL
            1       | 2017-05-01 | Anti-HBs | 600      | mIU/mL
            1       | 2018-05-01 | Anti-HBs | positive |
            1       | 2019-05-01 | Anti-HBs | 4        | mIU/mL
            2       | 2015-06-01 | HBsAg    | positive |
            2       | 2016-01-01 | HBsAg    | negative |
            2       | 2016-03-01 | Anti-HBs | 300      | mIU/mL
            2       | 2016-09-01 | Anti-HBs | 4        | mIU/mL
        """,
        drugs="""
            patient | start      | end | days | drug
            2       | 2016-02-01 |     |      | HBIG
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                | date       | earliest
                1       | hbsag_seroconversion | 2016-03-01 |
                1       | anti_hbs_protective  | 2016-05-01 |
                1       | anti_hbs_lost        | 2019-05-01 | 2018-05-01
                2       | none                 |            |
                """,
                ("hbsag_seroconversion", "anti_hbs_protective", "anti_hbs_lost"),
            ),
            Answer(
                "state",
                """
                patient | marker   | state                      | start      | end
                1       | anti_hbs | below 10                   | 2016-01-01 | 2016-02-29
                1       | anti_hbs | 10 to under 100            | 2016-03-01 | 2016-04-30
                1       | anti_hbs | 100 or more                | 2016-05-01 | 2018-04-30
                1       | anti_hbs | 10 or more, not quantified | 2018-05-01 | 2019-04-30
                1       | anti_hbs | below 10                   | 2019-05-01 | 2019-05-01
                2       | anti_hbs | passive                    | 2016-03-01 | 2016-08-31
                2       | anti_hbs | below 10                   | 2016-09-01 | 2016-09-01
                """,
                ("anti_hbs",),
            ),
        ),
    ),
    Example(
        "HBeAg seroconversion",
        """Anti-HBe positive from an HBeAg loss on, before HBeAg is back (patient 2). `earliest` is
        the last HBeAg positive. Never in someone not seen positive (patient 3).""",
        ("hbeag.index_cutoff",),
        results="""
            patient | date       | test     | result   | unit
            1       | 2015-06-01 | HBeAg    | positive |
            1       | 2016-01-01 | HBeAg    | negative |
            1       | 2016-03-01 | Anti-HBe | positive |
            2       | 2015-06-01 | HBeAg    | positive |
            2       | 2015-06-01 | Anti-HBe | positive |
            2       | 2016-01-01 | HBeAg    | negative |
            2       | 2016-06-01 | HBeAg    | positive |
            2       | 2016-06-01 | Anti-HBe | positive |
            3       | 2016-01-01 | HBeAg    | negative |
            3       | 2016-01-01 | Anti-HBe | positive |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                | date       | earliest
                1       | hbeag_seroconversion | 2016-03-01 | 2015-06-01
                2       | none                 |            |
                3       | none                 |            |
                """,
                ("hbeag_seroconversion",),
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
