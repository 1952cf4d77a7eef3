"""The README keeps its word: commands run as printed, files are valid, keys are ours."""

from __future__ import annotations

import ast
import asyncio
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from workbench.cli.main import main
from workbench.documents.prompt import load_prompt
from workbench.settings.user_settings import read_settings
from workbench.tui.acts import ACTS, REPLAY_ACTS, shown_key
from workbench.tui.keymap import KeyMap, keymap
from workbench.tui.look_acts import LOOKS
from workbench.tui.pane_acts import PANE_ACTS
from workbench.variants import build
from workbench.workbench.bench import open_workbench

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SECTION = README.partition("## Command line")[2].partition("\n## ")[0]
COMMANDS = re.findall(r"^(workbench .+)$", SECTION, re.MULTILINE)

WRITING = ("tag", "export", "fork")
"""Commands of `workbench sessions` that write a file and say so on stderr."""


def blocks(language: str) -> list[str]:
    """The code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_every_command_runs_as_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In their order, in a fresh copy of the clone; each ends with exit code 0."""
    for folder in ("prompts", "sessions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) >= 10

    for command in COMMANDS:
        _, *argv = shlex.split(command)
        if argv[0] == "run":
            argv += ["--speed", "50"]
        assert main(argv) == 0, command
        out, _ = capsys.readouterr()
        assert out.strip() or argv == ["check"] or argv[1] in WRITING, command


def test_the_python_runs_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Block after block, as one script of top-level awaits, in a fresh clone."""
    for folder in ("prompts", "sessions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for words in ("init -q", "config user.name Ada", "config user.email a@b.c", "add prompts"):
        subprocess.run(["git", *words.split()], cwd=tmp_path, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "All of it"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "workbench.workbench.workspace.open_workbench",
        lambda folder, **chosen: open_workbench(folder, **{**chosen, "speed": 8}),
    )
    section = README.partition("## From Python")[2].partition("\n## ")[0]
    script = "".join(re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL))
    code = compile(script, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    names = dict[str, Any]()

    async def run() -> None:
        await eval(code, names)

    asyncio.run(run())

    assert [each.end_state for each in names["round"]] == ["complete"] * 6
    names["workspace"].close()


def test_the_file_shown_is_a_prompt_that_runs(tmp_path: Path) -> None:
    """Every variant of it, over the matrix but for what is excluded."""
    (_, text, config) = blocks("yaml")
    (tmp_path / "greeting.system.yaml").write_text("system: Be kind.\n")
    path = tmp_path / "greeting.prompt.yaml"
    path.write_text(text)

    prompt = load_prompt(path)

    assert not prompt.problems
    assert [variant.name for variant in build(prompt)] == [
        "base/claude-haiku-4-5",
        "base/claude-opus-4-6",
        "warm/claude-haiku-4-5",
        "warm/claude-opus-4-6",
        "short/claude-haiku-4-5",
    ]
    assert "key_env: LOCAL_API_KEY" in config


def test_the_config_shown_adds_a_provider(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its key comes from its own variable."""
    from workbench.api.endpoint import endpoint
    from workbench.catalog.catalog import catalog

    catalog.cache_clear()
    (own_home / "config").mkdir()
    (own_home / "config" / "config.yaml").write_text(blocks("yaml")[2])

    there = endpoint(catalog().profile, "local", env={"LOCAL_API_KEY": "mine"})

    assert (there.base_url, there.key) == ("http://localhost:8080", "mine")
    catalog.cache_clear()


def test_the_settings_shown_hold(own_home: Path) -> None:
    """None of them is refused."""
    (own_home / "config").mkdir()
    (own_home / "config" / "config.yaml").write_text(blocks("yaml")[0])
    settings = read_settings()

    assert not settings.problems
    assert (settings.theme, settings.paint_hz, settings.wrap) == ("nord", 5, False)
    assert keymap(settings.key_set, settings.keys) == KeyMap({"run": ("alt+e", "f5"), "jump": ()})


def test_every_key_is_in_the_readme() -> None:
    """The table of keys misses none, and the test command is what CI runs."""
    keys = README.partition("## Keys")[2].partition("## Files")[0]
    looking = [act for acts in LOOKS.values() for act in acts]
    for act in (*ACTS, *PANE_ACTS, *looking, *REPLAY_ACTS):
        assert f"`{shown_key(act.keys[0])}`" in keys, act.name


def test_set_up_is_one_line_each() -> None:
    """Both begin with an environment of their own."""
    lines = [block.strip() for block in blocks("sh")[:2]]
    assert all(line.startswith("python3 -m venv .venv && ") for line in lines)
    assert all("\n" not in line for line in lines)
    assert lines[0].endswith(".venv/bin/workbench")
    assert ".venv/bin/python -m pytest" in lines[1]


def test_every_folder_named_is_there() -> None:
    """Where things are."""
    table = README.partition("## Where things are")[2]
    for name in re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE):
        for part in re.findall(r"`([^`]+)`", name):
            inside = part if part.startswith("workbench") else f"workbench/{part}"
            assert (ROOT / inside).exists(), part


def test_it_names_no_paper_that_is_not_here() -> None:
    """What a section of the API's description says, it says itself."""
    assert not re.findall(r"(?:section |§ ?)\d+", README)
