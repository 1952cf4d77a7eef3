"""A system or tools file for the open prompt: begun beside it, and named in it; all unsaved."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.documents.adopt import BEGINNINGS, adopt
from workbench.errors import WorkbenchError
from workbench.tui.acts import key_of
from workbench.tui.spoken import no_file

if TYPE_CHECKING:
    from workbench.tui.desk import Desk

_SUFFIX = ".prompt"


async def begin(desk: Desk, kind: str) -> None:
    """Show the file of this kind; where the prompt has none, begin one that is named after it."""
    panel = desk.front.panels[kind]
    if panel.path is not None:
        desk.front.go_to(panel)
    elif desk.prompt_path is None:
        desk.app.notify(no_file("prompt"), markup=False)
    else:
        try:
            await _begun(desk, desk.prompt_path, kind)
        except WorkbenchError as error:
            desk.app.tell(error)


async def _begun(desk: Desk, prompt: Path, kind: str) -> None:
    """Begin it, and show it.

    Raises:
        WorkbenchError: The prompt cannot be read, says itself what the file would say, or is laid
            out in a way that only its author can change.
    """
    path = prompt.with_name(f"{prompt.stem.removesuffix(_SUFFIX)}.{kind}.yaml")
    text = adopt(prompt, desk.files.text_of(prompt), kind, path.name)
    if path not in desk.files.buffers and not await asyncio.to_thread(path.exists):
        desk.files.take_up(path, BEGINNINGS[kind])
    await desk.files.put(prompt, text)
    await desk.look_now()
    desk.show_file(path)
    words = f"{path.name} is begun, and named in {prompt.name}: {key_of('save')} saves both."
    desk.app.notify(words, markup=False)
