"""Definitions as examples: a few patients as text tables, and the answer beside them."""

from __future__ import annotations

from dataclasses import dataclass

# columns of the records' tables, in the order in which the manual prints them
RECORDS = {
    "results": ("patient", "date", "test", "result", "unit"),
    "drugs": ("patient", "start", "end", "days", "drug"),
    "diagnoses": ("patient", "date", "code", "setting"),
    "patients": ("patient", "sex", "born", "died", "mother"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the course must say.

    Attributes:
        table: finding, event, regimen or state.
        text: rows as a text table whose columns are `patient` and columns of that table; a patient
            for whom there must be no row has 'none' in the second column.
        only: the markers or events compared; every row of the example's patients if empty.
    """

    table: str
    text: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """One definition with patients who show it.

    Attributes:
        title: what is defined.
        rule: the rule in one paragraph.
        parameters: names of the definition's parameters that the rule depends on.
        answers: what the course must say of these patients.
        results, drugs, diagnoses, patients: the records as text tables.
        preset: the definition in force.
    """

    title: str
    rule: str
    parameters: tuple[str, ...]
    answers: tuple[Answer, ...]
    results: str = ""
    drugs: str = ""
    diagnoses: str = ""
    patients: str = ""
    preset: str = "default"

    def records(self) -> dict[str, list[dict[str, str]]]:
        """Rows of the records, under the names of RECORDS."""
        return {name: read_table(getattr(self, name)) for name in RECORDS}

    def patient_ids(self) -> list[str]:
        """Everyone in the records, in order of name."""
        rows = [row for table in self.records().values() for row in table]
        return sorted({row["patient"] for row in rows})


def read_table(text: str) -> list[dict[str, str]]:
    """Rows of a text table: cells between '|', the first line names the columns."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]] if text.strip() else []
