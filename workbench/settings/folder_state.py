"""What is remembered of one folder: how its screen was arranged, and which prompt was open."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.settings.stored import read_stored, write_stored

_VERSION = 1
_MOST_PARTS, _MOST = 9, 10_000
_PLACE, _FURTHEST = 3, 100_000_000


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
        tabs: The file names of the prompts that were open.
        aside: What was seen in place of what the open prompt names, by editor.
        places: The cursor's row and column and the first row in view, from 0, by file.
        chosen: What was chosen for the next round, by the file name of a prompt: variants that
            are `off`, `cases`, `every_case`. Never what fills a variable.
        looks: How each variant's answer was told: what differs from how it came.
    """

    layout: str = ""
    editors: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()
    prompt: str = ""
    unsaved: Mapping[str, str] = field(default_factory=dict)
    toured: bool = False
    panes: str = ""
    tabs: tuple[str, ...] = ()
    aside: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    chosen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    looks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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
    fits |= {name: tuple(fits[name]) for name in ("editors", "rows", "tabs") if name in fits}
    for name in ("places", "looks"):
        fits[name] = {key: tuple(value) for key, value in fits.get(name, {}).items()}
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


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_place(value: Any) -> bool:
    numbers = isinstance(value, list) and len(value) == _PLACE
    return numbers and all(type(each) is int and 0 <= each <= _FURTHEST for each in value)


def _is_choice(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"off", "cases", "every_case"}
        and _are_names(value["off"])
        and _are_names(value["cases"])
        and isinstance(value["every_case"], bool)
    )


def _all(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(fits, value.values()))


_FITS = {
    "layout": lambda value: isinstance(value, str),
    "editors": _are_parts,
    "rows": _are_parts,
    "panes": lambda value: isinstance(value, str),
    "prompt": lambda value: isinstance(value, str),
    "toured": lambda value: isinstance(value, bool),
    "unsaved": _are_texts,
    "tabs": _are_names,
    "aside": _are_texts,
    "places": _all(_is_place),
    "chosen": _all(_is_choice),
    "looks": _all(_are_names),
}
