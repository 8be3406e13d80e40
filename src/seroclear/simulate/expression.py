"""A laboratory's file of gene expression whose truth is known."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Final

import numpy as np

from seroclear.simulate.library import EXPRESSION, stream

# group -> persons (the published study: 20 healthy, 18 and 10 resistant)
PERSONS: Final = {"healthy": 20, "multidrug resistant": 18, "cross-resistant": 10}
# gene -> cycles of the healthy, and log2 fold change of both kinds of resistant (design choices:
# the published study says only that Mov10 and TRIM22 are higher)
GENES: Final = {
    "IFNA": (29.0, 0.0),
    "IFNG": (30.0, 0.0),
    "MOV10": (26.0, 1.0),
    "TRIM22": (25.0, 1.3),
}
REFERENCE: Final = ("GAPDH", 17.0)
SHARED_SD, OWN_SD, READING_SD = 0.5, 0.5, 0.1  # cycles: all genes of a person, each gene, each tube


def write_expression(folder: Path, seed: int) -> None:
    """`laboratory/expression.csv` and `truth/expression.json` (log2 fold change of each gene)."""
    rng = stream(seed, EXPRESSION)
    file = folder / "laboratory" / "expression.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("sample", "group", REFERENCE[0], *GENES))
        number = 0
        for group, persons in PERSONS.items():
            for _ in range(persons):
                number += 1
                amount, shared = rng.normal(0, 0.4), rng.normal(0, SHARED_SD)
                cells = [REFERENCE[1] + amount + rng.normal(0, READING_SD)]
                for cycles, change in GENES.values():
                    up = change if group != "healthy" else 0.0
                    own = rng.normal(0, OWN_SD) + rng.normal(0, READING_SD)
                    cells.append(cycles + amount - up - shared + own)
                writer.writerow((f"S{number:03d}", group, *np.round(cells, 2)))
    truth = {gene: change for gene, (_, change) in GENES.items()}
    (folder / "truth").mkdir(exist_ok=True)
    text = json.dumps({"log2 fold change of the resistant": truth}, indent=2)
    (folder / "truth" / "expression.json").write_text(text + "\n", encoding="utf-8")
