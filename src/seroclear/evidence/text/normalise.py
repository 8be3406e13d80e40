"""Undoes what typesetting, translation, scanning and web pages did to numbers and signs."""

from __future__ import annotations

import html
import re
import unicodedata

from seroclear.evidence.text.normalised import Normalised


def _alike() -> dict[int, str]:
    """Characters that mean the same, one for one: full width, look-alikes, kinds of blanks."""
    alike = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for characters, plain in (
        (
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f",
            " ",
        ),
        ("\u205f\u3000\t\r", " "),
        ("−﹣", "-"),
        ("‐‑‒–—―", "–"),
        ("〜～∼˜", "~"),
        ("﹤〈", "<"),
        ("﹥〉", ">"),
        ("≦⩽≲", "≤"),
        ("≧⩾≳", "≥"),
        ("µ", "μ"),
        ("χΧ𝜒", "χ"),
        ("，、", ","),
        ("；", ";"),
        ("：", ":"),
        ("（", "("),
        ("）", ")"),
        ("［【", "["),
        ("］】", "]"),
        ("％", "%"),
        ("’‘ʹ′", "'"),
        ("＝", "="),
    ):
        alike.update(dict.fromkeys(map(ord, characters), plain))
    return alike


ALIKE = _alike()
# Marks of web pages and exports: tags, entities, `@*Methods@#`, escapes, unseen characters.
MARKUP = re.compile(
    r"</?(?:i|b|u|p|em|strong|sub|sup|br|italic|bold)\b[^<>]{0,80}>"
    r"|&(?:[a-zA-Z]{2,8}|#\d{2,5});"
    r"|@\*|@#"
    r"|\\(?=[<>*_\[\]()~=+|#-])"
    r"|\*\*+"
    r"|[\u200b-\u200f\u2060\ufeff\u00ad]"
)
# `44. 4%`, `P = 0. 005`: a decimal point that a scan set a blank behind.
SPLIT_SURE = re.compile(
    r"(?<=[=<>≤≥~])( ?-? ?\d{1,4})\. (\d{1,6})(?!\d)|(?<![\d.])(0)\. (\d{1,6})(?![\d])"
)
SPLIT_PERCENT = re.compile(r"(?<![\d.])(\d{1,3})\. (\d{1,3})(?= ?[%~])")
# `56--71`: a dash written as two hyphens. Behind a signed number (`-0.6--0.1`) one is a sign.
TWO_HYPHENS = re.compile(r"(?<=[\d%])--(?=\d)")
SIGNED_BEFORE = re.compile(r"(?<![\w.)\]%])[-–]\s?[\d.,]{1,15}\s?%?$")
# `d.f. = 38`: the points would end sentences.
FREEDOM = re.compile(r"\b[dD]\.\s?[fF]\.?(?=\s*[=:]\s*\d)")
MIDDLE_DOT = re.compile(r"(?<=\d)[·•∙](?=\d)")
# `3,2 %`: a decimal comma, certain where no percentage of the text has a point.
COMMA_PERCENT = re.compile(r"(?<![\d.,])\d{1,3},\d{1,2}\s?%")
POINT_PERCENT = re.compile(r"\d\.\d+\s?%")
COMMA = re.compile(r"(?<![\d.,])(\d{1,3}),(\d{1,2})(?![\d,])")
SPACED_THOUSANDS = re.compile(
    r"(?<![\d.])(\d{1,3})((?: \d{3})+)(?=\s*(?:IU|copies|cp|kIU|U)(?![a-z]))"
)


def normalise(raw: str) -> Normalised:
    """The text with the common damage undone.

    Only damage with one reading is undone. What could be read in two ways (a lost superscript in
    `>105 IU/mL`, a lost sign) is left for the lexer to mark.
    """
    text = raw.translate(ALIKE)
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    result = Normalised.of(raw, text).replaced(MARKUP, _markup)
    result = result.replaced(MIDDLE_DOT, lambda match: ".")
    result = result.replaced(TWO_HYPHENS, _two_hyphens)
    result = result.replaced(FREEDOM, lambda match: "df")
    result = result.replaced(SPACED_THOUSANDS, lambda match: match[0].replace(" ", ""))
    if COMMA_PERCENT.search(result.text) and not POINT_PERCENT.search(result.text):
        result = result.replaced(COMMA, lambda match: match[0].replace(",", "."))
    if SPLIT_SURE.search(result.text):
        result = result.replaced(SPLIT_SURE, lambda match: match[0].replace(". ", "."))
        result = result.replaced(SPLIT_PERCENT, lambda match: match[0].replace(". ", "."))
    return result


def _two_hyphens(match: re.Match[str]) -> str | None:
    before = match.string[max(0, match.start() - 20) : match.start()]
    return None if SIGNED_BEFORE.search(before) else "–"


def _markup(match: re.Match[str]) -> str | None:
    mark = match[0]
    if mark.startswith("<sup"):
        return "^"
    if mark[0] == "&":
        plain = html.unescape(mark)
        if plain == mark or len(plain) != 1:
            return None
        if unicodedata.category(plain)[0] == "Z":
            return " "
        return plain.translate(ALIKE)
    if mark in ("@*", "<p>", "<br>", "<br/>"):
        return "\n"
    return ": " if mark == "@#" else ""
