"""Treatment lines (regimens): stretches of time under the same set of agents, and their purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.episodes import episodes, without_switch_overlaps
from seroclear.course.event import per_day
from seroclear.course.state import treatment_state
from seroclear.engine import Engine, days_after, days_between
from seroclear.records.vocabulary import read_csv

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

COLUMNS = (
    "patient_id",
    "line",
    "agents",
    "regimen_class",
    "start",
    "end",
    "end_inferred",
    "why_ended",
    "licensed_for",
    "purpose",
    "purpose_row",  # the first source row that shows hepatitis B (or HIV); null: none does
    "source_row",
)


def _agent_bits() -> dict[str, int]:
    """One bit an agent, so that sets of agents can be compared."""
    agents = [row["agent"] for row in read_csv("drugs.csv")]
    return {agent: 1 << number for number, agent in enumerate(agents)}


def _segments(engine: Engine, cut: ir.Table) -> ir.Table:
    """Stretches of time between any start or end, with the agents taken in each."""
    bounds = ibis.union(
        cut.select("patient_id", day=cut.start),
        cut.select("patient_id", day=days_after(cut.end, 1)),
        distinct=True,
    )
    pieces = bounds.mutate(
        until=days_after(
            bounds.day.lead().over(ibis.window(group_by="patient_id", order_by="day")), -1
        )
    )
    pieces = pieces.filter(pieces.until.notnull()).rename(piece_patient="patient_id")
    bit = ibis.cases(
        *[(cut.agent == agent, bits) for agent, bits in _agent_bits().items()], else_=0
    )
    agents = cut.mutate(bit=bit)
    covered = pieces.join(
        agents,
        [
            pieces.piece_patient == agents.patient_id,
            agents.start <= pieces.day,
            agents.end >= pieces.until,
        ],
    )
    return engine.keep(
        covered.group_by("patient_id", start="day", end="until").agg(
            mask=covered.bit.sum(),
            agents=covered.agent.collect(distinct=True).sort().join("+"),
            any_na=(covered.drug_class == "NA").max(),
            any_ifn=(covered.drug_class == "IFN").max(),
            # False where no agent stops: the line ends because another agent is added.
            end_inferred=((covered.end == covered.until) & covered.end_inferred).max(),
            licensed_for=covered.licensed_for.min(),
            source_row=covered.source_row.min(),
        )
    )


def _merged(segments: ir.Table) -> ir.Table:
    """Abutting segments with the same agents are one line."""
    in_order = ibis.window(group_by="patient_id", order_by="start")
    same = (segments.mask == segments.mask.lag().over(in_order)) & (
        segments.start == days_after(segments.end.lag().over(in_order), 1)
    )
    opened = segments.mutate(opens=(~same).fill_null(True).cast("int64"))
    numbered = opened.mutate(
        piece=opened.opens.sum().over(
            ibis.cumulative_window(group_by="patient_id", order_by="start")
        )
    )
    return numbered.group_by("patient_id", "piece", "mask", "agents", "any_na", "any_ifn").agg(
        start=numbered.start.min(),
        end=numbered.end.max(),
        end_inferred=numbered.end_inferred.argmax(numbered.end),
        licensed_for=numbered.licensed_for.min(),
        source_row=numbered.source_row.argmin(numbered.start),
    )


def regimens(
    engine: Engine, exposure: ir.Table, patient: ir.Table, definition: Definition
) -> ir.Table:
    """Treatment lines (COLUMNS without the purpose's), in order of time for each patient.

    why_ended: 'switch', 'add-on' (the next line holds all these agents and more), 'step-down' (the
    next line holds only some of them), 'stop', or 'still on': the records end within the gap after
    its last supply, so that nothing shows that it ended.
    """
    cut = without_switch_overlaps(engine, engine.keep(episodes(exposure, definition)), definition)
    lines = _merged(_segments(engine, cut)).left_join(
        patient.select("patient_id", "observed_to"), "patient_id"
    )
    in_order = ibis.window(group_by="patient_id", order_by="start")
    gap = definition["exposure.gap"]
    known = lines.mutate(
        line=ibis.row_number().over(in_order) + 1,
        next_start=lines.start.lead().over(in_order),
        next_mask=lines["mask"].lead().over(in_order),
    )
    follows = (days_between(known.end, known.next_start) <= gap + 1).fill_null(False)
    common = known["mask"] & known.next_mask
    still_on = days_after(known.end, gap) >= known.observed_to
    fewer = follows & (common == known.next_mask) & (known.next_mask != known["mask"])
    why = ibis.cases(
        (follows & (common == known["mask"]) & (known.next_mask != known["mask"]), "add-on"),
        (fewer & still_on, "still on"),
        (fewer, "step-down"),
        (follows & (known.next_mask != known["mask"]), "switch"),
        (still_on, "still on"),
        else_="stop",
    )
    regimen_class = ibis.cases(
        (known.any_na & known.any_ifn, "NA+IFN"), (known.any_ifn, "IFN"), else_="NA"
    )
    return known.mutate(why_ended=why, regimen_class=regimen_class).select(
        *[column for column in COLUMNS if not column.startswith("purpose")]
    )


def with_purpose(regimen: ir.Table, hbv: ir.Table, hiv: ir.Table) -> ir.Table:
    """Adds what a line was given for: 'hepatitis B', 'HIV' or 'unknown'.

    Args:
        regimen: lines without purpose.
        hbv: findings of HBsAg positive or HBV DNA detectable.
        hiv: the event of everyone with HIV.
    """
    shown = per_day(hbv)
    has_hbv = shown.group_by("patient_id").agg(hbv_row=shown.source_row.argmin(shown.date))
    joined = regimen.left_join(has_hbv, "patient_id").drop("patient_id_right")
    has_hiv = hiv.select("patient_id", hiv_row="evidence")
    joined = joined.left_join(has_hiv, "patient_id").drop("patient_id_right")
    purpose = ibis.cases(
        (joined.hbv_row.notnull(), "hepatitis B"),
        ((joined.licensed_for == "HIV").fill_null(False) | joined.hiv_row.notnull(), "HIV"),
        else_="unknown",
    )
    return joined.mutate(
        purpose=purpose, purpose_row=ibis.coalesce(joined.hbv_row, joined.hiv_row)
    ).select(*COLUMNS)


def derive(given: Inputs) -> Derived:
    """Treatment lines with their purpose, and what was taken when."""
    found = given.found
    hbv = found.filter(
        ((found.marker == "hbsag") & (found.status == "positive"))
        | ((found.marker == "hbv_dna") & (found.status == "detectable"))
    )
    lines = given.engine.keep(regimens(given.engine, given.exposure, given.patient, given.rules))
    regimen = given.engine.keep(with_purpose(lines, hbv, given.events("coinfection", "hiv")))
    return Derived(regimen=[regimen], state=[treatment_state(regimen)])
