"""What the user wants is done, and what goes wrong is one clear line with nothing lost."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.app import notices, opened, own_prompts, problems, states, until
from tests.tui.provider import provider
from tests.tui.stage import said
from workbench.sessions.session import read_session
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.server import serving
from workbench.tui.acts import key_of
from workbench.tui.app import WorkbenchApp
from workbench.tui.ask import Ask
from workbench.tui.bench_screen import BenchScreen
from workbench.tui.choice import Choice
from workbench.tui.editor_status import EditorStatus
from workbench.tui.header import Header
from workbench.tui.insight import Insight, look
from workbench.tui.picker import Picker
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.values_screen import ValuesScreen
from workbench.workbench.bench import open_workbench

pytestmark = pytest.mark.anyio

SIZES = [(80, 24), (160, 45)]
FAST, SLOW = 100.0, 0.7


def holds(path: Path, text: str) -> bool:
    """Whether a file holds this text."""
    return path.read_text() == text


def is_open(app: WorkbenchApp, name: str) -> bool:
    """Whether this prompt is open."""
    return app.front.header.opened == name


def begun(app: WorkbenchApp, kind: str) -> str:
    """The name of the file that an editor shows."""
    path = app.front.panels[kind].path
    return path.name if path is not None else ""


async def run_to_the_end(app: WorkbenchApp, pilot: Pilot[None]) -> None:
    """Press Run and wait until every run has ended."""
    await pilot.press("ctrl+r")
    await until(pilot, lambda: app.front.shows_round and not app.front.running)
    await until(
        pilot, lambda: all(pane.run and pane.run.end_state for pane in app.front.grid.panes)
    )


def asked(app: WorkbenchApp, what: type[Choice] | type[Picker] = Choice) -> Callable[[], bool]:
    """Whether a question stands on the screen."""
    return lambda: isinstance(app.screen, what)


@pytest.fixture
def unused_url() -> Iterator[str]:
    """An address on this machine where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for prompts of the test's own."""
    (tmp_path / "prompts").mkdir()
    return tmp_path / "prompts"


def write(folder: Path, text: str) -> None:
    """A prompt file with this text."""
    (folder / "own.prompt.yaml").write_text(text)


# Running


