"""Decompensation of the liver: the diagnoses that count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.course.definition import Definition

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Kinds of decompensation, each an event of its own; the last two only in the wider variant.
NARROW = ("ascites", "variceal_bleeding", "hepatic_encephalopathy")
KINDS = (*NARROW, "spontaneous_bacterial_peritonitis", "hepatorenal_syndrome")
UNSPECIFIED = "decompensated_cirrhosis"  # a code that does not say of which kind


def decompensations(condition: ir.Table, definition: Definition) -> ir.Table:
    """The diagnoses that count as decompensation, by decompensation.kinds."""
    kinds = KINDS if definition["decompensation.kinds"] == "wide" else NARROW
    return condition.filter(condition.condition.isin([*kinds, UNSPECIFIED]))
