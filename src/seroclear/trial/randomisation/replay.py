"""The proof: with the key revealed, every allocation is computed anew and held against its row."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from seroclear.errors import SeroclearError
from seroclear.trial.database import rows
from seroclear.trial.database.clinical import allocation
from seroclear.trial.database.tables import audit, scheme, seed_reveal
from seroclear.trial.randomisation.configuration import (
    ALGORITHM,
    commitment_of,
    read_configuration,
)
from seroclear.trial.randomisation.draw import Before, draw


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found: how many allocations agree, and the first that does not ('')."""

    allocations: int
    problem: str = ""

    @property
    def good(self) -> bool:
        """Whether every allocation is proven."""
        return not self.problem


def replay(connection: Connection, key: bytes | None = None) -> Replayed:
    """Replays every allocation in the order of their numbers.

    Args:
        key: the key; without it the one that was revealed.

    Raises:
        SeroclearError: there is no commitment, or no key was given or revealed.
    """
    schemes = rows.rows(connection, scheme)
    if not schemes:
        raise SeroclearError("the trial has no commitment to its randomisation: nothing to prove.")
    committed = schemes[-1]
    if committed["algorithm"] != ALGORITHM:
        raise SeroclearError(
            "this program allocates by another algorithm than the one committed to; replay with "
            "the version that the trial began with."
        )
    if key is None:
        revealed = rows.rows(connection, seed_reveal)
        if not revealed:
            raise SeroclearError("the key is not revealed yet; that is for after the lock.")
        key = bytes.fromhex(revealed[-1]["seed"])
    if (
        commitment_of(key, committed["configuration"], committed["algorithm"])
        != committed["commitment"]
    ):
        return Replayed(0, "the key is not the one that was committed to")
    if _came_after_an_allocation(connection, committed["id"]):
        return Replayed(0, "the commitment was recorded after the first allocation")
    return _replayed(connection, key, committed["configuration"])


def _replayed(connection: Connection, key: bytes, configuration_text: str) -> Replayed:
    configuration = read_configuration(configuration_text)
    before: list[Before] = []
    in_stratum: dict[str, int] = {}
    for row in connection.execute(select(allocation).order_by(allocation.c.number)).mappings():
        number = len(before) + 1
        levels = json.loads(row["strata"])
        drawn = draw(key, configuration, levels, before)
        stratum = configuration.stratum(levels)
        in_stratum[stratum] = in_stratum.get(stratum, 0) + 1
        expected = {
            "number": number,
            "stratum": stratum,
            "sequence": in_stratum[stratum],
            "arm": drawn.arm,
            "imbalance": drawn.imbalance,
            "probability": drawn.probability,
        }
        found = {name: row[name] for name in expected}
        for name in ("imbalance", "probability"):
            found[name] = json.loads(found[name])
        for name, value in expected.items():
            if found[name] != value:
                return Replayed(number - 1, f"allocation {number}: its {name} is not the one drawn")
        before.append(Before(row["arm"], levels))
    return Replayed(len(before))


def _came_after_an_allocation(connection: Connection, id: str) -> bool:
    """Whether the trail tells of an allocation before it tells of the commitment."""
    first = {
        entity: connection.scalar(
            select(audit.c.seq).where(audit.c.entity == entity).order_by(audit.c.seq).limit(1)
        )
        for entity in ("scheme", "allocation")
    }
    return first["allocation"] is not None and (
        first["scheme"] is None or first["scheme"] > first["allocation"]
    )
