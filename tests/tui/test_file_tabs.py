"""Several files in one editor: which there are, how one goes from one to another, what is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.app import notices, opened, own_prompts, until
from tests.tui.stage import said
from workbench.tui.app import WorkbenchApp
from workbench.tui.choice import Choice
from workbench.tui.file_tabs import FileTabs
from workbench.tui.insight import Insight
from workbench.tui.picker import Picker

pytestmark = pytest.mark.anyio

A, B, SYSTEM, TERSE, POLICY = (
    Path(f"/p/{name}") for name in ("a.prompt.yaml", "b.prompt.yaml", "s.system.yaml", "t", "md")
)


def test_a_prompt_that_cannot_be_read_keeps_what_was_known_of_its_files() -> None:
    """Half-typed text must not take the tabs away."""
    tabs = FileTabs()
    tabs.open(A)
    tabs.learn(Insight(files={"system": SYSTEM}))

    assert (tabs.of("prompt"), tabs.of("system"), tabs.of("tools")) == ([A], [SYSTEM], [])
    assert tabs.seen() == {"prompt": A, "system": SYSTEM}


def test_what_is_picked_is_seen_until_it_is_dropped() -> None:
    """It has a tab, and is told apart from what the prompt itself names."""
    tabs = FileTabs()
    tabs.open(A)
    tabs.learn(Insight(files={"system": SYSTEM}))
    assert tabs.pick(TERSE) == "system"
    assert FileTabs().pick(Path("/p/more.tools.yml")) == "tools"

    assert (tabs.of("system"), tabs.seen()["system"]) == ([SYSTEM, TERSE], TERSE)
    assert tabs.is_aside("system")
    assert tabs.pick(SYSTEM) == "system"
    assert not tabs.is_aside("system")
    tabs.pick(TERSE)
    assert tabs.drop(TERSE)
    assert not tabs.drop(TERSE)
    assert tabs.seen()["system"] == SYSTEM


def test_prompts_that_were_opened_stay_until_closed() -> None:
    """In the order of their opening; what is closed gives way to its neighbour."""
    tabs = FileTabs()
    for prompt in (A, B, A):
        tabs.open(prompt)

    assert tabs.of("prompt") == [A, B]
    assert tabs.close(A) == B
    assert tabs.close(B) is None


async def showing(app: WorkbenchApp, pilot: Pilot[None], kind: str, name: str) -> None:
    """Wait until the editor of this kind shows that file and has the focus."""

    def shown() -> bool:
        panel = app.front.panels[kind]
        return panel.path is not None and panel.path.name == name and panel.has_focus_within

    await until(pilot, shown)


async def pick(app: WorkbenchApp, pilot: Pilot[None], words: str) -> None:
    """Pick something from the list of prompts."""
    await pilot.press("ctrl+t")
    await until(pilot, lambda: isinstance(app.screen, Picker))
    await pilot.press(*words, "enter")


def labels(app: WorkbenchApp, kind: str) -> list[str]:
    """The tabs of an editor."""
    return [tab.label for tab in app.front.panels[kind].tabs.tabs]


def tabs_are(app: WorkbenchApp, kind: str, *expected: str) -> Callable[[], bool]:
    """Whether the tabs of an editor are these."""
    return lambda: labels(app, kind) == [*expected]


async def test_tabs_are_there_where_there_is_more_than_one_file(tmp_path: Path) -> None:
    """All that the prompt includes, files of files too; where there is one, no line is lost."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await until(pilot, tabs_are(app, "system", "triage", "triage-terse"))
        assert app.front.panels["system"].tabs.display
        assert not app.front.panels["prompt"].tabs.display

        await pick(app, pilot, "policy")
        await until(pilot, tabs_are(app, "system", "policy", "policy.md"))
        await until(pilot, tabs_are(app, "prompt", "triage", "policy"))


