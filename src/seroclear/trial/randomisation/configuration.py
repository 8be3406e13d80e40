"""What decides an allocation beside the key, and the commitment to both."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

from seroclear.errors import SeroclearError
from seroclear.trial.database.canonical import canonical
from seroclear.trial.protocol import Protocol

# Names every choice that the draws depend on. Whoever changes a draw changes this too: the golden
# allocations of the tests hold them together.
ALGORITHM: Final = "hmac-sha256 permuted blocks and minimisation, version 1"
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Configuration:
    """The randomisation of a trial.

    Attributes:
        trial: its number, so that one key gives different allocations in two trials.
        arms: names with their shares, in the protocol's order.
        method: 'permuted blocks' or 'minimisation'.
        blocks: the sizes that a block may have, each as likely.
        probability: of the arm that minimises the imbalance.
        factors: names with their levels; the participant's site is one where it is named 'site'.
    """

    trial: str
    arms: tuple[tuple[str, int], ...]
    method: str
    blocks: tuple[int, ...]
    probability: float
    factors: tuple[tuple[str, tuple[str, ...]], ...]

    def canonical(self) -> str:
        """The text that the commitment covers."""
        return canonical(asdict(self))

    def stratum(self, levels: dict[str, str]) -> str:
        """The stratum of these levels, as one text; '' where there are no factors.

        Raises:
            SeroclearError: a factor is unknown or has no such level.
        """
        for name, known in self.factors:
            if name not in levels or (known and levels[name] not in known):
                raise SeroclearError(f"the level of {name!r} is unknown: nobody can be allocated.")
        return "; ".join(f"{name}: {levels[name]}" for name, _ in self.factors)


def configuration_of(protocol: Protocol) -> Configuration:
    """The randomisation that a protocol asks for.

    Raises:
        SeroclearError: minimisation with unequal shares, for which a biased coin needs a rule of
            its own.
    """
    allocation = protocol.allocation
    arms = tuple((arm.name, arm.ratio) for arm in protocol.arms)
    if allocation.method == "minimisation" and len({share for _, share in arms}) > 1:
        raise SeroclearError("allocation.method: minimisation is offered for equal ratios only.")
    codes = tuple(site.code for site in protocol.sites)
    factors = tuple(
        (stratum.name, codes if stratum.name == "site" else stratum.levels)
        for stratum in allocation.strata
    )
    return Configuration(
        trial=protocol.identity.number,
        arms=arms,
        method=allocation.method,
        blocks=allocation.blocks if allocation.method == "permuted blocks" else (),
        probability=allocation.probability,
        factors=factors,
    )


def read_configuration(text: str) -> Configuration:
    """A configuration from its canonical text."""
    values = json.loads(text)
    return Configuration(
        trial=values["trial"],
        arms=tuple((name, share) for name, share in values["arms"]),
        method=values["method"],
        blocks=tuple(values["blocks"]),
        probability=values["probability"],
        factors=tuple((name, tuple(levels)) for name, levels in values["factors"]),
    )


def commitment_of(key: bytes, configuration: str, algorithm: str = ALGORITHM) -> str:
    """SHA-256 of key, configuration and algorithm, each with its length before it."""
    digest = hashlib.sha256()
    for part in (key, configuration.encode(), algorithm.encode()):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
