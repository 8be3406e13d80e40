"""Pages as HTML: templates that escape every value, and know both languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from seroclear.trial.web.forms import FORMS
from seroclear.trial.web.language import LANGUAGES, Words
from seroclear.trial.web.sessions import new_token

# Columns whose values are words of the trial's vocabulary; all others are shown as written.
SAID: Final = frozenset(
    {
        *("consent", "eligibility", "state", "window", "randomised", "overdue", "owner", "test"),
        *("severity", "serious", "related", "outcome", "kind", "entity", "record", "holds"),
        *("active", "temporary", "status", "comparator", "detection"),
    }
)


def render(template: str, t: Words, **shown: Any) -> str:
    """A template with what it shows."""
    return (
        _environment()
        .get_template(f"{template}.html")
        .render(
            t=t,
            languages=LANGUAGES,
            FORMS=FORMS,
            SAID=SAID,
            new_request=new_token,
            **shown,
        )
    )


@cache
def style() -> bytes:
    """The style sheet."""
    return (files("seroclear.trial.web") / "static" / "style.css").read_bytes()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("seroclear.trial.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
