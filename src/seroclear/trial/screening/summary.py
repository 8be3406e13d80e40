"""What each criterion costs, and what relaxing it would yield: counts alone, small ones hidden."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seroclear.report.protect import Counts, Sum, protect
from seroclear.trial.protocol.aims import CriterionText
from seroclear.trial.screening.candidates import Candidate, Screened

WIDTH = 100
HIDDEN = "[c]"
Cell = tuple[str, str]  # criterion ('' for all of them) and what is counted


@dataclass(frozen=True, slots=True)
class Cost:
    """One criterion.

    Attributes:
        name: of the criterion; person: only a person can tell it.
        met, not_met, unknown: candidates; they add up to all of them.
        alone: candidates whom this criterion alone keeps out: as many more would be left for a
            person to confirm if it were given up.
    """

    name: str
    kind: str
    person: bool
    met: int
    not_met: int
    unknown: int
    alone: int


@dataclass(frozen=True, slots=True)
class Milder:
    """A milder form of a criterion.

    Attributes:
        met: candidates who meet it, or meet the criterion as it is.
        more: as many more candidates would fail no criterion.
    """

    criterion: str
    label: str
    met: int
    more: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a screening.

    Attributes:
        left: candidates who fail no criterion.
        records_told: of them, those of whom the records left open no criterion that they can tell.
        costs: a line for each criterion, in the protocol's order.
    """

    screened: Screened
    candidates: int
    left: int
    records_told: int
    costs: tuple[Cost, ...]
    milder: tuple[Milder, ...] = ()


def summary(screened: Screened) -> Summary:
    """Counts of everybody who was screened."""
    people = screened.candidates
    texts = screened.protocol.eligibility.criteria
    from_records = {one.name for one in texts if one.known_from == "records"}
    costs = [_cost(text, people) for text in texts]
    left = [one for one in people if not one.not_met]
    told = sum(not from_records & set(one.unknown) for one in left)
    milder = tuple(_milder(people, place) for place in range(len(people[0].relaxed)))
    return Summary(screened, len(people), len(left), told, tuple(costs), milder)


def _milder(people: Sequence[Candidate], place: int) -> Milder:
    """The milder form at this place of everybody's list."""
    met = more = 0
    for one in people:
        form = one.relaxed[place]
        met += "met" in (form.status, one.status(form.criterion))
        more += one.not_met == (form.criterion,) and form.status != "not met"
    form = people[0].relaxed[place]
    return Milder(form.criterion, form.label, met, more)


def _cost(text: CriterionText, people: Sequence[Candidate]) -> Cost:
    said = Counter(one.status(text.name) for one in people)
    return Cost(
        text.name,
        text.kind,
        text.known_from == "person",
        said["met"],
        said["not met"],
        said["unknown"],
        sum(one.not_met == (text.name,) for one in people),
    )


def in_words(found: Summary, threshold: int = 5) -> str:
    """The summary for a terminal.

    Args:
        found: the counts.
        threshold: counts from 1 to one less are hidden with what reveals them; 0: none.

    Raises:
        SeroclearError: so few candidates that nothing can be shown of them.
    """
    hidden = protect(_counts(found), threshold) if threshold else set()

    def said(cell: Cell, value: int) -> str:
        return HIDDEN if cell in hidden else f"{value:,}"

    screened = found.screened
    number = screened.protocol.identity.number
    store = said(("", "store"), screened.in_store)
    told = said(("", "told"), found.records_told)
    people = (
        f"{said(('', 'candidates'), found.candidates)} of {store} persons in the "
        f"records: {screened.label}. {said(('', 'left'), found.left)} of them fail no criterion "
        f"and are for a person to confirm; of {told} of these the records tell all that they can."
    )
    lines = [
        f"{number}, screened on {screened.today}, course definition '{screened.definition}'",
        *textwrap.wrap(people, WIDTH),
        "",
        f"{'':<32}{'met':>9}{'not met':>9}{'unknown':>9}{'alone':>9}",
    ]
    for cost in found.costs:
        cells = [
            said((cost.name, key), value)
            for key, value in (
                ("met", cost.met),
                ("not met", cost.not_met),
                ("unknown", cost.unknown),
                ("alone", cost.alone),
            )
        ]
        label = f"{'not: ' if cost.kind == 'exclusion' else ''}{cost.name.replace('_', ' ')}"
        ends = "  a person tells" if cost.person else ""
        lines.append(f"{label:<32}" + "".join(f"{cell:>9}" for cell in cells) + ends)
    lines += _milder_lines(found, said)
    note = (
        "alone: kept out by this criterion and no other, so many more would be left without it. "
        "Unknown is never met: what needs a person stays unknown here."
    )
    lines += ["", *textwrap.wrap(note, WIDTH)]
    if hidden:
        lines.append(f"{HIDDEN}: below {threshold}, or would reveal such a count.")
    return "\n".join(lines)


