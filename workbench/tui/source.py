"""The text of one file in an editor: shown safely, given back to the letter.

Textual's own document takes U+2028 or a form feed for a line's end, gives mixed line ends back
as one kind, and hands control characters to the terminal. A prompt may hold any of these and
its text is the truth, so this one promises:

- `text` is exactly what was loaded, until somebody edits;
- lines end only where the file's own newline stands, as git counts them;
- what is shown has one visible character for each that is there, so columns agree;
- every change goes through `replace_range`, which keeps the highlighter's memory true.
"""

from __future__ import annotations

import re
from typing import overload

from rich.cells import cell_len
from textual._wrap import compute_wrap_offsets
from textual.document._document import Newline
from textual.expand_tabs import expand_tabs_inline, get_tab_widths
from textual.geometry import Offset, Size
from textual.widgets.text_area import Document, EditResult, Location, WrappedDocument

from workbench.tui.highlight import Contexts

_UNSEEN = re.compile(  # joiners stay: emoji and many scripts need them, and columns must agree
    "[\x00-\x08\x0a-\x1f\x7f-\x9f"  # C0 but for the tab, DEL, C1
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"  # unseen, or reordering
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff]"
)
_LINE_ENDS = {
    "\n": re.compile("\n"),
    "\r\n": re.compile("\r\n|\n"),
    "\r": re.compile("\r\n|\n|\r"),
}

_INDENT = re.compile(r"[ ]*(?:(?:[-*+]|\d{1,3}[.)])[ ]+)*")


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
        self.version = 0  # one more with every change
        self.changed: Location = (0, 0)  # where the last change began

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

    @overload
    def __getitem__(self, line_index: int) -> str: ...

    @overload
    def __getitem__(self, line_index: slice) -> list[str]: ...

    def __getitem__(self, line_index: int | slice) -> str | list[str]:
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
        self.version += 1
        self.changed = (top, top_column)
        return EditResult(end_location, replaced)


def _width(line: str, tab_width: int) -> int:
    if line.isascii() and "\t" not in line:
        return len(line)
    return cell_len(expand_tabs_inline(line, tab_width))


class SourceWrap(WrappedDocument):
    """Textual's soft wrap, measuring only what can be too long, and nothing twice."""

    document: SourceDocument
    _wrapped_at: tuple[int, int, int] | None = None  # width, tab width, version of the document

    @property
    def height(self) -> int:
        """Rows in all. (Textual sums them up for every row that it paints.)"""
        return len(self._offset_to_line_info)

    @property
    def width(self) -> int:
        """The cells at which lines are broken now; 0 where they are not."""
        return self._width

    def line_at(self, row: int) -> tuple[int, int]:
        """The line painted in this row, and which of its sections."""
        return self._offset_to_line_info[row]

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Wrap the whole document at `width` cells; 0 for not at all."""
        tab_width = tab_width or self._tab_width
        asked = (width, tab_width, self.document.version)
        if asked == self._wrapped_at:
            return
        self._wrapped_at = asked
        self._width, self._tab_width = width, tab_width
        broken = [_breaks(line, width, tab_width) for line in self.document.lines]
        self._wrap_offsets = [breaks for breaks, _ in broken]
        self._tab_width_cache = [tabs for _, tabs in broken]
        self._number_rows(0)

    def wrap_anew(self) -> None:
        """Wrap the whole document as it is wrapped, whatever is known of it."""
        self._wrapped_at = None
        self.wrap(self._width, self._tab_width)

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Wrap anew what an edit has changed: the lines from `start` to `new_end`."""
        lines, width = self.document.lines, self._width
        top = min(start[0], new_end[0], len(lines) - 1)
        stop = min(max(start[0], new_end[0]) + 1, len(lines))
        old_stop = stop + len(self._wrap_offsets) - len(lines)  # what lies below is as it was
        broken = [_breaks(line, width, self._tab_width) for line in lines[top:stop]]
        heights = [len(breaks) for breaks, _ in broken]
        same = heights == [len(breaks) for breaks in self._wrap_offsets[top:old_stop]]
        self._wrap_offsets[top:old_stop] = [breaks for breaks, _ in broken]
        self._tab_width_cache[top:old_stop] = [tabs for _, tabs in broken]
        if not same:
            self._number_rows(top)
        self._wrapped_at = (width, self._tab_width, self.document.version)

    def _number_rows(self, top: int) -> None:
        """Say anew which row shows which line, from line `top` on."""
        rows, firsts = self._offset_to_line_info, self._line_index_to_offsets
        if top:
            del rows[firsts[top - 1][-1] + 1 :]
        else:
            rows.clear()
        del firsts[top:]
        for index in range(top, len(self._wrap_offsets)):
            first, sections = len(rows), len(self._wrap_offsets[index]) + 1
            rows.extend((index, section) for section in range(sections))
            firsts.append(list(range(first, first + sections)))

    def hang(self, line_index: int) -> int:
        """How many cells the later sections of a line stand in: its indent, so that prose hangs."""
        return _hang(self.document.get_line(line_index), self._width)

    def location_to_offset(self, location: Location) -> Offset:
        """Where a location is painted, counted from the start of the wrapped text.

        After an undo Textual asks with the old cursor, which may lie beyond the shorter text.
        """
        line_index = min(location[0], len(self._wrap_offsets) - 1)
        x, y = super().location_to_offset((line_index, location[1]))
        _, section = self.line_at(y)
        return Offset(x + self.hang(line_index) if section else x, y)

    def get_target_document_column(self, line_index: int, x_offset: int, y_offset: int) -> int:
        """The column painted at a cell of one of the sections of a line (-1: the last)."""
        if y_offset % len(self._line_index_to_offsets[line_index]):
            x_offset = max(0, x_offset - self.hang(line_index))
        return super().get_target_document_column(line_index, x_offset, y_offset)


def _hang(line: str, width: int) -> int:
    match = _INDENT.match(line)
    hang = match.end() if match and "\t" not in line else 0
    return hang if 2 * hang <= width else 0


def _breaks(line: str, width: int, tab_width: int) -> tuple[list[int], list[int]]:
    """Where a line is broken, and how wide its tabs are."""
    if "\t" not in line:
        if not width or (len(line) <= width and line.isascii()):
            return [], []
        hang = _hang(line, width)  # every section has as much room as the first one's text
        breaks = compute_wrap_offsets(line[hang:], width - hang, tab_width)
        return [hang + at for at in breaks], []
    sections = get_tab_widths(line, tab_width)
    breaks = []
    if width:
        breaks = compute_wrap_offsets(line, width, tab_width, precomputed_tab_sections=sections)
    return breaks, [tab for _, tab in sections]
