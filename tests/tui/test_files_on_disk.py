"""What others write to the open files, what differs from them, and saving by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from tests.tui.app import notices, opened, own_prompts, problems, until
from workbench.settings.user_settings import UserSettings
from workbench.tui import disk_watch, files
from workbench.tui.app import WorkbenchApp
from workbench.tui.choice import Choice
from workbench.tui.diff_screen import DiffScreen
from workbench.tui.disk_watch import DiskWatch

pytestmark = pytest.mark.anyio

MARK = "● changed on disk"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for two seconds."""
    monkeypatch.setattr(disk_watch, "EVERY_S", 0.02)
    monkeypatch.setattr(files, "_AUTOSAVE_AFTER_S", 0.02)


def title(app: WorkbenchApp, kind: str = "prompt") -> str:
    """The title of an editor's frame."""
    return str(app.front.panels[kind].border_title)


def shown(app: WorkbenchApp, what: type[Screen[Any]]) -> Callable[[], bool]:
    """Whether such a screen stands on top."""
    return lambda: isinstance(app.screen, what)


def told(app: WorkbenchApp) -> str:
    """The diff that is shown."""
    return app.screen._diff if isinstance(app.screen, DiffScreen) else ""


async def both_changed(app: WorkbenchApp, pilot: Pilot[None], path: Path) -> None:
    """The user types, and somebody else writes."""
    await pilot.press("x")
    await write(path, "theirs\n")
    await until(pilot, lambda: MARK in title(app))


async def write(path: Path, text: str) -> None:
    """What somebody else does."""
    await asyncio.to_thread(path.write_text, text)


async def test_what_others_write_comes_in_by_itself(tmp_path: Path) -> None:
    """Without a change of focus, which a terminal does not always tell; undo brings it back."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        panel = app.front.panels["prompt"]
        was = panel.text
        (prompts / "triage.prompt.yaml").write_text("model: theirs\n")
        await until(pilot, lambda: panel.text == "model: theirs\n")

        assert not panel.dirty
        assert "changed on disk: taken over" in notices(app)
        await pilot.press("ctrl+z")
        assert panel.text == was


async def test_a_file_that_is_included_and_not_shown_counts(tmp_path: Path) -> None:
    """The next round is worked out anew where a variant's file was written."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        (prompts / "triage-terse.system.yaml").write_text("system: Be terser.\n")
        desk = app.desk
        assert desk is not None

        def sent() -> str:
            plan = desk.insight.plan if desk.insight else None
            return "".join(one.to_json() for one in plan.requests.values()) if plan else ""

        await until(pilot, lambda: "Be terser." in sent())


async def test_where_both_changed_it_is_marked_and_nothing_asked(tmp_path: Path) -> None:
    """Typing goes on; the mark goes where both come to the same, be it there or here."""
    prompts = own_prompts(tmp_path)
    path = prompts / "triage.prompt.yaml"
    async with opened(prompts, size=(160, 45)) as (app, pilot):
        panel, was = app.front.panels["prompt"], path.read_text()
        await both_changed(app, pilot, path)
        await pilot.press("y")
        assert panel.text == f"xy{was}"
        assert app.screen is app.front
        path.write_text(f"xy{was}")
        await until(pilot, lambda: MARK not in title(app))
        assert not panel.dirty


