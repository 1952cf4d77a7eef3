"""Copying: to the terminal (OSC 52) and, where there is one, to the desktop's clipboard.

Promises: says which way it went, and never that it arrived where nobody can know.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress

from textual.widget import Widget

from workbench.telling.plain import plain
from workbench.tui.work import begin

_TOOLS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
    ("", ("clip.exe",)),
)
"""What a tool needs to be set, and how it is called: the text comes on its standard input."""
_PATIENCE_S = 3.0
_TMUX = " In tmux it needs: set -g set-clipboard on"


def desktop_tool(env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The command that copies to this desktop's clipboard; empty where there is none.

    Over ssh, a tool without a display would fill the clipboard of the machine over there.
    """
    for needs, command in _TOOLS:
        here = needs in env if needs else "SSH_CONNECTION" not in env
        if here and (found := shutil.which(command[0])):
            return (found, *command[1:])
    return ()


def copied(widget: Widget, text: str, name: str) -> None:
    """Copy `text`, and say so; `name` is what it is called. Goes on behind the caller's back."""
    if not text:
        widget.notify("There is nothing to copy yet.", markup=False)
        return
    text = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair cannot be sent

    widget.app.copy_to_clipboard(text)
    sent = f"Sent {name} to the terminal's clipboard (OSC 52)." + _TMUX * ("TMUX" in os.environ)
    tool = desktop_tool()

    async def feed() -> None:
        fed = await _fed(tool, text)
        words = f"Copied {name}, by {os.path.basename(tool[0])}." if fed else sent
        widget.notify(plain(words), markup=False)

    if tool:
        begin(widget.app, feed, "copy", exclusive=True)
    else:
        widget.notify(plain(sent), markup=False)


async def _fed(command: Sequence[str], text: str) -> bool:
    """Whether a command took the text."""
    null = asyncio.subprocess.DEVNULL
    try:
        tool = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=null, stderr=null
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await tool.communicate(text.encode("utf-8"))
    except TimeoutError:
        with suppress(ProcessLookupError):
            tool.kill()
        return False
    return tool.returncode == 0
