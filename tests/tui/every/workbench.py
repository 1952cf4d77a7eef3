"""Acts of the workbench: rounds, files, the view, panes, editors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.widget import Widget
from textual.widgets import Input

from tests.tui.every.doing import Ready, Row, Sitting, changes, less, more, opens, tells
from tests.tui.every.stage import (
    broken,
    changed,
    cursor,
    cut_off,
    editing,
    front,
    idle,
    on_a_word,
    reading,
    running,
    runs,
    text,
    undone,
)
from tests.tui.stage import said
from workbench.tui.ask import Ask
from workbench.tui.bar import Buttons
from workbench.tui.caps_screen import CapsScreen
from workbench.tui.choice import Choice
from workbench.tui.compare_screen import CompareScreen
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.help import Help
from workbench.tui.inspect_screen import InspectScreen
from workbench.tui.options import Palette
from workbench.tui.picker import Picker
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen
from workbench.tui.settings_screen import SettingsScreen
from workbench.tui.ticks import Ticks
from workbench.tui.values_screen import ValuesScreen
from workbench.tui.variants_screen import VariantsScreen


async def in_system(s: Sitting) -> None:
    """The focus in the panel with two files."""
    await front(s)
    s.app.front.go_to(s.app.front.panels["system"])


async def finding(s: Sitting) -> None:
    """The line to find and replace with is open, with many matches."""
    await editing(s, (0, 0))
    await s.app.front.action_edit("replace")
    panel = s.app.front.panels["prompt"]
    assert panel._find is not None
    await s.until(lambda: panel._find and panel._find.region)
    panel._find._find.value, panel._find._by.value = "e", "E"
    await s.until(lambda: panel._find and panel._find._at() is not None)


async def replacing(s: Sitting) -> None:
    """And what stands for it is being typed."""
    await finding(s)
    bar = s.app.front.panels["prompt"]._find
    assert bar is not None
    bar._by.focus()


async def beside(s: Sitting) -> None:
    """The focus in the second pane."""
    await reading(s)
    s.app.front.go_to(s.app.front.grid.panes[1])
    await s.pilot.pause()


async def unwrapped(s: Sitting) -> None:
    """Long lines reach beyond the pane, which shows their middle."""
    await reading(s)
    s.pane.wrap_lines(False)
    s.pane.show_cell(40)


async def searching(s: Sitting) -> None:
    """The line to find words with is open in the pane, with many matches."""
    await reading(s)
    await s.pane.action_find_words()
    await s.until(lambda: s.pane.query(Input))
    s.pane.query_one(Input).value = "row"
    await s.until(lambda: s.pane._here is not None)
    s.pane.focus()
    await s.pilot.pause()


async def elsewhere(s: Sitting) -> None:
    """Another prompt is open as well, and seen."""
    await editing(s)
    assert s.app.desk is not None
    s.app.desk.open_prompt(s.app.desk.bench.folder / "policy.prompt.yaml")
    await s.pilot.pause()


async def bare(s: Sitting) -> None:
    """A prompt that names no other file is open, as it is on disk."""
    await front(s)
    assert s.app.desk is not None
    path = s.app.desk.bench.folder / "bare.prompt.yaml"
    path.write_text("model: claude-haiku-4-5\nmessages: [{role: user, content: hi}]\n")
    s.app.desk.open_prompt(path)
    panel = s.app.front.panels["prompt"]
    if panel.dirty:
        panel.replace_text(path.read_text("utf-8"))
    await s.until(lambda: s.app.front.panels["system"].path is None)
    await s.until(lambda: s.app.front.panels["tools"].path is None)


async def copied(s: Sitting) -> None:
    """There is something to paste."""
    await editing(s)
    s.app._clipboard = "pasted"


async def uneven(s: Sitting) -> None:
    """Lines between editors were moved."""
    await editing(s)
    s.app.front.action_grow()
    await s.pilot.pause()


# What is looked at


def over(s: Sitting) -> int:
    """How many of the runs are over."""
    return sum(run.end_state is not None for run in runs(s))


def sent(s: Sitting) -> list[str]:
    """Which runs are shown."""
    return list(s.app.front.own)


def shares(s: Sitting) -> object:
    """How the room is shared out."""
    return s.app.front.splitter.shares


def selected(s: Sitting) -> object:
    """What is selected in the pane."""
    return s.pane.text_selection


def needle(s: Sitting) -> object:
    """How the prompt's panel looks for what is typed."""
    found = s.app.front.panels["prompt"]._find
    return found and found._needle


def bar(name: str) -> Any:
    """Whether a bar of the prompt's panel is open."""

    def probe(s: Sitting) -> bool:
        found = getattr(s.app.front.panels["prompt"], name)
        return found is not None and found.display

    return probe


