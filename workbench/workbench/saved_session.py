"""A saved session from Python: what `workbench sessions` does with one, and its replay.

>>> import workbench as wb
>>> session = wb.sessions("name:triage", folder="sessions")[0]
>>> session, session.about.tags, session.notes
(<session example-triage>, (), ())
>>> session.rounds[0].compare()["base"]["runs"]
1
>>> fork = session.fork("r1-2")  # `fork.write("again")` makes a folder of it
>>> fork.variant, sorted(fork.files)
('terse', ['triage-terse.system.yaml', 'triage.prompt.yaml', 'triage.system.yaml'])
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from workbench.errors import SessionError, SettingsError
from workbench.sessions.content import stem_of
from workbench.sessions.replay import read_moment
from workbench.sessions.replay import replay as replayed
from workbench.sessions.session import SavedRound, Session, read_session
from workbench.sessions.shelf import SessionSummary, find_session, summary_of
from workbench.workbench.background import begun
from workbench.workbench.bench import Workbench, sessions_beside
from workbench.workbench.grading import results_of
from workbench.workbench.resume import as_one
from workbench.workbench.reviews import chains, reviews_of
from workbench.workbench.round import Comparison, Round
from workbench.workbench.standings import as_json, baseline_of
from workbench.workbench.underway import Underway

if TYPE_CHECKING:
    from workbench.documents.prompt import Prompt
    from workbench.sessions.about import About
    from workbench.sessions.fork import Fork
    from workbench.sessions.verify import Findings
    from workbench.workbench.export import Form


class SavedSession:
    """A saved session: its rounds, as they ended, and what may be done with it.

    Args:
        path: Its file. It is read when it is looked at.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: Session | None = None

    @property
    def name(self) -> str:
        """What it is called, as `replay` takes it."""
        return stem_of(self.path)

    @property
    def saved(self) -> Session:
        """The file, read.

        Raises:
            SessionError: It cannot be.
        """
        if self._read is None:
            self._read = read_session(self.path)
        return self._read

    @property
    def rounds(self) -> tuple[Round, ...]:
        """Its rounds in their order."""
        return tuple(_ended(self.saved, one) for one in self.saved.rounds)

    def compare(self, baseline: str = "", *, seed: int = 0) -> Comparison:
        """Its variants held against one of them, the first where none is named, over all rounds.

        Also by what people and judges have voted on pairs.

        Raises:
            SettingsError: It has no such variant.
        """
        results = results_of(self.saved)
        first = baseline_of(results, baseline, self.path.name)
        reviews = reviews_of(self.saved, first, results.variants)
        return Comparison(tuple(as_json(results, first, seed, reviews)))

    @property
    def summary(self) -> SessionSummary:
        """When it began, models, providers, how many runs, bytes, whether a run is cut; as now."""
        return summary_of(self.path)

    @property
    def about(self) -> About:
        """Its title, tags and note, and whether it is archived."""
        return self.saved.about

    @property
    def notes(self) -> tuple[str, ...]:
        """A line each on what is damaged, cut, redacted or imported."""
        return tuple(self.saved.notes)

    def say(
        self,
        *,
        title: str | None = None,
        tags: Sequence[str] | None = None,
        note: str | None = None,
        archived: bool | None = None,
        pinned: bool | None = None,
        run: str | None = None,
        rating: int | None = None,
        good: bool | None = None,
        unrate: bool = False,
    ) -> None:
        """Say something about it, in its own file; what is None stays as it is.

        Args:
            title: What to call it.
            tags: All its tags, a word each.
            note: Anything else.
            archived: Whether lists leave it out.
            pinned: Whether it stands before all others in them.
            run: The id of a run or round that is meant instead.
            rating: What you think of the run's answer, 1 to 5.
            good: Whether you let it pass, whatever its checks say.
            unrate: Take back first what was said by `rating` and `good`.

        Raises:
            SessionError: It has no such run, a rating is none or of no run, the file cannot be
                written, or another program is writing it.
        """
        from workbench.sessions.about import annotate
        from workbench.sessions.fork import meant
        from workbench.workbench.library import say, words_of

        told = {"title": title, "tags": tags, "note": note, "archived": archived}
        rated = {"pinned": pinned, "rating": rating, "good": good}
        said = words_of({**told, **rated}, unrate=unrate)
        named = None if run is None else meant(read_session(self.path), run)[1]
        if named is None and not {"rating", "good"}.isdisjoint(said):
            raise SessionError("no run is named to rate", hint='Name one by its id: run="r1-1".')
        if (writer := self._writer()) is None:
            annotate(self.path, said, of=run)
        else:
            begun(say(writer, self.path, said, of=run)).result()
        self._read = None

    def trash(self) -> None:
        """Throw it away; `restore` brings it back.

        Raises:
            SessionError: It is being written, or cannot be moved.
        """
        from workbench.sessions.trash import trash
        from workbench.workbench.library import throw_away

        if (writer := self._writer()) is None:
            self.path = trash(self.path)
        else:
            self.path = begun(throw_away(writer, self.path)).result()

    def restore(self) -> None:
        """Take it back out of the trash.

        Raises:
            SessionError: It is not there, or cannot be moved.
        """
        from workbench.sessions.trash import restore

        self.path = restore(self.path.parent.parent, self.path.name)

    def fork(self, of: str = "") -> Fork:
        """The documents of a round or run, by its id, as they were; of the last round where empty.

        `differences(folder)` of it is what that folder has now against what there was then,
        `write(folder)` makes a new folder of prompts, which `wb.open` opens.

        Raises:
            SessionError: There is none such, nothing was saved with it, or it is redacted.
        """
        from workbench.sessions.fork import forked

        return forked(self.saved, of)

    def go_on(
        self, run: str = "", *, turns: int | None = None, model: str = "", provider: str = ""
    ) -> Fork:
        """A prompt that goes on with a run's conversation, its answer included; `said` of it tells.

        Args:
            run: The run's id; may be empty where the last round has only one.
            turns: Keeps so many messages; all where None.
            model: Goes on with this model instead.
            provider: Goes on at this provider; where it was, where empty.

        Raises:
            SessionError: There is no such run, or not so many messages.
            SettingsError: No such provider.
        """
        from workbench.sessions.continued import continued, conversation_of
        from workbench.workbench.continuing import target_for

        conversation = conversation_of(self.saved, run)
        return continued(conversation, target_for(conversation, provider, model), turns=turns)

    def export(
        self,
        to: str | Path,
        *,
        form: Form | None = None,
        rounds: Sequence[str] = (),
        runs: Sequence[str] = (),
        redact: Sequence[str] = (),
        redact_tools: bool = False,
        size: tuple[int, int] | None = None,
        force: bool = False,
    ) -> Path:
        """Write it as a file for others; where that is.

        Args:
            to: The new file, or a folder to write one in, named after the session.
            form: md, csv, jsonl, html (replays by itself) or cast (asciinema); by `to` where None.
            rounds: Ids of rounds; all where empty.
            runs: Ids of runs; all where empty.
            redact: Variables whose values are masked wherever they stand.
            redact_tools: Whether what tools were given and gave is masked.
            size: Columns and lines of the screen that a cast records; what fits where None.
            force: Whether a file that is there is replaced.

        Raises:
            SessionError: There is no such round, run or variable, or it cannot be written.
            SettingsError: Nobody knows which form is meant, or the size is none.
        """
        from workbench.workbench.export import Wanted, export_to, form_of

        to = Path(to)
        if form is None and to.is_dir():
            raise SettingsError(f"{to} is a folder: which form?", hint='Say form="html", "md" …')
        wanted = Wanted(
            form or form_of(to),
            several(rounds),
            several(runs),
            several(redact),
            redact_tools,
            size,
        )
        return export_to(self.saved, to, wanted, force=force)

    def verify(self) -> Findings:
        """Whether every line of its file is whole: `sound`, and `notes` on what is not.

        Raises:
            SessionError: It cannot be read, or is no session any more.
        """
        from workbench.sessions.verify import verify

        return verify(self.path)

    def repair(self) -> Path | None:
        """Keep what is whole, in a new file of the same name.

        Returns:
            Where the damaged one is: in the trash. None where nothing was wrong.

        Raises:
            SessionError: It is no session, or the new file cannot be written. Nothing is lost.
        """
        from workbench.sessions.verify import repair

        self.path, damaged = repair(self.path)
        self._read = None
        return damaged

    def saved_round(self, round: str | None = None, runs: Sequence[str] = ()) -> SavedRound:
        """The round of this id; else that of one of these runs, else the last.

        Raises:
            SessionError: There is none.
        """
        rounds = self.saved.rounds
        if round is not None:
            rounds = tuple(one for one in rounds if one.info.round_id == round)
        elif runs:
            rounds = tuple(one for one in rounds if any(r.run_id in runs for r in one.runs))
        if not rounds:
            known = ", ".join(one.info.round_id for one in self.saved.rounds)
            problem = f"{self.path.name} has no such round{' or run' * bool(runs)}"
            raise SessionError(problem, hint=f"Its rounds: {known or 'none'}")
        return rounds[-1]

    def _writer(self) -> Workbench | None:
        """The workbench of ours that is writing it; None where none is."""
        return next((bench for bench in list(benches) if bench.writer_of(self.path)), None)

    def __repr__(self) -> str:
        return f"<session {self.name}>"


