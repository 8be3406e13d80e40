"""The time left: told from the pace so far, not before there is one, and not too exactly."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seroclear.progress import Pace, in_words
from seroclear.records.load import STEPS, load


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def paced(*took: float, shares: tuple[float, ...] = (10, 20, 30, 40)) -> tuple[Pace, _Clock]:
    """A pace whose first steps took so many seconds; the next one begins."""
    clock = _Clock()
    pace = Pace(shares, clock)
    pace.step()
    for seconds in took:
        clock.now += seconds
        pace.step()
    return pace, clock


def test_nothing_is_told_before_a_tenth_is_done() -> None:
    assert paced(shares=(10, 90))[0].left() is None
    assert paced(5, shares=(9, 91))[0].left() is None
    assert paced(5, shares=(10, 90))[0].left() == 45


def test_the_rest_goes_at_the_pace_so_far() -> None:
    pace, clock = paced(5, 25)  # a second for each share of 30
    assert pace.left() == 70
    clock.now += 12
    assert pace.left() == 58


def test_a_step_that_takes_longer_leaves_the_later_ones() -> None:
    pace, clock = paced(10, 20)
    clock.now += 1000
    assert pace.left() == 40
    pace.step()
    assert pace.left() == pytest.approx(40 * 1030 / 60)


def test_what_an_earlier_run_had_done_says_nothing_of_the_pace() -> None:
    assert paced(0.01, 0.01, 60)[0].left() == 80


def test_a_quick_step_later_on_counts() -> None:
    assert paced(10, 0.0)[0].left() == pytest.approx(70 * 10 / 30)


def test_a_part_of_a_step_counts() -> None:
    pace, clock = paced(5, 25)  # a second for each share of 30; 30 and 40 are left
    clock.now += 30
    pace.part(0.5)  # twice as slow
    assert pace.left() == pytest.approx((15 + 40) * 60 / 45)
    assert pace.completed() == 45
    clock.now += 30
    pace.step()
    assert pace.left() == pytest.approx(40 * 90 / 60)
    assert pace.completed() == 60


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (3, "a few seconds left"),
        (44, "about 40 s left"),
        (150, "about 2 min left"),
        (6000, "about 1.7 h left"),
    ],
)
def test_the_words_are_not_more_exact_than_they_can_be(seconds: float | None, words: str) -> None:
    assert in_words(seconds) == words


class _Counting:
    def __init__(self) -> None:
        self.steps: list[str] = []
        self.parts: list[float] = []

    def step(self, description: str) -> None:
        self.steps.append(description)

    def part(self, done: float, description: str) -> None:
        assert self.steps[-1] in description
        self.parts.append(done)


def test_a_load_takes_the_steps_that_it_says(hospital: Callable[..., Path], tmp_path: Path) -> None:
    progress = _Counting()
    load(hospital(), tmp_path / "store", progress=progress)
    assert len(progress.steps) == len(STEPS)
    assert progress.parts[0] == 0
    assert progress.parts == sorted(progress.parts)
    assert 0 < progress.parts[-1] < 1
