"""The sessions screen: everything that can be done on it, by key and by mouse."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.tui.app import EXAMPLES, click_footer, notices, opened, own_prompts, states, until
from tests.tui.provider import provider
from workbench.sessions.about import About, annotate
from workbench.sessions.session import read_session
from workbench.sessions.trash import in_trash, trash
from workbench.tui.app import WorkbenchApp
from workbench.tui.choice import Choice
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.sessions.about_screen import AboutScreen
from workbench.tui.sessions.export_screen import ExportScreen
from workbench.tui.sessions.preview import Preview
from workbench.tui.sessions.session_list import SessionList
from workbench.tui.sessions.sessions_screen import SessionsScreen
from workbench.tui.tabs import Tabs

pytestmark = pytest.mark.anyio

SIZES = [(80, 24), (200, 60)]
NAMES = ["example-triage", "example-policy", "example-orders"]  # newest first


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """The example prompts, with the example sessions beside them."""
    (tmp_path / "sessions").mkdir()
    for name in NAMES:
        shutil.copy(EXAMPLES.parent / "sessions" / f"{name}.jsonl", tmp_path / "sessions")
    return own_prompts(tmp_path)


@asynccontextmanager
async def shelf(
    prompts: Path, *, size: tuple[int, int] = (160, 45)
) -> AsyncIterator[tuple[WorkbenchApp, SessionsScreen, Pilot[None]]]:
    """The app with its sessions screen open and everything listed."""
    async with opened(prompts, size=size) as (app, pilot):
        yield app, await screen_of(app, pilot), pilot


async def screen_of(app: WorkbenchApp, pilot: Pilot[None]) -> SessionsScreen:
    """Open the sessions screen."""
    await pilot.press("ctrl+g")
    await until(pilot, lambda: isinstance(app.screen, SessionsScreen) and app.screen.reading == 0)
    assert isinstance(app.screen, SessionsScreen)
    return app.screen


def file_of(prompts: Path, name: str) -> Path:
    """The file of an example session."""
    return prompts.parent / "sessions" / f"{name}.jsonl"


def about(prompts: Path, name: str) -> About:
    """What has been said of a session, by its file."""
    return read_session(file_of(prompts, name)).about


def listed(screen: SessionsScreen) -> list[str]:
    """The sessions in the list."""
    return [entry.summary.path.stem for entry in screen.list._entries]


def chosen(screen: SessionsScreen) -> str:
    """The chosen session."""
    return screen.chosen.summary.path.stem if screen.chosen else ""


def seen(screen: SessionsScreen, only: str = "") -> str:
    """What the preview says; only of the part with this id, where given."""
    parts = screen.query_one(Preview).query(Static)
    return "\n".join(str(part.content) for part in parts if only in ("", part.id) and part.display)


def status(screen: SessionsScreen) -> str:
    """The line under the search."""
    return str(screen.query_one("#status", Static).content)


def painted(screen: SessionsScreen, y: int) -> str:
    """A line of the list, from 0 for the heads."""
    return screen.list.render_line(y).text


@pytest.mark.parametrize("size", SIZES)
async def test_sessions_are_listed_with_what_is_in_the_chosen_one(
    prompts: Path, size: tuple[int, int]
) -> None:
    """Date, name, tags, runs, cost, SIMULATED, how it ended; rounds, answers, figures, the note."""
    path = file_of(prompts, "example-policy")
    annotate(path, {"title": "Late", "tags": ["good"], "note": "See the cache."})
    async with shelf(prompts, size=size) as (_, screen, pilot):
        assert listed(screen) == NAMES
        assert [*painted(screen, 1).split()[-4:]] == ["$0.0018", "SIMULATED", "✓", "complete"]
        assert "11-22 23:22  triage " in painted(screen, 1)
        await until(pilot, lambda: "billing | high | wants money back" in seen(screen))

        await pilot.press("down")
        assert "Late  #good" in painted(screen, 2)
        await until(pilot, lambda: "round 2 of 2" in seen(screen))
        assert "Late  policy\n2 rounds, 6 runs   $0.0242   SIMULATED" in seen(screen)
        assert "#good\nSee the cache." in seen(screen)
        assert "4,850 (4,778r) → 187" in seen(screen)
        width = screen.query_one("#rounds", Static).size.width  # beside the scrollbar
        assert all(cell_len(line) <= width for line in seen(screen, "rounds").split("\n"))
        await pilot.press("end", "up", "up", "home", "pagedown")
        assert chosen(screen) == NAMES[-1]


async def test_a_search_finds_as_one_types(prompts: Path) -> None:
    """Words, marks and amounts; where they occur is shown; arrows move on; back step by step."""
    async with shelf(prompts, size=(80, 24)) as (app, screen, pilot):
        await pilot.press("slash", *"name:o zip")
        await until(pilot, lambda: listed(screen) == ["example-policy"])
        await until(pilot, lambda: "zip" in seen(screen, "rounds").split("\n")[1])
        await pilot.press(*["backspace"] * 4)
        await until(pilot, lambda: listed(screen) == ["example-policy", "example-orders"])
        await pilot.press("down")
        assert chosen(screen) == "example-orders"
        assert screen.input.has_focus

        await pilot.press("escape")
        assert screen.list.has_focus
        assert screen.words == "name:o"
        await pilot.press("escape")
        await until(pilot, lambda: listed(screen) == NAMES)
        assert chosen(screen) == "example-orders"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)


async def test_what_cannot_be_meant_is_one_line(prompts: Path) -> None:
    """Under the search; the rest of the words count all the same, and it goes when it is mended."""
    async with shelf(prompts) as (_, screen, pilot):
        await pilot.press("ctrl+f", *"name:policy is:odd")
        await until(pilot, lambda: status(screen).startswith("is:odd is no mark. Write is:cut,"))
        assert listed(screen) == ["example-policy"]
        await pilot.press(*["backspace"] * 3, *"simulated")
        await until(pilot, lambda: "mark" not in status(screen))
        assert listed(screen) == ["example-policy"]


async def test_a_session_is_replayed_and_one_comes_back_to_it(prompts: Path) -> None:
    """By Enter, be it in the list or the search; by a double click; by the footer."""
    async with shelf(prompts, size=(80, 24)) as (app, screen, pilot):

        async def back() -> None:
            await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
            replayed = app.screen
            assert isinstance(replayed, ReplayScreen)
            await until(pilot, lambda: "orders" in replayed.header.opened)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is screen)

        await pilot.press("slash", *"name:orders", "enter")
        await back()
        assert (screen.words, chosen(screen)) == ("name:orders", "example-orders")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: listed(screen) == NAMES)
        await pilot.press("home")
        await pilot.click(SessionList, offset=(20, 3), times=2)
        await back()
        await click_footer(app, pilot, "enter")
        await back()


async def test_title_tags_and_note_are_said_by_key_and_undone(prompts: Path) -> None:
    """They stand in the file, the list and the preview at once; undo takes them back."""
    async with shelf(prompts, size=(80, 24)) as (app, screen, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, AboutScreen))
        await pilot.press(*"Queues", "tab", *"#good two", "down", *"A note.", "enter")
        await until(pilot, lambda: "A note." in seen(screen))
        said = About("Queues", ("good", "two"), "A note.")
        assert about(prompts, "example-triage") == said
        assert "Queues" in painted(screen, 1)

        await pilot.press("e", "escape")
        await until(pilot, lambda: app.screen is screen)
        assert about(prompts, "example-triage") == said
        await pilot.press("u")
        await until(pilot, lambda: "Queues" not in painted(screen, 1))
        assert about(prompts, "example-triage") == About()


async def test_title_tags_and_note_are_said_by_mouse(prompts: Path) -> None:
    """A click on what is said opens the form there; the footer opens it, too."""
    annotate(file_of(prompts, "example-triage"), {"note": "Two\nlines", "tags": ["old"]})
    async with shelf(prompts) as (app, screen, pilot):
        for field in ("note", "tags", "title"):
            await until(pilot, lambda: bool(seen(screen, "note")))
            await pilot.click(f"#seen #{field}")
            await until(pilot, lambda: isinstance(app.screen, AboutScreen))
            await until(pilot, lambda field=field: getattr(app.screen.focused, "id", "") == field)  # type: ignore[misc]
            await pilot.click(offset=(1, 1))
            await until(pilot, lambda: app.screen is screen)
        await click_footer(app, pilot, "e title")
        await until(pilot, lambda: isinstance(app.screen, AboutScreen))
        await pilot.press(*"New", "enter")
        await until(pilot, lambda: "New" in painted(screen, 1))
        assert about(prompts, "example-triage") == About("New", ("old",), "Two\nlines")


async def test_archived_sessions_leave_the_list_and_come_back(prompts: Path) -> None:
    """By key and by mouse; a search finds them all the same."""
    async with shelf(prompts, size=(80, 24)) as (app, screen, pilot):
        await pilot.press("a")
        await until(pilot, lambda: listed(screen) == NAMES[1:])
        assert about(prompts, "example-triage").archived
        assert "is archived" in status(screen)
        await click_footer(app, pilot, "a archive")
        await until(pilot, lambda: listed(screen) == NAMES[2:])
        await pilot.press("u")
        await until(pilot, lambda: listed(screen) == NAMES[1:])
        assert chosen(screen) == "example-policy"

        await pilot.press("slash", *"triage", "escape")
        await until(pilot, lambda: "example-triage" in listed(screen))
        await pilot.press("a")
        await until(pilot, lambda: "in the list again" in status(screen))
        assert not about(prompts, "example-triage").archived


async def test_pinned_sessions_stand_before_all_others(prompts: Path) -> None:
    """And say so; again puts them back; undo, too."""
    async with shelf(prompts, size=(80, 24)) as (_, screen, pilot):
        await pilot.press("end", "p")
        await until(pilot, lambda: listed(screen) == [NAMES[2], *NAMES[:2]])
        assert chosen(screen) == NAMES[2]
        assert "orders  pinned" in painted(screen, 1)
        await until(pilot, lambda: "pinned" in seen(screen, "figures"))
        await pilot.press("p")
        await until(pilot, lambda: listed(screen) == NAMES)
        await pilot.press("u")
        await until(pilot, lambda: listed(screen) == [NAMES[2], *NAMES[:2]])


async def test_what_is_thrown_away_comes_back_by_one_key(prompts: Path) -> None:
    """Or by a click on the line that says so; nothing is asked; the neighbour is chosen."""
    async with shelf(prompts, size=(80, 24)) as (app, screen, pilot):
        await pilot.press("down", "d")
        await until(pilot, lambda: listed(screen) == [NAMES[0], NAMES[2]])
        assert chosen(screen) == NAMES[2]
        assert status(screen).startswith("example-policy is in the trash.")
        await click_footer(app, pilot, "d trash")
        await until(pilot, lambda: listed(screen) == NAMES[:1])
        assert len(in_trash(prompts.parent / "sessions")) == 2

        await pilot.press("u")
        await until(pilot, lambda: listed(screen) == [NAMES[0], NAMES[2]])
        assert chosen(screen) == NAMES[2]
        await pilot.click("#status", offset=(3, 0))
        await until(pilot, lambda: listed(screen) == NAMES)
        assert chosen(screen) == NAMES[1]
        assert status(screen) == ""


async def test_undo_brings_back_what_was_thrown_away_earlier(prompts: Path) -> None:
    """Where nothing was done yet; with an empty trash it says so."""
    trash(file_of(prompts, "example-orders"))
    async with shelf(prompts) as (app, screen, pilot):
        await pilot.press("u")
        await until(pilot, lambda: listed(screen) == NAMES)
        await pilot.press("u")
        await until(pilot, lambda: "nothing in the trash" in notices(app))


async def test_every_key_of_a_quick_hand_counts(prompts: Path) -> None:
    """Acts are done one after the other, each on what is chosen then."""
    async with shelf(prompts) as (app, screen, pilot):
        await pilot.press("d", "d", "d")
        await until(pilot, lambda: listed(screen) == [])
        await pilot.press("d", "a", "enter", "u", "u", "u")
        await until(pilot, lambda: listed(screen) == NAMES)
        assert screen.list.has_focus
        assert notices(app) == ""


async def test_a_session_is_exported(
    prompts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form by arrow or click, the file by its name; one that is there is asked about."""
    monkeypatch.chdir(tmp_path)
    file_of(prompts, "example-triage").rename(file_of(prompts, "example-triage-v1.2"))
    async with shelf(prompts, size=(80, 24)) as (app, screen, pilot):

        async def ask() -> Input:
            await until(pilot, lambda: isinstance(app.screen, ExportScreen))
            return app.screen.query_one(Input)

        await pilot.press("x")
        line = await ask()
        assert line.value == "example-triage-v1.2.html"
        await pilot.press("down")
        assert line.value == "example-triage-v1.2.md"
        await pilot.click(Tabs, offset=(13, 0))
        assert line.value == "example-triage-v1.2.csv"
        await pilot.press("enter")
        await until(pilot, lambda: "Written" in notices(app))
        written = tmp_path / "example-triage-v1.2.csv"
        assert written.read_text().startswith("session,round,")

        written.write_text("mine")
        await click_footer(app, pilot, "x export")
        await ask()
        await pilot.press("down", "down", "tab", *"tools", "enter")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("escape")
        await ask()
        assert written.read_text() == "mine"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        assert "It has: channel, ticket" in str(app.screen.query(".wrong").last().content)  # type: ignore[attr-defined]
        await pilot.press("ctrl+t", "tab", *"ticket")
        for sign in "○●":
            await pilot.click(".tools")
            assert str(app.screen.query_one(".tools", Static).content).startswith(sign)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("r")
        await until(pilot, lambda: written.read_text() != "mine")
        await until(pilot, lambda: "Masked: ticket, what tools" in notices(app))
        assert "my money back" not in written.read_text()
        await until(pilot, lambda: app.screen is screen)


