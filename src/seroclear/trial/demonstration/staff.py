"""The people who run a demonstration: one account each, in the roles of a real trial."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seroclear.trial.database import Database
from seroclear.trial.protocol import Protocol
from seroclear.trial.trust.accounts import add_account, change_password, grant_role
from seroclear.trial.trust.session import Session, sign_in

PASSWORD: Final = "demonstration only"  # of every account: nothing real lies behind it
_FIRST: Final = "of the first day"  # the administrator's choice, which its owner changes
ADMINISTRATOR: Final = ("admin", "An Ran")
_AT_A_SITE: Final = ("coordinator", "investigator", "randomiser", "pharmacist")
_CENTRAL: Final = {
    "laboratory": "laboratory",
    "monitor": "monitor",
    "data_manager": "data_manager",
    "adjudicator_1": "adjudicator",
    "adjudicator_2": "adjudicator",
    "adjudicator_3": "adjudicator",
    "statistician": "statistician",
    "custodian": "custodian",
}
_NAMES: Final = (
    *("Chen Wei", "Li Na", "Rao Jing", "Pan Tao", "Deng Yu", "Liu Yang", "Ren Fei", "Peng Bo"),
    *("Cao Min", "Luo Xin", "Ru Yan", "Pei Lin", "Lan Qi", "Mo Ran", "Dai Hui", "Ai Ping"),
    *("Bai Rui", "Cui Jie", "Song Kai", "Ke Yu"),
)


class Staff:
    """Everybody signed in once; `as_` gives the session of an account.

    Args:
        key_file: of the randomisation, which custodian and randomisers need.
    """

    def __init__(self, database: Database, key_file: Path, protocol: Protocol) -> None:
        self.database, self._key_file = database, key_file
        self._sites = [one.code for one in protocol.sites]
        self._sessions: dict[str, Session] = {}

    def hire(self) -> list[tuple[str, str, str]]:
        """Opens every account and grants its role; (account, name, role) of each."""
        admin = self.as_(ADMINISTRATOR[0])
        posts: list[tuple[str, str, str | None]] = [
            (f"{role}_{site}", role, site) for site in self._sites for role in _AT_A_SITE
        ]
        posts += [(account, role, None) for account, role in _CENTRAL.items()]
        hired = [(*ADMINISTRATOR, "administrator")]
        for number, (account, role, site) in enumerate(posts):
            name = _NAMES[number] if number < len(_NAMES) else f"Person {number + 1}"
            add_account(admin, account, name, _FIRST)
            grant_role(admin, account, role, site)
            change_password(self.as_(account, password=_FIRST), _FIRST, PASSWORD)
            hired.append((account, name, f"{role}, site {site}" if site else role))
        return hired

    def as_(self, account: str, site: str = "", password: str = PASSWORD) -> Session:
        """Somebody's session; of a site's person with the code of the site."""
        account = f"{account}_{site}" if site else account
        if account not in self._sessions:
            self._sessions[account] = sign_in(
                self.database, account, password, key_file=self._key_file
            )
        return self._sessions[account]
