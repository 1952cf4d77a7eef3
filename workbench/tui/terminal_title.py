"""The title of the terminal's window or tab, while it has something to tell."""

from __future__ import annotations

from textual.app import App

from workbench.telling.plain import plain

_KEEP, _GIVE_BACK = "\x1b[22;2t", "\x1b[23;2t"


class TerminalTitle:
    """Sets the title by OSC 2, and gives the terminal its own one back, where it kept it."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._shown = ""

    def show(self, words: str) -> None:
        """Set the title; "" gives back what was there before."""
        words = plain(words).replace("\n", " ")
        if words == self._shown:
            return
        if words:
            self._write(f"{'' if self._shown else _KEEP}\x1b]2;{words}\a")
        else:
            self._write(f"\x1b]2;{self._app.title}\a{_GIVE_BACK}")
        self._shown = words

    def _write(self, sequence: str) -> None:
        if self._app._driver is not None:
            self._app._driver.write(sequence)
