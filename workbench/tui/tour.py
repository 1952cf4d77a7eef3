"""The tour: five steps on what is open, each of them really done, in a line under the header.

It covers nothing: what it speaks of makes room for it, and works as it always does meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message as Notice
from textual.widget import Widget
from textual.widgets import Input, Static

from workbench.tui.acts import ACTS, key_of
from workbench.tui.dialog_acts import TOUR_ACTS, KeysLine
from workbench.tui.pane_acts import PANE_ACTS

if TYPE_CHECKING:
    from workbench.tui.bench_screen import BenchScreen

_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Args:
        says: What to do; keys stand between backticks.
        visits: The name of the screen to go to and come back from; screens load late.
        done: Whether it was done, where nothing is to be visited.
    """

    says: str
    visits: str = ""
    done: Callable[[BenchScreen, str], bool] = lambda front, before: False


def steps() -> tuple[Step, ...]:
    """The five, with the keys of here and now."""
    run, jump, cancel = key_of("run"), key_of("jump"), key_of("cancel")
    compare = next(act.shown_key for act in PANE_ACTS if act.name == "compare_next")
    return (
        Step(
            f"Each pane below is a variant of the prompt, a request of its own. `{run}` sends all "
            "that are on, side by side.",
            done=_sent,
        ),
        Step(
            "Under each answer: why it stopped, tokens in and out, first token, speed, cost. "
            f"`{jump}` and then `1` goes into the first pane.",
            done=lambda front, before: front.focused_run is not None,
        ),
        Step(
            f"In a pane, `{compare}` marks the words that its answer and the next one do not "
            f"share. `{cancel}` comes back.",
            visits="CompareScreen",
        ),
        Step(
            f"`{jump}` and then `p` goes to the prompt. Change a word of it, and `{run}`: what you "
            "see is sent, saved or not.",
            done=_sent,
        ),
        Step(
            f"Every round is kept. `{key_of('sessions')}` lists the sessions, "
            f"`{key_of('replay')}` shows one again as it happened, `{key_of('leave')}` comes back.",
            visits="ReplayScreen",
        ),
    )


def _sent(front: BenchScreen, before: str) -> bool:
    return round_of(front) not in ("", before)


def round_of(front: BenchScreen) -> str:
    """The id of the round that the panes show; empty where none was sent."""
    runs = [front.runs[run_id] for run_id in front.own] if front.shows_round else []
    return runs[-1].round_id if runs else ""


class TourBar(Widget):
    """What to do now, and how to go on or to leave."""

    class Ended(Notice):
        """The user has left it, or done all of it."""

    DEFAULT_CSS = """
    TourBar { height: auto; padding: 0 1; background: $accent 12%; }
    TourBar Static { height: auto; }
    TourBar KeysLine { margin: 0; }
    """
    _KEY: ClassVar[str] = "bold $text-accent"

    def __init__(self, front: BenchScreen) -> None:
        super().__init__()
        self._front, self._steps, self._at = front, steps(), 0
        self._before, self._visited = round_of(front), False
        self._said = Static(self._words(), markup=False)
        leave = next(act.keys_now for act in ACTS if act.name == "cancel")
        self._on, off = TOUR_ACTS
        self._off = replace(off, keys=leave)
        self._keys = KeysLine((self._on, self._off))

    def compose(self) -> ComposeResult:
        """The step over the keys."""
        yield self._said
        yield self._keys

    def on_mount(self) -> None:
        """Look now and then whether the step was done: so nothing else need know of the tour."""
        self.set_interval(_LOOK_EVERY_S, self._look)

    def _words(self) -> Content:
        parts = self._steps[self._at].says.split("`")
        said = [(part, self._KEY) if at % 2 else part for at, part in enumerate(parts)]
        return Content.assemble(f"tour {self._at + 1} of {len(self._steps)}  ", *said)

    def _look(self) -> None:
        step, here = self._steps[self._at], self.app.screen is self._front
        if step.visits:
            names = {type(screen).__name__ for screen in self.app.screen_stack}
            self._visited = self._visited or step.visits in names
            done = self._visited
        else:
            done = step.done(self._front, self._before)
        if done and here:
            self.go_on()
        typing = self.leaves_enter(self._front.focused)
        on = replace(self._on, keys=()) if typing else self._on
        self._keys.show((on, self._off))

    def go_on(self) -> None:
        """The next step; after the last one that was all."""
        self._at, self._visited, self._before = self._at + 1, False, round_of(self._front)
        if self._at < len(self._steps):
            self._said.update(self._words())
            return
        self._at -= 1
        self.post_message(self.Ended())
        words = f"That was the tour. {key_of('help')} lists the keys, {key_of('palette')} finds "
        self.notify(f"{words}all that can be done, this tour too.", timeout=10, markup=False)

    def leaves_enter(self, focused: Widget | None) -> bool:
        """Whether enter is for what has the focus: a line to type in, an editor typed into."""
        panel = self._front.chosen_panel
        if focused is None or not panel.has_focus_within:
            return isinstance(focused, Input)
        return panel.dirty or focused is not panel.editor or panel.completing