async def test_a_simulator_that_is_reached_by_its_address_is_labelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`workbench simulate` and --base-url: once it has answered, and in the replay."""
    monkeypatch.setenv("WORKBENCH_API_KEY", "any-key")
    async with (
        serving(SimulatorConfig(speed=FAST)) as url,
        opened(own_prompts(tmp_path), base_url=url) as (app, pilot),
    ):
        assert app.front.header.badge == ""  # nobody has answered yet
        await run_to_the_end(app, pilot)
        await until(pilot, lambda: app.front.header.badge == "SIMULATED")

        await pilot.press("ctrl+g")
        await until(pilot, lambda: len(app.screen_stack) == 3)
        await pilot.press("enter")
        await until(pilot, lambda: "SIMULATED" in said(app.screen.query_one(Header)))
        assert isinstance(app.screen, ReplayScreen)


async def test_a_round_runs_and_says_what_it_cost(tmp_path: Path) -> None:
    """Three variants complete; the header has the sum; the session is on disk."""
    async with opened(own_prompts(tmp_path), speed=FAST, size=(80, 24)) as (app, pilot):
        await run_to_the_end(app, pilot)

        assert states(app) == ["complete"] * 3
        assert app.front.header.badge == "SIMULATED"
        assert app.front.header.money.startswith("session $0.00")
        assert app.front.header.money != "session $0.00"
        assert len(list((tmp_path / "sessions").glob("*.jsonl"))) == 1


@pytest.mark.parametrize(("count", "size"), [(1, (80, 24)), (8, (200, 60)), (12, (80, 24))])
async def test_any_number_of_variants(folder: Path, count: int, size: tuple[int, int]) -> None:
    """One, eight or twelve panes: each has its run, and each can be reached."""
    variants = "".join(f"  v{at}: {{max_tokens: {20 + at}}}\n" for at in range(count))
    write(folder, f"{SMALL}variants:\n{variants}")
    async with (
        provider() as made,
        opened(folder, prompt="own", base_url=made.url, size=size) as (app, pilot),
    ):
        await run_to_the_end(app, pilot)
        assert states(app) == ["complete"] * count

        for at in range(count):
            await pilot.press("f6")
            assert app.front.focused is app.front.grid.panes[at]
            assert app.front.focused.region.height > 4
        await pilot.press("f6")
        assert app.front.focused is app.front.panels["prompt"].editor


async def test_two_presses_of_run_are_one_round(tmp_path: Path) -> None:
    """The second says how to stop the first."""
    async with (
        provider(holds=True) as made,
        opened(own_prompts(tmp_path), base_url=made.url) as (app, pilot),
    ):
        await pilot.press("ctrl+r", "ctrl+r")
        await until(pilot, lambda: "A round is on its way" in notices(app))
        made.go.set()
        await until(pilot, lambda: app.front.shows_round and not app.front.running)
        assert app.bench.journal is not None
        assert app.bench.journal.path is not None
        path = app.bench.journal.path
    assert len(read_session(path).rounds) == 1


async def test_escape_twice_cancels_every_run(tmp_path: Path) -> None:
    """The first says so, the second does it; what had arrived is kept."""
    async with (
        provider(holds=True) as made,
        opened(own_prompts(tmp_path), base_url=made.url) as (app, pilot),
    ):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["streaming"] * 3)
        await pilot.press("escape")
        assert "Again esc cancels every run" in notices(app)
        await pilot.press("escape")
        await until(pilot, lambda: not app.front.running)
        await until(pilot, lambda: all(p.run and p.run.end_state for p in app.front.grid.panes))

        assert states(app) == ["aborted"] * 3
        assert {pane.run.text for pane in app.front.grid.panes if pane.run} == {"An answer "}


async def test_cancelling_before_anything_was_sent_cancels(tmp_path: Path) -> None:
    """While the simulator starts there is no run to cancel yet; none is forgotten."""
    async with opened(own_prompts(tmp_path), speed=SLOW) as (app, pilot):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.front.running)
        for _ in range(2):  # one behind the other, however busy the machine
            app.simulate_key("escape")
        await until(pilot, lambda: not app.front.running)
        await until(pilot, lambda: states(app) == ["aborted"] * 3)


async def test_no_file_is_called_missing_before_the_prompt_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is still looked at, nothing is said in place of its system and its tools."""
    may_look = Event()

    def slow_look(*args: Any, **kwargs: Any) -> Insight:
        assert may_look.wait(20)
        return look(*args, **kwargs)

    def empty_words(kind: str) -> bool:
        return app.front.panels[kind].query_one(".empty").visible

    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        await until(pilot, lambda: empty_words("tools"))
        assert app.desk is not None
        monkeypatch.setattr("workbench.tui.desk.look", slow_look)
        app.desk.open_prompt(prompts / "orders.prompt.yaml")
        await pilot.pause()
        assert not empty_words("tools")
        app.desk.open_prompt(prompts / "triage.prompt.yaml")
        await pilot.pause()
        assert not empty_words("tools")
        may_look.set()
        await until(pilot, lambda: empty_words("tools"))


