"""The door: a folder, a provider, rounds that are saved as they happen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.app import own_prompts
from workbench.documents.prompt import load_prompt
from workbench.errors import AuthenticationFailed, SessionError, SettingsError
from workbench.run import Closed, Run
from workbench.sessions.session import read_session
from workbench.workbench.bench import Workbench, open_workbench, sessions_beside
from workbench.workbench.plan import Plan, Settings

pytestmark = pytest.mark.anyio

FAST = 200.0


def plan_of(bench: Workbench, name: str = "triage", **settings: object) -> Plan:
    """The next round of an example."""
    prompt = load_prompt(bench.folder / f"{name}.prompt.yaml")
    return bench.plan(prompt, Settings(**settings))  # type: ignore[arg-type]


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return [path.name for path in folder.iterdir()]


async def finished(bench: Workbench, plan: Plan) -> list[Run]:
    """Send a plan; its runs when all has ended."""
    runs = {run.run_id: run for run in plan.runs}
    async with bench.round(plan) as live:
        async for event in live:
            runs[event.run_id] = runs[event.run_id].after(event)
    return list(runs.values())


async def test_a_round_is_on_disk_as_it_was_seen(tmp_path: Path) -> None:
    """What the session gives back are the very runs that were watched."""
    async with open_workbench(own_prompts(tmp_path), speed=FAST) as bench:
        runs = await finished(bench, plan_of(bench))
        assert bench.journal is not None
        assert bench.journal.path is not None
        path = bench.journal.path
    assert [run.end_state for run in runs] == ["complete"] * 3
    (saved,) = read_session(path).rounds
    assert list(saved.finished()) == runs
    assert saved.info.simulated
    assert saved.info.base_url.startswith("http://127.0.0.1:")
    assert set(saved.info.documents) >= {"triage.prompt.yaml", "triage.system.yaml"}


async def test_later_rounds_go_into_the_same_session(tmp_path: Path) -> None:
    """With ids of their own; the second reads the cache that the first has written."""
    async with open_workbench(own_prompts(tmp_path), speed=20.0) as bench:
        first = await finished(bench, plan_of(bench, "policy"))
        second = await finished(bench, plan_of(bench, "policy"))
        assert bench.journal is not None
        assert bench.journal.path is not None
        path = bench.journal.path
    assert [r.info.round_id for r in read_session(path).rounds] == ["r1", "r2"]
    assert not {run.run_id for run in first} & {run.run_id for run in second}
    assert any(run.usage.counts.get("cache_creation_input_tokens") for run in first)
    assert all(run.usage.counts.get("cache_read_input_tokens") for run in second)


async def test_without_saving_nothing_is_written(tmp_path: Path) -> None:
    """`--no-save` leaves no trace."""
    prompts = own_prompts(tmp_path)
    async with open_workbench(prompts, save=False, speed=FAST) as bench:
        runs = await finished(bench, plan_of(bench, only=["terse"]))
        assert bench.journal is None
    assert [run.end_state for run in runs] == ["complete"]
    assert names_in(tmp_path) == ["prompts"]


async def test_leaving_a_round_early_cancels_and_saves_it(tmp_path: Path) -> None:
    """Each run then has its end in the file."""
    async with open_workbench(own_prompts(tmp_path), speed=0.5) as bench:
        async with bench.round(plan_of(bench)) as live:
            async for event in live:
                if not isinstance(event.what, Closed):
                    break
        assert bench.journal is not None
        assert bench.journal.path is not None
        path = bench.journal.path
    (saved,) = read_session(path).rounds
    assert {run.end_state for run in saved.finished()} == {"aborted"}


async def test_the_simulator_is_gone_when_the_block_is_left(tmp_path: Path) -> None:
    """Nobody answers there any more."""
    async with open_workbench(own_prompts(tmp_path), speed=FAST, save=False) as bench:
        await bench.ready()
        url = bench.endpoint.base_url
    async with open_workbench(tmp_path / "prompts", base_url=url, save=False) as after:
        (run,) = await finished(after, plan_of(after, only=["terse"]))
    assert run.end_state == "failed"
    assert run.problem is not None
    assert "cannot reach" in run.problem.problem


def test_a_provider_without_its_key_says_which_is_missing(tmp_path: Path) -> None:
    """Before anything is sent."""
    with pytest.raises(AuthenticationFailed, match="ANTHROPIC_API_KEY is not set"):
        open_workbench(tmp_path, provider="anthropic")


def test_an_unknown_provider_is_one_clear_line(tmp_path: Path) -> None:
    """So is an address that is none."""
    with pytest.raises(SettingsError):
        open_workbench(tmp_path, provider="nobody")
    with pytest.raises(SettingsError, match="is no base URL"):
        open_workbench(tmp_path, base_url="localhost:80")


def test_without_a_key_it_is_the_simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one, the provider that the key belongs to."""
    assert open_workbench(tmp_path).simulated
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    bench = open_workbench(tmp_path)

    assert not bench.simulated
    assert bench.endpoint.profile.name == "anthropic"


def test_sessions_lie_beside_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the environment moves them."""
    assert sessions_beside(tmp_path / "prompts") == tmp_path / "sessions"
    monkeypatch.setenv("WORKBENCH_SESSIONS", str(tmp_path / "elsewhere"))
    assert open_workbench(tmp_path / "prompts").sessions == tmp_path / "elsewhere"


def test_the_door_opens_before_the_heavy_rooms_are_loaded() -> None:
    """No HTTP library, no tokenizer, no simulator until a round needs them."""
    heavy = "{'httpx', 'aiohttp', 'tiktoken', 'ctok', 'workbench.simulator', 'workbench.engine'}"
    code = f"import sys, workbench.workbench.bench; print(sorted({heavy} & set(sys.modules)))"

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


async def test_a_plan_is_sent_once(tmp_path: Path) -> None:
    """Its run ids would stand for two rounds in the session."""
    async with open_workbench(own_prompts(tmp_path), speed=FAST, save=False) as bench:
        plan = plan_of(bench, "triage")
        async with bench.round(plan) as live:
            async for _ in live:
                pass

        async def again() -> None:
            async with bench.round(plan):
                pass

        with pytest.raises(ValueError, match="sent once"):
            await again()


async def test_a_workbench_moves_only_with_its_session_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in mid-round, nor while what came is in memory only; not to a provider without a key."""
    monkeypatch.delenv("BYTESPIKE_API_KEY", raising=False)
    async with open_workbench(own_prompts(tmp_path), provider="simulator", speed=FAST) as bench:
        async with bench.round(plan_of(bench)) as live:
            with pytest.raises(SessionError, match="being saved"):
                await bench.move_to("simulator")
            async for _ in live:
                pass
        with pytest.raises(AuthenticationFailed, match="BYTESPIKE_API_KEY"):
            await bench.move_to("bytespike")
        assert bench.journal is not None
        await bench.move_to(bench.home)
        assert bench.journal is None
        (tmp_path / "sessions").rename(tmp_path / "moved")
        (tmp_path / "sessions").write_text("in the way")
        await finished(bench, plan_of(bench))
        with pytest.raises(SessionError, match="in memory only"):
            await bench.move_to("simulator")
