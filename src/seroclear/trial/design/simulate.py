"""Trials of a truth: antibody, triggered doses, relapses, what assays see, who is lost."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from seroclear.analysis.prepared import Bools, Floats
from seroclear.trial.design.allocate import allocated
from seroclear.trial.design.assumptions import Assumptions
from seroclear.trial.design.doses import Doses
from seroclear.trial.design.kinetics import amplitude, antigen, seen
from seroclear.trial.protocol import Protocol

Ints = NDArray[np.int_]
AT_ONCE = 500  # trials, so that arrays stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Trials:
    """What simulated trials gave, one row a trial; arms are (treated, control) in the last axis.

    Attributes:
        n: randomised, shape (trials, strata, 2).
        success: of the endpoint as the trial reads it (missing as the protocol says: failure).
        unmasked: the same, had antibody hidden nothing.
        truth: without relapse at the endpoint, whether followed or not.
        known: with a result in the endpoint's window.
        doses: given to the treated, shape (trials, persons treated at most); -1 where nobody.
        at_cap: treated who reached the cap of doses, shape (trials,).
        titre_sum: of the treated at each visit (mIU/mL), shape (trials, visits), with
        above: those of them at or above the trigger, and present: how many were there.
    """

    n: Ints
    success: Ints
    unmasked: Ints
    truth: Ints
    known: Ints
    doses: Ints
    at_cap: Ints
    titre_sum: Floats
    above: Ints
    present: Ints


def simulate(
    protocol: Protocol,
    truth: Assumptions,
    trials: int = 10_000,
    seed: int = 1,
    advance: Callable[[int], None] = lambda done: None,
) -> Trials:
    """Simulated trials of the protocol's size under a truth; the same for a seed.

    Args:
        protocol: its size, schedule, trigger, endpoint and strata.
        truth: what participants are like.
        trials: how many.
        seed: of the random numbers.
        advance: told how many trials were just done.
    """
    parts = []
    streams = np.random.SeedSequence(seed).spawn(math.ceil(trials / AT_ONCE))
    for place, stream in enumerate(streams):
        size = min(AT_ONCE, trials - place * AT_ONCE)
        parts.append(_some(protocol, truth, size, np.random.default_rng(stream)))
        advance(size)
    return Trials(
        *(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Trials))
    )


@dataclass(slots=True)
class _People:
    """Participants of some trials; arrays of shape (trials, participants)."""

    treated: Bools
    stratum: Ints
    endogenous: Floats  # mIU/mL at enrolment
    growth: Floats  # of its logarithm, a day
    relapse: Floats  # day
    plateau: Floats  # IU/mL
    lost: Floats  # day
    dose_titre: Floats  # mIU/mL that one dose adds


def _people(
    protocol: Protocol, truth: Assumptions, trials: int, random: np.random.Generator
) -> _People:
    shape = (trials, protocol.size.participants)
    day = protocol.endpoint_visit.day
    negative = random.random(shape) < truth.negative_share
    log_titre = math.log(truth.titre_median) + truth.titre_log_sd * random.standard_normal(shape)
    titre = np.where(negative, 10 * random.random(shape), np.maximum(10.0, np.exp(log_titre)))
    stratum = _stratum(protocol, titre)
    treated = allocated(protocol, stratum, random)
    sites = random.standard_normal((trials, len(protocol.sites))) * truth.site_log_sd
    site = random.integers(0, len(protocol.sites), shape)
    hazard, ratio = truth.hazards(day)
    rate = hazard * np.exp(np.take_along_axis(sites, site, axis=1))
    rate *= np.where(negative, truth.negative_hazard_ratio, 1.0)
    rate *= np.where(treated, ratio, 1.0)
    leave = -math.log1p(-truth.dropout) / day if truth.dropout else 0.0
    weight = truth.weight_mean + truth.weight_sd * random.standard_normal(shape)
    lost = random.standard_exponential(shape) / leave if leave else np.full(shape, math.inf)
    spread = truth.plateau_log10_sd * random.standard_normal(shape)
    least = protocol.endpoint.positive_from
    return _People(
        treated,
        stratum,
        titre,
        truth.titre_growth_sd / 365.25 * random.standard_normal(shape),
        random.standard_exponential(shape) / rate,
        np.maximum(least, truth.plateau_median * 10**spread),
        lost,
        amplitude(
            protocol.trigger.dose,
            np.clip(weight, truth.weight_mean / 2, None),
            truth.recovery,
            truth.plasma_volume,
        ),
    )


def _stratum(protocol: Protocol, titre: Floats) -> Ints:
    """The stratum of allocation, where the protocol stratifies by the trigger's marker."""
    for one in protocol.allocation.strata:
        if one.marker == protocol.trigger.marker:
            return np.asarray(np.searchsorted(one.cuts, titre, side="right"))
    return np.zeros(titre.shape, dtype=int)


