"""The document's sections in order. HTML and DOCX only draw what is listed here."""

from __future__ import annotations

from seroclear.analysis.result import Row
from seroclear.report import causal, figures, parts, record_tables, select, tables, words
from seroclear.report.document import Guideline, Report, Section, Table
from seroclear.report.expression_tables import correlation, expression
from seroclear.report.glance import glance
from seroclear.report.guideline import TITLES, checklist
from seroclear.report.table_one import table_one
from seroclear.report.visit_tables import courses

NOT_SHOWN = "No curve is drawn: no step of it may or can be shown."


def sections(report: Report, rows: list[Row], threshold: int) -> list[Section]:
    """Every section of the document. Of an empty cohort only those that have something to say.

    Args:
        report: the words, the records and the published figures.
        rows: the report's rows after disclosure control.
        threshold: the disclosure threshold, for the note on suppression.
    """
    main, others = select.by_outcome(rows)
    front = [
        Section("question", "Question", (report.question,)),
        *_aim(report.guideline),
        Section("glance", "At a glance", tuple(glance(main, report.published))),
        Section(
            "flowchart",
            "Flowchart",
            figures=tuple(figures.flowchart(rows)),
            tables=tuple(tables.flowchart(rows)),
        ),
    ]
    middle = [] if select.is_empty(main) else _results(report, main, others)
    back = [
        Section(
            "records",
            "What was rejected and unmapped",
            tables=tuple(record_tables.records(report.records, threshold)),
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
        Section("manifest", "Manifest", tables=tuple(record_tables.manifest(report.manifest))),
    ]
    shown = [*front, *middle, *back]
    if report.guideline is None:
        return shown
    return [*shown, _checklist(report.guideline, shown)]


def _checklist(guideline: Guideline, shown: list[Section]) -> Section:
    """Where each item of the reporting guideline is."""
    table = checklist(guideline.name, shown)
    return Section(
        "checklist", "Reporting checklist", (f"After {TITLES[guideline.name]}.",), (), (table,)
    )


def _aim(guideline: Guideline | None) -> list[Section]:
    """What is estimated, and the trial that it stands for."""
    if guideline is None:
        return []
    found = [Section("estimand", "What is estimated", (guideline.estimand,))]
    if guideline.protocol:
        header = ("", "Target trial", "Emulation")
        table = Table("The trial and its emulation", header, guideline.protocol)
        found.append(Section("protocol", "The target trial", (), (), (table,)))
    return found


def _results(report: Report, rows: list[Row], others: dict[str, list[Row]]) -> list[Section]:
    """A section for every analysis that the study names."""
    curves = figures.kaplan_meier(rows)
    hidden = bool(select.of(report.rows, "kaplan_meier_curve")) and not curves
    outcome = select.outcome(rows)
    found = [
        Section("table-one", "Table 1", tables=tuple(table_one(rows))),
        Section("missing", "What is unknown", tables=tuple(tables.missing(rows))),
        Section("outcome-share", f"How many: {outcome}", tables=tuple(parts.shares(rows))),
        Section("expression", "Expression", tables=tuple(expression(rows))),
        Section("correlation", "Who goes with whom", tables=tuple(correlation(rows))),
        Section("trend", "Over the years", tables=tuple(parts.trend(rows))),
        Section(
            "durability",
            f"Time to {outcome}",
            (NOT_SHOWN,) if hidden else (),
            tuple(curves),
            tuple(parts.survival(rows)),
        ),
        Section(
            "interval",
            f"Time to {outcome}, allowing for the time between tests",
            tables=tuple(parts.interval(rows)),
        ),
        Section(
            "comparison",
            "Comparison of the groups" if select.groups(rows) else "Who is at risk",
            (),
            tuple(figures.forest(rows)),
            tuple(parts.comparison(rows)),
        ),
        Section(
            "weighted",
            "Groups made alike",
            (),
            (*figures.love(rows), *figures.overlap(rows)),
            tuple(causal.weighted(rows)),
        ),
        Section("emulation", "The emulated trial", tables=tuple(causal.emulated(rows))),
        Section("discrimination", "Prediction", tables=tuple(causal.discrimination(rows))),
        Section(
            "person-time",
            "Before and after",
            tables=(*parts.person_time(rows), *causal.time_varying(rows)),
        ),
        Section(
            "competing",
            f"{words.one_of(outcome)} when another event may come first",
            tables=tuple(parts.competing(rows)),
        ),
        Section(
            "subgroups",
            "Subgroups",
            tables=(*causal.incidence_within(rows), *parts.subgroups(rows)),
        ),
        Section("concordance", "Quarter by quarter", tables=tuple(causal.concordance(rows))),
        *(_further(number, name, of) for number, (name, of) in enumerate(others.items(), 1)),
        Section(
            "definitions",
            "Sensitivity: definitions",
            (),
            tuple(figures.definition_grid(rows)),
            (*tables.definition_grid(rows), *tables.definitions(report.definitions))
            if select.of(rows, "definition_grid")
            else (),
        ),
    ]
    every = [*rows, *(row for of in others.values() for row in of)]
    return [*filter(_has_content, found), *_published(report, every)]


def _has_content(section: Section) -> bool:
    return bool(section.tables or section.figures or section.paragraphs)


def _further(number: int, outcome: str, rows: list[Row]) -> Section:
    """Everything about a further outcome."""
    every = (
        parts.shares,
        parts.trend,
        parts.survival,
        parts.interval,
        parts.comparison,
        parts.person_time,
        parts.competing,
        parts.subgroups,
        causal.time_varying,
        causal.weighted,
        causal.incidence_within,
        courses,
    )
    shown = tuple(table for part in every for table in part(rows))
    drawn = tuple(figures.trajectory(rows, f"visits-{number}"))
    return Section(f"outcome-{number}", f"Also: {outcome}", (), drawn, shown)


def _published(report: Report, rows: list[Row]) -> list[Section]:
    if not report.published:
        return []
    shown = tables.published(rows, report.published)
    sources = select.distinct(row.study for row in report.published)
    paragraphs = tuple(f"{source}." for source in sources)
    return [Section("published", "Beside the published study", paragraphs, tables=tuple(shown))]


def _suppression(threshold: int) -> tuple[str, ...]:
    if threshold <= 1:
        return ("No counts were suppressed: this document may identify persons.",)
    text = (
        f"Counts of 1 to {threshold - 1} persons or events are not shown, nor is any number from "
        f"which one could be worked out: these are marked {words.CONFIDENTIAL}. Steps of the "
        "flowchart and of the curves are joined where they would show such a count."
    )
    return (text,)
