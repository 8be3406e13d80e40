"""Regimens from supplies of drugs."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Treatment"
EXAMPLES = (
    Example(
        "One course of treatment",
        """Supplies of one agent with up to this many days between them are one course (patient
        1); one day more and they are two (patient 2). A supply without a recorded end
        lasts for its days' supply, or for the days assumed for that drug, and its end
        is marked as inferred.""",
        ("exposure.gap",),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2020-01-31 |      | entecavir
            1       | 2020-04-01 |            | 30   | entecavir
            2       | 2020-01-01 | 2020-01-31 |      | entecavir
            2       | 2020-04-02 |            |      | entecavir
        """,
        results="""
            patient | date       | test | result | unit
            1       | 2021-01-01 | ALT  | 20     | U/L
            2       | 2021-01-01 | ALT  | 20     | U/L
        """,
        answers=(
            Answer(
                "regimen",
                """
                patient | line | agents | start      | end        | end_inferred | why_ended
                1       | 1    | ETV    | 2020-01-01 | 2020-04-30 | True         | stop
                2       | 1    | ETV    | 2020-01-01 | 2020-01-31 | False        | stop
                2       | 2    | ETV    | 2020-04-02 | 2020-04-29 | True         | stop
                """,
            ),
        ),
    ),
    Example(
        "Switch or combination",
        """When another agent takes over while the first is still supplied, a shorter overlap is
        a switch on the day the second starts (patient 1, 27 days); from this many
        days on it is a combination (patient 2, 28 days).""",
        ("exposure.combination_overlap",),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2020-06-30 |      | entecavir
            1       | 2020-06-04 | 2020-12-31 |      | tenofovir disoproxil fumarate
            2       | 2020-01-01 | 2020-06-30 |      | entecavir
            2       | 2020-06-03 | 2020-12-31 |      | tenofovir disoproxil fumarate
        """,
        results="""
            patient | date       | test | result | unit
            1       | 2020-12-31 | ALT  | 20     | U/L
            2       | 2020-12-31 | ALT  | 20     | U/L
        """,
        answers=(
            Answer(
                "regimen",
                """
                patient | line | agents  | start      | end        | end_inferred | why_ended
                1       | 1    | ETV     | 2020-01-01 | 2020-06-03 | False        | switch
                1       | 2    | TDF     | 2020-06-04 | 2020-12-31 | False        | still on
                2       | 1    | ETV     | 2020-01-01 | 2020-06-02 | False        | add-on
                2       | 2    | ETV+TDF | 2020-06-03 | 2020-06-30 | False        | step-down
                2       | 3    | TDF     | 2020-07-01 | 2020-12-31 | False        | still on
                """,
            ),
        ),
    ),
    Example(
        "Which agent was taken over",
        """An agent that was dispensed again after the other began was not taken over (patient 1). A
        new nucleos(t)ide analogue takes over from the one before it, not from the interferon beside
        both (patient 2). When the records end within the gap after the supply of one of two agents,
        nothing shows that it ended: it is still on (patient 3).""",
        ("exposure.combination_overlap", "exposure.gap"),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2020-06-10 |      | peginterferon alfa-2a
            1       | 2020-06-01 | 2020-12-31 |      | entecavir
            1       | 2020-06-08 | 2020-06-14 |      | peginterferon alfa-2a
            2       | 2020-01-01 | 2020-05-31 |      | lamivudine
            2       | 2020-01-01 | 2020-06-14 |      | peginterferon alfa-2a
            2       | 2020-06-01 | 2020-12-31 |      | entecavir
            3       | 2020-01-01 | 2020-12-31 |      | entecavir
            3       | 2020-06-01 | 2020-12-10 |      | peginterferon alfa-2a
        """,
        results="""
            patient | date       | test | result | unit
            1       | 2020-12-31 | ALT  | 20     | U/L
            2       | 2020-12-31 | ALT  | 20     | U/L
            3       | 2020-12-31 | ALT  | 20     | U/L
        """,
        answers=(
            Answer(
                "regimen",
                """
                patient | line | agents       | start      | end        | why_ended
                1       | 1    | PEGIFN2A     | 2020-01-01 | 2020-05-31 | add-on
                1       | 2    | ETV+PEGIFN2A | 2020-06-01 | 2020-06-14 | step-down
                1       | 3    | ETV          | 2020-06-15 | 2020-12-31 | still on
                2       | 1    | LAM+PEGIFN2A | 2020-01-01 | 2020-05-31 | switch
                2       | 2    | ETV+PEGIFN2A | 2020-06-01 | 2020-06-14 | step-down
                2       | 3    | ETV          | 2020-06-15 | 2020-12-31 | still on
                3       | 1    | ETV          | 2020-01-01 | 2020-05-31 | add-on
                3       | 2    | ETV+PEGIFN2A | 2020-06-01 | 2020-12-10 | still on
                3       | 3    | ETV          | 2020-12-11 | 2020-12-31 | still on
                """,
            ),
        ),
    ),
    Example(
        "Death is the end of the records",
        """Nothing happens after it, and treatment whose supply ended long before it had stopped
        (patient 1); within the gap it was still on (patient 2).""",
        ("exposure.gap",),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2020-12-31 |      | entecavir
            2       | 2020-01-01 | 2020-12-31 |      | entecavir
        """,
        patients="""
            patient | died
            1       | 2021-03-02
            2       | 2021-03-01
        """,
        answers=(
            Answer(
                "regimen",
                """
                patient | line | agents | end        | why_ended
                1       | 1    | ETV    | 2020-12-31 | stop
                2       | 1    | ETV    | 2020-12-31 | still on
                """,
            ),
        ),
    ),
    Example(
        "Add-on, step-down, stop, still on",
        """Interferon added to a nucleos(t)ide analogue is an add-on, the analogue alone
        afterwards a step-down. Treatment whose last day is within the gap of the end
        of the records is still on (patient 1); otherwise it stopped (patient 2).""",
        ("exposure.gap",),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2021-12-31 |      | entecavir
            1       | 2020-06-01 |            | 168  | peginterferon alfa-2a
            2       | 2020-01-01 | 2021-12-31 |      | entecavir
        """,
        results="""
            patient | date       | test | result | unit
            1       | 2022-03-01 | ALT  | 20     | U/L
            2       | 2022-03-02 | ALT  | 20     | U/L
        """,
        answers=(
            Answer(
                "regimen",
                """
                patient | line | agents       | regimen_class | start      | end        | why_ended
                1       | 1    | ETV          | NA            | 2020-01-01 | 2020-05-31 | add-on
                1       | 2    | ETV+PEGIFN2A | NA+IFN        | 2020-06-01 | 2020-11-15 | step-down
                1       | 3    | ETV          | NA            | 2020-11-16 | 2021-12-31 | still on
                2       | 1    | ETV          | NA            | 2020-01-01 | 2021-12-31 | stop
                """,
            ),
        ),
    ),
    Example(
        "What treatment was for",
        """Hepatitis B, if HBsAg or HBV DNA was ever found; else HIV, if the patient has it or
        the tablet is licensed for it alone; else unknown. A code alone does not tell.""",
        (),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2020-01-01 | 2020-12-31 |      | tenofovir disoproxil fumarate
            2       | 2020-01-01 | 2020-12-31 |      | tenofovir disoproxil fumarate
            3       | 2020-01-01 | 2020-12-31 |      | tenofovir disoproxil fumarate
        """,
        results="""
            patient | date       | test  | result   | unit
            1       | 2020-01-01 | HBsAg | positive |
        """,
        diagnoses="""
            patient | date       | code  | setting
            1       | 2020-01-01 | B20   | outpatient
            2       | 2020-01-01 | B20   | outpatient
            3       | 2020-01-01 | B18.1 | outpatient
        """,
        answers=(
            Answer(
                "regimen",
                """
                patient | line | agents | purpose
                1       | 1    | TDF    | hepatitis B
                2       | 1    | TDF    | HIV
                3       | 1    | TDF    | unknown
                """,
            ),
        ),
    ),
)
