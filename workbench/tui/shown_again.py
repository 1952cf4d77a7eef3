"""A driver for a browser that paints all of it again where another page shows the workbench.

`workbench serve` says so when a page was loaded again; the new page's terminal knows nothing yet.
"""

from __future__ import annotations

from typing import Any

from textual.driver import Driver

SHOWN_AGAIN = "shown_again"
_MODES = "\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?2004h"
"""As Textual's driver begins: the other screen, no cursor, the mouse, pastes in brackets."""


def painting_again(driver: type[Driver]) -> type[Driver]:
    """The driver; where it paints for a browser, it heeds `SHOWN_AGAIN`."""
    if not hasattr(driver, "on_meta"):
        return driver

    class WebDriver(driver):  # type: ignore[valid-type, misc]
        def on_meta(self, packet_type: str, payload: dict[str, Any]) -> None:
            if packet_type == SHOWN_AGAIN:
                self._app.call_later(self._paint_again)
            else:
                super().on_meta(packet_type, payload)

        def _paint_again(self) -> None:
            self.write(_MODES)
            self._app.screen.refresh()

    return WebDriver
