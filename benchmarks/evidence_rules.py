"""Precision and recall of the audit's rules on texts with planted errors, into docs/evidence.md.

python benchmarks/evidence_rules.py --out docs/evidence.md
"""

from __future__ import annotations

import argparse
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from document import markdown, put

from seroclear.evidence.audit.audit import Audited, audit, rules
from seroclear.evidence.audit.finding import Finding, Verdict
from seroclear.evidence.claims.claim import Unparsed
from seroclear.evidence.claims.passage import Passage
from seroclear.evidence.read.files import read_text

HERE = Path(__file__).parent
CORPUS = HERE.parent / "tests" / "evidence" / "corpus.toml"
NONE = "none of the rules"
ACCUSING = (Verdict.INCONSISTENT, Verdict.IMPOSSIBLE)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the corpus; `planted` and `place` are '' where it is right."""

    name: str
    text: str
    planted: str
    place: str


def texts() -> list[Text]:
    """The corpus."""
    found = tomllib.loads(CORPUS.read_text("utf-8"))["text"]
    return [
        Text(one["id"], one["text"], one.get("planted", ""), one.get("place", "")) for one in found
    ]


def audited(one: Text) -> Audited:
    """The audit of a text."""
    (record,) = read_text(one.text, one.name)
    return audit(record)


def accusations(result: Audited) -> list[Finding]:
    """Findings that say that the text is wrong."""
    return [finding for finding in result.findings if finding.verdict in ACCUSING]


def at_place(finding: Finding, one: Text, result: Audited) -> bool:
    """Whether the finding quotes a part of the planted place."""
    start = result.record.text.find(one.place) if one.place else -1
    return start >= 0 and finding.start < start + len(one.place) and start < finding.end


def tables() -> str:
    """The tables of the document."""
    found, missed, true, false = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    soft = Counter[str]()
    wrong, clean = [], []
    for one in texts():
        result = audited(one)
        accused = accusations(result)
        for finding in accused:
            (true if at_place(finding, one, result) else false)[finding.rule] += 1
            if not at_place(finding, one, result):
                wrong.append(f"{one.name}: {finding.rule}")
        if one.planted:
            if any(at_place(finding, one, result) for finding in accused):
                found[one.planted] += 1
            else:
                missed[one.planted] += 1
        else:
            clean.append(not accused)
        for finding in result.findings:
            soft[finding.rule] += finding.verdict == Verdict.CONSISTENT_IF
    lines = [
        "| rule | planted | found | recall | accusations | true | precision | consistent-if |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for rule in [*rules(), NONE]:
        planted = found[rule] + missed[rule]
        told = true[rule] + false[rule]
        if not planted and not told and not soft[rule]:
            continue
        lines.append(
            f"| {rule} | {planted or ''} | {found[rule] if planted else ''} | "
            f"{_share(found[rule], planted)} | {told or ''} | {true[rule] if told else ''} | "
            f"{_share(true[rule], told)} | {soft[rule] or ''} |"
        )
    planted, told = found.total() + missed.total(), true.total() + false.total()
    lines.append(
        f"| **all** | {planted} | {found.total()} | {_share(found.total(), planted)} | {told} | "
        f"{true.total()} | {_share(true.total(), told)} | {soft.total()} |"
    )
    lines.append("")
    lines.append(
        f"Of {len(clean)} right texts {sum(clean)} are accused of nothing. "
        + (f"Accusations off the planted place: {', '.join(wrong)}." if wrong else "")
    )
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else ""


def speed() -> str:
    """CPU milliseconds a text as long as an abstract, imports left out."""
    many = [one.text for one in texts()]
    joined = [" ".join(many[i : i + 8]) for i in range(0, len(many) - 8, 8)]
    audited(Text("first", joined[0], "", ""))
    start = time.process_time()
    for text in joined:
        audited(Text("abstract", text, "", ""))
    each = 1000 * (time.process_time() - start) / len(joined)
    length = sum(map(len, joined)) / len(joined)
    return (
        f"{each:.1f} ms of CPU a text (mean of {len(joined)} texts of {length:.0f} characters, "
        "made of the corpus), reading, claims and audit together."
    )


def understood() -> str:
    """Of the numbers that state results, how many are part of a claim."""
    names = {
        "fraction": "a/b",
        "percent": "percentages",
        "ci": "confidence intervals",
        "statistic": "test statistics",
        "pm": "mean ± SD",
        "p": "p values",
    }
    printed, left = Counter[str](), Counter[str]()
    for one in texts():
        result = audited(one)
        printed.update(token.kind for token in Passage(result.record.text).tokens)
        left.update(claim.token for claim in result.claims if isinstance(claim, Unparsed))
    rows = [
        [name, str(printed[kind]), f"{100 * (1 - left[kind] / printed[kind]):.0f}%"]
        for kind, name in names.items()
    ]
    return markdown(["number", "printed", "in a claim"], rows)


def rule_list() -> str:
    """Every rule with its check."""
    rows = [[rule.name, rule.check, rule.what] for rule in rules().values()]
    return markdown(["rule", "INSPECT-SR", "what it computes"], rows)


def main() -> None:
    """Prints the tables, or writes them into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    found = {
        "evidence-list": rule_list(),
        "evidence-rules": tables(),
        "evidence-understood": understood(),
        "evidence-speed": speed(),
    }
    if not arguments.out:
        print("\n\n".join(found.values()))
        return
    for name, table in found.items():
        put(arguments.out, name, table)


if __name__ == "__main__":
    main()
