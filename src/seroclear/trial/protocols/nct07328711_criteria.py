"""Eligibility for NCT07328711, asked of hospital records.

What only a person can tell (consent, compliance, other diseases, body mass index, drugs that
suppress immunity) is not asked here; nor is anything met because nothing is on record.
"""

from seroclear.study import *
from seroclear.study.nodes import Node
from seroclear.trial.screening import *

PEGYLATED = ("PEGIFN2A", "PEGIFN2B", "PEGIFN", "ROPEG")
INTERFERON = ("hbsag_loss_ifn_induced", "hbsag_loss_na_ifn_induced")
OTHER = ("hbsag_loss_na_induced", "hbsag_loss_na_stop_induced", "hbsag_loss_spontaneous")


def screening(today: Node) -> Screening:
    """The criteria as they stand on a day."""
    loss = last("hbsag_loss", before=today)

    def cause(names: tuple[str, ...]) -> Node:
        """Whether the last loss has one of these causes."""
        dates = [last(name, before=today) for name in names]
        return known(latest(*dates)) & same_day(loss, latest(*dates))

    # A loss that nothing accounts for has no cause here: unknown.
    causes = category({"interferon": cause(INTERFERON), "other": cause(OTHER)})
    pegylated = known(earliest(*(started(agent, before=loss) for agent in PEGYLATED)))
    after_interferon = causes.is_one_of("interferon") & pegylated
    return Screening(
        candidates=known(loss) & ~ever("death", before=today),
        candidates_label="lost HBsAg and alive on record",
        criteria=(
            include(
                "age",
                aged(18, 60, on=today),
                [show_age(on=today)],
                relaxed={"18 to 65 years": aged(18, 65, on=today)},
            ),
            include(
                "chronic_infection",
                on_record(ever("chronic_hbv", before=today)),
                [show_event("chronic_hbv", before=today)],
            ),
            include(
                "seroclearance",
                after_interferon & below("hbsag", 0.05, before=today, within="90 days"),
                [
                    show_result("hbsag", before=today),
                    show_event("hbsag_loss", *INTERFERON, before=today),
                ],
                relaxed={
                    "HBsAg of the last year": after_interferon
                    & below("hbsag", 0.05, before=today, within="365 days")
                },
            ),
            include(
                "hbeag_negative",
                status("hbeag", before=today, within="365 days").is_one_of("negative"),
                [show_result("hbeag", before=today)],
            ),
            include(
                "hbv_dna",
                below("hbv_dna", 10, before=today, within="180 days"),
                [show_result("hbv_dna", before=today)],
                relaxed={
                    "below 20 IU/mL": below("hbv_dna", 20, before=today, within="180 days"),
                    "of the last year": below("hbv_dna", 10, before=today, within="365 days"),
                },
            ),
            exclude(
                "decompensation",
                on_record(ever("decompensation", before=today)),
                [show_event("decompensation", before=today)],
            ),
            exclude(
                "other_clearance",
                causes.is_one_of("other"),
                [show_event(*OTHER, before=today)],
            ),
            exclude(
                "other_viruses",
                on_record(ever("hcv", "hdv", "hiv", before=today)),
                [
                    show_event("hcv", "hdv", "hiv", before=today),
                    show_result("anti_hcv", "anti_hdv", "hiv", before=today),
                ],
            ),
            exclude(
                "severe_disease",
                on_record(ever("hcc", "liver_transplant", before=today)),
                [show_event("hcc", "liver_transplant", before=today)],
            ),
        ),
    )
