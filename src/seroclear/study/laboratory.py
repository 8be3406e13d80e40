"""A study of a laboratory's own file: quantitative PCR of genes in groups of samples.

The file is a CSV with a line a sample: `sample`, `group`, and the cycle number (Ct) of each gene in
a column of its name. Empty, 'ND' or 'Undetermined' is not amplified, hence unknown.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seroclear.errors import SeroclearError
from seroclear.study.checks import nearest

NOT_AMPLIFIED = ("", "nd", "undetermined", "na", "nan", "-")
MOST_CYCLES = 50.0  # more are not run: such a number is no cycle number


@dataclass(frozen=True, slots=True)
class Comparison:
    """Groups set against others."""

    label: str
    cases: tuple[str, ...]
    controls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LaboratoryStudy:
    """A study of gene expression.

    Attributes:
        question: in one sentence.
        groups: names in column `group`, in the order shown.
        genes: columns.
        reference_genes: columns of genes that are expressed alike; the first one there is used.
        comparisons: of expression.
        networks: name -> groups in whom the genes are correlated with each other.
        published: what the published study says, in words.
    """

    question: str
    groups: tuple[str, ...]
    genes: tuple[str, ...]
    reference_genes: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    networks: Mapping[str, tuple[str, ...]]
    published: str = ""


@dataclass(frozen=True, slots=True)
class Samples:
    """Cycle numbers, nan where unknown, each of shape (samples,)."""

    group: NDArray[np.object_]
    cycles: dict[str, NDArray[np.float64]]
    reference: str

    def of(self, groups: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which samples are of some groups."""
        return np.isin(self.group.astype(str), groups)


def read_samples(study: LaboratoryStudy, file: Path) -> Samples:
    """Reads the file.

    Raises:
        SeroclearError: it is not there, is no CSV of this kind, or names an unknown group.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise SeroclearError(f"{file} cannot be read: give a CSV file in UTF-8.") from None
    reader = csv.DictReader(text.splitlines())
    header = [name.strip() for name in reader.fieldnames or []]
    reader.fieldnames = header
    reference = next((gene for gene in study.reference_genes if gene in header), "")
    if not reference:
        raise SeroclearError(
            f"{file} has no reference gene: name a column {' or '.join(study.reference_genes)}."
        )
    for column in ("sample", "group", *study.genes):
        if column not in header:
            raise SeroclearError(f"{file} has no column {column!r}; {nearest(column, header)}.")
    lines = list(reader)
    seen: set[str] = set()
    for number, line in enumerate(lines, start=2):
        if line["group"].strip() not in study.groups:
            mend = nearest(line["group"].strip(), list(study.groups))
            raise SeroclearError(f"{file} line {number}: unknown group; {mend}.")
        if line["sample"] in seen:
            raise SeroclearError(f"{file} line {number}: a sample stands twice; keep one line.")
        seen.add(line["sample"])
    return Samples(
        np.array([line["group"].strip() for line in lines], dtype=object),
        {
            gene: np.array([_cycle(file, n, line[gene]) for n, line in enumerate(lines, start=2)])
            for gene in (reference, *study.genes)
        },
        reference,
    )


def _cycle(file: Path, line: int, text: str | None) -> float:
    cell = (text or "").strip()
    if cell.lower() in NOT_AMPLIFIED:
        return math.nan
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    if not 0 < value <= MOST_CYCLES:
        raise SeroclearError(
            f"{file} line {line}: a cycle number must lie above 0 and up to {MOST_CYCLES:g}, or be "
            "empty."
        )
    return value