def _milder_lines(found: Summary, said: Callable[[Cell, int], str]) -> list[str]:
    if not found.milder:
        return []
    lines = ["", f"{'if relaxed to':<50}{'met':>9}{'more left':>12}"]
    for one in found.milder:
        met, more = (
            said((one.criterion, f"{what} if {one.label}"), count)
            for what, count in (("met", one.met), ("more", one.more))
        )
        label = f"{one.criterion.replace('_', ' ')}: {one.label}"
        lines.append(f"{label:<50}{met:>9}{more:>12}")
    return lines


def _counts(found: Summary) -> Counts[Cell]:
    """The counts and the sums that tie them together."""
    counts: Counts[Cell] = Counts()
    store, rest = ("", "store"), ("", "rest")
    everybody, left, out = ("", "candidates"), ("", "left"), ("", "out")
    told, open_ = ("", "told"), ("", "open")
    values = counts.values
    values[store] = found.screened.in_store
    values[rest] = values[store] - found.candidates
    values[everybody], values[left] = found.candidates, found.left
    values[out] = found.candidates - found.left
    values[told], values[open_] = found.records_told, found.left - found.records_told
    counts.sums += [
        Sum(store, (everybody, rest)),
        Sum(everybody, (left, out)),
        Sum(left, (told, open_)),
    ]
    alone = []
    for cost in found.costs:
        cells = {key: (cost.name, key) for key in ("met", "not met", "unknown", "alone", "others")}
        values[cells["met"]], values[cells["not met"]] = cost.met, cost.not_met
        values[cells["unknown"]] = cost.unknown
        values[cells["alone"]] = cost.alone
        values[cells["others"]] = cost.not_met - cost.alone
        counts.unpublished.add(cells["others"])
        counts.sums.append(Sum(everybody, (cells["met"], cells["not met"], cells["unknown"])))
        counts.sums.append(Sum(cells["not met"], (cells["alone"], cells["others"])))
        alone.append(cells["alone"])
        counts.rank[cells["unknown"]] = 1
    for one in found.milder:
        # What a milder form adds lies between two counts that are shown.
        met, more = (one.criterion, f"met if {one.label}"), (one.criterion, f"more if {one.label}")
        gained, still = (one.criterion, f"+ if {one.label}"), (one.criterion, f"- if {one.label}")
        strict = (one.criterion, "met")
        values[met], values[more] = one.met, one.more
        values[gained] = one.met - values[strict]
        values[still] = values[one.criterion, "alone"] - one.more
        counts.unpublished.update((gained, still))
        counts.sums.append(Sum(met, (strict, gained)))
        counts.sums.append(Sum((one.criterion, "alone"), (more, still)))
    several = ("", "several")
    values[several] = values[out] - sum(values[cell] for cell in alone)
    counts.unpublished.update((rest, out, open_, several))
    counts.sums.append(Sum(out, (*alone, several)))
    return counts
