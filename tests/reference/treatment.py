"""Plain reference: regimens, day by day.

Each agent is a set of days. A regimen is a stretch of days with the same agents.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from reference.stores import History, Row

from seroclear.course.definition import Definition

DAY = timedelta(1)


@dataclass(slots=True)
class Episode:
    """Supplies of one agent that follow each other closely."""

    agent: str
    supplies: list[Row]

    @property
    def start(self) -> date:
        first: date = min(supply["start"] for supply in self.supplies)
        return first

    @property
    def end(self) -> date:
        last: date = max(supply["end"] for supply in self.supplies)
        return last

    @property
    def drug_class(self) -> str:
        return str(self.supplies[0]["drug_class"])

    @property
    def end_inferred(self) -> bool:
        """No recorded stop says that it ended on its last day."""
        return all(s["end_inferred"] for s in self.supplies if s["end"] == self.end)

    @property
    def source_row(self) -> str:
        return min(str(s["source_row"]) for s in self.supplies if s["start"] == self.start)


@dataclass(slots=True)
class Line:
    """One regimen."""

    agents: frozenset[str]
    classes: frozenset[str]
    start: date
    end: date
    end_inferred: bool
    licensed_for: str | None
    source_row: str
    why_ended: str = ""

    @property
    def regimen_class(self) -> str:
        return "+".join(c for c in ("NA", "IFN") if c in self.classes)


def regimens(history: History, rules: Definition) -> list[Line]:
    """Treatment lines of one patient, in order of time."""
    taken = episodes(history, rules)
    ends = {id(one): one.end for one in taken}
    for one in taken:
        takers = [other.start for other in taken if _takes_over(other, one, taken, rules)]
        if takers:
            ends[id(one)] = min(takers) - DAY
    on_day: dict[date, list[Episode]] = defaultdict(list)
    for one in taken:
        for number in range((ends[id(one)] - one.start).days + 1):
            on_day[one.start + number * DAY].append(one)
    lines: list[Line] = []
    previous: tuple[date, frozenset[str]] | None = None
    for day, active in sorted(on_day.items()):
        agents = frozenset(one.agent for one in active)
        if previous != (day - DAY, agents):
            lines.append(_line(active, agents, day))
        previous = (day, agents)
        lines[-1].end = day
        stopping = [one for one in active if ends[id(one)] == day]
        # A line that ends because another agent joins or takes over has a known end.
        lines[-1].end_inferred = any(one.end == day and one.end_inferred for one in stopping)
    _why_ended(lines, history.patient.get("observed_to"), rules["exposure.gap"])
    return lines


def episodes(history: History, rules: Definition) -> list[Episode]:
    """Supplies of one agent with no more than the gap between them."""
    by_agent: dict[str, list[Row]] = defaultdict(list)
    for supply in history.exposure:
        if supply["drug_class"] in ("NA", "IFN"):
            by_agent[supply["agent"]].append(supply)
    found: list[Episode] = []
    for agent, supplies in by_agent.items():
        current: Episode | None = None
        for supply in sorted(supplies, key=lambda s: s["start"]):
            if current is None or _days_without(current, supply) > rules["exposure.gap"]:
                current = Episode(agent, [])
                found.append(current)
            current.supplies.append(supply)
    return found


def _days_without(episode: Episode, supply: Row) -> int:
    days: int = (supply["start"] - episode.end).days - 1
    return days


def _takes_over(later: Episode, earlier: Episode, taken: list[Episode], rules: Definition) -> bool:
    """It starts later, lasts at least as long, overlaps only briefly, and the earlier agent was not
    dispensed again. An agent that follows one of its own class takes over from that class only."""
    if later.agent == earlier.agent or not earlier.start < later.start <= earlier.end <= later.end:
        return False
    if any(supply["start"] > later.start for supply in earlier.supplies):
        return False
    if later.drug_class != earlier.drug_class and any(
        one.drug_class == later.drug_class
        and one.agent != later.agent
        and one.start < later.start
        and (later.start - one.end).days - 1 <= rules["exposure.gap"]
        for one in taken
    ):
        return False
    overlap = (earlier.end - later.start).days + 1
    return bool(overlap < rules["exposure.combination_overlap"])


def _line(active: list[Episode], agents: frozenset[str], day: date) -> Line:
    supplies = [supply for one in active for supply in one.supplies]
    purposes = [s["licensed_for"] for s in supplies if s["licensed_for"] is not None]
    return Line(
        agents=agents,
        classes=frozenset(s["drug_class"] for s in supplies),
        start=day,
        end=day,
        end_inferred=False,
        licensed_for=min(purposes, default=None),
        source_row=min(one.source_row for one in active),
    )


def _why_ended(lines: list[Line], observed_to: date | None, gap: int) -> None:
    for line, following in pairwise(lines):
        if (following.start - line.end).days - 1 > gap or line.agents == following.agents:
            line.why_ended = "stop"
        elif line.agents < following.agents:
            line.why_ended = "add-on"
        elif line.agents > following.agents:
            line.why_ended = "step-down"
        else:
            line.why_ended = "switch"
    for line in lines:
        still = observed_to is not None and line.end + gap * DAY >= observed_to
        if line.why_ended in ("", "stop"):
            line.why_ended = "still on" if still else "stop"
        elif line.why_ended == "step-down" and still:
            line.why_ended = "still on"
