"""`seroclear trial doses`: orders to give a dose, doses given, and the stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seroclear.cli.options import JSON, as_text
from seroclear.cli.trial_session import ON, SITE, signed_in, table

if TYPE_CHECKING:
    from seroclear.trial.trust.session import Session

_SHOWN = ("id", "subject", "dose", "unit", "not_before", "due", "overdue", "owner", "state")


@click.group()
def doses() -> None:
    """Orders to give a dose, doses given, and the stock."""


@doses.command("list")
@signed_in
@SITE
@click.option("--all", "every", is_flag=True, help="Also those given and cancelled.")
@JSON
def doses_list(session: Session, site: str | None, every: bool, as_json: bool) -> None:
    """The orders that wait, the most urgent first."""
    from seroclear.trial.conduct.orders import list_orders

    rows = list_orders(session, site, every)
    if as_json:
        click.echo(as_text(rows))
    else:
        table(rows, *_SHOWN)


@doses.command("give")
@signed_in
@click.argument("order")
@click.option("--lot", required=True)
@click.option("--amount", required=True, type=float)
@ON
def doses_give(session: Session, order: str, lot: str, amount: float, on: str) -> None:
    """Records that the dose of ORDER was given, and takes it off the stock."""
    from seroclear.trial.conduct.doses import give_dose

    click.echo(give_dose(session, order, lot, amount, on))


@doses.command("cancel")
@signed_in
@click.argument("order")
def doses_cancel(session: Session, order: str) -> None:
    """Ends ORDER without a dose, with --reason."""
    from seroclear.trial.conduct.orders import cancel_order

    click.echo(cancel_order(session, order))


@doses.command("escalate")
@signed_in
@click.argument("site_code")
def doses_escalate(session: Session, site_code: str) -> None:
    """Hands orders that were not given in time to the investigator; run it every day."""
    from seroclear.trial.conduct.orders import escalate_orders

    click.echo("\n".join(escalate_orders(session, site_code)) or "(none)")


@doses.command("stock")
@signed_in
@click.argument("site_code")
@click.option("--kind", type=click.Choice(["received", "returned", "destroyed", "lost"]))
@click.option("--lot")
@click.option("--amount", type=float)
@click.option("--on", metavar="YYYY-MM-DD")
@click.option("--expires", metavar="YYYY-MM-DD")
def doses_stock(
    session: Session,
    site_code: str,
    kind: str | None,
    lot: str | None,
    amount: float | None,
    on: str | None,
    expires: str | None,
) -> None:
    """What is left of each lot; with --kind, --lot, --amount and --on records what came or went."""
    from seroclear.trial.conduct.doses import record_stock, stock_balance

    if kind is not None:
        if lot is None or amount is None or on is None:
            raise click.UsageError("--kind needs --lot, --amount and --on.")
        record_stock(session, site_code, lot, kind, amount, on, expires)
        return
    balance = stock_balance(session, site_code)
    table([{"lot": one, "left": left} for one, left in sorted(balance.items())], "lot", "left")


COMMANDS = (doses,)
