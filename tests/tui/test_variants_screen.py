"""The list of variants, by key and by mouse, on the whole app."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from tests.tui.app import notices, opened, states, until
from tests.tui.next_round import PROMPT, asks, click_key, own, rows
from tests.tui.provider import provider
from tests.tui.stage import said
from workbench.tui.app import WorkbenchApp
from workbench.tui.ask import Ask
from workbench.tui.ticks import Ticks
from workbench.tui.variants_screen import VariantsScreen

pytestmark = pytest.mark.anyio

TEXT = PROMPT.replace("  ticket: {required: true}", "  ticket: {default: Hello}")
SIZES = [(80, 24), (160, 45)]


def listed(app: WorkbenchApp) -> list[str]:
    """The rows of the list."""
    return [" ".join(row.split()) for row in rows(app.screen.query_one(OptionList))]


def labels(app: WorkbenchApp) -> list[str]:
    """The variants' line behind it."""
    return [tab.label for tab in app.front.variants.tabs]


def told(app: WorkbenchApp, where: str) -> str:
    """What a line of the dialog says."""
    return str(app.screen.query_one(where, Static).content)


async def test_variants_are_switched_by_key_and_by_mouse(tmp_path: Path) -> None:
    """Space, a click on a row, or on a sign in the line; only what is on is sent."""
    async with (
        provider() as made,
        opened(own(tmp_path, TEXT), prompt="own", base_url=made.url, size=(80, 24)) as (app, pilot),
    ):
        line = app.front.variants
        await pilot.press("alt+v")
        await asks(app, pilot, VariantsScreen)
        assert listed(app) == ["● base", "● warm temperature 0.7"]
        await pilot.press("space")
        await until(pilot, lambda: line.side.startswith("next round: 1 run,"))
        assert listed(app)[0] == "○ base"
        assert labels(app) == ["○ base", "● warm"]
        await pilot.click(OptionList, offset=(5, 0))
        await pilot.click(OptionList, offset=(5, 1))
        await until(pilot, lambda: labels(app) == ["● base", "○ warm"])
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)

        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"])
        assert [run.variant for run in app.front.runs.values()] == ["base"]
        await until(pilot, lambda: labels(app) == ["✓ base", "○ warm"])
        await pilot.click(line, offset=(said(line).index("○") + 1, 0))
        await until(pilot, lambda: labels(app) == ["✓ base", "● warm"])
        await until(pilot, lambda: line.side.startswith("next round: 2 runs"))


async def test_where_nothing_is_on_run_says_what_to_do(tmp_path: Path) -> None:
    """In one line, with the key; nothing is sent; the choice is the prompt's, for the sitting."""
    prompts = own(tmp_path, TEXT)
    (prompts / "zz.prompt.yaml").write_text(TEXT)
    async with opened(prompts, prompt="own") as (app, pilot):
        await pilot.press("alt+v")
        await asks(app, pilot, VariantsScreen)
        await click_key(app, pilot, "all")
        await until(pilot, lambda: labels(app) == ["○ base", "○ warm"])
        await pilot.press("escape")
        await until(pilot, lambda: "every variant is off" in app.front.variants.side)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "alt+v lists them" in notices(app))
        assert not app.front.shows_round

        assert app.desk is not None
        app.desk.open_prompt(prompts / "zz.prompt.yaml")
        await until(pilot, lambda: labels(app) == ["● base", "● warm"])
        app.desk.open_prompt(prompts / "own.prompt.yaml")
        await until(pilot, lambda: labels(app) == ["○ base", "○ warm"])
        await pilot.press("alt+v")
        await asks(app, pilot, VariantsScreen)
        await pilot.press("a")
        await until(pilot, lambda: labels(app) == ["● base", "● warm"])


async def test_variants_are_added_in_the_text(tmp_path: Path) -> None:
    """A copy, temperatures, models: as unsaved text, comments kept, one step of undo each."""
    prompts = own(tmp_path, TEXT)
    async with opened(prompts, prompt="own", size=(120, 45)) as (app, pilot):
        panel = app.front.panels["prompt"]

        async def act(key: str) -> None:
            await asks(app, pilot, VariantsScreen)
            await pilot.press(key)

        await pilot.press("alt+v")
        await act("n")
        await until(pilot, lambda: "  base-2: {}\n" in panel.text)
        await asks(app, pilot, VariantsScreen)
        assert app.screen.query_one(OptionList).highlighted == 1
        assert panel.dirty
        assert "base: {} # as it is\n  base-2: {}\n  warm: {temperature: 0.7}\n" in panel.text

        await act("t")
        await asks(app, pilot, Ask)
        await pilot.press("ctrl+u", *"hot", "enter")
        await until(pilot, lambda: "no temperature" in told(app, ".wrong"))
        await pilot.press("ctrl+u", *"0.5, 1", "enter")
        await until(pilot, lambda: "base-2-t1: {temperature: 1}" in panel.text)

        await act("m")
        await asks(app, pilot, Ticks)
        await pilot.press(*"opus-4-6", "tab", "enter")
        await until(pilot, lambda: "base-2-t0.5-opus-4-6:" in panel.text)
        await asks(app, pilot, VariantsScreen)
        assert len(listed(app)) == 6
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 6 runs"))

        for _ in range(3):
            await act("u")
            await until(pilot, lambda: isinstance(app.screen, VariantsScreen))
        await until(pilot, lambda: panel.text == TEXT)
        assert not panel.dirty


