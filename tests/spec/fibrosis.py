"""APRI, FIB-4 and liver stiffness."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "Liver fibrosis"
EXAMPLES = (
    Example(
        "APRI and FIB-4",
        """APRI = AST / upper limit / platelets x 100; FIB-4 = age x AST / (platelets x root of
        ALT), for adults. The date is that of the AST; platelets and ALT are the last ones up to it,
        no older than the window (patient 2: a day too old; patient 3: only later). Patient 4 is of
        unknown age and has no FIB-4.""",
        (
            "fibrosis.window",
            "fibrosis.adult_age",
            "fibrosis.ast_uln",
            "fibrosis.apri_low",
            "fibrosis.apri_high",
            "fibrosis.fib4_low",
            "fibrosis.fib4_high",
        ),
        patients="""
            patient | sex    | born
            1       | female | 1966-01-01
            2       | female | 1966-01-01
            3       | female | 1966-01-01
        """,
        results="""
            patient | date       | test | result | unit
            1       | 2016-02-01 | PLT  | 100    | 10^9/L
            1       | 2016-03-01 | ALT  | 64     | U/L
            1       | 2016-03-01 | AST  | 80     | U/L
            1       | 2016-03-02 | PLT  | 210    | 10^9/L
            1       | 2016-03-02 | AST  | 38     | U/L
            2       | 2016-01-31 | PLT  | 100    | 10^9/L
            2       | 2016-03-01 | ALT  | 64     | U/L
            2       | 2016-03-02 | AST  | 80     | U/L
            3       | 2016-03-01 | ALT  | 64     | U/L
            3       | 2016-03-01 | AST  | 80     | U/L
            3       | 2016-03-02 | PLT  | 100    | 10^9/L
            4       | 2016-03-01 | ALT  | 100    | U/L
            4       | 2016-03-01 | AST  | 60     | U/L
            4       | 2016-03-01 | PLT  | 100    | 10^9/L
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | marker | value               | status
                1       | 2016-03-01 | apri   | 2.0                 | high
                1       | 2016-03-01 | fib4   | 5.0                 | high
                1       | 2016-03-02 | apri   | 0.4523809523809524  | low
                1       | 2016-03-02 | fib4   | 1.130952380952381   | low
                2       | none       |        |                     |
                3       | none       |        |                     |
                4       | 2016-03-01 | apri   | 1.5                 | intermediate
                """,
                ("apri", "fib4"),
            ),
        ),
    ),
    Example(
        "Liver stiffness",
        """Inflammation stiffens the liver too: a measurement counts only where the last ALT up to
        it is no older than the window and no higher than so many upper limits (here 40 U/L). The
        others are indeterminate: no ALT (3), ALT a day too old (4), or too high (5).""",
        ("fibrosis.stiffness_cirrhosis", "fibrosis.stiffness_alt_multiple", "fibrosis.window"),
        results="""
            patient | date       | test | result | unit
            1       | 2016-03-01 | ALT  | 200    | U/L
            1       | 2016-03-31 | LSM  | 12.0   | kPa
            2       | 2016-03-01 | ALT  | 30     | U/L
            2       | 2016-03-01 | LSM  | 11.9   | kPa
            3       | 2016-03-01 | LSM  | 20.0   | kPa
            4       | 2016-03-01 | ALT  | 30     | U/L
            4       | 2016-04-01 | LSM  | 20.0   | kPa
            5       | 2016-03-01 | ALT  | 201    | U/L
            5       | 2016-03-01 | LSM  | 20.0   | kPa
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | value | status        | reason
                1       | 12.0  | high          |
                2       | 11.9  | not high      |
                3       |       | indeterminate | no ALT within 30 days before
                4       |       | indeterminate | no ALT within 30 days before
                5       |       | indeterminate | ALT above 5 times its upper limit
                """,
                ("liver_stiffness",),
            ),
        ),
    ),
    Example(
        "Advanced fibrosis",
        """The first valid liver stiffness in the range of cirrhosis, or FIB-4 high on two days at
        least this far apart with no lower one between, whichever came first (dated on the first
        high FIB-4). It is no diagnosis of cirrhosis: `cirrhosis` stays a matter of codes. FIB-4
        high twice within a flare (patient 3) is not enough. APRI makes no event.""",
        ("fibrosis.stiffness_cirrhosis", "fibrosis.fib4_high", "fibrosis.confirm_days"),
        patients="""
            patient | sex  | born
            1       | male | 1966-01-01
            2       | male | 1966-01-01
            3       | male | 1966-01-01
        """,
        results="""
            patient | date       | test | result | unit
            1       | 2016-03-01 | ALT  | 30     | U/L
            1       | 2016-03-01 | LSM  | 15.2   | kPa
            2       | 2016-01-01 | AST  | 80     | U/L
            2       | 2016-01-01 | ALT  | 64     | U/L
            2       | 2016-01-01 | PLT  | 100    | 10^9/L
            2       | 2016-07-02 | AST  | 80     | U/L
            2       | 2016-07-02 | ALT  | 64     | U/L
            2       | 2016-07-02 | PLT  | 100    | 10^9/L
            3       | 2016-01-01 | AST  | 800    | U/L
            3       | 2016-01-01 | ALT  | 1600   | U/L
            3       | 2016-01-01 | PLT  | 180    | 10^9/L
            3       | 2016-01-15 | AST  | 600    | U/L
            3       | 2016-01-15 | ALT  | 1200   | U/L
            3       | 2016-01-15 | PLT  | 180    | 10^9/L
        """,
        answers=(
            Answer(
                "event",
                """
                patient | event             | date       | confirmed_on | detail
                1       | advanced_fibrosis | 2016-03-01 |              | liver stiffness
                2       | advanced_fibrosis | 2016-01-01 | 2016-07-02   | FIB-4
                3       | none              |            |              |
                """,
                ("advanced_fibrosis", "cirrhosis"),
            ),
        ),
    ),
    Example(
        "Fibrosis over time",
        """What the last FIB-4 said, for as long as it is valid; then unknown, until the next FIB-4
        or the end of the records.""",
        ("fibrosis.valid_days",),
        patients="""
            patient | sex  | born
            1       | male | 1966-01-01
        """,
        results="""
            patient | date       | test  | result   | unit
            1       | 2016-01-01 | AST   | 20       | U/L
            1       | 2016-01-01 | ALT   | 25       | U/L
            1       | 2016-01-01 | PLT   | 200      | 10^9/L
            1       | 2016-06-01 | AST   | 80       | U/L
            1       | 2016-06-01 | ALT   | 64       | U/L
            1       | 2016-06-01 | PLT   | 100      | 10^9/L
            1       | 2018-06-01 | AST   | 20       | U/L
            1       | 2018-06-01 | ALT   | 25       | U/L
            1       | 2018-06-01 | PLT   | 200      | 10^9/L
            1       | 2018-12-01 | HBsAg | positive |
        """,
        answers=(
            Answer(
                "state",
                """
                patient | state   | start      | end
                1       | low     | 2016-01-01 | 2016-05-31
                1       | high    | 2016-06-01 | 2017-06-01
                1       | unknown | 2017-06-02 | 2018-05-31
                1       | low     | 2018-06-01 | 2018-12-01
                """,
                ("fibrosis",),
            ),
        ),
    ),
)