benches: WeakSet[Workbench] = WeakSet()
"""Those that are open here: what is said of a session goes by way of the one that writes it."""


def sessions(
    words: str = "",
    *,
    folder: str | Path | None = None,
    archived: bool = False,
    limit: int | None = None,
) -> list[SavedSession]:
    """The saved sessions in a folder, pinned ones first, then newest; with words, what fits.

    Args:
        words: As `workbench sessions list` takes them: words, `model:…`, `since:…`, `is:cut` …
        folder: The folder of sessions; that of `./prompts` where None.
        archived: Whether those that are archived are among them.
        limit: How many at most.

    Raises:
        SessionError: Something in the words cannot be what is meant.

    >>> import workbench as wb
    >>> wb.sessions("model:haiku tent", folder="sessions")[0]
    <session example-triage>
    """
    return found(_folder(folder), words, archived, limit)


def found(folder: Path, words: str, archived: bool, limit: int | None) -> list[SavedSession]:
    """As `sessions`, in this folder."""
    from workbench.sessions.index import Library
    from workbench.sessions.query import Query

    query = Query.read(words)
    if query.doubt is not None:
        raise SessionError(query.doubt.problem, hint=query.doubt.hint)
    with Library(folder) as library:
        entries = library.entries(query, limit=limit, archived=archived)
        return [SavedSession(entry.summary.path) for entry in entries]