@pytest.mark.parametrize("key", ["f8", "f2"])
async def test_the_choice_is_keep_take_or_look(tmp_path: Path, key: str) -> None:
    """By the key that reloads, and by the one that saves; what differs can be seen first."""
    prompts = own_prompts(tmp_path)
    path = prompts / "triage.prompt.yaml"
    async with opened(prompts, size=(160, 45)) as (app, pilot):
        panel = app.front.panels["prompt"]
        await both_changed(app, pilot, path)
        mine = panel.text
        await pilot.press(key)
        await until(pilot, shown(app, Choice))
        await pilot.press("d")
        await until(pilot, shown(app, DiffScreen))
        assert "-theirs" in told(app)
        await pilot.press("escape")
        await until(pilot, shown(app, Choice))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        assert (panel.text, path.read_text()) == (mine, "theirs\n")
        assert MARK in title(app)

        await pilot.press(key)
        await until(pilot, shown(app, Choice))
        await pilot.press("k")
        await until(pilot, lambda: MARK not in title(app))
        assert panel.text == mine
        assert panel.dirty == (key == "f8")
        if key == "f8":  # kept: now it may be saved unasked
            await pilot.press("f2")
        await until(pilot, lambda: path.read_text() == mine)
        assert app.screen is app.front

        await both_changed(app, pilot, path)
        await pilot.press(key)
        await until(pilot, shown(app, Choice))
        await pilot.press("t")
        await until(pilot, lambda: panel.text == "theirs\n")
        assert MARK not in title(app)
        assert not panel.dirty


async def test_leaving_waits_where_what_is_on_disk_was_taken(tmp_path: Path) -> None:
    """The undo that was promised is there, and it is said how to leave all the same."""
    prompts = own_prompts(tmp_path)
    path = prompts / "triage.prompt.yaml"
    async with opened(prompts, size=(160, 45)) as (app, pilot):
        panel = app.front.panels["prompt"]
        await both_changed(app, pilot, path)
        mine = panel.text
        await pilot.press("ctrl+q")
        await until(pilot, shown(app, Choice))
        question = app.screen
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, Choice) and app.screen is not question)
        await pilot.press("t")
        said = "Your text of triage.prompt.yaml is an undo away: ^q again leaves."
        await until(pilot, lambda: said in notices(app))
        assert app.is_running
        assert panel.text == "theirs\n"
        await pilot.press("ctrl+z")
        assert panel.text == mine
        await pilot.press("ctrl+y", "ctrl+q")
        await until(pilot, lambda: not app.is_running)


@pytest.mark.parametrize("size", [(80, 24), (100, 30)])
async def test_the_mark_is_seen_at_any_width(tmp_path: Path, size: tuple[int, int]) -> None:
    """Where there is no room for the words, a sign stands for them."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts, size=size) as (app, pilot):
        await pilot.press("x")
        (prompts / "triage.prompt.yaml").write_text("theirs\n")
        await until(pilot, lambda: title(app).endswith((MARK, "●!")))


async def test_a_conflict_of_a_file_out_of_sight_is_there_when_it_is_shown(tmp_path: Path) -> None:
    """Its mark comes with it."""
    prompts = own_prompts(tmp_path)
    path = prompts / "triage-terse.system.yaml"
    async with opened(prompts, size=(160, 45)) as (app, pilot):
        assert app.desk is not None
        app.desk.show_file(path)
        panel = app.front.panels["system"]
        await until(pilot, lambda: panel.path == path)
        await pilot.press("x")
        app.desk.show_file(prompts / "triage.system.yaml")
        path.write_text("system: theirs\n")
        buffers = app.desk.files.buffers
        await until(pilot, lambda: buffers[path].outside is not None)
        assert MARK not in title(app, "system")
        app.desk.show_file(path)
        await until(pilot, lambda: MARK in title(app, "system"))


async def test_what_is_unsaved_is_a_key_away(tmp_path: Path) -> None:
    """And it is said where nothing is."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await pilot.press("alt+d")
        await until(pilot, lambda: "triage.prompt.yaml is as it is on disk" in notices(app))
        await pilot.press("x", "alt+d")
        await until(pilot, shown(app, DiffScreen))
        await pilot.pause()
        assert "+x# A prompt file" in told(app)


