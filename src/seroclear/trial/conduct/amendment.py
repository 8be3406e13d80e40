"""An amendment of the protocol: a later version for what is still to come, told with its reason."""

from __future__ import annotations

from seroclear.errors import SeroclearError
from seroclear.trial.database.tables import scheme, site, trial
from seroclear.trial.protocol import Protocol
from seroclear.trial.randomisation.configuration import configuration_of
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work


@action("trial.amend")
def amend_protocol(work: Work, protocol: Protocol) -> str:
    """Puts a later version of the protocol in force, and plans its new sites; the protocol's hash.

    Visits, doses and outcomes are judged by it from now on; what was recorded stays as it was.

    Raises:
        SeroclearError: it is another trial's, leaves out a site, or asks for another randomisation
            than the one that was committed to.
    """
    before = work.protocol
    if protocol.identity.number != before.identity.number:
        raise SeroclearError("this is the protocol of another trial.")
    codes = {one.code for one in protocol.sites}
    if not {one.code for one in before.sites} <= codes:
        raise SeroclearError("an amendment leaves no site out: close the site instead.")
    for committed in work.rows(scheme):
        if configuration_of(protocol).canonical() != committed["configuration"]:
            raise SeroclearError(
                "the trial is committed to its randomisation: an amendment cannot change it."
            )
    changes = {"protocol_hash": protocol.hash(), "protocol": protocol.canonical().decode()}
    work.revise(trial, before.identity.number, **changes)
    known = {one["id"] for one in work.rows(site)}
    for planned in protocol.sites:
        if planned.code not in known:
            work.add(
                site,
                id=planned.code,
                name=planned.name,
                utc_offset=planned.utc_offset,
                state="planned",
            )
    return protocol.hash()
