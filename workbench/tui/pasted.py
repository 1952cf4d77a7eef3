"""What a terminal sends as a paste arrives as one text, whatever is in it.

Textual's parser looks for keys inside a paste, too: behind an escape character it presses what was
pasted, in another order, and a control character among it sends a round.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.events import Paste
from textual.message import Message

_BEGIN, _END = "\x1b[200~", "\x1b[201~"
_SURE = 3
"""From so many characters on, what begins like `_BEGIN` is no key that somebody pressed."""


class PasteParser(XTermParser):
    """Textual's parser, which sees nothing of a paste."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._come = ""
        self._pasting = False

    def feed(self, data: str) -> Iterable[Message]:
        """The messages that these characters make; those of a paste once it is whole."""
        if not data:  # the end of all input
            yield from super().feed(data)
        self._come += data
        while self._come:
            before, mark, after = self._come.partition(_END if self._pasting else _BEGIN)
            if self._pasting:
                if not mark:
                    return
                yield Paste(before.replace("\0", ""))
            else:
                held = "" if mark else _begun(before)
                if keys := before.removesuffix(held):
                    yield from super().feed(keys)
                if not mark:
                    self._come = held
                    return
            self._come, self._pasting = after, not self._pasting


def _begun(text: str) -> str:
    """The end of a text where that may be the beginning of a paste's mark."""
    ends = (_BEGIN[:length] for length in range(len(_BEGIN) - 1, _SURE - 1, -1))
    return next((end for end in ends if text.endswith(end)), "")


def pasting_whole(driver: type[Driver]) -> type[Driver]:
    """The driver, with `PasteParser` in the place of Textual's."""
    module = sys.modules[driver.__module__]
    if "XTermParser" in vars(module):
        vars(module)["XTermParser"] = PasteParser
    return driver
