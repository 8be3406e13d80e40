"""A study checks itself when it is written: a mistake is an error with the place and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from seroclear.errors import SeroclearError
from seroclear.studies import load_study, names
from seroclear.study import (
    Study,
    age,
    bands,
    category,
    change,
    covariate,
    death,
    diagnosed,
    earliest,
    endpoint,
    ever,
    exposure_before,
    first,
    keep,
    known,
    last_test,
    log10,
    measured,
    mother,
    mutation,
    sex,
    start,
    started,
    state,
    status,
    stopped,
    test,
    treatment,
    until,
    value,
    visits,
)
from seroclear.study.show import in_words

index = first("hbsag_loss")
hbeag = status("hbeag", before=index, within="1 year")


def a_study(**changes: object) -> Study:
    parts: dict[str, object] = {
        "question": "Does it last?",
        "population": [
            start("HBsAg positive", test("hbsag").status == "positive"),
            keep("Lost HBsAg", index),
        ],
        "time_zero": index,
        "groups": exposure_before(index),
        "group_order": ("IFN", "NA"),
        "outcome": first("hbsag_seroreversion", after=index),
        "outcome_marker": "hbsag",
        "follow_up": until(last_test("hbsag")),
    }
    return Study(**{**parts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        (lambda: first("hbsag_los"), "did you mean 'hbsag_loss'"),
        (lambda: ever("cirhosis"), "did you mean 'cirrhosis'"),
        (lambda: test("hbsg"), "did you mean 'hbsag'"),
        (lambda: test("alt").status == "positive", "alt is never 'positive'"),
        (lambda: first("hbsag_loss", after="2020-01-01"), "after= takes a date"),  # type: ignore[arg-type]
        (lambda: status("alt", before=index, within="6 months"), "'6 months' is no duration"),
        (lambda: value("alt", before=sex, within="180 days"), "before= takes a date"),
        (lambda: age(index).is_one_of("old"), "needs a category"),
        (lambda: exposure_before(index) > 3, "needs a number on its left"),
        (lambda: age(index) > "x", "needs a number on its right"),  # type: ignore[operator]
        (lambda: keep("Age", age(index)), "needs a flag or a date"),
        (lambda: covariate("Loss", index), "is a date"),
        (lambda: covariate("Sex", sex), "give its levels"),
        (lambda: until(sex), "until() takes dates"),
        (lambda: a_study(population=[keep("Lost", index)]), "must begin with start"),
        (lambda: a_study(time_zero=sex), "time_zero must be a date"),
        (lambda: a_study(groups=age(index)), "groups must be a category"),
        (lambda: a_study(outcome_marker="hbs"), "there is no marker 'hbs'"),
        (lambda: a_study(outcome_marker="alt"), "must be 'hbsag'"),
        (lambda: a_study(outcome=death), "outcome must be an event"),
        (lambda: a_study(follow_up=death), "follow_up must be until(...)"),
        (lambda: a_study(time_zero=first("hcc")), "somebody without time zero has no clock"),
        (lambda: a_study(group_order=("INF", "NA")), "did you mean 'IFN'"),
        (lambda: a_study(covariates=[covariate("Time", age(index))]), "'Time' cannot be the label"),
        (lambda: a_study(covariates=[covariate("%", age(index))]), "'%' cannot be the label"),
        (
            lambda: a_study(
                covariates=[covariate("Age", age(index))], described=[covariate("age", age(death))]
            ),
            "two different covariates",
        ),
        (lambda: covariate("Sex", sex, levels=("Female", "male")), "did you mean 'female'"),
        (lambda: exposure_before(index).is_one_of("INF"), "did you mean 'IFN'"),
        (lambda: until(), "needs at least one date"),
        (lambda: 18 <= age(index) <= 65, "do not work here"),
        (lambda: ever("hcc") and ever("cirrhosis"), "do not work here"),
        (lambda: not ever("hcc"), "do not work here"),
        (lambda: index + 24, "+ takes a duration"),
        (lambda: age(index) + "1 year", "needs a date"),
        (lambda: age(index) - index, "- needs a number"),
        (lambda: ever("hcc") & age(index), "needs a flag"),
        (lambda: ~age(index), "~ needs a flag"),
        (lambda: log10(index), "log10() needs a number"),
        (lambda: bands(age(index), "young", "old"), "names and cuts in turn"),
        (lambda: bands(age(index), "young", 60, "middle", 40, "old"), "must rise"),
        (lambda: category({"old": age(index)}), "category() needs a flag"),
        (lambda: category({}), "needs names with their flags"),
        (lambda: earliest(index), "needs two days"),
        (lambda: value("alt", within="1 year"), "either before= (up to a day) or at="),
        (lambda: value("platelet", at=index, within="1 year"), "did you mean 'platelets'"),
        (lambda: value("alt", at=index, within="1 year", negative_as=1), "alt is never negative"),
        (lambda: state("phases", on=index), "did you mean 'phase'"),
        (lambda: state("treatment", on=index), "use treatment(day)"),
        (lambda: state("phase", on=index).is_one_of("hepatitis"), "there is no value 'hepatitis'"),
        (lambda: treatment(index).is_one_of("TDF+ETV"), "there is no value 'TDF+ETV'"),
        (lambda: started("EVT"), "did you mean 'ETV'"),
        (lambda: stopped("NA", "frist"), "takes 'first' or 'last'"),
        (lambda: diagnosed("hcc"), "use ever('hcc')"),
        (lambda: diagnosed("diabetis"), "did you mean 'diabetes'"),
        (lambda: mutation(), "at least one name"),
        (lambda: mother("hbsag"), "mother() needs a word"),
        (lambda: known("hbsag"), "known() needs a word"),
        (lambda: measured("HBeAg", hbeag, levels=("positive",)), "needs two levels"),
        (lambda: change("Loss", age(index)), "needs a date"),
        (
            lambda: visits("alt", every="12 weeks", until="1 year", within="6 weeks"),
            "less than half",
        ),
        (lambda: visits("alt", every="2 years", until="1 year", within="1 week"), "at least one"),
        (lambda: endpoint(index, [], among=[start("HBsAg", index)]), "takes a list of keep"),
        (lambda: a_study(groups=None), "group_order without groups"),
        (lambda: a_study(group_order=()), "name the values of groups"),
        (lambda: a_study(follow_up=None), "follow_up must be until(...)"),
        (lambda: a_study(competing=[last_test("hbsag")]), "competing= takes events"),
        (
            lambda: a_study(outcome=measured("HBeAg", ever("hcc")), competing=[death]),
            "need an outcome that is an event",
        ),
        (lambda: a_study(changes=[change("time", index)]), "'time' cannot be the label"),
        (
            lambda: a_study(secondary=[endpoint(first("hcc"), [], time_zero=first("hcc"))]),
            "somebody without time zero",
        ),
    ],
)
def test_a_mistake_names_the_place_and_the_mend(wrong: object, mend: str) -> None:
    with pytest.raises(SeroclearError) as caught:
        wrong()  # type: ignore[operator]
    assert mend in str(caught.value)
    assert "test_study_language.py line" in str(caught.value)


def test_every_study_of_the_library_loads_and_reads_aloud() -> None:
    assert "durability" in names()
    for name in names():
        text = in_words(*load_study(name))
        assert "Population, in this order:" in text


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        ("x = 1\n", "has no variable 'study'"),
        ("from seroclear.study import *\n\nfirst('hbsag_los')\n", "study.py line 3"),
        ("import seroclear\n\n1 / 0\n", "line 3: ZeroDivisionError"),
        ("study = (\n", "line 1: SyntaxError"),
        (None, "no such file"),
    ],
)
def test_a_file_of_ones_own_that_does_not_work_says_where(
    tmp_path: Path, content: str | None, mend: str
) -> None:
    file = tmp_path / "study.py"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(SeroclearError, match=r"study\.py") as caught:
        load_study(str(file))
    assert mend in str(caught.value)


def test_an_unknown_study_lists_the_known() -> None:
    with pytest.raises(SeroclearError, match=r"known: .*durability"):
        load_study("durabilty")
