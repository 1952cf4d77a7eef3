"""The files that are open, with what was typed into them: nothing typed is lost by a switch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from workbench.documents.save import read_text, save_text


@dataclass(frozen=True, slots=True)
class Buffer:
    """A file's text as typed, and as it was loaded or last saved.

    Args:
        outside: What others have written to the disk since, where that is known to be something
            else than `saved`.
        new: It never was on the disk, or need not be there: nobody misses it.
        gone: It was there, and is no more: the text here is the last there is of it.
    """

    path: Path
    text: str
    saved: str
    outside: str | None = None
    new: bool = False
    gone: bool = False

    @property
    def typed(self) -> bool:
        """Whether it is another text than what was loaded or last saved."""
        return self.text != self.saved

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self.typed or self.gone


class Buffers:
    """Every file that was opened, by its path."""

    def __init__(self) -> None:
        self._open: dict[Path, Buffer] = {}

    def __contains__(self, path: Path) -> bool:
        """Whether the file is open."""
        return path in self._open

    def __getitem__(self, path: Path) -> Buffer:
        """The buffer of an open file."""
        return self._open[path]

    def open(self, path: Path) -> Buffer:
        """The file's buffer; read from disk unless something unsaved is in it.

        Raises:
            WorkbenchError: It cannot be read.
        """
        held = self._open.get(path)
        return held if held is not None and held.dirty else self.reload(path)

    def reload(self, path: Path) -> Buffer:
        """The file as it is on disk; what was typed is dropped.

        Raises:
            WorkbenchError: It cannot be read.
        """
        text = read_text(path)
        self._open[path] = Buffer(path, text, text)
        return self._open[path]

    def typed(self, path: Path, text: str) -> None:
        """The text of an open file is now this."""
        self._open[path] = replace(self._open[path], text=text)

    def found_on_disk(self, path: Path, text: str) -> Buffer:
        """The disk holds this text now. Where it is what was typed, there is nothing to save."""
        held = self._open[path]
        if text in (held.saved, held.text):
            held = replace(held, saved=text, outside=None, new=False, gone=False)
        else:
            held = replace(held, outside=text, new=False, gone=False)
        self._open[path] = held
        return held

    def lose(self, path: Path) -> bool:
        """The disk has the file no more; whether that is news of one that was there."""
        held = self._open.get(path)
        if held is None or held.new or held.gone:
            return False
        self._open[path] = replace(held, outside=None, gone=True)
        return True

    def let_go(self, path: Path) -> None:
        """A file that is gone may stay so: there is nothing to save of it."""
        held = self._open[path]
        self._open[path] = replace(held, saved=held.text, new=True, gone=False)

    def keep_mine(self, path: Path) -> None:
        """What was typed counts, whatever others have written: saving will write over it."""
        held = self._open[path]
        if held.outside is not None:
            self._open[path] = replace(held, saved=held.outside, outside=None)

    def take_up(self, path: Path, text: str) -> Buffer:
        """A text from elsewhere, as unsaved changes; of a new file where there is none.

        Raises:
            WorkbenchError: The file is there and cannot be read.
        """
        if path not in self._open:
            self._open[path] = Buffer(path, "", "", new=True)
        if path.exists():
            self.reload(path)
        self.typed(path, text)
        return self._open[path]

    def save(self, path: Path, *, over_changes: bool = False) -> Buffer:
        """Write the file.

        Args:
            over_changes: Write even where the file changed on disk since it was opened.

        Raises:
            ChangedOutside: It did, and nothing was written.
            WorkbenchError: It cannot be written.
        """
        held = self._open[path]
        save_text(path, held.text, loaded=None if over_changes else held.saved)
        self._open[path] = Buffer(path, held.text, held.text)
        return self._open[path]

    @property
    def unsaved(self) -> dict[Path, str]:
        """The texts that differ from what is on disk, as documents read them: the overlay."""
        return {path: buffer.text for path, buffer in self._open.items() if buffer.dirty}
