"""Reading and saving: whole or not at all, never over someone's work."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.documents.save import ChangedOutside, read_text, save_text
from workbench.errors import WorkbenchError


@given(st.text())
def test_a_text_comes_back_to_the_letter(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Line ends, byte order marks and controls included."""
    path = tmp_path_factory.mktemp("save") / "a.yaml"
    save_text(path, text)

    assert read_text(path) == text


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    """A private file stays private, an executable one executable."""
    path = tmp_path / "a.yaml"
    path.write_text("old")
    for mode in (0o600, 0o755, 0o640):
        path.chmod(mode)
        save_text(path, f"new {mode}", loaded=read_text(path))

        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it leads to is written."""
    target, link = tmp_path / "there.yaml", tmp_path / "here.yaml"
    target.write_text("old")
    link.symlink_to(target)
    save_text(link, "new", loaded="old")

    assert link.is_symlink()
    assert target.read_text() == "new"


def test_someones_work_is_not_written_over(tmp_path: Path) -> None:
    """A file that holds something else than what was loaded is left as it is, and it is said."""
    path = tmp_path / "a.yaml"
    path.write_text("theirs")

    with pytest.raises(ChangedOutside, match=r"a\.yaml changed on disk") as refused:
        save_text(path, "mine", loaded="as loaded")
    assert refused.value.hint
    assert path.read_text() == "theirs"


def test_a_file_that_is_gone_is_written_anew(tmp_path: Path) -> None:
    """Nobody's work is lost by that."""
    path = tmp_path / "a.yaml"
    save_text(path, "mine", loaded="as loaded")

    assert path.read_text() == "mine"


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_a_save_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """A full disk costs one line, no text and no rubbish."""
    path = tmp_path / "a.yaml"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, fails, full)
    with pytest.raises(WorkbenchError, match="No space left on device") as refused:
        save_text(path, "new", loaded="old")
    assert "still in the editor" in refused.value.hint
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.yaml": "old"}


def test_a_new_file_beside_a_missing_folder_is_one_clear_line(tmp_path: Path) -> None:
    """Where the folder is gone, it says so."""
    with pytest.raises(WorkbenchError, match="cannot be written: No such file"):
        save_text(tmp_path / "gone" / "a.yaml", "new")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    """A file in another encoding is named with the byte where that shows."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"caf\xe9")

    with pytest.raises(WorkbenchError, match=r"not UTF-8 text \(byte 3\)"):
        read_text(path)


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    """So is a folder."""
    with pytest.raises(WorkbenchError, match="cannot be read: No such file"):
        read_text(tmp_path / "a.yaml")
    with pytest.raises(WorkbenchError, match="cannot be read: Is a directory"):
        read_text(tmp_path)
