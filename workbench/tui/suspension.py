"""Leave the terminal to the shell for a while, as Ctrl+Z does elsewhere; `fg` comes back."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from textual.app import App

ASKS = "A round is on its way: suspended, it stands still, and may be cut off."
ANSWERS = {"z": "suspend all the same"}


def why_not(app: App[Any]) -> str:
    """Why nothing can be suspended here; empty where it can."""
    driver = app._driver
    if sys.platform == "win32":
        return "Windows has no shell that would bring workbench back, so it stays."
    if driver is None or not driver.can_suspend:
        return "There is no shell to go to here, so workbench stays."
    if os.getpgrp() == os.getsid(0):  # a shell with jobs gives each of them a group of its own
        return "workbench was not started by a shell that could bring it back, so it stays."
    return ""


def suspend(app: App[Any]) -> None:
    """Stop, with all that was started as one job with us, until the shell says to go on."""
    app.app_suspend_signal.publish(app)
    # Textual's driver hears it, gives the terminal back, stops us, and takes it again after that.
    # Whoever started us, as `uv run` does, stops as well: else the shell would wait for it.
    os.killpg(os.getpgrp(), signal.SIGTSTP)
