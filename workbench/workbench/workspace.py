"""The workbench from Python: a folder of prompts, rounds sent from it, sessions saved by it.

    >>> import workbench as wb
    >>> workspace = wb.open("prompts", provider="simulator", save=False, speed=50)
    >>> workspace.names
    ('orders', 'policy', 'triage')
    >>> round = workspace["triage"].run_sync(variants=["base", "terse"], repeat=2)
    >>> [(run.variant, run.repeat, run.end_state) for run in round]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('base', 1, 'complete'), ('base', 2, 'complete'),
     ('terse', 1, 'complete'), ('terse', 2, 'complete')]
    >>> workspace.close()

In a notebook, and in any coroutine, `await workspace["triage"].run(...)`.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from workbench.documents.cases import read_cases
from workbench.documents.expansion import variables_of
from workbench.documents.finding import nearest_hint
from workbench.documents.prompt import Prompt as Document
from workbench.documents.prompt import load_prompt, prompts_in
from workbench.errors import DocumentError, SettingsError, WorkbenchError
from workbench.run import Closed
from workbench.workbench.background import begun
from workbench.workbench.bench import Workbench, open_workbench
from workbench.workbench.foreseen import foreseen, require_welcome
from workbench.workbench.functions import Functions
from workbench.workbench.grading import Grading
from workbench.workbench.plan import Plan, Settings
from workbench.workbench.round import Comparison as Comparison
from workbench.workbench.round import Round
from workbench.workbench.saved_session import SavedSession, found, saved_session, several
from workbench.workbench.underway import Underway

_SUFFIXES = (".prompt.yaml", ".prompt.yml")
_PATIENCE_S = 10.0
_open: WeakSet[Workspace] = WeakSet()

Usd = Decimal | float | str


class Workspace:
    """A folder of prompts with a provider to send them to: `workspace["triage"]` is one of them.

    Made by `wb.open`. The simulator, where it is the provider, runs until the workspace is closed
    or Python ends; all rounds of a workspace are saved to one session. A context manager.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._turn = asyncio.Lock()
        self._going: WeakSet[Underway] = WeakSet()
        _open.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """Where its prompts are."""
        return self._bench.folder

    @property
    def provider(self) -> str:
        """Whom rounds are sent to."""
        return self._bench.endpoint.profile.name

    @property
    def session(self) -> Path | None:
        """The file that its rounds are saved to; None before the first, or where none is."""
        return self._bench.journal.path if self._bench.journal else None

    @property
    def sessions_folder(self) -> Path:
        """Where its sessions are."""
        return self._bench.sessions

    @property
    def names(self) -> tuple[str, ...]:
        """What its prompts are called."""
        return tuple(_name(path) for path in prompts_in(self.folder))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, name: str) -> Prompt:
        """The prompt of that name, as its files are whenever it is run.

        Raises:
            SettingsError: There is none.
        """
        for path in prompts_in(self.folder):
            if name in (_name(path), path.name):
                return Prompt(self, path)
        hint = nearest_hint(name, self.names) if self.names else "There is no prompt in it."
        raise SettingsError(f"{self.folder} has no prompt {name!r}", hint=hint)

    def prompt(self, text: str, *, name: str = "cell", beside: Mapping[str, str] = {}) -> Prompt:
        """A prompt that is no file: YAML as it would stand in one, in this folder.

        Args:
            text: The YAML.
            name: What it is called.
            beside: Other texts that it may include, by their file names.
        """
        path = self.folder / f"{name}{_SUFFIXES[0]}"
        texts = {self.folder / file: other for file, other in beside.items()}
        return Prompt(self, path, {path: text, **texts})

    def sessions(
        self, words: str = "", *, archived: bool = False, limit: int | None = None
    ) -> list[SavedSession]:
        """The saved sessions of this folder, as `wb.sessions` finds them."""
        return found(self._bench.sessions, words, archived, limit, self._bench)

    def rerun(
        self,
        session: str | Path | SavedSession,
        *,
        round: str | None = None,
        runs: Sequence[str] = (),
        model: str | None = None,
        concurrency: int | None = None,
        max_cost: Usd | None = None,
        max_run_cost: Usd | None = None,
        force: bool = False,
    ) -> Underway:
        """Send a saved round again, to this workspace's provider; the requests as they were.

        One that was imported without `max_tokens` is sent with 4,096.

        Args:
            session: A path, a file's name or its start, or `last`.
            round: Which of its rounds; that of `runs`, else the last, where None.
            runs: The ids of the runs to send; all of the round where empty.
            model: Takes the place of every request's own model.
            concurrency: How many runs may be in flight together; as many as then where None.
            max_cost: What the round may cost, in USD.
            max_run_cost: What each of its runs may cost, in USD.
            force: Send even what the provider is known to refuse.

        Raises:
            SessionError: There is no such session, round or run, or a request is not whole in it.
            WorkbenchError: The provider would refuse it, or it is certain to cost more than it may.
        """
        from workbench.workbench.again import Again

        read = saved_session(session, self._bench.sessions)
        saved = read.saved_round(round, runs := several(runs))
        limits = _usd(max_cost, "max_cost"), _usd(max_run_cost, "max_run_cost")
        chosen = Again(runs, model, concurrency, *limits)

        def planned() -> Plan:
            return self._bench.plan_again(saved, read.name, chosen)

        if not force:
            require_welcome(planned(), self.provider)
        return self._send(planned, Functions(self.folder, allowed=False))

    def close(self) -> None:
        """Let go of the session file and of the provider. Rounds on their way are cancelled."""
        if self in _open:
            _open.discard(self)
            for going in list(self._going):
                going.cancel()
            for going in list(self._going):
                with suppress(WorkbenchError):
                    going.wait()
            begun(self._bench.__aexit__(None, None, None)).result(_PATIENCE_S)

    def _send(self, planned: Callable[[], Plan], functions: Functions) -> Underway:
        """Send a round, whose plan is made anew once it is its turn."""
        bench = self._bench

        async def work(going: Underway) -> Round:
            async with self._turn:  # plans are sent in the order of planning
                plan = planned()
                grading = Grading(bench, plan, functions)
                sending = bench.round(plan)
                live = await sending.__aenter__()
            grades = {}
            try:
                going.began({run.run_id: run for run in plan.runs}, live.cancel)
                async for event in live:
                    run = going.happened(event)
                    if run is not None and isinstance(event.what, Closed):
                        grades[run.run_id] = grading.ended(run)
            finally:
                await sending.__aexit__(None, None, None)
            if bench.journal is not None:  # whoever has awaited a round may read its session
                await asyncio.to_thread(bench.journal.flush)
            asked = {run_id: grade for run_id, grade in grades.items() if grade.results}
            return Round(tuple(going.runs), asked, self.session, plan.info.prompt)

        going = Underway(planned().runs, work)
        self._going.add(going)
        return going

    def __repr__(self) -> str:
        return f"<workspace {self.folder}: {', '.join(self.names)}; {self.provider}>"


