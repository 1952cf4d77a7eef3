"""Text to read in: searched, unwrapped, selected and copied by keys."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from rich.style import Style
from textual.app import App
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from tests.tui.app import until
from tests.tui.runs import Stage, painted
from tests.tui.stage import drag
from workbench.tui import clipboard
from workbench.tui.find_line import FindLine
from workbench.tui.readable import ReadableText

pytestmark = pytest.mark.anyio

SIZE = (30, 8)


def shown(pilot: Pilot[None]) -> ReadableText:
    """The text under test."""
    return pilot.app.query_one(ReadableText)


def count(pilot: Pilot[None]) -> str:
    """What the find line says of what was found."""
    return str(pilot.app.query_one(FindLine).query(Label).last().content).strip()


def style_at(text: ReadableText, x: int, y: int) -> Style:
    """The style of one cell."""
    (strip,) = text.render_lines(Region(x, y, 1, 1))
    return next(iter(strip)).style or Style()


async def find(pilot: Pilot[None], words: str, by: str = "slash") -> None:
    """Open the find line and type."""
    shown(pilot).focus()
    await pilot.press(by, *words)
    await pilot.pause()


@pytest.mark.parametrize("key", ["slash", "ctrl+f"])
async def test_words_are_found_and_gone_through(key: str) -> None:
    """Typing goes to the first match; n and N go on and back, round the end, and scroll there."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        shown(pilot).append("text", "late\n" + "x\n" * 30 + "Late\n" + "x\n" * 30 + "too late")
        shown(pilot).show_row(0)
        await find(pilot, "late", by=key)
        assert count(pilot) == "1 of 3"
        await pilot.press("enter", "n")
        assert count(pilot) == "2 of 3"
        assert any("Late" in line for line in painted(shown(pilot)))
        await pilot.press("n", "n")
        assert count(pilot) == "1 of 3"
        await pilot.press("N")
        assert count(pilot) == "3 of 3"
        assert shown(pilot).follows


async def test_with_less_room_one_stays_where_one_reads() -> None:
    """A text that all was in sight is at its start still, not at its end."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        shown(pilot).append("text", "first\nsecond\nthird\nfourth\nfifth")
        await pilot.resize_terminal(SIZE[0], 3)
        await until(pilot, lambda: shown(pilot).size.height == 3)
        assert painted(shown(pilot))[0].startswith("first")


async def test_what_is_found_is_seen() -> None:
    """Every match is set off, the one shown more than the others, with and without colour."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        shown(pilot).append("text", "ab ab x")
        await find(pilot, "ab")
        here, other, usual = (style_at(shown(pilot), x, 0) for x in (0, 3, 6))
        assert here.bold
        assert other.underline
        assert len({here.bgcolor, other.bgcolor, usual.bgcolor}) == 3
        await pilot.press("escape")
        assert style_at(shown(pilot), 0, 0) == usual


async def test_text_that_arrives_is_searched_too() -> None:
    """The count grows as it streams, and a match across two pieces is found and set off."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = shown(pilot)
        await find(pilot, "late")
        assert count(pilot) == "none"
        text.append("text", "la")
        painted(text)
        text.append("text", "te, and late")
        assert count(pilot) == "1 of 2"
        assert style_at(text, 0, 0).bold
        text.clear()
        assert count(pilot) == "none"
        text.append("text", "late")
        assert count(pilot) == "1 of 1"


async def test_the_line_is_there_once_its_key_is_done() -> None:
    """The next letter is for it, and no key of the pane's own."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        await shown(pilot).action_find_words()
        assert isinstance(pilot.app.focused, Input)


async def test_the_find_line_is_left_by_escape() -> None:
    """From where one types and from the text; the text has its last row again, and the focus."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = shown(pilot)
        text.append("text", "line\n" * 20)
        for leave in (["escape"], ["enter", "escape"]):
            await find(pilot, "line")
            assert text.body.height == SIZE[1] - 1
            assert text.finding
            await pilot.press(*leave)
            await pilot.pause()
            assert not text.finding
            assert text.body.height == SIZE[1]
            assert text.has_focus
            assert not text.query(FindLine)


async def test_what_was_typed_can_be_changed() -> None:
    """Find again goes back to the line, to be typed over; arrows there go through the matches."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        shown(pilot).append("text", "one two two")
        await find(pilot, "one")
        await pilot.press("enter")
        await find(pilot, "two")
        assert pilot.app.query_one(Input).value == "two"
        await pilot.press("down")
        assert count(pilot) == "2 of 2"
        await pilot.press("up")
        assert count(pilot) == "1 of 2"
        await pilot.press(*["backspace"] * 3)
        assert count(pilot) == ""
        await pilot.press("enter")
        assert not shown(pilot).finding


