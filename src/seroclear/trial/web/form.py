"""What a form is: an action of the gateway, the fields it asks for, and the page it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from seroclear.errors import SeroclearError
from seroclear.trial.actions import ACTIONS
from seroclear.trial.trust.session import Session
from seroclear.trial.web.language import Words

Kind = Literal["text", "long", "date", "number", "count", "password", "choice", "yes", "answers"]
_CRITERION: Final = "criterion:"
_FACTOR: Final = "factor:"


@dataclass(frozen=True, slots=True)
class Field:
    """One field; its name is that of the action's parameter.

    Attributes:
        kind: 'answers' stands for all criteria and the factors that a person answers; 'yes' is a
            box to tick.
        choices: name of a list that the page knows, or the values themselves.
        optional: may be left empty, and is left out then.
    """

    name: str
    kind: Kind = "text"
    choices: str | tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form.

    Attributes:
        page: where it stands.
        confirm: a box has to be ticked first.
        after: the page that tells its answer, where it is another.
        fixed: fields that the page fills in, such as the participant.
    """

    action: str
    page: str
    fields: tuple[Field, ...]
    fixed: tuple[str, ...] = ()
    confirm: bool = False
    after: str = ""


class NotFilledIn(SeroclearError):
    """A field is missing or cannot be read."""


def perform(form: Form, session: Session, given: dict[str, str], t: Words) -> Any:
    """Does what a form asks for, as its own request so that sent twice it is done once.

    Raises:
        NotFilledIn: a field is missing or cannot be read.
        SeroclearError: the action refuses.
    """
    if form.confirm and given.get("confirm") != "yes":
        raise NotFilledIn(t("error.confirm"))
    values = _values(form, given, t)
    reason = values.pop("reason", None)
    session = session.as_request(given["request"]) if given.get("request") else session
    session = session.because(reason) if reason else session
    return ACTIONS[form.action](session, **values)


def shown_again(given: dict[str, str]) -> dict[str, str]:
    """What a form that was refused is filled with again: everything but passwords."""
    return {name: value for name, value in given.items() if "password" not in name}


def _values(form: Form, given: dict[str, str], t: Words) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in form.fixed:
        if not given.get(name):
            raise NotFilledIn(t("error.form"))
        values[name] = given[name]
    for field in form.fields:
        if field.kind == "answers":
            values |= _answers(given)
            continue
        if field.kind == "yes":
            values[field.name] = given.get(field.name) == "yes"
            continue
        text = given.get(field.name, "")
        if "password" not in field.name:
            text = text.strip()
        if text:
            values[field.name] = _read(field, text, t)
        elif not field.optional:
            raise NotFilledIn(t("error.missing", field=t(f"field.{field.name}")))
    return values


def _answers(given: dict[str, str]) -> dict[str, Any]:
    criteria = {
        name.removeprefix(_CRITERION): value
        for name, value in given.items()
        if name.startswith(_CRITERION)
    }
    strata = {
        name.removeprefix(_FACTOR): value
        for name, value in given.items()
        if name.startswith(_FACTOR) and value
    }
    return {"criteria": criteria} | ({"strata": strata} if strata else {})


def _read(field: Field, text: str, t: Words) -> Any:
    if field.kind not in ("number", "count"):
        return text
    try:
        return int(text) if field.kind == "count" else float(text)
    except ValueError:
        raise NotFilledIn(t("error.number", field=t(f"field.{field.name}"))) from None
