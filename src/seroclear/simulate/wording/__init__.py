"""How hospitals write things: names, units, codes. Data, read once."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pyarrow.csv as pv
from pyarrow import BufferReader


def wording(name: str) -> Any:
    """A file of this folder as an Arrow table; empty cells are null."""
    content = (files(__package__) / name).read_bytes()
    options = pv.ConvertOptions(strings_can_be_null=True)
    return pv.read_csv(BufferReader(content), convert_options=options)
