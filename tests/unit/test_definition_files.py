"""Definition files of one's own: what they may change, and that their courses are kept apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from seroclear.cli import main
from seroclear.course.course import course_of
from seroclear.course.definition import definition, presets
from seroclear.errors import SeroclearError
from seroclear.records.load import load

Hospital = Callable[..., Path]
CONFIRMED = 'base = "default"\nsummary = "Mine."\n[loss.confirm]\nvalue = true\n'


def written(folder: Path, content: str, name: str = "mine.toml") -> str:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return str(file)


def test_a_file_changes_its_base(tmp_path: Path) -> None:
    mine = definition(written(tmp_path, CONFIRMED))
    assert (mine.name, mine.summary, mine["loss.confirm"]) == ("mine", "Mine.", True)
    assert mine["hbsag.llod"] == definition("default")["hbsag.llod"]
    assert mine.fingerprint != definition("default").fingerprint


def test_the_upper_limit_of_alt_may_be_a_word_or_a_number(tmp_path: Path) -> None:
    content = 'base = "default"\n[alt.uln]\nvalue = 35\n'
    assert definition(written(tmp_path, content))["alt.uln"] == 35


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        ("[loss.confirm]\nvalue = true\n", "base must be a preset"),
        ('base = "mine.toml"\n', "base must be a preset"),
        ('base = "default"\n[loss.confrm]\nvalue = true\n', "no parameter 'loss.confrm'"),
        ('base = "default"\n[loss]\nconfirm = true\n', "as a table with a value"),
        ('base = "default"\nloss = 3\n', "as a table with a value"),
        ('base = "default"\n[loss.confirm]\nvalue = 1\n', "must be true or false, not 1"),
        ('base = "default"\n[loss.confirm_gap]\nvalue = "x"\n', "must be a whole number of days"),
        ('base = "default"\n[loss.confirm_gap]\nvalue = 1.5\n', "must be a whole number of days"),
        ('base = "default"\n[loss.confirm_gap]\nvalue = -1\n', "0 or more, not -1"),
        ('base = "default"\n[hbsag.llod]\nvalue = nan\n', "must be a number of IU/mL"),
        ('base = "default"\n[hbsag.llod]\nvalue = true\n', "must be a number of IU/mL"),
        (
            'base = "default"\n[alt.uln]\nvalue = "lab"\n',
            "must be 'laboratory' or 'sex' or a number",
        ),
        (
            'base = "default"\n[hbsag.same_day_conflict]\nvalue = "negative"\n',
            "must be 'indeterminate' or 'positive', not 'negative'",
        ),
        ('base = "default"\n[hbsag.same_day_conflict]\nvalue = 1\n', "'indeterminate'"),
        ("base =\n", "not valid TOML"),
    ],
)
def test_a_mistake_names_the_file_and_the_mend(tmp_path: Path, content: str, mend: str) -> None:
    with pytest.raises(SeroclearError, match=r"mine\.toml") as caught:
        definition(written(tmp_path, content))
    assert mend in str(caught.value)


@pytest.mark.parametrize("name", ["default.toml", "...toml", "a b.toml", "*.toml"])
def test_a_name_that_is_a_preset_or_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SeroclearError, match="rename it"):
        definition(written(tmp_path, CONFIRMED, name))


@pytest.mark.parametrize("name", ["../default", "definitions/default", "/etc/passwd", ""])
def test_a_path_is_no_preset(name: str) -> None:
    with pytest.raises(SeroclearError, match="there is no definition"):
        definition(name)


def test_every_preset_can_be_read() -> None:
    assert [definition(name).name for name in presets()] == presets()


def test_a_study_runs_under_a_file_of_ones_own(hospital: Hospital, tmp_path: Path) -> None:
    store, out = tmp_path / "store", tmp_path / "report"
    load(hospital(), store)
    mine = written(tmp_path, CONFIRMED)
    arguments = ["study", "run", "durability", str(store), "--definition", mine, "--out", str(out)]
    assert CliRunner().invoke(main, arguments).exit_code == 3  # nobody fits
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Mine." in report


def test_courses_are_current_only_for_their_rules_and_records(
    hospital: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seroclear.course import course as module
    from seroclear.course.build import build

    store = load(hospital(), tmp_path / "store").store
    built = build(store, written(tmp_path, CONFIRMED))
    assert built.is_current()
    other = tmp_path / "other"
    other.mkdir()
    same_name = written(other, CONFIRMED.replace("[loss.confirm]", "[seroreversion.confirm]"))
    assert not course_of(store, same_name).is_current()
    monkeypatch.setattr(module, "fingerprint_of", lambda _: "rules of another day")
    assert not built.is_current()
