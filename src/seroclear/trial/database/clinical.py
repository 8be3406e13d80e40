"""The tables of what happened to the participants; `id` and `version` as in `tables.py`.

Dates are ISO texts (YYYY-MM-DD); lists and tables within a column are canonical JSON. A subject's
id is the code of its site and a number: nothing here names a person.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, UniqueConstraint

from seroclear.trial.database.tables import (
    maybe,
    metadata,
    signature,
    site,
    text,
    trial,
    versioned,
)

subject: Final = versioned(
    "subject",
    text("site"),
    text("screened_on"),
)
consent: Final = versioned("consent", text("subject"), text("given_on"), text("form_version"))
eligibility: Final = versioned(
    "eligibility",
    text("subject"),
    text("assessed_on"),
    text("criteria"),  # {criterion: met | not met | unknown}
    text("strata"),  # {factor: level}, the site apart
)
allocation: Final = versioned(
    "allocation",
    text("subject"),
    text("site"),
    text("arm"),
    text("randomised_on"),
    text("strata"),  # as they were at allocation, for ever
    text("stratum"),
    Column("sequence", Integer, nullable=False),  # within the stratum
    Column("number", Integer, nullable=False),  # within the trial
    text("method"),
    text("imbalance"),
    text("probability"),
    text("scheme"),
    text("commitment"),
    text("algorithm"),
    text("software"),
    UniqueConstraint("subject", name="allocation_subject"),
    UniqueConstraint("stratum", "sequence", name="allocation_sequence"),
    UniqueConstraint("number", name="allocation_number"),
)
visit: Final = versioned(
    "visit",
    text("subject"),
    text("name"),
    text("held_on"),
    text("window"),  # within, early, late, unscheduled
)
result: Final = versioned(
    "result",
    text("subject"),
    maybe("visit"),
    text("test"),
    text("text"),  # as the laboratory wrote it
    maybe("unit"),
    text("taken_on"),
    maybe("assay"),
    maybe("reference"),
    text("readings"),  # what was read: a list, [] when nothing could be
    maybe("unread"),  # why nothing could be
)
query: Final = versioned(
    "query",
    text("subject"),
    text("entity"),
    text("entity_id"),
    text("kind"),
    text("question"),
    text("state"),  # open, answered, closed
    maybe("answer"),
)
assessment: Final = versioned(
    "assessment",
    text("subject"),
    text("result"),
    Column("result_version", Integer, nullable=False),
    text("finding"),  # below, not below, unknown
    text("decision"),
    maybe("dose_order"),
)
dose_order: Final = versioned(
    "dose_order",
    text("subject"),
    text("cause"),  # enrolment, or the id of a result
    Column("dose", Float, nullable=False),
    text("unit"),
    text("raised_on"),
    text("not_before"),
    text("due"),
    text("escalate_on"),
    text("owner"),
    text("state"),  # open, escalated, given, cancelled
)
dose: Final = versioned(
    "dose",
    text("subject"),
    maybe("dose_order"),
    text("given_on"),
    text("lot"),
    Column("amount", Float, nullable=False),
    text("unit"),
)
stock: Final = versioned(
    "stock",
    text("site"),
    text("lot"),
    text("kind"),  # received, given, returned, destroyed, lost
    Column("amount", Float, nullable=False),  # with its sign
    text("unit"),
    text("on_day"),
    maybe("expires"),
    maybe("dose"),
    Index("stock_lot", "site", "lot"),
)
adverse_event: Final = versioned(
    "adverse_event",
    text("subject"),
    text("term"),
    text("started_on"),
    maybe("ended_on"),
    text("severity"),
    Column("serious", Boolean(create_constraint=False), nullable=False),
    text("related"),
    text("outcome"),
)
withdrawal: Final = versioned(
    "withdrawal", text("subject"), text("kind"), text("on_day"), text("why")
)
deviation: Final = versioned(
    "deviation",
    text("subject"),
    text("kind"),
    text("on_day"),
    text("description"),
    maybe("factor"),
    maybe("as_randomised"),
    maybe("corrected"),
)
intercurrent_event: Final = versioned(
    "intercurrent_event", text("subject"), text("kind"), text("on_day")
)
endpoint_draft: Final = versioned(
    "endpoint_draft",
    text("subject"),
    text("answer"),  # success, failure, unknown
    text("why"),
    text("evidence"),  # versions of the results that it read
    Column("days_since_dose", Integer),
    Column("maybe_masked", Boolean(create_constraint=False)),
    text("protocol_hash"),
)
adjudication_case: Final = versioned(
    "adjudication_case",
    text("subject"),
    text("dossier"),  # all that an adjudicator is shown
)
adjudication: Final = versioned(
    "adjudication",
    text("adjudication_case"),
    Column("case_version", Integer, nullable=False),
    text("account"),
    Column("round", Integer, nullable=False),  # 1, or 2 for the one who breaks a tie
    text("answer"),
    text("grounds"),
    UniqueConstraint("adjudication_case", "case_version", "account", name="adjudication_account"),
)

CLINICAL: Final[tuple[Table, ...]] = (
    *(subject, consent, eligibility, allocation, visit, result, query, assessment, dose_order),
    *(dose, stock, adverse_event, withdrawal, deviation, intercurrent_event, endpoint_draft),
    *(adjudication_case, adjudication),
)
# What the lock closes: no row may be added to these until two persons have unlocked.
LOCKED: Final = (*CLINICAL, site, signature, trial)
# What can be asked of one participant.
OF_A_SUBJECT: Final = tuple(table for table in CLINICAL if "subject" in table.c)
for _table in OF_A_SUBJECT:
    if _table.name != "allocation":  # it has an index of its own
        Index(f"{_table.name}_of_subject", _table.c.subject)
TABLES: Final[tuple[Table, ...]] = tuple(metadata.sorted_tables)
