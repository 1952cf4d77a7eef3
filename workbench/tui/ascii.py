"""For terminals that show nothing but ASCII: one character for one cell, at the last moment.

Only what is written to the terminal changes; what is shown, copied and saved stays what it is.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from rich.cells import get_character_cell_size, split_graphemes
from textual.driver import Driver

from workbench.tui.columns import in_columns

_BARE_TERMINALS = ("linux", "dumb", "vt52", "vt100", "vt102", "vt220", "ansi")
_LOOKS = {
    "+": "┌┐└┘├┤┬┴┼╭╮╰╯✓✔",
    "-": "⠹⠦─╌┄╴╶‐‑–—−╸╺▔",
    "|": "⠋⠼⠇│╎┆▌▎▏▍▊▋▕▥",
    "#": "┏┓┗┛┣┫┳┻╋┃█■▐▓◼▦",
    ":": "◇",
    "=": "━═‖▄▅▆▇≡▤",
    "_": "▁▂▃",
    "*": "●•◆★◐",
    "o": "○◦◯°",
    "x": "✗✕×✖",
    "/": "⊘⠙⠴⠏",
    "\\": "⠸⠧",
    ">": "→▶▸›»↻≥",
    "<": "←◀‹«",
    "v": "↓▼▾",
    "^": "↑▲▴",
    "~": "±≈≋",
    ".": "…·⋯",
    '"': "“”„",
    "'": "‘’‚′",
    " ": "\u00a0\u2002\u2003\u2007\u2009\u202f",
}


_JOINED = re.compile("[^\x00-\x1f\x7f]*[\u200d\ufe0f\U0001f1e6-\U0001f1ff][^\x00-\x1f\x7f]*")
"""Words in which characters are counted as one: flags, families, those with a chosen look."""


class _Table(dict[int, str]):
    """Code point to what stands for it; worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = instead = _instead(chr(code))
        return instead


def _instead(character: str) -> str:
    if character.isascii():
        return character
    cells = get_character_cell_size(character)
    if cells != 1:
        return "?" * cells
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() and base.isprintable() else "?"


_TABLE = _Table({ord(glyph): look for look, glyphs in _LOOKS.items() for glyph in glyphs})


def to_ascii(text: str) -> str:
    """`text` with as many cells, in ASCII. Escape sequences are that already."""
    if text.isascii():
        return text
    return _JOINED.sub(_in_one, text).translate(_TABLE)


def _in_one(words: re.Match[str]) -> str:
    spans, _ = split_graphemes(words[0])
    pieces = ((words[0][start:end], cells) for start, end, cells in spans)
    return "".join(piece if len(piece) == 1 else "?" * cells for piece, cells in pieces)


def wants_ascii(unicode: str, environ: Mapping[str, str]) -> bool:
    """Whether this terminal is to be given nothing but ASCII.

    Args:
        unicode: The setting: yes, no or auto, which goes by TERM and by what the locale says.
        environ: The environment.
    """
    if unicode != "auto":
        return unicode == "no"
    if sys.platform == "win32":
        return False
    if environ.get("TERM", "").lower() in _BARE_TERMINALS:
        return True
    named = (environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next(filter(None, named), "")
    charset = locale.partition(".")[2].partition("@")[0]
    if charset:
        return charset.lower().replace("-", "") != "utf8"
    return locale in ("C", "POSIX")


def made_plain(driver: type[Driver]) -> type[Driver]:
    """The driver, with a switch: while `Plain.on`, it writes ASCII. It outlives its terminal.

    Else what it writes is kept to its columns.
    """

    class PlainDriver(driver):  # type: ignore[valid-type, misc]
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            if (file := getattr(self, "_file", None)) is not None:
                self._file = Lasting(file)

        def write(self, data: str) -> None:
            super().write(to_ascii(data) if Plain.on else in_columns(data))

    return PlainDriver


class Lasting:
    """A terminal to write to, which takes what is written even once it is gone.

    Textual's thread that writes would end there, and whoever then wrote wait for it for ever.
    """

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write, where there still is anything to write to."""
        with suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush it, likewise."""
        with suppress(OSError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class Plain:
    """The switch. A process has one terminal."""

    on = False