async def test_a_round_goes_on_behind_another_prompt(tmp_path: Path) -> None:
    """Its events change nothing there but the line that says so; it is saved whole, and told when
    over."""
    prompts = own_prompts(tmp_path)
    async with (
        provider(holds=True) as made,
        opened(prompts, base_url=made.url) as (app, pilot),
    ):
        assert app.desk is not None
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["streaming"] * 3)
        app.desk.open_prompt(prompts / "policy.prompt.yaml")
        await until(pilot, lambda: set(states(app)) == {"waiting"})
        shown = states(app)
        line = app.front.variants
        assert "triage: round on its way, esc twice cancels it" in said(line)
        made.go.set()
        await until(pilot, lambda: not app.front.running)
        await until(pilot, lambda: "next round: " in said(line))

        assert states(app) == shown
        assert len(app.front.variants.tabs) == len(shown)
        assert "The round of triage is over" in notices(app)
        assert app.bench.journal is not None
        assert app.bench.journal.path is not None
        session = app.bench.journal.path
    assert [run.end_state for run in read_session(session).rounds[0].finished()] == ["complete"] * 3


async def test_coming_back_to_its_prompt_shows_the_round_again(tmp_path: Path) -> None:
    """Live while it goes on, and whole when it ended meanwhile; not once another was sent."""
    prompts = own_prompts(tmp_path)
    triage, policy = prompts / "triage.prompt.yaml", prompts / "policy.prompt.yaml"
    async with (
        provider(holds=True) as made,
        opened(prompts, base_url=made.url, size=(160, 45)) as (app, pilot),
    ):
        assert app.desk is not None
        front, line = app.front, app.front.variants
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["streaming"] * 3)
        app.desk.open_prompt(policy)
        await until(pilot, lambda: set(states(app)) == {"waiting"})
        assert line.tally is None
        app.desk.open_prompt(triage)
        assert states(app) == ["streaming"] * 3
        assert [pane.run.text for pane in front.grid.panes if pane.run] == ["An answer "] * 3
        assert line.tally is not None
        front.panels["prompt"].editor.insert("# edited\n")
        await until(pilot, lambda: len(front.listed) == 3)
        assert states(app) == ["streaming"] * 3

        app.desk.open_prompt(policy)
        await until(pilot, lambda: set(states(app)) == {"waiting"})
        app.desk.open_prompt(triage)
        made.go.set()
        await until(pilot, lambda: states(app) == ["complete"] * 3)
        await until(pilot, lambda: not front.running and line.tally is not None)
        assert "is over" not in notices(app)
        tally = line.tally

        app.desk.open_prompt(policy)
        await until(pilot, lambda: set(states(app)) == {"waiting"})
        assert line.tally is None
        app.desk.open_prompt(triage)
        assert states(app) == ["complete"] * 3
        assert line.tally == tally
        front.go_to(front.grid.panes[0])
        await pilot.press("r")  # one of them again alone: it is the same round
        await until(pilot, lambda: made.served == 4 and not front.running)
        assert states(app) == ["complete"] * 3

        app.desk.open_prompt(policy)
        await until(pilot, lambda: set(states(app)) == {"waiting"})
        await run_to_the_end(app, pilot)
        app.desk.open_prompt(triage)
        await until(pilot, lambda: states(app) == ["waiting"] * 3)


async def test_what_is_typed_changes_the_next_round(folder: Path) -> None:
    """A variant added in the editor has its pane before it is sent, under its own name."""
    write(folder, f"{SMALL}variants:\n  base: {{}}\n")
    async with opened(folder, prompt="own") as (app, pilot):
        await pilot.press("ctrl+end", *"  cold: {temperature: 0}")
        await until(pilot, lambda: len(app.front.grid.panes) == 2)

        assert [tab.label for tab in app.front.variants.tabs] == ["● base", "● cold"]
        assert app.front.variants.side.startswith("next round: 2 runs")


# What goes wrong

