"""Folders appear under their name whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from seroclear.errors import SeroclearError
from seroclear.files import sha256_of, whole_folder


def test_a_folder_takes_its_name_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "folder"
    with whole_folder(target, mark="a") as new:
        (new / "a").write_text("1")
        assert not target.exists()
    assert (target / "a").read_text() == "1"
    assert [entry.name for entry in target.parent.iterdir()] == ["folder"]


def test_a_failure_leaves_the_old_folder_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    with whole_folder(target, mark="a") as new:
        (new / "a").write_text("old")

    def interrupted() -> None:
        with whole_folder(target, mark="a", overwrite=True) as new:
            (new / "a").write_text("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (target / "a").read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_an_interruption_between_the_two_renames_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "folder"
    with whole_folder(target, mark="a") as new:
        (new / "a").write_text("old")
    rename = Path.rename

    def interrupted(self: Path, to: Path) -> Path:
        if self != target and to == target and self.parent == tmp_path:
            raise KeyboardInterrupt
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), whole_folder(target, mark="a", overwrite=True) as new:
        (new / "a").write_text("new")
    assert (target / "a").read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_overwriting_replaces_everything(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    for name in ("b", "c"):
        with whole_folder(target, mark="a", overwrite=True) as new:
            (new / "a").write_text("mark")
            (new / name).write_text(name)
    assert sorted(file.name for file in target.iterdir()) == ["a", "c"]


def test_only_a_folder_of_its_kind_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with (
        pytest.raises(SeroclearError, match="holds something else"),
        whole_folder(tmp_path, mark="report.html", overwrite=True),
    ):
        pass
    assert (tmp_path / "thesis.docx").read_text() == "years of work"
    empty = tmp_path / "empty"
    empty.mkdir()
    with whole_folder(empty, mark="report.html", overwrite=True) as new:
        (new / "report.html").write_text("new")
    assert (empty / "report.html").read_text() == "new"


def test_what_another_run_has_finished_meanwhile_stays(tmp_path: Path) -> None:
    target = tmp_path / "folder"

    def finished() -> bool:
        return (target / "a").is_file()

    with whole_folder(target, mark="a", overwrite=True, superseded=finished) as new:
        (new / "a").write_text("ours")
        target.mkdir()
        (target / "a").write_text("theirs")
    assert (target / "a").read_text() == "theirs"
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_what_appears_meanwhile_is_not_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "folder"

    def both() -> None:
        with whole_folder(target, mark="a") as new:
            (new / "a").write_text("ours")
            target.mkdir()
            (target / "a").write_text("theirs")

    with pytest.raises(SeroclearError, match="exists already"):
        both()
    assert (target / "a").read_text() == "theirs"


def test_what_exists_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(SeroclearError, match="exists already"), whole_folder(tmp_path, mark="a"):
        pass
    with (
        pytest.raises(SeroclearError, match="is a file"),
        whole_folder(file, mark="a", overwrite=True),
    ):
        pass


def test_patient_data_are_not_for_everybody(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "folder", mark="a"):
        pass
    assert (tmp_path / "folder").stat().st_mode & 0o007 == 0


def test_sha256(tmp_path: Path) -> None:
    file = tmp_path / "abc"
    file.write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert sha256_of(file) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
