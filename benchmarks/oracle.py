"""What the records of a simulated hospital can show of its truth, said without the engine.

Each true event gets the day on which the records first show it, or the reason why they never do.
The oracle knows every patient's true state on every day of a test, the clean tables of the
simulator before any mess was made of them, and which of their results are legible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from seroclear.course.definition import Definition
from seroclear.simulate import Hospital
from seroclear.simulate.complications import KINDS

LEFT = "after the patient left care"
EPOCH = date(1970, 1, 1)
UNTOLD = ("hbeag_loss", "cirrhosis", "hcc", "decompensation")


@dataclass(frozen=True, slots=True)
class Expected:
    """A true event and what the records hold of it.

    Attributes:
        patient: identifier.
        event: name of the event.
        true: the day on which it truly happened.
        shown: the day on which the records first show it; None when they cannot.
        reason: why they cannot; '' when they do.
        before: the last day on which the records show the opposite, where tests tell.
    """

    patient: str
    event: str
    true: date
    shown: date | None
    reason: str = ""
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """A result in the clean table; `problem` is why it says nothing, '' when it speaks."""

    day: date
    problem: str


class Oracle:
    """Expected events of one hospital.

    Args:
        hospital: the simulated hospital.
        rules: the definition the courses are derived with; its gaps are part of what is expected.
        illegible: (patient, marker, day) of results that the written records do not hold legibly,
            with the reason.
        vague_cancers: (patient, day) of liver cancers that the written records do not call HCC.
        observed_to: each patient's last contact in the written records.
    """

    def __init__(
        self,
        hospital: Hospital,
        rules: Definition,
        illegible: dict[tuple[str, str, date], str],
        vague_cancers: set[tuple[str, date]],
        observed_to: dict[str, date],
    ) -> None:
        self.rules, self.illegible, self.observed_to = rules, illegible, observed_to
        self.vague = {(patient, "hcc", day) for patient, day in vague_cancers}
        self.truth = hospital.truth.filter(hospital.truth["followed"]).to_pylist()
        self.followed = {person["patient_id"] for person in self.truth}
        self.death = {p["patient_id"]: p["death_date"] for p in hospital.patient.to_pylist()}
        self.doses = _by_patient(hospital.exposure)
        self.codes = _by_patient(hospital.condition)
        self.procedures = _by_patient(hospital.procedure)
        self.tests = {
            "hbsag": _by_patient(_tests(hospital, "hbsag", "hbsag_index")),
            "hbeag": _by_patient(_tests(hospital, "hbeag")),
        }

    def knows(self, patient: str, event: str) -> bool:
        """Whether the truth says if this event happened: of those never followed it says nothing
        about HBeAg and the liver."""
        return patient in self.followed or event not in UNTOLD

    def expected(self) -> Iterator[Expected]:
        """Every true event of those who were followed."""
        for person in self.truth:
            yield from self._hbsag(person)
            yield from self._hbeag(person)
            yield from self._liver(person)
            yield from self._treatment(person)

    def _hbsag(self, person: dict[str, Any]) -> Iterator[Expected]:
        names = ("hbsag_loss", "hbsag_seroreversion", "hbsag_loss")
        columns = ("loss", "reversion", "second_loss")
        changes = [
            # A test on day d sees what was true at its beginning.
            (name, person[f"{column}_date"], _first_day_after(person[f"{column}_day"]))
            for name, column in zip(names, columns, strict=True)
            if person[f"{column}_day"] is not None
        ]
        yield from self._chain(person, "hbsag", changes)

    def _hbeag(self, person: dict[str, Any]) -> Iterator[Expected]:
        lost = person["hbeag_loss_date"]
        if lost is not None:
            changes = [("hbeag_loss", lost, lost + timedelta(days=1))]
            yield from self._chain(person, "hbeag", changes)

    def _chain(
        self, person: dict[str, Any], marker: str, changes: list[tuple[str, date, date]]
    ) -> Iterator[Expected]:
        """Changes of a marker that begins positive: name, true day, first day a test can show."""
        patient = person["patient_id"]
        starts = [shows for _, _, shows in changes]
        tests = self._tests_of(patient, marker, starts) if changes else []
        speak = [test.day for test in tests if not test.problem]
        for number, (event, true, shows) in enumerate(changes):
            end = starts[number + 1] if number + 1 < len(starts) else date.max
            inside = [day for day in speak if shows <= day < end]
            earlier = [day for day in speak if day < shows]
            if not inside:
                silent = [t.problem for t in tests if shows <= t.day < end]
                yield Expected(patient, event, true, None, _unseen(person, true, end, silent))
            elif not earlier:
                yield Expected(patient, event, true, None, "no legible test before it")
            # Two changes that both fell between two tests leave nothing to be seen.
            elif _changed(earlier[-1], starts) % 2 != number % 2:
                yield Expected(patient, event, true, None, "the change before it was not seen")
            else:
                yield Expected(patient, event, true, inside[0], before=earlier[-1])

    def _tests_of(self, patient: str, marker: str, starts: list[date]) -> list[Test]:
        hbig = [d["start"] for d in self.doses[patient] if d["drug_class"] == "HBIG"]
        washout = timedelta(days=self.rules.washout_days)
        found = []
        for test in self.tests[marker][patient]:
            day = test["taken_at"]
            negative = _changed(day, starts) % 2 == 1
            problem = self.illegible.get((patient, marker, day), "")
            if test["status"] == "indeterminate":
                problem = "only equivocal tests"
            elif marker == "hbsag" and negative and any(g <= day <= g + washout for g in hbig):
                problem = "HBsAg negative under hepatitis B immunoglobulin proves nothing"
            found.append(Test(day, problem))
        return sorted(found, key=lambda test: test.day)

    def _liver(self, person: dict[str, Any]) -> Iterator[Expected]:
        patient = person["patient_id"]
        codes = self.codes[patient]
        for event, condition in (("cirrhosis", "cirrhosis"), ("hcc", "hcc")):
            if (true := person[f"{event}_date"]) is not None:
                yield self._diagnosed(person, event, true, condition)
        decompensated = [c["date"] for c in codes if c["condition"] in KINDS]
        transplant = [c["date"] for c in codes if c["condition"] == "liver_transplant"]
        transplant += [p["date"] for p in self.procedures[patient]]
        death = self.death[patient]
        for event, column, days in (
            ("decompensation", "decompensation_date", decompensated),
            ("liver_transplant", "transplant_date", transplant),
            ("death", "death_date", [death] if death else []),
        ):
            if (true := person[column]) is None:
                continue
            reason = "" if days else _outside(person, true) or "never coded"
            yield Expected(patient, event, true, min(days, default=None), reason)

    def _diagnosed(
        self, person: dict[str, Any], event: str, true: date, condition: str
    ) -> Expected:
        """Coded once in hospital, or twice far enough apart."""
        patient = person["patient_id"]
        codes = [c for c in self.codes[patient] if c["condition"] == condition]
        codes = [c for c in codes if (patient, condition, c["date"]) not in self.vague]
        days = sorted(c["date"] for c in codes)
        if not days:
            return Expected(patient, event, true, None, _outside(person, true) or "never coded")
        apart = (days[-1] - days[0]).days >= self.rules["condition.outpatient_gap"]
        if apart or any(c["setting"] == "inpatient" for c in codes):
            return Expected(patient, event, true, days[0])
        return Expected(patient, event, true, None, "coded outside hospital, too few times")

    def _treatment(self, person: dict[str, Any]) -> Iterator[Expected]:
        courses = (
            ("NA", person["na_start"], person["na_stop"], person["na_restart"]),
            ("NA", person["na_restart"], None, None),
            ("IFN", person["ifn_start"], person["ifn_stop"], None),
        )
        for drug, start, stop, again in courses:
            if start is not None:
                yield from self._course(person, drug, start, stop, again or date.max)

    def _course(
        self, person: dict[str, Any], drug: str, start: date, stop: date | None, again: date
    ) -> Iterator[Expected]:
        patient = person["patient_id"]
        doses = [d for d in self.doses[patient] if d["drug_class"] == drug]
        mine = [d for d in doses if start <= d["start"] < again]
        given = any(d["start"] == start for d in mine)
        reason = "" if given else _outside(person, start) or "never dispensed"
        yield Expected(patient, f"{drug} start", start, start if given else None, reason)
        if stop is None:
            return
        event = f"{drug} stop"
        reason = _outside(person, stop) or reason
        if reason:
            yield Expected(patient, event, stop, None, reason)
            return
        last = max(d["end"] for d in mine)
        others = [d for d in self.doses[patient] if d["drug_class"] in {"NA", "IFN"} - {drug}]
        taken_over = [d["start"] for d in others if start < d["start"] <= last and d["end"] > last]
        if drug == "NA" and person["treatment"] == "NA>IFN" and taken_over:
            last = min(taken_over) - timedelta(days=1)  # a short overlap is a switch
        gap = timedelta(days=self.rules["exposure.gap"])
        # What was given beside it shows nothing of its end; what begins after it does.
        beside = any(d["start"] <= last <= d["end"] + gap for d in others)
        follows = not beside and any(d["start"] > last for d in others)
        returns = any(d["start"] >= again for d in doses)
        if follows or returns or last + gap < self.observed_to[patient]:
            yield Expected(patient, event, stop, last)
        else:
            why = f"last contact no more than {gap.days} days after the last supply"
            yield Expected(patient, event, stop, None, why)


def _unseen(person: dict[str, Any], true: date, end: date, silent: list[str]) -> str:
    if outside := _outside(person, true):
        return outside
    if silent:
        return silent[0]
    return "no test before leaving care" if end == date.max else "no test before the next change"


def _outside(person: dict[str, Any], true: date) -> str:
    return LEFT if true >= person["followed_to"] else ""


def _changed(day: date, starts: list[date]) -> int:
    """How many changes have happened by the beginning of a day."""
    return sum(start <= day for start in starts)


def _first_day_after(moment: float) -> date:
    """The first day that begins at or after a moment in days since 1970-01-01."""
    whole = int(moment)
    return EPOCH + timedelta(days=whole if whole == moment else whole + 1)


def _tests(hospital: Hospital, *tests: str) -> pa.Table:
    name = pc.cast(hospital.result["test"], pa.string())
    rows = hospital.result.filter(pc.is_in(name, pa.array(tests)))
    return rows.select(["patient_id", "taken_at", "status"])


def _by_patient(table: pa.Table) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        rows[row["patient_id"]].append(row)
    return rows
