"""A protocol's criteria file: a Python file with a function `screening(today)`."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from seroclear.errors import SeroclearError
from seroclear.study.checks import nearest
from seroclear.study.nodes import Node
from seroclear.trial.protocol import Protocol, protocol_file
from seroclear.trial.screening.words import Criterion, FixedDay


@dataclass(frozen=True)
class Screening:
    """Whom to look at, and the criteria that the records can tell something of.

    Attributes:
        candidates: a flag, true of those to be looked at.
        candidates_label: who they are, in words.
        criteria: in any order; those of the protocol that only a person can tell are not here.
    """

    candidates: Node
    candidates_label: str
    criteria: tuple[Criterion, ...]


def load_screening(protocol: Protocol, name: str, today: date) -> Screening:
    """The criteria of a protocol as they are asked on a day.

    Args:
        protocol: whose eligibility names the file.
        name: of the protocol or path of its file: the criteria lie beside it.
        today: the day of screening.

    Raises:
        SeroclearError: the file cannot be read, has no screening(today), or names a criterion that
            the protocol does not have.
    """
    path = protocol_file(name).with_name(protocol.eligibility.study)
    function = getattr(_module(path), "screening", None)
    if not callable(function):
        raise SeroclearError(f"{path.name} has no function screening(today).")
    found = function(FixedDay(today))
    if not isinstance(found, Screening):
        raise SeroclearError(f"{path.name}: screening(today) must return a Screening(...).")
    known = {one.name: one.kind for one in protocol.eligibility.criteria}
    for criterion in found.criteria:
        if criterion.name not in known:
            raise SeroclearError(
                f"{path.name}: the protocol has no criterion {criterion.name!r}; "
                f"{nearest(criterion.name, list(known))}."
            )
        if known[criterion.name] != criterion.kind:
            raise SeroclearError(
                f"{path.name}: {criterion.name!r} is an {known[criterion.name]} in the protocol."
            )
    return found


def _module(path: Path) -> object:
    spec = importlib.util.spec_from_file_location(f"seroclear_criteria_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SeroclearError(f"{path.name} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except SeroclearError:
        raise
    except Exception as error:
        raise SeroclearError(f"{path.name}: {type(error).__name__}: {error}") from None
    return module
