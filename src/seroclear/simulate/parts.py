"""A hospital larger than memory: drawn and written in parts, each with its own random numbers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from seroclear.errors import SeroclearError
from seroclear.progress import Progress, Silent
from seroclear.simulate.hospital import Hospital, simulate, write_scenario, write_truth
from seroclear.simulate.omop import IDS_A_PART, LARGEST_ID, write_omop
from seroclear.simulate.scenario import Scenario

PEOPLE_A_PART: Final = 70_000  # the default hospital is one part
PATIENTS_A_PART: Final = 100_000  # room for the children born here
PARTS_AT_MOST: Final = LARGEST_ID // IDS_A_PART


def parts_of(scenario: Scenario) -> list[Scenario]:
    """The hospital in parts of at most `PEOPLE_A_PART`; a small hospital is its own only part.

    Raises:
        SeroclearError: there are more people than OMOP's integers can number.
    """
    sizes = [
        min(PEOPLE_A_PART, scenario.n_patients - first)
        for first in range(0, scenario.n_patients, PEOPLE_A_PART)
    ]
    if len(sizes) > PARTS_AT_MOST:
        raise SeroclearError(
            f"A simulated hospital has at most {PARTS_AT_MOST * PEOPLE_A_PART:,} people; ask for "
            "fewer."
        )
    return [replace(scenario, n_patients=size, part=part) for part, size in enumerate(sizes)]


def write_omop_in_parts(
    scenario: Scenario, folder: Path, *, progress: Progress | None = None
) -> None:
    """Write a hospital as OMOP 5.4 Parquet, each table a folder of parts, and its truth.

    The parts are drawn in as many processes as there are cores; what they write does not depend
    on how many that are. A hospital of one part is written as `write_omop` does.

    Args:
        scenario: what is true in the hospital.
        folder: where to write.
        progress: told before each part.

    Raises:
        SeroclearError: there are more people than OMOP's integers can number.
    """
    progress = progress or Silent()
    parts = parts_of(scenario)
    if len(parts) == 1:
        progress.step("Part 1")
        write_omop(simulate(scenario), folder)
        return
    workers = min(os.cpu_count() or 1, len(parts))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_write_part, part, folder) for part in parts]
        for number, job in enumerate(jobs, start=1):
            progress.step(f"Part {number} of {len(jobs)}")
            job.result()
    _join_truth(folder, len(parts))
    write_scenario(scenario, folder)


def _write_part(scenario: Scenario, folder: Path) -> None:
    hospital = numbered(simulate(scenario), scenario.part)
    write_omop(hospital, folder, part=scenario.part)
    write_truth(hospital, _truth_of(folder, scenario.part))


def numbered(hospital: Hospital, part: int) -> Hospital:
    """The hospital with ids that no other part has."""
    moved = {
        one.name: _moved(getattr(hospital, one.name), part)
        for one in fields(hospital)
        if one.name != "scenario"
    }
    return replace(hospital, **moved)


def _moved(table: pa.Table, part: int) -> pa.Table:
    for place, name in enumerate(table.column_names):
        column = table.column(name)
        if name in ("patient_id", "mother_id"):
            number = pc.add(pc.cast(column, pa.int64()), part * PATIENTS_A_PART)
            table = table.set_column(place, name, pc.cast(number, pa.string()))
        elif name in ("visit_id", "result_id"):
            table = table.set_column(place, name, pc.add(column, part * IDS_A_PART))
    return table


def _truth_of(folder: Path, part: int) -> Path:
    return folder / "truth" / f"part-{part:05}"


def _join_truth(folder: Path, parts: int) -> None:
    """One file a table, a row group a part."""
    for name in ("patient", "event", "pregnancy", "child", "mutation"):
        rows = _tables(folder, parts, name)
        first = next(rows, None)
        if first is None:
            continue
        target = folder / "truth" / f"{name}.parquet"
        with pq.ParquetWriter(target, first.schema, compression="zstd") as writer:
            writer.write_table(first)
            for table in rows:
                writer.write_table(table)
    for part in range(parts):
        shutil.rmtree(_truth_of(folder, part))


def _tables(folder: Path, parts: int, name: str) -> Iterator[pa.Table]:
    for part in range(parts):
        file = _truth_of(folder, part) / "truth" / f"{name}.parquet"
        if file.is_file():
            yield pq.read_table(file)
