"""What one sitting leaves for the next of its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.app import opened, own_prompts, until
from tests.tui.next_round import own
from workbench.settings.folder_state import read_folder_state, state_folder

pytestmark = pytest.mark.anyio


async def test_a_folder_is_found_as_it_was_left(tmp_path: Path) -> None:
    """Open prompts, what is shown beside them, where one read, how answers are told; what is gone
    meanwhile is dropped without a word."""
    prompts = own_prompts(tmp_path)
    names = [f"{name}.prompt.yaml" for name in ("orders", "policy", "triage")]
    async with opened(prompts, prompt="orders", remembers=True) as (app, pilot):
        desk, front = app.desk, app.front
        assert desk is not None
        for name in names[1:]:
            desk.open_prompt(prompts / name)
        await until(pilot, lambda: len(front.grid.panes) == 3)
        desk.show_file(prompts / "triage-terse.system.yaml")
        front.go_to(front.panels["prompt"])
        front.panels["prompt"].editor.go_to(20, 3)
        front.go_to(front.grid.panes[1])
        await pilot.press("m", "w", "t")
        front.go_to(front.grid.panes[2])
        await pilot.press("m", "m")
        await until(pilot, lambda: read_folder_state(prompts).looks != {})
        place = front.panels["prompt"].editor.place
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app._exit)
        app.remembered.keep()
    state = read_folder_state(prompts)
    assert state.looks == {"terse": ("unwrapped", "markdown", "folded")}
    assert place[:2] == (19, 2)
    (prompts / "policy.prompt.yaml").unlink()

    async with opened(prompts, prompt=None, remembers=True) as (app, pilot):
        desk, front = app.desk, app.front
        assert desk is not None
        panel = front.panels["prompt"]
        await until(pilot, lambda: len(front.grid.panes) == 3)
        assert [path.name for path in desk.tabs.prompts] == [names[0], names[2]]
        assert front.header.opened == "triage"
        assert panel.editor.place[:2] == place[:2]
        await until(pilot, lambda: panel.editor.place == place)
        aside = front.panels["system"]
        await until(pilot, lambda: aside.path == prompts / "triage-terse.system.yaml")
        looks = [pane.looks for pane in front.grid.panes]
        assert looks == [(), ("unwrapped", "markdown", "folded"), ()]


async def test_what_was_chosen_for_the_next_round_holds_and_values_are_not_written(
    tmp_path: Path,
) -> None:
    """Variants that are off, and cases, as far as there still are such; a value may be a secret."""
    prompts = own(tmp_path)
    path = prompts / "own.prompt.yaml"
    async with opened(prompts, prompt="own", remembers=True) as (app, pilot):
        assert app.desk is not None
        next_round = app.desk.next_round
        await until(pilot, lambda: len(app.front.listed) == 2)
        next_round.fill(path, {"locale": "hush-hush"})
        next_round.switch("warm")
        chosen = next_round.of(path)
        next_round._choose(path, type(chosen)(chosen.off, chosen.values, ("zip", "two")))
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 2 runs"))
        app.remembered.keep()
    (file,) = (state_folder() / "folders").iterdir()
    assert "hush-hush" not in file.read_text()
    cases = prompts / "own.cases.yaml"
    lines = cases.read_text().splitlines()
    cases.write_text("\n".join(line for line in lines if "id: zip" not in line))

    async with opened(prompts, prompt="own", remembers=True) as (app, pilot):
        line = app.front.variants
        await until(pilot, lambda: line.side.startswith("next round: 1 run,"))
        assert "case two" in line.values
        assert [tab.label for tab in line.tabs] == ["● base", "○ warm"]


async def test_a_memory_that_makes_no_sense_stops_nothing(tmp_path: Path) -> None:
    """Places beyond the text, tabs of nothing, choices of nobody."""
    prompts = own(tmp_path)
    async with opened(prompts, prompt="own", remembers=True) as (app, pilot):
        await pilot.press("f3")
        app.remembered.keep()
    (file,) = (state_folder() / "folders").iterdir()
    stored = json.loads(file.read_text())
    own_path = str(prompts / "own.prompt.yaml")
    stored |= {
        "tabs": ["../x", "own.prompt.yaml", "own.prompt.yaml", ""],
        "aside": {"system": "/nowhere", "mars": own_path},
        "places": {own_path: [9_999, 9_999, 9_999]},
        "looks": {"base": ["sideways"]},
        "chosen": {"own.prompt.yaml": {"off": ["x"], "cases": ["x"], "every_case": False}},
        "panes": "heap",
    }
    file.write_text(json.dumps(stored))

    async with opened(prompts, prompt="own", remembers=True) as (app, pilot):
        assert app.desk is not None
        await until(pilot, lambda: len(app.front.listed) == 2)
        assert "ticket has no value" in app.front.variants.values  # as that case is gone
        assert [path.name for path in app.desk.tabs.prompts] == ["own.prompt.yaml"]
        assert app.front.grid.arranged == "auto"
        assert app.front.panels["system"].path is None
