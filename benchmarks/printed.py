"""Result texts such as laboratories print, each with what its writer meant by it.

The meaning is known because the text is put together from it: nothing of the reader
(`seroclear.records`) is used here, and the words are this file's own.
"""

# ruff: noqa: E501 (lines of printed texts)

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Printed:
    """A text and what it says.

    Attributes:
        family: how the text was made, a key of `FAMILIES`.
        test, unit, assay: what stands beside it in the record.
        said: True if `value` to `status` are all that the text says; else only `printed_oracle`'s
            scan of the text tells what may be read from it.
        value, high: in the canonical unit; `high` for a range.
        status: positive, negative or None.
        readable: the text is clear, so that refusing it is a failure, too.
        senseless: the text must be refused.
    """

    family: str
    test: str
    unit: str | None
    text: str
    assay: str | None = None
    said: bool = False
    value: float | None = None
    high: float | None = None
    comparator: str | None = None
    status: str | None = None
    readable: bool = False
    senseless: bool = False


# test -> units as printed with their factor to the canonical unit; 0 stands for log10.
UNITS: dict[str, list[tuple[str, float]]] = {
    "hbsag": [
        ("IU/mL", 1), ("IU/ml", 1), ("iu/mL", 1), ("mIU/mL", 1e-3), ("kIU/mL", 1e3), ("IU/L", 1e-3)
    ],
    "anti_hbs": [("mIU/mL", 1), ("mIU/ml", 1), ("IU/L", 1)],
    "hbeag": [("S/CO", 1), ("COI", 1), ("s/co", 1)],
    "hbv_dna": [
        ("IU/mL", 1), ("IU/ml", 1), ("log10 IU/mL", 0), ("Log IU/mL", 0), ("lg IU/mL", 0)
    ],
    "alt": [("U/L", 1), ("IU/L", 1)],
    "albumin": [("g/L", 1), ("g/dL", 10)],
    "creatinine": [("µmol/L", 1), ("umol/L", 1), ("mg/dL", 88.4)],
    "platelets": [("10^9/L", 1), ("×10^9/L", 1), ("10*9/L", 1)],
}  # fmt: skip
# Sizes (canonical unit) between which values are drawn, evenly on the log scale.
SIZES = {
    "hbsag": (0.011, 90_000), "anti_hbs": (0.2, 9000), "hbeag": (0.06, 1900),
    "hbv_dna": (1.3, 9e8), "alt": (4, 9000), "albumin": (12, 70), "creatinine": (20, 2000),
    "platelets": (6, 900),
}  # fmt: skip
QUALITATIVE = ("hbsag", "anti_hbs", "hbeag", "hbv_dna")
LESS = ["<", "<", "<", "＜", "≤", "<=", "﹤", "< ", "＜ ", "less than ", "below ", "小于", "低于"]
GREATER = [
    ">",
    ">",
    ">",
    "＞",
    "≥",
    ">=",
    "﹥",
    "> ",
    "＞ ",
    "greater than ",
    "above ",
    "大于",
    "高于",
]
POSITIVE = [
    "阳性", "陽性", "positive", "POSITIVE", "Positive", "POS", "阳性(+)", "(+)", "（＋）", "reactive",
    "Reactive", "阳 性", "+", "3+", "强阳性", "有反应性",
]  # fmt: skip
NEGATIVE = [
    "阴性", "陰性", "negative", "NEGATIVE", "Neg", "NEG", "阴性(-)", "(-)", "（－）", "non-reactive",
    "Nonreactive", "not reactive", "无反应性", "未检出", "not detected", "Not Detected", "阴 性",
]  # fmt: skip
NEGATIONS = [
    "not",
    "no",
    "NOT",
    "never",
    "without",
    "未",
    "无",
    "不",
    "没有",
    "并非",
    "isn't",
    "cannot",
    "非",
]
NEGATED = [
    "positive",
    "reactive",
    "detected",
    "阳性",
    "检出",
    "反应性",
    "检测到",
    "Positive",
    "present",
]
BETWEEN = [
    "",
    "",
    "the",
    "hbsag",
    "HBsAg",
    "表面抗原",
    "result is",
    "clearly",
    "HBV",
    "repeatedly",
    "a",
]
SPOILED = [
    "未做", "未检测", "not done", "Test not performed", "cancelled", "取消", "haemolysed", "HEMOLYZED",
    "溶血", "标本溶血", "QNS", "invalid", "UNABLE TO REPORT", "标本量不足", "疑似", "假", "false",
    "unconfirmed", "待复查", "presumptive", "pending", "see comment", "N/A", "见备注", "not confirmed",
    "possible", "___", "ERROR",
]  # fmt: skip
UNKNOWN = [
    "Zhang", "Q7", "dubious", "exc", "zqxv", "龘", "轻度", "mixed", "Tuesday", "bananas", "rev.", "§",
    "control", "1:160", "复杂", "?", "#", "Dr", "old", "previous-", "xx", "约为零", "almost", "hardly",
    "scarcely", "失真", "lacks", "fails", "free", "minus", "zero", "nought", "勿", "莫", "免",
]  # fmt: skip
OTHER_TESTS = ["anti-HCV", "HCV RNA", "丙肝抗体", "hepatitis C", "HDV RNA", "hepatitis D"]
TAILS = [
    "",
    "",
    "",
    ".",
    " ",
    "*",
    " H",
    " ↑",
    " L",
    " ↓",
    "。",
    ". Verified.",
    ", confirmed",
    " (已复查)",
]
LEADS = ["", "", "", " ", "Result: ", "结果：", "\t", "result is "]

