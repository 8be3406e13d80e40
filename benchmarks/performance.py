"""How long the stages take, beside a bare scan of the same bytes in the same run.

    python benchmarks/performance.py --size medium    # writes the tables of docs/performance.md
    python benchmarks/performance.py --smoke          # fails when a stage has become slower

CPU seconds are those of the whole process with its children, user and system: on a machine that
others use too they are steadier than seconds of the clock. Every figure is the median of the runs
(of the smoke run, the best: noise only ever adds). A stage is judged by its ratio to what it could
not do without: the load to DuckDB copying the same files, the others to DuckDB reading the same
columns.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cost import Cost, machine, timed
from document import markdown, put

HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "docs" / "performance.md"
RECORDED = HERE / "recorded.toml"
SIZES: Final = {"small": 10_000, "medium": 100_000, "large": 1_000_000}
SMOKE_PATIENTS: Final = 2_000
SMOKE_RUNS: Final = 2
SMOKE_ATTEMPTS: Final = 3  # before a stage counts as slower
STAGES: Final = ("copy", "load", "study", "scan", "report", "course", "course scan")
# The report is the study again, under more definitions.
SMOKE_STAGES: Final = ("copy", "load", "study", "scan", "course", "course scan")
# stage -> what it is held against
AGAINST: Final = {"load": "copy", "study": "scan", "report": "scan", "course": "course scan"}
# scan -> the stage that says which tests it reads
READ_BY: Final = {"scan": "study", "course scan": "course"}
ONCE: Final = ("course", "course scan")  # a course of all topics takes as long as all the rest
MANY: Final = 1_000_000
WORDS: Final = {
    "copy": "DuckDB copies the same Parquet",
    "load": "load",
    "scan": "DuckDB reads the columns that the study uses",
    "study": "study: store, course, cohort, results",
    "report": "`study run`: six definitions, and the report",
    "course scan": "DuckDB reads the columns of the whole course",
    "course": "`course build`: every topic of the course",
}
WORSE: Final = 1.5  # a ratio this many times the recorded one fails


@dataclass(slots=True)
class Costs:
    """All runs of every stage on one hospital."""

    patients: int
    results: int = 0
    runs: dict[str, list[Cost]] = field(default_factory=dict)

    def of(self, stage: str, what: str, summary: Callable[[list[float]], float]) -> float:
        """One number of a stage's runs."""
        return float(summary([getattr(cost, what) for cost in self.runs[stage]]))

    def ratio(self, stage: str, summary: Callable[[list[float]], float]) -> float:
        """CPU of a stage to that of what it is held against."""
        return self.of(stage, "cpu", summary) / self.of(AGAINST[stage], "cpu", summary)


def stage(name: str, *arguments: object) -> tuple[Cost, dict[str, Any]]:
    """Runs one stage in its own process; `scan` and `copy` say themselves what they took.

    Raises:
        SystemExit: it failed.
    """
    cost, printed = timed([sys.executable, str(HERE / "stage.py"), name, *map(str, arguments)])
    said = json.loads(printed.splitlines()[-1])
    return Cost(said.get("cpu", cost.cpu), said.get("wall", cost.wall), cost.peak), said


def measure(patients: int, runs: int, folder: Path, stages: tuple[str, ...] = STAGES) -> Costs:
    """Every stage `runs` times, in turn, each time from a fresh store; those ONCE in the first run
    alone when there are a million patients."""
    costs = Costs(patients)
    for number in range(runs):
        again = number and patients >= MANY
        measure_once(costs, folder, tuple(s for s in stages if not (again and s in ONCE)))
    return costs


def measure_once(costs: Costs, folder: Path, stages: tuple[str, ...]) -> None:
    """Every stage once more, from a fresh store: the study before a course is on disk."""
    hospital = folder / f"hospital-{costs.patients}"
    store = folder / f"store-{costs.patients}"
    if not hospital.exists():
        half = folder / f"half-{costs.patients}"
        shutil.rmtree(half, ignore_errors=True)
        stage("simulate", half, costs.patients)
        half.rename(hospital)
    reads: dict[str, str] = {}
    for name in stages:
        arguments: tuple[object, ...] = (store,)
        if name == "copy":
            arguments = (hospital,)
        elif name == "load":
            arguments = (hospital, store)
        elif name in READ_BY:
            arguments = (store, reads[READ_BY[name]])
        cost, said = stage("scan" if name in READ_BY else name, *arguments)
        costs.runs.setdefault(name, []).append(cost)
        if "tests" in said:
            reads[name] = ",".join(said["tests"])
        if name == "load":
            costs.results = _results(store)
    shutil.rmtree(store)


def _results(store: Path) -> int:
    with (store / "store.toml").open("rb") as file:
        return int(tomllib.load(file)["read"]["result"])


def table(costs: Costs) -> str:
    """The stages of one hospital, in Markdown."""
    median = statistics.median
    rows = []
    for name, words in WORDS.items():
        cpu = costs.of(name, "cpu", median)
        ratio = f"{costs.ratio(name, median):.1f}" if name in AGAINST else ""
        rows.append(
            (
                words,
                str(len(costs.runs[name])),
                f"{costs.of(name, 'wall', median):.1f}",
                f"{cpu:.1f}",
                ratio,
                f"{cpu / costs.results * 1e6:.2f}",
                f"{costs.of(name, 'peak', median) / 2**30:.2f}",
            )
        )
    header = ("stage", "runs", "wall s", "CPU s", "ratio", "CPU s a million results", "peak GiB")
    return (
        f"{costs.patients:,} patients, {costs.results:,} results, medians. {machine()}"
        f"\n\n{markdown(header, rows)}"
    )


def worse(ratios: dict[str, float], recorded: dict[str, float]) -> list[str]:
    """A sentence for every stage whose ratio is worse by more than half than the recorded one."""
    return [
        f"{name}: {ratio:.2f} times what it is held against; {recorded[name]:.2f} is recorded"
        for name, ratio in ratios.items()
        if ratio > WORSE * recorded[name]
    ]


def smoke(folder: Path, *, record: bool) -> int:
    """Measures a small hospital; 1 when a stage has become slower than what is recorded.

    Noise only ever adds: the best run of a stage counts, and there are more of them before a stage
    is said to be slower.
    """
    costs = measure(SMOKE_PATIENTS, SMOKE_RUNS, folder, SMOKE_STAGES)
    if record:
        lines = [f"{name} = {ratio}" for name, ratio in _best(costs).items()]
        head = (
            "# CPU of a stage to that of a bare copy or scan, as `performance.py --record` found.\n"
        )
        RECORDED.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
        return 0
    recorded = tomllib.loads(RECORDED.read_text("utf-8"))
    attempts = 1
    while (found := worse(_best(costs), recorded)) and attempts < SMOKE_ATTEMPTS:
        measure_once(costs, folder, SMOKE_STAGES)
        attempts += 1
    print(", ".join(f"{name} {ratio}" for name, ratio in _best(costs).items()))
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


def _best(costs: Costs) -> dict[str, float]:
    """The ratio of every stage, of the best run of each."""
    return {name: round(costs.ratio(name, min), 2) for name in AGAINST if name in costs.runs}


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--smoke", action="store_true", help="compare with recorded.toml")
    parser.add_argument("--record", action="store_true", help="write recorded.toml")
    parser.add_argument("--folder", type=Path, help="keeps the hospitals here for the next time")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seroclear-benchmark-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if given.smoke or given.record:
            return smoke(folder, record=given.record)
        costs = measure(SIZES[given.size], given.runs, folder)
        put(DOCUMENT, f"stages {given.size}", table(costs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
