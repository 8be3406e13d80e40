"""Moments and persons as columns of a table."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from seroclear.simulate.people import Bool, Float, Int

FIRST_ID: Final = 10_000_001  # of patients; digits only, so that OMOP's integer is the same id


def patient_ids(person: Int) -> pa.Array:
    """Patient identifiers as text."""
    return pc.cast(pa.array(person + FIRST_ID), pa.string())


def dates(moment: Float | Int, known: Bool | None = None) -> pa.Array:
    """Moments as calendar dates; null where not finite (or not `known`)."""
    known = np.isfinite(moment) if known is None else known & np.isfinite(moment)
    days = np.where(known, np.floor(np.where(known, moment, 0)), 0).astype(np.int32)
    return pc.cast(pa.array(days, mask=~known), pa.date32())


def days(moment: Float) -> pa.Array:
    """Moments as fractional days since 1970-01-01, and other numbers; null where not finite."""
    known = np.isfinite(moment)
    return pa.array(np.where(known, moment, 0.0), mask=~known)
