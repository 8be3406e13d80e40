"""The algorithm of Guyot, Ades, Ouwens & Welton, BMC Med Res Methodol 2012;12:9.

Between two times of the risk table it guesses how many were censored, spreads them evenly, reads
the events off the drops of the curve, and mends the guess until the number at risk at the next time
comes out. After the last time the censoring goes on as before; where the paper states the events in
all, it is mended until they come out.

One thing differs: an event happens only where the cleaned curve falls. The published algorithm
can put one on a flat tail, where a rounding error is a whole person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
MOST_TRIES = 1000  # corrections of one interval; the best one counts if none ends it


@dataclass(slots=True)
class _Work:
    time: Array
    survival: Array
    falls: np.ndarray[Any, np.dtype[np.bool_]]
    events: list[int] = field(default_factory=list)
    censored: list[int] = field(default_factory=list)
    at_risk: list[int] = field(default_factory=list)
    reached: list[float] = field(default_factory=list)  # the curve that the events so far give


def reconstruct_times(
    time: Array, survival: Array, risk_times: Array, at_risk: list[int], events: int | None
) -> tuple[Array, Array]:
    """Times of persons and whether each had the event, in ascending order.

    Args:
        time, survival: a curve that never rises, from (0, 1), distinct times.
        risk_times, at_risk: the risk table, from time 0; every time within the curve.
        events: in all; None: not stated.
    """
    k = len(time)
    falls = np.append(False, np.diff(survival) < 0)
    work = _Work(time, survival, falls, [0] * k, [0] * k, [at_risk[0]] * (k + 1), [1.0] * k)
    first = np.searchsorted(time, risk_times, side="left")
    wanted = list(at_risk)
    total = 0
    for i in range(len(first) - 1):
        low, high = int(first[i]), int(first[i + 1])
        n = wanted[i]
        expected = n * survival[high] / survival[low] if survival[low] > 0 else 0.0
        guess = max(0, round(float(expected)) - wanted[i + 1])
        total += _fit_interval(work, low, high, n, wanted[i + 1], guess)
        wanted[i + 1] = min(wanted[i + 1], work.at_risk[high])
        work.at_risk[high] = wanted[i + 1]
    _last(work, int(first[-1]), wanted[-1], total, events)
    return _persons(work)


def _fit_interval(work: _Work, low: int, high: int, n: int, wanted: int, guess: int) -> int:
    """Fills points low to high − 1; returns the number censored."""
    tried: set[int] = set()
    best: tuple[int, int] | None = None
    for _ in range(MOST_TRIES):
        left = _fill(work, low, high, n, guess)
        off = left - wanted
        if best is None or abs(off) < best[0]:
            best = (abs(off), guess)
        if off == 0 or (off < 0 and guess == 0) or guess in tried:
            break
        tried.add(guess)
        guess = max(0, guess + off)
    assert best is not None
    if best[1] != guess:
        _fill(work, low, high, n, best[1])
    return best[1]


def _fill(work: _Work, low: int, high: int, n: int, censored: int) -> int:
    """Events and censorings at points low to high − 1, n at risk at the first; returns who is at
    risk at `high`."""
    end = work.time[high] if high < len(work.time) else work.time[-1]
    spread = _spread(work.time[low:high], float(work.time[low]), float(end), censored)
    reached = work.reached[low - 1] if low else 1.0
    for k in range(low, high):
        dead = 0
        if k and work.falls[k] and n > 0 and reached > 0:
            dead = min(max(0, round(n * (1 - float(work.survival[k]) / reached))), n)
            reached *= 1 - dead / n
        gone = min(spread[k - low], n - dead)
        work.events[k], work.censored[k] = dead, gone
        work.at_risk[k], work.reached[k] = n, reached
        n -= dead + gone
    work.at_risk[high] = n
    return n


def _spread(times: Array, start: float, end: float, censored: int) -> list[int]:
    """How many of evenly spread censorings follow each point before the next."""
    if censored <= 0 or not len(times):
        return [0] * len(times)
    places = start + (end - start) * np.arange(1, censored + 1) / (censored + 1)
    index = np.clip(np.searchsorted(times, places, side="right") - 1, 0, len(times) - 1)
    return [int(count) for count in np.bincount(index, minlength=len(times))]


def _last(work: _Work, low: int, n: int, total: int, events: int | None) -> None:
    """After the last number at risk: censoring at the rate so far, or as the events ask."""
    high = len(work.time)
    begin, end = float(work.time[low]), float(work.time[-1])
    rate = total / begin if begin > 0 else 0.0
    guess = min(round(rate * (end - begin)), n)
    _fill(work, low, high, n, guess)
    if events is None:
        return
    before = sum(work.events[:low])
    if before >= events:
        _stop(work, low, n)
        return
    tried: dict[int, int] = {}
    for _ in range(MOST_TRIES):
        off = sum(work.events) - events
        tried[guess] = abs(off)
        if off == 0 or (off < 0 and guess == 0) or (off > 0 and guess >= n):
            break
        following = min(max(0, guess + off), n)
        if following in tried:
            break
        guess = following
        _fill(work, low, high, n, guess)
    _fill(work, low, high, n, min(tried, key=lambda each: (tried[each], each)))


def _stop(work: _Work, low: int, n: int) -> None:
    """All events have happened: nobody has one after point `low`."""
    for k in range(low, len(work.time)):
        work.events[k] = work.censored[k] = 0
        work.at_risk[k], work.reached[k] = n, work.reached[low - 1] if low else 1.0
    work.at_risk[len(work.time)] = n


def _persons(work: _Work) -> tuple[Array, Array]:
    """Events at their point, censorings midway to the next, whoever is left at the end."""
    time = work.time
    middle = np.append((time[:-1] + time[1:]) / 2, time[-1])
    dead, gone = np.array(work.events), np.array(work.censored)
    left = max(0, work.at_risk[0] - int(dead.sum()) - int(gone.sum()))
    times = np.concatenate(
        [np.repeat(time, dead), np.repeat(middle, gone), np.full(left, time[-1])]
    )
    happened = np.concatenate([np.ones(dead.sum()), np.zeros(gone.sum() + left)])
    order = np.lexsort((1 - happened, times))
    return times[order], happened[order]
