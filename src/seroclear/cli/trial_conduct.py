"""`seroclear trial visit`, `result`, `query` and `adjudicate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seroclear.cli.options import JSON, PATH, as_text
from seroclear.cli.trial_session import ON, SITE, SUBJECT, signed_in, table

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session


@click.group()
def visit() -> None:
    """Visits and their windows."""


@visit.command("add")
@signed_in
@SUBJECT
@click.argument("name")
@ON
def visit_add(session: Session, subject: str, name: str, on: str) -> None:
    """Records that SUBJECT had the visit NAME."""
    from seroclear.trial.conduct.visits import record_visit

    click.echo(record_visit(session, subject, name, on)["window"])


@visit.command("list")
@signed_in
@SITE
@JSON
def visit_list(session: Session, site: str | None, as_json: bool) -> None:
    """Every planned visit with its window, and whether it was held."""
    from seroclear.trial.conduct.visits import list_visits

    rows = list_visits(session, site)
    if as_json:
        click.echo(as_text(rows))
    else:
        table(rows, "subject", "visit", "first_day", "last_day", "held_on", "window")


@click.group()
def result() -> None:
    """Laboratory results, as the laboratory wrote them."""


@result.command("add")
@signed_in
@SUBJECT
@click.argument("test")
@click.argument("text")
@click.option("--unit")
@click.option("--taken", required=True, metavar="YYYY-MM-DD")
@click.option("--visit")
@click.option("--assay")
def result_add(
    session: Session,
    subject: str,
    test: str,
    text: str,
    unit: str | None,
    taken: str,
    visit: str | None,
    assay: str | None,
) -> None:
    """Enters the result TEXT of a TEST, such as anti_hbs '<2'."""
    from seroclear.trial.conduct.results import add_result

    _tell(add_result(session, subject, test, text, unit, taken, visit=visit, assay=assay))


@result.command("correct")
@signed_in
@click.argument("id")
@click.option("--text")
@click.option("--unit")
@click.option("--taken", metavar="YYYY-MM-DD")
def result_correct(
    session: Session, id: str, text: str | None, unit: str | None, taken: str | None
) -> None:
    """Corrects the result ID, with --reason; what was entered before stays."""
    from seroclear.trial.conduct.results import correct_result

    changes = {"text": text, "unit": unit, "taken_on": taken}
    _tell(correct_result(session, id, **{k: v for k, v in changes.items() if v is not None}))


@result.command("withdraw")
@signed_in
@click.argument("id")
def result_withdraw(session: Session, id: str) -> None:
    """Takes back the result ID of another person, with --reason."""
    from seroclear.trial.conduct.results import withdraw_result

    click.echo(withdraw_result(session, id))


@result.command("import")
@signed_in
@click.argument("site_code")
@click.argument("file", type=PATH)
@click.option("--rows", required=True, type=int, help="How many the sender says there are.")
def result_import(session: Session, site_code: str, file: Path, rows: int) -> None:
    """Enters a CSV FILE of results (subject, test, text, unit, taken_on): all, or none."""
    from seroclear.trial.conduct.results import import_results

    done = import_results(session, site_code, file.read_text("utf-8-sig"), rows)
    click.echo(f"{done['rows']} results")


@click.group()
def query() -> None:
    """Questions about what was entered."""


@query.command("list")
@signed_in
@click.option("--state", type=click.Choice(["open", "answered", "closed"]))
@JSON
def query_list(session: Session, state: str | None, as_json: bool) -> None:
    """The queries of your sites."""
    from seroclear.trial.conduct.queries import list_queries

    rows = list_queries(session, state)
    if as_json:
        click.echo(as_text(rows))
    else:
        table(rows, "id", "subject", "entity", "entity_id", "kind", "state", "question")


@query.command("raise")
@signed_in
@SUBJECT
@click.argument("kind")
@click.argument("id")
@click.argument("question")
def query_raise(session: Session, subject: str, kind: str, id: str, question: str) -> None:
    """Asks a QUESTION about a row of SUBJECT: its KIND, such as result, and its ID."""
    from seroclear.trial.conduct.queries import raise_query

    click.echo(raise_query(session, subject, kind, id, question))


@query.command("answer")
@signed_in
@click.argument("id")
@click.argument("text")
def query_answer(session: Session, id: str, text: str) -> None:
    """Answers the query ID."""
    from seroclear.trial.conduct.queries import answer_query

    click.echo(answer_query(session, id, text))


@query.command("close")
@signed_in
@click.argument("id")
def query_close(session: Session, id: str) -> None:
    """Closes the answered query ID."""
    from seroclear.trial.conduct.queries import close_query

    click.echo(close_query(session, id))


@click.group()
def adjudicate() -> None:
    """The outcome, read by persons who do not know the arm."""


@adjudicate.command("prepare")
@signed_in
@SUBJECT
def adjudicate_prepare(session: Session, subject: str) -> None:
    """Drafts the outcome of SUBJECT by rule, and makes the dossier for the adjudicators."""
    from seroclear.trial.conduct.adjudication import prepare_case
    from seroclear.trial.conduct.endpoint import draft_endpoint

    draft_endpoint(session, subject)
    click.echo(prepare_case(session, subject))


@adjudicate.command("list")
@signed_in
def adjudicate_list(session: Session) -> None:
    """The cases that wait for you."""
    from seroclear.trial.conduct.adjudication import list_cases

    click.echo("\n".join(list_cases(session)) or "(none)")


@adjudicate.command("show")
@signed_in
@click.argument("case")
def adjudicate_show(session: Session, case: str) -> None:
    """The dossier of CASE: results by day since randomisation."""
    from seroclear.trial.conduct.adjudication import read_case

    columns = ("day", "test", "comparator", "value", "unit", "status")
    rows = [{name: one.get(name) for name in columns} for one in read_case(session, case)]
    table(rows, *columns)


@adjudicate.command("answer")
@signed_in
@click.argument("case")
@click.argument("answer", type=click.Choice(["sustained", "not sustained", "cannot be told"]))
@click.option("--grounds", required=True, help="In a sentence.")
def adjudicate_answer(session: Session, case: str, answer: str, grounds: str) -> None:
    """Your answer to CASE."""
    from seroclear.trial.conduct.adjudication import adjudicate as decide

    click.echo(decide(session, case, answer, grounds))


def _tell(done: dict[str, object]) -> None:
    for reading in json.loads(str(done["readings"])):
        said = [reading.get(name) for name in ("status", "comparator", "value", "unit")]
        words = " ".join(str(one) for one in said if one not in (None, "="))
        click.echo(f"{done['id']}: {reading['test']} {words}")
    if done.get("decision"):
        click.echo(f"dose: {done['decision']}")
    if done["queries"]:
        click.echo(f"queries raised: {', '.join(map(str, done['queries']))}")  # type: ignore[call-overload]


COMMANDS = (visit, result, query, adjudicate)