def session(word: str | Path = "last", *, folder: str | Path | None = None) -> SavedSession:
    """One saved session.

    Args:
        word: A path, a file's name or its start, or `last`.
        folder: The folder of sessions; that of `./prompts` where None.

    Raises:
        SessionError: There is none such, or more than one.
    """
    return saved_session(word, _folder(folder))


def saved_session(which: str | Path | SavedSession, folder: Path) -> SavedSession:
    """The same, of one that may be at hand already."""
    if isinstance(which, SavedSession):
        return which
    return SavedSession(find_session(folder, str(which)))


def restore(name: str = "", *, folder: str | Path | None = None) -> SavedSession:
    """Take a session back out of the trash: of this name, or its start; the last where empty.

    Raises:
        SessionError: There is none such, or more than one; or it cannot be moved.
    """
    from workbench.sessions.trash import restore

    return SavedSession(restore(_folder(folder), name))


def import_sessions(
    file: str | Path, *, folder: str | Path | None = None
) -> tuple[SavedSession, ...]:
    """Make sessions of a logs.db of `llm`, or of what `promptfoo eval -o FILE.json` wrote.

    What was imported before is not imported again.

    Args:
        file: The file; it is left as it is.
        folder: The folder of sessions; that of `./prompts` where None.

    Returns:
        The new sessions.

    Raises:
        SessionError: It cannot be read, is neither of the two, or a session cannot be written.
    """
    from workbench.workbench.library import take_in

    return tuple(map(SavedSession, take_in(Path(file), _folder(folder))))


