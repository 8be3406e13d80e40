"""Runs a study of a laboratory's own file: samples, statistics, report."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path

import numpy as np

from seroclear import __version__
from seroclear.analysis.gene_expression import gene_expression
from seroclear.analysis.result import Row
from seroclear.files import may_replace, sha256_of, whole_folder
from seroclear.report.document import Report
from seroclear.run import REPORT
from seroclear.study.laboratory import LaboratoryStudy, Samples, read_samples

METHODS = (
    "Expression of a gene in a sample is the cycle number of {reference} less that of the gene; "
    "between groups it is given as 2^-ΔΔCt (Livak & Schmittgen, Methods 2001;25:402) and tested by "
    "the Mann–Whitney test. Genes are correlated within groups by Spearman's rank correlation. "
    "False discovery rates (Benjamini–Hochberg) are over the genes of a comparison and over the "
    "pairs of a network. A gene that was not amplified is unknown, not low."
)
FEW = 20  # persons in a group, below which the reader is told (design choice)


def run_laboratory(
    study: LaboratoryStudy,
    name: str,
    file: Path,
    folder: Path,
    *,
    threshold: int = 5,
    overwrite: bool = False,
    command: str = "",
) -> Path:
    """Runs a laboratory study and writes its report.

    Args:
        study: the study.
        name: its name.
        file: the laboratory's CSV, see `study.laboratory`.
        folder: where the report goes; appears only when it is whole.
        threshold: counts from 1 to one less are suppressed; 0: none.
        overwrite: replace an existing report.
        command: the command line that reproduces the report.

    Returns:
        The report.
    """
    may_replace(folder, REPORT, overwrite)
    samples = read_samples(study, file)
    from seroclear.report.write import write_report

    report = Report(
        title=f"{name.replace('-', ' ').capitalize()} study",
        question=study.question,
        study=name,
        rows=[*_flow(name, len(samples.group)), *gene_expression(study, name, samples)],
        methods=METHODS.format(reference=samples.reference),
        limitations=_limitations(study, samples),
        records=[],
        manifest={
            "seroclear": __version__,
            "command": command,
            "source": "laboratory CSV",
            "input SHA-256": {file.name: sha256_of(file)},
            "reference gene": samples.reference,
            "seed": "none: no random numbers are drawn",
            "small-number threshold": threshold,
            "Python": platform.python_version(),
            "libraries": {one: metadata.version(one) for one in ("numpy", "scipy")},
        },
        published=[],
        definitions={},
    )
    with whole_folder(folder, mark=REPORT, overwrite=overwrite) as new:
        write_report(report, new, threshold=threshold)
    return folder / REPORT


def _flow(name: str, samples: int) -> list[Row]:
    """The flowchart of those who are all in: rows as of `run.flowchart`."""
    counts = {"entered": samples, "kept": samples, "left": 0, "unknown": 0}
    return [
        Row(
            study=name,
            analysis="flowchart",
            variable="00",
            level="Samples in the file",
            estimate=estimate,
            value=float(count),
            n=count,
            method="start",
        )
        for estimate, count in counts.items()
    ]


def _limitations(study: LaboratoryStudy, samples: Samples) -> list[str]:
    found = [
        "Groups are as the laboratory drew them: nothing is adjusted for age, sex, ALT or HBV DNA.",
        "2^-ΔΔCt holds when each cycle doubles both products; efficiencies are not in the file.",
    ]
    small = [g for g in study.groups if samples.of((g,)).sum() < FEW]
    if small:
        names = ", ".join(small)
        found.append(f"Few persons in a group ({names}): no difference shown is no equality.")
    unknown = [gene for gene in study.genes if _unknown(samples, gene) > 0.1]
    if unknown:
        found.append(
            f"Not amplified in more than a tenth of the samples: {', '.join(unknown)}; those who "
            "express least are then left out."
        )
    if study.published:
        found.append(f"Published: {study.published}.")
    return found


def _unknown(samples: Samples, gene: str) -> float:
    """Share of the samples in which a gene is unknown."""
    return float(np.isnan(samples.cycles[gene]).mean()) if len(samples.group) else 0.0
