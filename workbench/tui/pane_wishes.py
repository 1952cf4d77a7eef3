"""What a user wants done with a pane, as far as the screen that it stands on can do it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from workbench.telling.plain import plain
from workbench.tui.look_acts import RATINGS
from workbench.tui.pane_acts import IN_MENU, SENDING
from workbench.tui.work import begin

if TYPE_CHECKING:
    # Loaded with the first panes, behind the first frame.
    from workbench.run import Run
    from workbench.tui.acts import Act
    from workbench.tui.board import Board
    from workbench.tui.pane import RunPane


class PaneWishes:
    """Menu, maximize, pin and compare, on one board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._granted: Mapping[str, Callable[[RunPane], None]] = {
            "menu": self._menu,
            "alone": self._alone,
            "pin": self._pin,
            "compare_next": self._compare_next,
            "compare_baseline": self._compare_baseline,
            "rate": self._rate,
            "rate_good": partial(self._judge, "rate_good"),
            "rate_bad": partial(self._judge, "rate_bad"),
        }

    def grant(self, act: str, pane: RunPane) -> bool:
        """Do an act with a pane; whether it is one that is done here."""
        if act not in self._granted:
            return False
        self._granted[act](pane)
        return True

    def _menu(self, pane: RunPane) -> None:
        saved = self._board.saved is not None
        acts = [
            act for act in IN_MENU if act.name != "menu" and not (saved and act.name in SENDING)
        ]
        self._offer("", acts, pane, lambda act: pane.run_action(act.action))

    def _rate(self, pane: RunPane) -> None:
        async def judge(act: Act) -> None:
            self._judge(act.name, pane)

        self._offer("rate ", RATINGS, pane, judge)

    def _offer(
        self,
        title: str,
        acts: Sequence[Act],
        pane: RunPane,
        do: Callable[[Act], Coroutine[Any, Any, object]],
    ) -> None:
        """Ask which of these acts is to be done with a pane, each under its keys."""
        from workbench.tui.choice import Choice

        by_key = {act.shown_key: act for act in acts if act.keys_now}

        async def take(key: str | None) -> None:
            if key and pane.is_attached:
                await do(by_key[key])

        name = plain(pane.run.variant) if pane.run is not None else ""
        words = {key: act.tells for key, act in by_key.items()}
        keys = {pressed: key for key, act in by_key.items() for pressed in act.keys_now}
        self._board.app.push_screen(Choice("", words, keys=keys, title=f"{title}{name}"), take)

    def _judge(self, act: str, pane: RunPane) -> None:
        if (run := pane.run) is not None:
            begin(self._board, partial(self._judged, act, run), "judge")

    async def _judged(self, act: str, run: Run) -> None:
        from workbench.tui.results.judged_screen import JudgedScreen

        sheet = await self._board.sheet_of(run)
        if sheet is None or run.run_id not in sheet.entries:
            self._board.notify("There is no whole answer to rate yet.")
        else:
            self._board.app.post_message(JudgedScreen.Wanted(act, run.run_id, sheet))

    def _alone(self, pane: RunPane) -> None:
        board = self._board
        if board.maximized is not None:
            board.minimize()
        else:
            board.maximize(pane)

    def _pin(self, pane: RunPane) -> None:
        board, run = self._board, pane.run
        if pane.pinned:
            board.set_baseline(None)
        elif run is None or run.state == "waiting":
            board.notify("There is nothing to pin yet: the baseline is a run that was sent.")
        else:
            board.set_baseline(run)

    def _compare_next(self, pane: RunPane) -> None:
        panes = self._board.grid.panes
        at = panes.index(pane)
        if len(panes) < 2:
            self._board.notify("There is no other pane to compare it with.")
        else:
            self._compare(at, (at + 1) % len(panes))

    def _compare_baseline(self, pane: RunPane) -> None:
        at = self._board.grid.panes.index(pane)
        if at == 0:
            self._board.notify("This is the baseline: the pinned pane, or else the first.")
        else:
            self._compare(0, at, unified=True)

    def _compare(self, left: int, right: int, *, unified: bool = False) -> None:
        from workbench.tui.compare_screen import CompareScreen
        from workbench.workbench.outcome import cost_of

        board = self._board
        runs = list(board.runs.values())
        pair = runs[left], runs[right]
        if not any(run.blocks for run in pair) and not all(map(board.request_of, pair)):
            board.notify("There is no answer to compare yet, and no prompt.")
            return
        ids = list(board.runs)
        screen = CompareScreen(
            lambda: [board.runs.get(each, run) for each, run in zip(ids, runs, strict=True)],
            (left, right),
            cost_of,
            unified=unified,
            request_of=board.request_of,
            sheet_of=board.sheet_of,
        )
        board.app.push_screen(screen)
