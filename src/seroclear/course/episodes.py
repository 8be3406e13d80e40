"""From supplies of drugs to episodes of one agent.

Supplies of one agent no further apart than the gap are one episode. A short overlap at a change is
a switch, not a combination, unless the earlier agent was dispensed again after the change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.engine import Engine, days_after, days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir


def episodes(exposure: ir.Table, definition: Definition) -> ir.Table:
    """Episodes of one agent: patient_id, agent, drug_class, start, end, end_inferred, ..."""
    treated = exposure.filter(exposure.drug_class.isin(["NA", "IFN"]))
    begun = _begun(treated, definition["exposure.gap"])
    given = treated.join(
        begun,
        [
            treated.patient_id == begun.begun_patient,
            treated.agent == begun.begun_agent,
            treated.start >= begun.begins,
            begun.next_begins.isnull() | (treated.start < begun.next_begins),
        ],
    )
    # The end is inferred unless some recorded stop falls on it.
    last_recorded = given.end.max(where=~given.end_inferred)
    return given.group_by("patient_id", "agent", "drug_class", "episode").agg(
        start=given.start.min(),
        end=given.end.max(),
        last_supply=given.start.max(),
        end_inferred=last_recorded.isnull() | (last_recorded < given.end.max()),
        licensed_for=given.licensed_for.min(),
        source_row=given.source_row.min(where=given.start == given.begins),
    )


def _begun(treated: ir.Table, gap: int) -> ir.Table:
    """When the episodes begin (begins), and the next of the same agent (next_begins).

    A sort costs by its rows and their width: all supplies are sorted once and with nothing but
    their days; those that begin an episode are few.
    """
    by_agent = ["patient_id", "agent"]
    supplies = treated.select(*by_agent, "start", "end")
    before = ibis.window(group_by=by_agent, order_by="start", preceding=(None, 1))
    reached = supplies.mutate(covered_to=supplies.end.max().over(before))
    opening = reached.filter(
        reached.covered_to.isnull() | (reached.start > days_after(reached.covered_to, gap + 1))
    )
    in_order = ibis.window(group_by=by_agent, order_by="start")
    return opening.select(
        begun_patient="patient_id",
        begun_agent="agent",
        episode=ibis.row_number().over(in_order) + 1,
        begins="start",
        next_begins=opening.start.lead().over(in_order),
    )


def without_switch_overlaps(
    engine: Engine, all_episodes: ir.Table, definition: Definition
) -> ir.Table:
    """Ends an episode on the day before another agent takes over, if they overlap only briefly."""
    earlier = all_episodes
    known = all_episodes.left_join(
        _following_its_class(all_episodes, definition["exposure.gap"]),
        ["patient_id", "agent", "episode"],
    )
    later = known.select(
        later_patient="patient_id",
        later_agent="agent",
        later_class="drug_class",
        later_start="start",
        later_end="end",
        follows_own=known.follows_own.fill_null(False),
    )
    overlap = earlier.join(
        later,
        [
            earlier.patient_id == later.later_patient,
            earlier.agent != later.later_agent,
            earlier.start < later.later_start,
            later.later_start <= earlier.end,
            earlier.end <= later.later_end,
            earlier.last_supply <= later.later_start,
            (earlier.drug_class == later.later_class) | ~later.follows_own,
        ],
    )
    brief = overlap.filter(
        days_between(overlap.later_start, overlap.end) + 1
        < definition["exposure.combination_overlap"]
    )
    taken_over = brief.group_by("patient_id", "agent", "episode").agg(
        taken_over=brief.later_start.min()
    )
    joined = earlier.left_join(taken_over, ["patient_id", "agent", "episode"])
    cut = joined.mutate(
        end=ibis.coalesce(days_after(joined.taken_over, -1), joined.end),
        end_inferred=joined.end_inferred & joined.taken_over.isnull(),
    )
    return engine.keep(cut.select(*all_episodes.columns))


def _following_its_class(all_episodes: ir.Table, gap: int) -> ir.Table:
    """Episodes that begin while another agent of their class is taken, or within the gap after it:
    a new NA then takes over from the NA before it, not from the interferon given beside both."""
    before = all_episodes.select(
        before_patient="patient_id",
        before_class="drug_class",
        before_agent="agent",
        before_start="start",
        before_end="end",
    )
    pairs = all_episodes.join(
        before,
        [
            all_episodes.patient_id == before.before_patient,
            all_episodes.drug_class == before.before_class,
            all_episodes.agent != before.before_agent,
            before.before_start < all_episodes.start,
            all_episodes.start <= days_after(before.before_end, gap + 1),
        ],
    )
    return pairs.select("patient_id", "agent", "episode").distinct().mutate(follows_own=True)