# Real texts: MIMIC-IV demo (ODbL), Chinese hospital dictionaries, laboratory handbooks.
REAL: list[tuple[str, str | None, str]] = [
    ("anti_hbs", None, "POS.  Titer is above  500 mIU/mL.   Protective titers are greater than >10.0 mIU/mL."),
    ("anti_hbs", None, "POSITIVE.   TITER IS BETWEEN 100 AND 500 MIU/ML.   PROTECTIVE TITERS ARE >10 MIU/ML."),
    ("anti_hbs", None, "Borderline Positive - C/W Titer of roughly 10 mIU/mL."),
    ("anti_hcv", None, "NEGATIVE.  RECOMMENDED FOLLOW-UP FOR POSITIVE HCV ANTIBODY: HCV VIRAL LOAD."),
    ("anti_hcv", None, "POSITIVE*.  RECOMMENDED FOLLOW-UP FOR POSITIVE HCV ANTIBODY: HCV VIRAL LOAD."),
    ("hbv_dna", None, "HBV DNA not detected.  Performed using the ___ HBV Test v2.0.  Linear range of quantification: 20 IU/mL - 170 million IU/mL.  Limit of detection: 20 IU/mL."),
    ("hcv_rna", None, "HCV-RNA NOT DETECTED.  Performed using ___ HCV v2.0 Test.  Linear range of quantification: 1.50E+01 IU/mL - 1.00E+08 IU/mL.  Limit of detection: 1.50E+01 IU/mL."),
    ("hiv_rna", None, "HIV-1 RNA is not detected.  Detection Range: 20-10,000,000 copies/mL.  This test is approved for monitoring HIV-1 viral load in known HIV-positive patients."),
    ("hbsag", "IU/mL", "POSITIVE.  VERIFIED BY REPLICATE ANALYSIS."),
    ("hbsag", "IU/mL", "POSITIVE. NOT CONFIRMED BY NEUTRALIZATION."),
    ("hbsag", "IU/mL", "NEGATIVE. POSITIVE ON REPEAT."),
    ("hbsag", "IU/mL", "阳性(+) 1250.50"),
    ("hbsag", "IU/mL", "＞250.00"),
    ("hbsag", None, "<0.05 IU/mL 阴性"),
    ("hbsag", None, "HBsAg: positive 12.3 S/CO"),
    ("hbsag", "COI", "阳性 5234.00"),
    ("hbv_dna", "IU/mL", "检测到<20"),
    ("hbv_dna", "IU/mL", "<20 DETECTED"),
    ("hbv_dna", "IU/mL", "Detected but below LLOQ (20 IU/mL)"),
    ("hbv_dna", "IU/mL", "Not detected (<20)"),
    ("hbv_dna", "IU/mL", "低于检测下限<20"),
    ("hbv_dna", "IU/mL", "检测到，低于定量下限"),
    ("hbv_dna", "IU/mL", "5.0×10^2"),
    ("hbv_dna", "IU/mL", "2.35E+03IU/mL"),
    ("hbv_dna", None, "1,000 IU/mL (3.00 log IU/mL)"),
    ("hbv_dna", None, "HBV DNA: 2.35E+03IU/mL"),
    ("hbv_dna", "IU/mL", "未检出(检测下限 20 IU/mL)"),
    ("hbv_dna", "IU/mL", "<2.0 log"),
    ("hbv_dna", "IU/mL", "阴性-<400"),
    ("alt", "U/L", "45 ↑"),
    ("alt", "U/L", "LESS THAN 5."),
    ("platelets", None, "150 x10^9/L"),
    ("hbeag", "S/CO", "0.389 (-)"),
    ("hbeag", "COI", "阴性(0.09)"),
]  # fmt: skip

