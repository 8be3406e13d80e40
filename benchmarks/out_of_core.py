"""A hospital larger than memory: loaded, killed on the way, loaded on, and asked.

    python benchmarks/out_of_core.py --folder build/benchmark    # 5 million people; an hour or two

The load is killed (SIGKILL) when some of its stages are done, while a store of another hospital
stands at its place; that store must still be whole, and the second run must leave the finished
stages as they are. Every process must stay below LIMIT. Writes its table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cost import Cost, machine, timed
from document import markdown, put
from performance import DOCUMENT, stage

from seroclear.records.store import Store

PATIENTS: Final = 5_000_000
BEFORE: Final = 1_000  # people of the store that stands there before
MEMORY: Final = "2500MB"
LIMIT: Final = 4 * 2**30
SEROCLEAR: Final = (sys.executable, "-c", "from seroclear.cli import main; main()")
POLL: Final = 1.0  # seconds
PATIENT: Final = "10000001"  # the first that the simulator makes


def killed(command: Sequence[str], store: Path, stages: int) -> tuple[float, int]:
    """Starts a load and kills it when so many stages are done.

    Returns:
        The seconds it had, and how many stages were done in the end.

    Raises:
        SystemExit: it ended before that.
    """
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while finished(store) < stages:
        if process.poll() is not None:
            raise SystemExit("the load ended before it could be killed")
        time.sleep(POLL)
    process.kill()
    process.wait()
    return time.monotonic() - began, finished(store)


def finished(store: Path) -> int:
    """How many stages of a load of this store are done."""
    folder = store.parent / f".{store.name}.loading" / "stages"
    made = folder.iterdir() if folder.is_dir() else ()
    return sum(not path.name.endswith(".half") for path in made)


def older(store: Path, moment: float) -> int:
    """How many files of a store were written before a moment."""
    return sum(file.stat().st_mtime < moment for file in store.rglob("*.parquet"))


def bytes_of(store: Path) -> str:
    """A hash of every file of a store."""
    total = hashlib.sha256()
    for file in sorted(path for path in store.rglob("*") if path.is_file()):
        total.update(file.relative_to(store).as_posix().encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def measure(folder: Path, patients: int) -> str:
    """Every step, in Markdown.

    Raises:
        SystemExit: the store before was harmed, finished stages were made again, or a step failed
            or took too much memory.
    """
    hospital, store = folder / f"hospital-{patients}", folder / f"out-of-core-{patients}"
    for people, place in ((BEFORE, folder / f"hospital-{BEFORE}"), (patients, hospital)):
        if not place.exists():
            half = folder / f"half-{people}"
            shutil.rmtree(half, ignore_errors=True)
            stage("simulate", half, people)
            half.rename(place)
    load = (*SEROCLEAR, "records", "load")
    options = ("--memory", MEMORY, "--overwrite")
    timed((*load, str(folder / f"hospital-{BEFORE}"), str(store), *options))
    before = bytes_of(store)
    command = (*load, str(hospital), str(store), *options)
    had, done = killed(command, store, len(Store.open(store).tests()) // 2)
    moment = time.time()
    if bytes_of(store) != before:
        raise SystemExit("the killed load harmed the store before it")
    cost, _ = timed(command)
    kept = older(store, moment)
    if not kept:
        raise SystemExit("the second load made everything again")
    rows = [
        ("load, killed", f"{had:,.0f}", "", "", f"{done} stages done, the store before unharmed"),
        ("load, the rest", *_cells(cost), f"{kept} files of the store are of the killed load"),
    ]
    options = ("--memory", MEMORY, "--out", str(folder / "asked"), "--overwrite")
    study = (*SEROCLEAR, "study", "run", "durability", str(store), *options)
    patient = (*SEROCLEAR, "course", "show", str(store), PATIENT)
    steps = {
        "`study run durability`": study,
        "`course show`, the first ever": patient,
        "`course show`": patient,
    }
    for words, step in steps.items():
        cost, _ = timed(step)
        rows.append((words, *_cells(cost), ""))
    results = Store.open(store).manifest["read"]["result"]
    header = ("step", "wall s", "CPU s", "peak GiB", "")
    return (
        f"{patients:,} patients, {results:,} results, `--memory {MEMORY}`, one run. {machine()}"
        f"\n\n{markdown(header, rows)}"
    )


def _cells(cost: Cost) -> tuple[str, str, str]:
    if cost.peak > LIMIT:
        raise SystemExit(f"{cost.peak / 2**30:.2f} GiB: more than {LIMIT / 2**30:.0f}")
    return f"{cost.wall:,.0f}", f"{cost.cpu:,.0f}", f"{cost.peak / 2**30:.2f}"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--folder", type=Path, required=True, help="of the hospitals and the store")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    put(DOCUMENT, "out of core", measure(given.folder, given.patients))


if __name__ == "__main__":
    main()
