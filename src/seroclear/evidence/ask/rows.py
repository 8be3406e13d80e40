"""The rows a question may be answered with: the catalogue's, and the user's own results."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from seroclear.analysis.result import Row
from seroclear.errors import SeroclearError
from seroclear.evidence.catalogue import Agent, Published, agents, published
from seroclear.evidence.catalogue.agents import CONFIDENCE
from seroclear.report.words import years

# Analyses of a study that are answers; the others describe how it was done.
ANSWERS = (
    *("kaplan_meier", "crude", "log_rank", "cox", "competing", "outcome_share", "person_time"),
    *("interval_censored", "logistic", "subgroups"),
)

# Numbers that say nothing alone.
NO_ANSWERS = (
    *("p", "F", "n", "persons", "person-years", "median follow-up", "chi-square", "expected"),
    "reference",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row in one line, with where it stands.

    Attributes:
        text: what the row says.
        citation: its source and how well it is known.
        searched: text that questions are compared with.
        context: more such text, of the study and not of the row: it counts less.
        figure: whether it holds a number.
        own: of the user's own records.
    """

    text: str
    citation: str
    searched: str
    context: str = ""
    figure: bool = True
    own: bool = False


def catalogue_rows() -> list[Evidence]:
    """Every row of the catalogue."""
    found = [_agent(each) for each in agents()]
    for study in published():
        found += [_figure(study, row) for row in study.figures if row.estimate not in NO_ANSWERS]
    return found


def own_rows(store: Path) -> list[Evidence]:
    """The results of the studies that were run on a store, as their reports show them.

    Raises:
        SeroclearError: no study was run there.
    """
    files = sorted((store / "reports").glob("*/results.csv"))
    if not files:
        raise SeroclearError(
            f"{store} has no reports; run a study first: seroclear study run NAME {store}"
        )
    found = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for number, line in enumerate(csv.DictReader(lines), start=2):
                wanted = line["analysis"] in ANSWERS and line["estimate"] not in NO_ANSWERS
                if wanted and line["value"]:
                    found.append(_own(file, number, line))
    return found


def _agent(each: Agent) -> Evidence:
    what = "; ".join(filter(None, (each.arm, each.population)))
    measured = ", ".join(filter(None, (each.endpoint, each.time_point)))
    text = (
        f"{each.agent} ({each.kind}), {each.trial}" if each.trial else f"{each.agent} ({each.kind})"
    )
    text += f": {what}" if what else ""
    text += f". {measured[:1].upper()}{measured[1:]}" if measured else ""
    text += f": {each.loss}" if each.loss else ""
    text += f". {each.durability[:1].upper()}{each.durability[1:]}" if each.durability else ""
    status = f"{each.status}; " if each.status else ""
    citation = f"{status}{each.source}"
    if each.confidence != "memory":
        citation += f" [{CONFIDENCE[each.confidence]}]"
    tried = "" if each.status in ("marketed", "in use", "not looked up") else "investigational"
    return Evidence(f"{text}.", citation, f"{text} {each.target} {tried}", figure=bool(each.loss))


def _figure(study: Published, row: Row) -> Evidence:
    described = row.method.endswith("table_one")  # who they were, not what became of them
    outcome = "" if described else row.outcome
    parts = [outcome, row.group, row.stratum, row.variable, row.level]
    at = f" at {years(row.time)}" if row.time is not None else ""
    text = f"{', '.join(filter(None, parts))}: {row.estimate}{at} {_number(row)}"
    text += f" ({row.note})" if row.note else ""
    context = f"{study.title} {study.design} {study.definition} {' '.join(study.groups)}"
    return Evidence(f"{text}.", f"{study.title}; {row.method}.{_quoted(study, row)}", text, context)


def _quoted(study: Published, row: Row) -> str:
    """The words of the source that hold the row's number; '' where none of those kept does."""
    if row.value is None:
        return ""
    numbers = {f"{row.value:g}", f"{row.value:.1f}", f"{row.value:.2f}", f"{row.value:.3f}"}
    for quote in study.quotes:
        if any(re.search(rf"(?<![\d.]){re.escape(n)}(?![\d.]*\d)", quote) for n in numbers):
            return f' Words: "{quote}"'
    return ""


def _number(row: Row) -> str:
    text = f"{row.value:g}" if row.value is not None else "–"
    if row.lower is not None and row.upper is not None:
        text += f" ({row.lower:g} to {row.upper:g})"
    if row.events is not None and row.n is not None:
        text += f", {row.events} of {row.n}"
    return text


def _own(file: Path, number: int, line: dict[str, str]) -> Evidence:
    parts = [line[name] for name in ("outcome", "group", "stratum", "variable", "level")]
    at = f" at {years(float(line['time']))}" if line["time"] else ""
    text = f"{', '.join(filter(None, parts))}: {line['estimate']}{at} {float(line['value']):.4g}"
    if line["lower"] and line["upper"]:
        text += f" ({float(line['lower']):.4g} to {float(line['upper']):.4g})"
    citation = f"your study {line['study']}, {line['analysis']}; {file}, line {number}"
    study = line["study"].replace("_", " ").replace("-", " ")
    return Evidence(f"{text}.", citation, text, study, own=True)
