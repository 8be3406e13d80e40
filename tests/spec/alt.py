"""ALT: normalisation and flares."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "ALT"
COURSES = """
    patient | date       | test | result | unit
    1       | 2020-01-01 | ALT  | 90     | U/L
    1       | 2020-03-01 | ALT  | 40     | U/L
    1       | 2020-04-01 | ALT  | 199    | U/L
    1       | 2020-04-08 | ALT  | 200    | U/L
    1       | 2020-04-15 | ALT  | 812.4  | U/L
    1       | 2020-06-01 | ALT  | 35     | U/L
    2       | 2020-01-01 | ALT  | 30     | U/L
    2       | 2020-06-01 | ALT  | 101    | U/L
    3       | 2020-01-01 | ALT  | 30     | U/L
    3       | 2020-07-03 | ALT  | 101    | U/L
"""
EXAMPLES = (
    Example(
        "ALT normalisation and flare",
        """Normal after elevated, by the upper limit that each result was held against; again
        after each new elevation. A flare is a run of results at or above so many upper limits;
        the detail holds its highest value.""",
        ("alt.uln", "alt.uln_otherwise", "flare.rule", "flare.uln_multiple"),
        results=COURSES,
        answers=(
            Answer(
                "event",
                """
                patient | event             | date       | earliest   | detail
                1       | alt_normalisation | 2020-03-01 | 2020-01-01 |
                1       | alt_flare         | 2020-04-08 | 2020-04-01 | peak 812 U/L
                1       | alt_normalisation | 2020-06-01 | 2020-04-15 |
                2       | none              |            |            |
                3       | none              |            |            |
                """,
                ("alt_normalisation", "alt_flare"),
            ),
        ),
    ),
    Example(
        "ALT flare over the baseline",
        """The same patients by the other rule: above the floor, and more than so many times the
        lowest ALT of the half year before. Patient 3's earlier ALT is one day too old, so nothing
        is known of the baseline.""",
        ("flare.rule", "flare.baseline_multiple", "flare.above", "flare.baseline_window"),
        preset="flare_over_baseline",
        results=COURSES,
        answers=(
            Answer(
                "event",
                """
                patient | event     | date       | earliest   | detail
                1       | alt_flare | 2020-04-01 | 2020-03-01 | peak 812 U/L
                2       | alt_flare | 2020-06-01 | 2020-01-01 | peak 101 U/L
                3       | none      |            |            |
                """,
                ("alt_flare",),
            ),
        ),
    ),
    Example(
        "ALT flare with decompensation",
        """A flare with bilirubin above the limit, INR at least so high, or a code that counts as
        decompensation, on the flare's first day or up to so many days after. Dated as the flare;
        `confirmed_on` is the day of the first such sign. Patient 3's bilirubin is no higher than
        the limit, patient 4's a day too late.""",
        ("flare.bilirubin", "flare.inr", "flare.decompensation_window", "decompensation.kinds"),
        results="""
            patient | date       | test            | result | unit
            1       | 2020-01-01 | ALT             | 600    | U/L
            1       | 2020-01-08 | Total bilirubin | 85     | umol/L
            1       | 2020-01-09 | INR             | 1.9    |
            2       | 2020-01-01 | ALT             | 600    | U/L
            2       | 2020-01-29 | INR             | 1.5    |
            3       | 2020-01-01 | ALT             | 600    | U/L
            3       | 2020-01-08 | Total bilirubin | 51     | umol/L
            4       | 2020-01-01 | ALT             | 600    | U/L
            4       | 2020-01-30 | Total bilirubin | 85     | umol/L
            5       | 2020-01-01 | ALT             | 600    | U/L
        """,
        diagnoses="""
            patient | date       | code  | setting
            5       | 2020-01-15 | R18.8 | inpatient
        """,
        answers=(
            Answer(
                "event",
                """
                patient | confirmed_on | detail
                1       | 2020-01-08   | peak 600 U/L; bilirubin over 51 µmol/L
                2       | 2020-01-29   | peak 600 U/L; INR 1.5 or more
                3       | none         |
                4       | none         |
                5       | 2020-01-15   | peak 600 U/L; ascites
                """,
                ("flare_with_decompensation",),
            ),
        ),
    ),
    Example(
        "ALT by one limit for each sex",
        """Not the laboratory's own limit but one for men and one for women. Nothing is known of the
        sex of patient 3: 30 U/L would be normal for a man and elevated for a woman, and is
        indeterminate; what holds for both sexes stands.""",
        ("alt.uln", "alt.uln_male", "alt.uln_female"),
        preset="alt_by_sex",
        results="""
            patient | date       | test | result | unit
            1       | 2020-01-01 | ALT  | 35     | U/L
            1       | 2020-06-01 | ALT  | 36     | U/L
            2       | 2020-01-01 | ALT  | 25     | U/L
            2       | 2020-06-01 | ALT  | 26     | U/L
            3       | 2020-01-01 | ALT  | 25     | U/L
            3       | 2020-03-01 | ALT  | 30     | U/L
            3       | 2020-06-01 | ALT  | 36     | U/L
        """,
        patients="""
            patient | sex    | died
            1       | male   |
            2       | female |
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | status        | threshold
                1       | 2020-01-01 | normal        | 35.0
                1       | 2020-06-01 | elevated      | 35.0
                2       | 2020-01-01 | normal        | 25.0
                2       | 2020-06-01 | elevated      | 25.0
                3       | 2020-01-01 | normal        |
                3       | 2020-03-01 | indeterminate |
                3       | 2020-06-01 | elevated      |
                """,
                ("alt",),
            ),
        ),
    ),
)
