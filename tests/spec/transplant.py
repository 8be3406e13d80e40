"""Liver transplant recipients."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Liver transplant recipients"
EXAMPLES = (
    Example(
        "Withdrawal of prophylaxis after transplantation",
        """HBIG is withdrawn on its last day when none follows for longer than transplant.hbig_gap
        days within the time observed (patient 1; patient 2 is not observed long enough), and
        resumed with the next dose. NA given for hepatitis B is withdrawn when a treatment
        stops after the transplantation.""",
        ("transplant.hbig_gap", "exposure.gap"),
        results="""
            patient | date       | test  | result   | unit
            1       | 2009-12-01 | HBsAg | 900      | IU/mL
            1       | 2014-01-01 | HBsAg | negative |
            2       | 2010-08-01 | HBsAg | negative |
        """,
        drugs="""
            patient | start      | end        | days | drug
            1       | 2010-01-02 |            | 1    | HBIG
            1       | 2010-07-04 |            | 1    | HBIG
            1       | 2011-01-04 |            | 1    | HBIG
            1       | 2010-01-02 | 2012-01-01 |      | entecavir
            1       | 2013-01-01 | 2013-12-31 |      | entecavir
            2       | 2010-03-01 |            | 1    | HBIG
        """,
        diagnoses="""
            patient | date       | code  | setting
            1       | 2010-01-01 | Z94.4 | inpatient
            2       | 2010-01-01 | Z94.4 | inpatient
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event           | date       | occurrence
                1       | hbig_withdrawal | 2010-07-04 | 1
                1       | hbig_resumption | 2011-01-04 | 1
                1       | hbig_withdrawal | 2011-01-04 | 2
                1       | na_withdrawal   | 2012-01-01 | 1
                1       | na_resumption   | 2013-01-01 | 1
                2       | none            |            |
                """,
                ("hbig_withdrawal", "hbig_resumption", "na_withdrawal", "na_resumption"),
            ),
        ),
    ),
    Example(
        "Vaccination after transplantation",
        """The first dose after the transplantation; the response is anti-HBs above
        transplant.response_level at least transplant.after_hbig days after the last HBIG (patient 1
        on the second test; never in patient 2, whose level is not above it); a booster is the first
        dose after the response.""",
        ("transplant.response_level", "transplant.after_hbig"),
        results="""
            patient | date       | test     | result | unit
            1       | 2012-04-01 | anti-HBs | 300    | mIU/mL
            1       | 2012-04-02 | anti-HBs | 250    | mIU/mL
            2       | 2013-01-01 | anti-HBs | 100    | mIU/mL
        """,
        drugs="""
            patient | start      | end | days | drug
            1       | 2012-01-02 |     | 1    | HBIG
            1       | 2012-02-01 |     | 1    | hepatitis B vaccine
            1       | 2015-02-01 |     | 1    | hepatitis B vaccine
            2       | 2012-02-01 |     | 1    | hepatitis B vaccine
        """,
        diagnoses="""
            patient | date       | code  | setting
            1       | 2010-01-01 | Z94.4 | inpatient
            2       | 2010-01-01 | Z94.4 | inpatient
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event                           | date
                1       | posttransplant_vaccination      | 2012-02-01
                1       | posttransplant_vaccine_response | 2012-04-02
                1       | posttransplant_booster          | 2015-02-01
                2       | posttransplant_vaccination      | 2012-02-01
                """,
                (
                    "posttransplant_vaccination",
                    "posttransplant_vaccine_response",
                    "posttransplant_booster",
                ),
            ),
        ),
    ),
    Example(
        "Reinfection of the graft",
        """In people whose infection is known from before the transplantation: HBsAg positive or HBV
        DNA detectable after the same test had been negative since. A test that never was negative
        since is no reinfection (patient 2).""",
        (),
        results="""
            patient | date       | test    | result   | unit
            1       | 2009-12-01 | HBsAg   | 900      | IU/mL
            1       | 2010-01-03 | HBsAg   | 2        | IU/mL
            1       | 2010-02-01 | HBsAg   | negative |
            1       | 2012-02-01 | HBsAg   | 40       | IU/mL
            2       | 2009-12-01 | HBsAg   | 900      | IU/mL
            2       | 2010-01-03 | HBsAg   | 2        | IU/mL
            2       | 2010-01-03 | HBV DNA | <20      | IU/mL
        """,
        diagnoses="""
            patient | date       | code  | setting
            1       | 2010-01-01 | Z94.4 | inpatient
            2       | 2010-01-01 | Z94.4 | inpatient
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event           | date       | earliest   | detail
                1       | hbv_reinfection | 2012-02-01 | 2010-02-01 | HBsAg
                2       | none            |            |            |
                """,
                ("hbv_reinfection",),
            ),
        ),
    ),
)