# Of HBsAg assays, in IU/mL: '<250' is refused, for 250 is an upper limit.
LIMITS = (0.005, 0.03, 0.05, 130, 150, 250, 2500, 52_000)

Maker = Callable[[random.Random], Printed]


def _number(pick: random.Random, test: str, factor: float = 1.0) -> tuple[str, float]:
    """A number of a possible size as printed in a unit, and its value in that unit."""
    low, high = SIZES[test]
    value = low * (high / low) ** pick.random() / factor
    decimals = max(0, pick.randrange(1, 5) - math.floor(math.log10(value)))
    text = f"{value:.{decimals}f}"
    form = pick.random()
    if form < 0.08 and test == "hbv_dna":
        text = f"{value:.2E}"
    elif form < 0.2 and test == "hbv_dna":
        mantissa, _, power = f"{value:.1e}".partition("e")
        sign = pick.choice(("×", "x", "*", " x "))
        text = f"{mantissa}{sign}10^{int(power)}"
        return text, float(f"{mantissa}e{power}")
    elif form < 0.25 and value >= 1000:
        text = f"{value:,.{decimals}f}"
    return text, float(text.replace(",", ""))


def _quantity(pick: random.Random, test: str) -> tuple[str, str, str | None, float]:
    """A number, the unit printed after it, the unit of the column, and the canonical value."""
    unit, factor = pick.choice(UNITS[test])
    if factor == 0:
        text = f"{pick.uniform(1.1, 8.9):.2f}"
        value = float(f"{10.0 ** float(text):.2e}")  # a log10 is read to three digits
    else:
        text, value = _number(pick, test, factor)
        value *= factor
    if pick.random() < 0.3:
        return text, pick.choice(("", " ")) + unit, None, value
    if pick.random() < 0.1:
        return text, " " + unit, unit, value
    return text, "", unit, value


def _joined(text: str, printed_unit: str) -> str:
    """'14510^9/L' cannot be told from '145 10^9/L': a unit that begins with a digit stands apart."""
    return text + (f" {printed_unit}" if printed_unit[:1].isdigit() else printed_unit)


def _is_limit(test: str, value: float) -> bool:
    return test == "hbsag" and any(math.isclose(value, one, rel_tol=0.01) for one in LIMITS)


