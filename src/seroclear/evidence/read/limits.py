"""Reading a file that may be anything, in bounded memory."""

from __future__ import annotations

from pathlib import Path

from seroclear.errors import SeroclearError

LARGEST_FILE = 200_000_000  # bytes
LONGEST_RECORD = 3_000_000  # characters: the longest articles have a tenth of it
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
            f"{file.name} has {size // 1_000_000} MB, more than {LARGEST_FILE // 1_000_000}: split it."
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


def checked(text: str, name: str) -> str:
    """The text of one record, refused when no paper is so long."""
    if len(text) > LONGEST_RECORD:
        raise SeroclearError(
            f"{name} has one record of {len(text) // 1_000_000} million characters, longer than any "
            "paper: is it the right file?"
        )
    return text
