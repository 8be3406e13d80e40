"""The topics of the course, in the order in which they are derived.

A topic is a file of this folder with a rule of the disease. It names the sections of the definition
that it hangs on, so that presets which differ elsewhere share what it derived.
"""

from __future__ import annotations

import ibis

from seroclear.course.alt import alt_events
from seroclear.course.antibody import seroconversion, vaccine_response
from seroclear.course.breakthrough import breakthrough_events
from seroclear.course.findings import findings
from seroclear.course.hbeag import hbeag_events
from seroclear.course.hbsag import hbsag_events
from seroclear.course.infant import exposed_children, infant_events
from seroclear.course.infection import infection_state
from seroclear.course.inputs import Derived, Inputs, Topic
from seroclear.course.liver import liver_events
from seroclear.course.pregnancy import pregnancies, pregnancy_state
from seroclear.course.pregnancy_events import pregnancy_events
from seroclear.course.relapse import relapse_events
from seroclear.course.state import COLUMNS as STATE_COLUMNS
from seroclear.course.state import hbsag_state, treatment_state
from seroclear.course.transplant import (
    hbig_events,
    na_events,
    recipients,
    reinfection,
    vaccination_events,
)
from seroclear.course.treatment import regimens, with_purpose
from seroclear.course.viraemia import response_events


def _laboratory(given: Inputs) -> Derived:
    return Derived(finding=[findings(given.engine, given.store, given.rules)])


def _treatment(given: Inputs) -> Derived:
    found = given.found
    hbv = found.filter(
        ((found.marker == "hbsag") & (found.status == "positive"))
        | ((found.marker == "hbv_dna") & (found.status == "detectable"))
    )
    lines = given.engine.keep(regimens(given.engine, given.exposure, given.patient, given.rules))
    regimen = given.engine.keep(with_purpose(lines, hbv, given.coinfected["hiv"]))
    return Derived(regimen=[regimen], state=[treatment_state(regimen)])


def _hbsag(given: Inputs) -> Derived:
    events = given.engine.keep(
        ibis.union(
            *hbsag_events(given.engine, given.found, given.regimen, given.condition, given.rules)
        )
    )
    chain = events.filter(events.event.isin(["hbsag_loss", "hbsag_seroreversion"]))
    state = hbsag_state(given.found, chain).select(*STATE_COLUMNS)
    return Derived(event=[events], state=[state])


def _antibody(given: Inputs) -> Derived:
    chain = given.events("hbsag", "hbsag_loss", "hbsag_seroreversion")
    return Derived(
        event=[seroconversion(given.found, chain), vaccine_response(given.found, given.exposure)]
    )


def _hbeag(given: Inputs) -> Derived:
    return Derived(event=hbeag_events(given.found))


def _liver(given: Inputs) -> Derived:
    return Derived(event=liver_events(given.condition, given.procedure, given.patient, given.rules))


def _coinfection(given: Inputs) -> Derived:
    return Derived(event=list(given.coinfected.values()))


def _viraemia(given: Inputs) -> Derived:
    treated = given.treated_dna
    on = treated.filter(treated.on)
    return Derived(
        event=[
            *response_events(given.engine, given.dna, on, given.treatments, given.rules),
            *breakthrough_events(given.engine, on, given.rules),
            *relapse_events(given.engine, treated, given.found, given.treatments, given.rules),
        ]
    )


def _alt(given: Inputs) -> Derived:
    return Derived(event=alt_events(given.engine, given.found, given.rules))


def _infection(given: Inputs) -> Derived:
    chronic = given.events("hbsag", "chronic_hbv")
    state = infection_state(given.engine, given.patient, given.found, given.condition, chronic)
    return Derived(state=[state.select(*STATE_COLUMNS)])


def _pregnancy(given: Inputs) -> Derived:
    engine, rules = given.engine, given.rules
    pregnant = engine.keep(pregnancies(engine, given.condition, given.patient, rules))
    events = pregnancy_events(engine, given.found, pregnant, given.regimen, rules)
    return Derived(event=events, state=[pregnancy_state(pregnant)])


def _infant(given: Inputs) -> Derived:
    engine, rules = given.engine, given.rules
    children = engine.keep(exposed_children(given.patient, given.found, rules))
    return Derived(event=infant_events(engine, children, given.found, given.exposure, rules))


def _transplant(given: Inputs) -> Derived:
    engine, rules = given.engine, given.rules
    grafted = engine.keep(recipients(given.events("liver", "liver_transplant")))
    return Derived(
        event=[
            *hbig_events(engine, grafted, given.exposure, given.patient, rules),
            *na_events(grafted, given.treatments),
            reinfection(grafted, given.found, given.condition),
            *vaccination_events(engine, grafted, given.found, given.exposure, rules),
        ]
    )


TOPICS = (
    Topic(
        "laboratory",
        _laboratory,
        sections=(
            "hbsag",
            "anti_hbs",
            "passive_antibody",
            "hbeag",
            "antibody",
            "hbv_dna",
            "alt",
        ),
    ),
    Topic("treatment", _treatment, after=("laboratory",), sections=("exposure",)),
    Topic(
        "hbsag",
        _hbsag,
        after=("laboratory", "treatment"),
        sections=("chronic", "loss", "seroreversion"),
    ),
    Topic("antibody", _antibody, after=("laboratory", "hbsag")),
    Topic("hbeag", _hbeag, after=("laboratory",)),
    Topic("liver", _liver, sections=("condition",)),
    Topic("coinfection", _coinfection, after=("laboratory",)),
    Topic(
        "viraemia",
        _viraemia,
        after=("laboratory", "treatment"),
        sections=("viraemia", "breakthrough", "relapse"),
    ),
    Topic("alt", _alt, after=("laboratory",), sections=("flare",)),
    Topic("infection", _infection, after=("laboratory", "hbsag"), sections=("infection",)),
    Topic(
        "pregnancy",
        _pregnancy,
        after=("laboratory", "treatment"),
        sections=("pregnancy", "mtct"),
    ),
    Topic("infant", _infant, after=("laboratory",), sections=("mtct",)),
    Topic(
        "transplant",
        _transplant,
        after=("laboratory", "treatment", "liver"),
        sections=("transplant",),
    ),
)


def sections_of(topic: Topic) -> frozenset[str]:
    """Every section of the definition on which the topic's rows hang."""
    before = [sections_of(one) for one in TOPICS if one.name in topic.after]
    return frozenset(topic.sections).union(*before)
