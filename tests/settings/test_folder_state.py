"""What is remembered of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.settings.folder_state import (
    FolderState,
    read_folder_state,
    state_folder,
    write_folder_state,
)

STATE = FolderState(
    "compare",
    (60, 50, 40),
    (30, 12),
    "triage.prompt.yaml",
    {"/a/b.yaml": "text"},
    panes="row",
    tabs=("a.prompt.yaml", "triage.prompt.yaml"),
    aside={"system": "/a/c.yaml"},
    places={"/a/b.yaml": (3, 4, 0)},
    chosen={"a.prompt.yaml": {"off": ["warm"], "cases": [], "every_case": True}},
    looks={"base": ("markdown",)},
)


def test_a_folder_is_remembered_for_itself(tmp_path: Path) -> None:
    """Not for one of the same name elsewhere."""
    write_folder_state(tmp_path / "a" / "prompts", STATE)

    assert read_folder_state(tmp_path / "a" / "prompts") == STATE
    assert read_folder_state(tmp_path / "b" / "prompts") == FolderState()


def test_what_is_remembered_is_for_its_owners_eyes(tmp_path: Path) -> None:
    """Texts may be among it."""
    write_folder_state(tmp_path, STATE)
    (file,) = (state_folder() / "folders").iterdir()

    assert file.stat().st_mode & 0o077 == 0


@given(st.binary() | st.text().map(str.encode))
def test_a_damaged_file_counts_as_none(data: bytes) -> None:
    """Whatever it holds."""
    folder = Path("/somewhere")
    write_folder_state(folder, STATE)
    (file,) = (state_folder() / "folders").glob("somewhere-*")
    file.write_bytes(data)

    assert read_folder_state(folder) == FolderState()


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ('"editors": [60, 50, 40]', '"editors": [0, -5, 1e9]'),
        ('"editors": [60, 50, 40]', '"editors": "wide"'),
        ('"rows": [30, 12]', '"rows": [true, 12]'),
        ('"layout": "compare"', '"layout": 7'),
        ('"prompt": "triage.prompt.yaml"', '"prompt": null'),
        ('"text"', "[]"),
        ('"panes": "row"', '"panes": 1'),
        ('"tabs": ["a.prompt.yaml",', '"tabs": [7,'),
        ('"/a/c.yaml"', "1"),
        ("[3, 4, 0]", "[3, -4, 0]"),
        ("[3, 4, 0]", "[3, 4]"),
        ('"off": ["warm"]', '"off": "warm"'),
        ('"every_case": true', '"every_case": 1'),
        ('["markdown"]', '{"markdown": 1}'),
    ],
)
def test_a_value_that_does_not_fit_counts_as_unknown(
    tmp_path: Path, found: str, instead: str
) -> None:
    """The others hold."""
    write_folder_state(tmp_path, STATE)
    (file,) = (state_folder() / "folders").iterdir()
    text = " ".join(file.read_text().split()).replace("[ ", "[").replace(" ]", "]")
    assert found in text
    file.write_text(text.replace(found, instead))
    state = read_folder_state(tmp_path)

    fresh = FolderState()
    differing = [
        name for name in FolderState.__slots__ if getattr(state, name) != getattr(STATE, name)
    ]
    assert len(differing) == 1
    assert getattr(state, differing[0]) == getattr(fresh, differing[0])
