"""Which studies a store holds the inputs of: a verdict for each design of study_inputs.csv.

Only the inputs are looked at. Whether enough patients meet a study's rules, the study itself tells.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from textwrap import wrap

import duckdb

from seroclear.records.quality import HIDDEN, QualityRow, few, threshold
from seroclear.records.vocabulary import read_csv

NAME_WIDTH = 25  # of a study, on a terminal
CAN, CANNOT, LIMITED = "can run", "cannot", "can, but"
# Counts are rounded, so that no two of them tell by subtraction how many lack one input.
ROUNDED_TO = 5
NOT_IN_RECORDS = ("not kept", "own file")

# kind of input -> SQL that gives the patient_id of those who have it; {names} is a list of strings
_PATIENTS = {
    "test": "SELECT patient_id FROM result WHERE test IN ({names})",
    "number": "SELECT patient_id FROM result WHERE test IN ({names}) AND value IS NOT NULL",
    "drug class": "SELECT patient_id FROM exposure WHERE drug_class IN ({names})",
    "drug": "SELECT patient_id FROM exposure WHERE agent IN ({names})",
    "mother's number": """SELECT p.patient_id FROM patient p
        JOIN result r ON r.patient_id = p.mother_id
        WHERE r.test IN ({names}) AND r.value IS NOT NULL""",
    "mother's drug class": """SELECT p.patient_id FROM patient p
        JOIN exposure e ON e.patient_id = p.mother_id WHERE e.drug_class IN ({names})""",
    "diagnosis": "SELECT patient_id FROM condition WHERE condition IN ({names})",
    "diagnosis or procedure": """SELECT patient_id FROM condition WHERE condition IN ({names})
        UNION SELECT patient_id FROM procedure WHERE procedure IN ({names})""",
    "mutation": "SELECT patient_id FROM mutation",
    "age under": """SELECT patient_id FROM result JOIN patient USING (patient_id)
        WHERE test LIKE 'hbsag%' AND taken_at < birth_date + to_years({name})""",
    "field": "SELECT patient_id FROM patient WHERE {name} IS NOT NULL",
}
_LABELS = {
    "IFN": "interferon", "vaccine": "hepatitis B vaccine", "birth_date": "date of birth",
    "death_date": "date of death", "hcc": "liver cancer", "liver_cancer_unspecified": "",
    "decompensated_cirrhosis": "decompensation", "liver_transplant": "liver transplant",
    "phosphate": "phosphate", "creatinine": "creatinine", "platelets": "platelets",
    "mother_id": "link of mother and child",
    "ETV": "entecavir", "TDF": "tenofovir", "TAF": "", "TMF": "", "TFV": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """A line of study_inputs.csv: what one study needs, or is helped by."""

    study: str
    kind: str
    name: str  # alternatives with | between them: any of them serves
    need: str  # needed: in every patient; must occur: in some (a group, an outcome); helpful
    why: str

    @property
    def label(self) -> str:
        """The input as a reader calls it."""
        if self.kind in NOT_IN_RECORDS:
            return self.name
        if self.kind == "mutation":
            return "polymerase mutations"
        if self.kind == "age under":
            return f"HBsAg tests under {self.name} years"
        tests = {row["test"]: row["label"].split(" (")[0] for row in read_csv("tests.csv")}
        all_names = (_LABELS.get(one, tests.get(one, one)) for one in self.name.split("|"))
        named = [name for name in all_names if name]
        # Sister tests are one to a reader: HBsAg, its index and its mass.
        short = [one for one in named if not any(o != one and o in one for o in named)]
        shown = " or ".join(dict.fromkeys(short))
        return f"{shown} as a number" if self.kind == "number" and "HBsAg" in shown else shown


@cache
def inputs() -> tuple[Input, ...]:
    """Every line of study_inputs.csv, in the order of the file."""
    text = files(__package__).joinpath("study_inputs.csv").read_text(encoding="utf-8")
    return tuple(Input(**row) for row in csv.DictReader(text.splitlines()))


def studies(con: duckdb.DuckDBPyConnection) -> list[QualityRow]:
    """A verdict for each study and the patients who have each of its inputs.

    Args:
        con: a connection with the store's tables.

    Returns:
        For each study a row 'studies' (level: the study; value: patients who have all that is
        needed; note: the verdict), then a row 'study_inputs' an input (test: its label; measure:
        its need). Counts are rounded to 5 and hidden when they are about few persons.
    """
    every = dict.fromkeys(one.study for one in inputs())
    patients = _Patients(con, inputs())
    return [row for study in every for row in _rows(patients, study)]


def in_a_sentence(con: duckdb.DuckDBPyConnection, study: str) -> str:
    """The verdict on one study as a sentence: what these records lack for it. '' for a study that
    is none of the library's or whose inputs are all there.

    Args:
        con: a connection with the store's tables.
        study: its name, with hyphens.
    """
    mine = [one for one in inputs() if one.study == study]
    if not mine:
        return ""
    verdict = _rows(_Patients(con, mine), study)[0].note
    if verdict.startswith(f"{CANNOT}: "):
        return f"These records cannot carry it: {verdict.removeprefix(f'{CANNOT}: ')}."
    if verdict.startswith(LIMITED):
        return f"These records could carry it, but {verdict.removeprefix(LIMITED).strip()}."
    return ""


class _Patients:
    """How many patients have what, told from one look at the records for each input.

    Args:
        con: a connection with the store's tables.
        wanted: the inputs that will be asked for.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, wanted: Iterable[Input]) -> None:
        queries = dict.fromkeys(_patients(one) for one in wanted)
        self._bit = {query: 1 << number for number, query in enumerate(queries)}
        con.execute("CREATE OR REPLACE TEMP TABLE held (patient_id VARCHAR, bit HUGEINT)")
        for query, bit in self._bit.items():
            con.execute(f"INSERT INTO held SELECT DISTINCT patient_id, {bit} FROM ({query})")
        # Few sets of inputs are held, whatever the number of patients.
        self._sets = con.execute(
            """SELECT every, count(*) FROM (
            SELECT bit_or(bit) AS every FROM held GROUP BY patient_id) GROUP BY 1"""
        ).fetchall()
        con.execute("DROP TABLE held")

    def having(self, wanted: Sequence[Input]) -> int:
        """How many patients have all of these inputs."""
        mask = 0
        for one in wanted:
            mask |= self._bit[_patients(one)]
        return sum(count for every, count in self._sets if every & mask == mask)


