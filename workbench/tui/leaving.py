"""Before leaving: what would be lost is asked about, and nothing else."""

from __future__ import annotations

from textual.app import App

from workbench.tui.acts import key_of
from workbench.tui.choice import Choice
from workbench.tui.files import Files
from workbench.tui.rounds import Rounds

_UNSAVED = {"s": "save and leave", "d": "drop the changes and leave"}
_UNDER_WAY = {"c": "cancel it, keep what has come, and leave"}


async def may_leave(app: App[None], files: Files, rounds: Rounds) -> bool:
    """Whether the user stands by it: with unsaved changes, and in mid-round."""
    files.catch_up()
    files.autosave()
    if unsaved := files.buffers.unsaved:
        names = ", ".join(path.name for path in unsaved)
        answer = await app.push_screen_wait(Choice(f"Unsaved: {names}", _UNSAVED))
        if answer not in _UNSAVED or (answer == "s" and not await _saved(app, files)):
            return False
    if not rounds.answering:
        return True
    answer = await app.push_screen_wait(Choice("A round is on its way.", _UNDER_WAY))
    return answer in _UNDER_WAY


async def _saved(app: App[None], files: Files) -> bool:
    """Whether all is written as it stood; where the disk's was taken, undo has the user's yet."""
    ours = files.buffers.unsaved
    if not await files.save_all():
        return False
    taken = [path.name for path, text in ours.items() if files.buffers[path].text != text]
    if taken:
        words = f"Your text of {', '.join(taken)} is an undo away: {key_of('quit')} again leaves."
        app.notify(words, severity="warning", markup=False)
    return not taken
