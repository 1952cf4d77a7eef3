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
from contextlib import AsyncExitStack, ExitStack, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack
from weakref import WeakSet

from workbench.costs import Usd, in_usd
from workbench.documents.finding import nearest_hint
from workbench.documents.kinds import name_of
from workbench.documents.prompt import Prompt as Document
from workbench.documents.prompt import prompts_in
from workbench.errors import SettingsError, WorkbenchError
from workbench.run import Closed
from workbench.sessions.session import read_session
from workbench.workbench.background import begun, in_a_thread
from workbench.workbench.bench import Workbench, open_workbench
from workbench.workbench.foreseen import require_welcome
from workbench.workbench.functions import Functions
from workbench.workbench.grading import Grading
from workbench.workbench.plan import Plan, Settings
from workbench.workbench.prompt import Prompt
from workbench.workbench.round import JudgeChoice, Round
from workbench.workbench.saved_session import (
    SavedSession,
    benches,
    found,
    prompt_of,
    require_known,
    resumed,
    saved_session,
    several,
)
from workbench.workbench.underway import Going, Underway

if TYPE_CHECKING:
    from workbench.sessions.session import Session
    from workbench.workbench.ahead import Ahead
    from workbench.workbench.judgement import Judged, JudgeUnderway
    from workbench.workbench.judging import Judging
    from workbench.workbench.promotion import Promotion

_PATIENCE_S = 10.0
_open: set[Workspace] = set()


