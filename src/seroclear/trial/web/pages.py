"""What each page shows. Every figure comes from an action of the gateway, in the user's role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from seroclear.errors import SeroclearError
from seroclear.trial.actions import ACTIONS
from seroclear.trial.conduct.visits import VISITS_BESIDE
from seroclear.trial.trust.permissions import permissions
from seroclear.trial.trust.session import Session
from seroclear.trial.web.charts import accrual, titres
from seroclear.trial.web.language import Words


@dataclass
class Page:
    """One request for a page by somebody signed in."""

    session: Session
    t: Words
    item: str = ""  # the participant or the case, where the page is of one
    plan_ends: str | None = None  # the day on which recruitment is to be complete
    overview: dict[str, Any] = field(default_factory=dict)

    @property
    def locked(self) -> bool:
        """Whether the trial is locked."""
        return bool(self.overview["state"] != "unlocked")

    def may(self, action: str) -> bool:
        """Whether the role may, so that a page offers nothing that would be refused."""
        return permissions().rule(action).permits(self.session.role, locked=self.locked)

    def ask(self, action: str, *args: Any, **kwargs: Any) -> Any:
        """What an action answers."""
        return ACTIONS[action](self.session, *args, **kwargs)

    def maybe(self, action: str, *args: Any, **kwargs: Any) -> Any:
        """The same, None where the role may not."""
        return self.ask(action, *args, **kwargs) if self.may(action) else None


class NotFound(SeroclearError):
    """There is no such participant or case for this role."""


def home(page: Page) -> dict[str, Any]:
    """What waits for this role."""
    counts = []
    waiting = page.maybe("subject.waiting")
    if waiting is not None:
        counts.append(("subjects", "home.waiting", len(waiting)))
    orders = page.maybe("order.list")
    if orders is not None:
        counts.append(("doses", "home.orders", len(orders)))
        counts.append(("doses", "home.overdue", sum(one["overdue"] for one in orders)))
    queries = page.maybe("query.list")
    if queries is not None:
        states = [one["state"] for one in queries]
        counts.append(("queries", "home.open", states.count("open")))
        counts.append(("queries", "home.answered", states.count("answered")))
    visits = page.maybe("visit.list")
    if visits is not None:
        due = sum(one["window"] == "due" for one in visits)
        counts.append(("subjects", "home.visits", due))
    cases = page.maybe("case.list")
    if cases is not None:
        counts.append(("cases", "home.cases", len(cases)))
    return {"counts": counts}


def subjects(page: Page) -> dict[str, Any]:
    """The screening worklist, everybody's codes, and the visits that are due."""
    visits = page.maybe("visit.list") or []
    return {
        "waiting": page.maybe("subject.waiting"),
        "people": page.ask("subject.list"),
        "due": [one for one in visits if one["window"] in ("due", "missed")],
    }