def number(pick: random.Random) -> Printed:
    test = pick.choice(list(UNITS))
    text, printed_unit, unit, value = _quantity(pick, test)
    comparator = "=" if _is_limit(test, value) else pick.choice(("=", "<", ">"))
    sign = {"=": "", "<": pick.choice(LESS), ">": pick.choice(GREATER)}[comparator]
    tail = pick.choice(TAILS)
    whole = pick.choice(LEADS) + sign + _joined(text, printed_unit) + tail
    return Printed("number", test, unit, whole, None, True, value, None, comparator, None, True)


def sign_and_number(pick: random.Random) -> Printed:
    test = pick.choice(QUALITATIVE[:3])
    status = pick.choice(("positive", "negative"))
    text, printed_unit, unit, value = _quantity(pick, test)
    possible = ("=", ">" if status == "positive" else "<")
    comparator = "=" if _is_limit(test, value) else pick.choice(possible)
    sign = {"=": "", "<": pick.choice(LESS), ">": pick.choice(GREATER)}[comparator]
    quantity = sign + _joined(text, printed_unit)
    word = pick.choice([w for w in (POSITIVE if status == "positive" else NEGATIVE) if w != "+"])
    glue = pick.choice((" ", ", ", "，", "; ", "  "))
    order = (word, quantity) if pick.random() < 0.7 else (quantity, word)
    if word == "3+":
        order = (quantity, word)
        glue = " "
    if word in ("未检出", "not detected", "Not Detected") and comparator != "<":
        # 'not detected' beside a number contradicts itself
        return Printed("sign and number", test, unit, glue.join(order), None, True, senseless=True)
    return Printed(
        "sign and number", test, unit, glue.join(order), None, True, value, None, comparator,
        status, True,
    )  # fmt: skip


def words(pick: random.Random) -> Printed:
    test = pick.choice(QUALITATIVE)
    status = pick.choice(("positive", "negative"))
    word = pick.choice(POSITIVE if status == "positive" else NEGATIVE)
    text = pick.choice(LEADS) + word + pick.choice(("", "", ".", "*", "。", ". Verified."))
    return Printed("words", test, "IU/mL", text, None, True, status=status, readable=True)


def interval(pick: random.Random) -> Printed:
    test = pick.choice(("hbsag", "anti_hbs", "hbv_dna", "alt"))
    unit = UNITS[test][0][0]
    low, high = sorted(_number(pick, test)[1] for _ in range(2))
    glue = pick.choice(("-", "–", "~", "～", " to ", "至", " - ", "--"))
    text = f"{low:.3f}{glue}{high:.3f}"
    if f"{low:.3f}" == f"{high:.3f}":
        return Printed("interval", test, unit, text, None, True, senseless=True)
    return Printed(
        "interval", test, unit, text, None, True, float(f"{low:.3f}"), float(f"{high:.3f}"),
        "range", None, True,
    )  # fmt: skip


def negated(pick: random.Random) -> Printed:
    """A negation somewhere before what it negates: never positive."""
    glue = pick.choice((" ", ""))
    middle = [pick.choice(BETWEEN) for _ in range(pick.randrange(3))]
    text = glue.join([pick.choice(NEGATIONS), *middle, pick.choice(NEGATED)])
    text += pick.choice(("", ".", " 5.2", " <20", " (see comment)", " 5.2 IU/mL", "; ", " H"))
    lead = pick.choice(("", "", "HBsAg ", "HBV ", "病毒", "Result: ", "检测"))
    return Printed("negated", pick.choice(QUALITATIVE), "IU/mL", lead + text)


def negated_twice(pick: random.Random) -> Printed:
    """'Not negative' says nothing certain."""
    glue = pick.choice((" ", ""))
    text = glue.join([pick.choice(NEGATIONS), pick.choice(NEGATIVE[:6])])
    return Printed("negated twice", pick.choice(QUALITATIVE), "IU/mL", text, senseless=True)


