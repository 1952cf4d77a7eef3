"""A file's text, from an editor or from the disk, as far as it is fit to be read."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workbench.documents.finding import Finding, nearest, problem_at
from workbench.errors import DocumentError, Problem

MAX_BYTES = 10_000_000
MAX_TABLE_BYTES = 200_000_000
_NO_TEXT = re.compile("[\0\ud800-\udfff]")

Overlay = Mapping[Path, str]
"""Texts as they stand unsaved in the editors, by absolute path; they win over the disk."""


@dataclass(frozen=True)  # no slots: it keeps where its lines begin
class Source:
    """A file and the text that was read from it, without a byte order mark."""

    path: Path
    text: str

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, from 1, of the character at `index`; lines as editors count them."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        end = self._starts[number] if number < len(self._starts) else None
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins: after a line feed, or a carriage return where there is none."""
        end = "\n" if "\n" in self.text else "\r"
        return [0, *(found.end() for found in re.finditer(end, self.text))]

    def problem(self, index: int, problem: str, hint: str = "") -> Problem:
        """A problem at the character at `index`."""
        return problem_at((self.path, *self.place(index)), Finding((), problem, hint))


def read_source(path: Path, overlay: Overlay) -> Source:
    """The text of the file at `path`.

    Raises:
        DocumentError: It is not there, not a file, too long, or not text.
    """
    text = _unsaved(path, overlay)
    if text is None:
        text = _decoded(path, _saved(path, MAX_BYTES))
    elif len(text) > MAX_BYTES:
        raise _refusal(path, *_TOO_LONG)
    return _fit(Source(path, text.removeprefix("\ufeff")))


def read_table(path: Path) -> Source:
    """The text of a table of cases: longer than a document may be, and UTF-16 where it says so.

    Raises:
        DocumentError: It is not there, not a file, too long, or not text.
    """
    data = _saved(path, MAX_TABLE_BYTES)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # as spreadsheets write it
        data = data.decode("utf-16", "replace").encode()
    return _fit(Source(path, _decoded(path, data).removeprefix("\ufeff")))


def _fit(source: Source) -> Source:
    if (control := _NO_TEXT.search(source.text)) is not None:
        problem = f"the character U+{ord(control.group()):04X} does not belong into text"
        raise DocumentError([source.problem(control.start(), problem, "Is this a text file?")])
    return source


_TOO_LONG = ("the file is over 10 MB", "Split it, or leave out what the prompt does not need.")


def _unsaved(path: Path, overlay: Overlay) -> str | None:
    if not overlay:
        return None
    absolute = Path(os.path.abspath(path))
    if absolute in overlay:
        return overlay[absolute]
    return overlay.get(Path(os.path.realpath(path)))


def _saved(path: Path, most: int) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise _refusal(path, "this is not a file", "Name a file.")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError as error:
        raise _refusal(path, "there is no such file", neighbour_hint(path)) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _refusal(
            path, f"the file cannot be read: {why}", "Look at its name and rights."
        ) from error
    if len(data) > most:
        raise _refusal(path, f"the file is over {most // 1_000_000} MB", _TOO_LONG[1])
    return data


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = Source(path, data[: error.start].decode("utf-8"))
        problem = f"the byte 0x{data[error.start]:02X} is not UTF-8 text"
        hint = "Save the file as UTF-8."
        raise DocumentError([before.problem(len(before.text), problem, hint)]) from error


def neighbour_hint(path: Path) -> str:
    """A hint that names the file beside `path` whose name is nearest to its own."""
    try:
        names = {entry.name for entry in os.scandir(path.parent)}
    except (OSError, ValueError):
        return "Check the name."
    found = nearest(path.name, names)
    return f"Did you mean `{found}`?" if found else "Check the name."


def _refusal(path: Path, problem: str, hint: str) -> DocumentError:
    return DocumentError([problem_at((path, 1, 1), Finding((), problem, hint))])
