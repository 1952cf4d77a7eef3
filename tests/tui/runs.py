"""Runs as far as a test wants them, and what a widget shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from textual.app import App, ComposeResult
from textual.widget import Widget

from tests.answers import start, stop, text
from workbench.costs import Cost
from workbench.run import Closed, Happening, Run, RunEvent, Sent
from workbench.wire.events import read_event

EVERY_S = 0.1


def happenings(*said: dict[str, Any] | Happening | Iterable[dict[str, Any]]) -> list[Happening]:
    """Events in the API's JSON, lists of such, and happenings, as happenings."""
    found: list[Happening] = []
    for one in said:
        if isinstance(one, dict):
            found.append(read_event(one))
        elif isinstance(one, list | tuple):
            found += happenings(*one)
        else:
            found.append(one)  # type: ignore[arg-type]
    return found


def after(run: Run, *said: Any) -> Run:
    """The run once these things have happened, a tenth of a second apart."""
    at_s = 0.0
    for what in happenings(*said):
        run = run.after(RunEvent(run.run_id, round(at_s, 3), what))
        at_s += EVERY_S
    return run


def run(*said: Any, name: str = "base") -> Run:
    """A run called `name` once these things have happened."""
    return after(Run(f"r1-{name}", "r1", name, model="claude-haiku-4-5"), *said)


def whole(*pieces: str, name: str = "base") -> Run:
    """A run that ended well after these pieces of text."""
    return run(Sent(), start(), text(*pieces), stop(), Closed("eof"), name=name)


def streaming(*pieces: str, name: str = "base") -> Run:
    """A run still under way after these pieces of text."""
    return run(Sent(), start(), text(*pieces)[:-1], name=name)


def begun(index: int, **block: Any) -> dict[str, Any]:
    """`content_block_start`."""
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index: int, **given: Any) -> dict[str, Any]:
    """`content_block_delta`."""
    return {"type": "content_block_delta", "index": index, "delta": given}


def ended(index: int) -> dict[str, Any]:
    """`content_block_stop`."""
    return {"type": "content_block_stop", "index": index}


def cost_of(run: Run) -> Cost:
    """A cost for any run."""
    return Cost(Decimal("0.0012"), run.end_state is None)


def painted(widget: Widget) -> list[str]:
    """The lines that a widget shows, blanks at their ends taken off."""
    region = widget.outer_size.region
    return [strip.text.rstrip() for strip in widget.render_lines(region)]


class Stage(App[None]):
    """An app with these widgets and nothing else."""

    CSS = "Screen { layout: horizontal; }"

    def __init__(self, *make: Callable[[], Widget]) -> None:
        super().__init__()
        self.make = make

    def compose(self) -> ComposeResult:
        """The widgets, side by side."""
        yield from (make() for make in self.make)
