"""Which files of a folder are documents, by their names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.documents.kinds import endings, files_in, kind_of, name_of


def test_files_are_told_by_how_their_names_end(tmp_path: Path) -> None:
    """Sorted; what is no file, or a link that leads nowhere, hides no other."""
    for name in ("b.prompt.yaml", "a.prompt.yml", "a.system.yaml", "prompt.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "folder.prompt.yaml").mkdir()
    (tmp_path / "linked.prompt.yaml").symlink_to(tmp_path / "b.prompt.yaml")
    (tmp_path / "gone.prompt.yaml").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.prompt.yaml").symlink_to(tmp_path / "loop.prompt.yaml")
    os.mkfifo(tmp_path / "pipe.prompt.yaml")

    found = files_in(tmp_path, endings("prompt"))

    assert [path.name for path in found] == ["a.prompt.yml", "b.prompt.yaml", "linked.prompt.yaml"]


def test_a_folder_that_cannot_be_read_has_none(tmp_path: Path) -> None:
    """Nor has one that is not there, or is a file."""
    (tmp_path / "file").touch()
    assert files_in(tmp_path / "nowhere", endings("prompt")) == []
    assert files_in(tmp_path / "file", endings("prompt")) == []


@pytest.mark.parametrize(
    ("file", "kind", "name"),
    [
        ("triage.prompt.yaml", "prompt", "triage"),
        ("a.b.cases.yml", "cases", "a.b"),
        ("notes.yaml", None, "notes"),
        ("x.None.yaml", None, "x.None"),
    ],
)
def test_a_name_says_its_kind(file: str, kind: str | None, name: str) -> None:
    """By what stands before the ending."""
    assert kind_of(Path(file)) == kind
    assert name_of(Path(file)) == name
