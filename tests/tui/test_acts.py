"""The one list of acts, and all that derives from it."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from textual.command import CommandList, CommandPalette
from textual.dom import DOMNode

import workbench.tui
from tests.tui.app import opened, own_prompts, until
from workbench.tui.act_screen import ActScreen
from workbench.tui.acts import ACTS, REPLAY_ACTS, SESSION_ACTS, shown_key
from workbench.tui.ascii import Plain
from workbench.tui.bench_screen import BenchScreen
from workbench.tui.bindings import bindings_of
from workbench.tui.compare_screen import CompareScreen
from workbench.tui.dialog_acts import DIALOG_ACTS
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.editor import YamlEditor
from workbench.tui.editor_acts import EDITOR_ACTS, MOVE_ACTS, PANEL_ACTS, TEXT_ACTS
from workbench.tui.editor_panel import EditorPanel
from workbench.tui.footer import Footer
from workbench.tui.help import all_acts, in_a_row
from workbench.tui.inspect_screen import InspectScreen
from workbench.tui.look_acts import LOOKS
from workbench.tui.options import Palette
from workbench.tui.pane import RunPane
from workbench.tui.pane_acts import PANE_ACTS, SENDING
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.results.cell_screen import CellScreen
from workbench.tui.results.charts_screen import ChartsScreen
from workbench.tui.results.groups_screen import GroupsScreen
from workbench.tui.results.results_screen import ResultsScreen
from workbench.tui.review.review_screen import ReviewScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen
from workbench.tui.values_screen import ValuesScreen

pytestmark = pytest.mark.anyio

LOOKING = tuple(dict.fromkeys(act for acts in LOOKS.values() for act in acts if act not in ACTS))
SHARED = (*ACTS, *PANE_ACTS, *LOOKING, *REPLAY_ACTS, *SESSION_ACTS, *EDITOR_ACTS)
EVERY = tuple(dict.fromkeys(SHARED))
NEVER_ARRIVE = {f"ctrl+{letter}" for letter in "mihsbjkl"} | {"alt+enter", "ctrl+shift+v"}
SCREENS = (
    *(BenchScreen, ReplayScreen, SessionsScreen, CompareScreen, InspectScreen),
    *(ResultsScreen, CellScreen, GroupsScreen, ChartsScreen, ReviewScreen),
)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_act_is_something_its_screen_can_do(screen: type[ActScreen]) -> None:
    """It has a method of that name, which says what it does, or asks the desk for it."""
    for act in screen.acts:
        assert getattr(screen, f"action_{act.action.partition('(')[0]}").__doc__, act.name


def test_a_key_that_a_pane_shares_with_its_screen_is_left_to_it() -> None:
    """Those few mean something in a pane only at times; then it has them, else its screen."""
    pane = {key for act in PANE_ACTS for key in act.keys}

    assert pane & {key for act in ACTS for key in act.keys} == {"escape", "ctrl+f"}
    assert pane & {key for act in REPLAY_ACTS for key in act.keys} == {
        *("escape", "n", "left", "right"),
    }


async def test_every_act_that_is_wanted_is_done_by_the_desk(tmp_path: Path) -> None:
    """None falls on deaf ears."""
    async with opened(own_prompts(tmp_path)) as (app, _):
        assert app.desk is not None
        assert {act.name for act in ACTS if act.wanted} <= {"run", *app.desk.dialogs}


async def test_every_act_wanted_with_a_pane_is_done_by_its_screen_or_the_desk(
    tmp_path: Path,
) -> None:
    """None falls on deaf ears; the pane does the others itself."""
    async with opened(own_prompts(tmp_path)) as (app, _):
        assert app.desk is not None
        done = {*app.front._wishes._granted, *app.desk.panes.dialogs, *SENDING}
        assert {act.name for act in PANE_ACTS if act.wanted} == done
    for act in PANE_ACTS:
        assert act.wanted or getattr(RunPane, f"action_{act.name}").__doc__, act.name


def test_every_act_is_in_the_help() -> None:
    """With its keys and its sentence."""
    rows = [in_a_row(act).plain for act in all_acts()]

    for act in (*EVERY, *DIALOG_ACTS, *MOVE_ACTS):
        assert any(act.shown_keys in row and act.tells in row for row in rows), act.name


def test_every_key_that_is_bound_anywhere_is_in_the_help() -> None:
    """Of every screen, dialog and widget of ours, what they have from Textual included."""
    for module in walk_packages(workbench.tui.__path__, "workbench.tui."):
        import_module(module.name)
    told = {key for act in all_acts() for key in act.keys}
    ours = [each for each in heirs(DOMNode) if each.__module__.startswith("workbench.")]
    assert {YamlEditor, ValuesScreen, DiffScreen, RunPane, Palette} <= set(ours)
    for kind in ours:
        keys = {key for key in kind._merge_bindings().key_to_bindings if "unbound+" not in key}
        assert keys <= told, kind.__name__


def heirs(kind: type[DOMNode]) -> set[type[DOMNode]]:
    """All that derive from it."""
    return {each for heir in kind.__subclasses__() for each in (heir, *heirs(heir))}


def test_no_key_does_two_things() -> None:
    """Neither on the workbench, nor on a replay or the sessions with what they share."""
    for screen, edits in ((BenchScreen, True), (ReplayScreen, True), (SessionsScreen, False)):
        keys = Counter(binding.key for binding in screen.BINDINGS)  # type: ignore[union-attr]
        keys.update(key for act in EDITOR_ACTS if edits for key in act.keys)
        keys["ctrl+z"] -= edits  # undoes in an editor, and suspends outside
        assert max(keys.values()) == 1
    for acts in (PANE_ACTS, *LOOKS.values()):
        assert max(Counter(key for act in acts for key in act.keys).values()) == 1


def test_the_keys_of_an_editor_are_bound_where_its_acts_are_done() -> None:
    """Those of the panel wherever in it the focus is, those of the text in the text."""
    for widget, acts in ((EditorPanel("prompt"), PANEL_ACTS), (YamlEditor(), TEXT_ACTS)):
        bound = widget._bindings.key_to_bindings
        assert {key for act in acts for key in act.keys} <= set(bound)
    assert not {key for act in PANEL_ACTS for key in act.keys} & set(bound)


def test_no_key_is_one_that_terminals_swallow() -> None:
    """Control with m, i, h and so on never arrives, or belongs to others."""
    keys = {key for act in EVERY for key in act.keys}

    assert not keys & NEVER_ARRIVE
    # Alt with a figure or a sign reaches Textual as the sign alone.
    signs = {key for key in keys if key.startswith("alt+") and len(key) == len("alt+a")}
    assert all(key[-1].isalpha() for key in signs)
    assert not any(key.startswith("alt+") and "_" in key for key in keys)


def test_every_binding_can_be_named_in_a_key_map() -> None:
    """Each has an id of its own."""
    ids = [binding.id for binding in bindings_of(EVERY)]

    assert len(set(ids)) == len(ids)


def test_keys_are_shown_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in ^r, esc, F5."""
    monkeypatch.setattr(Plain, "on", False)
    keys = ("ctrl+r", "escape", "f5", "question_mark", "space", "left", "alt+shift+down", "N")

    assert [*map(shown_key, keys)] == ["^r", "esc", "F5", "?", "space", "←", "alt+shift+↓", "N"]


