"""Who is at risk when: sums over risk sets, and over the times at which a row is at risk.

A row is at risk in (start, stop], within its stratum. Only distinct event times matter, so a row
is a span of them, and both sums need one pass over the rows whatever their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools, Floats
from seroclear.analysis.spans import over_places, over_spans, summed

Ints = NDArray[np.intp]
SAME = 1.490116e-8  # the root of a double's precision, R's tolerance for equal times
# A smaller share of the sums that it is a difference of has less than six exact digits.
CANCELLED = 1e-10
# Of what is summed in other strata only the rounding of the rounding is left.
ROUNDED = 1e-25
# Values of which the least has four exact digits where the greatest was summed before it.
APART = 1e12


@dataclass(frozen=True, slots=True)
class RiskSets:
    """Risk sets of rows at the distinct event times of their strata, in order of stratum and time.

    Attributes:
        time: the event times, shape (times,).
        stratum: the stratum of each event time, counted from 0, shape (times,).
        opened: for each stratum its first event time, shape (strata + 1,).
        own: the stratum of each row, shape (rows,).
        first, after: for each row the first event time at which it is at risk, and the one after
            its last, shape (rows,).
        died: the rows with the event, shape (events,).
        died_at: the event time of each of them, shape (events,).
        delayed: some row may enter after the first event time of all.
    """

    time: Floats
    stratum: Ints
    opened: Ints
    own: Ints
    first: Ints
    after: Ints
    died: Ints
    died_at: Ints
    delayed: bool

    def at_risk(self, values: Floats, exact: bool = False) -> Floats:
        """The sum of `values`, shape (rows,) or (rows, k), over each risk set.

        `exact`: no difference of sums is taken, at some ten times the cost.
        """
        if exact:
            return over_places(self.first, self.after, values, self.time.size)
        return self._left(values, entered=self.delayed)

    def _left(self, values: Floats, *, entered: bool) -> Floats:
        """The sum of `values` over the rows that have not left, or of those that entered, too."""
        # Each stratum has one slot a time and one more for its end, so strata share none.
        size = self.time.size + self.opened.size - 1
        stay = summed(self.after + self.own, values, size)
        if entered:
            stay -= summed(self.first + self.own, values, size)
        running = np.zeros((size + 1, *values.shape[1:]))
        # Backwards, for few are left late: small sums are then no differences of large ones.
        running[:-1] = np.cumsum(stay[::-1], axis=0)[::-1]
        slot = np.arange(self.time.size) + self.stratum
        end = self.opened[1:] + np.arange(self.opened.size - 1)
        # Later strata sum to 0 but for rounding, which is taken off.
        total: Floats = running[slot + 1] - running[end + 1][self.stratum]
        return total

    def cancels(self, values: Floats, total: Floats) -> bool:
        """Whether `total`, of `at_risk` of positive values, is lost in those who enter later."""
        if not self.delayed:
            return False
        left = self._left(values, entered=False)
        lost = np.maximum(CANCELLED * left, ROUNDED * left.max(initial=0.0))
        return bool((total <= lost).any())

    def apart(self, values: Floats) -> bool:
        """Whether some positive `values`, of `while_at_risk`, are lost in those of earlier times or
        of other strata."""
        known = values[(values > 0) & np.isfinite(values)]
        return bool(self.delayed and known.size and known.max() > APART * known.min())

    def while_at_risk(self, values: Floats, exact: bool = False) -> Floats:
        """For each row the sum of `values`, shape (times,) or (times, k), while it is at risk.

        `exact`: see `at_risk`.
        """
        if exact:
            return over_spans(self.first, self.after, values)
        running = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
        total: Floats = running[self.after] - running[self.first]
        return total

    def of_events(self, values: Floats) -> Floats:
        """The sum of `values`, shape (rows,) or (rows, k), over the events at each time."""
        return summed(self.died_at, values[self.died], self.time.size)

    def highest(self, values: Floats) -> tuple[Floats, Floats]:
        """The greatest of `values`, shape (rows,), among those ever at risk in the stratum of each
        row and of each time; 0 where nobody is."""
        ever = self.first < self.after
        most = np.full(self.opened.size - 1, -np.inf)
        np.maximum.at(most, self.own[ever], values[ever])
        most[np.isneginf(most)] = 0.0
        return most[self.own], most[self.stratum]


def risk_sets(
    stop: Floats,
    event: Bools,
    start: Floats | None = None,
    strata: NDArray[np.generic] | None = None,
) -> RiskSets:
    """Find the risk sets.

    Args:
        stop: years to event or censoring, shape (rows,).
        event: whether the event happened at `stop`, shape (rows,).
        start: years from which the row is at risk (exclusive), default: always.
        strata: rows are compared within equal values; default: all.
    """
    own = np.zeros(stop.size, dtype=np.intp)
    if strata is not None:
        own = np.unique(strata, return_inverse=True)[1].astype(np.intp)
    count = int(own.max()) + 1 if own.size else 1
    died = np.flatnonzero(event)
    # Times as ranks, so that one whole number orders strata and times exactly.
    values = np.unique(stop[died])
    wide = values.size + 1
    codes, died_at = np.unique(
        own[died] * wide + np.searchsorted(values, stop[died]), return_inverse=True
    )
    stratum, rank = codes // wide, codes % wide
    after = np.searchsorted(codes, own * wide + np.searchsorted(values, stop, side="right"))
    first = np.searchsorted(codes, own * wide)
    if start is not None:
        first = np.searchsorted(codes, own * wide + np.searchsorted(values, start, side="right"))
    opened = np.searchsorted(stratum, np.arange(count + 1))
    after = np.maximum(after, first)
    delayed = start is not None or count > 1
    return RiskSets(values[rank], stratum, opened, own, first, after, died, died_at, delayed)


def aligned(times: Floats) -> Floats:
    """Times that differ by rounding alone made equal, as R's survival does, so that they tie.

    70 years and 13 months are not 71 years and 1 month to the last digit of a double.
    """
    values = np.unique(times)
    if values.size < 2:
        return times
    gaps = np.diff(values)
    apart = (gaps > SAME) & (gaps / np.abs(values).mean() > SAME)
    if apart.all():
        return times
    begins = values[np.append(True, apart)]
    same: Floats = begins[np.searchsorted(begins, times, side="right") - 1]
    return same


def aligned_rows(stop: Floats, start: Floats | None) -> tuple[Floats, Floats | None]:
    """Ends and beginnings of rows made equal together."""
    if start is None:
        return aligned(stop), None
    both = aligned(np.concatenate([stop, start]))
    return both[: stop.size], both[stop.size :]
