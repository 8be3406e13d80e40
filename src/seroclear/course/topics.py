"""The topics of the course, in the order in which they are derived.

A topic is a file of this folder with a rule of the disease; its `derive` adds the rows. It names
the sections of the definition that it hangs on, so that presets which differ elsewhere share what
it derived; and what it makes, so that a study derives no more than it asks for.
"""

from __future__ import annotations

from functools import cache, partial

from seroclear.course import (
    adjustment,
    alt,
    antibody,
    attribution,
    coinfection,
    consolidation,
    cure,
    fibrosis,
    findings,
    first_line,
    hbeag,
    hbsag,
    infant,
    infection,
    kidney,
    liver,
    phase,
    pregnancy,
    stopping,
    transplant,
    treatment,
    viraemia,
)
from seroclear.course.catalogue import LOSS_CAUSES
from seroclear.course.decompensation import KINDS
from seroclear.course.inputs import Topic, laboratory
from seroclear.course.marker import MARKERS

_SECTIONS = {  # of the definition, by marker
    "hbsag": ("hbsag", "passive_antibody"),
    "anti_hbs": ("anti_hbs", "antibody", "passive_antibody"),
    "hbeag": ("hbeag",),
    "anti_hcv": ("antibody",),
    "anti_hdv": ("antibody",),
    "hiv": ("antibody",),
    "hbv_dna": ("hbv_dna",),
    "hcv_rna": ("hbv_dna",),
    "hdv_rna": ("hbv_dna",),
    "alt": ("alt",),
}

LABORATORY = tuple(
    Topic(
        laboratory(marker.name),
        partial(findings.derive, marker),
        sections=_SECTIONS.get(marker.name, ()),
        markers=(marker.name,),
    )
    for marker in MARKERS
)

