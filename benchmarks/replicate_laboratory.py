"""The study of gene expression in many simulated laboratories, beside their true fold changes."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

from replicate import Estimate

from seroclear.analysis.gene_expression import gene_expression
from seroclear.simulate.expression import write_expression
from seroclear.studies import load_laboratory
from seroclear.study.laboratory import read_samples

STUDY, COMPARED = "innate-immunity", "resistant against healthy"
GENES = ("IFNA", "MOV10")  # truly unchanged and truly doubled; the others are drawn alike


def laboratory_estimates(laboratories: int) -> Iterator[Estimate]:
    """The log fold change of each of GENES in each laboratory."""
    name, study = load_laboratory(STUDY)
    for seed in range(laboratories):
        with tempfile.TemporaryDirectory() as folder:
            write_expression(Path(folder), seed)
            samples = read_samples(study, Path(folder) / "laboratory" / "expression.csv")
            text = (Path(folder) / "truth" / "expression.json").read_text(encoding="utf-8")
        (changes,) = json.loads(text).values()
        rows = gene_expression(study, name, samples)
        for gene in GENES:
            row = next(
                one
                for one in rows
                if (one.stratum, one.variable, one.estimate) == (COMPARED, gene, "fold change")
            )
            numbers = (math.log(v) if v else math.nan for v in (row.value, row.lower, row.upper))
            label = f"fold change of {gene}, resistant : healthy"
            true = changes[gene] * math.log(2)
            n = len(samples.group)
            yield Estimate(STUDY, seed, "parameter", label, true, *numbers, n, 0)
