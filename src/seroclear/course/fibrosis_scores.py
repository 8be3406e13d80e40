"""APRI and FIB-4: liver fibrosis from routine blood tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir


def apri(ast: ir.NumericValue, uln: ir.NumericValue, platelets: ir.NumericValue) -> ir.NumericValue:
    """AST-to-platelet ratio index (Wai, Hepatology 2003).

    Args:
        ast: U/L.
        uln: upper limit of normal of AST, U/L.
        platelets: 10^9/L.
    """
    return ast / uln / platelets * 100.0


def fib4(
    age: ir.NumericValue, ast: ir.NumericValue, alt: ir.NumericValue, platelets: ir.NumericValue
) -> ir.NumericValue:
    """FIB-4 index (Sterling, Hepatology 2006).

    Args:
        age: years.
        ast: U/L.
        alt: U/L.
        platelets: 10^9/L.
    """
    return age * ast / (platelets * alt.sqrt())
