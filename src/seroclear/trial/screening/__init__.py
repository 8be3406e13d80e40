"""Who in a hospital's records may be eligible: what a trial's criteria file is written with."""

from seroclear.trial.screening.criteria import Screening
from seroclear.trial.screening.words import (
    Criterion,
    Shown,
    aged,
    below,
    exclude,
    include,
    on_record,
    same_day,
    show_age,
    show_event,
    show_result,
)

__all__ = [
    "Criterion",
    "Screening",
    "Shown",
    "aged",
    "below",
    "exclude",
    "include",
    "on_record",
    "same_day",
    "show_age",
    "show_event",
    "show_result",
]
