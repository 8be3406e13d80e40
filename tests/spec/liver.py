"""Liver outcomes."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Liver outcomes"
DECOMPENSATIONS = """
            patient | date       | code    | setting
            1       | 2016-01-01 | R18.8   | outpatient
            1       | 2017-01-01 | I85.01  | inpatient
            1       | 2018-01-01 | I85.01  | inpatient
            2       | 2016-01-01 | K65.2   | inpatient
            2       | 2016-03-01 | K76.82  | inpatient
            3       | 2016-01-01 | K76.7   | inpatient
"""
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
        "Decompensation",
        """Each kind by its first code, and `decompensation` by the first of any. A code of
        decompensated cirrhosis that does not say of which kind counts, too.""",
        ("decompensation.kinds",),
        diagnoses=DECOMPENSATIONS,
        answers=(
            Answer(
                "event",
                """
                patient | event                             | date
                1       | ascites                           | 2016-01-01
                1       | variceal_bleeding                 | 2017-01-01
                2       | spontaneous_bacterial_peritonitis | 2016-01-01
                2       | hepatic_encephalopathy            | 2016-03-01
                3       | hepatorenal_syndrome              | 2016-01-01
                1       | decompensation                    | 2016-01-01
                2       | decompensation                    | 2016-01-01
                3       | decompensation                    | 2016-01-01
                """,
                (
                    "decompensation",
                    "ascites",
                    "variceal_bleeding",
                    "hepatic_encephalopathy",
                    "spontaneous_bacterial_peritonitis",
                    "hepatorenal_syndrome",
                ),
            ),
        ),
    ),
    Example(
        "Decompensation without peritonitis and hepatorenal syndrome",
        """The same patients: these two kinds are events of their own, but no
        decompensation.""",
        ("decompensation.kinds",),
        preset="decompensation_narrow",
        diagnoses=DECOMPENSATIONS,
        answers=(
            Answer(
                "event",
                """
                patient | event                             | date
                1       | ascites                           | 2016-01-01
                1       | variceal_bleeding                 | 2017-01-01
                2       | spontaneous_bacterial_peritonitis | 2016-01-01
                2       | hepatic_encephalopathy            | 2016-03-01
                3       | hepatorenal_syndrome              | 2016-01-01
                1       | decompensation                    | 2016-01-01
                2       | decompensation                    | 2016-03-01
                """,
                (
                    "decompensation",
                    "ascites",
                    "variceal_bleeding",
                    "hepatic_encephalopathy",
                    "spontaneous_bacterial_peritonitis",
                    "hepatorenal_syndrome",
                ),
            ),
        ),
    ),
    Example(
        "Liver-related death",
        """Death after HCC, or within so many days of a code of decompensation; the detail names the
        basis. After a liver transplantation only what is coded from then on counts. Hospital
        records seldom hold causes of death: any other death stays of unknown cause. Patient 2's
        code is a day too old; patient 4's cancer went with the old liver.""",
        ("liver_death.window", "decompensation.kinds"),
        diagnoses="""
            patient | date       | code  | setting
            1       | 2016-01-01 | R18.8 | inpatient
            2       | 2016-01-01 | R18.8 | inpatient
            3       | 2014-01-01 | C22.0 | inpatient
            4       | 2014-01-01 | C22.0 | inpatient
            4       | 2015-01-01 | Z94.4 | inpatient
        """,
        patients="""
            patient | sex | died
            1       |     | 2016-03-31
            2       |     | 2016-04-01
            3       |     | 2018-05-01
            4       |     | 2018-05-01
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event       | date       | detail
                1       | death       | 2016-03-31 |
                1       | liver_death | 2016-03-31 | decompensation within 90 days before
                2       | death       | 2016-04-01 |
                3       | death       | 2018-05-01 |
                3       | liver_death | 2018-05-01 | HCC before
                4       | death       | 2018-05-01 |
                """,
                ("death", "liver_death"),
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