def replay(
    session: str | Path | SavedSession,
    *,
    round: str | None = None,
    speed: float = 1.0,
    start: float | str = 0.0,
    folder: str | Path | None = None,
) -> Underway:
    """Show a saved round again, as it happened. Needs no network and no key.

    Args:
        session: A path, a file's name or its start, or `last`.
        round: Which of its rounds; the last where None.
        speed: 2 is twice as fast; 0 is at once.
        start: The moment to begin at, in seconds or as "1:02.5"; what was before comes at once.
        folder: The folder of sessions; that of `./prompts` where None.

    Raises:
        SessionError: There is no such session or round.
        SettingsError: That is no speed, or no moment.

    >>> import workbench as wb
    >>> again = wb.replay("example-triage", speed=0, folder="sessions").wait()
    >>> [run.variant for run in again]
    ['base', 'terse', 'warm']
    """
    if not speed >= 0:
        raise SettingsError(f"a replay cannot go at speed {speed}", hint="2 is twice as fast.")
    from_s = read_moment(start) if isinstance(start, str) else start
    one = saved_session(session, _folder(folder))
    read, saved = one.saved, one.saved_round(round)

    async def work(going: Underway) -> Round:
        task = asyncio.current_task()
        assert task is not None

        def stop() -> None:
            task.cancel()

        going.began({run.run_id: run for run in saved.runs}, lambda _: stop())
        with suppress(asyncio.CancelledError):  # no more is shown; what was saved is all there
            async for event in replayed(saved.events, speed=speed, from_s=from_s):
                going.happened(event)
        return _ended(read, saved)

    return Underway(saved.runs, work)


def several(names: Any) -> tuple[str, ...]:
    """One name, or several."""
    return (names,) if isinstance(names, str) else tuple(map(str, names))


def require_known(given: Mapping[str, Any], known: type, act: str) -> None:
    """Raises a TypeError, as Python does, for an argument by a name that nobody reads."""
    for name in given:
        if name not in known.__annotations__:
            raise TypeError(f"{act}() got an unexpected keyword argument {name!r}")


def resumed(path: Path) -> Round:
    """The last round of a session, whole: with the one that it completes."""
    session = read_session(path)
    *_, chain = chains(session.rounds)
    return _ended(session, *chain)


def prompt_of(session: Session, folder: Path) -> Prompt | None:
    """The prompt of a session's last round, from this folder; None where it is not there."""
    from workbench.documents.prompt import load_prompt

    name = session.rounds[-1].info.prompt if session.rounds else ""
    path = (folder / name).absolute()
    return load_prompt(path, force=True) if name and path.is_file() else None


def _ended(session: Session, *chain: SavedRound) -> Round:
    results = results_of(session, chain)
    entries = (
        entry
        for case in results.cases
        for variant in results.variants
        for entry in results.cell(case, variant).entries
    )
    grades = {entry.run.run_id: entry.grade for entry in entries if entry.grade.results}
    prompt = chain[0].info.prompt
    return Round(tuple(as_one(chain)), grades, session.path, prompt, replayed=True)


def _folder(folder: str | Path | None) -> Path:
    return sessions_beside(Path("prompts")) if folder is None else Path(folder)


class _Sessions(ModuleType):
    """`wb.sessions` is the room of sessions and, called, the sessions that are saved."""

    __call__ = staticmethod(sessions)


sys.modules["workbench.sessions"].__class__ = _Sessions