SMALL = """model: claude-haiku-4-5
max_tokens: 20
messages: [{role: user, content: Hello}]
"""
WRONG = {
    "wrong YAML": ("model: [", ":1"),
    "missing variable": (SMALL.replace("Hello", "'{{who}}'"), "{{who}} has no value"),
    "no such file": (f"{SMALL}system: file://gone.system.yaml\n", "is not there"),
    "nothing": ("", "model"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_a_prompt_that_cannot_be_sent_says_why(folder: Path, case: str) -> None:
    """One line with the place under the editor, the same when Run is pressed; nothing is sent."""
    text, told = WRONG[case]
    write(folder, text)
    async with opened(folder, prompt="own") as (app, pilot):
        await until(pilot, lambda: bool(problems(app)))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "own.prompt.yaml:" in notices(app))

        assert told in notices(app)
        assert not app.front.running
        assert app.front.panels["prompt"].text == text
        assert app.front.variants.side.startswith("nothing to run yet")
        asked = ValuesScreen if case == "missing variable" else BenchScreen
        await until(pilot, lambda: isinstance(app.screen, asked))


async def test_a_broken_system_file_can_be_mended_here(folder: Path) -> None:
    """It opens in its editor although the prompt cannot be used; mended, the round is there."""
    write(folder, f"{SMALL}system: file://own.system.yaml\n")
    (folder / "own.system.yaml").write_text("system: [\n")
    async with opened(folder, prompt="own") as (app, pilot):
        system = app.front.panels["system"]
        await until(pilot, lambda: system.path == folder / "own.system.yaml")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: system.has_focus_within)
        await pilot.press("ctrl+home", "ctrl+shift+end", *"system: Be brief.")
        await until(pilot, lambda: app.front.variants.side.startswith("next round"))

        assert problems(app) == []


async def test_a_problem_in_an_included_file_is_told_where_it_is_named(folder: Path) -> None:
    """With the file's own name and place; Run opens the file there."""
    write(folder, f"{SMALL}variants:\n  base: {{}}\n  other: {{system: file://odd.system.yaml}}\n")
    (folder / "odd.system.yaml").write_text("sistem: Be brief.\n")
    async with opened(folder, prompt="own") as (app, pilot):
        await until(pilot, lambda: bool(problems(app)))
        assert "odd.system.yaml:1:1" in problems(app)[0]
        problem = app.front.panels["prompt"].query_one(EditorStatus).problems[0]
        assert problem.line == 6

        await pilot.press("ctrl+r")
        system = app.front.panels["system"]
        await until(pilot, lambda: system.has_focus_within)
        assert system.path == folder / "odd.system.yaml"


async def test_a_variants_own_file_can_be_opened_and_saved(tmp_path: Path) -> None:
    """The list of prompts ends with the files that this one includes."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        await pilot.press("ctrl+t")
        await until(pilot, asked(app, Picker))
        await pilot.press(*"terse", "enter")
        system = app.front.panels["system"]
        await until(pilot, lambda: system.path == prompts / "triage-terse.system.yaml")
        await until(pilot, lambda: system.has_focus_within)
        await pilot.press("ctrl+end", *"# mine", "f2")
        await until(pilot, lambda: "Saved triage-terse.system.yaml" in notices(app))

        assert (prompts / "triage-terse.system.yaml").read_text().endswith("# mine")
        assert system.path == prompts / "triage-terse.system.yaml"


async def test_nobody_at_the_base_url_fails_every_run_in_its_pane(
    tmp_path: Path, unused_url: str
) -> None:
    """Each pane says in our words what cannot be reached, and what to press; the app goes on."""
    async with opened(own_prompts(tmp_path), base_url=unused_url) as (app, pilot):
        await run_to_the_end(app, pilot)

        assert states(app) == ["failed"] * 3
        for pane in app.front.grid.panes:
            assert pane.run is not None
            assert pane.run.problem is not None
            assert "cannot reach" in pane.run.problem.problem
            shown = " ".join(pane.flow.text.split())
            assert f"{unused_url}: connection refused Is it running there" in shown
            assert shown.endswith("alt+t: another provider, or the simulator. tried 3 times")
        await pilot.press("ctrl+end", "x")
        assert app.front.panels["prompt"].dirty


async def test_a_refused_key_is_told_in_every_pane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider's 401, without the key in it."""
    monkeypatch.setenv("WORKBENCH_API_KEY", "sk-invalid-123")
    async with (
        serving(SimulatorConfig()) as url,
        opened(own_prompts(tmp_path), base_url=url) as (app, pilot),
    ):
        await run_to_the_end(app, pilot)

        assert states(app) == ["failed"] * 3
        for pane in app.front.grid.panes:
            assert pane.run is not None
            assert pane.run.problem is not None
            assert pane.run.problem.status == 401
            assert "sk-invalid-123" not in pane.run.problem.problem
    for session in (tmp_path / "sessions").iterdir():
        assert b"sk-invalid-123" not in session.read_bytes()


