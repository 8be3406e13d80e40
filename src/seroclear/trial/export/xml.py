"""XML elements and their bytes, the same wherever they are written."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree

Element = ElementTree.Element
XML: Final = "http://www.w3.org/XML/1998/namespace"


def child(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """Adds an element; attributes that are None are left out, '__' in a name stands for ':'."""
    given = {
        name.replace("__", ":"): value for name, value in attributes.items() if value is not None
    }
    element = ElementTree.SubElement(parent, tag, given)
    element.text = text
    return element


def translated(parent: Element, tag: str, text: str, language: str = "en") -> Element:
    """Adds an element that holds one text in one language (Description, Question)."""
    element = child(parent, tag)
    child(element, "TranslatedText", text, xml__lang=language)
    return element


def as_bytes(root: Element) -> bytes:
    """UTF-8 with a declaration, indented; characters that XML 1.0 cannot hold become U+FFFD."""
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    allowed = "".join(one if _in_xml(one) else "\ufffd" for one in text)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{allowed}\n'.encode()


def _in_xml(character: str) -> bool:
    return character >= " " or character in "\t\n\r"
