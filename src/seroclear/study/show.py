"""A study in words, for the terminal."""

from __future__ import annotations

from seroclear.study.laboratory import LaboratoryStudy
from seroclear.study.parts import Criterion
from seroclear.study.study import Study, rival_label


def in_words(name: str, study: Study) -> str:
    """Question, criteria in order, groups, outcome, covariates, analyses and definitions."""
    lines = [f"{name}: {study.question}", "", "Population, in this order:"]
    lines += [
        f"  {number}. {_criterion(criterion)}"
        for number, criterion in enumerate(study.population, start=1)
    ]
    groups = " against ".join(reversed(study.group_order)) or "none: one cohort"
    lines += ["", f"Groups: {groups}", f"Outcome: {study.outcome_name}"]
    if study.competing:
        lines.append("Competing events: " + ", ".join(map(rival_label, study.competing)))
    if study.changes:
        lines.append("Changes with time: " + ", ".join(one.label for one in study.changes))
    if study.visits:
        lines.append("Measured repeatedly: " + ", ".join(one.label for one in study.visits))
    lines += [
        "Covariates: " + ("; ".join(variable.label for variable in study.covariates) or "none"),
        "Analyses: " + ", ".join(map(analysis_name, study.analyses)),
    ]
    for other in study.secondary:
        also = study.with_endpoint(other)
        among = f" ({'; '.join(map(_criterion, other.among))})" if other.among else ""
        names = ", ".join(map(analysis_name, also.analyses))
        lines.append(f"Also: {also.outcome_name}{among}: {names}")
    lines.append("Definitions compared: " + ", ".join(study.definitions))
    if study.published:
        lines.append(f"Published figures to stand beside: {study.published}")
    return "\n".join(lines)


def laboratory_in_words(name: str, study: LaboratoryStudy) -> str:
    """Question, columns of the file and comparisons."""
    lines = [
        f"{name}: {study.question}",
        "",
        "A CSV with a line a sample and these columns:",
        "  sample, group: " + ", ".join(study.groups),
        "  cycle numbers (Ct): "
        + ", ".join(study.genes)
        + " and the reference gene "
        + " or ".join(study.reference_genes),
        "",
        "Compared: " + "; ".join(one.label for one in study.comparisons),
        "Correlated within: " + ", ".join(study.networks),
    ]
    return "\n".join(lines)


def _criterion(criterion: Criterion) -> str:
    return f"{'not: ' if criterion.action == 'drop' else ''}{criterion.label}"


def analysis_name(analysis: object) -> str:
    """An analysis in words; a partial is called by its function."""
    analysis = getattr(analysis, "func", analysis)
    given = getattr(analysis, "name", None)
    plain = str(getattr(analysis, "__name__", type(analysis).__name__.lower())).replace("_", " ")
    return f"{plain} {given.replace('_', ' ')}" if given else plain
