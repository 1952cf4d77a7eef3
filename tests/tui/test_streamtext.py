"""The widget for streaming text: follows the tail, scrolls back, paints what is there."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.events import MouseDown, MouseMove, MouseScrollUp, MouseUp
from textual.geometry import Region
from textual.pilot import Pilot

from tests.tui.runs import Stage, painted
from workbench.tui.readable import ReadableText
from workbench.tui.streamtext import NEW_OUTPUT, StreamText

pytestmark = pytest.mark.anyio

SIZE = (24, 6)


def numbered(first: int, last: int) -> str:
    """Lines with their numbers in them."""
    return "".join(f"line {number}\n" for number in range(first, last + 1))


def stream(pilot: Pilot[None]) -> StreamText:
    """The widget under test."""
    return pilot.app.query_one(StreamText)


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    """Select with the mouse from one cell to another."""
    await pilot._post_mouse_events([MouseDown], offset=start, button=1)
    await pilot._post_mouse_events([MouseMove], offset=end, button=1)
    await pilot._post_mouse_events([MouseUp], offset=end, button=1)
    await pilot.pause()


async def test_it_follows_the_tail() -> None:
    """While the tail is in sight it stays in sight."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        for number in range(1, 21):
            text.append("text", f"line {number}\n")
        await pilot.pause()
        assert text.follows
        assert [line.rstrip(" ▐") for line in painted(text)] == [
            *(f"line {number}" for number in range(16, 21)),
            "",
        ]


async def test_a_row_that_grows_is_painted_anew() -> None:
    """What was painted of the last row is not kept once more of it has come."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        for so_far in ("one", "one two", "one two three"):
            text.append("text", so_far.removeprefix(text.text))
            await pilot.pause()
            assert painted(text)[0] == so_far


async def test_scrolled_back_it_stays_put_and_tells_of_what_is_new() -> None:
    """Text that arrives below never moves what is read; a hint tells of it until it is seen."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.focus()
        text.append("text", numbered(1, 20))
        await pilot.press("pageup")
        here = text.top
        assert not text.unseen
        text.append("text", numbered(21, 40))
        await pilot.pause()
        assert text.top == here
        assert text.unseen
        assert NEW_OUTPUT in painted(text)[-1]
        await pilot.press("end")
        assert text.follows
        assert not text.unseen
        assert NEW_OUTPUT not in "".join(painted(text))


async def test_a_click_on_the_hint_goes_to_the_tail() -> None:
    """The hint is a button too."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.append("text", numbered(1, 20))
        text.show_row(0)
        text.append("text", "more\n")
        await pilot.pause()
        assert await pilot.click(StreamText, offset=text.hint_region.offset)
        assert text.follows


@pytest.mark.parametrize(
    ("keys", "top"),
    [
        (["home"], 0),
        (["home", "down", "down"], 2),
        (["home", "down", "up"], 0),
        (["home", "pagedown"], 5),
        (["home", "up"], 0),
        (["up"], 14),
        (["end"], 15),
    ],
)
async def test_keys_scroll(keys: list[str], top: int) -> None:
    """Arrows move by a row, page keys by a screenful but one row, Home and End to the ends."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.focus()
        text.append("text", numbered(1, 20))
        await pilot.press(*keys)
        assert text.top == top


async def test_the_wheel_scrolls_what_can_be_scrolled() -> None:
    """The wheel moves three rows, and is left to others where all the text is in sight."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.append("text", numbered(1, 20))
        await pilot.pause()
        await pilot._post_mouse_events([MouseScrollUp], StreamText, button=0)
        assert text.top == 12
        text.clear()
        text.append("text", "short")
        event = MouseScrollUp(text, 1, 1, 0, -1, 0, False, False, False, 1, 1)
        text.on_mouse_scroll_up(event)
        assert not event._stop_propagation


async def test_the_thumb_is_dragged() -> None:
    """It goes along with the mouse, also beside its line; nothing is selected by that."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.append("text", numbered(1, 60))
        await pilot.pause()
        right, bottom = SIZE[0] - 1, SIZE[1] - 1
        assert painted(text)[bottom].endswith("▐")
        await drag(pilot, (right, bottom), (right - 9, 0))
        assert text.top == 0
        await drag(pilot, (right, 3), (right, bottom))
        assert text.follows
        assert text.text_selection is None
        await drag(pilot, (right, 0), (right, 0))
        assert text.top == 0


