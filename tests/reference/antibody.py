"""Plain reference: anti-HBs after a loss and over time; HBeAg seroconversion."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from reference.chain import Event, decisive, later, rows
from reference.findings import Finding

from seroclear.course.definition import Definition


def losses(events: list[Event], loss: str, back: str) -> list[tuple[Event, date]]:
    """Each loss with the day on which the antigen is back (the end of time: never)."""
    returns = [event.date for event in events if event.name == back]
    return [
        (event, min((day for day in returns if day > event.date), default=date.max))
        for event in events
        if event.name == loss
    ]


def events(found: list[Finding], chain: list[Event], rules: Definition) -> list[Event]:
    """hbsag_seroconversion, anti_hbs_protective and anti_hbs_lost."""
    tests = decisive(found, "anti_hbs")
    positive = [f for f in tests if f.status == "positive"]
    high = [f for f in positive if f.value is not None and f.value >= rules["anti_hbs.target"]]
    made = []
    for loss, until in losses(chain, "hbsag_loss", "hbsag_seroreversion"):
        for name, shown in (("hbsag_seroconversion", positive), ("anti_hbs_protective", high)):
            during = [f for f in shown if loss.date <= f.date < until]
            if during:
                day, evidence = during[0].date, rows(loss.evidence, during[0])
                sure = later(loss.confirmed_on, day)
                made.append(Event(name, day, confirmed_on=sure, evidence=evidence))
    has: Finding | None = None  # the last antibody since a seroconversion that was not yet lost
    converted = {e.date: e for e in made if e.name == "hbsag_seroconversion"}
    seroconversion = Event("none yet", date.min)
    for test in tests:
        seroconversion = converted.get(test.date, seroconversion)
        if test.date in converted or (has is not None and test.status == "positive"):
            has = test
        elif has is not None:
            evidence = rows(seroconversion.evidence, has, test)
            sure = later(seroconversion.confirmed_on, test.date)
            made.append(Event("anti_hbs_lost", test.date, has.date, sure, evidence=evidence))
            has = None
    return made


def hbeag_seroconversion(found: list[Finding], hbeag: list[Event]) -> list[Event]:
    """First anti-HBe from each HBeAg loss on, while HBeAg stays lost."""
    antibody = [f for f in decisive(found, "anti_hbe") if f.status == "positive"]
    made = []
    for loss, until in losses(hbeag, "hbeag_loss", "hbeag_reversion"):
        during = [f for f in antibody if loss.date <= f.date < until]
        if during:
            evidence = rows(loss.evidence, during[0])
            name = "hbeag_seroconversion"
            made.append(Event(name, during[0].date, loss.earliest, evidence=evidence))
    return made


def states(found: list[Finding], rules: Definition) -> list[tuple[str, date, date]]:
    """Height of anti-HBs: each stretch of equal tests, until the day before the next stretch."""
    tests = [f for f in found if f.marker == "anti_hbs"]
    stretches = [
        (height, list(group)) for height, group in groupby(tests, lambda f: _height(f, rules))
    ]
    starts = [group[0].date for _, group in stretches]
    ends = [start - timedelta(1) for start in starts[1:]]
    ends += [group[-1].date for _, group in stretches[-1:]]
    return [
        (height, start, end)
        for (height, _), start, end in zip(stretches, starts, ends, strict=True)
    ]


def _height(finding: Finding, rules: Definition) -> str:
    low, high = rules["anti_hbs.positive"], rules["anti_hbs.target"]
    if finding.status == "negative":
        return f"below {low}"
    if finding.status != "positive":
        return "passive" if finding.reason.endswith("after HBIG") else "indeterminate"
    if finding.value is not None and finding.value >= high:
        return f"{high} or more"
    if finding.comparator == "=":
        return f"{low} to under {high}"
    return f"{low} or more, not quantified"
