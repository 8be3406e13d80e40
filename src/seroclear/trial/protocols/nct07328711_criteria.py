"""Eligibility for NCT07328711, asked of hospital records."""

from seroclear.study import *

criteria: dict[str, object] = {}
