"""Reading a file that may be anything, in bounded memory."""

from __future__ import annotations

import re
from pathlib import Path

from seroclear.errors import SeroclearError

LARGEST_FILE = 200_000_000  # bytes
LONGEST_RECORD = 1_000_000  # characters: the longest articles have a third of it
MOST_NUMBERS = 20_000  # a text with more is a data file
# A text may have lost a few characters on its way, not one in so many.
BROKEN = 200
KINDS = {
    b"%PDF": "a PDF: make text of it first (pdftotext -layout FILE.pdf FILE.txt)",
    b"PK\x03\x04": "a ZIP or Office file: save it as text or XML first",
    b"\x1f\x8b": "compressed: unpack it first (gunzip)",
    b"\xd0\xcf\x11\xe0": "an old Office file: save it as text first",
}


def text_of(file: Path) -> str:
    """The characters of a file.

    Raises:
        SeroclearError: the file is missing, too large, no text, or badly broken.
    """
    if not file.is_file():
        raise SeroclearError(f"{file} is no file: name files of papers or registry entries.")
    size = file.stat().st_size
    if size > LARGEST_FILE:
        raise SeroclearError(
            f"{file.name} has {size // 1_000_000} MB: split it into files of less than "
            f"{LARGEST_FILE // 1_000_000} MB."
        )
    data = file.read_bytes()
    for start, what in KINDS.items():
        if data.startswith(start):
            raise SeroclearError(f"{file.name} is {what}.")
    return decoded(data, file.name)


def decoded(data: bytes, name: str) -> str:
    """Bytes as text: UTF-8, UTF-16 with its mark, or UTF-8 with a few characters lost."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise SeroclearError(f"{name} is broken UTF-16: save it as UTF-8.") from error
    if b"\0" in data[:100_000]:
        raise SeroclearError(f"{name} is no text (it has zero bytes): save it as UTF-8 text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
    if text.count("\ufffd") * BROKEN > len(text):
        raise SeroclearError(f"{name} is not text in UTF-8: save it as UTF-8.")
    return text


NUMBER = re.compile(r"\d+")


def checked(text: str, name: str) -> str:
    """The text of one record, refused when no paper is so long or so full of numbers."""
    if len(text) > LONGEST_RECORD:
        raise SeroclearError(
            f"{name} has one record of {len(text):,} characters, longer than any paper: is it the "
            "right file?"
        )
    if sum(1 for _ in NUMBER.finditer(text)) > MOST_NUMBERS:
        raise SeroclearError(
            f"{name} has a record of more than {MOST_NUMBERS:,} numbers: a data file is no paper."
        )
    return text
