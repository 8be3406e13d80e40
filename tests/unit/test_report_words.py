"""Tables, sentences and figures from rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.report_rows import STEPS, Person, cohort_of, example_rows, people_example, rows_of

from seroclear.analysis.published import durability
from seroclear.analysis.result import Row
from seroclear.report import figures, select, tables, words
from seroclear.report.disclosure import suppress
from seroclear.report.figures import style
from seroclear.report.flow import flow
from seroclear.report.glance import glance
from seroclear.report.table_one import table_one


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return example_rows()


@pytest.mark.parametrize(
    ("estimate", "value", "text"),
    [
        ("survival", 0.96049, "0.960"),
        ("p", 0.0123, "0.012"),
        ("p", 0.00099, "<0.001"),
        ("p", 1.0, "1.000"),
        ("hazard ratio", 8.965, "8.96"),
        ("percent", 48.75, "48.8%"),
        ("persons", 412337.0, "412,337"),
        ("person-years", 1515.23, "1,515.2"),
    ],
)
def test_numbers_are_written_as_journals_do(estimate: str, value: float, text: str) -> None:
    assert words.shown(Row(estimate=estimate, value=value)) == text


def test_a_missing_number_is_a_dash_and_a_suppressed_one_is_marked() -> None:
    assert words.shown(Row(estimate="survival", note="no events")) == words.NONE
    assert words.shown(Row(estimate="survival", note="suppressed: fewer than 5")) == "[c]"
    assert words.shown(None) == words.NONE


def test_limits_follow_the_number() -> None:
    row = Row(estimate="survival", value=0.96, lower=0.922, upper=0.999)
    assert words.shown(row) == "0.960 (0.922 to 0.999)"


def test_a_note_of_many_places_is_given_once() -> None:
    rows = [Row(variable=name, note="read with care") for name in "abcd"]
    assert words.notes_of(rows) == ("Read with care.",)
    assert words.notes_of(rows[:2]) == ("a; b: read with care.",)


def test_table_one_counts_add_up(rows: list[Row]) -> None:
    (table,) = table_one(rows)
    assert table.header == ("", "NA", "IFN", "All", "p", "SMD")
    lines = {line[0].strip(): line for line in table.rows}
    assert lines["Persons"][1:4] == ("168", "30", "198")
    for column in (1, 2, 3):
        females, males = (int(lines[sex][column].split(" ")[0]) for sex in ("female", "male"))
        assert females + males == int(lines["Persons"][column])
    assert lines["female"][1] == "64 (38.1%)"


def test_each_table_is_rectangular(rows: list[Row]) -> None:
    made = [
        *tables.flowchart(rows),
        *table_one(rows),
        *tables.by_group("Follow-up", select.of(rows, "crude")),
        *tables.estimates("Survival", select.of(rows, "kaplan_meier"), "Free"),
        *tables.models(rows, "cox", "Cox"),
        *tables.tests("Log-rank", select.of(rows, "log_rank", "p")),
        *tables.definition_grid(rows),
        *tables.published(rows, durability()),
    ]
    assert len(made) >= 8
    for table in made:
        assert {len(line) for line in table.rows} == {len(table.header)}


def test_a_figure_of_the_published_study_stands_beside_ours(rows: list[Row]) -> None:
    (table,) = tables.published(rows, durability())
    lines = {line[:2]: line for line in table.rows}
    assert lines["Persons", "NA"] == ("Persons", "NA", "168", "168", "+0", "–")
    ours = select.first(
        select.of(rows, "kaplan_meier", "survival"), group="IFN", time=1.0, stratum=""
    )
    assert ours is not None
    assert ours.value is not None
    line = lines["Survival at 1 year", "IFN"]
    assert line[2] == words.shown(ours)
    assert line[3] == "0.691 (0.523 to 0.913)"
    assert line[4] == f"−{0.691 - ours.value:.3f}"
    low, high = line[5].split(" to ")
    assert float(low) < ours.value < float(high)


def test_flowchart_steps_that_would_show_a_small_count_are_joined(rows: list[Row]) -> None:
    chart = flow(suppress(rows, 5))
    assert chart is not None
    joined = [block for block in chart.blocks if len(block.steps) > 1]
    assert [[number for number, _ in block.steps] for block in joined] == [[4, 5]]
    assert joined[0].left == 16
    assert joined[0].steps[0][1] == "Hepatitis C, hepatitis D or HIV before the loss"
    assert chart.blocks[1].steps[0][1].startswith("Not: Lost HBsAg")


def test_the_glance_tells_the_main_answer(rows: list[Row]) -> None:
    text = " ".join(glance(rows, durability()))
    assert "198 patients: NA (168) and IFN (30)" in text
    assert "for NA and 0.520 (95% CI" in text
    assert "The groups differed (log-rank p <0.001)" in text
    assert "no proof of cause" in text


def test_the_glance_is_honest_without_events() -> None:
    people = [replace(person, event=0) for person in people_example()]
    rows = rows_of(cohort_of(people, STEPS))
    text = " ".join(glance(rows, []))
    assert "Whether the groups differ cannot be said from these data" in text
    assert "differed" not in text


def test_the_glance_says_what_is_suppressed() -> None:
    people = [Person("NA", 4.0, event=int(i < 2)) for i in range(20)]
    people += [Person("IFN", 4.0, event=int(i < 6)) for i in range(20)]
    rows = suppress(rows_of(cohort_of(people, STEPS)), 5)
    text = " ".join(glance(rows, []))
    assert "seen in [c]" in text
    assert "The comparison of the groups is not shown" in text


def test_the_glance_says_how_many_definitions_it_cannot_show(rows: list[Row]) -> None:
    grid = select.of(rows, "definition_grid", "survival")
    first = replace(grid[0], group="NA", time=1.0, value=0.9, definition="default", note="")
    others = [
        replace(first, definition="confirmed_loss_12w", value=0.8),
        replace(first, definition="confirmed_both", value=None, note="suppressed: few"),
    ]
    kept = [row for row in rows if row.analysis != "definition_grid"]
    text = " ".join(glance([*kept, first, *others], []))
    assert (
        "3 definitions the estimate at 1 year ranges from 0.800 to 0.900 (1 not shown) for NA"
        in text
    )


def test_a_curve_is_not_drawn_on_over_events_that_are_suppressed(rows: list[Row]) -> None:
    from seroclear.report.figures.curve import _curves

    published = suppress(rows, 5)
    steps = select.of(published, "kaplan_meier_curve", "survival")
    ends = {name: curve[-1].time for name, curve in _curves(published, steps)}
    events = {name: curve[-1].events for name, curve in _curves(published, steps)}
    # The groups' totals are hidden, so nothing after the last named time may be drawn.
    assert events == {"NA": 9, "IFN": 13}
    assert ends == {"NA": 3.0, "IFN": 3.0}


@pytest.mark.parametrize(
    "draw",
    [figures.kaplan_meier, figures.flowchart, figures.forest, figures.definition_grid],
)
def test_no_rows_make_no_figure(draw: object) -> None:
    assert callable(draw)
    assert draw([]) == []


@pytest.mark.parametrize("text", ["a " * 80, "x" * 200, "乙肝" * 60, "", "word"])
def test_wrapped_lines_fit_and_lose_nothing(text: str) -> None:
    with style.look():
        lines = style.wrapped(text, 1.5)
        assert all(style.width_of(line) <= 1.5 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert lines


def test_the_figures_do_not_depend_on_the_users_settings(rows: list[Row]) -> None:
    import matplotlib

    plain = figures.forest(rows)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.dpi": 10}):
        assert figures.forest(rows) == plain
