"""Figures from rows, each as SVG and PNG. Importing this imports matplotlib."""

from seroclear.report.figures.balance import love
from seroclear.report.figures.curve import kaplan_meier
from seroclear.report.figures.flowchart import flowchart
from seroclear.report.figures.forest import forest
from seroclear.report.figures.grid import definition_grid
from seroclear.report.figures.overlap import overlap
from seroclear.report.figures.trajectory import trajectory

__all__ = [
    "definition_grid",
    "flowchart",
    "forest",
    "kaplan_meier",
    "love",
    "overlap",
    "trajectory",
]