async def test_efforts_are_those_of_the_variants_model(tmp_path: Path) -> None:
    """Written as `output_config.effort`; of a model without any that is said."""
    text = TEXT.replace("temperature: 0\n", "").replace("claude-haiku-4-5", "claude-opus-4-6")
    async with opened(own(tmp_path, text), prompt="own") as (app, pilot):
        await pilot.press("alt+v")
        await asks(app, pilot, VariantsScreen)
        await pilot.press("e")
        await asks(app, pilot, Ticks)
        assert [row.split()[1] for row in rows(app.screen.query_one(OptionList))][:2] == [
            *("low", "medium")
        ]
        await pilot.click(OptionList, offset=(4, 0))
        await pilot.press("enter")
        text = "  effort-low: {output_config.effort: low}\n"
        await until(pilot, lambda: text in app.front.panels["prompt"].text)


async def test_a_model_without_effort_is_told(tmp_path: Path) -> None:
    """And what else can be varied."""
    async with opened(own(tmp_path, TEXT), prompt="own") as (app, pilot):
        await pilot.press("alt+v")
        await asks(app, pilot, VariantsScreen)
        await pilot.press("e")
        await until(pilot, lambda: "claude-haiku-4-5 has no effort" in notices(app))


async def test_a_variant_is_renamed_and_stays_off(tmp_path: Path) -> None:
    """A name that is taken is said, and asked again."""
    async with opened(own(tmp_path, TEXT), prompt="own") as (app, pilot):
        await pilot.press("alt+v")
        await asks(app, pilot, VariantsScreen)
        await pilot.press("down", "space", "r")
        await asks(app, pilot, Ask)
        assert app.screen.query_one(Input).value == "warm"
        await pilot.press("ctrl+u", *"base", "enter")
        await until(pilot, lambda: "already" in told(app, ".wrong"))
        await pilot.press("ctrl+u", *"hot [b]", "enter")
        await until(pilot, lambda: labels(app) == ["● base", "○ hot [b]"])
        await asks(app, pilot, VariantsScreen)
        assert listed(app)[1] == "○ hot [b] temperature 0.7"
        assert '  "hot [b]": {temperature: 0.7}\n' in app.front.panels["prompt"].text


@pytest.mark.parametrize("key", ["d", "delete"])
async def test_a_deleted_variant_comes_back(tmp_path: Path, key: str) -> None:
    """Deleted from the text, undone by u; the last one stays, which is said."""
    async with opened(own(tmp_path, TEXT), prompt="own") as (app, pilot):
        await pilot.press("alt+v")
        await asks(app, pilot, VariantsScreen)
        await pilot.press(key)
        await until(pilot, lambda: labels(app) == ["● warm"])
        await asks(app, pilot, VariantsScreen)
        await pilot.press(key)
        await until(pilot, lambda: "only variant" in notices(app))
        await asks(app, pilot, VariantsScreen)
        await pilot.press("u")
        await until(pilot, lambda: labels(app) == ["● base", "● warm"])
        assert app.front.panels["prompt"].text == TEXT


async def test_enter_goes_to_the_variants_line(tmp_path: Path) -> None:
    """In the editor, with the focus in it; so does a click on the key."""
    wide = opened(own(tmp_path, TEXT), prompt="own", size=(160, 45))
    async with wide as (app, pilot):
        editor = app.front.panels["prompt"].editor
        line = TEXT.splitlines().index("  warm: {temperature: 0.7}")
        for how in ("enter", "mouse"):
            editor.move_cursor((0, 0))
            await pilot.click(app.front.variants, offset=(60, 0))
            await asks(app, pilot, VariantsScreen)
            await pilot.press("down")
            await (pilot.press("enter") if how == "enter" else click_key(app, pilot, "go to"))
            await until(pilot, lambda: app.screen is app.front)
            assert editor.cursor_location[0] == line
            assert editor.has_focus


async def test_what_the_matrix_makes_is_listed_and_is_not_changed_here(tmp_path: Path) -> None:
    """Each point is switched by itself; what belongs to the variant is done to the variant."""
    text = TEXT + "matrix: {max_tokens: [10, 20]}\n"
    async with opened(own(tmp_path, text), prompt="own") as (app, pilot):
        await pilot.press("alt+v")
        await asks(app, pilot, VariantsScreen)
        names = [f"{name}/max_tokens={count}" for name in ("base", "warm") for count in (10, 20)]
        assert [row.split()[1] for row in listed(app)] == names
        assert "`max_tokens`" in told(app, ".note")
        await pilot.press("down", "space")
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 3 runs"))
        await pilot.press("n")
        await until(pilot, lambda: "  base-2: {}\n" in app.front.panels["prompt"].text)


async def test_a_prompt_that_cannot_be_read_is_mended_first(tmp_path: Path) -> None:
    """The key says so, and goes to the place; so it does where no prompt is open."""
    prompts = own(tmp_path, TEXT.replace("max_tokens: 20", "max_tokens: ["))
    async with opened(prompts, prompt="own") as (app, pilot):
        await pilot.press("alt+v")
        await until(pilot, lambda: "First mend own.prompt.yaml:" in notices(app))
        assert app.screen is app.front
