"""Agents aiming at HBsAg loss: one line an arm, endpoint and time point (agents.csv).

Only what stands in a source that was read has figures; an agent known from memory alone is listed
without any.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from seroclear.analysis.limits import clopper_pearson
from seroclear.errors import SeroclearError

# How a line is known, best first.
CONFIDENCE = {
    "abstract": "read in the paper's abstract or a copy of it",
    "registry": "read in the trial's registration",
    "news": "read in news or a company's release alone",
    "memory": "from memory, not verified: no figures given",
}


@dataclass(frozen=True, slots=True)
class Agent:
    """A line of the catalogue; '' and None are not stated.

    Attributes:
        agent, kind, target: what it is; `kind` is the class, several joined by ' + '.
        status, trial, arm, population: where it was tried.
        endpoint, time_point: what was counted, and when.
        events, n: persons with the endpoint among how many; `counts_from` says where they come
            from if the source does not print them.
        percent, lower, upper: as the source prints them.
        exact: exact 95% limits of events/n in percent, computed here.
        durability: how long it lasted.
        source, confidence: the citation, and a key of `CONFIDENCE`.
    """

    agent: str
    kind: str
    target: str
    status: str
    trial: str
    arm: str
    population: str
    endpoint: str
    time_point: str
    events: int | None
    n: int | None
    counts_from: str
    percent: float | None
    lower: float | None
    upper: float | None
    exact: tuple[float, float] | None
    durability: str
    source: str
    confidence: str

    @property
    def loss(self) -> str:
        """`7/30 = 23.3% (9.9% to 42.3%)`, or the percentage as printed, or ''."""
        if self.events is not None and self.n and self.exact:
            share = 100 * self.events / self.n
            about = "≈" if self.counts_from.startswith("arm size") else ""
            return (
                f"{self.events}/{about}{self.n} = {share:.1f}% "
                f"({self.exact[0]:.1f}% to {self.exact[1]:.1f}%)"
            )
        if self.percent is None:
            return ""
        text = f"{self.percent:g}%"
        if self.lower is not None and self.upper is not None:
            text += f" ({self.lower:g}% to {self.upper:g}%)"
        return f"{text}, n not stated" if self.events is None else f"{self.events} persons, {text}"


@cache
def _every() -> tuple[Agent, ...]:
    text = files(__package__).joinpath("agents.csv").read_text(encoding="utf-8")
    return tuple(_agent(line) for line in csv.DictReader(text.splitlines()))


def kinds() -> list[str]:
    """The classes of agents, in the order of the file."""
    return list(dict.fromkeys(part for each in _every() for part in each.kind.split(" + ")))


def agents(kind: str = "") -> list[Agent]:
    """The lines of the catalogue, in the order of the file.

    Args:
        kind: a class, in whatever case; combinations are of each of their classes.

    Raises:
        SeroclearError: there is no such class.
    """
    if not kind:
        return list(_every())
    wanted = kind.casefold()
    found = [each for each in _every() if wanted in (p.casefold() for p in each.kind.split(" + "))]
    if not found:
        raise SeroclearError(f"there are no agents of class {kind!r}; known: {', '.join(kinds())}.")
    return found


def _agent(line: dict[str, str]) -> Agent:
    events, n = _count(line["events"]), _count(line["n"])
    exact = None
    if events is not None and n:
        low, high = clopper_pearson(events, n)
        exact = (100 * low, 100 * high)
    return Agent(
        agent=line["agent"],
        kind=line["class"],
        target=line["target"],
        status=line["status"],
        trial=line["trial"],
        arm=line["arm"],
        population=line["population"],
        endpoint=line["endpoint"],
        time_point=line["time_point"],
        events=events,
        n=n,
        counts_from=line["counts_from"],
        percent=_number(line["percent"]),
        lower=_number(line["lower"]),
        upper=_number(line["upper"]),
        exact=exact,
        durability=line["durability"],
        source=line["source"],
        confidence=line["confidence"],
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _count(text: str) -> int | None:
    return int(text) if text else None
