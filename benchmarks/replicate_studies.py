"""Does every study of the library find what is true? Hundreds of simulated hospitals.

    python benchmarks/replicate_studies.py --workers 2 --out docs/validation.md

A batch is one large hospital of `study_targets.SCENARIO`: simulated, written as OMOP, loaded, and
each study's cohorts derived from it once. Patients of the simulator are independent of each other,
so the batch is then divided into small hospitals by patient number (children stay with their
mothers), and each is analysed by itself. Rewrites the table between the markers `studies`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from coverage import write_estimates
from document import put
from replicate import Estimate
from replicate_laboratory import laboratory_estimates
from study_scenario import SCENARIO
from study_table import studies_table
from study_target import Target
from study_targets import TARGETS
from study_truth import persons

from seroclear.analysis.result import Row
from seroclear.course.course import course_of
from seroclear.engines.duckdb import DuckDB
from seroclear.records.load import load
from seroclear.simulate import Scenario, simulate, write_omop
from seroclear.simulate.lives import Lives, draw_lives, streams
from seroclear.studies import load_study
from seroclear.study.assemble import cohorts
from seroclear.study.cohort import OUTCOME, Cohort
from seroclear.study.evaluate import Evaluator

BATCHES, PERSONS = 2, 80_000  # each batch so many people at once
LABORATORIES = 200
TRUTHS = 10  # a truth is computed of so many parts of a batch: how they differ tells its error
FIRST_SEED = 1000  # of seeds that no test uses


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Compares every study's estimates with the truth.")
    parser.add_argument("--batches", type=int, default=BATCHES, help=f"of {PERSONS:,} people each")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--out", type=Path, required=True, help="Markdown with the markers")
    parser.add_argument("--estimates", type=Path, help="CSV to keep every single estimate in")
    asked = parser.parse_args(arguments)
    found = [*run(asked.batches, asked.workers), *laboratory_estimates(LABORATORIES)]
    if asked.estimates:
        write_estimates(found, asked.estimates)
    put(asked.out, "studies", studies_table(found))


def run(batches: int, workers: int) -> list[Estimate]:
    """The estimates of every target in every hospital, whatever the processes do."""
    began = time.monotonic()
    found: list[Estimate] = []
    # A fresh process has no DuckDB threads, which a forked one would inherit in an unknown state.
    with multiprocessing.get_context("spawn").Pool(workers, maxtasksperchild=1) as pool:
        for done, some in enumerate(pool.imap(estimates, range(batches)), 1):
            found += some
            spent = time.monotonic() - began
            left = spent / done * (batches - done)
            tell = f"{spent:7.0f} s  {done} of {batches} batches, about {left:.0f} s left"
            print(tell, file=sys.stderr, flush=True)
    return found


def estimates(
    batch: int, targets: Sequence[Target] = TARGETS, people: int = PERSONS
) -> list[Estimate]:
    """Every target in every hospital of one batch, in order of target and hospital.

    Args:
        batch: its number, from which comes the seed.
        targets: what is estimated.
        people: of the batch; hospitals that they do not fill are left out.
    """
    scenario = replace(SCENARIO, n_patients=people, seed=FIRST_SEED + batch)
    lives = draw_lives(scenario, streams(scenario))
    last: dict[str, int] = {}
    for target in targets:
        last[target.study] = max(target.outcome, last.get(target.study, 0))
    found: list[Estimate] = []
    for number, (study, wholes) in enumerate(studied(scenario, last), 1):
        tell = f"batch {batch + 1}: study {number} of {len(last)}, {study}"
        print(tell, file=sys.stderr, flush=True)
        found += of_study([t for t in targets if t.study == study], wholes, lives, batch)
    return found


def studied(scenario: Scenario, last: dict[str, int]) -> Iterator[tuple[str, list[Cohort]]]:
    """Each study's cohorts, from that of the main outcome (0) to that of the last one needed."""
    with tempfile.TemporaryDirectory() as folder:
        write_omop(simulate(scenario), Path(folder) / "omop")
        store = load(Path(folder) / "omop", Path(folder) / "store").store
        for name, number in last.items():
            # What only describes the patients takes time to derive, and nothing here reads it.
            study = replace(load_study(name)[1], described=(), subgroups=())
            with DuckDB(threads=1) as engine:
                evaluator = Evaluator(engine, course_of(store, "default"))
                yield name, list(islice(cohorts(study, name, evaluator), number + 1))


def of_study(
    targets: Sequence[Target], found: Sequence[Cohort], lives: Lives, batch: int
) -> Iterator[Estimate]:
    """The targets of one study, whose cohorts are those of a whole batch."""
    done: dict[tuple[Any, ...], list[tuple[Cohort, list[Row]]]] = {}
    for target in targets:
        whole = found[target.outcome]
        if target.among is not None:
            whole = part_of(whole, target.among(whole, lives))
        key = (target.outcome, target.among, target.analysis, target.persons)
        hospitals = len(lives.people) // target.persons
        truths = _truths(target, whole, lives, min(TRUTHS, hospitals))
        if key not in done:
            done[key] = _in_each(target, whole, persons(whole, lives) // target.persons, hospitals)
        for number, (cohort, rows) in enumerate(done[key]):
            yield Estimate(
                target.study,
                batch * hospitals + number,
                "truth" if callable(target.truth) else "parameter",
                target.label,
                truths[number * len(truths) // hospitals],
                *target.found(rows),
                len(cohort),
                int((cohort.columns["event"] == OUTCOME).sum()),
            )


def _truths(target: Target, whole: Cohort, lives: Lives, parts: int) -> list[float]:
    """The truth of each part of the people; a parameter is the truth of all."""
    if not callable(target.truth):
        return [target.truth]
    part = persons(whole, lives) * parts // len(lives.people)
    return [target.truth(part_of(whole, part == one), lives) for one in range(parts)]


def _in_each(
    target: Target, whole: Cohort, hospital: Any, hospitals: int
) -> list[tuple[Cohort, list[Row]]]:
    """The cohort of each hospital, and the rows of the target's analysis."""
    parts = [part_of(whole, hospital == number) for number in range(hospitals)]
    return [(part, target.analysis(part) if len(part) else []) for part in parts]


def part_of(cohort: Cohort, mine: Any) -> Cohort:
    """Some of a cohort's patients, with their intervals and visits."""
    place = np.cumsum(mine) - 1

    def cut(long: dict[str, Any] | None) -> dict[str, Any] | None:
        if long is None:
            return None
        kept = {name: column[mine[long["person"]]] for name, column in long.items()}
        return {**kept, "person": place[kept["person"]]}

    columns = {name: column[mine] for name, column in cohort.columns.items()}
    return replace(
        cohort, columns=columns, intervals=cut(cohort.intervals), visits=cut(cohort.visits)
    )


if __name__ == "__main__":
    main()
