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
)