def subject(page: Page) -> dict[str, Any]:
    """One participant."""
    code = page.item
    own = [one for one in page.ask("subject.list") if one["id"] == code]
    if not own:
        raise NotFound(page.t("error.nobody"))
    results = page.maybe("result.list", code)
    events = page.maybe("event.list", code)

    def of_them(rows: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        return rows if rows is None else [one for one in rows if one["subject"] == code]

    for one in (events or {}).get("intercurrent_event", ()):
        one["event"] = _intercurrent(page, one["kind"])
    return {
        "person": own[0],
        "record": page.maybe("subject.read", code),
        "signatures": page.maybe("signature.list", code),
        "visits": of_them(page.maybe("visit.list")),
        "results": results,
        "orders": of_them(page.maybe("order.list", all=True)),
        "doses": of_them(page.maybe("dose.list")),
        "queries": of_them(page.maybe("query.list")),
        "events": events,
    }


def trail(page: Page) -> dict[str, Any]:
    """The audit trail of one participant."""
    lines = page.ask("trail.of_subject", page.item)
    return {
        "lines": [
            one | {"role_name": page.t(f"role.{one['role']}") if one["role"] else ""}
            for one in lines
            if one["field"] not in ("reason", "withdrawn")
        ]
    }


def doses(page: Page) -> dict[str, Any]:
    """Orders that wait, doses that were given, and the stock."""
    sites = [one["id"] for one in page.overview["sites"]]
    stock = page.may("stock.balance")
    return {
        "orders": page.ask("order.list"),
        "given": page.ask("dose.list"),
        "stock": [
            {"site": site, "lot": lot, "left": left}
            for site in sites
            for lot, left in (page.ask("stock.balance", site) if stock else {}).items()
        ]
        if stock
        else None,
    }


def queries(page: Page) -> dict[str, Any]:
    """Questions that are not closed, and those that are."""
    found = page.ask("query.list")
    return {
        "waiting": [one for one in found if one["state"] != "closed"],
        "closed": [one for one in found if one["state"] == "closed"],
    }


def cases(page: Page) -> dict[str, Any]:
    """The cases that wait for this adjudicator."""
    return {"cases": page.ask("case.list")}


def case(page: Page) -> dict[str, Any]:
    """One dossier: results by day since randomisation, and nothing else."""
    if page.item not in page.ask("case.list"):
        raise NotFound(page.t("error.no_case"))
    return {"dossier": page.ask("case.read", page.item)}


def monitoring(page: Page) -> dict[str, Any]:
    """Accrual against the plan, and titres over time; no arm."""
    found = page.ask("monitoring.read")
    view = page.overview
    sites = [one["id"] for one in view["sites"]]
    by_site = [
        {"site": site, "randomised_count": sum(one["site"] == site for one in found["randomised"])}
        for site in sites
    ]
    days = [one["on"] for one in found["randomised"]]
    return {
        "total": len(days),
        "by_site": by_site,
        "accrual": accrual(days, view["today"], view["participants"], page.plan_ends, page.t),
        "titres": titres(found["titres"], view["threshold"], page.t),
        "any_titre": bool(found["titres"]),
    }


def lock(page: Page) -> dict[str, Any]:
    """What stands against the lock."""
    said = page.maybe("trial.readiness")
    pairs = None if said is None else [tuple(one.rsplit(": ", 1)) for one in said]
    return {"obstacles": pairs}


def sites(page: Page) -> dict[str, Any]:
    """The sites, which everybody may know."""
    return {
        "places": [
            one | {"site": one["id"], "name_of_site": page.t.of(one["name"])}
            for one in page.overview["sites"]
        ]
    }


def accounts(page: Page) -> dict[str, Any]:
    """The accounts and their roles."""
    people = page.ask("account.list")
    return {
        "accounts": people,
        "listed": [
            one
            | {
                "account": one["id"],
                "name_of_person": one["name"],
                "roles": ", ".join(
                    page.t(f"role.{grant['role']}") + (f" {grant['site']}" if grant["site"] else "")
                    for grant in one["roles"]
                ),
            }
            for one in people
        ],
    }


PAGES: Final[dict[str, Callable[[Page], dict[str, Any]]]] = {
    "home": home,
    "subjects": subjects,
    "subject": subject,
    "trail": trail,
    "doses": doses,
    "queries": queries,
    "cases": cases,
    "case": case,
    "monitoring": monitoring,
    "lock": lock,
    "sites": sites,
    "accounts": accounts,
}
# Which action a page cannot be without; a page is offered to those who may, and refused to others.
NEEDS: Final = {
    "home": ("trial.overview",),
    "subjects": ("subject.list",),
    "subject": ("subject.list",),
    "trail": ("trail.of_subject",),
    "doses": ("order.list",),
    "queries": ("query.list",),
    "cases": ("case.list",),
    "case": ("case.list",),
    "monitoring": ("monitoring.read",),
    "lock": ("trial.readiness", "trial.unlock.approve"),
    "sites": ("trial.overview",),
    "accounts": ("account.list",),
}
NAVIGATION: Final = (
    *("home", "subjects", "doses", "queries", "cases", "monitoring", "lock", "sites", "accounts"),
)


def may_see(page: Page, name: str) -> bool:
    """Whether a page is for this role."""
    return any(page.may(action) for action in NEEDS[name])


def choices(page: Page, shown: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The lists from which fields choose: value and label."""
    t, view = page.t, page.overview

    def named(one: dict[str, Any]) -> tuple[str, str]:
        return one["id"], f"{one['id']} {t.of(one['name'])}"

    events = (shown.get("events") or {}).get("adverse_event", [])
    return {
        "sites": [named(one) for one in view["sites"]],
        "active_sites": [named(one) for one in view["sites"] if one["state"] == "active"],
        "planned_sites": [named(one) for one in view["sites"] if one["state"] != "active"],
        "tests": [(test, t.value(test)) for test in view["tests"]],
        "all_visits": [
            *((name, t.of(label)) for name, label in view["visits"].items()),
            *((name, t.value(name)) for name in VISITS_BESIDE),
        ],
        "results": [
            (one["id"], f"{one['id']} {t.value(one['test'])} {one['text']} ({one['taken_on']})")
            for one in shown.get("results") or ()
        ],
        "adverse_events": [(one["id"], f"{one['id']} {one['term']}") for one in events],
        "intercurrent": [(name, _intercurrent(page, name)) for name in view["intercurrent"]],
        "accounts": [
            (one["id"], f"{one['id']} ({one['name']})") for one in shown.get("accounts") or ()
        ],
        "roles": [(role, t(f"role.{role}")) for role in permissions().roles],
    }


def _intercurrent(page: Page, name: str) -> str:
    """An intercurrent event's name; the protocol has it in English alone."""
    label = str(page.overview["intercurrent"].get(name, name))
    if page.t.language == "en":
        return label
    ours = page.t.value(f"event {name}")
    return label if ours == f"event {name}" else ours
