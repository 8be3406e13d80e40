"""The HBsAg chain: chronic positivity, loss, confirmed loss, seroreversion, loss again.

Findings are cut into runs of positives and of negatives. A run counts when it satisfies the
definition's rule (one result is enough, or it must be confirmed); the status changes where a
counting run differs from the one before it. A result after a confirming day never changes what was
confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from seroclear.course.definition import Definition
from seroclear.course.derived import Derived
from seroclear.course.event import event, per_day, source_rows
from seroclear.course.inputs import Inputs, laboratory
from seroclear.course.marker import MARKER
from seroclear.course.runs import runs
from seroclear.course.sides import Sides
from seroclear.course.state import hbsag_state
from seroclear.engine import Engine, days_after, days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir


def hbsag_runs(found: ir.Table, definition: Definition) -> ir.Table:
    """Runs of HBsAg, with what stood before each and whether it counts."""
    before = ibis.trailing_window(None, group_by="patient_id", order_by="run")
    in_order = ibis.window(group_by="patient_id", order_by="run")
    positive = found.status == "positive"
    known = found.mutate(
        positives_so_far=positive.ifelse(found.days, 0).sum().over(before),
        previous_last=found["last"].lag().over(in_order),
        previous_row=found.last_row.lag().over(in_order),
        next_first=found["first"].lead().over(in_order),
        next_row=found.first_row.lead().over(in_order),
    )
    negative = known.status == "negative"
    confirmed = known.confirmed_on.notnull()
    enough = known.positives_so_far >= definition["loss.min_prior_positives"]
    is_loss = negative & enough & (confirmed | (not definition["loss.confirm"]))
    lost = known.mutate(is_loss=is_loss)
    lost = lost.mutate(losses_so_far=lost.is_loss.cast("int64").sum().over(before))
    positive = lost.status == "positive"
    is_positive = positive & (
        (lost.losses_so_far == 0)
        | lost.confirmed_on.notnull()
        | ibis.literal(not definition["seroreversion.confirm"])
    )
    return lost.mutate(counts=lost.is_loss | is_positive)


def _changing(given: Inputs) -> ir.Table:
    """Findings of those whose HBsAg may ever change."""
    return Sides(given.records, MARKER["hbsag"], given.rules, given.step).found


def _runs(given: Inputs) -> ir.Table:
    """Their runs of positives and of negatives."""
    gaps = {
        "negative": given.rules["loss.confirm_gap"],
        "positive": given.rules["seroreversion.confirm_gap"],
    }

    def make() -> ir.Table:
        found = _changing(given)
        return runs(found.filter(found.status.isin(list(gaps))), gaps)

    return given.step(laboratory("hbsag"), f"runs {gaps}", make)


def _changes(given: Inputs) -> tuple[ir.Table, ir.Table]:
    """The runs that count, and those of them at which the status changes."""
    engine, definition = given.engine, given.rules
    chain = engine.keep(hbsag_runs(_runs(given), definition))
    counting = chain.filter(chain.counts)
    in_order = ibis.window(group_by="patient_id", order_by="run")
    changes = counting.mutate(previous_status=counting.status.lag().over(in_order))
    changes = changes.filter(changes.status != changes.previous_status)
    # A seroreversion rests on the loss before it, too.
    before = source_rows(
        [
            changes.previous_row.lag().over(in_order),
            changes.first_row.lag().over(in_order),
            changes.confirming_row.lag().over(in_order),
        ]
    )
    return counting, engine.keep(changes.mutate(loss_rows=before))


def hbsag_events(given: Inputs) -> list[ir.Table]:
    """Losses and seroreversions, and those that were confirmed."""
    engine, definition = given.engine, given.rules
    counting, changes = _changes(given)
    losses = changes.filter(changes.status == "negative")
    reversions = engine.keep(
        _with_first_value(changes.filter(changes.status == "positive"), _changing(given))
    )
    return [
        _change(losses, "hbsag_loss"),
        _change(_confirmed_losses(engine, counting, losses), "hbsag_loss_confirmed"),
        _reversion(
            reversions,
            "hbsag_seroreversion",
            _low_level(reversions, definition).ifelse("low level: possible assay blip", ""),
        ),
        _reversion(
            reversions.filter(reversions.confirmed_on.notnull()), "hbsag_seroreversion_confirmed"
        ),
    ]


def _confirmed_losses(engine: Engine, counting: ir.Table, losses: ir.Table) -> ir.Table:
    """The first confirmed run of negatives of each loss.

    Where a seroreversion must be confirmed, one positive may stand between two runs of negatives of
    the same loss; the second run confirms it once more, which is nothing new.
    """
    begun = losses.select("patient_id", "run", begins=ibis.literal(1))
    marked = counting.left_join(begun, ["patient_id", "run"])
    marked = marked.drop("patient_id_right", "run_right")
    numbered = marked.mutate(
        loss=marked.begins.fill_null(0)
        .sum()
        .over(ibis.cumulative_window(group_by="patient_id", order_by="run"))
    )
    confirmed = engine.keep(
        numbered.filter(numbered.status == "negative", numbered.confirmed_on.notnull())
    )
    in_loss = ibis.window(group_by=["patient_id", "loss"], order_by="run")
    ranked = confirmed.mutate(rank=ibis.row_number().over(in_loss))
    return ranked.filter(ranked["rank"] == 0)


def _with_first_value(reversions: ir.Table, findings: ir.Table) -> ir.Table:
    tests = findings.filter(findings.marker == "hbsag").select(
        "patient_id", first="date", first_value="value", first_comparator="comparator"
    )
    return reversions.join(tests, ["patient_id", "first"])


def _low_level(reversions: ir.Table, definition: Definition) -> ir.BooleanValue:
    """A single positive that was quantified below the limit."""
    limit = ibis.literal(float(definition["seroreversion.low_level"]))
    low = (reversions.first_comparator == "=") & (reversions.first_value < limit)
    return ((reversions.days == 1) & low).fill_null(False)


def _change(changes: ir.Table, name: str) -> ir.Table:
    return event(
        changes,
        name,
        date=changes["first"],
        earliest=changes.previous_last,
        confirmed_on=changes.confirmed_on,
        evidence=[changes.previous_row, changes.first_row, changes.confirming_row],
    )


def _reversion(
    changes: ir.Table,
    name: str,
    detail: ir.StringValue | str = "",
    more: Sequence[ir.StringValue] = (),
) -> ir.Table:
    rows = [changes.previous_row, changes.first_row, changes.confirming_row]
    return event(
        changes,
        name,
        date=changes["first"],
        earliest=changes.previous_last,
        confirmed_on=changes.confirmed_on,
        detail=detail,
        evidence=[changes.loss_rows, *rows, *more],
    )


def _transient(reversions: ir.Table, regimen: ir.Table, definition: Definition) -> ir.Table:
    """Seroreversions that were negative again soon, without a new treatment in between."""
    soon = reversions.filter(
        days_between(reversions["first"], reversions.next_first)
        <= definition["seroreversion.transient_max"]
    )
    lines = regimen.select(line_patient="patient_id", line_start="start")
    treated = (
        soon.join(
            lines,
            [
                soon.patient_id == lines.line_patient,
                lines.line_start >= soon["first"],
                lines.line_start <= soon.next_first,
            ],
        )
        .select("patient_id", "run")
        .distinct()
    )
    return soon.anti_join(treated, ["patient_id", "run"])


def _chronic(findings: ir.Table, condition: ir.Table, definition: Definition) -> ir.Table:
    """Chronic hepatitis B: positives more than six months apart, or one positive and a code."""
    positive = findings.filter(findings.marker == "hbsag", findings.status == "positive")
    firsts = positive.group_by("patient_id").agg(
        first_positive=positive.date.min(), first_row=positive.source_row.argmin(positive.date)
    )
    later = positive.join(firsts, "patient_id")
    later = later.filter(later.date >= days_after(later.first_positive, definition["chronic.gap"]))
    again = later.group_by("patient_id").agg(
        again=later.date.min(), again_row=later.source_row.argmin(later.date)
    )
    codes = per_day(condition.filter(condition.condition == "chronic_hbv"))
    coded = codes.group_by("patient_id").agg(
        coded=codes.date.min(), coded_row=codes.source_row.argmin(codes.date)
    )
    both = firsts.left_join(again, "patient_id").drop("patient_id_right")
    both = both.left_join(coded, "patient_id").drop("patient_id_right")
    by_code = ibis.greatest(both.first_positive, both.coded)
    by_code = both.coded.isnull().ifelse(ibis.null("date"), by_code)
    use_results = both.again.notnull() & (by_code.isnull() | (both.again <= by_code))
    known = both.mutate(
        since=use_results.ifelse(both.again, by_code),
        second_row=use_results.ifelse(both.again_row, both.coded_row),
        basis=use_results.ifelse(
            f"HBsAg positive again at least {definition['chronic.gap']} days later",
            "HBsAg positive and a diagnosis code of chronic hepatitis B",
        ),
    )
    known = known.filter(known.since.notnull())
    return event(
        known,
        "chronic_hbv",
        date=known.since,
        evidence=[known.first_row, known.second_row],
        detail=known.basis,
    )


def derive_chronic(given: Inputs) -> Derived:
    """Chronic hepatitis B."""
    return Derived(event=[_chronic(given.found, given.condition, given.rules)])


def derive_transient(given: Inputs) -> Derived:
    """Seroreversions that soon went by themselves."""
    _, changes = _changes(given)
    reversions = changes.filter(changes.status == "positive")
    transient = _transient(reversions, given.regimen, given.rules)
    transient = transient.mutate(confirmed_on=transient.next_first)
    name = "hbsag_seroreversion_transient"
    return Derived(event=[_reversion(transient, name, more=[transient.next_row])])


def derive(given: Inputs) -> Derived:
    """The chain of HBsAg."""
    return Derived(event=hbsag_events(given))


def derive_state(given: Inputs) -> Derived:
    """The state that the chain leaves."""
    chain = given.events("hbsag", "hbsag_loss", "hbsag_seroreversion")
    return Derived(state=[hbsag_state(given.found, chain)])
