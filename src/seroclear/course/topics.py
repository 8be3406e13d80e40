"""The topics of the course, in the order in which they are derived.

A topic is a file of this folder with a rule of the disease. It names the sections of the definition
that it hangs on, so that presets which differ elsewhere share what it derived.
"""

from __future__ import annotations

import ibis

from seroclear.course.adjustment import adjustment_events
from seroclear.course.alt import alt_events
from seroclear.course.antibody import seroconversion, vaccine_response
from seroclear.course.breakthrough import breakthrough_events
from seroclear.course.consolidation import consolidation_event, consolidation_state
from seroclear.course.findings import findings
from seroclear.course.first_line import first_line_state
from seroclear.course.hbeag import hbeag_events
from seroclear.course.hbsag import hbsag_events
from seroclear.course.infection import infection_state
from seroclear.course.inputs import Derived, Inputs, Topic
from seroclear.course.liver import liver_events
from seroclear.course.relapse import relapse_events
from seroclear.course.state import COLUMNS as STATE_COLUMNS
from seroclear.course.state import hbsag_state, treatment_state
from seroclear.course.stopping import stopping_events
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


def _first_line(given: Inputs) -> Derived:
    return Derived(state=[first_line_state(given.regimen, given.rules)])


def _consolidation(given: Inputs) -> Derived:
    stretches = given.consolidations
    return Derived(event=[consolidation_event(stretches)], state=[consolidation_state(stretches)])


def _stopping(given: Inputs) -> Derived:
    return Derived(event=stopping_events(given))


def _adjustment(given: Inputs) -> Derived:
    return Derived(event=[adjustment_events(given)])


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
    Topic("first_line", _first_line, after=("treatment",), sections=("first_line",)),
    Topic(
        "consolidation",
        _consolidation,
        after=("laboratory", "treatment"),
        sections=("consolidation",),
    ),
    Topic(
        "stopping",
        _stopping,
        after=("laboratory", "treatment", "hbsag", "antibody", "liver", "consolidation"),
        sections=("stopping", "viraemia"),
    ),
    Topic("adjustment", _adjustment, after=("laboratory", "treatment", "viraemia")),
)


def sections_of(topic: Topic) -> frozenset[str]:
    """Every section of the definition on which the topic's rows hang."""
    before = [sections_of(one) for one in TOPICS if one.name in topic.after]
    return frozenset(topic.sections).union(*before)