async def test_by_key_and_by_click_one_goes_from_file_to_file(tmp_path: Path) -> None:
    """Round at the ends; what is unsaved has its mark on its tab, seen or not."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await until(pilot, tabs_are(app, "system", "triage", "triage-terse"))
        panel = app.front.panels["system"]
        await pilot.click(panel.tabs, offset=(said(panel.tabs).index("triage-terse") + 2, 0))
        await showing(app, pilot, "system", "triage-terse.system.yaml")
        await pilot.press("x")
        await until(pilot, tabs_are(app, "system", "triage", "● triage-terse"))
        await pilot.press("ctrl+pagedown")
        await showing(app, pilot, "system", "triage.system.yaml")
        assert labels(app, "system") == ["triage", "● triage-terse"]
        assert not panel.dirty
        await pilot.press("alt+pageup")
        await showing(app, pilot, "system", "triage-terse.system.yaml")
        assert panel.dirty


async def test_cursor_scroll_and_undo_survive_tabs_prompts_and_saving(tmp_path: Path) -> None:
    """What one comes back to is as one left it, and undo goes on from there."""
    prompts = own_prompts(tmp_path)
    (prompts / "long.prompt.yaml").write_text(
        "model: claude-haiku-4-5\nmax_tokens: 9\nmessages:\n  - role: user\n    content: |\n"
        + "      word\n" * 200
    )
    async with opened(prompts, prompt="long") as (app, pilot):
        panel = app.front.panels["prompt"]
        panel.go_to(150, 8)
        await pilot.press("x", "f2")
        await until(pilot, lambda: not panel.dirty)
        await pilot.press("y")
        place, scroll = panel.editor.cursor_location, panel.editor.scroll_offset
        assert place == (149, 9)
        assert scroll.y > 100

        await pick(app, pilot, "triage")
        await showing(app, pilot, "prompt", "triage.prompt.yaml")
        await pilot.press("z", "ctrl+pageup")
        await showing(app, pilot, "prompt", "long.prompt.yaml")
        await pilot.pause()

        assert (panel.editor.cursor_location, panel.editor.scroll_offset) == (place, scroll)
        assert panel.dirty
        await pilot.press("ctrl+z")
        assert not panel.dirty
        await pilot.press("ctrl+z")
        assert panel.text.endswith("word\n")
        assert "x" not in panel.text.partition("content")[2]
        assert panel.dirty
        await pilot.press("ctrl+pagedown")
        await showing(app, pilot, "prompt", "triage.prompt.yaml")
        await pilot.press("ctrl+z")
        assert not panel.dirty


async def test_undo_goes_back_behind_what_was_changed_on_disk_meanwhile(tmp_path: Path) -> None:
    """A file that others have saved while it was out of sight comes back as they left it."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        was = app.front.panels["prompt"].text
        await pick(app, pilot, "policy")
        await showing(app, pilot, "prompt", "policy.prompt.yaml")
        (prompts / "triage.prompt.yaml").write_text("model: x\n")
        await pilot.press("ctrl+pageup")
        await showing(app, pilot, "prompt", "triage.prompt.yaml")

        panel = app.front.panels["prompt"]
        assert panel.text == "model: x\n"
        assert not panel.dirty
        await pilot.press("ctrl+z")
        assert panel.text == was


async def test_what_a_message_or_the_cases_come_from_belongs_to_the_prompt(tmp_path: Path) -> None:
    """They are tabs beside it; what is typed there counts for the next round."""
    prompts = own_prompts(tmp_path)
    (prompts / "own.prompt.yaml").write_text(
        "model: claude-haiku-4-5\nmax_tokens: 9\ncases: file://own.cases.yaml\n"
        "messages: [{role: user, content: file://ask.md}]\nvariants: {a: {system: file://v.md}}\n"
    )
    (prompts / "own.cases.yaml").write_text("cases: [{id: one}]\n")
    (prompts / "ask.md").write_text("Hello")
    (prompts / "v.md").write_text("Be brief.")
    async with opened(prompts, prompt="own") as (app, pilot):
        await until(pilot, tabs_are(app, "prompt", "own", "ask.md", "own.cases.yaml"))
        assert app.front.panels["system"].path == prompts / "v.md"
        await pilot.press("ctrl+pagedown")
        await showing(app, pilot, "prompt", "ask.md")
        await pilot.press("ctrl+end", *" there")
        assert app.desk is not None
        desk = app.desk

        def sent() -> str:
            plan = desk._insight.plan if desk._insight else None
            return plan.requests["r1-1"].to_json() if plan else ""

        await until(pilot, lambda: "Hello there" in sent())
        assert app.front.header.opened == "own"
        await pilot.press("ctrl+pageup")
        await showing(app, pilot, "prompt", "own.prompt.yaml")


async def test_a_prompt_is_closed_its_changes_asked_about(tmp_path: Path) -> None:
    """The one beside it opens; the last one stays, and so does what the prompt includes."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await pilot.press("alt+w")
        await until(pilot, lambda: "the only prompt" in notices(app))
        await pick(app, pilot, "policy")
        await showing(app, pilot, "prompt", "policy.prompt.yaml")
        await pilot.press("x", "alt+w")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("escape")
        await showing(app, pilot, "prompt", "policy.prompt.yaml")
        await pilot.press("alt+w")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("d")
        await showing(app, pilot, "prompt", "triage.prompt.yaml")
        assert app.desk is not None
        assert not app.desk.files.buffers.unsaved
        await until(pilot, tabs_are(app, "system", "triage", "triage-terse"))
        assert labels(app, "prompt") == ["triage"]

        await pick(app, pilot, "terse")
        await showing(app, pilot, "system", "triage-terse.system.yaml")
        await pilot.press("alt+w")
        await showing(app, pilot, "system", "triage.system.yaml")
        await pilot.press("alt+w")
        await until(pilot, lambda: "belongs to the prompt" in notices(app))


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_tabs_fit_however_many_there_are(tmp_path: Path, size: tuple[int, int]) -> None:
    """The one that is shown is in sight."""
    prompts = own_prompts(tmp_path)
    names = [f"number-{at:02}" for at in range(20)]
    for name in names:
        (prompts / f"{name}.prompt.yaml").write_text("model: x\n")
    async with opened(prompts, size=size) as (app, pilot):
        for name in names:
            assert app.desk is not None
            app.desk.show_file(prompts / f"{name}.prompt.yaml")
            app.desk.open_prompt(prompts / f"{name}.prompt.yaml")
        panel = app.front.panels["prompt"]
        await until(pilot, lambda: len(panel.tabs.tabs) == 21)
        await pilot.pause()
        assert names[-1] in said(panel.tabs)
        await pilot.press("ctrl+pagedown")
        await until(pilot, partial(lambda: panel.path == prompts / "triage.prompt.yaml"))
        await until(pilot, lambda: "triage" in said(panel.tabs))
        assert panel.tabs.region.width <= panel.size.width
