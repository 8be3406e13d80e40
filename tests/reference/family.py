"""Plain reference: pregnancies, and the children of HBsAg-positive mothers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from reference.chain import Event, decisive, rows
from reference.findings import Finding
from reference.stores import History
from reference.treatment import Line

from seroclear.course.definition import Definition


@dataclass(slots=True)
class Relatives:
    """The mother's findings and the children of one patient."""

    mother: list[Finding] = field(default_factory=list)
    children: list[History] = field(default_factory=list)


@dataclass(slots=True)
class Sign:
    """What one day says of a pregnancy."""

    date: date
    rows: list[str] = field(default_factory=list)
    weeks: dict[str, int] = field(default_factory=dict)  # source row -> week
    delivery_codes: list[str] = field(default_factory=list)
    births: list[str] = field(default_factory=list)

    @property
    def lmp(self) -> date | None:
        if len(set(self.weeks.values())) != 1:
            return None
        return self.date - timedelta(weeks=next(iter(self.weeks.values())))

    @property
    def delivers(self) -> bool:
        return bool(self.delivery_codes or self.births)


@dataclass(slots=True)
class Pregnancy:
    """Signs of one pregnancy, in order of time."""

    signs: list[Sign]
    after: date  # the last sign of the pregnancy before
    rows_before: list[str]  # of that sign, and of the delivery in that pregnancy
    longest: timedelta  # that a pregnancy lasts

    @property
    def dating(self) -> Sign | None:
        """The first sign with a week, unless that week contradicts other signs."""
        sign = next((sign for sign in self.signs if sign.lmp), None)
        if sign and sign.lmp and self.after < sign.lmp <= self.signs[0].date:
            return sign
        return None

    @property
    def lmp(self) -> date | None:
        return self.dating.lmp if self.dating else None

    def contrary(self) -> list[str]:
        """Rows that leave the beginning unknown: two weeks on the first day, or the pregnancy
        before, which the first week coded would reach into."""
        made = []
        first = self.signs[0]
        if len(set(first.weeks.values())) > 1:
            for week in (min(first.weeks.values()), max(first.weeks.values())):
                made.append(min(row for row, coded in first.weeks.items() if coded == week))
        sign = next((sign for sign in self.signs if sign.lmp), None)
        if sign and sign.lmp and sign.lmp <= self.after:
            made += self.rows_before
        return made

    @property
    def delivery(self) -> Sign | None:
        return next((sign for sign in self.signs if sign.delivers), None)

    @property
    def begins(self) -> date:
        return self.lmp or self.signs[0].date

    @property
    def ends(self) -> date:
        return min((self.delivery or self.signs[-1]).date, self.begins + self.longest)

    def known_after(self, day: date) -> date | None:
        """When it was known that this day was in the pregnancy, if only later."""
        after = next((sign.date for sign in self.signs if sign.date >= day), day)
        last = max(after, self.dating.date if self.dating else after)
        return last if last > day else None

    def rows_near(self, day: date) -> list[str]:
        """The last sign up to a day, and the first from it on."""
        before = [sign for sign in self.signs if sign.date <= day][-1:]
        after = [sign for sign in self.signs if sign.date >= day][:1]
        return [min(sign.rows) for sign in (*before, *after)]

    def week(self, day: date, words: str) -> str:
        if self.lmp is None:
            return "gestational week unknown"
        return f"{words} {(day - self.lmp).days // 7}"


def is_exact(child: History) -> bool:
    """The day of birth is known, not only the year."""
    known = child.patient.get("birth_date") is not None
    return known and not child.patient.get("birth_inferred")


def pregnancies(history: History, children: list[History], rules: Definition) -> list[Pregnancy]:
    """Pregnancies in order of time."""
    if history.patient.get("sex") == "male":
        return []
    signs: dict[date, Sign] = {}
    for code in history.condition:
        name, day, row = code["condition"], code["date"], code["source_row"]
        if name in ("pregnancy", "delivery") or name.startswith("gestation_"):
            sign = signs.setdefault(day, Sign(day))
            sign.rows.append(row)
            if name == "delivery":
                sign.delivery_codes.append(row)
            if name.startswith("gestation_"):
                sign.weeks[row] = int(name.removeprefix("gestation_"))
    for child in filter(is_exact, children):
        day, row = child.patient["birth_date"], child.patient["source_row"]
        sign = signs.setdefault(day, Sign(day))
        sign.rows.append(row)
        sign.births.append(row)
    found: list[Pregnancy] = []
    last_delivery: date | None = None
    for _, sign in sorted(signs.items()):
        if not found or _is_new(sign, found[-1].signs[-1].date, last_delivery, rules):
            before = found[-1].signs[-1] if found else Sign(date.min, [""])
            longest = timedelta(rules["pregnancy.gap"])
            born = found[-1].delivery if found else None
            rows_before = [min(before.rows), *([_delivery_row(born)] if born else [])]
            found.append(Pregnancy([], before.date, rows_before, longest))
        found[-1].signs.append(sign)
        if sign.delivers:
            last_delivery = sign.date
    return found


def _is_new(sign: Sign, previous: date, last_delivery: date | None, rules: Definition) -> bool:
    if (sign.date - previous).days >= rules["pregnancy.gap"]:
        return True
    if sign.lmp is not None and sign.lmp > previous:
        return True
    if last_delivery is None:
        return False
    recovered = last_delivery + timedelta(rules["pregnancy.puerperium"])
    return previous < recovered <= sign.date


