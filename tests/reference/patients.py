"""Random patients of every topic."""

from __future__ import annotations

import random

from reference.histories import MOST_ROWS, TOPICS, decode
from reference.stores import History


def random_patients(seed: int, codes: int) -> list[History]:
    """The same codes read once for each topic.

    Args:
        seed: another gives other patients.
        codes: histories a topic.
    """
    dice = random.Random(seed)
    drawn = [dice.randbytes(1 + 2 * MOST_ROWS) for _ in range(codes)]
    return [
        decode(f"p{number:05d}-{topic}", code, topic)
        for number, code in enumerate(drawn)
        for topic in range(len(TOPICS))
    ]
