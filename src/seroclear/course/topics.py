"""The topics of the course, in the order in which they are derived.

A topic is a file of this folder with a rule of the disease. It names the sections of the definition
that it hangs on, so that presets which differ elsewhere share what it derived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.adjustment import adjustment_events
from seroclear.course.alt import alt_events
from seroclear.course.antibody import (
    antibody_lost,
    antibody_state,
    protective,
    seroconversion,
    vaccine_response,
)
from seroclear.course.attribution import attributed, loss_on_treatment
from seroclear.course.breakthrough import breakthrough_events
from seroclear.course.consolidation import consolidation_event, consolidation_state
from seroclear.course.cure import functional_cure, partial_cure
from seroclear.course.fibrosis import (
    advanced_fibrosis,
    fibrosis_state,
    score_findings,
    stiffness_findings,
)
from seroclear.course.findings import findings
from seroclear.course.first_line import first_line_state
from seroclear.course.hbeag import hbeag_events, hbeag_seroconversion
from seroclear.course.hbsag import hbsag_events
from seroclear.course.infant import exposed_children, infant_events
from seroclear.course.infection import infection_state
from seroclear.course.inputs import Derived, Inputs, Topic
from seroclear.course.kidney import egfr_findings, kidney_events, kidney_state
from seroclear.course.liver import liver_events
from seroclear.course.liver_death import liver_death
from seroclear.course.losses import loss_periods
from seroclear.course.measurement import measurements
from seroclear.course.occult import occult_viraemia
from seroclear.course.phase import phase_state
from seroclear.course.pregnancy import pregnancies, pregnancy_signs, pregnancy_state
from seroclear.course.pregnancy_events import pregnancy_events
from seroclear.course.relapse import relapse_events
from seroclear.course.severe_flare import severe_flares
from seroclear.course.spans import treated_spans
from seroclear.course.state import COLUMNS as STATE_COLUMNS
from seroclear.course.state import hbsag_state, treatment_state
from seroclear.course.stopping import stopping_events
from seroclear.course.transplant import (
    hbig_events,
    na_events,
    recipients,
    reinfection,
    vaccination_events,
)
from seroclear.course.treatment import regimens, with_purpose
from seroclear.course.viraemia import response_events

if TYPE_CHECKING:
    import ibis.expr.types as ir


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


def _losses(given: Inputs) -> ir.Table:
    chain = given.events("hbsag", "hbsag_loss", "hbsag_seroreversion")
    return given.engine.keep(loss_periods(chain))


def _antibody(given: Inputs) -> Derived:
    losses = _losses(given)
    converted = given.engine.keep(seroconversion(given.found, losses))
    return Derived(
        event=[
            converted,
            protective(given.found, losses, given.rules),
            antibody_lost(given.found, converted),
            vaccine_response(given.found, given.exposure),
        ],
        state=[antibody_state(given.found, given.rules)],
    )


def _hbeag(given: Inputs) -> Derived:
    events = [given.engine.keep(table) for table in hbeag_events(given.found)]
    losses = loss_periods(ibis.union(*events), "hbeag")
    return Derived(event=[*events, hbeag_seroconversion(given.found, losses)])


def _cure(given: Inputs) -> Derived:
    losses = _losses(given)
    spans = given.engine.keep(treated_spans(given.regimen))
    return Derived(
        event=[
            functional_cure(given.engine, given.found, losses, spans, given.rules),
            partial_cure(given.engine, given.found, spans, given.rules),
            occult_viraemia(given.engine, given.found, losses),
        ]
    )


def _attribution(given: Inputs) -> Derived:
    losses = _losses(given)
    spans = given.engine.keep(treated_spans(given.regimen))
    grafts = given.events("liver", "liver_transplant")
    return Derived(
        event=[
            loss_on_treatment(losses, spans),
            *attributed(given.engine, losses, spans, grafts, given.rules),
        ]
    )


def _liver(given: Inputs) -> Derived:
    events = [
        given.engine.keep(table)
        for table in liver_events(given.condition, given.procedure, given.patient, given.rules)
    ]
    death = liver_death(given.patient, given.condition, ibis.union(*events), given.rules)
    return Derived(event=[*events, death])


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
    events = [
        given.engine.keep(table) for table in alt_events(given.engine, given.found, given.rules)
    ]
    severe = severe_flares(
        given.engine, given.store, ibis.union(*events), given.condition, given.rules
    )
    return Derived(event=[*events, severe])


def _kidney(given: Inputs) -> Derived:
    creatinine = given.engine.keep(measurements(given.engine, given.store, "creatinine", "highest"))
    phosphate = measurements(given.engine, given.store, "phosphate", "lowest")
    egfr = given.engine.keep(egfr_findings(creatinine, given.patient, given.rules))
    return Derived(
        finding=[egfr],
        event=kidney_events(egfr, creatinine, phosphate, given.patient, given.rules),
        state=[kidney_state(egfr)],
    )


def _fibrosis(given: Inputs) -> Derived:
    apri, fib4 = score_findings(given.engine, given.store, given.patient, given.rules)
    stiffness = given.engine.keep(measurements(given.engine, given.store, "stiffness", "highest"))
    found = given.engine.keep(
        ibis.union(apri, fib4, stiffness_findings(stiffness, given.found, given.rules))
    )
    return Derived(
        finding=[found],
        event=[advanced_fibrosis(found, given.rules)],
        state=[fibrosis_state(found.filter(found.marker == "fib4"), given.patient, given.rules)],
    )


def _infection(given: Inputs) -> Derived:
    chronic = given.events("hbsag", "chronic_hbv")
    state = infection_state(given.engine, given.patient, given.found, given.condition, chronic)
    return Derived(state=[state.select(*STATE_COLUMNS)])


def _phase(given: Inputs) -> Derived:
    hbsag = given.rows("hbsag", "state")
    state = phase_state(given.engine, given.found, given.dna, hbsag, given.regimen, given.rules)
    return Derived(state=[state])


def _first_line(given: Inputs) -> Derived:
    return Derived(state=[first_line_state(given.regimen, given.rules)])


def _consolidation(given: Inputs) -> Derived:
    stretches = given.consolidations
    return Derived(event=[consolidation_event(stretches)], state=[consolidation_state(stretches)])


def _stopping(given: Inputs) -> Derived:
    return Derived(event=stopping_events(given))


def _adjustment(given: Inputs) -> Derived:
    return Derived(event=[adjustment_events(given)])


def _pregnancy(given: Inputs) -> Derived:
    engine, rules = given.engine, given.rules
    signs = pregnancy_signs(engine, given.condition, given.patient, rules)
    pregnant = engine.keep(pregnancies(engine, signs, rules))
    events = pregnancy_events(engine, given.found, pregnant, signs, given.regimen, rules)
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
    Topic("liver", _liver, sections=("condition", "decompensation", "liver_death")),
    Topic(
        "cure",
        _cure,
        after=("laboratory", "treatment", "hbsag"),
        sections=("functional_cure", "partial_cure"),
    ),
    Topic(
        "attribution",
        _attribution,
        after=("laboratory", "treatment", "hbsag", "liver"),
        sections=("attribution",),
    ),
    Topic("coinfection", _coinfection, after=("laboratory",)),
    Topic(
        "viraemia",
        _viraemia,
        after=("laboratory", "treatment"),
        sections=("viraemia", "breakthrough", "relapse"),
    ),
    Topic("alt", _alt, after=("laboratory",), sections=("flare", "decompensation")),
    Topic("kidney", _kidney, sections=("kidney",)),
    Topic("fibrosis", _fibrosis, after=("laboratory",), sections=("fibrosis",)),
    Topic("infection", _infection, after=("laboratory", "hbsag"), sections=("infection",)),
    Topic(
        "phase",
        _phase,
        after=("laboratory", "treatment", "hbsag"),
        sections=("phase", "viraemia"),  # viraemia: the levels of HBV DNA beside its bounds
    ),
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