async def test_two_clicks_select_a_word_and_three_its_line() -> None:
    """Not all of the text; beyond the end of a line there is no word."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.append("text", "an order-id, {{late}}\nand more")
        await pilot.pause()

        def selected() -> str:
            found = text.get_selection(text.text_selection) if text.text_selection else None
            return found[0] if found else ""

        for x, times, words in ((4, 2, "order"), (9, 2, "id"), (14, 2, "{{"), (17, 2, "late")):
            await pilot.click(text, offset=(x, 0), times=times)
            await pilot.pause()
            assert selected() == words
        await pilot.click(text, offset=(2, 1), times=3)
        await pilot.pause()
        assert selected() == "and more"


async def test_a_resize_wraps_anew_and_keeps_the_place() -> None:
    """What stood at the top still does, at another width."""
    async with Stage(ReadableText).run_test(size=(40, 6)) as pilot:
        text = stream(pilot)
        text.append("text", "".join(f"{n} {'word ' * 9}\n" for n in range(50)))
        text.show_row(text.flow.row_at(20, 0))
        await pilot.resize_terminal(15, 6)
        assert painted(text)[0].startswith("20 word")
        await pilot.resize_terminal(80, 6)
        assert painted(text)[0].startswith("20 word")


async def test_text_appended_before_the_first_layout_is_shown() -> None:
    """A widget may be filled before it is on the screen."""

    def filled() -> StreamText:
        text = StreamText()
        text.append("text", numbered(1, 20))
        return text

    async with Stage(filled).run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "line 20" in painted(stream(pilot))[4]


async def test_markup_and_controls_are_shown() -> None:
    """Brackets mean nothing; escape sequences are to be seen."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.append("text", "[bold]x[/] \x1b[31m <b>")
        await pilot.pause()
        assert painted(text)[0] == "[bold]x[/] ␛[31m <b>"


async def test_each_kind_has_its_look() -> None:
    """Thinking is set apart from the answer by more than colour; unknown kinds look like text."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        for kind in ("text", "thinking", "whatever"):
            text.append(kind, f"{kind}\n")
        await pilot.pause()
        plain, thinking, unknown = (first_style(text, y) for y in range(3))
        assert thinking.italic
        assert not plain.italic
        assert unknown == plain


def first_style(text: StreamText, y: int) -> Style:
    """The style in which line `y` begins."""
    return next(iter(text.render_lines(Region(0, y, 10, 1))[0])).style or Style()


async def test_no_colour_means_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """`NO_COLOR` is honoured: an error is as grey as the rest."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.append("error", "red?")
        await pilot.pause()
        color = first_style(text, 0).color
        assert color is not None
        assert len(set(color.get_truecolor())) == 1


async def test_a_theme_changes_what_is_painted() -> None:
    """A new theme is seen at once; nothing painted in the old one is used again."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.append("text", "hello")
        await pilot.pause()
        dark = first_style(text, 0)
        pilot.app.theme = "textual-light"
        await pilot.pause()
        assert first_style(text, 0) != dark


async def test_a_selection_is_copied_as_it_came() -> None:
    """Copying gives the raw text: tabs, joiners and controls as the model sent them."""
    came = "one\ttwo \x1b three\nfour five"
    async with Stage(ReadableText).run_test(size=(60, 6)) as pilot:
        text = stream(pilot)
        text.append("text", came)
        await pilot.pause()
        await drag(pilot, (0, 0), (3, 1))
        assert text.screen.get_selected_text() == "one\ttwo \x1b three\nfour"
        await drag(pilot, (4, 0), (6, 0))
        assert text.screen.get_selected_text() == "two"


async def test_a_selection_is_seen_and_survives_new_text() -> None:
    """What is selected is painted so, also once more has arrived."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.append("text", "hello world")
        await pilot.pause()
        usual = first_style(text, 0)
        await drag(pilot, (0, 0), (4, 0))
        assert first_style(text, 0) != usual
        text.append("text", " and more")
        await pilot.pause()
        assert first_style(text, 0) != usual
        assert text.screen.get_selected_text() == "hello"


async def test_a_selection_of_wrapped_text_has_no_breaks_of_ours() -> None:
    """Rows wrapped by us are one line of the answer, and are copied as one."""
    async with Stage(ReadableText).run_test(size=(12, 6)) as pilot:
        text = stream(pilot)
        text.append("text", "one two three four five")
        await pilot.pause()
        await drag(pilot, (0, 0), (3, 1))
        assert text.screen.get_selected_text() == "one two three four"[:12]


async def test_clear_begins_anew() -> None:
    """After `clear` nothing is left and the tail is followed again."""
    async with Stage(lambda: ReadableText(placeholder="nothing yet")).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        assert painted(text)[0] == "nothing yet"
        text.append("text", numbered(1, 20))
        text.show_row(0)
        text.clear()
        await pilot.pause()
        assert painted(text)[0] == "nothing yet"
        assert text.text == ""
        assert text.follows


async def test_an_append_lays_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many lines arrive, the screen is never laid out again for them."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        await pilot.pause()
        laid_out: list[object] = []
        monkeypatch.setattr(text.screen, "_refresh_layout", lambda *a, **k: laid_out.append(a))
        text.append("text", numbered(1, 50))
        await pilot.pause()
        assert not laid_out


async def test_only_rows_in_sight_are_kept_painted() -> None:
    """Painted rows are kept for what was seen lately, not for a whole long answer."""
    async with Stage(ReadableText).run_test(size=SIZE) as pilot:
        text = stream(pilot)
        text.append("text", numbered(1, 3_000))
        for row in range(3_000, 0, -5):
            text.show_row(row)
            painted(text)
        assert len(text._strips) <= 512


async def test_a_text_that_was_taken_away_can_still_be_painted() -> None:
    """Textual does so between taking a widget away and its next layout: it is blank."""
    text = StreamText()
    async with Stage(lambda: text).run_test(size=(20, 5)):
        text.append("text", "Hello")
        region = text.outer_size.region
        await text.remove()

        assert {strip.text.strip() for strip in text.render_lines(region)} == {""}