def _rows(patients: _Patients, study: str) -> list[QualityRow]:
    mine = [one for one in inputs() if one.study == study]
    needed = [one for one in mine if one.need == "needed"]
    persons = {one: patients.having([one]) for one in mine}
    everything = patients.having(needed)
    among = {one: patients.having([*needed, one]) for one in mine if one.need != "needed"}
    verdict = _verdict({one: persons[one] for one in needed}, everything, among)
    measure = "patients with all that is needed"
    rows = [
        QualityRow("studies", level=study, measure=measure, value=_shown(everything), note=verdict)
    ]
    for one, count in persons.items():
        value = _shown(count)
        note = HIDDEN if value is None else ""
        rows.append(QualityRow("study_inputs", "", one.label, study, "", one.need, value, note))
    return rows


def _patients(one: Input) -> str:
    """SQL for the patients who have an input."""
    if one.kind in NOT_IN_RECORDS:
        return "SELECT patient_id FROM patient WHERE false"
    names = ", ".join(f"'{name}'" for name in one.name.split("|"))
    return _PATIENTS[one.kind].format(names=names, name=one.name)


def _shown(persons: int) -> float | None:
    return None if few(persons) else float(ROUNDED_TO * round(persons / ROUNDED_TO))


def _verdict(needed: dict[Input, int], everything: int, among: dict[Input, int]) -> str:
    """What the counts of patients mean for a study.

    Args:
        needed: patients with each needed input.
        everything: patients with all of them.
        among: of these, patients with each other input.
    """
    if any(one.kind == "own file" for one in needed):
        return "own file: not from hospital records"
    missing = [one.label for one, persons in needed.items() if persons == 0]
    if missing:
        return f"{CANNOT}: {', '.join(f'no {label}' for label in missing)}"
    if everything == 0:
        labels = ", ".join(one.label for one in needed)
        return f"{CANNOT}: no patient has all that is needed: {labels}"
    occur = {one.label: n for one, n in among.items() if one.need == "must occur"}
    if absent := [label for label, persons in occur.items() if persons == 0]:
        return f"{CANNOT}: nobody among them with {', '.join(absent)}"
    doubts, fewest = [], f"fewer than {threshold('small_count'):g} patients have"
    if few(everything):
        doubts.append(f"{fewest} all that is needed")
    elif scarce := [label for label, persons in occur.items() if few(persons)]:
        doubts.append(f"{fewest} {', '.join(scarce)}")
    helpful = {one.label: n for one, n in among.items() if one.need == "helpful"}
    if without := [label for label, persons in helpful.items() if persons == 0]:
        doubts.append(f"without {', '.join(without)}")
    least = threshold("studies") / 100 * everything
    # Nearly everybody can have a test; that few have a diagnosis is nothing amiss.
    tests = [one.label for one in among if one.kind in ("test", "number")]
    if rare := [label for label in tests if 0 < helpful.get(label, 0) < least]:
        doubts.append(f"few have {', '.join(rare)}")
    return f"{LIMITED} {'; '.join(doubts)}" if doubts else CAN


def verdicts_in_words(rows: list[QualityRow], width: int) -> str:
    """The rows of `studies` as lines for a terminal: study, patients, verdict."""
    lines = ["Studies: are their inputs here?"]
    indent = " " * (NAME_WIDTH + 10)
    for row in rows:
        if row.rule != "studies":
            continue
        persons = "[c]" if row.value is None else f"{row.value:,.0f}"
        first = f"{row.level:<{NAME_WIDTH}}{persons:>8}  "
        lines += wrap(row.note, width, initial_indent=first, subsequent_indent=indent)
    return "\n".join(lines)