class Prompt:
    """A prompt of a workspace, to be run.

    Args:
        workspace: Whose it is.
        path: Its file.
        texts: What files say that are not on the disk, by their paths.
    """

    def __init__(self, workspace: Workspace, path: Path, texts: Mapping[Path, str] = {}) -> None:
        self._workspace, self.path, self._texts = workspace, path, texts

    @property
    def name(self) -> str:
        """What it is called."""
        return _name(self.path)

    @property
    def document(self) -> Document:
        """The prompt with all that it includes, read now.

        Raises:
            DocumentError: It cannot be run; says everything that is wrong with it.
        """
        return self._load(force=False)

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of its variants, as its file has them."""
        return tuple(self.document.variants)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of its variables, in the order of their use."""
        return variables_of(self._load(force=True))

    def run(
        self,
        *,
        variants: Sequence[str] = (),
        values: Mapping[str, Any] = {},
        cases: Sequence[str] | bool = (),
        repeat: int = 1,
        model: str | None = None,
        concurrency: int | None = None,
        max_cost: Usd | None = None,
        max_run_cost: Usd | None = None,
        redact: Sequence[str] = (),
        force: bool = False,
        allow_code: bool = False,
    ) -> Underway:
        """Send a round, which begins at once. `await` what is returned for the `Round`.

        Args:
            variants: Only these; all where empty.
            values: What fills the variables; anything that is no text is told by `str`.
            cases: The ids of cases to run, each with every variant; True for all there are.
            repeat: How often each is sent.
            model: Runs every variant on this model instead of its own.
            concurrency: How many runs may be in flight together.
            max_cost: What the round may cost, in USD.
            max_run_cost: What each of its runs may cost, in USD.
            redact: Variables whose values are masked in the session.
            force: Send even what the provider is known to refuse.
            allow_code: Let the prompt's own Python checks run.

        Raises:
            DocumentError: A file is wrong, a value is missing, or the provider would refuse it.
            SettingsError: A name is not known.
            WorkbenchError: It is certain to cost more than it may.
        """
        document = self._load(force=True)
        if repeat < 1:
            raise SettingsError(f"repeat={repeat}: it is sent once at least")
        ids = [case.id for case in read_cases(document)] if cases is True else cases or ()
        settings = Settings(
            values={name: str(value) for name, value in values.items()},
            only=several(variants),
            cases=several(ids),
            model=model,
            repeat=repeat,
            concurrency=concurrency,
            max_cost_usd=_usd(max_cost, "max_cost"),
            max_run_cost_usd=_usd(max_run_cost, "max_run_cost"),
            redact=several(redact),
        )
        found = [*document.problems, *foreseen(document, self._workspace.provider, settings)]
        wrong = [problem for problem in found if problem.severity == "error"]
        if wrong and not force:
            raise DocumentError(wrong)
        bench = self._workspace._bench
        functions = Functions(self._workspace.folder, allowed=allow_code)
        return self._workspace._send(lambda: bench.plan(document, settings), functions)

    def run_sync(self, **chosen: Any) -> Round:
        """Send a round as `run` does, and block until it is over; also where a loop is running.

        A KeyboardInterrupt cancels it; what arrived is saved.
        """
        return self.run(**chosen).wait()

    def _load(self, *, force: bool) -> Document:
        overlay = {path.absolute(): text for path, text in self._texts.items()}
        return load_prompt(self.path.absolute(), overlay=overlay, force=force)

    def __repr__(self) -> str:
        return f"<prompt {self.name}>"


