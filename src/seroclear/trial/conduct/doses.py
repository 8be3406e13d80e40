"""Doses that were given, and the ledger of the stock: entries alone, never an edited balance."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.deviations import deviate
from seroclear.trial.conduct.orders import OPEN
from seroclear.trial.conduct.subjects import not_future, within_reach
from seroclear.trial.database.clinical import dose as doses
from seroclear.trial.database.clinical import dose_order, stock
from seroclear.trial.database.clinical import subject as subjects
from seroclear.trial.trust.gateway import action
from seroclear.trial.trust.work import Work, day

# What a pharmacist records, and whether it adds to the stock; 'given' comes with a dose alone.
KINDS: Final = {"received": 1, "returned": -1, "destroyed": -1, "lost": -1}


@action("dose.give")
def give_dose(work: Work, order: str, lot: str, amount: float, given_on: str) -> str:
    """Records that the dose of an order was given, and takes it off the lot, in one transaction.

    Another amount than ordered, or a day before the least interval is over, is a deviation.

    Raises:
        SeroclearError: the order is not open, or the lot has not so much or is past its date.
    """
    if not amount > 0:
        raise SeroclearError("the amount of a dose is above 0.")
    ordered = work.row(dose_order, order)
    if ordered["state"] not in OPEN:
        raise SeroclearError("this order is not open.")
    given = not_future(work, given_on, "the dose")
    row = work.add(
        doses,
        prefix="H",
        subject=ordered["subject"],
        dose_order=order,
        given_on=given,
        lot=lot,
        amount=float(amount),
        unit=ordered["unit"],
    )
    apply_transaction(work, work.site, lot, "given", -float(amount), ordered["unit"], given, row)
    work.reason = work.reason or "given"
    work.revise(dose_order, order, state="given")
    if float(amount) != ordered["dose"]:
        deviate(work, ordered["subject"], "dose", given, "another amount than was ordered")
    if given < ordered["not_before"]:
        deviate(work, ordered["subject"], "dose", given, "before the least interval was over")
    if given > ordered["due"]:
        deviate(work, ordered["subject"], "dose", given, "after it was due")
    return str(row["id"])


@action("dose.list")
def list_doses(work: Work, site: str | None = None) -> list[dict[str, Any]]:
    """The doses that were given at the sites that the role reaches."""
    home = {one["id"]: one["site"] for one in work.rows(subjects)}
    return [one for one in work.rows(doses) if within_reach(work, home[one["subject"]], site)]


@action("stock.record")
def record_stock(
    work: Work,
    site: str,
    lot: str,
    kind: str,
    amount: float,
    on_day: str,
    expires: str | None = None,
) -> float:
    """Records what came to a site or left it otherwise than by a dose; the lot's new balance.

    Args:
        kind: received, returned, destroyed or lost.
        amount: above 0, in the protocol's unit of a dose.
        expires: the last day of the lot's use; needed when it is received.
    """
    if kind not in KINDS:
        raise SeroclearError(f"{kind!r} is no entry of the ledger; known: {', '.join(KINDS)}.")
    if not amount > 0:
        raise SeroclearError("an amount is above 0; the kind says whether it comes or goes.")
    if kind == "received" and not expires:
        raise SeroclearError("until when may this lot be used? Give the day of its expiry.")
    if expires:
        day(expires, "the expiry")
    on = not_future(work, on_day, "the entry")
    unit = work.protocol.trigger.dose_unit
    return apply_transaction(
        work, site, lot, kind, KINDS[kind] * float(amount), unit, on, None, expires
    )


@action("stock.balance")
def stock_balance(work: Work, site: str) -> dict[str, float]:
    """What is left of each lot at a site."""
    balance: dict[str, float] = {}
    for one in work.rows(stock, site=site):
        balance[one["lot"]] = balance.get(one["lot"], 0.0) + one["amount"]
    return balance


def apply_transaction(
    work: Work,
    site: str,
    lot: str,
    kind: str,
    amount: float,
    unit: str,
    on: str,
    dose: dict[str, Any] | None,
    expires: str | None = None,
) -> float:
    """The one way into the ledger; the lot's new balance, which is never below 0."""
    entries = work.rows(stock, site=site, lot=lot)
    balance = sum(one["amount"] for one in entries) + amount
    if balance < 0:
        raise SeroclearError(f"the ledger of site {site} has not so much of this lot.")
    until = [date.fromisoformat(one["expires"]) for one in entries if one["expires"]]
    if kind == "given" and until and date.fromisoformat(on) > min(until):
        raise SeroclearError("this lot is past its date: give another.")
    work.add(
        stock,
        prefix="T",
        site=site,
        lot=lot,
        kind=kind,
        amount=amount,
        unit=unit,
        on_day=on,
        expires=expires,
        dose=dose["id"] if dose else None,
    )
    return float(balance)
