"""A study in words, for the terminal."""

from __future__ import annotations

from seroclear.course.catalogue import EVENT_LABELS
from seroclear.study.parts import Study


def in_words(name: str, study: Study) -> str:
    """Question, criteria in order, groups, outcome, covariates, analyses and definitions."""
    lines = [f"{name}: {study.question}", "", "Population, in this order:"]
    lines += [
        f"  {number}. {'not: ' if criterion.action == 'drop' else ''}{criterion.label}"
        for number, criterion in enumerate(study.population, start=1)
    ]
    lines += [
        "",
        f"Groups: {' against '.join(reversed(study.group_order))}",
        f"Outcome: {EVENT_LABELS[study.outcome.event]}",
        "Covariates: " + ("; ".join(variable.label for variable in study.covariates) or "none"),
        "Analyses: " + ", ".join(_name(analysis) for analysis in study.analyses),
        "Definitions compared: " + ", ".join(study.definitions),
    ]
    if study.published:
        lines.append(f"Published figures to stand beside: {study.published}")
    return "\n".join(lines)


def _name(analysis: object) -> str:
    given = getattr(analysis, "name", None)
    plain = str(getattr(analysis, "__name__", type(analysis).__name__.lower())).replace("_", " ")
    return f"{plain} {given.replace('_', ' ')}" if given else plain