def _with(pick: random.Random, family: str, strange: str) -> Printed:
    """A clear text of one clause with something in it that spoils it. (What follows a clause is a
    comment, which may hold unknown words.)"""
    clear = pick.choice((number, sign_and_number, words))(pick)
    while _SECOND_CLAUSE.search(clear.text):
        clear = pick.choice((number, sign_and_number, words))(pick)
    place = pick.randrange(3)
    text = clear.text.rstrip(". 。")
    whole = (f"{strange} {text}", f"{text} {strange}", f"{strange}{text}")[place]
    return Printed(family, clear.test, clear.unit, whole, senseless=True)


def spoiled(pick: random.Random) -> Printed:
    return _with(pick, "spoiled", pick.choice(SPOILED))


def other_test(pick: random.Random) -> Printed:
    return _with(pick, "another test", pick.choice(OTHER_TESTS) + " ")


def unknown_word(pick: random.Random) -> Printed:
    return _with(pick, "unknown word", pick.choice(UNKNOWN))


_SECOND_CLAUSE = re.compile(r"[;；]|[.。]\s*[A-Za-z]")
CLEAR: tuple[Maker, ...] = (number, sign_and_number, words, interval)
PIECES = [
    *LESS, *GREATER, *POSITIVE, *NEGATIVE, *NEGATIONS, *NEGATED, *SPOILED, *UNKNOWN, *OTHER_TESTS,
    *TAILS, *LEADS, *"<>=≤≥＜＞±()（）.,;:*/-~×^_e+%", "limit of detection", "LLOQ", "检测下限", "上限",
    "linear range", "between", "and", "to", "log", "IU/mL", "copies/mL", "COI", "titer", "约", "weakly",
    "弱", "可疑", "borderline", "0.05", "250", "1,234", "20", "10^2", "1.5E+03", "170 million", "3万",
    "5", "0", "1e999", "²", "①", "٣", "½", "百", "\u00a0", "\u200b", "\n", "\ud800",
]  # fmt: skip


def mutated(pick: random.Random) -> Printed:
    """A real or a clear text with one to four small accidents."""
    if pick.random() < 0.6:
        test, unit, text = pick.choice(REAL)
    else:
        clear = pick.choice(CLEAR)(pick)
        test, unit, text = clear.test, clear.unit, clear.text
    for _ in range(pick.randrange(1, 5)):
        at, accident = pick.randrange(len(text) + 1), pick.randrange(6)
        if accident == 0:
            text = text[:at] + text[at + 1 :]
        elif accident == 1:
            text = text[:at] + pick.choice(PIECES) + text[at:]
        elif accident == 2:
            text = text[:at] + pick.choice(PIECES) + text[at + 1 :]
        elif accident == 3:
            text = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
        elif accident == 4:
            text = text[:at]
        else:
            text = text[:at] + pick.choice(REAL)[2][pick.randrange(8) :][:20]
    return Printed("mutated", test, unit, text)


def soup(pick: random.Random) -> Printed:
    glue = pick.choice(("", " ", " ", ". ", "，"))
    text = glue.join(pick.choice(PIECES) for _ in range(pick.randrange(1, 7)))
    test = pick.choice([*UNITS, "hbv_panel", "anti_hbe", "inr", "hcv_rna"])
    unit = pick.choice([None, "IU/mL", "S/CO", "log10 IU/mL", "U/L", "log", "x", "copies/mL"])
    return Printed("soup", test, unit, text)


FAMILIES: dict[str, Maker] = {
    "number": number,
    "sign and number": sign_and_number,
    "words": words,
    "interval": interval,
    "negated": negated,
    "negated twice": negated_twice,
    "spoiled": spoiled,
    "another test": other_test,
    "unknown word": unknown_word,
    "mutated": mutated,
    "soup": soup,
}
# Mutations and soup find more than clear texts.
_WEIGHTS = [2, 2, 1, 1, 2, 1, 2, 1, 2, 6, 4]


def printed(seed: str, n: int) -> list[Printed]:
    """`n` texts; the same seed gives the same texts."""
    pick = random.Random(seed)
    makers = pick.choices(list(FAMILIES.values()), _WEIGHTS, k=n)
    return [make(pick) for make in makers]
