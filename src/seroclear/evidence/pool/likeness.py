"""Whether studies counted the same thing: unlike ones are not pooled unless it is asked for."""

from __future__ import annotations

from seroclear.errors import SeroclearError
from seroclear.evidence.pool.measures import Measure
from seroclear.evidence.pool.studies import Study

MOST = 4  # studies an error still names


def unlike(studies: list[Study], measure: Measure) -> list[str]:
    """How studies differ in endpoint, definition or time point, a sentence each; [] if they agree.

    What a study does not state is not taken to be as in the others. Texts are compared without
    regard to case.
    """
    columns = ["endpoint", "definition"] + (["time_weeks"] if measure.at_a_time else [])
    found = []
    for column in columns:
        kinds: dict[str, list[Study]] = {}
        for study in studies:
            kinds.setdefault(getattr(study, column).casefold(), []).append(study)
        if len(kinds) == 1 and "" not in kinds:
            continue
        if len(kinds) == 1 and len(studies) == 1:
            continue
        parts = [f"{_value(column, alike[0])} in {_names(alike)}" for alike in kinds.values()]
        found.append(f"{column} is {', '.join(parts)}")
    return found


def check_alike(studies: list[Study], measure: Measure) -> None:
    """Raises SeroclearError, naming what differs, where studies are unlike."""
    differences = unlike(studies, measure)
    if differences:
        raise SeroclearError(
            f"these studies are not alike and are not pooled: {'; '.join(differences)}. Pool those "
            "that are, or give --pool-unlike if you can defend it."
        )


def _value(column: str, study: Study) -> str:
    value = getattr(study, column)
    return repr(value) if value else "not stated"


def _names(studies: list[Study]) -> str:
    names = [f"{study.name} (line {study.line})" for study in studies[:MOST]]
    more = len(studies) - MOST
    return " and ".join([", ".join(names), *([f"{more} more"] if more > 0 else [])])
