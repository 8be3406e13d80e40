"""Every action of a trial: importing this registers them all with the gateway."""

from __future__ import annotations

from seroclear.trial.conduct import (
    adjudication,
    amendment,
    backup,
    deviations,
    doses,
    endpoint,
    events,
    lock,
    orders,
    overview,
    queries,
    randomise,
    results,
    sites,
    subjects,
    visits,
)
from seroclear.trial.exchange import redcap_import
from seroclear.trial.export import source
from seroclear.trial.randomisation import commit
from seroclear.trial.trust import accounts, signatures, trail
from seroclear.trial.trust.gateway import ACTIONS

MODULES = (
    *(adjudication, amendment, backup, deviations, doses, endpoint, events, lock, orders, overview),
    *(queries, randomise, results, sites, subjects, visits, commit, accounts, signatures, source),
    *(trail, redcap_import),
)

__all__ = ["ACTIONS", "MODULES"]
