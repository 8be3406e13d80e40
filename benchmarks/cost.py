"""What a whole process took: CPU and wall seconds, and memory at the peak."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: seconds, and bytes at the peak."""

    cpu: float
    wall: float
    peak: int


def timed(
    command: Sequence[str],
    *,
    memory: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[Cost, str]:
    """Runs a command with all its children.

    Args:
        command: the command and its arguments.
        memory: bytes of address space that it may have.
        environment: variables beside those of this process.

    Returns:
        What it took, and what it printed.

    Raises:
        SystemExit: it failed.
    """
    limited: Callable[[], None] | None = None
    if memory is not None:

        def limited() -> None:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=errors,
            preexec_fn=limited,
            env={**os.environ, **(environment or {})},
        )
        began = os.times().elapsed
        _, status, used = os.wait4(process.pid, 0)
        wall = os.times().elapsed - began
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        if process.returncode:
            last = (errors.read().strip().splitlines() or [""])[-1]
            raise SystemExit(
                f"{' '.join(command)} failed with exit code {process.returncode}: {last}"
            )
        sys.stderr.write(errors.read())
        output.seek(0)
        printed = output.read()
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024), printed


def machine() -> str:
    """Cores and versions, in a sentence."""
    import duckdb

    cores = os.cpu_count()
    return f"{cores} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}."
