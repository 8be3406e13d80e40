"""The one result shape: every analysis returns rows of this, everything downstream reads them."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Row:
    """One number with its context. Text fields are '' when they do not apply, numbers None.

    Attributes:
        study: name of the study.
        analysis: which analysis made it: flowchart, table_one, kaplan_meier, cox ...
        group: the compared group, '' for all or for a comparison between groups.
        stratum: the subgroup or risk set, '' for the whole cohort.
        outcome: the event counted, '' where none.
        variable: a covariate or a flowchart step ('' where none), as shown to a reader.
        level: the category of the variable.
        time: years since time zero.
        estimate: what `value` is: n, percent, median, survival, hazard ratio, p, smd ...
        value, lower, upper: the number and its 95% limits.
        n: persons behind the number (at risk, for a survival estimate).
        events: events behind the number (cumulative, for a survival estimate).
        method: how it was computed, in words a methods section can use.
        definition: the course definition (preset) it was computed under.
        note: why a value is missing or to be read with care, '' otherwise.
    """

    study: str = ""
    analysis: str = ""
    group: str = ""
    stratum: str = ""
    outcome: str = ""
    variable: str = ""
    level: str = ""
    time: float | None = None
    estimate: str = ""
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    n: int | None = None
    events: int | None = None
    method: str = ""
    definition: str = ""
    note: str = ""


COLUMNS = tuple(field.name for field in fields(Row))
