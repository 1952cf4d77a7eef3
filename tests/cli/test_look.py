"""The commands that only look: replay, sessions, check, count, doctor, help."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.tui.app import own_prompts
from workbench.cli.main import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the examples, and the test standing beside it."""
    monkeypatch.chdir(tmp_path)
    return own_prompts(tmp_path)


@pytest.fixture
def session(prompts: Path, capsys: Captured) -> Path:
    """A session of one round, beside the prompts."""
    assert main(["run", str(prompts / "triage.prompt.yaml"), "--json", "--speed", "100"]) == 0
    return Path(json.loads(capsys.readouterr().out.splitlines()[0])["session"])


def test_sessions_are_listed_and_shown(session: Path, capsys: Captured) -> None:
    """By name, by start of name, or as `last`; as lines or as JSON."""
    assert main(["sessions", "list"]) == 0
    assert session.name in capsys.readouterr().out
    assert main(["sessions", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == 3
    for word in ("last", session.name, session.name[:12], str(session)):
        assert main(["sessions", "show", word]) == 0
        assert "== r1-1" in capsys.readouterr().out
    assert main(["sessions", "show", "last", "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_one_run_can_be_replayed_alone(session: Path, capsys: Captured) -> None:
    """`--run` takes one; without --json the words come as text."""
    assert main(["replay", "last", "--run", "r1-2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["variant"] == "terse"
    assert main(["replay", "last", "--run", "r1-2", "--speed", "0"]) == 0
    out, err = capsys.readouterr()
    assert "== terse" in out
    assert "REPLAY" in err


def test_a_replay_begins_where_it_is_told_to(session: Path, capsys: Captured) -> None:
    """What happened before is there at once: after the last moment nothing is waited for."""
    argv = ["replay", "last", "--from", "9:59:59", "--speed", "0.25", "--json"]
    assert main(argv) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_a_loop_goes_on_until_it_is_interrupted(
    session: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round comes again and again; Ctrl+C ends it as it ends any command."""
    begun: list[str] = []

    def echo(words: str = "", err: bool = False) -> None:
        if words.startswith("REPLAY"):
            begun.append(words)
            if len(begun) == 3:
                raise KeyboardInterrupt

    monkeypatch.setattr("workbench.cli.replay.click.echo", echo)
    assert main(["replay", "last", "--loop", "--speed", "0"]) == 130
    assert len(begun) == 3


def test_sessions_are_looked_for_where_they_are_saved(
    prompts: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`WORKBENCH_SESSIONS` moves the folder for every command."""
    monkeypatch.setenv("WORKBENCH_SESSIONS", str(tmp_path / "elsewhere"))
    terse = ["--variant", "terse", "--speed", "100"]
    assert main(["run", str(prompts / "triage.prompt.yaml"), *terse]) == 0

    for look in (["sessions", "list"], ["sessions", "show", "last"], ["replay", "last"]):
        capsys.readouterr()
        assert main(look) == 0
        assert "haiku" in capsys.readouterr().out


def test_a_number_too_large_for_json_is_null(session: Path, capsys: Captured) -> None:
    """A damaged count breaks neither the line nor its reader."""
    text = session.read_text("utf-8").replace('"input_tokens":', '"input_tokens":1e999,"was":')
    session.write_text(text, "utf-8")

    assert main(["sessions", "show", "last", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["usage"]["input_tokens"] is None


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["replay", "nothing"], "nothing"),
        (["replay", "last", "--run", "r9"], "no such round or run"),
        (["replay", "last", "--speed", "nan"], "no speed"),
        (["replay", "last", "--from", "soon"], "no moment"),
        (["replay", "last", "--loop", "--json"], "no end"),
        (["sessions", "show", "README.md"], "README.md"),
        (["check", "nowhere"], "no such file"),
        (["run", "nowhere.prompt.yaml"], "no such prompt file"),
        (["count", "nowhere.prompt.yaml"], "no such prompt file"),
        (["nonsense"], "no such command, file or folder"),
        (["prompts"], "needs a terminal"),
    ],
)
def test_what_is_not_there_is_one_line_and_exit_2(
    session: Path, capsys: Captured, argv: list[str], said: str
) -> None:
    """With what to do; never a traceback."""
    assert main(argv) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_check_finds_nothing_wrong_with_the_examples(prompts: Path, capsys: Captured) -> None:
    """Exit 0 and a count."""
    assert main(["check"]) == 0
    assert "no problems" in capsys.readouterr().err


def test_check_points_at_what_is_wrong(prompts: Path, capsys: Captured) -> None:
    """`file:line:column: problem`, all of them, exit 1; the same as JSON."""
    bad = prompts / "bad.prompt.yaml"
    bad.write_text("model: claude-haiku-4-6\nmax_tokens: many\nmessages: []\n")

    assert main(["check", str(bad)]) == 1
    out = capsys.readouterr().out
    assert f"{bad}:2:13:" in out
    assert main(["check", str(bad), "--json"]) == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {problem["line"] for problem in found} >= {2, 3}
    bad.rename(prompts / "bad.prompt.yml")
    assert main(["check", str(prompts)]) == 1
    assert "bad.prompt.yml:2:13:" in capsys.readouterr().out


def test_count_says_tokens_cost_and_cache(prompts: Path, capsys: Captured) -> None:
    """An estimate is shown as one; the price range ends where max_tokens does."""
    assert main(["count", str(prompts / "policy.prompt.yaml"), "--json"]) == 0

    for row in map(json.loads, capsys.readouterr().out.splitlines()):
        assert row["input_tokens"] > 4096
        assert row["shown"][0] in "≈a"
        assert float(row["usd_at_least"]) < float(row["usd_at_most"])
        assert "4,096" in row["cache"]


def test_the_providers_count_agrees_with_the_estimate(prompts: Path, capsys: Captured) -> None:
    """The simulator counts with the same counter, so --ask changes only the basis."""
    orders = str(prompts / "orders.prompt.yaml")
    assert main(["count", orders, "--json"]) == 0
    guessed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert main(["count", orders, "--ask", "--json"]) == 0
    asked = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [row["input_tokens"] for row in asked] == [row["input_tokens"] for row in guessed]
    assert {row["basis"] for row in asked} == {"count"}


def test_doctor_says_what_is_set_up_and_shows_no_key(
    prompts: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key is set or not set; what it is stands nowhere."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-very-secret")

    assert main(["doctor"]) == 0

    out = capsys.readouterr().out
    assert "ANTHROPIC_API_KEY is set" in out
    assert "sk-ant-very-secret" not in out
    assert "anthropic where none is named" in out


def test_doctor_says_what_is_wrong_with_the_config(
    prompts: Path, capsys: Captured, own_home: Path
) -> None:
    """A config file that cannot be used is a finding with a place, and exit 1."""
    from workbench.catalog.catalog import catalog

    catalog.cache_clear()
    (own_home / "config").mkdir()
    (own_home / "config" / "config.yaml").write_text("providers: [nonsense\n")

    assert main(["doctor"]) == 1
    assert "config.yaml:" in capsys.readouterr().out
    shutil.rmtree(own_home / "config")
    catalog.cache_clear()


def test_doctor_says_which_file_says_which_setting_and_what_is_wrong_there(
    prompts: Path, capsys: Captured, own_home: Path
) -> None:
    """Each with its place or the name that was meant; all that is wrong, and exit 1."""
    (own_home / "config").mkdir()
    (own_home / "config" / "settings.json").write_text('{"version": 1, "wrap": false}')
    assert main(["doctor"]) == 0
    assert "wrap false (settings.json)" in capsys.readouterr().out

    config = "theme: nrod\npaint_hz: 5000\nautosave: true\nkeys: {rum: f1}\n"
    (own_home / "config" / "config.yaml").write_text(config)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "autosave true (config.yaml)" in out
    assert "config.yaml:2:11: paint_hz" in out
    assert "config.yaml:4:8: keys.rum: no such act; did you mean run?" in out
    assert "there is no theme 'nrod': did you mean nord?" in out
    assert str(own_home / "state") in out


def test_help_lists_every_command(capsys: Captured) -> None:
    """Each with one line."""
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name in ("run", "replay", "sessions", "check", "count", "simulate", "doctor"):
        assert f"\n  {name} " in out


@pytest.mark.parametrize(
    "argv",
    [["run", "-h"], ["replay", "-h"], ["sessions", "-h"], ["simulate", "-h"], ["open", "-h"]],
)
def test_every_command_explains_itself(argv: list[str], capsys: Captured) -> None:
    """Usage and options, exit 0."""
    assert main(argv) == 0
    assert "Usage: workbench" in capsys.readouterr().out
