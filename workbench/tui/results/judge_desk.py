"""Has a model judge the answers of a sheet: how, by what, for how much; then asks, and tells."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.catalog.catalog import catalog
from workbench.costs import Cost, shown, total
from workbench.errors import SessionError, SettingsError, WorkbenchError
from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.ask import Ask
from workbench.tui.choice import Choice
from workbench.tui.picker import Item, Picker
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.work import begin
from workbench.workbench.judging import own_judge
from workbench.workbench.outcome import cost_of
from workbench.workbench.progress import progress_of
from workbench.workbench.progress import shown as shown_progress
from workbench.workbench.saved import Session, read_session, stem_of

if TYPE_CHECKING:
    from workbench.run import Run
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.caps import Caps
    from workbench.tui.results.keeping import Keeping
    from workbench.tui.results.table import Sheet
    from workbench.workbench.bench import Workbench
    from workbench.workbench.judgement import Judgement, JudgeUnderway
    from workbench.workbench.judging import Judging

_EACH, _PAIRS = "e", "p"
_ASK, _ANEW, _MODEL, _FILE = "s", "a", "m", "f"
_LOOK_EVERY_S, _ROOM, _TOLD = 0.3, 60, 400


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants of a judge.

    Args:
        rubric: What a good answer does; as the cases say where empty.
        variants: The two that are held against each other, the first against each other where
            empty; every answer is judged alone where None.
        model: Who judges; as the judge's prompt says where empty.
        anew: Whether what was answered before is asked again.
        file: What it is asked: a prompt of the user's own; the built-in one where None.
    """

    rubric: str
    variants: Sequence[str] | None
    model: str = ""
    anew: bool = False
    file: Path | None = None


