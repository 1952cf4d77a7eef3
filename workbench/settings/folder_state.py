"""What is remembered of one folder: how its screen was arranged, and which prompt was open."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.settings.stored import read_stored, write_stored

_VERSION = 1
_MOST_PARTS, _MOST = 9, 10_000


@dataclass(frozen=True, slots=True)
class FolderState:
    """The state of one folder. What is not known is as it comes.

    Args:
        layout: The layout's name.
        editors: What each editor has of the width, in parts of any size; empty: all the same.
        rows: What editors and panes have of the height, likewise.
        prompt: The file name of the prompt that was open.
        unsaved: Texts that were typed and not saved when the terminal went away, by file name.
        toured: Whether the tour was begun here by itself.
        panes: How panes stand: the name of an arrangement.
    """

    layout: str = ""
    editors: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()
    prompt: str = ""
    unsaved: Mapping[str, str] = field(default_factory=dict)
    toured: bool = False
    panes: str = ""


def state_folder() -> Path:
    """Where what is remembered is kept; `WORKBENCH_STATE_DIR` moves it."""
    if moved := os.environ.get("WORKBENCH_STATE_DIR"):
        return Path(moved)
    import platformdirs

    return platformdirs.user_state_path("workbench", appauthor=False)


def _file(folder: Path) -> Path:
    whole = os.fsencode(folder.absolute())
    return state_folder() / "folders" / f"{folder.name[:40]}-{zlib.crc32(whole):08x}.json"


def read_folder_state(folder: Path) -> FolderState:
    """What is remembered of a folder; nothing where that is lost or damaged."""
    stored = read_stored(_file(folder), _VERSION)
    if stored.get("folder") != str(folder.absolute()):
        return FolderState()  # another folder's, by a rare chance
    fits = {name: value for name, value in stored.items() if name in _FITS and _FITS[name](value)}
    fits |= {name: tuple(fits[name]) for name in ("editors", "rows") if name in fits}
    return FolderState(**fits)


def write_folder_state(folder: Path, state: FolderState) -> None:
    """Remember this of a folder.

    Raises:
        SettingsError: It cannot be written.
    """
    write_stored(_file(folder), _VERSION, {"folder": str(folder.absolute()), **asdict(state)})


def _is_part(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST


def _are_parts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_PARTS and all(map(_is_part, value))


def _are_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


_FITS = {
    "layout": lambda value: isinstance(value, str),
    "editors": _are_parts,
    "rows": _are_parts,
    "panes": lambda value: isinstance(value, str),
    "prompt": lambda value: isinstance(value, str),
    "toured": lambda value: isinstance(value, bool),
    "unsaved": _are_texts,
}
