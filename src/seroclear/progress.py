"""Progress of long work on standard error: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """What long work calls before each of its steps."""

    def step(self, description: str) -> None: ...


class Silent:
    """No progress shown (the default of library calls)."""

    def step(self, description: str) -> None:
        del description


@contextmanager
def progress_bar(title: str, steps: int) -> Iterator[Progress]:
    """A bar of `steps` steps on a terminal; silent when standard error is not one."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("[bold]{task.fields[title]}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=steps, title=title)

        class _Step:
            started = False

            def step(self, description: str) -> None:
                if self.started:
                    bar.advance(task)
                self.started = True
                bar.update(task, description=description)

        yield _Step()
        bar.update(task, completed=steps, description="done")
