"""Progress of long work on standard error: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

# First steps shorter than this were done by an earlier run and say nothing of the pace.
SECONDS_TO_COUNT: Final = 0.5
SHARE_TO_TELL: Final = 0.1  # of the work must be done before a time left is shown


class Progress(Protocol):
    """What long work calls before each of its steps, and within long ones.

    `part` says what is done next and how much of the step, from 0 to 1, is done already.
    """

    def step(self, description: str) -> None: ...

    def part(self, done: float, description: str) -> None: ...


class Silent:
    """No progress shown (the default of library calls)."""

    def step(self, description: str) -> None:
        del description

    def part(self, done: float, description: str) -> None:
        del done, description


class Pace:
    """How long the steps took, and from that how long the rest will take.

    Args:
        shares: of the whole work that each step is, in any unit.
        clock: seconds that pass.
    """

    def __init__(
        self, shares: Sequence[float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.shares, self.clock = tuple(shares), clock
        self.current = -1  # the step that is being done
        self.done = 0.0  # how much of it, from 0 to 1
        self.began = 0.0  # when the rest of it began
        self.seconds = self.share = 0.0  # of the steps that count

    def step(self) -> None:
        """The next step begins."""
        self.part(1.0)
        self.current += 1
        self.done = 0.0

    def part(self, done: float) -> None:
        """So much of the step, from 0 to 1, is done."""
        now = self.clock()
        took = now - self.began
        if 0 <= self.current < len(self.shares) and (self.share or took >= SECONDS_TO_COUNT):
            self.seconds += took
            self.share += (done - self.done) * self.shares[self.current]
        self.done = done
        self.began = now

    def completed(self) -> float:
        """How much of the work is done, in the unit of the shares."""
        here = sum(self.shares[self.current : self.current + 1])
        return sum(self.shares[: self.current]) + self.done * here

    def left(self) -> float | None:
        """Seconds that the rest will take at the pace so far; None: too early to tell.

        A step that takes longer than its share is thought to end now.
        """
        if self.share <= 0 or self.share < SHARE_TO_TELL * sum(self.shares):
            return None
        pace = self.seconds / self.share
        here = sum(self.shares[self.current : self.current + 1]) * (1 - self.done) * pace
        later = sum(self.shares[self.current + 1 :]) * pace
        return max(here - (self.clock() - self.began), 0.0) + later


def in_words(seconds: float | None) -> str:
    """'about 3 min left', never more exact than it can be; '' when it cannot be told."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"about {round(seconds, -1):.0f} s left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 90 else f"about {minutes / 60:.1f} h left"


@contextmanager
def progress_bar(title: str, steps: int | Sequence[float]) -> Iterator[Progress]:
    """A bar with the time left on a terminal; silent when standard error is not one.

    Args:
        title: what is being done.
        steps: how many steps there are or, where they differ, the share of each.
    """
    if not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        ProgressColumn,
        SpinnerColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import Progress as Bar
    from rich.text import Text

    shares = (1.0,) * steps if isinstance(steps, int) else tuple(steps)
    pace = Pace(shares)

    class Left(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if task.finished else in_words(pace.left()))

    columns = (
        SpinnerColumn(),
        TextColumn("[bold]{task.fields[title]}"),
        BarColumn(),
        TextColumn("{task.fields[number]}/" + str(len(shares))),
        TimeElapsedColumn(),
        Left(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=sum(shares), title=title, number=0)

        class _Step:
            def step(self, description: str) -> None:
                pace.step()
                self._show(description)

            def part(self, done: float, description: str) -> None:
                pace.part(done)
                self._show(description)

            def _show(self, description: str) -> None:
                bar.update(
                    task,
                    completed=pace.completed(),
                    number=pace.current,
                    description=description,
                )

        yield _Step()
        bar.update(task, completed=sum(shares), number=len(shares), description="done")
