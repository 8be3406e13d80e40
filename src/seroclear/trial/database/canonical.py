"""One way to write a value down, so that the same content always has the same hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

_UNUSABLE: Final = frozenset(map(chr, (0, *range(0xD800, 0xE000))))


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; numbers that are no number are refused."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def is_text(value: str) -> bool:
    """Whether every database, and UTF-8, can hold it: no zero character and no half of one."""
    return value.isprintable() or not set(value) & _UNUSABLE


def as_field(value: Any) -> str | None:
    """A column's value as the audit trail tells it: a text as it is, anything else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, allow_nan=False)


def sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
