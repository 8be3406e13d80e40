"""HBsAg coming back after a loss."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Seroreversion"
BACK = (
    "hbsag_seroreversion",
    "hbsag_seroreversion_confirmed",
    "hbsag_seroreversion_transient",
)
EXAMPLES = (
    Example(
        "Seroreversion: any positive after a loss",
        """Dated on the first positive after the loss; it truly happened after the last negative.
        It is confirmed by a second positive far enough away with no negative between.
        People who never lost HBsAg cannot revert.""",
        ("seroreversion.confirm", "seroreversion.confirm_gap"),
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-01-01 | HBsAg | positive |
            1       | 2015-06-01 | HBsAg | <0.05    | IU/mL
            1       | 2016-01-01 | HBsAg | 0.05     | IU/mL
            1       | 2016-01-28 | HBsAg | positive |
            2       | 2015-01-01 | HBsAg | positive |
            2       | 2015-06-01 | HBsAg | negative |
            2       | 2016-01-01 | HBsAg | positive |
            2       | 2016-01-29 | HBsAg | positive |
            3       | 2015-06-01 | HBsAg | negative |
            3       | 2016-01-01 | HBsAg | positive |
            3       | 2016-01-29 | HBsAg | positive |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                         | date       | earliest   | confirmed_on
                1       | hbsag_seroreversion           | 2016-01-01 | 2015-06-01 |
                2       | hbsag_seroreversion           | 2016-01-01 | 2015-06-01 | 2016-01-29
                2       | hbsag_seroreversion_confirmed | 2016-01-01 | 2015-06-01 | 2016-01-29
                3       | none                          |            |            |
                """,
                BACK,
            ),
        ),
    ),
    Example(
        "Seroreversion that must be confirmed",
        """When the definition asks for confirmation, a single positive between negatives does
        not end the loss (patient 1); two far enough apart do, from the first of them
        on (patient 2).""",
        ("seroreversion.confirm", "seroreversion.confirm_gap"),
        preset="confirmed_reversion_4w",
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-01-01 | HBsAg | positive |
            1       | 2015-06-01 | HBsAg | negative |
            1       | 2016-01-01 | HBsAg | positive |
            1       | 2016-06-01 | HBsAg | negative |
            2       | 2015-01-01 | HBsAg | positive |
            2       | 2015-06-01 | HBsAg | negative |
            2       | 2016-01-01 | HBsAg | positive |
            2       | 2016-02-01 | HBsAg | positive |
            2       | 2016-06-01 | HBsAg | negative |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event               | date       | confirmed_on
                1       | hbsag_loss          | 2015-06-01 |
                2       | hbsag_loss          | 2015-06-01 |
                2       | hbsag_loss          | 2016-06-01 |
                2       | hbsag_seroreversion | 2016-01-01 | 2016-02-01
                """,
                ("hbsag_loss", "hbsag_seroreversion"),
            ),
            Answer(
                "state",
                """
                patient | marker | state    | start      | end
                1       | hbsag  | positive | 2015-01-01 | 2015-05-31
                1       | hbsag  | lost     | 2015-06-01 | 2016-06-01
                2       | hbsag  | positive | 2015-01-01 | 2015-05-31
                2       | hbsag  | lost     | 2015-06-01 | 2015-12-31
                2       | hbsag  | positive | 2016-01-01 | 2016-05-31
                2       | hbsag  | lost     | 2016-06-01 | 2016-06-01
                """,
                ("hbsag",),
            ),
        ),
    ),
    Example(
        "Both must be confirmed",
        "Loss confirmed 24 weeks later and seroreversion confirmed 4 weeks later.",
        ("loss.confirm", "loss.confirm_gap", "seroreversion.confirm", "seroreversion.confirm_gap"),
        preset="confirmed_both",
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-01-01 | HBsAg | positive |
            1       | 2015-06-01 | HBsAg | negative |
            1       | 2016-01-01 | HBsAg | negative |
            1       | 2016-03-01 | HBsAg | positive |
            1       | 2016-06-01 | HBsAg | negative |
            1       | 2016-09-01 | HBsAg | positive |
            1       | 2016-09-29 | HBsAg | positive |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event               | date       | earliest   | confirmed_on
                1       | hbsag_loss          | 2015-06-01 | 2015-01-01 | 2016-01-01
                1       | hbsag_seroreversion | 2016-09-01 | 2016-06-01 | 2016-09-29
                """,
                ("hbsag_loss", "hbsag_seroreversion"),
            ),
        ),
    ),
    Example(
        "Low-level seroreversion",
        """A single positive quantified below this may be a blip of the assay and asks for a
        confirmatory test: `detail` says so (patient 1; not at the limit, patient 2, nor
        when positive again, patient 3). It is a seroreversion all the same.""",
        ("seroreversion.low_level",),
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-01-01 | HBsAg | positive |
            1       | 2015-06-01 | HBsAg | negative |
            1       | 2016-01-01 | HBsAg | 0.9      | IU/mL
            1       | 2016-03-01 | HBsAg | negative |
            2       | 2015-01-01 | HBsAg | positive |
            2       | 2015-06-01 | HBsAg | negative |
            2       | 2016-01-01 | HBsAg | 1        | IU/mL
            3       | 2015-01-01 | HBsAg | positive |
            3       | 2015-06-01 | HBsAg | negative |
            3       | 2016-01-01 | HBsAg | 0.9      | IU/mL
            3       | 2016-01-15 | HBsAg | positive |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event               | date       | detail
                1       | hbsag_seroreversion | 2016-01-01 | low level: possible assay blip
                2       | hbsag_seroreversion | 2016-01-01 |
                3       | hbsag_seroreversion | 2016-01-01 |
                """,
                ("hbsag_seroreversion",),
            ),
        ),
    ),
    Example(
        "A loss is confirmed once",
        """Where a seroreversion must be confirmed, a single positive does not end the loss. A
        second pair of negatives after it confirms the same loss again, which is no further
        event (patient 1); it confirms the loss if the negatives before it did not
        (patient 2).""",
        ("loss.confirm_gap", "seroreversion.confirm"),
        preset="confirmed_reversion_4w",
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-01-01 | HBsAg | positive |
            1       | 2015-06-01 | HBsAg | negative |
            1       | 2016-01-01 | HBsAg | negative |
            1       | 2016-06-01 | HBsAg | positive |
            1       | 2017-01-01 | HBsAg | negative |
            1       | 2017-09-01 | HBsAg | negative |
            2       | 2015-01-01 | HBsAg | positive |
            2       | 2015-06-01 | HBsAg | negative |
            2       | 2016-06-01 | HBsAg | positive |
            2       | 2017-01-01 | HBsAg | negative |
            2       | 2017-09-01 | HBsAg | negative |
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                | date       | earliest   | confirmed_on
                1       | hbsag_loss           | 2015-06-01 | 2015-01-01 | 2016-01-01
                1       | hbsag_loss_confirmed | 2015-06-01 | 2015-01-01 | 2016-01-01
                2       | hbsag_loss           | 2015-06-01 | 2015-01-01 |
                2       | hbsag_loss_confirmed | 2017-01-01 | 2016-06-01 | 2017-09-01
                """,
                ("hbsag_loss", "hbsag_loss_confirmed"),
            ),
        ),
    ),
    Example(
        "Transient seroreversion",
        """HBsAg negative again within this many days (patient 1; one day later is too late,
        patient 2), without a treatment begun from the reversion to that negative
        (patient 3). Treatment that was running all along does not count as begun
        (patient 4).""",
        ("seroreversion.transient_max",),
        results="""
            patient | date       | test  | result   | unit
            1       | 2015-01-01 | HBsAg | positive |
            1       | 2015-06-01 | HBsAg | negative |
            1       | 2016-01-01 | HBsAg | positive |
            1       | 2016-06-17 | HBsAg | negative |
            2       | 2015-01-01 | HBsAg | positive |
            2       | 2015-06-01 | HBsAg | negative |
            2       | 2016-01-01 | HBsAg | positive |
            2       | 2016-06-18 | HBsAg | negative |
            3       | 2015-01-01 | HBsAg | positive |
            3       | 2015-06-01 | HBsAg | negative |
            3       | 2016-01-01 | HBsAg | positive |
            3       | 2016-06-17 | HBsAg | negative |
            4       | 2015-01-01 | HBsAg | positive |
            4       | 2015-06-01 | HBsAg | negative |
            4       | 2016-01-01 | HBsAg | positive |
            4       | 2016-06-17 | HBsAg | negative |
        """,
        drugs="""
            patient | start      | end        | days | drug
            3       | 2016-02-01 | 2016-12-31 |      | entecavir
            4       | 2015-01-01 | 2016-12-31 |      | entecavir
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                         | date
                1       | hbsag_seroreversion_transient | 2016-01-01
                2       | none                          |
                3       | none                          |
                4       | hbsag_seroreversion_transient | 2016-01-01
                """,
                ("hbsag_seroreversion_transient",),
            ),
        ),
    ),
)
