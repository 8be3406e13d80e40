"""What a day's results show."""

from __future__ import annotations

from spec.examples import Answer, Example

TOPIC = "What a day's results show"
EXAMPLES = (
    Example(
        "HBsAg as a number",
        """A number at or above the limit of detection is positive, below it negative. '<0.05'
        and '<0.03' are negative; '<0.5' allows values on both sides of the limit and
        is indeterminate. '>250' is positive. Units are read: 1.2 kIU/mL is 1200
        IU/mL, 50 mIU/mL is 0.05 IU/mL.""",
        ("hbsag.llod",),
        results="""
            patient | date       | test  | result | unit
            1       | 2016-01-01 | HBsAg | 0.05   | IU/mL
            1       | 2016-02-01 | HBsAg | 0.049  | IU/mL
            1       | 2016-03-01 | HBsAg | <0.05  | IU/mL
            1       | 2016-04-01 | HBsAg | <0.03  | IU/mL
            1       | 2016-05-01 | HBsAg | <0.5   | IU/mL
            1       | 2016-06-01 | HBsAg | >250   | IU/mL
            1       | 2016-07-01 | HBsAg | 1.2    | kIU/mL
            1       | 2016-08-01 | HBsAg | 50     | mIU/mL
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | marker | status        | value | comparator
                1       | 2016-01-01 | hbsag  | positive      | 0.05  | =
                1       | 2016-02-01 | hbsag  | negative      | 0.049 | =
                1       | 2016-03-01 | hbsag  | negative      | 0.05  | <
                1       | 2016-04-01 | hbsag  | negative      | 0.03  | <
                1       | 2016-05-01 | hbsag  | indeterminate | 0.5   | <
                1       | 2016-06-01 | hbsag  | positive      | 250.0 | >
                1       | 2016-07-01 | hbsag  | positive      | 1200.0 | =
                1       | 2016-08-01 | hbsag  | positive      | 0.05  | =
                """,
            ),
        ),
    ),
    Example(
        "HBsAg as a bare index",
        """A signal-to-cut-off index is positive above the grey zone and negative below it. In
        the grey zone, its ends included, it is indeterminate unless the laboratory
        itself says which. An index is no concentration, so the finding has no value.""",
        ("hbsag.index_cutoff", "hbsag.grey_low", "hbsag.grey_high"),
        results="""
            patient | date       | test  | result         | unit
            1       | 2016-01-01 | HBsAg | 0.79           | S/CO
            1       | 2016-02-01 | HBsAg | 0.8            | S/CO
            1       | 2016-03-01 | HBsAg | 1.2            | S/CO
            1       | 2016-04-01 | HBsAg | 1.21           | S/CO
            1       | 2016-05-01 | HBsAg | 0.9 (negative) | S/CO
            1       | 2016-06-01 | HBsAg | 1.1 positive   | COI
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | marker | status        | value
                1       | 2016-01-01 | hbsag  | negative      |
                1       | 2016-02-01 | hbsag  | indeterminate |
                1       | 2016-03-01 | hbsag  | indeterminate |
                1       | 2016-04-01 | hbsag  | positive      |
                1       | 2016-05-01 | hbsag  | negative      |
                1       | 2016-06-01 | hbsag  | positive      |
                """,
            ),
        ),
    ),
    Example(
        "Several results on one day",
        """A day has one finding. Results that agree are one finding, decided by the largest
        number among them; an indeterminate one beside them changes nothing. A
        positive and a negative on one day prove neither, and so does a word that
        contradicts its own number.""",
        ("hbsag.same_day_conflict",),
        results="""
            patient | date       | test  | result        | unit
            1       | 2016-01-01 | HBsAg | positive      |
            1       | 2016-01-01 | HBsAg | 300           | IU/mL
            1       | 2016-01-01 | HBsAg | >250          | IU/mL
            1       | 2016-02-01 | HBsAg | negative      |
            1       | 2016-02-01 | HBsAg | indeterminate |
            1       | 2016-03-01 | HBsAg | negative      |
            1       | 2016-03-01 | HBsAg | 12            | IU/mL
            1       | 2016-04-01 | HBsAg | 12 (negative) | IU/mL
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | status        | value | reason
                1       | 2016-01-01 | positive      | 300.0 |
                1       | 2016-02-01 | negative      |       |
                1       | 2016-03-01 | indeterminate | 12.0  | contradictory results on one day
                1       | 2016-04-01 | indeterminate | 12.0  |
                """,
            ),
        ),
    ),
    Example(
        "HBV DNA",
        """HBV DNA is detectable at or above the limit of a sensitive assay and undetectable
        below it or when the target was not detected. An assay that cannot see down to
        the limit shows nothing when it sees nothing. DNA that was detected but below
        the limit is neither.""",
        ("hbv_dna.llod",),
        results="""
            patient | date       | test    | result               | unit
            1       | 2016-01-01 | HBV DNA | 20                   | IU/mL
            1       | 2016-02-01 | HBV DNA | <20                  | IU/mL
            1       | 2016-03-01 | HBV DNA | Target not detected  |
            1       | 2016-04-01 | HBV DNA | <1000                | IU/mL
            1       | 2016-05-01 | HBV DNA | Not detected (<1000) | IU/mL
            1       | 2016-06-01 | HBV DNA | Detected, <20        | IU/mL
            1       | 2016-07-01 | HBV DNA | >1.7E8               | IU/mL
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | marker  | status
                1       | 2016-01-01 | hbv_dna | detectable
                1       | 2016-02-01 | hbv_dna | undetectable
                1       | 2016-03-01 | hbv_dna | undetectable
                1       | 2016-04-01 | hbv_dna | indeterminate
                1       | 2016-05-01 | hbv_dna | indeterminate
                1       | 2016-06-01 | hbv_dna | indeterminate
                1       | 2016-07-01 | hbv_dna | detectable
                """,
            ),
        ),
    ),
    Example(
        "HBsAg soon after a vaccine dose",
        """The vaccine is HBsAg itself. A positive HBsAg up to this many days after a dose is
        indeterminate; a negative stands.""",
        ("hbsag.ignore_after_vaccine",),
        drugs="""
            patient | start      | end | days | drug
            1       | 2016-01-01 |     |      | hepatitis B vaccine
            2       | 2016-01-01 |     |      | hepatitis B vaccine
            3       | 2016-01-01 |     |      | hepatitis B vaccine
        """,
        results="""
            patient | date       | test  | result   | unit
            1       | 2016-01-29 | HBsAg | positive |
            2       | 2016-01-30 | HBsAg | positive |
            3       | 2016-01-05 | HBsAg | negative |
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | status        | reason
                1       | 2016-01-29 | indeterminate | within 28 days after vaccine
                2       | 2016-01-30 | positive      |
                3       | 2016-01-05 | negative      |
                """,
            ),
        ),
    ),
    Example(
        "HBsAg and anti-HBs after immunoglobulin",
        """Antibody from hepatitis B immunoglobulin is passive, and can mask HBsAg. Until it is
        washed out (half-life times the number of half-lives, counted from the last
        day it was given), a positive anti-HBs and a negative HBsAg are indeterminate;
        a positive HBsAg stands.""",
        ("passive_antibody.half_life", "passive_antibody.washout_half_lives"),
        drugs="""
            patient | start      | end        | days | drug
            1       | 2016-01-01 |            |      | HBIG
            2       | 2015-07-01 | 2016-01-01 |      | HBIG
        """,
        results="""
            patient | date       | test     | result   | unit
            1       | 2016-02-01 | HBsAg    | positive |
            1       | 2016-04-18 | HBsAg    | negative |
            1       | 2016-04-18 | Anti-HBs | 120      | mIU/mL
            1       | 2016-04-19 | HBsAg    | negative |
            1       | 2016-04-19 | Anti-HBs | 120      | mIU/mL
            2       | 2016-04-18 | Anti-HBs | 120      | mIU/mL
            2       | 2016-04-19 | Anti-HBs | 120      | mIU/mL
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | marker   | status        | reason
                1       | 2016-02-01 | hbsag    | positive      |
                1       | 2016-04-18 | hbsag    | indeterminate | within 108 days after HBIG
                1       | 2016-04-18 | anti_hbs | indeterminate | within 108 days after HBIG
                1       | 2016-04-19 | hbsag    | negative      |
                1       | 2016-04-19 | anti_hbs | positive      |
                2       | 2016-04-18 | anti_hbs | indeterminate | within 108 days after HBIG
                2       | 2016-04-19 | anti_hbs | positive      |
                """,
            ),
        ),
    ),
    Example(
        "ALT",
        """ALT is elevated above the upper limit that the laboratory printed with it, or above
        the fallback where it printed none. The worst value of a day counts.""",
        ("alt.uln", "alt.uln_otherwise"),
        results="""
            patient | date       | test | result | unit
            1       | 2016-01-01 | ALT  | 40     | U/L
            1       | 2016-02-01 | ALT  | 41     | U/L
            1       | 2016-03-01 | ALT  | 30     | U/L
            1       | 2016-03-01 | ALT  | 300    | U/L
        """,
        answers=(
            Answer(
                "finding",
                """
                patient | date       | marker | status   | value
                1       | 2016-01-01 | alt    | normal   | 40.0
                1       | 2016-02-01 | alt    | elevated | 41.0
                1       | 2016-03-01 | alt    | elevated | 300.0
                """,
            ),
        ),
    ),
)