async def test_an_export_that_cannot_be_written_is_asked_for_again(prompts: Path) -> None:
    """With what is wrong; what was typed stays."""
    async with shelf(prompts) as (app, screen, pilot):
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        await pilot.press("ctrl+u", *"/no/such/place.md", "enter")
        await until(pilot, lambda: "cannot write" in str(app.screen.query(".wrong").last().content))  # type: ignore[attr-defined]
        line = app.screen.query_one(Input)
        assert line.value == "/no/such/place.md"
        await pilot.press("ctrl+u", *"x.odd", "enter")
        await until(pilot, lambda: app.screen.query_one(Input) is not line)
        assert ".html" in str(app.screen.query(".wrong").last().content)  # type: ignore[attr-defined]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)


async def test_the_session_of_this_sitting_is_kept_like_any_other(tmp_path: Path) -> None:
    """It is tagged while it is open; thrown away, the next round begins another."""
    async with provider() as made, opened(own_prompts(tmp_path), base_url=made.url) as (app, pilot):

        async def run() -> Path:
            await pilot.press("ctrl+r")
            await until(pilot, lambda: app.front.shows_round and not app.front.running)
            assert app.bench.journal is not None
            assert app.bench.journal.path is not None
            return app.bench.journal.path

        path = await run()
        screen = await screen_of(app, pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, AboutScreen))
        await pilot.press(*"Mine", "enter")
        await until(pilot, lambda: "Mine" in painted(screen, 1))
        assert read_session(path).about.title == "Mine"
        await pilot.press("d")
        await until(pilot, lambda: listed(screen) == [])
        assert "No session in" in painted(screen, 2)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        again = await run()
        assert again.exists()
        assert len(read_session(again).rounds) == 1
        assert notices(app) == ""


