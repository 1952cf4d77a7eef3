"""Text from others, made safe to paint: controls are shown, never obeyed.

What a model, a file or a server says may hold escape sequences, bidi overrides, invisible
characters and halves of surrogate pairs. Here each becomes something to see; newline and tab stay
as they are. Nothing is changed in the text itself: copying and saving use what really came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0, DEL and C1 controls, ESC among them
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff"
)
_JOINING = "\u200c\u200d\ufe00-\ufe0f"  # zero-width joiners and variation selectors
_SEEN = f'[^\x00-"$-)+-/:-\x7f{_HIDDEN}{_JOINING}]'  # what a joiner may rightly follow

_ODD = re.compile(
    f"(?P<joiner>(?<={_SEEN})[\u200c\u200d\ufe0e\ufe0f]|(?<={_SEEN}[\ufe0e\ufe0f])\u200d)"
    f"|[{_HIDDEN}{_JOINING}]"
)
_ASCII_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f]")

LOOKS_BACK = 2
"""How many characters before a place decide how that place is shown."""


def plain(text: str) -> str:
    """`text` as it may be painted: control characters visible, newline and tab kept.

    `"\\x1b[31m"` becomes `"␛[31m"`, U+202E becomes `"‹U+202E›"`. A joiner or emoji variation
    selector in its rightful place is left out, because terminals disagree on how wide it makes a
    line; anywhere else it is shown.
    """
    return retold(text, lambda _, instead: instead)


def seen(text: str, start: int = 0) -> str:
    """`text`, from `start` on, as a document may hold it: what joins rightly goes on joining."""
    return retold(text, lambda came, instead: instead or came, start)


def retold(text: str, tell: Callable[[str, str], str], start: int = 0) -> str:
    """`text`, from `start` on, with what cannot be painted told otherwise.

    Args:
        tell: What to say, given what came and what `plain` shows instead.
    """
    told: list[str] = []
    done = start
    for begin, end, instead in oddities(text, start):
        told += (text[done:begin], tell(text[begin:end], instead))
        done = end
    return "".join((*told, text[done:]))


def oddities(text: str, start: int = 0) -> Iterator[tuple[int, int, str]]:
    """What in `text`, from `start` on, cannot be painted: start, end, what to show instead."""
    pattern = _ASCII_ODD if text.isascii() else _ODD
    for match in pattern.finditer(text, start):
        joins = match.lastgroup == "joiner"
        yield match.start(), match.end(), "" if joins else _picture(match.group())


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"‹U+{code:04X}›"
