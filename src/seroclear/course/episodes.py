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
    daily = treated.group_by("patient_id", "agent", "drug_class", "start").agg(
        end=treated.end.max(),
        recorded_end=treated.end.max(where=~treated.end_inferred),
        licensed_for=treated.licensed_for.min(),
        source_row=treated.source_row.min(),
    )
    before = ibis.window(group_by=["patient_id", "agent"], order_by="start", preceding=(None, 1))
    reached = daily.mutate(covered_to=daily.end.max().over(before))
    opened = reached.mutate(
        opens=(
            reached.covered_to.isnull()
            | (reached.start > days_after(reached.covered_to, definition["exposure.gap"] + 1))
        ).cast("int64")
    )
    numbered = opened.mutate(
        episode=opened.opens.sum().over(
            ibis.cumulative_window(group_by=["patient_id", "agent"], order_by="start")
        )
    )
    # The end is inferred unless some recorded stop falls on it.
    last_recorded = numbered.recorded_end.max()
    return numbered.group_by("patient_id", "agent", "drug_class", "episode").agg(
        start=numbered.start.min(),
        end=numbered.end.max(),
        last_supply=numbered.start.max(),
        end_inferred=last_recorded.isnull() | (last_recorded < numbered.end.max()),
        licensed_for=numbered.licensed_for.min(),
        source_row=numbered.source_row.argmin(numbered.start),
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