async def test_nothing_is_saved_by_itself_unless_that_is_wanted(tmp_path: Path) -> None:
    """Off by default."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        await pilot.press("x")
        assert app.desk is not None
        assert app.desk.files._saving is None
        assert app.front.panels["prompt"].dirty


async def test_autosave_saves_what_was_typed(tmp_path: Path) -> None:
    """After a pause, without a word; undo goes on behind it."""
    prompts = own_prompts(tmp_path)
    path = prompts / "triage.prompt.yaml"
    was = path.read_text()
    async with opened(prompts, settings=UserSettings(autosave=True)) as (app, pilot):
        panel = app.front.panels["prompt"]
        await pilot.press("x")
        await until(pilot, lambda: path.read_text() == f"x{was}")
        await until(pilot, lambda: not panel.dirty)
        assert "Saved" not in notices(app)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: path.read_text() == was)


async def test_autosave_never_writes_over_what_others_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark says so; what is typed stays unsaved."""
    monkeypatch.setattr(files, "_AUTOSAVE_AFTER_S", 3600.0)
    prompts = own_prompts(tmp_path)
    path = prompts / "triage.prompt.yaml"
    autosave = UserSettings(autosave=True)
    async with opened(prompts, settings=autosave, size=(160, 45)) as (app, pilot):
        await pilot.press("x")
        path.write_text("theirs\n")
        assert app.desk is not None
        app.desk.files.autosave()

        assert path.read_text() == "theirs\n"
        assert MARK in title(app)
        assert app.front.panels["prompt"].text.startswith("x#")
        assert app.screen is app.front


async def test_autosave_leaves_alone_what_was_not_typed_here(tmp_path: Path) -> None:
    """Documents taken up from a saved round come unsaved, and stay so."""
    prompts = own_prompts(tmp_path)
    path = prompts / "triage.prompt.yaml"
    was = path.read_text()
    async with opened(prompts, settings=UserSettings(autosave=True)) as (app, pilot):
        assert app.desk is not None
        app.desk.files.buffers.take_up(path, "model: then\n")
        system = app.front.panels["system"]
        await until(pilot, lambda: system.path is not None)
        system.editor.focus()
        await pilot.press("x")
        await until(pilot, lambda: (prompts / "triage.system.yaml").read_text().startswith("x"))

        assert path.read_text() == was


async def test_a_disk_that_cannot_be_written_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not after each word; what is typed stays."""
    monkeypatch.setattr(files, "_AUTOSAVE_AFTER_S", 3600.0)
    prompts = own_prompts(tmp_path)
    async with opened(prompts, settings=UserSettings(autosave=True)) as (app, pilot):
        monkeypatch.setattr("workbench.documents.save.tempfile.mkstemp", _no_room)
        assert app.desk is not None
        for key in "xy":
            await pilot.press(key)
            app.desk.files.autosave()

        assert notices(app).count("No space left") == 1
        assert app.front.panels["prompt"].dirty


def _no_room(**_: object) -> tuple[int, str]:
    raise OSError(28, "No space left on device")


async def test_a_watch_tells_of_what_was_written_since_it_last_looked(tmp_path: Path) -> None:
    """Of what it sees for the first time, too, and of what is back, be it the same as before."""
    path = tmp_path / "a"
    told: list[Path] = []
    watch = DiskWatch(lambda: [path], told.extend, lambda _: None)
    await watch.look()
    assert told == []
    for text in ("1", "12"):
        path.write_text(text)
        await watch.look()
        await watch.look()
    assert told == [path] * 2
    path.rename(tmp_path / "b")
    await watch.look()
    assert told == [path] * 2
    (tmp_path / "b").rename(path)
    await watch.look()
    assert told == [path] * 3


async def test_a_watch_calls_gone_what_is_not_there_at_two_looks(tmp_path: Path) -> None:
    """An editor that saves by renaming takes a file away for a moment only."""
    path = tmp_path / "a"
    path.write_text("1")
    gone: list[Path] = []
    watch = DiskWatch(lambda: [path], lambda _: None, gone.extend)
    for _ in range(2):
        path.unlink()
        await watch.look()
        path.write_text("2")
        await watch.look()
    path.unlink()
    await watch.look()
    assert gone == []
    await watch.look()
    assert gone == [path]


async def test_a_file_that_is_saved_while_it_is_looked_for_is_not_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look goes on in a thread: what it did not find may be there by its end."""
    path, gone = tmp_path / "a", list[Path]()
    watch = DiskWatch(lambda: [path], lambda _: None, gone.extend)
    await watch.look()
    look = disk_watch._stamps

    def saved_meanwhile(paths: Iterable[Path]) -> disk_watch.Stamps:
        found = look(paths)
        path.write_text("1")
        return found

    monkeypatch.setattr(disk_watch, "_stamps", saved_meanwhile)
    await watch.look()
    assert gone == []


