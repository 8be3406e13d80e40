"""When a guideline's criteria for stopping a nucleos(t)ide analogue were met.

The criteria are rows of rules/stopping.csv; each is dated by the first day on treatment on which
the records prove all of it. An event says that the rule's inputs were there, not that anyone should
stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from seroclear.course.consolidation import in_words, with_hbeag_at_start
from seroclear.course.derived import Derived
from seroclear.course.event import event, later_day, source_rows
from seroclear.course.first import first_rows
from seroclear.course.na_treatment import KEY
from seroclear.course.rules import read_rules
from seroclear.course.runs import runs
from seroclear.engine import days_after

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from seroclear.course.inputs import Inputs

# What the records must not hold up to that day.
EXCLUDED = {
    "cirrhosis": ("cirrhosis", "decompensation", "liver_transplant"),
    "decompensation": ("decompensation", "liver_transplant"),
}


def stopping_events(given: Inputs) -> list[ir.Table]:
    """One event a treatment and guideline, by the branch that was met first.

    Args:
        given: reads laboratory, treatment, hbsag, antibody, liver; topics consolidation, stopping.
    """
    rules = read_rules("stopping.csv")
    losses = given.engine.keep(_losses(given))
    based = given.engine.keep(with_hbeag_at_start(given.found, given.treatments, given.rules))
    found = {
        guideline: [
            _branch(given, rule, losses, based).mutate(branch=ibis.literal(number))
            for number, rule in enumerate(rules)
            if rule["guideline"] == guideline
        ]
        for guideline in dict.fromkeys(rule["guideline"] for rule in rules)
    }
    return [
        _first(ibis.union(*[given.engine.keep(branch) for branch in branches]), guideline)
        for guideline, branches in found.items()
    ]


def _first(met: ir.Table, guideline: str) -> ir.Table:
    first = first_rows(met, KEY, [met.met, met.branch])
    return event(
        first,
        f"stopping_criteria_{guideline}",
        date=first.met,
        confirmed_on=later_day(first.confirmed, first.met),
        evidence=[first.evidence],
        detail=first.words,
    )


def _branch(given: Inputs, rule: dict[str, str], losses: ir.Table, based: ir.Table) -> ir.Table:
    """Treatments on which one row of the rules was met: *KEY, met, words, evidence.

    Args:
        given: what the topic reads.
        rule: a row of rules/stopping.csv.
        losses: of `_losses`.
        based: of `with_hbeag_at_start`.
    """
    days = int(given.rules[rule["days"]]) if rule["days"] else 0
    aims = {
        "consolidation": lambda: _consolidated(given, days),
        "hbsag_loss": lambda: _lost(given, losses, days),
        "hbsag_seroconversion": lambda: _with_anti_hbs(given, losses),
        "hbsag_loss_undetectable": lambda: _both(_lost(given, losses, 0), _consolidated(given, 0)),
        "undetectable_thrice": lambda: _thrice(given, days),
    }
    met = aims[rule["aim"]]()
    if rule["alt"]:
        days = 0 if rule["alt"] == "now" else int(given.rules[rule["alt"]])
        met = _with_normal_alt(given, met, days)
    if rule["at_start"] != "any":
        wanted = based.filter(based.at_start == rule["at_start"])
        joined = met.join(wanted.select(*KEY, "base_row"), KEY)
        met = _shaped(joined, joined.words, ["evidence", "base_row"])
    liver = given.events("liver", *EXCLUDED[rule["excludes"]])
    onset = liver.group_by("patient_id").agg(onset=liver.date.min())
    joined = met.left_join(onset, "patient_id")
    allowed = joined.filter(joined.onset.isnull() | (joined.onset > joined.met))
    starts = given.treatments.select(*KEY, start_row="source_row")
    allowed = allowed.join(starts, KEY)
    source = f"{rule['source']}; "
    return allowed.select(
        *KEY,
        "met",
        words=ibis.literal(source) + allowed.words + f"; no {rule['excludes']} recorded",
        confirmed="confirmed",
        evidence=source_rows([allowed.start_row, allowed.evidence]),
    )


def _consolidated(given: Inputs, days: int) -> ir.Table:
    """HBV DNA shown undetectable on treatment so many days after consolidation began."""
    stretches = given.consolidations
    first = _next_test(given, stretches.mutate(since=days_after(stretches.begin, days)), "met")
    again = ibis.literal(f" and {days} days into consolidation, on ") + first.met.cast("string")
    repeated = (first.met_row == first.dna_row).ifelse(ibis.null("string"), first.met_row)
    first = first.mutate(again_row=repeated)
    rows = ["base_row", "hbeag_row", "anti_hbe_row", "dna_row", "again_row"]
    return _shaped(first, in_words(first) + (again if days else ""), rows)


def _thrice(given: Inputs, days: int) -> ir.Table:
    """HBV DNA undetectable three times, far enough apart, and again or then so many days into the
    treatment; with no detectable HBV DNA between."""
    gap = given.rules["stopping.apart"]
    starts = given.treatments.select(*KEY, "start")
    known = given.consolidations.join(starts, KEY)
    second = _next_test(given, known.mutate(since=days_after(known.undetectable, gap)), "second")
    third = _next_test(given, second.mutate(since=days_after(second.second, gap)), "third")
    wanted = ibis.greatest(third.third, days_after(third.start, days))
    last = _next_test(given, third.mutate(since=wanted), "met")
    words = in_words(last) + ", again " + last.second.cast("string")
    words = words + " and " + last.third.cast("string")
    words = words + f"; {days} days of NA or more on " + last.met.cast("string")
    rows = ["base_row", "dna_row", "second_row", "third_row", "met_row"]
    last = last.mutate(met_row=(last.met == last.third).ifelse(ibis.null("string"), last.met_row))
    return _shaped(last, words, rows)


def _next_test(given: Inputs, stretches: ir.Table, name: str) -> ir.Table:
    """Adds the first undetectable HBV DNA of each stretch from `since` on, and its row."""
    tests = given.treated_dna
    tests = tests.filter(tests.on, tests.status == "undetectable").select(
        *KEY, test="date", test_row="source_row"
    )
    joined = stretches.join(tests, KEY)
    late = joined.filter(joined.test >= joined.since, joined.test <= joined.until)
    keys = [column for column in stretches.columns if column != "since"]
    return given.engine.keep(
        late.group_by(keys).agg(
            **{name: late.test.min(), f"{name}_row": late.test_row.argmin(late.test)}
        )
    )


def _lost(given: Inputs, losses: ir.Table, days: int) -> ir.Table:
    """HBsAg lost on treatment, and shown to be negative so many days after its loss."""
    if days == 0:
        words = ibis.literal("HBsAg loss ") + losses.loss.cast("string")
        return _shaped(losses, words, ["loss_rows"])
    negative = given.found.filter(given.found.marker == "hbsag", given.found.status == "negative")
    tests = negative.select(test_patient="patient_id", test="date", test_row="source_row")
    joined = losses.join(tests, [losses.patient_id == tests.test_patient])
    late = joined.filter(
        joined.test >= days_after(joined.loss, days),
        joined.test >= joined.met,
        joined.test <= joined.until,
    )
    first = late.group_by(*KEY, "loss", "until", "confirmed", "loss_rows").agg(
        met=late.test.min(), test_row=late.test_row.argmin(late.test)
    )
    words = ibis.literal("HBsAg loss ") + first.loss.cast("string")
    words = words + f", still lost {days} days later or more, on " + first.met.cast("string")
    return _shaped(first, words, ["loss_rows", "test_row"])


def _with_anti_hbs(given: Inputs, losses: ir.Table) -> ir.Table:
    """HBsAg lost on treatment with anti-HBs."""
    antibody = given.events("antibody", "hbsag_seroconversion").select(
        other="patient_id",
        converted="date",
        confirmed="confirmed_on",
        converted_row="evidence",
    )
    joined = losses.drop("confirmed").join(antibody, [losses.patient_id == antibody.other])
    both = joined.filter(joined.converted >= joined.loss)
    dated = both.mutate(met=ibis.greatest(both.converted, both.met))
    dated = dated.filter(dated.met <= dated.until)
    words = ibis.literal("HBsAg loss ") + dated.loss.cast("string")
    words = words + "; anti-HBs positive " + dated.converted.cast("string")
    return _shaped(dated, words, ["converted_row"])


def _losses(given: Inputs) -> ir.Table:
    """HBsAg losses that happened and were known on treatment: *KEY, loss, met (known on), until,
    loss_rows. Until: the last day of treatment or before HBsAg is positive again."""
    chain = given.events("hbsag", "hbsag_loss", "hbsag_seroreversion")
    in_order = ibis.window(group_by="patient_id", order_by="date")
    known = chain.mutate(reverted=chain.date.lead().over(in_order))
    known = known.filter(known.event == "hbsag_loss")
    on = known.confirmed_on if given.rules["loss.confirm"] else known.date
    losses = known.select(
        "patient_id",
        loss="date",
        met=on,
        confirmed="confirmed_on",
        reverted="reverted",
        loss_rows="evidence",
    )
    treatments = given.treatments.select(*KEY, "start", "on_until")
    joined = losses.join(treatments, "patient_id")
    before = days_after(joined.reverted, -1)
    bounded = joined.mutate(until=ibis.least(joined.on_until, before.fill_null(joined.on_until)))
    return bounded.filter(bounded.loss > bounded.start, bounded.met <= bounded.until)


def _both(one: ir.Table, other: ir.Table) -> ir.Table:
    """Both at once, from the day on which the later of them was shown."""
    right = other.select(
        *KEY, other_met="met", other_until="until", other_words="words", other_rows="evidence"
    )
    joined = one.join(right, KEY)
    dated = joined.mutate(
        met=ibis.greatest(joined.met, joined.other_met),
        until=ibis.least(joined.until, joined.other_until),
    )
    held = dated.filter(dated.met <= dated.until)
    return _shaped(held, held.words + "; " + held.other_words, ["evidence", "other_rows"])


def _with_normal_alt(given: Inputs, met: ir.Table, days: int) -> ir.Table:
    """Also ALT normal on treatment or before, and again so many days later (0: once)."""
    found = given.found.semi_join(met, "patient_id")  # few are left: the runs cost little
    alt = found.filter(found.marker == "alt", found.status.isin(["normal", "elevated"]))
    every = given.engine.keep(runs(alt, {"normal": days}))
    in_order = ibis.window(group_by="patient_id", order_by="run")
    every = every.mutate(elevated=every["first"].lead().over(in_order))
    normal = every.filter(every.status == "normal").mutate(shown="first", shown_row="first_row")
    if days:
        normal = normal.mutate(shown=normal.confirmed_on, shown_row=normal.confirming_row)
    normal = normal.filter(normal.shown.notnull()).select(
        "patient_id",
        "elevated",
        since="first",
        since_row="first_row",
        shown="shown",
        shown_row="shown_row",
    )
    joined = met.join(normal, "patient_id")
    dated = joined.mutate(met=ibis.greatest(joined.met, joined.shown))
    held = dated.filter(
        dated.met <= dated.until, dated.elevated.isnull() | (dated.met < dated.elevated)
    )
    words = held.words + "; ALT normal since " + held.since.cast("string")
    again = (held.shown_row == held.since_row).ifelse(ibis.null("string"), held.shown_row)
    return _shaped(held.mutate(again_row=again), words, ["evidence", "since_row", "again_row"])


def _shaped(table: ir.Table, words: ir.StringValue, rows: list[str]) -> ir.Table:
    """*KEY, met, until (the last day on which it holds), words, confirmed (the day of the last of
    the evidence for a loss, if there is one), evidence."""
    evidence = source_rows([table[row] for row in rows])
    confirmed = table.confirmed if "confirmed" in table.columns else ibis.null("date")
    return table.select(*KEY, "met", "until", words=words, confirmed=confirmed, evidence=evidence)


def derive(given: Inputs) -> Derived:
    """Each guideline's criteria, where they were met."""
    return Derived(event=stopping_events(given))