def test_arrows_are_told_in_words_where_there_is_but_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    """`alt+v` is another key than `alt+↓`; so it is in the help."""
    monkeypatch.setattr(Plain, "on", True)
    keys = ("alt+down", "up", "ctrl+left", "right", "ctrl+v")

    assert [*map(shown_key, keys)] == ["alt+down", "up", "^left", "right", "^v"]
    for act in EVERY:
        assert act.shown_keys.isascii(), act.name


def test_the_footer_shows_seven_at_most() -> None:
    """More would not be read."""
    for acts in (ACTS, SESSION_ACTS, *LOOKS.values()):
        assert 0 < len(Footer(acts).acts) <= 7


async def test_the_palette_lists_what_can_be_done(tmp_path: Path) -> None:
    """On the workbench its acts, those of panes and editors, and no other screen's.

    That it lists those of every screen and dialog: `tests/tui/every`, where each is open anyway.
    """
    async with opened(own_prompts(tmp_path)) as (app, pilot):

        def told() -> set[str]:
            return {command.help for command in app.get_system_commands(app.screen)}

        acts = {act.tells for act in (*ACTS, *PANE_ACTS, *EDITOR_ACTS) if act.name != "palette"}
        await until(pilot, lambda: acts <= told())
        assert not {act.tells for act in REPLAY_ACTS} & told()
    assert "run" not in {act.name for act in ReplayScreen.acts}


async def test_the_palette_does_what_it_lists(tmp_path: Path) -> None:
    """Typing some letters out of its words and Enter does the act."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        palette = app.screen
        await pilot.press(*"mxmz")
        found = palette.query_one(CommandList)
        await until(pilot, lambda: found.option_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: app.front.maximized is not None)
