"""What every study of the library costs on one simulated hospital, each in a process of its own.

    python benchmarks/library.py --size medium    # writes the table of docs/performance.md

In the hospital every phenomenon that a study is about is common; it resembles no real one. Each
study is run as from the command line, all its definitions and the report, and what it says of
numbers that went wrong is shown.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from cost import Cost, machine, timed
from document import markdown, put
from performance import DOCUMENT, SIZES

from seroclear.demo import write_hospital
from seroclear.studies import laboratory_names, names

MEMORY: Final = "3GB"
HEADER: Final = ("study", "people in the cohort", "CPU s", "wall s", "peak GiB")


def command(*arguments: object) -> tuple[Cost, str]:
    """Runs a command line of seroclear; returns what it took and what it printed.

    Raises:
        SystemExit: it failed.
    """
    start = (sys.executable, "-c", "from seroclear.cli import main; main()")
    return timed([*start, *map(str, arguments)])


def store_of(patients: int, folder: Path) -> Path:
    """The store of the simulated hospital, made where there is none yet."""
    hospital, store = folder / f"phenomena-{patients}", folder / f"phenomena-store-{patients}"
    if not hospital.exists():
        write_hospital(hospital, patients=patients, seed=1, form="omop", all_phenomena=True)
    if not store.exists():
        command("records", "load", hospital, store, "--memory", MEMORY)
    return store


def measure(patients: int, folder: Path) -> dict[str, tuple[int | None, Cost]]:
    """Study -> people in its cohort (None: it reads a laboratory's own file) and what it took."""
    store = store_of(patients, folder)
    found: dict[str, tuple[int | None, Cost]] = {}
    with tempfile.TemporaryDirectory(prefix="seroclear-reports-", dir=folder) as reports:
        for name in names():
            out = Path(reports) / name
            cost, said = command("study", "run", name, store, "--out", out, "--memory", MEMORY)
            found[name] = cohort_size(said), cost
        for name in laboratory_names():
            file = folder / f"phenomena-{patients}" / "laboratory" / "expression.csv"
            out = Path(reports) / name
            found[name] = None, command("study", "run", name, file, "--out", out)[0]
    return found


def cohort_size(said: str) -> int:
    """The number of people that `study run` tells of.

    Raises:
        SystemExit: it tells none.
    """
    told = re.search(r"([\d,]+) patients; the report", said)
    if told is None:
        raise SystemExit(f"`study run` told no number of patients: {said!r}")
    return int(told[1].replace(",", ""))


def table(patients: int, found: dict[str, tuple[int | None, Cost]]) -> str:
    """The studies in Markdown, the dearest first."""
    rows = [
        (
            name,
            "–" if people is None else f"{people:,}",
            f"{cost.cpu:.1f}",
            f"{cost.wall:.1f}",
            f"{cost.peak / 2**30:.2f}",
        )
        for name, (people, cost) in sorted(found.items(), key=lambda item: -item[1][1].cpu)
    ]
    busy = os.getloadavg()[2]
    return (
        f"{patients:,} people, one run of each study. {machine()} Over the last 15 minutes "
        f"{busy:.1f} processes wanted a core.\n\n{markdown(HEADER, rows)}"
    )


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--size", choices=SIZES, default="small")
    size.add_argument("--patients", type=int, help="any other size")
    parser.add_argument("--folder", type=Path, help="keeps the hospital here for the next time")
    given = parser.parse_args()
    patients = given.patients or SIZES[given.size]
    with tempfile.TemporaryDirectory(prefix="seroclear-benchmark-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        put(DOCUMENT, "library", table(patients, measure(patients, folder)))


if __name__ == "__main__":
    main()
