"""The time of a demonstration."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from datetime import date as Date
from typing import Final

MORNING: Final = time(1, 0, tzinfo=UTC)  # 9 o'clock in Beijing
STEP: Final = timedelta(seconds=2)  # between two things that somebody does


class Clock:
    """Says the time to a demonstration's database: the day that was set, and a little later each
    time it is asked."""

    def __init__(self, day: Date) -> None:
        self._now = datetime.combine(day, MORNING)

    def __call__(self) -> str:
        self._now += STEP
        return self._now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @property
    def today(self) -> Date:
        """The day in Beijing; until 16 o'clock UTC it is that in UTC."""
        return self._now.date()

    def go_to(self, day: Date) -> None:
        """It is the morning of that day, unless it is later already."""
        self._now = max(self._now, datetime.combine(day, MORNING))
