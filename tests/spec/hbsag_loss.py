"""Chronic hepatitis B, loss of HBsAg and its confirmation."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Chronic hepatitis B and loss of HBsAg"
LOSS = ("hbsag_loss", "hbsag_loss_confirmed")
FOUR_PATIENTS = """
    patient | date       | test  | result   | unit
    1       | 2015-06-01 | HBsAg | positive |
    1       | 2016-01-01 | HBsAg | negative |
    1       | 2016-09-01 | HBsAg | negative |
    2       | 2015-06-01 | HBsAg | positive |
    2       | 2016-01-01 | HBsAg | negative |
    2       | 2016-03-01 | HBsAg | positive |
    2       | 2017-01-01 | HBsAg | negative |
    2       | 2017-09-01 | HBsAg | negative |
    3       | 2015-06-01 | HBsAg | positive |
    3       | 2016-01-01 | HBsAg | negative |
    3       | 2016-08-01 | HBsAg | positive |
    3       | 2016-09-01 | HBsAg | negative |
    4       | 2015-06-01 | HBsAg | positive |
    4       | 2016-01-01 | HBsAg | negative |
"""
EXAMPLES = (
    Example(
        "Chronic hepatitis B",
        """HBsAg positive on two days at least this far apart, dated on the second; or positive
        once and coded as chronic hepatitis B, dated when both are known. Whichever
        comes first.""",
        ("chronic.gap",),
        results="""
            patient | date       | test  | result   | unit
            1       | 2016-01-01 | HBsAg | positive |
            1       | 2016-07-01 | HBsAg | positive |
            2       | 2016-01-01 | HBsAg | positive |
            2       | 2016-07-02 | HBsAg | positive |
            3       | 2016-01-01 | HBsAg | positive |
            4       | 2016-01-01 | HBsAg | negative |
        """,
        diagnoses="""
            patient | date       | code  | setting
            3       | 2015-12-01 | B18.1 | outpatient
            4       | 2015-12-01 | B18.1 | outpatient
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event       | date
                1       | none        |
                2       | chronic_hbv | 2016-07-02
                3       | chronic_hbv | 2016-01-01
                4       | none        |
                """,
                ("chronic_hbv",),
            ),
        ),
    ),
    Example(
        "HBsAg loss: the first negative after a positive",
        """The loss is dated on the first negative. It truly happened after the last positive
        (`earliest`) and by that day. It is confirmed by a second negative far enough
        away with no positive between. After a seroreversion there can be another
        loss.""",
        ("loss.confirm", "loss.min_prior_positives", "loss.confirm_gap"),
        results=FOUR_PATIENTS,
        answers=(
            Answer(
                "event",
                """
                patient | event                | occurrence | date       | earliest   | confirmed_on
                1       | hbsag_loss           | 1          | 2016-01-01 | 2015-06-01 | 2016-09-01
                1       | hbsag_loss_confirmed | 1          | 2016-01-01 | 2015-06-01 | 2016-09-01
                2       | hbsag_loss           | 1          | 2016-01-01 | 2015-06-01 |
                2       | hbsag_loss           | 2          | 2017-01-01 | 2016-03-01 | 2017-09-01
                2       | hbsag_loss_confirmed | 1          | 2017-01-01 | 2016-03-01 | 2017-09-01
                3       | hbsag_loss           | 1          | 2016-01-01 | 2015-06-01 |
                3       | hbsag_loss           | 2          | 2016-09-01 | 2016-08-01 |
                4       | hbsag_loss           | 1          | 2016-01-01 | 2015-06-01 |
                """,
                LOSS,
            ),
        ),
    ),
    Example(
        "Confirmed HBsAg loss",
        """The same four patients when a loss must be confirmed: patient 2 loses HBsAg in 2017
        only, patients 3 and 4 not at all.""",
        ("loss.confirm", "loss.confirm_gap"),
        preset="confirmed_loss_24w",
        results=FOUR_PATIENTS,
        answers=(
            Answer(
                "event",
                """
                patient | event      | date       | earliest   | confirmed_on
                1       | hbsag_loss | 2016-01-01 | 2015-06-01 | 2016-09-01
                2       | hbsag_loss | 2017-01-01 | 2016-03-01 | 2017-09-01
                3       | none       |            |            |
                4       | none       |            |            |
                """,
                ("hbsag_loss",),
            ),
        ),
    ),
    Example(
        "The confirming day",
        """A second negative confirms from this many days on. One day less does not; a later
        negative may still do so, and an earlier one between changes nothing.""",
        ("loss.confirm_gap",),
        preset="confirmed_loss_24w",
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-06-01 | HBsAg | positive |
            1       | 2016-01-01 | HBsAg | negative |
            1       | 2016-06-16 | HBsAg | negative |
            2       | 2015-06-01 | HBsAg | positive |
            2       | 2016-01-01 | HBsAg | negative |
            2       | 2016-06-17 | HBsAg | negative |
            3       | 2015-06-01 | HBsAg | positive |
            3       | 2016-01-01 | HBsAg | negative |
            3       | 2016-06-16 | HBsAg | negative |
            3       | 2016-07-01 | HBsAg | negative |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event      | date       | confirmed_on
                1       | none       |            |
                2       | hbsag_loss | 2016-01-01 | 2016-06-17
                3       | hbsag_loss | 2016-01-01 | 2016-07-01
                """,
                ("hbsag_loss",),
            ),
        ),
    ),
    Example(
        "The confirming day, 12 weeks",
        "The same with a shorter gap.",
        ("loss.confirm_gap",),
        preset="confirmed_loss_12w",
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-06-01 | HBsAg | positive |
            1       | 2016-01-01 | HBsAg | negative |
            1       | 2016-03-24 | HBsAg | negative |
            2       | 2015-06-01 | HBsAg | positive |
            2       | 2016-01-01 | HBsAg | negative |
            2       | 2016-03-25 | HBsAg | negative |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event      | date       | confirmed_on
                1       | none       |            |
                2       | hbsag_loss | 2016-01-01 | 2016-03-25
                """,
                ("hbsag_loss",),
            ),
        ),
    ),
    Example(
        "What stands between two negatives",
        """An indeterminate result between two negatives changes nothing: grey zone,
        contradiction on one day, or a value that could be on either side (patient 1).
        A positive between them undoes the confirmation, however small (patient 2).""",
        ("loss.confirm_gap", "hbsag.same_day_conflict", "hbsag.grey_low"),
        preset="confirmed_loss_24w",
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-06-01 | HBsAg | 1200     | IU/mL
            1       | 2016-01-01 | HBsAg | <0.05    | IU/mL
            1       | 2016-02-01 | HBsAg | 0.9      | S/CO
            1       | 2016-03-01 | HBsAg | negative |
            1       | 2016-03-01 | HBsAg | positive |
            1       | 2016-04-01 | HBsAg | <0.5     | IU/mL
            1       | 2016-09-01 | HBsAg | <0.05    | IU/mL
            2       | 2015-06-01 | HBsAg | 1.2      | kIU/mL
            2       | 2016-01-01 | HBsAg | <0.05    | IU/mL
            2       | 2016-04-01 | HBsAg | 0.05     | IU/mL
            2       | 2016-09-01 | HBsAg | <0.05    | IU/mL
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event      | date       | earliest   | confirmed_on
                1       | hbsag_loss | 2016-01-01 | 2015-06-01 | 2016-09-01
                2       | none       |            |            |
                """,
                ("hbsag_loss",),
            ),
        ),
    ),
    Example(
        "Death or the end of the records before the confirming test",
        """Who dies or leaves before the second test has no confirmed loss; nothing is assumed in
        the place of a test.""",
        ("loss.confirm",),
        preset="confirmed_loss_24w",
        patients="""
            patient | died
            1       | 2016-03-01
        """,
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-06-01 | HBsAg | positive |
            1       | 2016-01-01 | HBsAg | negative |
            2       | 2015-06-01 | HBsAg | positive |
            2       | 2016-01-01 | HBsAg | negative |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event | date
                1       | death | 2016-03-01
                2       | none  |
                """,
                ("hbsag_loss", "death"),
            ),
        ),
    ),
    Example(
        "Two positives before a loss",
        """A definition may ask for HBsAg positive on several days before a loss. Two results of
        one day are one day.""",
        ("loss.min_prior_positives",),
        preset="chronic_two_positives",
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-06-01 | HBsAg | positive |
            1       | 2015-06-01 | HBsAg | 1200     | IU/mL
            1       | 2016-01-01 | HBsAg | negative |
            2       | 2015-06-01 | HBsAg | positive |
            2       | 2015-06-02 | HBsAg | positive |
            2       | 2016-01-01 | HBsAg | negative |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event      | date
                1       | none       |
                2       | hbsag_loss | 2016-01-01
                """,
                ("hbsag_loss",),
            ),
        ),
    ),
)