def pregnancy(
    found: list[Finding], lines: list[Line], pregnant: list[Pregnancy], rules: Definition
) -> list[Event]:
    """Pregnancy, delivery, treatment and viral load of each pregnancy."""
    made = []
    treats = any((f.marker, f.status) in _HBV for f in found)
    for one in pregnant:
        first_row = min(one.signs[0].rows)
        dating_row, detail = None, "beginning unknown"
        if one.dating is not None:
            dating_row = min(one.dating.weeks)
            week = next(iter(one.dating.weeks.values()))
            detail = (
                f"last menstrual period about {one.lmp}, by week {week} coded on {one.dating.date}"
            )
        begun = rows(first_row, dating_row)
        dated = one.dating.date if one.dating else one.signs[0].date
        first_day = one.signs[0].date
        confirmed_on = dated if dated > first_day else None
        made.append(Event("pregnancy", first_day, None, confirmed_on, detail, begun))
        begun = rows(begun, *one.contrary())
        if one.delivery is not None:
            basis = "birth of the linked child" if one.delivery.births else "diagnosis code"
            row = _delivery_row(one.delivery)
            made.append(Event("delivery", one.delivery.date, detail=basis, evidence=row))
        for line in lines:
            if treats and "NA" in line.classes and _overlap(line.start, line.end, one):
                since = one.week(line.start, "begun in gestational week")
                if one.lmp is not None and line.start < one.lmp:
                    since = "taken since before the pregnancy"
                made.append(
                    Event(
                        "antiviral_in_pregnancy",
                        max(line.start, one.begins),
                        confirmed_on=one.known_after(max(line.start, one.begins)),
                        detail=f"{'+'.join(sorted(line.agents))}, {since}",
                        evidence=rows(
                            begun, *one.rows_near(max(line.start, one.begins)), line.source_row
                        ),
                    )
                )
                break
        for test in found:
            if _overlap(test.date, test.date, one) and _high(test, rules):
                made.append(
                    Event(
                        "high_viral_load_in_pregnancy",
                        test.date,
                        confirmed_on=one.known_after(test.date),
                        detail=one.week(test.date, "gestational week"),
                        evidence=rows(begun, *one.rows_near(test.date), test),
                    )
                )
                break
    return made


_HBV = {("hbsag", "positive"), ("hbv_dna", "detectable")}


def _delivery_row(sign: Sign) -> str:
    return min(sign.births or sign.delivery_codes)


def _overlap(start: date, end: date, one: Pregnancy) -> bool:
    return start <= one.ends and end >= one.begins


def _high(test: Finding, rules: Definition) -> bool:
    """More than the threshold, whatever the number's sign leaves open."""
    if test.marker != "hbv_dna" or test.status != "detectable" or test.value is None:
        return False
    if test.comparator == ">":
        return bool(test.value >= rules["mtct.dna_iu"])
    return test.comparator in ("=", "range") and bool(test.value > rules["mtct.dna_iu"])


def infant(
    history: History, found: list[Finding], mother: list[Finding], rules: Definition
) -> list[Event]:
    """Prophylaxis at birth, transmission or its prevention."""
    if not is_exact(history):
        return []
    birth = history.patient["birth_date"]
    until = birth + timedelta(rules["mtct.mother_window"])
    of_mother = [test for test in decisive(mother, "hbsag") if test.date <= until]
    if not of_mother or of_mother[-1].status != "positive":
        return []
    mother_row = of_mother[-1].source_row
    made = _prophylaxis(history, birth, mother_row, rules)
    days: dict[date, list[Finding]] = defaultdict(list)
    for test in found:
        tells = (test.marker, test.status) in {*_HBV, ("hbsag", "negative")}
        if tells and (test.date - birth).days >= rules["mtct.test_from_days"]:
            days[test.date].append(test)
    if not days:
        return made
    day, tests = min(days.items())
    age = f"at {(day - birth).days} days of age"
    shows = sorted((t for t in tests if (t.marker, t.status) in _HBV), key=lambda t: t.marker)
    if shows:
        names = {"hbsag": "HBsAg", "hbv_dna": "HBV DNA"}
        what = " and ".join(names[test.marker] for test in shows)
        rows = " ".join([mother_row, *(test.source_row for test in shows)])
        made.append(
            Event("mother_to_child_transmission", day, detail=f"{what} {age}", evidence=rows)
        )
    elif all(test.status == "negative" for tests in days.values() for test in tests):
        rows = f"{mother_row} {tests[0].source_row}"
        detail = f"HBsAg negative {age}"
        made.append(Event("mother_to_child_prevented", day, detail=detail, evidence=rows))
    return made


def _prophylaxis(history: History, birth: date, mother_row: str, rules: Definition) -> list[Event]:
    first: dict[str, tuple[date, str]] = {}
    for dose in sorted(history.exposure, key=lambda e: (e["start"], e["source_row"])):
        late = (dose["start"] - birth).days
        if (
            dose["drug_class"] in ("HBIG", "vaccine")
            and 0 <= late <= rules["mtct.prophylaxis_days"]
        ):
            first.setdefault(dose["drug_class"], (dose["start"], dose["source_row"]))
    if not first:
        return []
    given = [kind for kind in ("HBIG", "vaccine") if kind in first]
    detail = " and ".join(given) if len(given) == 2 else f"{given[0]} only"
    rows = " ".join([mother_row, *(first[kind][1] for kind in given)])
    day = min(day for day, _ in first.values())
    return [Event("infant_prophylaxis", day, detail=detail, evidence=rows)]