async def test_a_file_that_is_gone_from_disk_is_unsaved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is said once; saving writes it again, leaving asks, and it may come back by itself."""
    prompts = own_prompts(tmp_path)
    path = prompts / "triage.prompt.yaml"
    async with opened(prompts, size=(160, 45)) as (app, pilot):
        panel, was = app.front.panels["prompt"], path.read_text()
        said: list[str] = []
        monkeypatch.setattr(app, "notify", lambda words, **_: said.append(words))
        gone = "triage.prompt.yaml is gone from disk: F2 writes it again."
        path.rename(prompts / "aside")
        await until(pilot, lambda: "● gone from disk" in title(app))
        assert panel.dirty
        assert panel.text == was
        await pilot.press("f8")  # there is nothing to take
        await until(pilot, lambda: said == [gone, gone])
        (prompts / "aside").rename(path)
        await until(pilot, lambda: not panel.dirty)
        assert "gone" not in title(app)

        path.unlink()
        await until(pilot, lambda: panel.dirty)
        await pilot.press("ctrl+q")
        await until(pilot, shown(app, Choice))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        await pilot.press("f2")
        await until(pilot, lambda: len(said) == 4 and not panel.dirty)
        assert path.read_text() == was
        assert said == [gone, gone, gone, "Saved triage.prompt.yaml."]
        assert not problems(app)


async def test_a_tab_whose_file_is_gone_keeps_its_text_until_it_is_let_go(tmp_path: Path) -> None:
    """Out of sight, too, and as others wrote it last; autosave does not bring it back unasked."""
    prompts = own_prompts(tmp_path)
    path = prompts / "triage.prompt.yaml"
    async with opened(prompts, settings=UserSettings(autosave=True)) as (app, pilot):
        desk, panel = app.desk, app.front.panels["prompt"]
        assert desk is not None
        buffers = desk.files.buffers
        await pilot.press("x")
        await until(pilot, lambda: not panel.dirty and path.read_text().startswith("x"))
        desk.open_prompt(next(one for one in prompts.glob("*.prompt.yaml") if one != path))
        await write(path, "model: theirs\n")
        await until(pilot, lambda: buffers[path].text == "model: theirs\n")
        path.unlink()
        await until(pilot, lambda: path in buffers.unsaved)
        desk.open_prompt(path)
        assert panel.text == "model: theirs\n"
        assert panel.dirty
        await pilot.press("alt+w")
        await until(pilot, shown(app, Choice))
        await pilot.press("d")
        await until(pilot, lambda: panel.path != path)
        assert not buffers.unsaved
        assert not path.exists()


async def test_a_new_file_that_was_never_on_disk_is_not_missed(tmp_path: Path) -> None:
    """It is unsaved, and nothing is said of it."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        desk = app.desk
        assert desk is not None
        desk.files.take_up(prompts / "new.prompt.yaml", "model: x\n")
        desk.open_prompt(prompts / "new.prompt.yaml")
        (prompts / "triage.prompt.yaml").unlink()
        await until(pilot, lambda: "triage.prompt.yaml is gone" in notices(app))
        assert not desk.files.buffers[prompts / "new.prompt.yaml"].gone
        assert title(app).endswith("new.prompt.yaml ●")


async def test_what_was_just_typed_is_not_lost(tmp_path: Path) -> None:
    """Leaving, or looking at what differs, knows of a key before the editor has told of it."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        desk, panel = app.desk, app.front.panels["prompt"]
        assert desk is not None
        for act, what in (("diff", DiffScreen), ("quit", Choice)):
            panel.editor.insert("#")
            desk.do(act)
            await until(pilot, shown(app, what))
            app.show_front()
            panel.editor.undo()
        panel.editor.insert("#")
        assert await desk.files.save_all()
        assert not panel.dirty
