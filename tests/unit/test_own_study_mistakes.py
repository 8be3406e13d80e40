"""Typical mistakes in a study of one's own: each is told with its line and the right name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seroclear.errors import SeroclearError
from seroclear.studies import load_study

MANUAL = Path(__file__).parents[2] / "docs" / "studies.md"
CODE = re.findall(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.S)[0]
MISTAKES = {
    "an event": ('first("hbeag_loss"', 'first("hbeag_los"', "did you mean 'hbeag_loss'"),
    "a test": ('value("hbv_dna"', 'value("hbvdna"', "did you mean 'hbv_dna'"),
    "a marker": ('last_test("hbeag")', 'last_test("hbeagg")', "did you mean 'hbeag'"),
    "a duration's unit": ('within="1 year")  #', 'within="12 months")  #', "write it like"),
    "a number's unit": (
        'within="1 year")))',
        'within="1 year", unit="copies/mL")))',
        "value() takes no unit=; a number comes in the canonical unit",
    ),
    "an agent": ('is_one_of("ETV", "TDF")', 'is_one_of("ETV", "TFD")', "did you mean 'TDF'"),
    "a class": ('started("NA")', 'started("NUC")', "there is no treatment 'NUC'"),
    "a status": ('is_one_of("positive")', 'is_one_of("pos")', "did you mean 'positive'"),
    "levels": ('("female", "male")', '("women", "men")', "known: female, male"),
    "a word": ("log10(value", "log(value", "there is no word 'log'; did you mean 'log10'"),
    "a keyword of Study": ("follow_up=", "followup=", "did you mean 'follow_up'"),
    "a keyword of a word": ("levels=(", "level=(", "covariate() takes no level=; did you mean"),
    "an analysis": ("import log_rank", "import logrank", "did you mean 'log_rank'"),
    "a module": ("analysis.log_rank", "analysis.logrank", "did you mean 'log_rank'"),
    "an analysis in quotes": ("[table_one,", '["table_one",', "without quotes or brackets"),
    "an analysis in brackets": ("[table_one,", "[table_one(),", "write table_one without brackets"),
    "no criterion": (
        'keep("Adult", age(index) >= 18)',
        "age(index) >= 18",
        "takes a list of start(...), keep(...) and drop(...); number 5 is none",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_the_right_name(tmp_path: Path, mistake: str) -> None:
    right, wrong, mend = MISTAKES[mistake]
    assert right in CODE
    code = CODE.replace(right, wrong, 1)
    file = tmp_path / "my_study.py"
    file.write_text(code, encoding="utf-8")
    with pytest.raises(SeroclearError) as caught:
        load_study(str(file))
    told = str(caught.value)
    assert mend in told
    line = int(re.findall(r"my_study\.py line (\d+):", told)[0])
    # The line itself, or the first of a call that goes over several.
    changed = next(n for n, text in enumerate(code.splitlines(), 1) if wrong in text)
    assert line == changed or (line < changed and code.splitlines()[line - 1].endswith("Study("))


def test_the_walk_through_itself_has_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "my_study.py"
    file.write_text(CODE, encoding="utf-8")
    assert load_study(str(file))[0] == "my_study"
