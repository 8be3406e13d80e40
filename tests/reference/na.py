"""Plain reference: treatments with a nucleos(t)ide analogue (NA), and what each HBV DNA proves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reference.findings import Finding
from reference.treatment import Line

from seroclear.course.definition import Definition


@dataclass(frozen=True, slots=True)
class Treatment:
    """Lines with an NA that follow each other within the gap."""

    lines: tuple[Line, ...]
    after: Line | None  # the next line of any treatment

    @property
    def start(self) -> date:
        return self.lines[0].start

    @property
    def row(self) -> str:
        return self.lines[0].source_row

    @property
    def stopped(self) -> bool:
        return self.lines[-1].why_ended == "stop"

    def last_day_on(self, gap: int) -> date:
        """Treatment that is still on is on for the last tests, too."""
        last = self.lines[-1]
        return last.end + timedelta(gap) if last.why_ended == "still on" else last.end


@dataclass(frozen=True, slots=True)
class Dna:
    """One HBV DNA test: between `low` and `high` IU/mL, None where nothing is known."""

    date: date
    status: str
    low: float | None
    high: float | None
    level: str | None
    row: str


def treatments(lines: list[Line], gap: int) -> list[Treatment]:
    """Treatments of a patient with hepatitis B."""
    groups: list[list[Line]] = []
    for line in lines:
        if "NA" not in line.classes:
            continue
        if groups and (line.start - groups[-1][-1].end).days - 1 <= gap:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        Treatment(tuple(g), next((x for x in lines if x.start > g[-1].end), None)) for g in groups
    ]


def dna_tests(found: list[Finding], rules: Definition) -> list[Dna]:
    """HBV DNA in order of time."""
    return [_dna(finding, rules) for finding in found if finding.marker == "hbv_dna"]


def _dna(test: Finding, rules: Definition) -> Dna:
    llod, upper = float(rules["hbv_dna.llod"]), rules["viraemia.low_level_upper"]
    low: float | None = None
    high: float | None = None
    level = None
    if test.status == "undetectable":
        low, high, level = 0.0, llod, "undetectable"
    elif test.status == "detectable" and test.value is not None:
        low = test.value
        high = test.value if test.comparator == "=" else None
        blind = test.assay_limit is not None and test.assay_limit > llod
        if low >= upper:
            level = "high"
        elif high is not None and not blind:
            level = "low"
    elif test.comparator == "<" and not test.reason:
        assert test.value is not None
        high = max(test.value, llod)
    return Dna(test.date, test.status, low, high, level, test.source_row)