class Workspace:
    """A folder of prompts with a provider to send them to: `workspace["triage"]` is one of them.

    Made by `wb.open`. The simulator, where it is the provider, runs until the workspace is closed
    or Python ends; all rounds of a workspace are saved to one session. A context manager.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._turn = asyncio.Lock()
        self._going: WeakSet[Going[Any]] = WeakSet()
        _open.add(self)
        benches.add(bench)

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
        return tuple(name_of(path) for path in prompts_in(self.folder))

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
            if name in (name_of(path), path.name):
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
        path = self.folder / f"{name}.prompt.yaml"
        texts = {self.folder / file: other for file, other in beside.items()}
        return Prompt(self, path, {path: text, **texts})

    def sessions(
        self, words: str = "", *, archived: bool = False, limit: int | None = None
    ) -> list[SavedSession]:
        """The saved sessions of this folder, as `wb.sessions` finds them."""
        return found(self._bench.sessions, words, archived, limit)

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
        limits = in_usd(max_cost, "max_cost"), in_usd(max_run_cost, "max_run_cost")
        chosen = Again(runs, model, concurrency, *limits)

        def planned() -> Plan:
            return self._bench.plan_again(saved, read.name, chosen)

        if not force:
            require_welcome(planned(), self.provider)
        return self._send(planned, Functions(self.folder, allowed=False))

    def resume(
        self,
        session: str | Path | SavedSession = "last",
        *,
        model: str | None = None,
        concurrency: int | None = None,
        max_cost: Usd | None = None,
        max_run_cost: Usd | None = None,
        allow_code: bool = False,
    ) -> Underway:
        """Send what the last round of a session still lacks, into that session.

        It comes to the whole round: what came before, and what was sent now.

        Args:
            session: A path, a file's name or its start, or `last`; also this workspace's own.
            model: Takes the place of every request's own model.
            concurrency: How many runs may be in flight together; as many as then where None.
            max_cost: What may be spent now, in USD; as the prompt says where None.
            max_run_cost: What each run may cost, in USD.
            allow_code: Let the prompt's own Python checks run.

        Raises:
            SessionError: Nothing is missing, a request is not whole in it, or it is in use.
            WorkbenchError: It is certain to cost more than it may.
        """
        from workbench.workbench.again import Again
        from workbench.workbench.resume import plan_resumed

        path = saved_session(session, self._bench.sessions).path
        if self._bench.writer_of(path) is not None:  # whoever takes it up has to have it alone
            begun(self._bench.close_session()).result()
        read, bench = read_session(path), self._bench.sibling()
        prompt = prompt_of(read, self.folder)
        most = in_usd(max_cost, "max_cost")
        if most is None and prompt is not None:
            most = prompt.limits.cost_usd
        chosen = Again((), model, concurrency, most, in_usd(max_run_cost, "max_run_cost"))
        plan = plan_resumed(bench, read, prompt, chosen)
        return self._send(lambda: plan, Functions(self.folder, allowed=allow_code), bench)

    def judge(
        self, judged: Judged, rubric: str = "", **chosen: Unpack[JudgeChoice]
    ) -> JudgeUnderway:
        """Have a model judge saved answers, at this workspace's provider; it begins at once.

        What it says is kept with what is judged; its own answers, and their cost, are a session
        of their own. `plan_judge` takes the same, and says before what that takes.

        Args:
            judged: A round that was saved; or a session: a path, a file's name or its start.
            rubric: What a good answer does; where empty, the prompt's cases say so.
            pairs: Ask which of two answers is better, in both orders: of the two variants that are
                named, or of the first against each other where True. Else each is judged alone.
            judge: A prompt of your own, with `rubric`, `asked` and `answer`; for pairs with
                `first` and `second`.
            model: Who judges; as the case's check, or the judge's prompt, says where None.
            resume: Ask only what was not answered before.
            concurrency: How many questions may be in flight together.
            max_cost: What it may cost, in USD.
            max_run_cost: What each question may cost, in USD.

        Raises:
            SessionError: It was not saved, or has nothing to judge.
            SettingsError: There is no such variant, nothing says what is good, or the judge's
                prompt does not look at the answers.
            WorkbenchError: It is certain to cost more than it may.
        """
        from workbench.workbench.judgement import judge

        going = judge(self._bench, *self._judging(judged, rubric, chosen))
        self._going.add(going)
        return going

    def plan_judge(self, judged: Judged, rubric: str = "", **chosen: Unpack[JudgeChoice]) -> Ahead:
        """What `judge` takes with the same arguments; nothing is sent. Raises what that does."""
        from workbench.workbench.ahead import ahead_of

        _, judging, _ = self._judging(judged, rubric, chosen)
        return ahead_of(judging.asking.plan, comparisons=judging.comparisons)

    def _judging(
        self, judged: Judged, rubric: str, chosen: JudgeChoice
    ) -> tuple[Session, Judging, Workbench]:
        from workbench.workbench.asking import Choice
        from workbench.workbench.judgement import session_of
        from workbench.workbench.judging import judging_of

        require_known(chosen, JudgeChoice, "judge")
        session, bench = session_of(judged, self._bench.sessions), self._bench.sibling()
        pairs, own = chosen.get("pairs", False), chosen.get("judge")
        choice = Choice(
            chosen.get("model"),
            chosen.get("concurrency"),
            in_usd(chosen.get("max_cost"), "max_cost"),
            in_usd(chosen.get("max_run_cost"), "max_run_cost"),
            chosen.get("resume", False),
        )
        by = rubric or prompt_of(session, self.folder)
        if by is None:
            problem = f"the prompt of {session.path.name} is not in {self.folder}"
            raise SettingsError(problem, hint="Say what a good answer does: the rubric.")
        variants = None if pairs is False else () if pairs is True else several(pairs)
        file = None if own is None else Path(own)
        judging = judging_of(bench, session, by, variants, file=file, chosen=choice)
        return session, judging, bench

    def promote(self, judged: Judged, variant: str, *, baseline: str = "") -> Promotion:
        """What makes a variant the base of its prompt's file, as a round has shown it the better.

        Nothing is written before `write()` of it; `diff` is what that changes, `commit()` commits
        it afterwards, with `message`, where `commits` says that git can.

        Args:
            judged: A round that was saved; or a session: a path, a file's name or its start.
            variant: As the round names it.
            baseline: What it is held against in the message; the first other where empty.

        Raises:
            SessionError: The round was not saved.
            SettingsError: It has no such variant.
            WorkbenchError: The file is gone, or written in a way that only you can change.
        """
        from workbench.workbench.judgement import session_of
        from workbench.workbench.promotion import promotion

        session = session_of(judged, self._bench.sessions)
        return promotion(session, variant, self.folder, baseline=baseline)

    def close(self) -> None:
        """Let go of the session file and of the provider. Rounds on their way are cancelled."""
        if self in _open:
            _open.discard(self)
            for going in list(self._going):
                going.cancel()
            with ExitStack() as ending:  # the next one ends too where one fails
                ending.callback(self._let_go)
                for going in list(self._going):
                    ending.callback(_wait_for, going)

    def _let_go(self) -> None:
        begun(self._bench.__aexit__(None, None, None)).result(_PATIENCE_S)

    def planned(self, document: Document, settings: Settings) -> Plan:
        """The round that these settings make of a prompt. Raises what `Workbench.plan` does."""
        return self._bench.plan(document, settings)

    def send(self, document: Document, settings: Settings, functions: Functions) -> Underway:
        """Send that round; `Prompt.run` is how it is asked for."""
        return self._send(lambda: self.planned(document, settings), functions)

    def _send(
        self, planned: Callable[[], Plan], functions: Functions, other: Workbench | None = None
    ) -> Underway:
        """Send a round, whose plan is made anew once it is its turn; by another bench, if any."""
        bench = other or self._bench

        async def work(going: Underway) -> Round:
            grades = {}
            async with other or nullcontext():
                async with AsyncExitStack() as sending:
                    async with self._turn:  # plans are sent in the order of planning
                        plan = planned()
                        grading = Grading(bench, plan, functions)
                        live = await sending.enter_async_context(bench.round(plan))
                    going.began({run.run_id: run for run in plan.runs}, live.cancel)
                    async for event in live:
                        run = going.happened(event)
                        if run is not None and isinstance(event.what, Closed):
                            grades[run.run_id] = grading.ended(run)
                if bench.journal is not None:  # whoever has awaited a round may read its session
                    await in_a_thread(bench.journal.flush)
                path = bench.journal.path if bench.journal else None
            if plan.info.resumes and path is not None:
                return replace(await in_a_thread(resumed, path), workspace=self)
            asked = {run_id: grade for run_id, grade in grades.items() if grade.results}
            return Round(tuple(going.runs), asked, path, plan.info.prompt, workspace=self)

        going = Underway(planned().runs, work)
        self._going.add(going)
        return going

    def __repr__(self) -> str:
        return f"<workspace {self.folder}: {', '.join(self.names)}; {self.provider}>"


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


@atexit.register
def _close_all() -> None:
    with ExitStack() as ending:  # what one raises is told once the others are closed
        for workspace in list(_open):
            ending.callback(_close, workspace)


def _close(workspace: Workspace) -> None:
    with suppress(TimeoutError):
        workspace.close()


def _wait_for(going: Going[Any]) -> None:
    with suppress(WorkbenchError):
        going.wait()
