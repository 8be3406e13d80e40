"""Plain reference: phases, from a list with one word for each day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby, pairwise

from reference.chain import Event
from reference.findings import Finding
from reference.na import Dna, dna_tests
from reference.treatment import Line

from seroclear.course.definition import Definition

DAY = timedelta(1)
GREY = "indeterminate"


def states(
    found: list[Finding], lines: list[Line], hbsag: list[Event], rules: Definition
) -> list[tuple[str, date, date]]:
    """State, first and last day of each stretch."""
    begin = min(
        (f.date for f in found if (f.marker, f.status) == ("hbsag", "positive")), default=None
    )
    if begin is None:
        return []
    end = max(
        [f.date for f in found if f.marker in ("hbsag", "hbeag", "hbv_dna", "alt")]
        + [line.end for line in lines]
    )
    word = _situation(begin, end, lines, hbsag, rules)
    said = ["unknown" if w == "untreated" else w for w in word]
    number = 0
    for situation, group in groupby(word):
        after = number + len(list(group))
        if situation == "untreated":
            # The tests of the day on which treatment begins are still untreated.
            treated_next = after < len(word) and word[after] == "on treatment"
            until = begin + (after if treated_next else after - 1) * DAY
            for first, state in _phases(found, begin + number * DAY, until, rules):
                place = (first - begin).days
                said[place:after] = [state] * (after - place)
        number = after
    stretches = []
    number = 0
    for state, group in groupby(said):
        after = number + len(list(group))
        stretches.append((state, begin + number * DAY, begin + (after - 1) * DAY))
        number = after
    return stretches


def _situation(
    begin: date, end: date, lines: list[Line], hbsag: list[Event], rules: Definition
) -> list[str]:
    """What each day is; what is written later counts more."""
    word = ["untreated"] * ((end - begin).days + 1)

    def write(what: str, first: date, last: date) -> None:
        for number in range(max(0, (first - begin).days), min(len(word), (last - begin).days + 1)):
            word[number] = what

    gap = rules["exposure.gap"]
    spans = []
    for line, following in zip(lines, [*lines[1:], None], strict=False):
        last = line.end
        if line.why_ended == "still on":
            last += gap * DAY
        elif following and (following.start - line.end).days - 1 <= gap:
            last = following.start - DAY
        spans.append((line.start, last))
    for _, last in spans:
        write("unknown", last + DAY, last + rules["phase.after_treatment"] * DAY)
    changes = sorted(
        (e.date, e.name) for e in hbsag if e.name in ("hbsag_loss", "hbsag_seroreversion")
    )
    for (day, name), (until, _) in pairwise([*changes, (end + DAY, "")]):
        if name == "hbsag_loss":
            write("HBsAg-negative", day, until - DAY)
    for start, last in spans:
        write("on treatment", start, last)
    return word


def _phases(
    found: list[Finding], first: date, until: date, rules: Definition
) -> list[tuple[date, str]]:
    """What begins when, within one untreated time."""
    inside = [f for f in found if first <= f.date <= until]
    triads = []
    for test in dna_tests(inside, rules):
        eag = _near(inside, test, "hbeag", ("positive", "negative"), rules)
        alt = _near(inside, test, "alt", ("elevated", "normal"), rules)
        phase = _phase(test, eag, alt, rules) if eag and alt else None
        if phase:
            triads.append((phase, test.date))
    runs = [list(run) for _, run in groupby(triads, key=lambda triad: triad[0])]
    begun = []
    for run in runs:
        phase, start = run[0]
        if phase != GREY and (run[-1][1] - start).days < rules["phase.concordance"]:
            phase = GREY if len(runs) > 1 else "unknown"
        begun.append((start, phase))
    return begun


def _near(
    found: list[Finding], test: Dna, marker: str, statuses: tuple[str, ...], rules: Definition
) -> str | None:
    near = [
        (abs((f.date - test.date).days), f.date, f.status)
        for f in found
        if f.marker == marker and f.status in statuses
    ]
    distance, _, status = min(near, default=(rules["phase.window"] + 1, None, None))
    return status if distance <= rules["phase.window"] else None


def _phase(test: Dna, eag: str, alt: str, rules: Definition) -> str | None:
    """The phase of a triad, None when HBV DNA may lie on either side."""
    limit, below, above = {
        ("positive", "normal"): (
            rules["phase.positive_infection_dna"],
            GREY,
            "HBeAg-positive infection",
        ),
        ("positive", "elevated"): (
            rules["phase.positive_hepatitis_dna"],
            GREY,
            "HBeAg-positive hepatitis",
        ),
        ("negative", "normal"): (rules["phase.negative_dna"], "HBeAg-negative infection", GREY),
        ("negative", "elevated"): (rules["phase.negative_dna"], GREY, "HBeAg-negative hepatitis"),
    }[eag, alt]
    if test.low is not None and test.low >= limit:
        return above
    if test.high is not None:
        # A bound that is no measured number ('<2000', not detected) is not reached.
        under = test.high < limit if test.status == "detectable" else test.high <= limit
        return below if under else None
    return None
