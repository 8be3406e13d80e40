"""The lists from which the fields of a form choose."""

from __future__ import annotations

from typing import Any

from seroclear.trial.conduct.visits import VISITS_BESIDE
from seroclear.trial.trust.permissions import permissions
from seroclear.trial.web.pages import Page, intercurrent_name


def choices(page: Page, shown: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Value and label of each, by the name of the list; `shown` is what the page shows."""
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
        "intercurrent": [(name, intercurrent_name(page, name)) for name in view["intercurrent"]],
        "accounts": [
            (one["id"], f"{one['id']} ({one['name']})") for one in shown.get("accounts") or ()
        ],
        "roles": [(role, t(f"role.{role}")) for role in permissions().roles],
    }
