"""A round on a terminal: panes while it streams, then the answers and a table."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from workbench.cli.live import LiveView
from workbench.run import Closed, Happening, Run, RunEvent, Sent
from workbench.wire.events import BlockStart, MessageDelta, MessageStart, MessageStop, TextDelta
from workbench.wire.usage import Usage

NAMES = ("base", "terse", "warm")


def shown(width: int, runs: list[Run], *words: str) -> str:
    """What a terminal of this width is sent while these runs answer with these words."""
    out = io.StringIO()
    view = LiveView(Console(file=out, width=width, height=24, force_terminal=True, highlight=False))
    usage = Usage({"input_tokens": 224, "output_tokens": 105})
    view.begin(runs)
    ended = []
    for run in runs:
        happened: list[Happening] = [
            Sent(),
            MessageStart({"type": "message_start", "message": {"usage": usage.counts}}),
            BlockStart({"index": 0, "content_block": {"type": "text", "text": ""}}),
            *(TextDelta(0, word) for word in words),
            MessageDelta({"delta": {"stop_reason": "end_turn"}, "usage": usage.counts}),
            MessageStop({}),
            Closed("eof"),
        ]
        for at_ms, what in enumerate(happened):
            event = RunEvent(run.run_id, at_ms / 1000, what)
            run = run.after(event)
            view.after(run, event)
        ended.append(run)
    view.end(ended)
    return out.getvalue()


def planned(*models: str) -> list[Run]:
    """A run of each name, on these models."""
    return [
        Run(f"r1-{number}", "r1", name, model=models[number % len(models)])
        for number, name in enumerate(NAMES)
    ]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_fits_the_terminal(width: int) -> None:
    """Each run has one line with its stop reason whole; columns that say nothing are left out."""
    screen = shown(width, planned("claude-haiku-4-5"), "Hello")

    table = screen[screen.rindex("variant") :]
    rows = [line for line in table.splitlines() if line.startswith(NAMES)]
    assert [row.split()[:3] for row in rows] == [[name, "end_turn", "224"] for name in NAMES]
    assert "written" not in table


def test_models_are_told_apart_where_there_are_several() -> None:
    """The same variant on two models is two things."""
    screen = shown(120, planned("claude-haiku-4-5", "claude-opus-4-6"), "Hello")

    table = screen[screen.rindex("variant") :]
    assert "claude-haiku-4-5" in table
    assert "claude-opus-4-6" in table


def test_what_a_model_says_never_reaches_the_terminal_as_a_command() -> None:
    """Escape sequences are shown, and square brackets are no markup."""
    screen = shown(80, planned("claude-haiku-4-5"), "\x1b]0;owned\x07", "[red]no[/red]")

    assert "\x1b]0;owned" not in screen
    assert "␛]0;owned␇[red]no[/red]" in screen
