"""The document's sections in order. HTML and DOCX only draw what is listed here."""

from __future__ import annotations

from seroclear.analysis.result import Row
from seroclear.report import figures, select, tables, words
from seroclear.report.document import Report, Section, Table
from seroclear.report.glance import glance
from seroclear.report.table_one import table_one

NOT_RUN = "This analysis was not run."
TESTS = ("chi-square", "p")
SURVIVAL = ("survival", "lowest survival", "highest survival")
NOT_SHOWN = "No curve is drawn: no step of it may or can be shown."


def sections(report: Report, rows: list[Row], threshold: int) -> list[Section]:
    """Every section of the document. Of an empty cohort only those that have something to say.

    Args:
        report: the words, the records and the published figures.
        rows: the report's rows after disclosure control.
        threshold: the disclosure threshold, for the note on suppression.
    """
    front = [
        Section("question", "Question", (report.question,)),
        Section("glance", "At a glance", tuple(glance(rows, report.published))),
        Section(
            "flowchart",
            "Flowchart",
            figures=tuple(figures.flowchart(rows)),
            tables=tuple(tables.flowchart(rows)),
        ),
    ]
    middle = [] if select.is_empty(rows) else _results(report, rows)
    back = [
        _section(
            "records", "What was rejected and unmapped", tables.records(report.records, threshold)
        )
        if report.records
        else Section("records", "What was rejected and unmapped", ("Every source row was used.",)),
        Section(
            "limitations",
            "Limitations found in the data",
            tuple(report.limitations) or ("None was found by the checks of this program.",),
            kind="list" if report.limitations else "text",
        ),
        Section("methods", "Methods", (report.methods, *_suppression(threshold))),
        _section("manifest", "Manifest", tables.manifest(report.manifest)),
    ]
    return [*front, *middle, *back]


def _section(name: str, title: str, shown: list[Table]) -> Section:
    return Section(name, title, () if shown else (NOT_RUN,), tables=tuple(shown))


def _results(report: Report, rows: list[Row]) -> list[Section]:
    free = f"Free of {select.outcome(rows)} (95% CI)"
    curves = figures.kaplan_meier(rows)
    ran_curve = bool(select.of(report.rows, "kaplan_meier_curve"))
    durability = [
        *tables.by_group("Follow-up and events", select.of(rows, "crude")),
        *tables.estimates("Kaplan–Meier estimates", select.of(rows, "kaplan_meier"), free),
    ]
    comparison = [
        *tables.by_group("Events by group", select.of(rows, "log_rank", "observed", "expected")),
        *tables.tests("Log-rank test", select.of(rows, "log_rank", *TESTS)),
        *tables.models(rows, "cox_unadjusted", "Cox model of the groups alone"),
        *tables.models(rows, "cox", "Cox model with all covariates"),
        *tables.tests("Proportional hazards", select.of(rows, "proportional_hazards")),
    ]
    interval = [
        *tables.intervals(
            f"Probability free of {select.outcome(rows)} when the time is known only as a window",
            [r for r in select.of(rows, "interval_censored") if r.estimate in SURVIVAL],
        ),
        *tables.models(rows, "interval_censored", "Interval-censored model"),
    ]
    competing = [
        *tables.estimates(
            f"Cumulative incidence of {select.outcome(rows)} with death as a competing event",
            select.of(rows, "competing", "cumulative incidence"),
            "Cumulative incidence (95% CI)",
        ),
        *tables.by_group("Competing events", select.of(rows, "competing", "competing events")),
        *tables.tests("Gray's test", select.of(rows, "competing", *TESTS)),
    ]
    subgroups = [
        *tables.estimates("Within subgroups", select.of(rows, "subgroups", "survival"), free),
        *tables.tests(
            "Comparisons within and between subgroups", select.of(rows, "subgroups", *TESTS)
        ),
        *tables.by_group("In no subgroup", select.of(rows, "subgroups", "unknown")),
    ]
    return [
        _section("table-one", "Table 1", table_one(rows)),
        Section(
            "durability",
            f"Durability: time to {select.outcome(rows)}",
            (NOT_SHOWN,) if ran_curve and not curves else () if durability else (NOT_RUN,),
            tuple(curves),
            tuple(durability),
        ),
        _section("interval", "Durability, allowing for the time between tests", interval),
        Section(
            "comparison",
            "Comparison of the groups",
            () if comparison else (NOT_RUN,),
            tuple(figures.forest(rows)),
            tuple(comparison),
        ),
        _section("competing", "Sensitivity: death as a competing event", competing),
        _section("subgroups", "Subgroups", subgroups),
        Section(
            "definitions",
            "Sensitivity: definitions",
            () if select.of(rows, "definition_grid") else (NOT_RUN,),
            tuple(figures.definition_grid(rows)),
            (*tables.definition_grid(rows), *tables.definitions(report.definitions)),
        ),
        _published(report, rows),
    ]


def _published(report: Report, rows: list[Row]) -> Section:
    shown = tables.published(rows, report.published)
    sources = select.distinct(row.study for row in report.published)
    paragraphs = tuple(f"{source}." for source in sources)
    if not shown:
        paragraphs = ("No published figures were given for this study.",)
    return Section("published", "Beside the published study", paragraphs, tables=tuple(shown))


def _suppression(threshold: int) -> tuple[str, ...]:
    if threshold <= 1:
        return ("No counts were suppressed: this document may identify persons.",)
    text = (
        f"Counts of 1 to {threshold - 1} persons or events are not shown, nor is any number from "
        f"which one could be worked out: these are marked {words.CONFIDENTIAL}. Steps of the "
        "flowchart and of the curves are joined where they would show such a count."
    )
    return (text,)