async def test_an_unwritable_sessions_folder_costs_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round runs in memory and it is said once."""
    (tmp_path / "taken").write_text("a file, no folder")
    monkeypatch.setenv("WORKBENCH_SESSIONS", str(tmp_path / "taken"))
    async with provider() as made, opened(own_prompts(tmp_path), base_url=made.url) as (app, pilot):
        await run_to_the_end(app, pilot)

        assert states(app) == ["complete"] * 3
        await until(pilot, lambda: "kept in memory only" in notices(app))


async def test_a_folder_without_prompts_says_what_one_is(folder: Path) -> None:
    """No key does harm there."""
    async with (
        open_workbench(folder) as bench,
        WorkbenchApp(bench).run_test(size=(80, 24)) as pilot,
    ):
        app = pilot.app
        assert isinstance(app, WorkbenchApp)
        await until(pilot, lambda: app.desk is not None)
        assert "NAME.prompt.yaml" in notices(app)
        await pilot.press("ctrl+r", "f2", "f6", "f7", "f8", "f9", "f3", "f3", "f3", "escape")
        begins = f"{key_of('new_prompt')} begins one"
        for key in ("ctrl+r", "alt+v", "f4", "f8", "alt+d", "alt+w"):
            app.clear_notifications()
            await pilot.press(key)
            await until(pilot, lambda: "No prompt is open" in notices(app))
            assert begins in notices(app), key
        for key in ("ctrl+t", "ctrl+g", "ctrl+o"):
            await pilot.press(key)
            await until(pilot, lambda: len(app.screen_stack) == 3)
            await pilot.press("escape")
            await until(pilot, lambda: len(app.screen_stack) == 2)


# Files


async def test_saving_over_someones_work_asks_first(tmp_path: Path) -> None:
    """Backing out changes nothing, taking takes theirs, keeping writes mine."""
    prompts = own_prompts(tmp_path)
    triage = prompts / "triage.prompt.yaml"
    async with opened(prompts) as (app, pilot):
        panel = app.front.panels["prompt"]
        for answer, held in (("escape", "theirs"), ("k", "mine")):
            await pilot.press("ctrl+home", "ctrl+shift+end", *"mine")
            triage.write_text("theirs")
            await pilot.press("f2")
            await until(pilot, asked(app))
            await pilot.press(answer)
            await until(pilot, lambda: not asked(app)())
            await until(pilot, partial(holds, triage, held))
            assert panel.text == "mine"
        await until(pilot, lambda: not panel.dirty)

        await pilot.press("ctrl+home", "ctrl+shift+end", *"mine again")
        triage.write_text("theirs again")
        await pilot.press("f2")
        await until(pilot, asked(app))
        await pilot.press("t")
        await until(pilot, lambda: panel.text == "theirs again")
        assert not panel.dirty
        await pilot.press("ctrl+z")
        assert panel.text == "mine again"


async def test_a_file_saved_elsewhere_is_followed(tmp_path: Path) -> None:
    """Run sends what the editors show: one without changes takes over what is on disk."""
    prompts = own_prompts(tmp_path)
    system = prompts / "triage.system.yaml"
    async with provider() as made, opened(prompts, base_url=made.url) as (app, pilot):
        panel = app.front.panels["system"]
        await until(pilot, lambda: panel.path == system)
        system.write_text("system: Answer in Greek.\n")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: panel.text == "system: Answer in Greek.\n")
        assert "changed on disk" in notices(app)
        await until(pilot, lambda: app.front.shows_round and not app.front.running)

        assert app.front.grid.panes[0].run is not None
        assert app.bench.journal is not None
        assert app.bench.journal.path is not None
        path = app.bench.journal.path
    assert "Answer in Greek" in read_session(path).rounds[0].requests["r1-1"].to_json()


async def test_what_is_unsaved_is_not_followed(tmp_path: Path) -> None:
    """Nothing typed gives way to what is on disk."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        await pilot.press(*"# mine")
        (prompts / "triage.prompt.yaml").write_text("theirs")
        assert app.desk is not None
        app.desk.files.follow_disk()

        assert app.front.panels["prompt"].text.startswith("# mine")