async def test_a_session_with_a_round_on_its_way_is_not_thrown_away(tmp_path: Path) -> None:
    """It says under way in the list, and why in a line."""
    prompts = own_prompts(tmp_path)
    async with (
        provider(holds=True) as made,
        opened(prompts, base_url=made.url) as (app, pilot),
    ):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "streaming" in states(app))
        screen = await screen_of(app, pilot)
        await until(pilot, lambda: "under way" in painted(screen, 1))
        await pilot.press("d")
        await until(pilot, lambda: "a round is being saved to this session" in notices(app))
        assert len(listed(screen)) == 1
        made.go.set()
        await until(pilot, lambda: not app.front.running)


@pytest.mark.parametrize("size", SIZES)
async def test_the_preview_can_be_put_away(prompts: Path, size: tuple[int, int]) -> None:
    """Beside the list where there is room, else under it; the arrows scroll it once focused."""
    async with shelf(prompts, size=size) as (_, screen, pilot):
        beside = screen.preview.region.x > 0
        assert beside == (size[0] == 200)
        height = screen.list.size.height
        await pilot.press("tab")
        assert screen.preview.has_focus
        await pilot.press("v")
        assert not screen.preview.display
        assert screen.list.has_focus
        await pilot.pause()
        assert screen.list.size.width == size[0]
        assert screen.list.size.height >= height
        await pilot.press("v")
        assert screen.preview.display


