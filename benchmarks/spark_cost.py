"""What the durability study's cohort costs on Spark, and what it shuffles, beside DuckDB.

    python benchmarks/spark_cost.py STORE ...    # writes the table of docs/engines.md

The rows of both cohorts must be equal. CPU seconds are those of the whole process and, for Spark,
of its Java; bytes are those of Spark's own event log.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from cost import timed
from document import markdown, put

from seroclear.course.course import course_of
from seroclear.engine import Engine
from seroclear.engines import open_engine
from seroclear.records.store import Store
from seroclear.studies import load_study
from seroclear.study.assemble import assemble
from seroclear.study.cohort import Cohort

DOCUMENT: Final = Path(__file__).parent.parent / "docs" / "engines.md"
STUDY: Final = "durability"
MASTER: Final = "local[2]"
ONE: Final = "--one"
MIB: Final = 2**20


@dataclass(slots=True)
class Shuffles:
    """Sums over the tasks of an event log, in bytes and rows; the bytes of the largest stage."""

    read: int = 0
    written: int = 0
    rows: int = 0
    largest: int = 0


def shuffles(folder: Path) -> Shuffles:
    """What Spark wrote down while it worked."""
    total = Shuffles()
    stages: Counter[int] = Counter()
    for event in _events(folder):
        if event["Event"] == "SparkListenerTaskEnd":
            metrics = event.get("Task Metrics") or {}
            total.read += metrics.get("Input Metrics", {}).get("Bytes Read", 0)
            written = metrics.get("Shuffle Write Metrics", {})
            total.written += written.get("Shuffle Bytes Written", 0)
            total.rows += written.get("Shuffle Records Written", 0)
            stages[event["Stage ID"]] += written.get("Shuffle Bytes Written", 0)
    total.largest = max(stages.values(), default=0)
    return total


def noted_exchanges(engine: Any) -> Counter[str]:
    """Counts what the engine's steps are exchanged by, from now on."""
    found: Counter[str] = Counter()
    frame_of = engine._frame

    def noted(expression: Any) -> Any:
        frame = frame_of(expression)
        plan = frame._jdf.queryExecution().executedPlan().toString()
        for kind, keys in re.findall(r"Exchange (\w+)(?:\(([^)]*)\))?", plan):
            found[", ".join(re.findall(r"([A-Za-z_]\w*)#\d+", keys)) or kind] += 1
        return frame

    engine._frame = noted
    return found


def _events(folder: Path) -> Iterator[dict[str, Any]]:
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open(encoding="utf-8") as lines:
                yield from (json.loads(line) for line in lines)


def cohort_on(engine: Engine, store: Store) -> Cohort:
    """The study's cohort under the default definition."""
    name, study = load_study(STUDY)
    return assemble(study, name, course_of(store, "default"), engine)


def _cpu(*processes: int) -> float:
    """CPU seconds of processes that are still there."""
    ticks = 0
    for process in processes:
        cells = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(cells[11]) + int(cells[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _assert_equal(one: Cohort, other: Cohort) -> None:
    if one.steps != other.steps:
        raise SystemExit("the flowcharts differ")
    for name, column in one.columns.items():
        if not _same(np.asarray(column), np.asarray(other.columns[name])):
            raise SystemExit(f"the cohorts differ in {name}")


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def cost(path: Path) -> tuple[tuple[str, ...], Counter[str]]:
    """One line of the table, and what Spark exchanged rows by."""
    store = Store.open(path)
    results = int(store.manifest["used"]["result"])
    began = _cpu(os.getpid())
    with open_engine() as engine:
        expected = cohort_on(engine, store)
    duckdb = _cpu(os.getpid()) - began
    with tempfile.TemporaryDirectory() as log:
        settings = {"enabled": "true", "dir": log, "compress": "false", "rolling.enabled": "false"}
        given = " ".join(
            f"--conf spark.eventLog.{name}={value}" for name, value in settings.items()
        )
        os.environ["PYSPARK_SUBMIT_ARGS"] = f"{given} pyspark-shell"
        began, clock = _cpu(os.getpid()), time.perf_counter()
        with open_engine("spark", spark_master=MASTER) as engine:
            java = engine.session.sparkContext._jvm.java.lang.ProcessHandle.current().pid()  # type: ignore[attr-defined]
            exchanges = noted_exchanges(engine)
            found = cohort_on(engine, store)
            spark = _cpu(os.getpid(), java) - began
            wall = time.perf_counter() - clock
        _assert_equal(expected, found)
        made = shuffles(Path(log))
    row = (
        f"{results:,}",
        f"{len(found):,}",
        f"{duckdb:.1f}",
        f"{spark:.0f}",
        f"{wall:.0f}",
        f"{made.read / MIB:.1f}",
        f"{made.written / MIB:.1f}",
        f"{made.rows:,}",
        f"{made.largest / MIB:.2f}",
    )
    return row, exchanges


def main() -> None:
    """See the module. Each store has a process, and so a Java, of its own."""
    if sys.argv[1] == ONE:
        row, exchanges = cost(Path(sys.argv[2]))
        print(json.dumps([row, exchanges.most_common()]))
        return
    rows = []
    for store in sys.argv[1:]:
        _, printed = timed([sys.executable, __file__, ONE, store])
        row, exchanges = json.loads(printed.splitlines()[-1])
        rows.append(row)
        print(row, exchanges)
    header = (
        *("results", "cohort", "DuckDB CPU s", "Spark CPU s", "Spark wall s"),
        *("MiB read", "MiB shuffled", "rows shuffled", "MiB of the largest"),
    )
    put(DOCUMENT, "spark", markdown(header, rows))


if __name__ == "__main__":
    main()
