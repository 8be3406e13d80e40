"""Do the engines agree with the plain reference? A long run over random patients.

    python benchmarks/agreement.py --patients 1000000 --engine duckdb --out docs/validation.md

Rewrites the table between the markers `agreement` of the document (with the engine's name). Ends
with status 1 when any row of any patient differs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from document import markdown, put
from reference.engine import by_reference
from reference.histories import TOPICS
from reference.patients import random_patients
from reference.stores import by_engine, stored
from servers import started

from seroclear.course.definition import definition, presets
from seroclear.engine import Engine
from seroclear.engines import NAMES

BATCH = 150  # histories a topic
SESSION = 5  # batches that one session of an engine derives
SEED = 20_261_122


@dataclass(slots=True)
class Tally:
    """Counts of one batch, or of many.

    Attributes:
        patients: random histories.
        rows: rows of the reference, by table.
        wrong: patients of whom a table's rows differ, by table.
        examples: preset, seed and patient of the first few of them.
    """

    patients: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Adds the counts of another batch."""
        self.patients += other.patients
        self.rows += other.rows
        self.wrong += other.wrong
        self.examples = [*self.examples, *other.examples][:5]


def batch(preset: str, seed: int, engine: Engine) -> Tally:
    """One batch of patients under a preset, by both."""
    patients = random_patients(seed, BATCH)
    expected = by_reference(patients, definition(preset))
    with stored(patients) as store:
        derived = by_engine(store, preset, engine)
    tally = Tally(Counter({preset: len(patients)}))
    for table, rows in expected.items():
        tally.rows[table] += sum(map(len, rows.values()))
        for patient in rows.keys() | derived[table].keys():
            if rows.get(patient) != derived[table].get(patient):
                tally.wrong[table] += 1
                tally.examples.append(f"{preset}, seed {seed}, {table} of {patient}")
    return tally


def session(work: list[tuple[str, int]], engine: str) -> Tally:
    """Some batches in one session of an engine, with a server of its own if it needs one."""
    tally = Tally()
    with started(engine) as opened:
        for preset, seed in work:
            tally.add(batch(preset, seed, opened))
    return tally


def batches(patients: int) -> Iterator[tuple[str, int]]:
    """Presets in turn, each with another seed, until there are enough patients."""
    many = -(-patients // (BATCH * len(TOPICS)))
    for number in range(many):
        yield presets()[number % len(presets())], SEED + number


def table(tally: Tally, engine: str, seconds: float) -> str:
    """The counts as Markdown."""
    lines = [
        [name, f"{count:,}", str(tally.wrong[name])] for name, count in sorted(tally.rows.items())
    ]
    total = sum(tally.patients.values())
    about = (
        f"{total:,} random patients on {engine}, {len(tally.patients)} definitions, "
        f"{len(TOPICS)} kinds of histories; {seconds / 60:.0f} minutes on two cores."
    )
    return f"{about}\n\n" + markdown(("table", "rows", "patients who differ"), lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=NAMES, default="duckdb")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    began = time.monotonic()
    tally = Tally()
    every = list(batches(given.patients))
    work = [every[first : first + SESSION] for first in range(0, len(every), SESSION)]
    with ProcessPoolExecutor(given.workers, max_tasks_per_child=1) as pool:
        done = pool.map(session, work, [given.engine] * len(work))
        for number, one in enumerate(done, start=1):
            tally.add(one)
            print(
                f"{number} of {len(work)} sessions, {tally.wrong.total()} differ", file=sys.stderr
            )
    text = table(tally, given.engine, time.monotonic() - began)
    print(text, *tally.examples, sep="\n")
    if given.out:
        put(given.out, f"agreement {given.engine}", text)
    return 1 if tally.wrong.total() else 0


if __name__ == "__main__":
    sys.exit(main())