async def test_a_screen_that_changes_its_size_keeps_the_chosen_one_in_sight(prompts: Path) -> None:
    """From wide to as small as it gets."""
    for number in range(40):
        name = f"2026-{number:02}.jsonl"
        shutil.copy(file_of(prompts, "example-orders"), prompts.parent / "sessions" / name)
    async with shelf(prompts, size=(200, 60)) as (_, screen, pilot):
        await pilot.press("end")
        last = chosen(screen)
        for size in ((80, 24), (40, 12), (300, 100), (100, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            view = range(1, screen.list.size.height)
            at = screen.list._entries.place_of(screen.list.chosen.summary.path)  # type: ignore[union-attr]
            assert at is not None
            assert at + 1 - round(screen.list.scroll_y) in view
            assert chosen(screen) == last


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_shelf_says_what_to_press(tmp_path: Path, size: tuple[int, int]) -> None:
    """Where nothing was saved yet, and where nothing fits."""
    prompts = own_prompts(tmp_path)
    async with shelf(prompts, size=size) as (app, screen, pilot):
        assert "No session in" in painted(screen, 2)
        assert "esc  goes back" in painted(screen, 4)
        assert "^r   runs a round" in painted(screen, 5)
        await pilot.press("enter", "e", "a", "x", "d", "v", "down", "end", "slash", "z")
        await until(pilot, lambda: "No session fits" in painted(screen, 2))
        await pilot.press("escape")
        await until(pilot, lambda: screen.words == "")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)


async def test_names_and_answers_are_shown_not_obeyed(prompts: Path) -> None:
    """Neither markup nor control characters, in the list and in the preview."""
    odd = "[red]odd[/red] \x1b[31m\u202e\n"
    annotate(
        file_of(prompts, "example-triage"), {"title": odd, "tags": ["[b]\x07"], "note": odd * 3}
    )
    async with shelf(prompts, size=(200, 60)) as (_, screen, pilot):
        await until(pilot, lambda: "note" in seen(screen) or bool(seen(screen, "note")))
        for text in (painted(screen, 1), seen(screen)):
            assert "[red]odd[/red] ␛[31m‹U+202E›" in text
            assert not {"\x1b", "\u202e", "\x07"} & set(text)


async def test_a_new_session_is_listed_when_one_comes_back(prompts: Path) -> None:
    """And one that was removed is gone."""
    async with shelf(prompts) as (_, screen, pilot):
        await pilot.press("f1")
        shutil.copy(file_of(prompts, "example-orders"), file_of(prompts, "new"))
        file_of(prompts, "example-policy").unlink()
        await pilot.press("escape")
        await until(
            pilot, lambda: sorted(listed(screen)) == ["example-orders", "example-triage", "new"]
        )


async def test_the_newest_is_chosen_though_it_comes_in_last(prompts: Path) -> None:
    """Until the user takes hold of another; from then on that one stays chosen."""
    async with shelf(prompts) as (_, screen, pilot):
        every = screen.list._entries
        screen.list.show(every[1:])
        assert chosen(screen) == NAMES[1]
        screen.list.show(every)
        assert chosen(screen) == NAMES[0]

        screen.list.show(every[1:])
        await pilot.press("up")
        screen.list.show(every)
        assert chosen(screen) == NAMES[1]
