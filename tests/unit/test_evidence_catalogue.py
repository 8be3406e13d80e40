"""The catalogue, questions to it, and a cohort's number beside published ones."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seroclear.analysis.limits import clopper_pearson
from seroclear.analysis.result import Row
from seroclear.cli import main
from seroclear.errors import SeroclearError
from seroclear.evidence.ask import ask
from seroclear.evidence.beside import expected, expected_of_pool
from seroclear.evidence.catalogue import agents, published
from seroclear.evidence.catalogue.agents import CONFIDENCE, kinds
from seroclear.studies import names


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["evidence", *arguments])


def test_lines_from_memory_have_no_figures() -> None:
    for each in agents():
        assert each.confidence in CONFIDENCE
        assert each.source
        if each.confidence == "memory":
            assert not each.loss
            assert each.percent is None


def test_counts_and_printed_percentages_agree() -> None:
    compared = 0
    for each in agents():
        if each.events is not None and each.n and each.percent is not None:
            compared += 1
            decimals = 1 if each.percent != int(each.percent) else 0
            assert round(100 * each.events / each.n, decimals) == each.percent, each
    assert compared >= 15


def test_exact_limits_are_those_that_a_paper_prints() -> None:
    printed = [each for each in agents() if each.trial == "Piranga"]
    assert len(printed) == 5
    for each in printed:
        assert each.exact
        same = (round(each.exact[0]), round(each.exact[1])) == (each.lower, each.upper)
        assert same == ("exact ones" in each.counts_from)
    low, high = clopper_pearson(4, 33)  # what the one that is not the same says
    assert (round(100 * low), round(100 * high)) == (3, 28)


def test_agents_of_a_class() -> None:
    assert {"siRNA", "ASO", "NAP", "therapeutic vaccine"} <= set(kinds())
    assert agents("sirna") == agents("siRNA") != []
    assert any("xalnesiran + peginterferon" in each.agent for each in agents("interferon"))
    with pytest.raises(SeroclearError, match="known: ASO"):
        agents("statin")


def test_the_table_of_agents_is_readable() -> None:
    done = run("agents", "--class", "siRNA")
    assert done.exit_code == 0
    assert "xalnesiran" in done.output
    assert "7/30 = 23.3% (9.9% to" in " ".join(done.output.split())
    assert max(map(len, done.output.splitlines())) <= 100
    rows = json.loads(run("agents", "--json").output)
    assert len(rows) == len(agents())


def test_every_published_study_says_what_it_was() -> None:
    assert {each.name for each in published()} <= {*names(), "resistance_surveillance"} | {
        each.name for each in published() if each.figures
    }
    for each in published():
        assert each.design
        assert each.definition
        assert each.figures
        assert each.quotes or not each.file


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("What is the HBsAg loss rate with siRNA?", "xalnesiran"),
        ("小干扰RNA的表面抗原清除率是多少？", "siRNA"),
        ("how durable is HBsAg seroclearance after interferon", "HBsAg seroreversion, IFN"),
        ("停药后复发率", "virological relapse"),
        ("incidence of liver cancer in cirrhosis", "HCC"),
        ("乙肝免疫球蛋白", "HBIG"),
        ("antisense oligonucleotide functional cure", "bepirovirsen"),
        ("PD-L1", "ASC22"),
        ("Are there any new therapeutic agents that focus on surface antigen clearance?", "phase"),
    ],
)
def test_questions_find_their_rows(question: str, held: str) -> None:
    best = ask(question).rows[0][1]
    assert held in f"{best.text} {best.citation}"
    assert best.citation


@pytest.mark.parametrize("question", ["does metformin prevent diabetes", "二甲双胍", "", "???"])
def test_nothing_fits(question: str) -> None:
    assert ask(question).rows == ()


def test_what_no_row_holds_is_said() -> None:
    done = run("ask", "bepirovirsen in children")
    assert done.exit_code == 0
    assert "No row holds: children." in done.output
    nothing = run("ask", "does metformin prevent diabetes")
    assert nothing.exit_code == 3
    assert "Nothing in the catalogue fits" in nothing.output


def test_the_same_question_has_the_same_answer() -> None:
    assert ask("HBsAg loss after stopping NA") == ask("HBsAg loss after stopping NA")


def test_own_studies_answer_too(tmp_path: Path) -> None:
    with pytest.raises(SeroclearError, match="has no reports; run a study first"):
        ask("seroreversion", tmp_path)
    folder = tmp_path / "reports" / "durability"
    folder.mkdir(parents=True)
    (folder / "results.csv").write_text(
        "study,analysis,group,stratum,outcome,variable,level,time,estimate,value,lower,upper\n"
        "durability,kaplan_meier,NA,,HBsAg seroreversion,,,1,survival,0.95,0.9,0.99\n"
        "durability,flowchart,,,,,,,n,7,,\n"
    )
    found = [
        row for _, row in ask("seroreversion on nucleoside analogues", tmp_path).rows if row.own
    ]
    assert [row.text for row in found] == [
        "HBsAg seroreversion, NA: survival at 1 year 0.95 (0.9 to 0.99)."
    ]
    assert "results.csv, line 2" in found[0].citation


def row(estimate: str, value: float, **more: float) -> Row:
    return Row(estimate=estimate, value=value, **more)  # type: ignore[arg-type]


def test_a_cohort_is_expected_where_chance_alone_puts_it() -> None:
    theirs = row("percent with outcome", 10.0, n=100, events=10)
    same = expected(row("percent with outcome", 10.0, n=100, events=10), theirs)
    assert same
    assert same.z == 0
    spread = math.sqrt(2 * (1 / 10 + 1 / 90))
    end = math.log(10 / 90) + 1.959963984540054 * spread
    assert same.upper == pytest.approx(100 / (1 + math.exp(-end)))
    far = expected(row("percent with outcome", 40.0, n=100, events=40), theirs)
    assert far
    assert not far.inside


def test_survival_is_compared_on_the_scale_of_its_limits() -> None:
    theirs = row("survival", 0.96, lower=0.922, upper=0.999)
    found = expected(row("survival", 0.5, lower=0.4, upper=0.62), theirs)
    assert found
    assert not found.inside
    assert found.upper <= 1
    found = expected(
        row("survival", 0.8, lower=0.7, upper=0.9), row("survival", 0.84, lower=0.657, upper=1.0)
    )
    assert found
    assert found.inside


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (row("survival", 0.9), row("survival", 0.9, lower=0.8, upper=0.95)),
        (row("n", 9.0), row("n", 9.0)),
        (row("survival", 0.9, lower=0.8, upper=0.95), row("percent", 90.0, n=10, events=9)),
        (row("survival", 1.0, lower=1.0, upper=1.0), row("survival", 0.9, lower=0.8, upper=0.95)),
    ],
)
def test_nothing_is_expected_where_the_error_is_unknown(ours: Row, theirs: Row) -> None:
    assert expected(ours, theirs) is None


def test_a_pool_expects_with_its_heterogeneity() -> None:
    narrow = expected_of_pool(0.0, 0.1, 0.0, 4, (0.5, 0.01), "log", 1.0)
    wide = expected_of_pool(0.0, 0.1, 0.5, 4, (0.5, 0.01), "log", 1.0)
    assert wide.upper > narrow.upper
    assert wide.p > narrow.p