TOPICS = (
    *LABORATORY,
    Topic(
        "coinfection",
        coinfection.derive,
        reads=("anti_hcv", "hcv_rna", "anti_hdv", "hdv_rna", "hiv"),
        events=("hcv", "hdv", "hiv"),
    ),
    Topic(
        "treatment",
        treatment.derive,
        reads=("hbsag", "hbv_dna"),
        after=("coinfection",),
        sections=("exposure",),
        states=("treatment",),
    ),
    Topic(
        "chronic",
        hbsag.derive_chronic,
        reads=("hbsag",),
        sections=("chronic",),
        events=("chronic_hbv",),
    ),
    Topic(
        "hbsag",
        hbsag.derive,
        reads=("hbsag",),
        sections=("loss", "seroreversion"),
        events=(
            "hbsag_loss",
            "hbsag_loss_confirmed",
            "hbsag_seroreversion",
            "hbsag_seroreversion_confirmed",
        ),
    ),
    Topic(
        "hbsag_state",
        hbsag.derive_state,
        reads=("hbsag",),
        after=("hbsag",),
        states=("hbsag",),
    ),
    Topic(
        "transient",
        hbsag.derive_transient,
        reads=("hbsag",),
        after=("treatment",),
        sections=("loss", "seroreversion"),
        events=("hbsag_seroreversion_transient",),
    ),
    Topic(
        "antibody",
        antibody.derive,
        reads=("hbsag", "anti_hbs", "anti_hbc"),
        after=("hbsag",),
        events=(
            "hbsag_seroconversion",
            "anti_hbs_protective",
            "anti_hbs_lost",
            "vaccine_response",
        ),
        states=("anti_hbs",),
    ),
    Topic(
        "hbeag",
        hbeag.derive,
        reads=("hbeag", "anti_hbe"),
        events=("hbeag_loss", "hbeag_seroconversion", "hbeag_reversion"),
    ),
    Topic(
        "liver",
        liver.derive,
        sections=("condition", "decompensation", "liver_death"),
        events=(
            "cirrhosis",
            "hcc",
            "decompensation",
            *KINDS,
            "liver_transplant",
            "death",
            "liver_death",
        ),
    ),
    Topic(
        "cure",
        cure.derive,
        reads=("hbsag", "anti_hbs", "hbv_dna"),
        after=("treatment", "hbsag"),
        sections=("functional_cure", "partial_cure"),
        events=("functional_cure", "partial_cure", "occult_viraemia"),
    ),
    Topic(
        "attribution",
        attribution.derive,
        after=("treatment", "hbsag", "liver"),
        sections=("attribution",),
        events=("hbsag_loss_on_treatment", *LOSS_CAUSES),
    ),
    Topic(
        "viraemia",
        viraemia.derive,
        reads=("hbv_dna", "alt"),
        after=("treatment",),
        sections=("viraemia", "breakthrough", "relapse"),
        events=(
            "primary_nonresponse",
            "complete_virological_response",
            "partial_virological_response",
            "maintained_response",
            "low_level_viraemia",
            "low_level_viraemia_persistent",
            "low_level_viraemia_intermittent",
            "breakthrough",
            "breakthrough_confirmed",
            "blip",
            "virological_relapse",
            "virological_relapse_confirmed",
            "clinical_relapse",
            "retreatment",
        ),
    ),
    Topic(
        "alt",
        alt.derive,
        reads=("alt",),
        sections=("flare", "decompensation"),
        events=("alt_normalisation", "alt_flare", "flare_with_decompensation"),
    ),
    Topic(
        "kidney",
        kidney.derive,
        sections=("kidney",),
        events=("ckd", "egfr_decline", "creatinine_rise", "hypophosphataemia"),
        markers=("egfr",),
        states=("kidney",),
    ),
    Topic(
        "fibrosis",
        fibrosis.derive,
        reads=("alt",),
        sections=("fibrosis",),
        events=("advanced_fibrosis",),
        markers=("apri", "fib4", "liver_stiffness"),
        states=("fibrosis",),
    ),
    Topic(
        "infection",
        infection.derive,
        reads=("hbsag", "anti_hbs", "anti_hbc"),
        after=("chronic",),
        sections=("infection",),
        states=("infection",),
    ),
    Topic(
        "phase",
        phase.derive,
        reads=("hbsag", "hbeag", "hbv_dna", "alt"),
        after=("treatment", "hbsag_state"),
        sections=("phase", "viraemia"),  # viraemia: the levels of HBV DNA beside its bounds
        states=("phase",),
    ),
    Topic(
        "first_line",
        first_line.derive,
        after=("treatment",),
        sections=("first_line",),
        states=("first_line",),
    ),
    Topic(
        "consolidation",
        consolidation.derive,
        reads=("hbeag", "anti_hbe", "hbv_dna"),
        after=("treatment",),
        sections=("consolidation",),
        events=("consolidation",),
        states=("consolidation",),
    ),
    Topic(
        "stopping",
        stopping.derive,
        reads=("hbsag", "hbeag", "anti_hbe", "hbv_dna", "alt"),
        after=("treatment", "hbsag", "antibody", "liver", "consolidation"),
        sections=("stopping", "viraemia"),
        events=(
            "stopping_criteria_easl_2017",
            "stopping_criteria_aasld_2018",
            "stopping_criteria_apasl_2015",
            "stopping_criteria_china_2019",
        ),
    ),
    Topic(
        "adjustment",
        adjustment.derive,
        reads=("hbv_dna",),
        after=("treatment", "viraemia"),
        events=("adjustment_rule",),
    ),
    Topic(
        "pregnancy",
        pregnancy.derive,
        reads=("hbv_dna",),
        after=("treatment",),
        sections=("pregnancy", "mtct"),
        events=(
            "pregnancy",
            "delivery",
            "antiviral_in_pregnancy",
            "high_viral_load_in_pregnancy",
        ),
        of_relatives=True,
        states=("pregnancy",),
    ),
    Topic(
        "infant",
        infant.derive,
        reads=("hbsag", "hbv_dna"),
        sections=("mtct",),
        events=(
            "infant_prophylaxis",
            "mother_to_child_transmission",
            "mother_to_child_prevented",
        ),
        of_relatives=True,
    ),
    Topic(
        "transplant",
        transplant.derive,
        reads=("hbsag", "anti_hbs", "hbv_dna"),
        after=("treatment", "liver"),
        sections=("transplant",),
        events=(
            "hbig_withdrawal",
            "hbig_resumption",
            "na_withdrawal",
            "na_resumption",
            "hbv_reinfection",
            "posttransplant_vaccination",
            "posttransplant_vaccine_response",
            "posttransplant_booster",
        ),
    ),
)

BY_NAME = {topic.name: topic for topic in TOPICS}
OF_EVENT = {event: topic.name for topic in TOPICS for event in topic.events}
OF_STATE = {marker: topic.name for topic in TOPICS for marker in topic.states}
OF_MARKER = {marker: topic.name for topic in TOPICS for marker in topic.markers}


@cache
def sections_of(topic: Topic) -> frozenset[str]:
    """Every section of the definition on which the topic's rows hang."""
    before = [sections_of(BY_NAME[name]) for name in topic.before]
    return frozenset(topic.sections).union(*before)