async def test_reload_asks_before_it_drops_changes(tmp_path: Path) -> None:
    """Back keeps them; dropping them is one step of undo."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        panel = app.front.panels["prompt"]
        await pilot.press("x", "f8")
        await until(pilot, asked(app))
        await pilot.press("escape")
        await until(pilot, lambda: not asked(app)())
        assert panel.dirty

        await pilot.press("f8")
        await until(pilot, asked(app))
        await pilot.press("d")
        await until(pilot, lambda: not panel.dirty)
        await pilot.press("ctrl+z")
        assert panel.text.startswith("x")


async def test_reload_says_where_there_is_nothing_else_on_disk(tmp_path: Path) -> None:
    """Else nobody knows whether the key arrived."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await pilot.press("f8")
        await until(pilot, lambda: "triage.prompt.yaml is as it is on disk" in notices(app))


@pytest.mark.parametrize("act", ["editor", "reload", "diff", "close_file"])
async def test_an_act_on_a_file_says_where_there_is_none(act: str, tmp_path: Path) -> None:
    """And what to press to have one."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await until(pilot, lambda: app.focused is app.front.panels["prompt"].editor)
        await pilot.pause()  # it is chosen by then
        app.front.go_to(app.front.panels["tools"])
        app.front.action_want(act)
        words = f"No tools file is open here: {key_of('new_tools')} begins one."
        await until(pilot, lambda: words in notices(app))


async def test_a_switch_of_prompts_loses_nothing_typed(tmp_path: Path) -> None:
    """Coming back, what was typed is there and still unsaved."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        await pilot.press(*"# mine")
        for name in ("policy", "triage"):
            await pilot.press("ctrl+t")
            await until(pilot, asked(app, Picker))
            await pilot.press(*name, "enter")
            await until(pilot, partial(is_open, app, name))

        assert app.front.panels["prompt"].text.startswith("# mine")
        assert app.front.panels["prompt"].dirty


