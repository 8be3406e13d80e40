"""Pregnancy, and the children of HBsAg-positive mothers."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Pregnancy and mother-to-child transmission"
EXAMPLES = (
    Example(
        "Pregnancy and delivery",
        """Codes of pregnancy or delivery, and the birth of a child whose mother is linked. A code
        of the gestational week tells when it began (patient 1; without one the beginning is
        unknown, patient 2). A new pregnancy opens when the code before lies pregnancy.gap days
        back, when the week puts the last menstrual period after the code before (patient 3), or
        with the first code after the puerperium (patient 4). Codes of people recorded as male are
        left out.""",
        ("pregnancy.gap", "pregnancy.puerperium"),
        diagnoses="""
            patient | date       | code   | setting
            1       | 2016-03-01 | Z34.90 | outpatient
            1       | 2016-05-10 | Z3A.20 | outpatient
            1       | 2016-09-27 | Z37.0  | inpatient
            2       | 2016-03-01 | Z34.90 | outpatient
            2       | 2016-12-19 | Z34.90 | outpatient
            2       | 2017-10-09 | Z34.90 | outpatient
            3       | 2016-01-04 | Z3A.08 | outpatient
            3       | 2016-05-02 | Z3A.10 | outpatient
            4       | 2016-01-04 | Z37.0  | inpatient
            4       | 2016-02-14 | Z34.90 | outpatient
            4       | 2016-09-01 | Z34.90 | outpatient
        """,
        patients="""
            patient | born       | mother
            child   | 2016-12-24 | 4
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event     | date       | detail
                1       | pregnancy | 2016-03-01 | last menstrual period about 2015-12-22, by week 20 coded on 2016-05-10
                1       | delivery  | 2016-09-27 | diagnosis code
                2       | pregnancy | 2016-03-01 | beginning unknown
                2       | pregnancy | 2017-10-09 | beginning unknown
                3       | pregnancy | 2016-01-04 | last menstrual period about 2015-11-09, by week 8 coded on 2016-01-04
                3       | pregnancy | 2016-05-02 | last menstrual period about 2016-02-22, by week 10 coded on 2016-05-02
                4       | pregnancy | 2016-01-04 | beginning unknown
                4       | delivery  | 2016-01-04 | diagnosis code
                4       | pregnancy | 2016-09-01 | beginning unknown
                4       | delivery  | 2016-12-24 | birth of the linked child
                """,  # noqa: E501
                ("pregnancy", "delivery"),
            ),
            Answer(
                "state",
                """
                patient | state    | start      | end
                1       | pregnant | 2015-12-22 | 2016-09-27
                2       | pregnant | 2016-03-01 | 2016-12-19
                2       | pregnant | 2017-10-09 | 2017-10-09
                3       | pregnant | 2015-11-09 | 2016-01-04
                3       | pregnant | 2016-02-22 | 2016-05-02
                4       | pregnant | 2016-01-04 | 2016-01-04
                4       | pregnant | 2016-09-01 | 2016-12-24
                """,
                ("pregnancy",),
            ),
        ),
    ),
    Example(
        "Viral load and treatment in pregnancy",
        """In each pregnancy the first HBV DNA above mtct.dna_iu, and the first NA line that covers
        or begins in it, with the gestational week where it is known.""",
        ("mtct.dna_iu",),
        results="""
            patient | date       | test    | result  | unit
            1       | 2016-05-10 | HBV DNA | 200000  | IU/mL
            1       | 2016-06-01 | HBV DNA | 3000000 | IU/mL
            2       | 2015-06-01 | HBsAg   | 900     | IU/mL
            2       | 2016-05-12 | HBV DNA | 200001  | IU/mL
        """,
        drugs="""
            patient | start      | end        | days | drug
            1       | 2016-07-05 | 2016-10-30 |      | tenofovir disoproxil
            2       | 2015-08-01 | 2016-10-30 |      | tenofovir disoproxil
        """,
        diagnoses="""
            patient | date       | code   | setting
            1       | 2016-05-10 | Z3A.20 | outpatient
            1       | 2016-09-27 | Z37.0  | inpatient
            2       | 2016-05-10 | Z34.90 | outpatient
            2       | 2016-09-27 | Z37.0  | inpatient
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                        | date       | detail
                1       | high_viral_load_in_pregnancy | 2016-06-01 | gestational week 23
                1       | antiviral_in_pregnancy       | 2016-07-05 | TDF, begun in gestational week 28
                2       | high_viral_load_in_pregnancy | 2016-05-12 | gestational week unknown
                2       | antiviral_in_pregnancy       | 2016-05-10 | TDF, gestational week unknown
                """,  # noqa: E501
                ("high_viral_load_in_pregnancy", "antiviral_in_pregnancy"),
            ),
        ),
    ),
    Example(
        "Mother-to-child transmission",
        """Only children whose linked mother's last HBsAg up to mtct.mother_window days after the
        birth was positive. The first HBsAg or HBV DNA from mtct.test_from_days of age on decides:
        transmission when it is positive (child a), prevented when it is negative and none is
        positive later (child b). Negative then and positive later proves neither (child c), nor
        does a test that comes too early (child d). The mother of child e was negative.""",
        ("mtct.mother_window", "mtct.prophylaxis_days", "mtct.test_from_days"),
        results="""
            patient | date       | test  | result   | unit
            mother  | 2015-10-01 | HBsAg | 5000     | IU/mL
            other   | 2016-03-29 | HBsAg | negative |
            a       | 2016-09-29 | HBsAg | negative |
            a       | 2016-09-30 | HBsAg | 800      | IU/mL
            b       | 2016-10-15 | HBsAg | negative |
            c       | 2016-10-15 | HBsAg | negative |
            c       | 2019-10-15 | HBsAg | 800      | IU/mL
            d       | 2016-08-01 | HBsAg | negative |
            e       | 2016-10-15 | HBsAg | 800      | IU/mL
        """,
        drugs="""
            patient | start      | end | days | drug
            a       | 2016-03-02 |     | 1    | hepatitis B vaccine
            b       | 2016-03-01 |     | 1    | HBIG
            b       | 2016-03-02 |     | 1    | hepatitis B vaccine
            c       | 2016-03-03 |     | 1    | HBIG
        """,
        patients="""
            patient | born       | mother
            a       | 2016-03-01 | mother
            b       | 2016-03-01 | mother
            c       | 2016-03-01 | mother
            d       | 2016-03-01 | mother
            e       | 2016-03-01 | other
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                        | date       | detail
                a       | infant_prophylaxis           | 2016-03-02 | vaccine only
                a       | mother_to_child_transmission | 2016-09-30 | HBsAg at 213 days of age
                b       | infant_prophylaxis           | 2016-03-01 | HBIG and vaccine
                b       | mother_to_child_prevented    | 2016-10-15 | HBsAg negative at 228 days of age
                c       | none                         |            |
                d       | none                         |            |
                e       | none                         |            |
                """,  # noqa: E501
                (
                    "infant_prophylaxis",
                    "mother_to_child_transmission",
                    "mother_to_child_prevented",
                ),
            ),
        ),
    ),
)