# What only the mouse does


def in_text(way: int) -> Any:
    """Click near the text's start, or its end, as far as it is seen."""

    async def click(s: Sitting) -> None:
        region = s.editor.content_region
        y = region.y if way < 0 else region.bottom - 1
        await s.pilot.click(offset=(region.x + 5 if way < 0 else region.right - 3, y))

    return click


def wheel(notches: int, *, sideways: bool = False) -> Any:
    """Turn the wheel over the pane."""

    async def turn(s: Sitting) -> None:
        await s.wheel(s.pane, notches, sideways=sideways)

    return turn


async def menu_sign(s: Sitting) -> None:
    """Click the sign at the right of the pane's title."""
    await s.click(s.pane, s.pane.outer_size.width - 4, 0)


async def arranged_sign(s: Sitting) -> None:
    """Click the sign at the end of the line over the panes."""
    line = s.app.front.variants
    await s.click(line, line.outer_size.width - 2, 0)


async def click_word(s: Sitting, inside: Widget, words: str) -> None:
    """Click one of the buttons of a bar."""
    (buttons,) = [each for each in inside.query(Buttons) if words in said(each)]
    await s.click(buttons, said(buttons).index(words), 0)


def of_bar(words: str) -> Ready:
    """Click a word of the bar to find and replace with."""

    async def click(s: Sitting) -> None:
        bar = s.app.front.panels["prompt"]._find
        assert bar is not None
        await click_word(s, bar, words)

    return click


def of_pane(words: str) -> Ready:
    """Click a word of the line to find with in a pane."""

    async def click(s: Sitting) -> None:
        await click_word(s, s.pane, words)

    return click


def begun(kind: str) -> Callable[[Sitting], Path | None]:
    """What is open in an editor."""
    return lambda s: s.app.front.panels[kind].path


