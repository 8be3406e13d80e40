"""Apache Spark: when one machine is not enough."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seroclear.engine import Engine
from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    import ibis.expr.types as ir


SUBMITTED = "PYSPARK_GATEWAY_PORT"  # environment variable that spark-submit sets
# Off: Spark 4.0 fails ("key not found") on a window over a union of tables that were kept.
CONSTRAINTS = "spark.sql.constraintPropagation.enabled"


class Spark(Engine):
    """A Spark session: that of spark-submit or of a notebook if there is one, or a new one.

    The store is on a file system that every worker sees under the same path.

    Args:
        master: such as 'local[2]'; None for the running session or, without one, every core here.
        memory_limit: of a session that is started here.

    Raises:
        SeroclearError: pyspark or Java is missing, or `memory_limit` is no amount of memory.
    """

    def __init__(self, master: str | None = None, memory_limit: str = "3GB") -> None:
        try:
            import ibis
            from pyspark.sql import SparkSession

            from seroclear.engines.sql import ForSpark
        except ImportError:
            raise SeroclearError(
                "--engine spark needs pyspark: pip install 'seroclear[spark]'."
            ) from None
        super().__init__()
        running = SparkSession.getActiveSession()
        if running and master not in (None, running.sparkContext.master):
            raise SeroclearError(
                f"Spark runs already on {running.sparkContext.master}; leave --spark-master out."
            )
        self._scratch = tempfile.TemporaryDirectory(prefix="seroclear-")
        self._started = running is None
        self.session: Any = running or _start(master, memory_limit, Path(self._scratch.name))
        self._constraints = self.session.conf.get(CONSTRAINTS)
        self.session.conf.set(CONSTRAINTS, "false")
        self.name = f"Apache Spark {self.session.version}"
        self.con: Any = ibis.pyspark.connect(self.session)
        self.con.compiler = ForSpark()

    def read_parquet(self, *files: Path) -> ir.Table:
        """See Engine."""
        return self._view(self.session.read.parquet(*[str(file) for file in files]))

    def keep(self, expression: ir.Table) -> ir.Table:
        """See Engine. The plan is cut here, or every step would plan all steps before it anew."""
        return self._view(self._frame(expression).localCheckpoint(eager=True))

    def write(self, expression: ir.Table, file: Path) -> None:
        """See Engine."""
        ordered = self._frame(expression).repartition(1).sortWithinPartitions(*expression.columns)
        folder = file.with_name(f".{file.name}")
        ordered.write.option("compression", "zstd").parquet(str(folder))
        (part,) = folder.glob("part-*.parquet")
        part.rename(file)
        shutil.rmtree(folder)

    def fetch(self, expression: ir.Table) -> Any:
        """See Engine."""
        return self._frame(expression).toArrow().cast(expression.schema().to_pyarrow())

    def close(self) -> None:
        """See Engine. A session that was there before goes on."""
        if self._started:
            self.session.stop()
        else:
            self.session.conf.set(CONSTRAINTS, self._constraints)
        self._scratch.cleanup()

    def _frame(self, expression: ir.Table) -> Any:
        """A data frame with the types of the expression: row numbers are 32 bits wide in Spark."""
        from ibis.backends.pyspark.datatypes import PySparkSchema
        from pyspark.sql import functions

        self.con._run_pre_execute_hooks(expression)  # makes its tables that are in memory
        frame = self.session.sql(self.con.compile(expression))
        return frame.select(
            *[
                functions.col(f"`{field.name}`").cast(field.dataType).alias(field.name)
                for field in PySparkSchema.from_ibis(expression.schema())
            ]
        )

    def _view(self, frame: Any) -> ir.Table:
        name = self._name()
        frame.createOrReplaceTempView(name)
        return self.con.table(name)


def _start(master: str | None, memory_limit: str, scratch: Path) -> Any:
    """The session of spark-submit; otherwise a new one that leaves nothing on disk and, when it is
    local, listens on this machine only."""
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("seroclear")
    if master is None and SUBMITTED in os.environ:
        return builder.getOrCreate()
    amount = re.fullmatch(r"(\d+) *([KMGT])i?B?", memory_limit.strip(), re.IGNORECASE)
    if amount is None:
        raise SeroclearError(
            f"--memory {memory_limit!r} is no amount of memory; write it like 3GB or 500MB."
        )
    settings: dict[str, bool | float | int | str | None] = {
        "spark.driver.memory": "".join(amount.groups()).lower(),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(scratch / "local"),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
    }
    master = master or "local[*]"
    if master.startswith("local"):
        settings |= {
            "spark.driver.host": "localhost",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
        }
    try:
        session = builder.master(master).config(map=settings).getOrCreate()
    except PySparkRuntimeError:
        raise SeroclearError(
            f"Spark cannot be started on {master}; it needs Java 17 (JAVA_HOME) and a master that "
            "can be reached."
        ) from None
    session.sparkContext.setLogLevel("ERROR")
    return session
