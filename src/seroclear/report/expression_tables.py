"""Tables of gene expression: fold changes and correlations."""

from __future__ import annotations

from seroclear.analysis.gene_expression import FDR
from seroclear.analysis.result import Row
from seroclear.report import select, tables, words
from seroclear.report.document import Table


def expression(rows: list[Row]) -> list[Table]:
    """A table for each comparison, a line for each gene."""
    return _each(rows, "expression", "Expression, {}", ("Gene",), "fold change", "Fold change")


def correlation(rows: list[Row]) -> list[Table]:
    """A table for each network, a line for each pair of genes."""
    head = ("Gene", "With")
    return _each(rows, "correlation", "Correlations, {}", head, "correlation", "Spearman's rho")


def _each(
    rows: list[Row], analysis: str, caption: str, head: tuple[str, ...], estimate: str, called: str
) -> list[Table]:
    used = select.of(rows, analysis)
    found = []
    for stratum in select.distinct(row.stratum for row in used):
        mine = [row for row in used if row.stratum == stratum]
        body = []
        for row in mine:
            if row.estimate != estimate:
                continue
            same = {"variable": row.variable, "level": row.level}
            tests = [words.shown(select.first(mine, estimate=name, **same)) for name in ("p", FDR)]
            genes = (row.variable, row.level)[: len(head)]
            body.append((*genes, words.shown(row), *tests))
        limits = " (95% CI)" if any(row.lower is not None for row in mine) else ""
        header = (*head, f"{called}{limits}", "p", "False discovery rate")
        found += tables.made(caption.format(stratum), header, body, mine, method=True)
    return found
