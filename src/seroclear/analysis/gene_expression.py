"""Genes in groups of samples: relative expression and who goes with whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seroclear.analysis.expression import fold_change
from seroclear.analysis.multiplicity import benjamini_hochberg
from seroclear.analysis.prepared import number
from seroclear.analysis.rank import correlations
from seroclear.analysis.result import Row
from seroclear.study.laboratory import LaboratoryStudy, Samples

FOLD = "2^-ΔΔCt, 95% limits from Welch's t of ΔCt; Mann–Whitney test"
RHO = "Spearman's rank correlation of expression (−ΔCt)"
FDR = "false discovery rate"


def gene_expression(study: LaboratoryStudy, name: str, samples: Samples) -> list[Row]:
    """Rows of analysis 'table_one' (persons a group), 'expression' and 'correlation'.

    Expression: 'fold change', 'p' and 'false discovery rate' of each gene (`variable`) in each
    comparison (`stratum`). Correlation: 'correlation', 'p' and 'false discovery rate' of each two
    genes (`variable` and `level`) in each network (`stratum`). Rates are over the genes of one
    comparison, and over the pairs of one network.
    """
    rows = [_persons(name, samples, group) for group in ("", *study.groups)]
    reference = samples.cycles[samples.reference]
    for comparison in study.comparisons:
        cases, controls = samples.of(comparison.cases), samples.of(comparison.controls)
        used = cases | controls
        found = [
            fold_change(samples.cycles[gene][used], reference[used], cases[used])
            for gene in study.genes
        ]
        rates = benjamini_hochberg(np.array([np.nan if f.p is None else f.p for f in found]))
        for gene, fold, rate in zip(study.genes, found, rates, strict=True):
            place = Row(
                study=name,
                analysis="expression",
                stratum=comparison.label,
                variable=gene,
                method=FOLD,
                note=fold.note,
            )
            rows += [
                _with(place, "fold change", fold.value, fold.lower, fold.upper),
                _with(place, "p", fold.p),
                _with(place, FDR, number(float(rate))),
            ]
    for network, groups in study.networks.items():
        members = samples.of(groups)
        level = [(reference - samples.cycles[gene])[members] for gene in study.genes]
        together = correlations(level)
        for i, gene in enumerate(study.genes):
            for j in range(i):
                place = Row(
                    study=name,
                    analysis="correlation",
                    stratum=network,
                    variable=gene,
                    level=study.genes[j],
                    method=RHO,
                )
                rows += [
                    _with(place, "correlation", number(float(together.coefficient[i, j]))),
                    _with(place, "p", number(float(together.p[i, j]))),
                    _with(place, FDR, number(float(together.false_discovery[i, j]))),
                ]
    return rows


def _persons(name: str, samples: Samples, group: str) -> Row:
    n = len(samples.group) if not group else int(samples.of((group,)).sum())
    return Row(
        study=name,
        analysis="table_one",
        group=group,
        variable="Persons",
        estimate="n",
        value=float(n),
        n=n,
    )


def _with(
    place: Row,
    estimate: str,
    value: float | None,
    lower: float | None = None,
    upper: float | None = None,
) -> Row:
    return replace(place, estimate=estimate, value=value, lower=lower, upper=upper)
