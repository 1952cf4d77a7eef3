"""The text of one file in an editor: shown safely, given back to the letter.

Textual's own document takes U+2028 or a form feed for a line's end, gives mixed line ends back
as one kind, and hands control characters to the terminal. A prompt may hold any of these and
its text is the truth, so this one promises:

- `text` is exactly what was loaded, until somebody edits;
- lines end only where the file's own newline stands, as YAML and git count them;
- what is shown has one visible character for each that is there, so columns agree;
- every change goes through `replace_range`, which keeps the highlighter's memory true.
"""

from __future__ import annotations

import re

from rich.cells import cell_len
from textual.document._document import Document, EditResult, Location, Newline
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import expand_tabs_inline
from textual.geometry import Size

from workbench.tui.highlight import Contexts

_UNSEEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f"  # C0 but for the tab, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what reorders text
    "\u200b\u2028\u2029\u2060\ufeff"  # what takes no room, or breaks lines elsewhere
    "\ud800-\udfff\U000e0000-\U000e007f]"  # what cannot be written, what hides text
)
_LINE_ENDS = {
    "\n": re.compile("\n"),
    "\r\n": re.compile("\r\n|\n"),
    "\r": re.compile("\r\n|\n|\r"),
}


def visible(text: str) -> str:
    """`text` with a stand-in of one cell for each character that a terminal would obey."""
    return _UNSEEN.sub(_stand_in, text)


def _stand_in(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def newline_of(text: str) -> Newline:
    """How the lines of `text` end.

    Where ends are mixed it is a line feed, and each carriage return is a character like
    others: seen, and kept.
    """
    feeds = text.count("\n")
    if feeds and text.count("\r\n") == feeds:
        return "\r\n"
    return "\r" if not feeds and "\r" in text else "\n"


class SourceDocument(Document):
    """A document that keeps what it was given and shows what it holds."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._newline = newline_of(text)
        self._lines = self.split(text)
        self._shown = [visible(line) for line in self._lines]
        self._text: str | None = text
        self.contexts = Contexts(self._shown)

    def split(self, text: str) -> list[str]:
        """`text` cut at the line ends of this document."""
        return _LINE_ENDS[self._newline].split(text)

    def use_newline(self, newline: Newline) -> None:
        """From now on lines end in `newline`; the lines themselves stay."""
        self._newline = newline
        self._text = None

    @property
    def text(self) -> str:
        """The whole text, as it would be saved."""
        if self._text is None:
            self._text = self._newline.join(self._lines)
        return self._text

    @property
    def lines(self) -> list[str]:
        """The lines as they are shown."""
        return self._shown

    @property
    def raw_lines(self) -> list[str]:
        """The lines as they are."""
        return self._lines

    def __getitem__(self, line_index: int | slice) -> str | list[str]:  # type: ignore[override]
        """One or more lines as they are shown."""
        return self._shown[line_index]

    def get_size(self, tab_width: int) -> Size:
        """The cells of the widest line, and the number of lines."""
        return Size(max(_width(line, tab_width) for line in self._shown), len(self._shown))

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Put `text` where `start` to `end` stood. The only way in which a document changes."""
        (top, top_column), (bottom, bottom_column) = sorted((start, end))
        lines = self._lines
        replaced = self.get_text_range((top, top_column), (bottom, bottom_column))
        new = self.split(text)
        tail = lines[bottom][bottom_column:] if bottom < len(lines) else ""
        head = lines[top][:top_column] if top < len(lines) else ""
        new[0] = head + new[0]
        end_location = (top + len(new) - 1, len(new[-1]))
        new[-1] += tail
        lines[top : bottom + 1] = new
        self._shown[top : bottom + 1] = map(visible, new)
        self._text = None
        self.contexts.changed(top)
        return EditResult(end_location, replaced)


def _width(line: str, tab_width: int) -> int:
    if line.isascii() and "\t" not in line:
        return len(line)
    return cell_len(expand_tabs_inline(line, tab_width))


class SourceWrap(WrappedDocument):
    """Textual's soft wrap, with its height at hand."""

    @property
    def height(self) -> int:
        """Rows in all. (Textual sums them up for every row that it paints.)"""
        return len(self._offset_to_line_info)