async def test_long_lines_are_wrapped_or_scrolled_sideways() -> None:
    """w changes over and back; left and right move, signs at the edge say that there is more."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = shown(pilot)
        text.append("text", "".join(f"{n:02} " for n in range(40)) + "\nshort")
        text.focus()
        wrapped = painted(text)
        await pilot.press("w")
        assert painted(text)[0] == "00 01 02 03 04 05 06 07 08 09›"
        await pilot.press("right")
        assert painted(text)[0] == " 03 04 05 06 07 08 09 10 11 1›"
        await pilot.press(*["right"] * 40)
        assert painted(text)[0].endswith(" 38 39")
        await pilot.press("w")
        assert painted(text) == wrapped


async def test_a_match_out_of_sight_at_the_side_is_scrolled_to() -> None:
    """Also where lines are not wrapped."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = shown(pilot)
        text.append("text", "x " * 50 + "needle " + "x " * 50)
        text.action_wrap()
        await find(pilot, "needle")
        assert "needle" in painted(text)[0]


async def test_rows_are_selected_by_keys_and_copied() -> None:
    """Shift and arrows select rows from the top in sight; y copies just that, as it came."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = shown(pilot)
        text.append("text", "one\ttab\ntwo\nthree\nfour")
        text.focus()
        await pilot.press("shift+down", "shift+down", "shift+down", "shift+up", "y")
        assert await copied(pilot) == "one\ttab\ntwo"
        await pilot.press("alt+a", "y")
        assert await copied(pilot) == text.text


async def test_a_selection_is_dragged_beyond_what_is_in_sight() -> None:
    """It goes on by itself at the edge, there and back; what arrives meanwhile moves nothing.

    A dialog that opens meanwhile ends it.
    """
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = shown(pilot)
        text.append("text", "\n".join(f"line {at:02}" for at in range(40)))
        text.show_row(0)
        await drag(pilot, (5, 2), (6, 4), (6, 7), let_go=False)
        await until(pilot, lambda: text.top == 32)
        await drag(pilot, None, (6, 3))
        assert text.top == 32
        text.action_copy()
        assert await copied(pilot) == "02\n" + "\n".join(f"line {at:02}" for at in range(3, 36))

        await drag(pilot, (3, 4), (3, 3), (3, 0), let_go=False)
        await until(pilot, lambda: text.top == 0)
        await drag(pilot, None, (4, 1), let_go=False)
        text.append("text", "\nand more" * 9)
        await drag(pilot, None, (0, 0))
        text.action_copy()
        assert (await copied(pilot)).startswith("line 00\n")
        assert text.top == 0

        await drag(pilot, (3, 4), (3, 7), let_go=False)
        assert text._rolls is not None
        pilot.app.push_screen(ModalScreen())
        await until(pilot, lambda: text._rolls is None)


async def copied(pilot: Pilot[None]) -> str:
    """What stands in the clipboard once all is done."""
    await pilot.app.workers.wait_for_complete()
    return pilot.app.clipboard


async def test_all_of_it_is_copied_where_nothing_is_selected() -> None:
    """With nothing to copy that is said; half a surrogate pair does not break it."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = shown(pilot)
        text.focus()
        await pilot.press("y")
        assert said(pilot.app) == "There is nothing to copy yet."
        text.append("text", "half \ud83d")
        await pilot.press("y")
        assert await copied(pilot) == "half ?"
        assert said(pilot.app) == "Sent the text to the terminal's clipboard (OSC 52)."


def said(app: App[None]) -> str:
    """The newest notification."""
    return [note.message for note in app._notifications][-1]


@pytest.mark.parametrize(("exit_code", "words"), [(0, "by copy"), (1, "OSC 52")])
async def test_the_desktop_has_it_too(
    exit_code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool of the desktop is fed as well, and named only where it took the text."""
    tool = tmp_path / "copy"
    tool.write_text(f'#!/bin/sh\ncat > "{tmp_path}/got"\nexit {exit_code}\n')
    tool.chmod(0o755)
    monkeypatch.setattr(clipboard, "desktop_tool", lambda: (str(tool),))
    async with Stage(partial(ReadableText)).run_test(size=SIZE) as pilot:
        shown(pilot).append("text", "hello")
        shown(pilot).focus()
        await pilot.press("y")
        await copied(pilot)
        assert (tmp_path / "got").read_text() == "hello"
        assert words in said(pilot.app)


def test_a_tool_without_a_display_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """xclip needs a display; over ssh, a Mac's own tool would copy on the wrong machine."""
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    assert clipboard.desktop_tool({}) == ("/bin/pbcopy",)
    assert clipboard.desktop_tool({"SSH_CONNECTION": "x"}) == ()
    assert clipboard.desktop_tool({"DISPLAY": ":0"})[0] == "/bin/xclip"
    assert clipboard.desktop_tool({"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}) == ("/bin/wl-copy",)


async def test_off_it_costs_a_delta_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the find line closed, text that arrives is not looked through."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = shown(pilot)
        await find(pilot, "x")
        await pilot.press("escape")
        monkeypatch.setattr("workbench.telling.finder.Finder.look", None)
        text.append("text", "xxx")
        assert text.text == "xxx"
