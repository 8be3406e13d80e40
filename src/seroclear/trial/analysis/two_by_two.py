"""A binary outcome in two arms, and the same in strata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools
from seroclear.errors import SeroclearError


@dataclass(frozen=True, slots=True)
class Arms:
    """How many of each arm had the outcome.

    Attributes:
        events, n: of the treated arm.
        events_control, n_control: of the control arm.

    Raises:
        SeroclearError: a count is negative, or there are more events than persons.
    """

    events: int
    n: int
    events_control: int
    n_control: int

    def __post_init__(self) -> None:
        for events, n in ((self.events, self.n), (self.events_control, self.n_control)):
            if not 0 <= events <= n:
                raise SeroclearError(f"{events} events of {n} persons: no arm can have these.")

    @property
    def total(self) -> int:
        """Persons in both arms."""
        return self.n + self.n_control

    @property
    def empty(self) -> bool:
        """Whether an arm has nobody, so that nothing can be compared."""
        return self.n == 0 or self.n_control == 0

    @property
    def difference(self) -> float:
        """Share with the outcome, treated less control; both arms must have somebody."""
        return self.events / self.n - self.events_control / self.n_control


def counted(outcome: Bools, treated: Bools) -> Arms:
    """Persons counted by arm; both arrays of shape (n,)."""
    return Arms(
        int(np.count_nonzero(outcome & treated)),
        int(np.count_nonzero(treated)),
        int(np.count_nonzero(outcome & ~treated)),
        int(np.count_nonzero(~treated)),
    )


def strata(outcome: Bools, treated: Bools, stratum: NDArray[np.object_]) -> dict[str, Arms]:
    """Persons counted by stratum and arm; arrays of shape (n,), strata in order of their names.

    Raises:
        SeroclearError: somebody's stratum is unknown (''). Strata are fixed at allocation: no one
            is put into a stratum of the unknown, and no one is left out without a word.
    """
    unknown = int(np.count_nonzero(stratum == ""))
    if unknown:
        raise SeroclearError(
            f"the stratum of {unknown} persons is unknown: give the stratum of their allocation."
        )
    names = sorted({str(name) for name in stratum})
    return {name: counted(outcome[stratum == name], treated[stratum == name]) for name in names}