def open(
    folder: str | Path = "prompts",
    *,
    provider: str | None = None,
    base_url: str | None = None,
    save: bool = True,
    sessions: str | Path | None = None,
    speed: float = 1.0,
) -> Workspace:
    """Open a folder of prompts.

    Args:
        folder: The folder.
        provider: anthropic, bytespike, simulator, or one of the config file; as the command line
            chooses where None.
        base_url: A compatible server; it gets `WORKBENCH_API_KEY` and no other key.
        save: Whether rounds are saved.
        sessions: The folder that they are saved to; `sessions` beside the prompts where None.
        speed: The simulator's pace: 10 is ten times as fast.

    Raises:
        SettingsError: There is no such folder or provider.
        AuthenticationFailed: The provider's key is not set.
    """
    where = Path(folder).resolve()
    if not where.is_dir():
        hint = "Name the folder that holds your NAME.prompt.yaml files."
        raise SettingsError(f"{folder} is no folder", hint=hint)
    return Workspace(
        open_workbench(
            where,
            provider=provider,
            base_url=base_url,
            save=save,
            sessions=None if sessions is None else Path(sessions),
            speed=speed,
        )
    )


def _name(path: Path) -> str:
    return next((path.name.removesuffix(end) for end in _SUFFIXES if path.name.endswith(end)), "")


def _usd(amount: Usd | None, name: str) -> Decimal | None:
    from workbench.costs import read_usd

    return None if amount is None else read_usd(str(amount), name)


@atexit.register
def _close_all() -> None:
    for workspace in list(_open):
        with suppress(TimeoutError):
            workspace.close()