class JudgeDesk:
    """Asks one judge at a time; the user goes on meanwhile.

    Args:
        app: Asks the user.
        bench: At whose provider judges are asked.
        keeping: Has sheets know what the judge has said.
        caps: What a round may cost.
        paid: Is told once a judge was paid.
    """

    def __init__(
        self,
        app: WorkbenchApp,
        bench: Workbench,
        keeping: Keeping,
        caps: Callable[[], Caps],
        paid: Callable[[], None],
    ) -> None:
        self._app, self._bench, self._keeping = app, bench, keeping
        self._caps, self._paid = caps, paid
        self._going: JudgeUnderway | None = None
        self._began_s = 0.0
        self._rubric = ""  # as it was last typed

    async def ask(self, sheet: Sheet) -> None:
        """Ask the user how, then the judge; where one is at work, whether to cancel it."""
        try:
            if self._going is not None:
                await self._offer_to_cancel(self._going)
            elif wish := await self._wish(sheet):
                await self._plan(sheet, wish)
        except WorkbenchError as error:
            self._app.tell(error)

    async def stop(self) -> None:
        """Cancel the judge at work; what it has said is kept then."""
        if (going := self._going) is not None:
            going.cancel()
            await asyncio.to_thread(going.settled, 60.0)

    async def _offer_to_cancel(self, going: JudgeUnderway) -> None:
        question = f"A judge is at work: {self._progress(going)}."
        answers = {"x": "cancel it; what it has said is kept"}
        if await self._app.push_screen_wait(Choice(question, answers)):
            going.cancel()

    async def _wish(self, sheet: Sheet) -> Wish | None:
        """What the user wants; None where they back out.

        Raises:
            SettingsError: There is nothing to judge.
        """
        names = [*dict.fromkeys(e.run.variant for e in [*sheet.entries.values()])]
        if not names:
            hint = f"{key_of('run')} in the workbench sends a round."
            raise SettingsError("there is no answer to judge yet", hint=hint)
        if sheet.path is None:
            hint = "A judge reads the session's file, and its verdict is kept there."
            raise SettingsError("this round is not saved", hint=hint)
        how = _EACH
        if len(names) > 1:
            answers = {
                _EACH: "each answer alone: passed or not, and 1 to 5",
                _PAIRS: "which of two answers is better, each pair in both orders",
            }
            how = await self._app.push_screen_wait(Choice("Have a model judge", answers))
        if not how:
            return None
        variants = await self._two(names) if how == _PAIRS else None
        if how == _PAIRS and variants is None:
            return None
        question = "What a good answer does. Empty: as the cases say by `llm-rubric`."
        rubric = await self._app.push_screen_wait(Ask("judge", question, self._rubric, str))
        if rubric is None:
            return None
        self._rubric = rubric.strip()
        return Wish(self._rubric, variants)

    async def _two(self, names: Sequence[str]) -> Sequence[str] | None:
        """Which variants are held against each other; None where the user backs out."""
        if len(names) == 2:
            return names
        two = [*combinations(names, 2)]
        items = [Item("all", f"{names[0]} against each other")]
        items += [Item(str(n), f"{a} and {b}") for n, (a, b) in enumerate(two)]
        picked = await self._app.push_screen_wait(Picker("judge which two", items, empty=""))
        return None if not picked else () if picked == "all" else two[int(picked)]

    async def _plan(self, sheet: Sheet, wish: Wish) -> None:
        """Say what it takes, until the user agrees or backs out."""
        while True:
            session, asked, bench = await asyncio.to_thread(self._asked, sheet, wish)
            known = f"{len(asked.asking.known):,}" if asked.asking.known else ""
            answers = {_ASK: "ask the rest" if known else "ask"}
            answers |= {_ANEW: "ask all of it again"} if known else {}
            answers |= {_MODEL: "another model …", _FILE: "a judge's prompt of your own …"}
            if known and not asked.asking.plan.runs:
                answers[_ASK] = "take what was answered"
            made_up = "\n\nSIMULATED: the judge's answers are made up here." * bench.simulated
            apart = "What it answers, and costs, is a session of its own."
            question = f"{asked.words}.\n\n{apart}{made_up}"
            answer = await self._app.push_screen_wait(Choice(plain(question), answers))
            if answer == _MODEL:
                wish = replace(wish, model=await self._model() or wish.model)
            elif answer == _FILE:
                wish = replace(wish, file=await self._file(wish))
            elif answer == _ANEW:
                wish = replace(wish, anew=True)
            else:
                break
        if not answer:
            return
        if self._going is not None:
            raise SettingsError("a judge is at work", hint="Cancel it, or wait for it.")
        from workbench.workbench.judgement import judge

        self._going, self._began_s = judge(self._bench, session, asked, bench), time.monotonic()
        begin(self._app, partial(self._follow, sheet, self._going), "judging")

    async def _model(self) -> str:
        """Who judges; empty where the user backs out."""
        names = catalog().names(self._bench.endpoint.profile.name)
        items = [Item(name, name) for name in names]
        return await self._app.push_screen_wait(Picker("who judges", items, empty="")) or ""

    async def _file(self, wish: Wish) -> Path | None:
        """What the judge is asked; as before where the user backs out."""
        pairs, folder = wish.variants is not None, self._bench.folder

        def read(typed: str) -> Path | None:
            path = folder / Path(typed.strip()).expanduser() if typed.strip() else None
            if path is not None:
                own_judge(path, pairs=pairs)
            return path

        told = "{{first}} and {{second}}" if pairs else "{{answer}}"
        question = (
            f"A prompt file with {{{{rubric}}}}, {{{{asked}}}} and {told}, from {folder} on."
            " Empty: the one that is built in."
        )
        before = str(wish.file or "")
        typed = await self._app.push_screen_wait(Ask("judge by", plain(question), before, read))
        return wish.file if typed is None else read(typed)

    def _asked(self, sheet: Sheet, wish: Wish) -> tuple[Session, Judging, Workbench]:
        """What is asked of the rounds of a sheet, and where; nothing is sent yet. Takes a while."""
        from workbench.workbench.asking import Choice as Chosen
        from workbench.workbench.judging import judging_of
        from workbench.workbench.saved_session import prompt_of

        assert sheet.path is not None  # asked before
        if (journal := self._bench.writer_of(sheet.path)) is not None:
            journal.flush()
        whole = read_session(sheet.path)
        its = tuple(saved for saved in whole.rounds if saved.info.round_id in sheet.infos)
        session = replace(whole, rounds=its)
        if not (by := wish.rubric or prompt_of(session, self._bench.folder)):
            problem = f"the prompt of {stem_of(sheet.path)} is not in {self._bench.folder}"
            raise SettingsError(problem, hint="Type what a good answer does.")
        bench, caps = self._bench.sibling(), self._caps()
        chosen = Chosen(wish.model or None, None, caps.round_usd, caps.run_usd, not wish.anew)
        try:
            judging = judging_of(bench, session, by, wish.variants, file=wish.file, chosen=chosen)
            return session, judging, bench
        except SessionError as error:
            if "`rubric=`" not in error.hint:
                raise
            hint = "Type what a good one does, or let its cases say so by `llm-rubric`."
            raise SessionError(error.problem, hint=hint) from error

    # While it is at work

    async def _follow(self, sheet: Sheet, going: JudgeUnderway) -> None:
        """Say how far it has come, then what it has come to."""
        showing = self._app.set_interval(_LOOK_EVERY_S, lambda: self._show(self._progress(going)))
        try:
            found = await going
        except WorkbenchError as error:
            self._app.tell(error)
        else:
            await self._keeping.reread(sheet)
            self._tell(found, cancelled=going.cancelled)
        finally:
            showing.stop()
            self._going = None
            self._show("")
            self._paid()

    def _progress(self, going: JudgeUnderway) -> str:
        runs = going.runs
        spent = _cost(runs)
        at_s = time.monotonic() - self._began_s
        return shown_progress(progress_of(runs, at_s=at_s, spent=spent), _ROOM)

    def _show(self, words: str) -> None:
        for screen in self._app.screen_stack:
            if isinstance(screen, ResultsScreen):
                screen.show_judge(words)

    def _tell(self, found: Judgement, *, cancelled: bool) -> None:
        runs = found.asked.runs
        cost = f"The judge cost {shown(_cost(runs))}, apart." if runs else ""
        lacking = f"Not judged: {found.lacking:,}. Another time only those are asked."
        verdicts = found.told[:2] or found.comparison.verdicts[:2]
        lines = ["Cancelled: what it has said is kept."] * cancelled
        lines += [*verdicts, *found.unread[:1], lacking * bool(found.lacking), cost]
        said = "\n".join(plain(line)[:_TOLD] for line in lines if line)
        self._app.notify(
            said,
            title="judged",
            severity="warning" if found.lacking else "information",
            timeout=12,
            markup=False,
        )


def _cost(runs: Iterable[Run]) -> Cost:
    """What a judge has cost; what it did not begin to answer has cost nothing."""
    return total(cost_of(run) for run in runs if run.usage.known)
