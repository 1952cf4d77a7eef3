"""Writes what the results screen shows as a page for others."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import SessionError, WorkbenchError
from workbench.telling.plain import plain
from workbench.tui.ask import Ask
from workbench.tui.choice import Choice
from workbench.tui.results.table import Sheet, Table
from workbench.workbench.comparison import comparison
from workbench.workbench.export import write
from workbench.workbench.saved import stem_of

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp

_QUESTION = "A file for the comparison: a page that any browser shows, with every answer."


async def export(app: WorkbenchApp, sheet: Sheet) -> None:
    """Ask for a file until the page can be written, or the user backs out."""
    if not sheet.entries:
        app.notify("There is no answer yet, so nothing to export.")
        return
    name = stem_of(sheet.path) if sheet.path is not None else "comparison"
    answer = f"{name}.compare.html"
    while True:
        typed = await app.push_screen_wait(Ask("export", _QUESTION, answer, _require_folder))
        if typed is None:
            return
        answer, path = typed, _path_of(typed)
        taken = await asyncio.to_thread(path.is_file)
        question = plain(f"{path} is there already.")
        if taken and not await app.push_screen_wait(Choice(question, {"r": "replace it"})):
            continue
        try:
            still = replace(sheet, entries=dict(sheet.entries), abouts=dict(sheet.abouts))
            await asyncio.to_thread(_write, still, path, force=taken)
        except WorkbenchError as error:
            app.tell(error)
        else:
            app.notify(plain(f"Written: {path}"), markup=False)
            return


def _write(sheet: Sheet, path: Path, *, force: bool) -> None:
    table = Table(sheet)
    results, names = table.results, table.results.variants
    page = comparison(
        results,
        sheet.title,
        over=table.ended == table.of,
        reviews=sheet.reviews(names[0], names[1:]),
        abouts=sheet.abouts,
        request_of=sheet.request_of,
    )
    write(page, path, force=force)


def _require_folder(typed: str) -> None:
    """Refuse what can be no file.

    Raises:
        SessionError: Nothing is typed, it is a folder, or its folder is not there.
    """
    path = _path_of(typed)
    if not typed.strip() or path.is_dir():
        raise SessionError("that names no file", hint="Type a name that ends in .html.")
    if not path.parent.is_dir():
        raise SessionError(f"there is no folder {path.parent}", hint="Make it, or name another.")


def _path_of(typed: str) -> Path:
    return Path(typed.strip()).expanduser().absolute()
