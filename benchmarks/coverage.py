"""Are the estimates right? Hundreds of simulated hospitals, each through the whole path.

    python benchmarks/coverage.py --replicates 400 --workers 2 --out docs/validation.md

Rewrites the table between the markers `coverage` of the document. What is true and what is compared
is explained there.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from document import put
from replicate import Estimate, estimates
from settings import SETTINGS, Setting
from summary import durability_table, ratio_table

BATCH_PERSONS = 16_000  # hospitals of so many persons together are simulated at once


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Compares the estimates with the truth.")
    parser.add_argument("--replicates", type=int, default=400, help="hospitals of each setting")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--out", type=Path, required=True, help="Markdown with the markers")
    parser.add_argument("--estimates", type=Path, help="CSV to keep every single estimate in")
    asked = parser.parse_args(arguments)
    found = run(asked.replicates, asked.workers)
    if asked.estimates:
        write_estimates(found, asked.estimates)
    put(asked.out, "coverage-durability", durability_table(found))
    put(asked.out, "coverage-ratio", ratio_table(found))


def run(replicates: int, workers: int) -> list[Estimate]:
    """Estimates of every setting, in order of setting and replicate whatever the processes do."""
    jobs = [
        (setting, batch, hospitals)
        for setting in SETTINGS
        for hospitals in [min(BATCH_PERSONS // setting.persons, replicates)]
        for batch in range(-(-replicates // hospitals))
    ]
    began = time.monotonic()
    found: list[Estimate] = []
    # A fresh process has no DuckDB threads, which a forked one would inherit in an unknown state.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for done, some in enumerate(pool.imap(_job, jobs), 1):
            found += [one for one in some if one.replicate < replicates]
            tell = f"{time.monotonic() - began:7.0f} s  {done} of {len(jobs)} batches"
            print(tell, file=sys.stderr, flush=True)
    return found


def write_estimates(found: list[Estimate], file: Path) -> None:
    """Every estimate as a line of CSV."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [field.name for field in fields(Estimate)])
        writer.writeheader()
        writer.writerows(asdict(one) for one in found)


def _job(job: tuple[Setting, int, int]) -> list[Estimate]:
    return estimates(*job)


if __name__ == "__main__":
    main()
