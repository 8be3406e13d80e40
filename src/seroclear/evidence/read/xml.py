"""XML that comes from anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seroclear.errors import SeroclearError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Parts of an article that are no prose: references in brackets, formulas' sources, footnote marks.
LEFT_OUT = frozenset(("tex-math", "object-id", "alternatives-source", "graphic"))


def parsed(text: str, name: str) -> Element:
    """The root of a document. Entities and external references are never followed.

    Raises:
        SeroclearError: it is not well-formed, or tries to define entities.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(text.encode("utf-8", errors="replace"))
    except DefusedXmlException as error:
        raise SeroclearError(
            f"{name} defines XML entities, which are not read (they can fill any memory): save it "
            "without them."
        ) from error
    except ParseError as error:
        raise SeroclearError(f"{name} is broken XML (line {error.position[0]}).") from error
    except RecursionError as error:
        raise SeroclearError(f"{name} is nested too deeply to be a paper.") from error
    return root


def words_of(element: Element | None) -> str:
    """The text in an element, blanks made single, superscripts marked with ^."""
    if element is None:
        return ""
    pieces: list[str] = []
    stack: list[Element | str] = [element]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            pieces.append(one)
            continue
        tag = local(one.tag)
        if tag in LEFT_OUT or (tag == "xref" and one.get("ref-type") == "bibr"):
            continue
        if tag == "sup" and (one.text or "").strip()[:1].isdigit() and len(one) == 0:
            pieces.append("^")
        pieces.append(one.text or "")
        if tag in ("p", "title", "label", "td", "th", "break"):
            stack.append(" ")
        for child in reversed(one):
            stack.append(child.tail or "")
            stack.append(child)
    return " ".join("".join(pieces).split())


def local(tag: object) -> str:
    """A tag without its namespace; '' for a comment."""
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def named(element: Element, name: str) -> list[Element]:
    """Descendants of this name in any namespace, in order."""
    return [one for one in element.iter() if local(one.tag) == name]


def first(element: Element, name: str) -> Element | None:
    """The first descendant of this name."""
    return next((one for one in element.iter() if local(one.tag) == name), None)
