"""What a sitting leaves for the next one of its folder, and finds of the one before.

Files that are gone meanwhile are dropped without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.tui.acts import key_of

if TYPE_CHECKING:
    from workbench.tui.desk import Desk

_MOST_TABS, _MOST_PLACES = 30, 200


class ComingBack:
    """Has the files of a folder open as they were.

    Args:
        desk: Has the files, their tabs and the editors.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._remembered = desk, desk.app.remembered
        self._found = self._remembered.state

    def begin(self, prompts: Sequence[Path]) -> None:
        """Before the first prompt is opened: the prompts that were open, and where one read."""
        by_name = {path.name: path for path in prompts}
        tabs = [by_name[name] for name in self._found.tabs if name in by_name]
        self._desk.tabs.prompts = [*dict.fromkeys(tabs)]
        places = {Path(name): place for name, place in self._found.places.items()}
        for panel in self._desk.front.panels.values():
            panel.begins_at = places

    def look_aside(self) -> None:
        """Once a prompt is open: the files that were shown beside it, where it was open last."""
        opened = self._desk.prompt_path
        if opened is not None and opened.name == self._found.prompt:
            aside = {kind: Path(name) for kind, name in self._found.aside.items()}
            self._desk.tabs.look_aside({k: path for k, path in aside.items() if path.is_file()})

    def note_tabs(self) -> None:
        """The tabs are these now."""
        tabs, folder = self._desk.tabs, self._desk.bench.folder
        names = tuple(path.name for path in tabs.prompts if path.parent == folder)
        aside = {kind: str(path) for kind, path in tabs.aside.items()}
        self._remembered.note(tabs=names[-_MOST_TABS:], aside=aside)

    def note_places(self) -> None:
        """Where one reads now in each file, those of before that were not opened included."""
        places = dict(self._remembered.state.places)
        for panel in self._desk.front.panels.values():
            for path, place in panel.places.items():
                places.pop(str(path), None)
                places[str(path)] = place
        self._remembered.note(places=dict([*places.items()][-_MOST_PLACES:]))

    def note_unsaved(self) -> None:
        """The terminal goes away: what was typed and not saved is kept."""
        self._desk.files.catch_up()
        unsaved = {str(path): text for path, text in self._desk.files.buffers.unsaved.items()}
        self._remembered.note(unsaved=unsaved)

    def bring_back(self) -> str:
        """What was typed when the terminal went away, as unsaved changes; words on it, if any."""
        for name, text in self._found.unsaved.items():
            with suppress(WorkbenchError):
                self._desk.files.buffers.take_up(Path(name), text)
        self._remembered.note(unsaved={})
        if not self._desk.files.buffers.unsaved:
            return ""
        return (
            "The terminal went away with unsaved changes. They are here again, unsaved: "
            f"{key_of('save')} keeps them, {key_of('reload')} takes what is on disk."
        )
