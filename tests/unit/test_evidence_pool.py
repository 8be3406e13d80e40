"""Pooling: what is refused, what is said aloud, what must hold whatever the numbers are."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from seroclear.analysis.limits import clopper_pearson, poisson
from seroclear.analysis.result import Row
from seroclear.cli import main
from seroclear.errors import SeroclearError
from seroclear.evidence.pool import models
from seroclear.evidence.pool.analysis import Pooling, pool
from seroclear.evidence.pool.glmm import NoMaximum, glmm
from seroclear.evidence.pool.inverse_variance import pooled
from seroclear.evidence.pool.measures import measure_of
from seroclear.evidence.pool.own import with_own
from seroclear.evidence.pool.studies import read_studies

HEADER = "study,endpoint,definition,time_weeks,events,n,person_years"
LOSS = (
    "A,HBsAg loss,once,96,0,40,72.5",
    "B,HBsAg loss,once,96,3,60,111",
    "C,HBsAg loss,once,96,15,110,190.2",
    "D,HBsAg loss,once,96,12,230,420",
)
TWO = "study,endpoint,definition,time_weeks,events_1,n_1,events_2,n_2"


def written(folder: Path, *lines: str) -> Path:
    file = folder / "studies.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def pooling(folder: Path, name: str, *lines: str, unlike: bool = False) -> Pooling:
    measure = measure_of(name)
    return pool(read_studies(written(folder, *lines), measure), measure, pool_unlike=unlike)


def one(found: Pooling, analysis: str, estimate: str = "", level: str = "") -> Row:
    rows = [
        row
        for row in found.rows
        if row.analysis == analysis
        and row.estimate == (estimate or found.measure.estimate)
        and row.level == level
    ]
    assert len(rows) == 1, rows
    return rows[0]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["evidence", "pool", *(str(each) for each in arguments)])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((HEADER, "A,x,once,96,4,3,1"), "line 2, column events: 4 events among 3 persons"),
        ((HEADER, LOSS[0], "B,x,once,96,1.5,3,1"), "line 3, column events: '1.5' is no count"),
        ((HEADER, "A,x,once,96,,3,1"), "line 2, column events: there is no number"),
        ((HEADER, "A,x,once,96,0,0,1"), "line 2, column n: a group of nobody"),
        ((HEADER, "A,x,once,soon,0,9,1"), "line 2, column time_weeks: 'soon' is no number"),
        ((HEADER, LOSS[0], LOSS[0]), "line 3, column study: 'A' is there already"),
        ((HEADER, ",x,once,96,0,9,1"), "line 2, column study: the study has no name"),
        ((HEADER, "A,x,once,96,0,9,1,more"), "line 2: more cells than columns"),
        ((HEADER,), "there is no study below the header"),
        (("study,endpoint,events,n", "A,x,1,2"), "there is no column 'definition'"),
        (("study,endpoint,definition,time_weeks", "A,x,y,1"), "needs the columns events, n"),
        (("study,study", "A,B"), "two columns 'study'"),
    ],
)
def test_a_wrong_cell_is_named_with_line_and_column(
    tmp_path: Path, lines: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SeroclearError, match=said.replace("(", r"\(")):
        read_studies(written(tmp_path, *lines), measure_of("proportion"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A,x,y,0.8,1.0,0.6", "column lower: the lower limit is not below the upper"),
        ("A,x,y,2.8,0.6,1.0", "column estimate: the estimate lies outside its limits"),
        ("A,x,y,0.8,0,1.0", "column lower: a ratio is above 0"),
    ],
)
def test_published_ratios_are_checked(tmp_path: Path, line: str, said: str) -> None:
    file = written(tmp_path, "study,endpoint,definition,estimate,lower,upper", line)
    with pytest.raises(SeroclearError, match=said):
        read_studies(file, measure_of("hr"))


def test_a_ratio_off_the_middle_of_its_limits_is_named(tmp_path: Path) -> None:
    lines = ("study,endpoint,definition,estimate,lower,upper", "A,x,y,2,1,4", "B,x,y,3.8,1,4")
    found = pooling(tmp_path, "hr", *lines)
    assert "middle" not in one(found, "pool_study", level="A").note
    assert "not the middle of its limits, which is 2" in one(found, "pool_study", level="B").note


def test_unlike_studies_are_refused_and_the_difference_is_named(tmp_path: Path) -> None:
    lines = (HEADER, *LOSS[:2], "Z,HBsAg loss,confirmed,48,2,50,90")
    with pytest.raises(SeroclearError) as refused:
        pooling(tmp_path, "proportion", *lines)
    said = str(refused.value)
    assert "definition is 'once' in A (line 2), B (line 3), 'confirmed' in Z (line 4)" in said
    assert "time_weeks is '96'" in said
    assert "endpoint is" not in said
    found = pooling(tmp_path, "proportion", *lines, unlike=True)
    assert "unlike studies pooled as asked" in found.answer.note
    assert one(found, "pool").definition == ""


def test_what_is_not_stated_is_not_alike(tmp_path: Path) -> None:
    with pytest.raises(SeroclearError, match="definition is not stated in A"):
        pooling(tmp_path, "proportion", HEADER, "A,x,,96,1,9,1", "B,x,,96,2,9,1")


def test_a_rate_has_no_time_point(tmp_path: Path) -> None:
    lines = (HEADER, "A,x,once,96,1,9,10", "B,x,once,48,2,9,10")
    assert pooling(tmp_path, "rate", *lines).answer.pooled


def test_study_limits_are_exact(tmp_path: Path) -> None:
    row = one(pooling(tmp_path, "proportion", HEADER, *LOSS), "pool_study", level="B")
    assert (row.lower, row.upper) == clopper_pearson(3, 60)
    row = one(pooling(tmp_path, "rate", HEADER, *LOSS), "pool_study", level="A")
    assert row.value == 0
    assert row.upper == pytest.approx(100 * poisson(0)[1] / 72.5)


def test_what_was_done_about_empty_cells_is_a_row(tmp_path: Path) -> None:
    row = one(
        pooling(tmp_path, "proportion", HEADER, *LOSS), "pool_zeros", "studies with an empty cell"
    )
    assert row.value == 1
    assert "A: no events: in the inverse-variance models alone, 0.5 added" in row.method
    full = pooling(tmp_path, "proportion", HEADER, *LOSS[1:])
    assert one(full, "pool_zeros", "studies with an empty cell").method == "nothing was done"


def test_no_events_at_all_gives_exact_limits_of_the_total(tmp_path: Path) -> None:
    found = pooling(tmp_path, "proportion", HEADER, "A,x,once,96,0,40,70", "B,x,once,96,0,60,90")
    assert found.answer.value == 0
    assert (found.answer.lower, found.answer.upper) == clopper_pearson(0, 100)
    assert "no study has an event" in found.answer.note
    assert "differences between studies are not allowed for" in found.answer.note
    everybody = pooling(tmp_path, "proportion", HEADER, "A,x,o,96,4,4,7", "B,x,o,96,6,6,9")
    assert everybody.answer.value == everybody.answer.upper == 1


def test_one_study_keeps_its_limits(tmp_path: Path) -> None:
    found = pooling(tmp_path, "proportion", HEADER, LOSS[1])
    assert (found.answer.lower, found.answer.upper) == clopper_pearson(3, 60)
    assert found.answer.note == "one study: nothing was pooled"
    assert one(found, "pool", "prediction interval").lower is None


def test_a_glmm_that_fails_is_replaced_aloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise NoMaximum("the search did not end")

    monkeypatch.setattr(models, "glmm", fails)
    found = pooling(tmp_path, "proportion", HEADER, *LOSS)
    assert "the GLMM could not be fitted (the search did not end)" in found.answer.note
    assert "inverse variance" in found.answer.method


def test_tables_without_events_say_nothing_of_a_ratio(tmp_path: Path) -> None:
    lines = (TWO, "A,x,o,48,0,30,0,31", "B,x,o,48,3,45,2,44", "C,x,o,48,5,60,0,58")
    found = pooling(tmp_path, "or", *lines)
    left = one(found, "pool_study", level="A")
    assert left.value is None
    assert "left out" in left.note
    without = pooling(tmp_path, "or", lines[0], *lines[2:])
    assert found.answer.value == without.answer.value
    with pytest.raises(SeroclearError, match="no study tells anything of the odds ratio"):
        pooling(tmp_path, "or", *lines[:2])


def test_the_order_of_studies_changes_nothing(tmp_path: Path) -> None:
    one_way = pooling(tmp_path, "proportion", HEADER, *LOSS).answer
    other = pooling(tmp_path, "proportion", HEADER, *reversed(LOSS)).answer
    assert one_way.value == pytest.approx(other.value, rel=1e-9)
    assert one_way.upper == pytest.approx(other.upper, rel=1e-9)


def test_events_and_their_absence_mirror_each_other() -> None:
    x, n = np.array([0.0, 3, 15, 12]), np.array([40.0, 60, 110, 230])
    there, back = glmm(x, n, True).pooled, glmm(n - x, n, True).pooled
    assert there.y == pytest.approx(-back.y, rel=1e-8)
    assert there.tau2 == pytest.approx(back.tau2, rel=1e-6)


HARD = (  # (events, size, binomial): rare and common events, far apart, and very large studies
    ([0, 55, 2, 0, 4, 0, 4, 0, 0], [20, 5e4, 20, 1000, 100, 5, 100, 100, 5], False),
    ([20, 22780], [20, 5e4], True),
    ([161, 0, 19], [1000, 5, 5e4], True),
    ([0, 0, 0, 0, 0, 0, 1], [40, 60, 20, 10, 30, 90, 55], True),
    ([2, 377, 7, 1216, 4434, 0, 29776], [5, 100, 20, 100, 1000, 5, 5e4], False),
    ([34, 4, 12, 0, 3, 14, 19, 45, 0], [100, 5, 20, 5, 5, 20, 20, 100, 5], True),
)


@pytest.mark.parametrize(("events", "size", "binomial"), HARD)
def test_nothing_near_is_likelier_than_the_maximum(
    events: list[float], size: list[float], binomial: bool
) -> None:
    x, n = np.array(events, dtype=float), np.array(size, dtype=float)
    fit = glmm(x, n, binomial).pooled

    def height(mean: float, tau: float) -> float:
        """By the plainest quadrature there is, on the logarithm of the likelihood."""
        u = np.linspace(-9, 9, 200_001)
        total = 0.0
        for events, size in zip(x, n, strict=True):
            eta = mean + tau * u
            loss = np.logaddexp(0, eta) if binomial else np.exp(eta)
            terms = events * eta - size * loss - u**2 / 2
            total += terms.max() + np.log(np.exp(terms - terms.max()).sum())
        return float(total)

    top, tau = height(fit.y, math.sqrt(fit.tau2)), math.sqrt(fit.tau2)
    for mean, spread in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01), (0.5, 0.5), (-0.5, 0.3)):
        assert height(fit.y + mean, abs(tau + spread)) <= top + 1e-9


def test_equal_studies_give_their_own_value() -> None:
    fit = glmm(np.array([5.0, 5, 5]), np.array([50.0, 50, 50]), True).pooled
    assert fit.tau2 == 0
    assert fit.y == pytest.approx(math.log(0.1 / 0.9))
    rates = glmm(np.array([5.0, 5, 5]), np.array([50.0, 50, 50]), False).pooled
    assert rates.y == pytest.approx(math.log(0.1))


def test_the_floor_never_narrows() -> None:
    y, v = np.array([0.1, 0.11, 0.09]), np.array([0.2, 0.3, 0.1])
    assert pooled(y, v, floor=True).se > pooled(y, v).se
    assert pooled(y, v).df == 2


def test_own_counts_stand_beside_the_prediction(tmp_path: Path) -> None:
    found = pooling(tmp_path, "proportion", HEADER, *LOSS)
    inside = with_own(found, "6/100")
    expected = [row for row in inside.rows if row.analysis == "pool_beside"][1]
    assert expected.note == "the own value lies inside"
    assert found.answer.predicted
    assert expected.lower is not None
    assert expected.upper is not None
    # our own error makes it wider than the interval of the true value
    assert expected.lower < found.answer.predicted[0] < found.answer.predicted[1] < expected.upper
    outside = [row for row in with_own(found, "95/100").rows if row.analysis == "pool_beside"][1]
    assert outside.note == "the own value lies outside"
    for wrong in ("7", "9/8", "1/0", "a/b"):
        with pytest.raises(SeroclearError, match="is no count"):
            with_own(found, wrong)


def test_a_file_becomes_a_report(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, *LOSS)
    done = run(file, "--measure", "rate", "--own", "4/200")
    assert done.exit_code == 0, done.output
    folder = tmp_path / "pooled-rate"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "entered by hand" in page
    for name in ("forest", "funnel", "drapery"):
        assert (folder / "figures" / f"{name}.png").stat().st_size > 5000
    with (folder / "results.csv").open(encoding="utf-8", newline="") as lines:
        analyses = {line["analysis"] for line in csv.DictReader(lines)}
    assert analyses == {
        *("pool_study", "pool", "pool_zeros", "pool_models", "pool_leave_one_out"),
        *("pool_cumulative", "pool_beside"),
    }
    again = run(file, "--measure", "rate", "--own", "4/200")
    assert again.exit_code == 1
    assert "--overwrite" in again.output
    assert run(file, "--measure", "rate", "--own", "4/200", "--overwrite").exit_code == 0
    assert (folder / "report.html").read_text(encoding="utf-8").split("command")[0] == (
        page.split("command")[0]
    )


def test_a_page_shows_what_the_file_says_as_text(tmp_path: Path) -> None:
    line = '"<script>alert(1)</script>",HBsAg loss,once,96,3,60,111'
    file = written(tmp_path, HEADER, line, LOSS[2])
    assert run(file, "--measure", "proportion").exit_code == 0
    page = (tmp_path / "pooled-proportion" / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in page
