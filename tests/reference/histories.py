"""Random patient histories, rich in what decides: ties, boundary days, limits and contradictions.

A history is a few bytes: how many rows, then two bytes a row (how many days later, which row). The
same bytes are read once for each topic, so one Hypothesis example holds many hundreds of patients,
and shrinking bytes towards zero shrinks histories towards nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import strategies as st
from reference.stores import History, Row

BEGIN = date(2010, 1, 1)
MOST_ROWS = 13
# Days from one row to the next: ties, and every boundary of the definitions with its neighbours.
GAPS = (
    *(0, 0, 0, 0, 1, 2, 7, 14, 26, 27, 28, 29, 30, 31, 59, 60, 61, 62, 63, 70, 83, 84, 85, 88, 89),
    *(27, 28, 29, 83, 84, 85, 182, 183, 184),  # more often: several rules turn on these
    *(98, 107, 108, 109, 110, 140, 167, 168, 169, 182, 183, 184, 200, 252, 323, 365, 500),
)
# From the middle-aged to children, one unknown.
BIRTHS = (
    date(1965, 3, 2),
    date(1985, 7, 1),
    date(1945, 1, 1),
    date(1994, 5, 5),
    date(2009, 6, 30),
    date(1930, 2, 28),
    None,
)
Add = Callable[[History, date, str], None]


def result(test: str, **columns: object) -> Add:
    """Adds a result with these columns."""

    def add(history: History, day: date, source: str) -> None:
        history.result.append(_row(history, source, taken_at=day, test=test, **columns))

    return add


def number(test: str, unit: str, value: float, sign: str = "=", **columns: object) -> Add:
    """Adds a result with a number."""
    return result(test, value=value, comparator=sign, unit=unit, **columns)


def supply(
    agent: str, drug_class: str, days: int, *, inferred: bool = False, hiv: bool = False
) -> Add:
    """Adds a supply of a drug that covers so many days."""

    def add(history: History, day: date, source: str) -> None:
        history.exposure.append(
            _row(
                history,
                source,
                start=day,
                end=day + timedelta(days - 1),
                end_inferred=inferred,
                agent=agent,
                drug_class=drug_class,
                licensed_for="HIV" if hiv else None,
            )
        )

    return add


def treated_since(days_ago: int, days: int, *, baseline: int = 0, suppressed: bool = False) -> Add:
    """Adds an NA that was begun some days ago and given for so many days, much HBV DNA so many days
    before it, and, if suppressed, undetectable HBV DNA on its second day."""

    def add(history: History, day: date, source: str) -> None:
        start = day - timedelta(days_ago)
        supply("ETV", "NA", days)(history, start, f"{source}:1")
        number("hbv_dna", "IU/mL", 1e6)(history, start - timedelta(baseline), f"{source}:2")
        if suppressed:
            number("hbv_dna", "IU/mL", 20.0, "<")(history, start + timedelta(1), f"{source}:3")

    return add


def ended(agent: str, drug_class: str, days_ago: int) -> Add:
    """Adds 28 days of a drug that ended so many days ago, and an HBsAg negative on the day."""

    def add(history: History, day: date, source: str) -> None:
        start = day - timedelta(days_ago + 27)
        supply(agent, drug_class, 28)(history, start, f"{source}:1")
        result("hbsag", status="negative")(history, day, f"{source}:2")

    return add


def consolidated(
    days: int, *, hbeag: str = "positive", since: int = 60, lost: bool = False, before: int = 0
) -> Add:
    """Adds an NA begun so many days before HBV DNA was undetectable (`since`), which was so many
    days ago and is so today; HBeAg before it, and seroconversion if that was positive; ALT normal
    now and then; and, if asked, HBsAg lost then and negative today."""

    def add(history: History, day: date, source: str) -> None:
        then = day - timedelta(days)
        start = then - timedelta(since)
        supply("ETV", "NA", days + since + 30)(history, start, f"{source}:1")
        first = start - timedelta(before)
        result("hbeag", status=hbeag)(history, first, f"{source}:2")
        number("hbv_dna", "IU/mL", 1e6)(history, start, f"{source}:3")
        for when, mark in ((then, "a"), (day, "b")):
            number("hbv_dna", "IU/mL", 20.0, "<")(history, when, f"{source}:4{mark}")
            number("alt", "U/L", 30.0)(history, when, f"{source}:5{mark}")
            if lost:
                result("hbsag", status="negative")(history, when, f"{source}:6{mark}")
        if lost:
            result("hbsag", status="positive")(history, start, f"{source}:7")
        if hbeag == "positive":
            result("hbeag", status="negative")(history, then, f"{source}:8")
            result("anti_hbe", status="positive")(history, then, f"{source}:9")

    return add


def visit(hbsag: float, hbv_dna: float) -> Add:
    """Adds HBsAg and HBV DNA of one day, in IU/mL."""

    def add(history: History, day: date, source: str) -> None:
        number("hbsag", "IU/mL", hbsag)(history, day, f"{source}:1")
        number("hbv_dna", "IU/mL", hbv_dna)(history, day, f"{source}:2")

    return add


def thrice_undetectable(first: int, apart: int) -> Add:
    """Adds an NA begun so many days before the first of three undetectable HBV DNA, each so far
    after the one before, the last today; HBeAg was negative at its start."""

    def add(history: History, day: date, source: str) -> None:
        start = day - timedelta(first + 2 * apart)
        supply("ETV", "NA", first + 2 * apart + 30)(history, start, f"{source}:1")
        result("hbeag", status="negative")(history, start, f"{source}:2")
        for mark in range(3):
            when = day - timedelta(mark * apart)
            number("hbv_dna", "IU/mL", 20.0, "<")(history, when, f"{source}:3{mark}")
        number("hbv_dna", "IU/mL", 1e6)(history, start, f"{source}:4")

    return add


def code(condition: str, setting: str | None = "outpatient") -> Add:
    """Adds a diagnosis."""

    def add(history: History, day: date, source: str) -> None:
        history.condition.append(
            _row(history, source, date=day, condition=condition, setting=setting)
        )

    return add


def transplantation(history: History, day: date, source: str) -> None:
    """Adds a liver transplantation."""
    history.procedure.append(_row(history, source, date=day, procedure="liver_transplant"))


def death(history: History, day: date, source: str) -> None:
    """Lets the patient die on that day."""
    history.patient["death_date"] = day


def born(history: History, day: date, source: str) -> None:
    """Lets a child be born on that day, unless it is already there."""
    if history.patient["birth_date"] is None:
        history.patient["birth_date"] = day
        history.patient["birth_inferred"] = False


def ago(days: int, *adds: Add) -> Add:
    """Adds so many days earlier."""

    def add(history: History, day: date, source: str) -> None:
        for number_of, one in enumerate(adds):
            one(history, day - timedelta(days), f"{source}:{days}-{number_of}")

    return add


def both(*adds: Add) -> Add:
    """Adds several rows of one scene."""

    def add(history: History, day: date, source: str) -> None:
        for number_of, one in enumerate(adds):
            one(history, day, f"{source}:{number_of}")

    return add


def _row(history: History, source: str, **columns: object) -> Row:
    return {"patient_id": history.patient["patient_id"], "source_row": source, **columns}


SEROLOGY = ("positive", "negative", "indeterminate")
HBSAG_WORDS = [result("hbsag", status=status) for status in SEROLOGY]
HBSAG = [
    *HBSAG_WORDS[:2] * 6,
    HBSAG_WORDS[2],
    *[number("hbsag", "IU/mL", value) for value in (0.0, 0.04, 0.05, 0.06, 1200.0)],
    *[number("hbsag", "IU/mL", value, "<") for value in (0.05, 0.05, 0.5)],
    *[number("hbsag", "IU/mL", value, ">") for value in (0.01, 0.05, 250.0)],
    number("hbsag", "IU/mL", 0.01, "range", value_high=0.04),
    number("hbsag", "IU/mL", 0.01, "range", value_high=1.0),
    number("hbsag", "IU/mL", 300.0, "=", status="negative"),
    *[number("hbsag_index", "S/CO", v) for v in (0.5, 0.79, 0.8, 1.0, 1.2, 1.21, 300.0)],
    *[number("hbsag_index", "S/CO", v, sign) for v, sign in ((1.0, "<"), (1.0, ">"), (0.9, "<"))],
    number("hbsag_index", "S/CO", 0.3, "=", status="positive"),
    result("hbsag"),  # an empty result: unknown
]
SHOTS = [supply("HBIG", "HBIG", 1), supply("HBIG", "HBIG", 60), supply("HBVAX", "vaccine", 1)]
ANTIBODY = [
    *[number("anti_hbs", "mIU/mL", value) for value in (9.9, 10.0, 99.0, 100.0)],
    *[number("anti_hbs", "mIU/mL", value, "<") for value in (2.0, 20.0)],
    number("anti_hbs", "mIU/mL", 1000.0, ">"),
    *[number("anti_hbs_index", "S/CO", value) for value in (0.9, 1.0)],
    *[result("anti_hbs", status=status) for status in SEROLOGY],
    *[result("anti_hbc", status=status) for status in SEROLOGY],
    number("anti_hbc", "S/CO", 8.0),
]
TREATMENT = [
    *[supply(agent, "NA", days) for agent in ("ETV", "TDF") for days in (1, 27, 28, 90, 200)],
    *[supply(agent, "NA", 30, inferred=True) for agent in ("ETV", "TDF", "LAM")],
    supply("ETV", "NA", 90, inferred=True),
    supply("TDF", "NA", 90, hiv=True),
    supply("FTC", "NA", 90, hiv=True),
    *[supply("PEGIFN2A", "IFN", days, inferred=True) for days in (7, 28, 84)],
    supply("BLV", "other", 28),
]
HBEAG = [
    *[result("hbeag", status=status) for status in SEROLOGY],
    *[number("hbeag", "S/CO", value) for value in (0.9, 0.9, 1.0, 1.0)],
    number("hbeag", "S/CO", 0.5, "=", status="positive"),
    *[result("anti_hbe", status=status) for status in SEROLOGY[:2]],
]
CODES = [
    *[code("cirrhosis", setting) for setting in ("outpatient", "outpatient", "inpatient", None)],
    *[code("hcc", setting) for setting in ("outpatient", "outpatient", "inpatient")],
    *[code(name) for name in ("chronic_hbv", "hbv_carrier", "hbv_unspecified", "acute_hbv")],
    *[code(name) for name in ("ascites", "variceal_bleeding", "liver_transplant", "hcv")],
    *[code(name) for name in ("hdv", "hiv", "hepatorenal_syndrome")],
    transplantation,
    death,
]
OTHERS = [
    *[number("hbv_dna", "IU/mL", value) for value in (5.0, 20.0, 1e6)],
    *[number("hbv_dna", "IU/mL", value, "<") for value in (10.0, 20.0, 1000.0)],
    number("hbv_dna", "IU/mL", 1e8, ">"),
    number("hbv_dna", "IU/mL", 20.0, "<", status="positive", detection="detected below limit"),
    result("hbv_dna", status="positive", detection="detected below limit"),
    *[
        number(t, "IU/mL", 20.0, "<", detection="detected below limit")
        for t in ("hbv_dna", "hcv_rna")
    ],
    result("hbv_dna", detection="not detected"),
    result("hbv_dna", detection="not detected", status="negative", lower_limit=1000.0),
    *[number("alt", "U/L", value) for value in (40.0, 41.0, 300.0)],
    number("alt", "U/L", 50.0, "=", reference_high=60.0),
    number("alt", "U/L", 45.0, "=", reference_high=35.0),
    number("alt", "U/L", 40.0, ">"),
    number("alt", "U/L", 50.0, "<"),
    result("anti_hcv", status="positive"),
    number("anti_hcv", "S/CO", 0.5),
    number("hcv_rna", "IU/mL", 1e5),
    result("anti_hdv", status="positive"),
    number("hdv_rna", "IU/mL", 500.0),
    *[result("hiv", status=status) for status in SEROLOGY],
]
DNA = [
    *[number("hbv_dna", "IU/mL", v) for v in (20.0, 99.0, 100.0, 200.0, 1999.0, 2000.0)],
    *[number("hbv_dna", "IU/mL", v) for v in (9e4, 1e5, 1.1e5, 1e6, 1e6)],
    *[number("hbv_dna", "IU/mL", value, "<") for value in (20.0, 20.0, 1000.0, 2000.0)],
    number("hbv_dna", "IU/mL", 1e6, ">"),
    number("hbv_dna", "IU/mL", 1500.0, lower_limit=1000.0),
    number("hbv_dna", "IU/mL", 20.0, "<", status="positive", detection="detected below limit"),
]
ON_NA = [
    *[supply("ETV", "NA", days) for days in (90, 200, 400)],
    supply("TDF", "NA", 200),
    *[treated_since(days, 400, baseline=183) for days in (70, 83, 322)],
    *[treated_since(days, 400, baseline=184) for days in (70, 322)],
    *DNA,
]
ON_NA_FOR_LONG = [
    *[treated_since(321, 600, suppressed=True)] * 4,
    *DNA[:1] * 4,
    *DNA[4:6],
    *DNA[11:14],
]
AFTER_NA = [
    *[treated_since(30, 31, suppressed=True)] * 5,
    *[number("hbv_dna", "IU/mL", value) for value in (1999.0, *[2000.0] * 5)],
    DNA[11],
    *[number("alt", "U/L", value) for value in (40.0, 79.0, 80.0, 120.0)],
    supply("PEGIFN2A", "IFN", 84),
]
LIVER_TESTS = [
    *[number("alt", "U/L", v) for v in (30.0, 33.0, 33.4, 40.0, 79.0, 80.0, 99.0, 100.0, 101.0)],
    *[number("alt", "U/L", v) for v in (120.0, 160.0, 199.6, 200.0, 240.0)],
    number("alt", "U/L", 200.0, "=", reference_high=50.0),
    number("alt", "U/L", 1000.0, ">"),
    number("alt", "U/L", 30.0, "<"),
    number("alt", "U/L", 300.0, "=", status="negative"),
]
CREATININE = [
    *[number("creatinine", "µmol/L", v) for v in (100.0, 100.0, 100.0, 133.0, 134.0, 135.5, 136.0)],
    *[number("creatinine", "µmol/L", v) for v in (101.0, 102.0, 129.0, 130.0, 144.1, 144.2, 144.3)],
    *[number("creatinine", "µmol/L", v) for v in (60.0, 70.0, 200.0, 350.0, 600.0)],
    number("creatinine", "µmol/L", 144.2, ">"),
    *[number("phosphate", "mmol/L", v) for v in (0.6, 0.64, 0.65, 0.7, 1.0)],
]
SCORES = [
    *[number("ast", "U/L", v) for v in (20.0, 40.0, 40.0, 59.5, 60.0, 60.5, 150.0, 300.0)],
    number("ast", "U/L", 60.0, reference_high=50.0),
    *[number("platelets", "10^9/L", v) for v in (0.0, 60.0, 100.0, 100.0, 100.0, 199.0, 250.0)],
    *[number("alt", "U/L", v) for v in (0.0, 25.0, 64.0, 100.0)],
]
STIFFNESS = [
    *[number("stiffness", "kPa", v) for v in (5.0, 11.0, 11.9, 12.0, 12.5, 13.0, 30.0)],
    *[number("alt", "U/L", v) for v in (40.0, 159.0, 160.0, 199.0, 200.0, 201.0, 241.0)],
    *[number("alt", "U/L", v, sign) for v, sign in ((200.0, ">"), (200.0, "<"), (10.0, ">"))],
    number("alt", "U/L", 250.0, reference_high=50.0),
    number("alt", "U/L", 190.0, "range", value_high=210.0),
    number("alt", "U/L", 300.0, status="negative"),
]


def scored(ast: float, platelets: float, alt: float) -> Add:
    """Adds the tests of both scores on one day."""

    def add(history: History, day: date, source: str) -> None:
        number("ast", "U/L", ast)(history, day, f"{source}:1")
        number("platelets", "10^9/L", platelets)(history, day, f"{source}:2")
        number("alt", "U/L", alt)(history, day, f"{source}:3")

    return add


def triad(
    eag: str | None, dna: float, alt: float, sign: str = "=", *, alt_days_before: int = 0
) -> Add:
    """Adds HBsAg, HBeAg (if any), HBV DNA, and ALT of so many days before."""

    def add(history: History, day: date, source: str) -> None:
        result("hbsag", status="positive")(history, day, f"{source}:1")
        if eag:
            result("hbeag", status=eag)(history, day, f"{source}:2")
        number("hbv_dna", "IU/mL", dna, sign)(history, day, f"{source}:3")
        number("alt", "U/L", alt)(history, day - timedelta(alt_days_before), f"{source}:4")

    return add


FIBROSIS = [
    *[
        scored(ast, 100.0, 64.0)
        for ast in (20.0, 25.5, 26.5, 58.0, 60.0, 80.0, 130.0, 130.0, 130.0, 130.0)
    ],
    scored(50.0, 100.0, 100.0),
    *STIFFNESS[:4],
]
# Many losses, and what decides whether they are cures and what they are due to.
SUSTAINED = [
    *[visit(1000.0, 20.0)] * 2,
    *[visit(0.04, 5.0)] * 8,
    visit(0.04, 20.0),
    *[visit(value, 5.0) for value in (99.0, 99.0, 100.0)],
    *[visit(0.95, 5.0), visit(1.0, 5.0)],
    HBSAG_WORDS[0],
    HBSAG_WORDS[1],
    *[number("hbv_dna", "IU/mL", value) for value in (5.0, 20.0)],
    number("anti_hbs", "mIU/mL", 12.0),
]
CAUSES = [
    *HBSAG_WORDS[:2] * 5,
    *[supply("ETV", "NA", days) for days in (28, 30)],
    *[supply("ETV", "NA", days, inferred=True) for days in (28, 30)],
    *[supply("PEGIFN2A", "IFN", days) for days in (1, 28)],
    *[ended("PEGIFN2A", "IFN", days) for days in (335, 336, 337)],
    *[ended("ETV", "NA", days) for days in (0, 1, 60, 61)],
    transplantation,
]


def two_visits(eag: str, dna: float, alt: float, apart: int, after_treatment: int = 0) -> Add:
    """Adds two visits alike so far apart; before, if any, an NA that ended so long before them."""

    def add(history: History, day: date, source: str) -> None:
        first = day - timedelta(apart)
        triad(eag, dna, alt)(history, first, f"{source}:1")
        triad(eag, dna, alt)(history, day, f"{source}:2")
        if after_treatment:
            start = first - timedelta(after_treatment + 29)
            supply("ETV", "NA", 30)(history, start, f"{source}:3")

    return add


PHASES = [
    *[triad("positive", dna, 30.0) for dna in (9999998.0, 9999999.0, 1e7, 1e7, 1e8)],
    *[triad("positive", dna, 90.0) for dna in (9998.0, 9999.0, 1e4, 1e4, 1e6)],
    *[triad("negative", dna, 30.0) for dna in (1998.0, 1999.0, 1999.0, 2000.0, 500.0)],
    *[triad("negative", dna, 90.0) for dna in (1998.0, 1999.0, 2000.0, 2000.0, 1e5)],
    *[triad("negative", dna, 30.0, "<") for dna in (20.0, 2000.0, 2001.0)],
    *[triad("positive", dna, 30.0, ">") for dna in (1e6, 1e7)],
    *[triad("negative", 1e5, 90.0, alt_days_before=days) for days in (44, 45, 46)],
    *[two_visits("negative", 1e5, 90.0, apart) for apart in (91, 92, 93)],
    *[two_visits("negative", 1e5, 90.0, 200, days) for days in (183, 184)],
    triad(None, 1e5, 90.0),
    triad("indeterminate", 1e5, 90.0),
    number("alt", "U/L", 30.0),
    HBEAG[0],
    HBEAG[1],
    HBSAG_WORDS[1],
    supply("ETV", "NA", 30),
    supply("ETV", "NA", 200, inferred=True),
    supply("PEGIFN2A", "IFN", 84),
]
SEVERE = [
    *[number("alt", "U/L", value) for value in (30.0, 120.0, 200.0, 400.0, 400.0, 400.0)],
    *[number("bilirubin", "µmol/L", value) for value in (20.0, 51.0, 52.0, 300.0)],
    number("bilirubin", "µmol/L", 400.0, ">"),
    *[number("inr", "1", value) for value in (1.1, 1.4, 1.5, 2.5)],
    *[code(name) for name in ("ascites", "decompensated_cirrhosis", "hepatorenal_syndrome")],
]
OUTCOMES = [
    *[code(name) for name in ("ascites", "variceal_bleeding", "hepatic_encephalopathy")],
    *[code(name) for name in ("spontaneous_bacterial_peritonitis", "hepatorenal_syndrome")],
    code("decompensated_cirrhosis"),
    *[code("hcc", setting) for setting in ("outpatient", "inpatient")],
    *[code("liver_transplant"), transplantation],
    *[death] * 3,
]
ALT_BY_SEX = [
    *[number("alt", "U/L", value) for value in (24.0, 25.0, 26.0, 34.0, 35.0, 36.0)],
    *[number("alt", "U/L", value) for value in (125.0, 126.0, 175.0, 176.0, 900.0)],
    *[number("alt", "U/L", value, "<") for value in (25.0, 30.0)],
    number("alt", "U/L", 35.0, ">"),
    number("alt", "U/L", 30.0, "=", reference_high=50.0),
    number("alt", "U/L", 40.0, "=", status="negative"),
    result("alt", status="positive"),
]
STOPPING = [
    *[consolidated(days) for days in (364, 365, 1095, 1096)],
    *[consolidated(days, hbeag="negative") for days in (1095, 1096)],
    *[consolidated(days, hbeag="negative", lost=True) for days in (364, 365)],
    *[consolidated(365, before=days) for days in (365, 366)],
    *[thrice_undetectable(first, 183) for first in (363, 364)],
    *[thrice_undetectable(800, apart) for apart in (182, 183)],
    *[number("hbv_dna", "IU/mL", 20.0, "<")] * 3,
    *[result("hbeag", status=status) for status in SEROLOGY[:2]],
    *[result("anti_hbe", status="positive")] * 2,
    *[number("alt", "U/L", value) for value in (30.0, 300.0)],
    *[result("hbsag", status=status) for status in ("positive", "negative", "negative")],
    *[number("anti_hbs", "mIU/mL", 150.0)] * 2,
    number("hbv_dna", "IU/mL", 20.0),
    code("cirrhosis", "inpatient"),
    code("ascites"),
]
OLD_DRUGS = [
    *[supply(agent, "NA", days) for agent in ("LAM", "ADV", "LDT") for days in (90, 200)],
    *[supply(agent, "NA", 200) for agent in ("ETV", "TMF", "TFV")],
    *[treated_since(days, 400) for days in (322, 336)],
    *[number("hbv_dna", "IU/mL", value) for value in (20.0, 500.0, 1e6)],
    *[number("hbv_dna", "IU/mL", 20.0, "<")] * 2,
    *[supply("PEGIFN2A", "IFN", 84)],
]
PREGNANCY = [
    *HBSAG_WORDS[:2],
    *[HBSAG_WORDS[0]] * 9,
    *[code(name) for name in ("pregnancy", "pregnancy", "delivery", "delivery")],
    *[code(f"gestation_{week:02d}") for week in (8, 12, 28, 28, 40)],
    both(code("gestation_20"), code("gestation_21")),
    both(code("pregnancy"), ago(293, code("pregnancy"))),
    both(code("pregnancy"), ago(294, code("pregnancy"))),
    both(code("pregnancy"), ago(41, code("delivery"))),
    both(code("pregnancy"), ago(42, code("delivery"))),
    both(code("gestation_12"), ago(84, code("pregnancy"))),
    both(code("gestation_12"), ago(85, code("pregnancy"))),
    *[number("hbv_dna", "IU/mL", value) for value in (199999.0, 2e5, 2e5, 200001.0, 1e7)],
    number("hbv_dna", "IU/mL", 2e5, ">"),
    number("hbv_dna", "IU/mL", 1e5, "range", value_high=1e7),
    *[supply("TDF", "NA", days) for days in (1, 90, 200)],
    supply("PEGIFN2A", "IFN", 28),
]
INFANT = [
    *[born] * 8,
    *HBSAG_WORDS,
    *HBSAG_WORDS[:2],
    *SHOTS,
    SHOTS[2],
    *[both(ago(days, born), HBSAG_WORDS[0]) for days in (212, 213, 213, 214)],
    *[both(ago(days, born), HBSAG_WORDS[1]) for days in (212, 213, 213)],
    *[both(ago(213, born), number("hbv_dna", "IU/mL", value)) for value in (5.0, 1e6)],
    both(HBSAG_WORDS[1], number("hbv_dna", "IU/mL", 1e6)),
    both(ago(400, born), HBSAG_WORDS[0], number("hbv_dna", "IU/mL", 1e6)),
    *[both(born, shot) for shot in SHOTS] * 2,
    *[both(ago(days, born), SHOTS[2]) for days in (1, 1, 2)],
]
GRAFT = [
    *[both(ago(days, HBSAG_WORDS[0]), transplantation) for days in (0, 1, 30)],
    *[transplantation] * 2,
    code("chronic_hbv"),
    *HBSAG_WORDS[:2] * 2,
    *[number("hbv_dna", "IU/mL", 1e6), number("hbv_dna", "IU/mL", 20.0, "<")] * 2,
    *SHOTS,
    *[SHOTS[2]] * 3,
    *[both(SHOTS[0], ago(days, SHOTS[0])) for days in (182, 183, 184)],
    *[
        both(
            ago(250, transplantation),
            ago(200, SHOTS[2]),
            ago(days, SHOTS[0]),
            number("anti_hbs", "mIU/mL", 150.0),
        )
        for days in (90, 91, 92)
    ],
    *[number("anti_hbs", "mIU/mL", value) for value in (99.0, 100.0, 101.0, 500.0)],
    number("anti_hbs", "mIU/mL", 100.0, ">"),
    result("anti_hbs", status="positive"),
    *[supply("ETV", "NA", days) for days in (1, 90, 200)],
    supply("PEGIFN2A", "IFN", 28),
]
# What a history is about, so that rows of one topic meet often.
TOPICS = (
    HBSAG_WORDS[:2],
    HBSAG,
    [*HBSAG_WORDS[:2] * 5, *SHOTS, *ANTIBODY, code("chronic_hbv"), code("acute_hbv")],
    TREATMENT,
    [*HBSAG_WORDS[:2] * 4, *TREATMENT, OTHERS[2], result("hiv", status="positive")],
    HBEAG,
    CODES[:7],
    CODES,
    OTHERS,
    ON_NA,
    ON_NA_FOR_LONG,
    AFTER_NA,
    LIVER_TESTS,
    CREATININE,
    SCORES,
    STIFFNESS,
    FIBROSIS,
    [*SUSTAINED, *[supply("ETV", "NA", 30)] * 2, supply("PEGIFN2A", "IFN", 28)],
    SUSTAINED,
    CAUSES,
    [*HBSAG_WORDS[:2] * 4, *ANTIBODY[:6] * 2, *ANTIBODY[6:10]],
    STOPPING,
    OLD_DRUGS,
    [*HBSAG, *SHOTS, *ANTIBODY, *TREATMENT, *HBEAG, *CODES, *OTHERS],
    PHASES,
    SEVERE,
    OUTCOMES,
    ALT_BY_SEX,
    PREGNANCY,
    INFANT,
    GRAFT,
)
MOTHERS, INFANTS = TOPICS.index(PREGNANCY), TOPICS.index(INFANT)


def decode(patient_id: str, code_of: bytes, topic: int) -> History:
    """The history that these bytes stand for.

    Args:
        patient_id: the patient.
        code_of: the number of rows, then two bytes a row.
        topic: index into TOPICS.
    """
    history = History({"patient_id": patient_id, "source_row": f"{patient_id}.patients:2"})
    person = code_of[0] // (MOST_ROWS + 1)
    history.patient["sex"] = ("male", "female", None)[person % 3]
    history.patient["birth_date"] = BIRTHS[person // 3]
    if topic == INFANTS:
        _is_child_of(history, patient_id.replace(f"-{INFANTS}", f"-{MOTHERS}"), code_of[0] % 7)
    choices = TOPICS[topic]
    day = BEGIN
    for number_of_row in range(code_of[0] % (MOST_ROWS + 1)):
        gap, which = code_of[1 + 2 * number_of_row : 3 + 2 * number_of_row]
        day += timedelta(GAPS[gap % len(GAPS)])
        choices[which % len(choices)](history, day, f"{patient_id}.rows:{number_of_row + 2}")
    days = [row["taken_at"] for row in history.result]
    days += [row["start"] for row in history.exposure]
    days += [row["date"] for row in history.condition]
    history.patient["observed_from"] = min(days, default=None)
    history.patient["observed_to"] = max(days, default=None)
    return history


def _is_child_of(history: History, mother_id: str, which: int) -> None:
    """Most of these children have a day of birth, few only a year or nothing."""
    history.patient["mother_id"] = mother_id
    if which == 0:
        history.patient["birth_inferred"] = True
    else:
        history.patient["birth_date"] = None


def histories(codes: int) -> st.SearchStrategy[list[History]]:
    """Lists of histories: so many for each topic.

    Lists in which hardly anything happens are not worth an engine's run and are left out.
    """
    size = 1 + 2 * MOST_ROWS
    drawn = st.lists(st.binary(min_size=size, max_size=size), min_size=codes, max_size=codes)
    busy = drawn.filter(lambda many: sum(one[0] % (MOST_ROWS + 1) > 0 for one in many) > codes / 2)
    return busy.map(
        lambda many: [
            decode(f"p{number:03d}-{topic}", one, topic)
            for number, one in enumerate(many)
            for topic in range(len(TOPICS))
        ]
    )
