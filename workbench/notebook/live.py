"""A round as a widget: a pane a run, streaming; it can be cancelled, replayed and compared.

What streams is sent as it is added, ten times a second at most, however fast it comes. What the
notebook keeps beside the widget is the same round at rest, for readers that have no widgets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from workbench.compare.words import differences
from workbench.run import Run
from workbench.telling.cells import as_html, as_text, figures, summed_up, words
from workbench.telling.figures import stands
from workbench.telling.naming import named
from workbench.telling.plain import seen
from workbench.workbench.background import begun
from workbench.workbench.outcome import cost_of
from workbench.workbench.underway import Underway

PAINT_EVERY_S = 0.1


class Live:
    """Feeds a widget with a round under way.

    Args:
        going: The round.
    """

    def __init__(self, going: Underway) -> None:
        self.going = going
        self._told: dict[str, tuple[str, str]] = {}  # of each run, its words and its figures
        self.widget = _widget(runs=self._news(going.runs), sum=_sum(going.runs))
        self.widget.on_msg(lambda _, said, __: self.heard(said))
        self._feeding = begun(self._feed())

    def when_over(self, tell: Callable[[], None]) -> None:
        """Call this once the round is over, and has been shown to its end."""
        self._feeding.add_done_callback(lambda _: tell())

    def heard(self, said: Any) -> None:
        """Do what a button asks for."""
        match said:
            case {"act": "cancel"}:
                self.going.cancel()
            case {"act": "replay"} if self.going.done:
                self.going = self.going.again()
                self._told = {}
                self.widget.over = False
                self._feeding = begun(self._feed())
            case {"act": "compare"} if self.going.done:
                self.widget.send({"differences": self._differences()})
            case {"act": "tell"}:
                self._told = {}
                self.widget.send({"runs": self._news(self.going.runs)})

    async def _feed(self) -> None:
        going = self.going
        while not going.done:
            self._say(going.runs)
            await asyncio.sleep(PAINT_EVERY_S)
        self._say(going.runs)
        self._told = {}
        self.widget.runs = self._news(going.runs)  # for a page that is loaded again
        self.widget.over = True

    def _say(self, runs: Sequence[Run]) -> None:
        if news := self._news(runs):
            self.widget.send({"runs": news})
            self.widget.sum = _sum(runs)

    def _news(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """What is new of each run: its words from a place on, counted as JavaScript does."""
        with_model = len({run.model for run in runs}) > 1
        news = []
        for run in runs:
            text, line = _words(run), figures(run, cost_of(run))
            told = self._told.get(run.run_id, ("", ""))
            if told == (text, line):
                continue
            self._told[run.run_id] = text, line
            known = told[0] if text.startswith(told[0]) else ""
            name, details = named(run, with_model=with_model)
            news.append(
                {
                    "id": run.run_id,
                    "name": name,
                    "details": details,
                    "text": text[len(known) :],
                    "from": len(known.encode("utf-16-le")) // 2,
                    "figures": line,
                    "state": stands(run),
                }
            )
        return news

    def _differences(self) -> dict[str, list[tuple[str, str]]]:
        first, *others = self.going.runs
        before = _words(first)
        return {
            run.run_id: [(span.kind, span.text) for span in differences(before, _words(run))]
            for run in others
        }


def _words(run: Run) -> str:
    return seen(words(run))


def _sum(runs: Sequence[Run]) -> str:
    return summed_up(runs, cost_of)


def _widget(**state: Any) -> Any:
    """A widget that shows this."""
    made = type(
        "WorkbenchRound",
        (anywidget.AnyWidget,),
        {
            "_esm": (Path(__file__).parent / "live.js").read_text("utf-8"),
            "runs": traitlets.List().tag(sync=True),
            "sum": traitlets.Unicode().tag(sync=True),
            "over": traitlets.Bool(False).tag(sync=True),
        },
    )
    return made(**state)


class Shown:
    """What a cell shows of a round: the widget, and the round as it stands for whoever has none."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def _repr_mimebundle_(self, **more: Any) -> dict[str, Any]:
        shown = self._live.widget._repr_mimebundle_(**more)
        bundle = dict(shown[0] if isinstance(shown, tuple) else shown or {})
        runs = self._live.going.runs
        return {**bundle, "text/html": as_html(runs, cost_of), "text/plain": as_text(runs, cost_of)}
