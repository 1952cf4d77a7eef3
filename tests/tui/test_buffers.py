"""The open files: what was typed stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.documents.save import ChangedOutside
from workbench.errors import WorkbenchError
from workbench.tui.buffers import Buffers


def file(folder: Path, text: str = "model: x\n") -> Path:
    """A file with this text."""
    path = folder / "a.prompt.yaml"
    path.write_text(text)
    return path


def test_what_was_typed_survives_a_switch_away_and_back(tmp_path: Path) -> None:
    """Opening a file again gives what was typed, not what is on disk."""
    buffers, path = Buffers(), file(tmp_path)
    buffers.open(path)
    buffers.typed(path, "model: y\n")

    assert buffers.open(path).text == "model: y\n"
    assert buffers.unsaved == {path: "model: y\n"}


def test_a_file_without_changes_is_read_anew(tmp_path: Path) -> None:
    """Where nothing was typed, opening shows what others have saved since."""
    buffers, path = Buffers(), file(tmp_path)
    buffers.open(path)
    path.write_text("model: z\n")

    assert buffers.open(path).text == "model: z\n"


def test_saving_writes_and_leaves_nothing_unsaved(tmp_path: Path) -> None:
    """A saved file holds what was typed."""
    buffers, path = Buffers(), file(tmp_path)
    buffers.open(path)
    buffers.typed(path, "model: y\n")
    buffers.save(path)

    assert path.read_text() == "model: y\n"
    assert not buffers.unsaved


def test_a_file_changed_on_disk_is_not_written_over(tmp_path: Path) -> None:
    """Saving then refuses and keeps both texts; only the user's word writes over the file."""
    buffers, path = Buffers(), file(tmp_path)
    buffers.open(path)
    buffers.typed(path, "mine\n")
    path.write_text("theirs\n")

    with pytest.raises(ChangedOutside):
        buffers.save(path)
    assert (path.read_text(), buffers[path].text) == ("theirs\n", "mine\n")

    buffers.save(path, over_changes=True)
    assert path.read_text() == "mine\n"


def test_a_failed_save_keeps_the_text(tmp_path: Path) -> None:
    """Where the file cannot be written, it is still unsaved."""
    buffers, path = Buffers(), file(tmp_path)
    buffers.open(path)
    buffers.typed(path, "mine\n")
    path.unlink()
    tmp_path.rename(tmp_path.with_name("gone"))

    with pytest.raises(WorkbenchError):
        buffers.save(path)
    assert buffers.unsaved == {path: "mine\n"}
    tmp_path.with_name("gone").rename(tmp_path)


def test_a_failed_reload_keeps_the_text(tmp_path: Path) -> None:
    """A file that is gone takes nothing along."""
    buffers, path = Buffers(), file(tmp_path)
    buffers.open(path)
    buffers.typed(path, "mine\n")
    path.unlink()

    with pytest.raises(WorkbenchError):
        buffers.reload(path)
    assert buffers.open(path).text == "mine\n"


@given(st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=5) | st.none()), max_size=8))
def test_no_order_of_typing_saving_and_opening_loses_a_text(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[str, str | None]]
) -> None:
    """Whatever is typed (a text) or saved (None), in two files: the last text typed is there."""
    folder = tmp_path_factory.mktemp("buffers")
    buffers, last = Buffers(), {"a": "", "b": ""}
    for name in last:
        (folder / name).write_text("")
        buffers.open(folder / name)
    for name, text in done:
        buffers.open(folder / name)
        if text is None:
            buffers.save(folder / name)
            assert (folder / name).read_bytes().decode() == last[name]
        else:
            buffers.typed(folder / name, text)
            last[name] = text

    assert {name: buffers.open(folder / name).text for name in last} == last
