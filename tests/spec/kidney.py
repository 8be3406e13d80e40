"""eGFR, chronic kidney disease, decline, and phosphate."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Kidney"
EXAMPLES = (
    Example(
        "eGFR and its stage",
        """Creatinine of an adult of known sex becomes an eGFR with its KDIGO stage (G1 from 90 on,
        G2 from 60, G3a from 45, G3b from 30, G4 from 15, G5 below). Age is in completed years:
        patient 3 turns 18 on the second day. A child (3) or somebody of unknown sex (4) has none.
        A stage lasts until the day before the next eGFR that says otherwise.""",
        ("kidney.formula", "kidney.adult_age"),
        patients="""
            patient | sex    | born
            1       | female | 1966-01-01
            2       | male   | 1966-01-01
            3       | male   | 1998-03-01
            4       |        | 1966-01-01
        """,
        results="""
            patient | date       | test       | result | unit
            1       | 2016-03-01 | Creatinine | 88.4   | µmol/L
            2       | 2016-03-01 | Creatinine | 1.0    | mg/dL
            2       | 2016-09-01 | Creatinine | 150    | µmol/L
            2       | 2017-09-01 | Creatinine | 160    | µmol/L
            3       | 2016-02-29 | Creatinine | 88.4   | µmol/L
            3       | 2016-03-01 | Creatinine | 88.4   | µmol/L
            4       | 2016-03-01 | Creatinine | 88.4   | µmol/L
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | value  | status
                1       | 2016-03-01 | 68.63  | G2
                2       | 2016-03-01 | 91.69  | G1
                2       | 2016-09-01 | 48.61  | G3a
                2       | 2017-09-01 | 44.71  | G3b
                3       | 2016-03-01 | 111.88 | G1
                4       | none       |        |
                """,
                ("egfr",),
            ),
            Answer(
                "state",
                """
                patient | state | start      | end
                1       | G2    | 2016-03-01 | 2016-03-01
                2       | G1    | 2016-03-01 | 2016-08-31
                2       | G3a   | 2016-09-01 | 2017-08-31
                2       | G3b   | 2017-09-01 | 2017-09-01
                3       | G1    | 2016-03-01 | 2016-03-01
                4       | none  |            |
                """,
                ("kidney",),
            ),
        ),
    ),
    Example(
        "Chronic kidney disease",
        """eGFR below the threshold on two days at least this far apart, with none at or above it
        between; dated on the first, once for each patient. Patient 2 is tested again a day too
        early, patient 3 had a normal eGFR between.""",
        ("kidney.ckd_below", "kidney.confirm_days"),
        patients="""
            patient | sex  | born
            1       | male | 1966-01-01
            2       | male | 1966-01-01
            3       | male | 1966-01-01
        """,
        results="""
            patient | date       | test       | result | unit
            1       | 2015-06-01 | Creatinine | 90     | µmol/L
            1       | 2016-01-01 | Creatinine | 150    | µmol/L
            1       | 2016-03-31 | Creatinine | 150    | µmol/L
            2       | 2016-01-01 | Creatinine | 150    | µmol/L
            2       | 2016-03-30 | Creatinine | 150    | µmol/L
            3       | 2016-01-01 | Creatinine | 150    | µmol/L
            3       | 2016-02-15 | Creatinine | 90     | µmol/L
            3       | 2016-03-31 | Creatinine | 150    | µmol/L
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event | date       | earliest   | confirmed_on
                1       | ckd   | 2016-01-01 | 2015-06-01 | 2016-03-31
                2       | none  |            |            |
                3       | none  |            |            |
                """,
                ("ckd",),
            ),
        ),
    ),
    Example(
        "Decline of eGFR and rise of creatinine",
        """Against the first value on record as an adult. eGFR declines when it is so many percent
        below it, twice at least this far apart with none higher between (patient 1; patient 2 was
        tested too early the second time). Creatinine rises when it is so much above it, once: 44.2
        (patient 2), not 44.1 (patient 3). Each is dated on the first such day, once for each
        patient.""",
        ("kidney.decline_percent", "kidney.confirm_days", "kidney.creatinine_rise"),
        patients="""
            patient | sex    | born
            1       | female | 1966-01-01
            2       | female | 1966-01-01
            3       | female | 1966-01-01
        """,
        results="""
            patient | date       | test       | result | unit
            1       | 2016-01-01 | Creatinine | 70     | µmol/L
            1       | 2017-01-01 | Creatinine | 80     | µmol/L
            1       | 2018-01-01 | Creatinine | 96     | µmol/L
            1       | 2018-04-01 | Creatinine | 97     | µmol/L
            2       | 2016-01-01 | Creatinine | 80     | µmol/L
            2       | 2018-01-01 | Creatinine | 124.2  | µmol/L
            2       | 2018-03-01 | Creatinine | 130    | µmol/L
            3       | 2016-01-01 | Creatinine | 80     | µmol/L
            3       | 2018-01-01 | Creatinine | 124.1  | µmol/L
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event           | date       | confirmed_on | detail
                1       | egfr_decline    | 2018-01-01 | 2018-04-01   | baseline 91 mL/min/1.73m2
                2       | creatinine_rise | 2018-01-01 |              | baseline 80 µmol/L
                3       | none            |            |              |
                """,
                ("egfr_decline", "creatinine_rise"),
            ),
        ),
    ),
    Example(
        "Low phosphate",
        "Phosphate below the threshold; again after it was not.",
        ("kidney.phosphate_below",),
        results="""
            patient | date       | test      | result | unit
            1       | 2016-01-01 | phosphate | 0.65   | mmol/L
            1       | 2016-02-01 | phosphate | 0.64   | mmol/L
            1       | 2016-03-01 | phosphate | 0.50   | mmol/L
            1       | 2016-04-01 | phosphate | 1.10   | mmol/L
            1       | 2016-05-01 | phosphate | 0.60   | mmol/L
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event             | date       | earliest
                1       | hypophosphataemia | 2016-02-01 | 2016-01-01
                1       | hypophosphataemia | 2016-05-01 | 2016-04-01
                """,
                ("hypophosphataemia",),
            ),
        ),
    ),
)
