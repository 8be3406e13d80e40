"""Which resistance mutations of the reverse transcriptase (RT) are found, by treatment history.

The published survey prints the numbers with a mutation as the sizes of its groups, and its parts
add up only with 851, not 871, sequential or combined treatments. Here the denominator is whoever
was sequenced: a laboratory that reports only what it finds makes every share 100%, so 'none' must
be on record too. A history is every NA begun up to the sample. rtT184, rtS202 or rtM250 without
rtM204 is a listed site and no resistance to entecavir: it is told apart. Mutations are read as the
laboratory reported them; sequences are not read.
"""

from seroclear.analysis.outcome_share import outcome_share
from seroclear.analysis.table_one import table_one
from seroclear.analysis.trend import yearly_trend
from seroclear.study import *
from seroclear.study.nodes import Node

index = sequenced()
since = index - "1 day"
agents = ("LAM", "LDT", "ADV", "ETV", "TDF", "TAF")


def begun(agent: str) -> Node:
    """Whether an agent was begun up to the sample."""
    return known(started(agent, before=index))


def alone(agent: str) -> Node:
    """Whether it was the only one."""
    flag: Node = begun(agent)
    for other in agents:
        if other != agent:
            flag = flag & ~begun(other)
    return flag


def found(*names: str) -> Node:
    """Whether the sample has one of these mutations."""
    return mutation(*names, after=since, before=index)


hbeag = status("hbeag", before=index, within="2 years")
m204 = found("rtM204V", "rtM204I")
entecavir_sites = found(
    *("rtT184A", "rtT184G", "rtT184S", "rtT184I", "rtT184L", "rtT184F"),
    *("rtS202G", "rtS202I", "rtM250V", "rtM250L", "rtM250I"),
)
adefovir_sites = found("rtA181T", "rtA181V", "rtN236T")
histories = {f"{agent} alone": alone(agent) for agent in ("LAM", "LDT", "ADV", "ETV")}
histories["TDF or TAF alone"] = alone("TDF") | alone("TAF")
groups = category(histories, otherwise="several agents")

study = Study(
    question="How often, and which, resistance mutations are found when treatment fails?",
    population=[
        start("Sequenced by a laboratory", index),
        keep("Had a nucleos(t)ide analogue before", known(started("NA", before=index))),
    ],
    time_zero=index,
    groups=groups,
    group_order=(*histories, "several agents"),
    outcome=measured("Resistance mutation", m204 | adefovir_sites),
    described=[
        covariate("rtM204V or I", m204),
        covariate("rtL180M", found("rtL180M")),
        covariate("rtV173L", found("rtV173L")),
        covariate("rtA181T or V", found("rtA181T", "rtA181V")),
        covariate("rtN236T", found("rtN236T")),
        covariate("Entecavir site with rtM204", entecavir_sites & m204),
        covariate("Entecavir site without rtM204", entecavir_sites & ~m204),
        covariate("rtM204 and an adefovir site (multidrug)", m204 & adefovir_sites),
        covariate("Breakthrough before", ever("breakthrough", before=index)),
        covariate(
            "No or partial response before",
            ever("primary_nonresponse", "partial_virological_response", before=index),
        ),
        covariate(
            "HBV DNA (log10 IU/mL)", log10(value("hbv_dna", before=index, within="180 days"))
        ),
        covariate(
            "HBeAg", status("hbeag", before=index, within="2 years"), ("negative", "positive")
        ),
        covariate("Age (years)", age(index)),
        covariate("Sex", sex, levels=("female", "male")),
    ],
    analyses=[table_one, outcome_share, yearly_trend],
    published="resistance_surveillance",
)