FRONT = {
    # Round
    "run": Row(idle, changes(sent)),
    "cancel": Row(running, more(over)),
    "resume": Row(cut_off, opens(Choice)),
    "provider": Row(idle, opens(Picker)),
    "cost_limit": Row(front, opens(CapsScreen)),
    "go_on": Row(reading, changes(lambda s: s.app.front.header.opened)),
    "variants": Row(front, opens(VariantsScreen)),
    "values": Row(front, opens(ValuesScreen)),
    "cases": Row(front, opens(Ticks)),
    "allow_code": Row(front, opens(Choice)),
    # Files
    "save": Row(changed, changes(lambda s: s.app.front.panels["prompt"].dirty)),
    "prompts": Row(front, opens(Picker)),
    "new_prompt": Row(front, opens(Ask)),
    "new_system": Row(bare, changes(begun("system"))),
    "new_tools": Row(bare, changes(begun("tools"))),
    "sessions": Row(front, opens(SessionsScreen)),
    "results": Row(idle, opens(ResultsScreen)),
    "review": Row(idle, opens(Picker)),
    "save_session": Row(idle, tells("saved")),
    "close_file": Row(elsewhere, changes(lambda s: s.app.front.header.opened)),
    "editor": Row(editing, changes(text)),  # on a real terminal: tests/test_smoke.py
    "reload": Row(changed, opens(Choice)),
    "diff": Row(changed, opens(DiffScreen)),
    # View
    "jump": Row(front, opens(Choice)),
    "find": Row(editing, changes(bar("_find"))),
    "next_panel": Row(editing, changes(lambda s: s.screen.focused)),
    "layout": Row(front, changes(lambda s: s.app.front.layout_name)),
    "arrange": Row(front, changes(lambda s: s.app.front.grid.arranged), arranged_sign),
    "grow": Row(editing, changes(shares)),
    "shrink": Row(editing, changes(shares)),
    "line_up": Row(front, changes(shares)),
    "line_down": Row(front, changes(shares)),
    "even": Row(uneven, changes(shares)),
    "maximize": Row(editing, changes(lambda s: s.app.front.maximized)),
    "copy_answer": Row(reading, changes(lambda s: s.app.clipboard)),
    # App
    "palette": Row(front, opens(Palette)),
    "tour": Row(front, changes(lambda s: s.app.front.tour)),
    "settings": Row(front, opens(SettingsScreen)),
    "help": Row(front, opens(Help)),
    # A Pilot has no shell; with one, by its key: tests/test_smoke.py.
    "suspend": Row(front, tells("There is no shell to go to here")),
    "quit": Row(changed, opens(Choice)),
}
PANE = {
    "menu": Row(reading, opens(Choice), menu_sign),
    "alone": Row(reading, changes(lambda s: s.app.front.maximized)),
    "pin": Row(reading, changes(lambda s: s.app.front.baseline)),
    "compare_next": Row(reading, opens(CompareScreen)),
    "compare_baseline": Row(beside, opens(CompareScreen)),
    "cancel_this": Row(running, more(over)),
    "rerun_this": Row(reading, changes(sent)),
    "rate": Row(reading, opens(Choice)),
    "copy_code": Row(reading, opens(Choice)),
    "inspect": Row(reading, opens(InspectScreen)),
    "find_words": Row(reading, changes(lambda s: s.pane.finding)),
    "find_next": Row(searching, changes(lambda s: s.pane._here), of_pane("↓")),
    "find_previous": Row(searching, changes(lambda s: s.pane._here), of_pane("↑")),
    "find_close": Row(searching, changes(lambda s: s.pane.finding), of_pane("esc")),
    "wrap": Row(reading, changes(lambda s: s.pane.flow.wraps)),
    "copy": Row(reading, changes(lambda s: s.app.clipboard)),
    "select_down": Row(reading, changes(selected)),
    "select_up": Row(reading, changes(selected)),
    "select_whole": Row(reading, changes(selected)),
    "scroll_up": Row(reading, less(lambda s: s.pane.top), wheel(-1)),
    "scroll_down": Row(reading, more(lambda s: s.pane.top), wheel(1)),
    "page_up": Row(reading, less(lambda s: s.pane.top), wheel(-5)),
    "page_down": Row(reading, more(lambda s: s.pane.top), wheel(5)),
    "scroll_home": Row(reading, lambda s: lambda: s.pane.top == 0, wheel(-60)),
    "scroll_end": Row(reading, lambda s: lambda: s.pane.follows, wheel(60)),
    "scroll_left": Row(unwrapped, less(lambda s: s.pane.left), wheel(-1, sideways=True)),
    "scroll_right": Row(unwrapped, more(lambda s: s.pane.left), wheel(1, sideways=True)),
    "markdown": Row(reading, changes(lambda s: s.pane.view.markdown)),
    "fold": Row(reading, changes(lambda s: s.pane.view.folded)),
    "json": Row(reading, changes(lambda s: s.pane.view.json)),
}
EDITOR = {
    "replace": Row(editing, changes(bar("_find"))),
    "go_to_line": Row(editing, changes(bar("_line"))),
    "next_file": Row(in_system, changes(lambda s: s.app.front.panels["system"].path)),
    "previous_file": Row(in_system, changes(lambda s: s.app.front.panels["system"].path)),
    "line_numbers": Row(editing, changes(lambda s: s.editor.show_line_numbers)),
    "complete": Row(
        lambda s: editing(s, (3, 0)), changes(lambda s: s.app.front.panels["prompt"].completing)
    ),
    "comment": Row(lambda s: editing(s, (3, 0)), changes(text)),
    "move_up": Row(editing, changes(text)),
    "move_down": Row(editing, changes(text)),
    "duplicate": Row(editing, changes(text)),
    "dedent": Row(editing, changes(text)),
    "select_all": Row(editing, changes(lambda s: s.editor.selection)),
    "wrap_lines": Row(editing, changes(lambda s: s.editor.soft_wrap)),
    "undo": Row(changed, changes(text)),
    "redo": Row(undone, changes(text)),
    "cut": Row(on_a_word, changes(text)),
    "copy_selection": Row(on_a_word, changes(lambda s: s.app.clipboard)),
    "paste": Row(copied, changes(text)),
    "cursor_up": Row(editing, less(cursor), in_text(-1)),
    "cursor_down": Row(editing, more(cursor), in_text(1)),
    "cursor_left": Row(editing, less(cursor), in_text(-1)),
    "cursor_right": Row(editing, more(cursor), in_text(1)),
    "cursor_word_left": Row(editing, less(cursor), in_text(-1)),
    "cursor_word_right": Row(editing, more(cursor), in_text(1)),
    "cursor_line_start": Row(editing, less(cursor), in_text(-1)),
    "cursor_line_end": Row(editing, more(cursor), in_text(1)),
    "cursor_page_up": Row(editing, less(cursor), in_text(-1)),
    "cursor_page_down": Row(editing, more(cursor), in_text(1)),
    "text_start": Row(editing, less(cursor), in_text(-1)),
    "text_end": Row(editing, more(cursor), in_text(1)),
    "find_on": Row(finding, changes(cursor), of_bar("↓")),
    "find_back": Row(finding, changes(cursor), of_bar("↑")),
    "find_case": Row(finding, changes(needle), of_bar("Aa")),
    "find_regex": Row(finding, changes(needle), of_bar(".*")),
    "replace_all": Row(replacing, changes(text), of_bar("alt+a all")),
    "next_problem": Row(broken, changes(cursor)),
    "previous_problem": Row(broken, changes(cursor)),
}
