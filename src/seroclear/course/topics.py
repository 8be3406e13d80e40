"""The topics of the course, in the order in which they are derived.

A topic is a file of this folder with a rule of the disease; its `derive` adds the rows. It names
the sections of the definition that it hangs on, so that presets which differ elsewhere share what
it derived.
"""

from __future__ import annotations

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
from seroclear.course.inputs import Topic

TOPICS = (
    Topic(
        "laboratory",
        findings.derive,
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
    Topic("treatment", treatment.derive, after=("laboratory",), sections=("exposure",)),
    Topic(
        "hbsag",
        hbsag.derive,
        after=("laboratory", "treatment"),
        sections=("chronic", "loss", "seroreversion"),
    ),
    Topic("antibody", antibody.derive, after=("laboratory", "hbsag")),
    Topic("hbeag", hbeag.derive, after=("laboratory",)),
    Topic("liver", liver.derive, sections=("condition", "decompensation", "liver_death")),
    Topic(
        "cure",
        cure.derive,
        after=("laboratory", "treatment", "hbsag"),
        sections=("functional_cure", "partial_cure"),
    ),
    Topic(
        "attribution",
        attribution.derive,
        after=("laboratory", "treatment", "hbsag", "liver"),
        sections=("attribution",),
    ),
    Topic("coinfection", coinfection.derive, after=("laboratory",)),
    Topic(
        "viraemia",
        viraemia.derive,
        after=("laboratory", "treatment"),
        sections=("viraemia", "breakthrough", "relapse"),
    ),
    Topic("alt", alt.derive, after=("laboratory",), sections=("flare", "decompensation")),
    Topic("kidney", kidney.derive, sections=("kidney",)),
    Topic("fibrosis", fibrosis.derive, after=("laboratory",), sections=("fibrosis",)),
    Topic("infection", infection.derive, after=("laboratory", "hbsag"), sections=("infection",)),
    Topic(
        "phase",
        phase.derive,
        after=("laboratory", "treatment", "hbsag"),
        sections=("phase", "viraemia"),  # viraemia: the levels of HBV DNA beside its bounds
    ),
    Topic("first_line", first_line.derive, after=("treatment",), sections=("first_line",)),
    Topic(
        "consolidation",
        consolidation.derive,
        after=("laboratory", "treatment"),
        sections=("consolidation",),
    ),
    Topic(
        "stopping",
        stopping.derive,
        after=("laboratory", "treatment", "hbsag", "antibody", "liver", "consolidation"),
        sections=("stopping", "viraemia"),
    ),
    Topic("adjustment", adjustment.derive, after=("laboratory", "treatment", "viraemia")),
    Topic(
        "pregnancy",
        pregnancy.derive,
        after=("laboratory", "treatment"),
        sections=("pregnancy", "mtct"),
    ),
    Topic("infant", infant.derive, after=("laboratory",), sections=("mtct",)),
    Topic(
        "transplant",
        transplant.derive,
        after=("laboratory", "treatment", "liver"),
        sections=("transplant",),
    ),
)


def sections_of(topic: Topic) -> frozenset[str]:
    """Every section of the definition on which the topic's rows hang."""
    before = [sections_of(one) for one in TOPICS if one.name in topic.after]
    return frozenset(topic.sections).union(*before)
