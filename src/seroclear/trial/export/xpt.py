"""SAS transport format, version 5 (SAS technical note TS-140): names 8, labels 40, texts 200 bytes.

Texts are UTF-8; a reader has to be told where they are not ASCII.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from seroclear.errors import SeroclearError
from seroclear.trial.export.definitions import TEXT_LIMIT, Dataset, Variable, sas_days
from seroclear.trial.export.source import Source

_NAME, _LABEL = 8, 40  # bytes
_RECORD: Final = 80
_SYSTEM: Final = b"9.4     " + b"seroclr "  # version of SAS and operating system, 8 bytes each
_MISSING: Final = b"." + bytes(7)
_MONTHS: Final = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"


def xpt(source: Source, data: Dataset) -> bytes:
    """The file's bytes; its times are that of the lock.

    Raises:
        SeroclearError: a name, a label or a text is longer than the format can hold.
    """
    stamp = _stamp(source.locked_at)
    head = [
        _header("LIBRARY", "0" * 30),
        b"SAS     SAS     SASLIB  " + _SYSTEM + b" " * 24 + stamp,
        stamp.ljust(_RECORD),
        _header("MEMBER", "000000000000000001600000000140"),
        _header("DSCRPTR", "0" * 30),
        b"SAS     " + _text(data.name, _NAME) + b"SASDATA " + _SYSTEM + b" " * 24 + stamp,
        stamp + b" " * 16 + _text(data.label, _LABEL) + b" " * 8,
        _header("NAMESTR", f"000000{len(data.variables):04d}".ljust(30, "0")),
    ]
    body = b"".join(_row(data, row) for row in data.rows)
    return b"".join(
        (*head, _padded(b"".join(_names(data))), _header("OBS", "0" * 30), _padded(body))
    )


def ibm(value: float | None) -> bytes:
    """A number as IBM's double: base 16, 56 bits of fraction; what is missing is '.'.

    Raises:
        SeroclearError: it is no number, or beyond the range of about 1e-78 to 7e75.
    """
    if value is None:
        return _MISSING
    if not math.isfinite(value):
        raise SeroclearError("a number of a dataset is not finite: SAS cannot keep it.")
    if value == 0:
        return bytes(8)
    fraction, exponent = math.frexp(abs(value))
    hexadecimal = -(-exponent // 4)
    if not -64 <= hexadecimal <= 63:
        raise SeroclearError("a number of a dataset is beyond what SAS can keep.")
    bits = int(fraction * 2**53) << 3 >> (4 * hexadecimal - exponent)
    sign = 0x80 if value < 0 else 0
    return bytes([sign | (hexadecimal + 64)]) + bits.to_bytes(7, "big")


def _names(data: Dataset) -> Iterator[bytes]:
    at = 0
    for number, one in enumerate(data.variables, 1):
        length = data.length(one)
        format = (b"DATE    ", 9) if one.type == "sasdate" else (b" " * 8, 0)
        yield struct.pack(
            ">hhhh8s40s8shhh2s8shhl52s",
            *(1 if one.is_number else 2, 0, length, number),
            *(_text(one.variable, _NAME), _text(one.label, _LABEL)),
            *(*format, 0, 0, bytes(2), b" " * 8, 0, 0, at, bytes(52)),
        )
        at += length


def _row(data: Dataset, row: tuple[Any, ...]) -> bytes:
    return b"".join(
        _value(one, data.length(one), value) for one, value in zip(data.variables, row, strict=True)
    )


def _value(variable: Variable, length: int, value: Any) -> bytes:
    if variable.type == "sasdate":
        return ibm(None if value is None else sas_days(value))
    if variable.is_number:
        return ibm(value)
    return _text(value or "", min(length, TEXT_LIMIT))


def _text(text: str, length: int) -> bytes:
    encoded = text.encode()
    if len(encoded) > length:
        raise SeroclearError(f"a text of a dataset is longer than {length} bytes: shorten it.")
    return encoded.ljust(length)


def _header(kind: str, numbers: str) -> bytes:
    return f"HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{numbers}  ".encode()


def _padded(content: bytes) -> bytes:
    return content + b" " * (-len(content) % _RECORD)


def _stamp(at: str) -> bytes:
    """A time as 02MAR26:01:00:00, in UTC and English wherever it is written."""
    time = datetime.fromisoformat(at)
    return f"{time:%d}{_MONTHS[3 * time.month - 3 : 3 * time.month]}{time:%y:%H:%M:%S}".encode()
