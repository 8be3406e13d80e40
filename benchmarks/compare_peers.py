"""One question asked of seroclear and of what people use today, in one run, on the same hospital.

    python benchmarks/compare_peers.py --size medium --analyst PYTHON --phenex PYTHON

The question, the rule and the scripts are in benchmarks/peers. Every tool is a process of its own
whose CPU seconds count as a whole, from its start to its answer; their answers must be equal.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cost import Cost, machine, timed
from document import markdown, put
from performance import DOCUMENT, HERE, SIZES, stage

PEERS: Final = HERE / "peers"
GIB: Final = 2**30
MEMORY_WORDS: Final = ("memory", "malloc", "bad_alloc", "unable to allocate")
# Of a million people 5 of 40,392 are negative on days of HBIG only: a loss for PhenEx alone.
DAY_OF_HBIG: Final = 0.001


@dataclass(frozen=True, slots=True)
class Tool:
    """One way to ask: what it is called, its command, and which of our ways it is held against.

    Attributes:
        apart: how far its counts may be from ours, as a share of them.
    """

    name: str
    command: tuple[str, ...]
    against: str = ""
    apart: float = 0.0


def tools(hospital: Path, store: Path, analyst: str, phenex: str) -> list[Tool]:
    """All tools, ours before those that are held against it."""

    def script(python: str, name: str, *arguments: object) -> tuple[str, ...]:
        return (python, "-W", "ignore", str(PEERS / name), *map(str, arguments))

    ours = "seroclear, from a store"
    part = "seroclear, what PhenEx can ask, from a store"
    command = (sys.executable, "-c", "from seroclear.cli import main; main()")
    study = (*command, "study", "run", str(PEERS / "study.py"), str(store), "--overwrite")
    return [
        Tool(ours, script(sys.executable, "seroclear_study.py", store)),
        Tool("seroclear `study run`, with its report", study),
        Tool("pandas", script(analyst, "pandas_study.py", hospital), ours),
        Tool("pandas, whole tables", script(analyst, "pandas_study.py", hospital, "whole"), ours),
        Tool("Polars", script(analyst, "polars_study.py", hospital), ours),
        Tool(part, script(sys.executable, "seroclear_study.py", store, "plain")),
        Tool(
            "PhenEx, what it can ask",
            script(phenex, "phenex_study.py", hospital),
            part,
            DAY_OF_HBIG,
        ),
    ]


def compare(
    chosen: list[Tool], runs: int, memory: int
) -> tuple[dict[str, list[Cost]], dict[str, str]]:
    """Every tool `runs` times in turn; a tool that fails has no runs.

    Returns:
        What each took, and why a tool failed.

    Raises:
        SystemExit: two tools answer differently.
    """
    costs: dict[str, list[Cost]] = {tool.name: [] for tool in chosen}
    answers: dict[str, dict[str, Any]] = {}
    failed: dict[str, str] = {}
    for _ in range(runs):
        for tool in chosen:
            if tool.name in failed:
                continue
            try:
                cost, printed = timed(tool.command, memory=memory)
            except SystemExit as stop:
                if not tool.against:
                    raise
                print(stop, file=sys.stderr)
                memory_said = any(word in str(stop).lower() for word in MEMORY_WORDS)
                failed[tool.name] = "ran out of memory" if memory_said else "failed"
                continue
            costs[tool.name].append(cost)
            if printed.startswith("{"):
                answers[tool.name] = json.loads(printed)
            if tool.against:
                _assert_equal(tool, answers[tool.name], answers[tool.against])
    return {name: [] if name in failed else made for name, made in costs.items()}, failed


def _assert_equal(tool: Tool, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    def apart(key: str) -> bool:
        if not tool.apart:
            return bool(theirs[key] != ours[key])
        return abs(theirs[key] - ours[key]) > tool.apart * ours[key]

    differing = sorted(key for key in theirs.keys() & ours.keys() if apart(key))
    if differing:
        raise SystemExit(f"{tool.name} differs from {tool.against} in {differing}")


def table(
    patients: int,
    chosen: list[Tool],
    costs: dict[str, list[Cost]],
    failed: dict[str, str],
    load: Cost,
    memory: int,
) -> str:
    """The comparison in Markdown, medians of the runs."""

    def median(name: str, what: str) -> float:
        return statistics.median(getattr(cost, what) for cost in costs[name])

    rows = []
    for tool in chosen:
        if not costs[tool.name]:
            rows.append((f"{tool.name}: {failed[tool.name]}", "", "", "", ""))
            continue
        cpu, wall, peak = (median(tool.name, what) for what in ("cpu", "wall", "peak"))
        times = f"{cpu / median(tool.against, 'cpu'):.1f}" if tool.against else ""
        rows.append((tool.name, f"{wall:.1f}", f"{cpu:.1f}", times, f"{peak / GIB:.2f}"))
    header = ("tool", "wall s", "CPU s", "times our CPU", "peak GiB")
    return (
        f"{patients:,} patients, medians of {max(map(len, costs.values()))} runs, at most "
        f"{memory / GIB:.0f} GiB of address space each. {machine()} The answers were equal "
        f"(PhenEx's to a thousandth, see there). The store, made once for all studies, took "
        f"{load.cpu:.1f} CPU s and {load.peak / GIB:.2f} "
        f"GiB; the others read the Parquet each time.\n\n{markdown(header, rows)}"
    )


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, required=True, help="of the hospitals and stores")
    parser.add_argument("--analyst", required=True, help="Python with pandas, Polars, lifelines")
    parser.add_argument("--phenex", required=True, help="Python 3.12 with PhenEx")
    parser.add_argument("--memory", type=int, default=8, help="GiB of address space for each tool")
    given = parser.parse_args()
    patients = SIZES[given.size]
    hospital, store = (given.folder / f"{what}-{patients}" for what in ("hospital", "peers-store"))
    given.folder.mkdir(parents=True, exist_ok=True)
    if not hospital.exists():
        stage("simulate", hospital, patients)
    load, _ = stage("load", hospital, store)
    chosen = tools(hospital, store, given.analyst, given.phenex)
    memory = given.memory * GIB
    costs, failed = compare(chosen, given.runs, memory)
    text = table(patients, chosen, costs, failed, load, memory)
    put(DOCUMENT, f"peers {given.size}", text)


if __name__ == "__main__":
    main()
