"""What each role may do: the table of `permissions.toml`, and nothing that is not in it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from seroclear.errors import SeroclearError


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one action; see the head of `permissions.toml`."""

    action: str
    roles: frozenset[str]
    after_lock: frozenset[str]
    scope: Literal["site", "trial"]
    kind: Literal["write", "read", "told"]

    def permits(self, role: str, *, locked: bool) -> bool:
        """Whether a role may, with the trial locked or not."""
        return role in self.roles or (locked and role in self.after_lock)


@dataclass(frozen=True, slots=True)
class Permissions:
    """The whole table."""

    roles: dict[str, str]
    rules: dict[str, Rule]
    conflicts: frozenset[frozenset[str]]

    def rule(self, action: str) -> Rule:
        """The rule of an action; one that nobody may do when the table does not hold it."""
        nobody: frozenset[str] = frozenset()
        return self.rules.get(action, Rule(action, nobody, nobody, "site", "write"))

    def check_role(self, role: str) -> None:
        """Raises SeroclearError when there is no such role."""
        if role not in self.roles:
            raise SeroclearError(f"there is no role {role!r}; known: {', '.join(self.roles)}.")

    def conflict(self, held: Iterable[str], role: str) -> str | None:
        """A role already held that the same person may not hold beside `role`."""
        return next((one for one in sorted(held) if {one, role} in self.conflicts), None)


@cache
def permissions() -> Permissions:
    """The table, read once."""
    table = tomllib.loads((files("seroclear.trial.trust") / "permissions.toml").read_text("utf-8"))
    rules = {
        action: Rule(
            action,
            frozenset(rule["roles"]),
            frozenset(rule.get("after_lock", ())),
            rule["scope"],
            rule["kind"],
        )
        for action, rule in table["actions"].items()
    }
    pairs = frozenset(
        frozenset((one, other)) for one, others in table["conflicts"].items() for other in others
    )
    return Permissions(table["roles"], rules, pairs)
