"""A variant that is to become the base of its file: the diff first, then the file, then git."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.editor_acts import TEXT_ACTS
from workbench.tui.results.table import Sheet, sheet_of
from workbench.workbench.promotion import Promotion, file_of, promoted
from workbench.workbench.saved import SavedRound, Session, stem_of

if TYPE_CHECKING:
    from workbench.run import Run
    from workbench.tui.desk import Desk

Undo = Callable[[], Coroutine[Any, Any, None]]
_WRITE, _COMMIT, _TAKE = "w", "c", "t"


class Promoting:
    """Asks, with the diff; writes nothing before yes.

    Args:
        desk: Has the files.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._app = desk, desk.app

    async def of_pane(self, run: Run, _: SavedRound | None) -> None:
        """Promote the variant of a run of the round that was sent last."""
        try:
            sheet = self._desk.rounds.sheet_with(run)
            await self.promote(sheet or self._desk.rounds.sheet, run)
        except WorkbenchError as error:
            self._app.tell(error)

    async def of_saved(self, session: Session, run_id: str) -> None:
        """Promote the variant of a run of a session, by what all its rounds have shown."""
        try:
            sheet = await asyncio.to_thread(sheet_of, session, session.rounds, "")
            runs = [run for saved in session.rounds for run in saved.runs]
            if not (its := [run for run in runs if run.run_id == run_id]):
                self._app.notify(f"This pane is of another session: {key_of('sessions')} lists it.")
                return
            await self.promote(sheet, its[0])
        except WorkbenchError as error:
            self._app.tell(error)

    async def promote(self, sheet: Sheet, run: Run) -> Undo | None:
        """Promote the variant of a run on a sheet.

        Returns:
            What takes it back; None where nothing was done.

        Raises:
            WorkbenchError: It cannot be done; the file is as it was.
        """
        files, folder = self._desk.files, self._desk.bench.folder
        if (info := sheet.infos.get(run.round_id)) is None:
            raise WorkbenchError(
                f"{plain(run.variant)} was not sent yet: nothing speaks for it",
                hint=f"{key_of('run')} sends it.",
            )
        results = sheet.tried(info.prompt)
        if run.variant not in results.variants:
            self._app.notify(f"No answer speaks for it yet: {key_of('run')} gets one.")
            return None
        path = file_of(info, folder)
        name = stem_of(sheet.path) if sheet.path is not None else ""
        unsaved = {**files.buffers.unsaved, path: files.text_of(path)}
        found = await asyncio.to_thread(
            partial(
                promoted,
                info,
                results,
                run.variant,
                folder,
                session=name,
                unsaved=unsaved,
                voted=partial(sheet.reviews, prompt=info.prompt),
            )
        )
        dirty = path in files.buffers.unsaved
        tracked = await asyncio.to_thread(lambda: found.tracked)
        commits = tracked and not dirty and await asyncio.to_thread(lambda: found.commits)
        shown = _shown(found, run, dirty=dirty, tracked=tracked, commits=commits)
        answer = await self._app.push_screen_wait(shown)
        return await self._put(found, answer) if answer else None

    async def _put(self, found: Promotion, answer: str) -> Undo | None:
        files, path = self._desk.files, found.path
        if files.text_of(path) != found.before:
            problem = f"{path.name} has changed while the diff was shown: nothing was written"
            raise WorkbenchError(problem, hint="Look at it again.")
        if not files.shown_in(path):
            self._desk.open_prompt(path)  # where it can be undone, and gone on with
        saved = await files.put(path, found.after, save=answer != _TAKE)
        words = f"{path.name} has it as its base" + (
            f": unsaved, {key_of('save')} saves it." if not saved else " now."
        )
        self._app.notify(f"{words} Undo ({_undo()}) in its editor takes it back.", markup=False)
        committed = saved and answer == _COMMIT and await self._committed(found)
        return partial(self._take_back, found, saved=saved, committed=committed)

    async def _committed(self, found: Promotion) -> bool:
        """Commit it; whether git did. The file is written all the same."""
        try:
            commit = await asyncio.to_thread(found.commit)
        except WorkbenchError as error:
            self._app.tell(error)
            return False
        self._app.notify(plain(f"Committed: {commit}"), markup=False)
        return True

    async def _take_back(self, found: Promotion, *, saved: bool, committed: bool) -> None:
        files, path = self._desk.files, found.path
        if files.text_of(path) != found.after:
            problem = f"{path.name} has been changed since it was promoted"
            hint = f"Undo ({_undo()}) in its editor goes back step by step."
            raise WorkbenchError(problem, hint=hint)
        await files.put(path, found.before, save=saved)
        stays = " The commit stays; git revert takes it back, too." if committed else ""
        self._app.notify(f"{path.name} is as it was before.{stays}", markup=False)


def _undo() -> str:
    return next(act.shown_key for act in TEXT_ACTS if act.name == "undo")


def _shown(found: Promotion, run: Run, *, dirty: bool, tracked: bool, commits: bool) -> DiffScreen:
    """The question, with all that it takes to answer it."""
    name = found.path.name
    above = [f"Careful: {found.doubt}."] if found.doubt else []
    if found.moved_on:
        above.append(f"{name} has changed since that round: look twice.")
    below = []
    if commits:
        below.append(f"The commit's message:\n{found.message}")
    elif tracked and not dirty:
        below.append(f"No commit is offered: {name} has changes that git does not have yet.")
    if dirty:
        answers = {_TAKE: "take it into the editor, beside what is unsaved there"}
    else:
        answers = {_WRITE: f"write {name}"}
    if commits:
        answers[_COMMIT] = "write it and commit it, with this message"
    title = f"promote {run.variant} to the base of {name}"
    return DiffScreen(
        title,
        found.diff,
        answers=answers,
        above=plain("\n".join(above)),
        below=plain("\n\n".join(below)),
    )
