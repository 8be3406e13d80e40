"""Liver outcomes."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Liver outcomes"
EXAMPLES = (
    Example(
        "Cirrhosis and liver cancer by code",
        """Coded once in hospital (patient 1), or on two days at least this far apart elsewhere
        (patient 3; one day less is not enough, patient 2). Dated on the first code;
        `confirmed_on` is the day on which the rule was met.""",
        ("condition.outpatient_gap",),
        diagnoses="""
            patient | date       | code   | setting
            1       | 2016-01-01 | K74.60 | inpatient
            2       | 2016-01-01 | K74.60 | outpatient
            2       | 2016-01-30 | K74.60 | outpatient
            3       | 2016-01-01 | K74.60 | outpatient
            3       | 2016-01-31 | K74.60 | outpatient
            4       | 2016-01-01 | C22.0  | outpatient
            4       | 2016-01-05 | C22.0  | inpatient
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event     | date       | confirmed_on
                1       | cirrhosis | 2016-01-01 | 2016-01-01
                2       | none      |            |
                3       | cirrhosis | 2016-01-01 | 2016-01-31
                4       | hcc       | 2016-01-01 | 2016-01-05
                """,
                ("cirrhosis", "hcc"),
            ),
        ),
    ),
    Example(
        "Coinfection",
        "Hepatitis C, D and HIV: the first positive antibody, detectable RNA or code.",
        ("antibody.index_cutoff",),
        results="""
            patient | date       | test     | result   | unit
            1       | 2016-03-01 | Anti-HCV | 12       | S/CO
            2       | 2016-03-01 | Anti-HCV | 0.3      | S/CO
        """,
        diagnoses="""
            patient | date       | code  | setting
            1       | 2016-05-01 | B18.2 | outpatient
            3       | 2016-05-01 | B20   | outpatient
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event | date
                1       | hcv   | 2016-03-01
                2       | none  |
                3       | hiv   | 2016-05-01
                """,
                ("hcv", "hdv", "hiv"),
            ),
        ),
    ),
)
