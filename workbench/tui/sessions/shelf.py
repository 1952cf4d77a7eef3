"""The shelf: does what the sessions screen wants, by way of the door."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import SessionError, WorkbenchError
from workbench.telling.plain import plain
from workbench.tui import heap
from workbench.tui.ask import Ask
from workbench.tui.choice import Choice
from workbench.tui.latest import Latest
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.sessions.about_screen import AboutScreen
from workbench.tui.sessions.export_screen import Answer, ExportScreen
from workbench.tui.sessions.preview import Seen
from workbench.tui.sessions.sessions_screen import SessionsScreen
from workbench.workbench.bench import Workbench
from workbench.workbench.export import Wanted as Export
from workbench.workbench.export import export_to, form_of
from workbench.workbench.library import (
    About,
    Entries,
    Entry,
    Library,
    Query,
    repair,
    restore,
    say,
    take_in,
    throw_away,
    verify,
)
from workbench.workbench.saved import Session, read_session, stem_of

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp

_BIT_S = 0.3
Act = Callable[[Entry, str], Awaitable[None]]
Undo = Callable[[], Awaitable[Path]]
"""Undoes an act; gives the file of its session."""


class Shelf:
    """What is done while the sessions screen is open.

    Args:
        app: Runs what takes time, and asks the user.
        bench: Whose sessions they are.
        library: The sessions.
        under_way: Whether a round is on its way.
    """

    def __init__(
        self,
        app: WorkbenchApp,
        bench: Workbench,
        library: Library,
        under_way: Callable[[], bool],
    ) -> None:
        self._app, self._bench, self._library = app, bench, library
        self._under_way = under_way
        self.screen = SessionsScreen(library.folder)
        self._found = Latest(self._find, self._show_found)
        self._seen = Latest(self._look, lambda _, seen: self.screen.show_seen(seen))
        self._stale, self._listed = asyncio.Event(), asyncio.Event()
        self._left = -1  # how many sessions are still to be read; -1 while nobody knows
        self._wanted: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._undoing: list[tuple[str, Undo]] = []
        self.does: Mapping[str, Act] = {
            "replay": self._replay,
            "results": self._results,
            "review": self._review,
            "resume": self._resume,
            "describe": self._describe,
            "archive": self._archive,
            "pin_session": self._pin,
            "export": self._export,
            "trash": self._throw_away,
            "verify": self._verify,
        }
        """What is done with the chosen session for an act, by its name."""

    async def work(self) -> None:
        """Show the screen, and do what it wants until the user leaves it."""
        async with asyncio.TaskGroup() as group:
            doing = (self._found.work(), self._seen.work(), self._keep_up(), self._do_acts())
            tasks = [group.create_task(work, name="sessions") for work in doing]
            await self._app.push_screen_wait(self.screen)
            for task in tasks:
                task.cancel()

    def do(self, act: str, field: str = "title") -> None:
        """Do an act by its name, or look for something: `find`, `look`, `refresh`."""
        if act == "find":
            self._ask_find()
        elif act == "look":
            self._ask_look()
        elif act == "refresh":
            self._ask_find()
            self._stale.set()
        else:
            self._wanted.put_nowait((act, field))

    def leave(self) -> None:
        """Back to the workbench, where the screen is in front."""
        if self._app.screen is self.screen:
            self.screen.dismiss()

    # Looking

    def _ask_find(self) -> None:
        self._found.ask((self.screen.words, self._left))

    def _find(self, asked: tuple[str, int]) -> tuple[Entries, Query, frozenset[Path]]:
        words, _ = asked
        query = Query.read(words)
        found = self._library.known(query, archived=bool(words.strip()))
        return found, query, found.under_way()

    def _show_found(
        self, asked: tuple[str, int], found: tuple[Entries, Query, frozenset[Path]]
    ) -> None:
        entries, query, under_way = found
        journal = self._bench.journal
        if journal is not None and journal.path is not None and self._under_way():
            under_way |= {journal.path}
        self.screen.show_found(entries, query, reading=asked[1], under_way=under_way)
        if self.screen.chosen is not None or self.screen.reading == 0:
            self._listed.set()
        self._ask_look()

    def _ask_look(self) -> None:
        if (entry := self.screen.chosen) is None:
            self.screen.show_seen(None)
        else:
            self._seen.ask((entry, self.screen.words))

    def _look(self, asked: tuple[Entry, str]) -> Seen:
        entry, words = asked
        snippet = self._library.snippet(entry, Query.read(words))
        return Seen(entry, self._library.gist(entry), snippet)

    async def _keep_up(self) -> None:
        """Take up what has changed on disk, bit by bit, and show it."""
        while True:
            await self._stale.wait()
            self._stale.clear()
            left = 1
            while left:
                left = self._left = await asyncio.to_thread(self._library.refresh, _BIT_S)
                self._ask_find()
            await asyncio.to_thread(heap.give_back)

    # Acts

    async def _do_acts(self) -> None:
        """One after the other, each on the session that is chosen when its turn comes.

        Its turn comes once what was typed before it has been found.
        """
        while True:
            act, field = await self._wanted.get()
            await self._listed.wait()
            await self._found.answered()
            try:
                if act == "bring_back":
                    await self._undo()
                elif act == "import":
                    await self._import()
                elif (entry := self.screen.chosen) is not None:
                    await self.does[act](entry, field)
            except WorkbenchError as error:
                self._app.tell(error)

    async def _done(self, path: Path, words: str = "", undo: Undo | None = None) -> None:
        """Show what an act has made of a session's file."""
        if undo is not None:
            self._undoing.append((words, undo))
        self.screen.undoes = self._undoing[-1][0] if self._undoing else ""
        await asyncio.to_thread(self._library.look_at, path)
        self._ask_find()  # in its turn: an older answer still on its way must not come after it
        await self._found.answered()

    async def _undo(self) -> None:
        """Undo the last act of this sitting; without one, bring back what is in the trash."""
        undo: Undo = partial(asyncio.to_thread, restore, self._library.folder)
        if self._undoing:
            _, undo = self._undoing.pop()
        path = await undo()
        await self._done(path)
        self.screen.list.choose(path)

    async def _read(self, entry: Entry) -> Session:
        self.screen.busy = f"opening {_called(entry)} …"
        try:
            return await asyncio.to_thread(read_session, entry.summary.path)
        finally:
            self.screen.busy = ""

    async def _results(self, entry: Entry, _: str) -> None:
        session = await self._read(entry)
        if self._app.desk is not None:
            self._app.desk.show_results(partial(self._app.desk.results.show_saved, session))

    async def _review(self, entry: Entry, _: str) -> None:
        session = await self._read(entry)
        if self._app.desk is not None:
            self._app.desk.show_review(partial(self._app.desk.reviews.show_saved, session))

    async def _resume(self, entry: Entry, _: str) -> None:
        if self._app.desk is not None:
            self._app.desk.sending.resume(entry.summary.path)

    async def _replay(self, entry: Entry, _: str) -> None:
        path, session = entry.summary.path, await self._read(entry)
        for note in session.notes[:3]:
            self._app.notify(plain(f"{path.name}: {note}"), severity="warning", markup=False)
        if session.rounds:
            await self._app.push_screen(ReplayScreen(session))
        else:
            words = plain(f"{path.name} has no round to replay.")
            self._app.notify(words, severity="warning", markup=False)

    async def _describe(self, entry: Entry, field: str) -> None:
        before = entry.summary.about
        dialog = AboutScreen(entry.summary.name, before, field)
        about = await self._app.push_screen_wait(dialog)
        if about is not None and about != before:
            await self._say(entry, about, f"{_called(entry)}: saved what is said of it.")

    async def _archive(self, entry: Entry, _: str) -> None:
        before = entry.summary.about
        words = (
            f"{_called(entry)} is in the list again."
            if before.archived
            else f"{_called(entry)} is archived; is:archived finds it."
        )
        await self._say(entry, replace(before, archived=not before.archived), words)

    async def _pin(self, entry: Entry, _: str) -> None:
        before = entry.summary.about
        stands = (
            "is no longer pinned" if before.pinned else "is pinned: it stands before all others"
        )
        words = f"{_called(entry)} {stands}."
        await self._say(entry, replace(before, pinned=not before.pinned), words)

    async def _say(self, entry: Entry, about: About, words: str) -> None:
        path, before = entry.summary.path, entry.summary.about
        then, now = asdict(before), asdict(about)
        changed = [name for name in now if now[name] != then[name]]

        async def back() -> Path:
            await say(self._bench, path, {name: then[name] for name in changed})
            return path

        await say(self._bench, path, {name: now[name] for name in changed})
        await self._done(path, words, back)

    async def _throw_away(self, entry: Entry, _: str) -> None:
        path = entry.summary.path
        thrown = await throw_away(self._bench, path)
        back = partial(asyncio.to_thread, restore, self._library.folder, thrown.name)
        await self._done(path, f"{_called(entry)} is in the trash.", back)

    async def _verify(self, entry: Entry, _: str) -> None:
        """Say whether a session's file is whole; where it is not, ask whether to repair it."""
        path, name = entry.summary.path, _called(entry)
        findings = await asyncio.to_thread(verify, path)
        told = "\n".join(findings.notes)
        if findings.sound:
            words = f"{name}: every line of its file is whole.\n{told}".rstrip()
            self._app.notify(plain(words), markup=False)
            return
        answers = {"r": "keep what is whole; the damaged file goes to the trash"}
        if await self._app.push_screen_wait(Choice(plain(f"{name}\n{told}"), answers)):
            whole, damaged = await asyncio.to_thread(repair, path)
            await self._done(whole)
            words = f"{name} is repaired.\nThe damaged file: {damaged}"
            self._app.notify(plain(words), markup=False)

    async def _import(self) -> None:
        """Make sessions of another program's file."""
        question = "A logs.db of llm, or what `promptfoo eval -o FILE.json` wrote"
        file = await self._app.push_screen_wait(Ask("import", question, "", _file_of))
        if file is None:
            return
        self.screen.busy = f"importing {plain(file)} …"
        try:
            new = await asyncio.to_thread(take_in, _file_of(file), self._library.folder)
        finally:
            self.screen.busy = ""

        async def back() -> Path:
            for path in new:
                await throw_away(self._bench, path)
                await asyncio.to_thread(self._library.look_at, path)
            return new[-1]

        if new:
            words = f"{len(new)} session{'s' * (len(new) != 1)} imported."
            for path in new[:-1]:
                await asyncio.to_thread(self._library.look_at, path)
            await self._done(new[-1], words, back)
            self.screen.list.choose(new[-1])
        else:
            self._app.notify("Nothing new is in it.", markup=False)

    async def _export(self, entry: Entry, _: str) -> None:
        """Ask for a file until one can be written, or the user backs out."""
        path = entry.summary.path
        answer, problem = Answer(f"{stem_of(path)}.html"), ""
        while True:
            dialog = ExportScreen(_called(entry), answer, problem)
            given = await self._app.push_screen_wait(dialog)
            if given is None:
                return
            answer, problem = given, ""
            try:
                if await self._written(path, answer):
                    return
            except WorkbenchError as error:
                problem = plain(f"{error.problem}. {error.hint}")

    async def _written(self, path: Path, answer: Answer) -> bool:
        """Write an export; False where the user will not have a file replaced."""
        target = _path_of(answer.file)
        wanted = Export(form_of(target), redact=answer.masked, redact_tools=answer.tools)
        taken = await asyncio.to_thread(target.is_file)
        if taken:
            question = plain(f"{target} is there already.")
            if not await self._app.push_screen_wait(Choice(question, {"r": "replace it"})):
                return False
        session = await asyncio.to_thread(read_session, path)
        written = await asyncio.to_thread(export_to, session, target, wanted, force=taken)
        masked = ", ".join((*answer.masked, *["what tools were given and gave"] * answer.tools))
        words = f"Written: {written}" + f"\nMasked: {masked}" * bool(masked)
        self._app.notify(plain(words), markup=False)
        return True


def _file_of(typed: str) -> Path:
    """The file that is meant.

    Raises:
        SessionError: There is none.
    """
    path = _path_of(typed.strip())
    if not path.is_file():
        raise SessionError(f"{path} is no file", hint="`llm logs path` says where llm has its own.")
    return path


def _path_of(typed: str) -> Path:
    return Path(typed).expanduser().absolute()


def _called(entry: Entry) -> str:
    return entry.summary.about.title or stem_of(entry.summary.path)