def _some(
    protocol: Protocol, truth: Assumptions, trials: int, random: np.random.Generator
) -> Trials:
    people = _people(protocol, truth, trials, random)
    doses = Doses(protocol.trigger, truth, people.treated, people.dose_titre, random)
    endpoint = protocol.endpoint
    relapsed = np.zeros(people.treated.shape, dtype=bool)
    unmasked = np.zeros_like(relapsed)
    sums, above, present = [], [], []
    known = relapsed
    for visit in protocol.schedule.visits:
        if visit.day > protocol.endpoint_visit.day:
            break
        own = people.endogenous * np.exp(people.growth * visit.day)
        own = np.where(people.relapse <= visit.day, 0.0, own)  # antibody goes as antigen returns
        titre = own + doses.titre_on(visit.day)
        here = people.lost > visit.day
        if visit.day:
            here &= random.random(here.shape) >= truth.missed_visit
            level = antigen(
                visit.day - people.relapse,
                people.plateau,
                endpoint.positive_from,
                truth.doubling_days,
            ) * _error(truth, here.shape, random)
            relapsed = relapsed | (
                here & (seen(level, titre, truth.masking_titre) >= endpoint.positive_from)
            )
            unmasked = unmasked | (here & (level >= endpoint.positive_from))
        known = here
        measured = titre * _error(truth, here.shape, random)
        doses.order(visit.day, here, measured)
        there = people.treated & here
        sums.append((titre * there).sum(axis=1))
        above.append((there & (titre >= protocol.trigger.below)).sum(axis=1))
        present.append(there.sum(axis=1))
    strata = max((len(s.levels) for s in protocol.allocation.strata), default=1) or 1

    def by_arm(yes: Bools) -> Ints:
        return _counted(yes, people, strata)

    everybody = np.ones_like(relapsed)
    counts = np.where(people.treated, doses.count, -1)
    return Trials(
        n=by_arm(everybody),
        success=by_arm(known & ~relapsed),
        unmasked=by_arm(known & ~unmasked),
        truth=by_arm(people.relapse > protocol.endpoint_visit.day),
        known=by_arm(known),
        doses=counts,
        at_cap=(counts >= protocol.trigger.maximum_doses).sum(axis=1),
        titre_sum=np.stack(sums, axis=1),
        above=np.stack(above, axis=1),
        present=np.stack(present, axis=1),
    )


def _error(truth: Assumptions, shape: tuple[int, ...], random: np.random.Generator) -> Floats:
    return np.asarray(np.exp(math.log(10) * truth.assay_log10_sd * random.standard_normal(shape)))


def _counted(yes: Bools, people: _People, strata: int) -> Ints:
    """Persons of each stratum and arm, shape (trials, strata, 2)."""
    arms = (people.treated, ~people.treated)
    return np.stack(
        [
            np.stack([(yes & (people.stratum == k) & arm).sum(axis=1) for arm in arms], axis=1)
            for k in range(strata)
        ],
        axis=1,
    )