async def test_an_editor_elsewhere_is_not_started_without_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and what to do instead."""
    monkeypatch.setenv("EDITOR", f"{sys.executable} -c pass")
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await pilot.press("f4")
        await until(pilot, lambda: "needs a terminal" in notices(app))


# Leaving


@pytest.mark.parametrize("where", ["workbench", "picker", "help", "question", "replay"])
async def test_leaving_asks_about_what_is_unsaved_wherever_one_is(
    tmp_path: Path, where: str
) -> None:
    """Backing out stays; nothing is written or dropped unasked."""
    prompts = own_prompts(tmp_path)
    async with provider() as made, opened(prompts, base_url=made.url) as (app, pilot):
        if where == "replay":
            await run_to_the_end(app, pilot)
        await pilot.press("x")
        ways = {"picker": ["ctrl+t"], "help": ["f1"], "question": ["ctrl+q"], "replay": ["ctrl+g"]}
        for key in ways.get(where, []):
            await pilot.press(key)
            await until(pilot, lambda: len(app.screen_stack) == 3)
        if where == "replay":
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
        await pilot.press("ctrl+q")
        await until(pilot, asked(app))
        await pilot.pause()
        assert asked(app)()
        await pilot.press("escape")
        await until(pilot, lambda: not asked(app)())

        assert app.is_running
        assert app.front.panels["prompt"].dirty


@pytest.mark.parametrize(("answer", "begins"), [("s", "x# A"), ("d", "# A")])
async def test_leaving_saves_or_drops_as_told(tmp_path: Path, answer: str, begins: str) -> None:
    """And then the app is gone."""
    prompts = own_prompts(tmp_path)
    async with opened(prompts) as (app, pilot):
        await pilot.press("x", "ctrl+q")
        await until(pilot, asked(app))
        await pilot.press(answer)
        await until(pilot, lambda: not app.is_running or app._exit)
    assert (prompts / "triage.prompt.yaml").read_text().startswith(begins)


async def test_leaving_in_mid_round_asks_cancels_and_saves(tmp_path: Path) -> None:
    """The session says that its runs were cut, and keeps what they had said."""
    async with (
        provider(holds=True) as made,
        opened(own_prompts(tmp_path), base_url=made.url) as (app, pilot),
    ):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["streaming"] * 3)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        assert states(app) == ["streaming"] * 3
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("c")
        await until(pilot, lambda: app._exit)
    (session,) = (tmp_path / "sessions").glob("*.jsonl")
    runs = read_session(session).rounds[0].finished()
    assert {(run.end_state, run.text) for run in runs} == {("aborted", "An answer ")}


async def test_undo_is_the_editors_and_elsewhere_the_same_key_suspends(tmp_path: Path) -> None:
    """Under a test there is no shell to go to, and that is said."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        editor = app.front.panels["prompt"].editor
        before = editor.text
        await pilot.press("x", "ctrl+z")
        assert editor.text == before
        assert "no shell" not in notices(app)
        app.front.go_to(app.front.grid.panes[0])
        await pilot.pause()
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "no shell" in notices(app))


async def test_a_new_prompt_is_begun_by_name_and_is_unsaved_until_saved(tmp_path: Path) -> None:
    """In a folder that has none, too; a name that is taken or is none is asked for again."""
    prompts = own_prompts(tmp_path)
    mine = prompts / "triage2.prompt.yaml"
    async with opened(prompts) as (app, pilot):
        await pilot.press("alt+shift+n")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*"triage", "enter", *"2", "enter")
        await until(pilot, lambda: is_open(app, "triage2") and bool(app.front.variants.side))
        assert app.front.panels["prompt"].dirty
        assert not (prompts / "triage2.prompt.yaml").exists()
        app.front.panels["prompt"].editor.insert("# mine\n")
        await until(pilot, lambda: "# mine" in app.desk.files.buffers.unsaved.get(mine, ""))  # type: ignore[union-attr]
        await pilot.press("alt+shift+n")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*"triage2", "enter")  # begun already: as it stands
        await until(pilot, lambda: app.screen is app.front)
        assert "# mine" in app.front.panels["prompt"].text
        await run_to_the_end(app, pilot)
        assert states(app) == ["complete"]
        await pilot.press("alt+shift+s")
        await until(pilot, lambda: begun(app, "system") == "triage2.system.yaml")
        await pilot.click("#tools > .empty")
        await until(pilot, lambda: begun(app, "tools") == "triage2.tools.yaml")
        await until(pilot, lambda: bool(app.front.variants.side))
        await run_to_the_end(app, pilot)
        assert states(app) == ["complete"]
        await pilot.press("f2")
        await until(pilot, lambda: (prompts / "triage2.prompt.yaml").exists())
        names = ("triage2.system.yaml", "triage2.tools.yaml")
        assert all((prompts / name).exists() for name in names)
        assert all(f"file://{name}" in mine.read_text() for name in names)
