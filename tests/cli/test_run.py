"""`workbench run`: what it prints, what it exits with, what it saves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from tests.tui.app import own_prompts
from workbench.cli.main import main
from workbench.sessions.session import read_session

FAST = ("--speed", "100")
FIELDS = [
    *("run", "round", "variant", "case", "repeat", "provider", "model", "simulated"),
    *("end_state", "stop_reason", "content", "usage", "cost_usd", "cost_is_estimate"),
    *("first_token_s", "total_s", "request_id", "attempts", "discarded", "error", "session"),
]
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def triage(tmp_path: Path) -> Path:
    """The triage prompt in a folder of its own."""
    return own_prompts(tmp_path) / "triage.prompt.yaml"


def rows(capsys: Captured) -> list[dict[str, object]]:
    """The JSON lines printed."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_json_has_the_fields_of_the_design_in_its_order(triage: Path, capsys: Captured) -> None:
    """One object a run, to the letter; everything else goes to stderr."""
    assert main(["run", str(triage), "--json", *FAST]) == 0

    printed = rows(capsys)
    assert len(printed) == 3
    assert all(list(row) == FIELDS for row in printed)
    for row in printed:
        assert (row["provider"], row["simulated"], row["end_state"]) == (
            "simulator",
            True,
            "complete",
        )
        assert row["stop_reason"] == "end_turn"
        assert float(str(row["cost_usd"])) > 0
        assert row["error"] is None
        assert isinstance(row["usage"], dict)
        assert str(row["request_id"]).startswith("req_")


def test_a_pipe_gets_plain_text_with_figures_and_a_total(triage: Path, capsys: Captured) -> None:
    """Every variant under a line of its figures; SIMULATED is said."""
    assert main(["run", str(triage), *FAST]) == 0

    out, err = capsys.readouterr()
    assert all(f"== {name}" in out for name in ("base", "terse", "warm"))
    assert "3 of 3 runs complete, $0.00" in out
    assert "SIMULATED" in out
    assert "saved to" in err
    assert "\x1b" not in out


def test_variants_values_model_and_repeat_make_the_round(triage: Path, capsys: Captured) -> None:
    """The options choose what is sent; the session holds the request as sent."""
    options = ["--variant", "terse", "--set", "ticket=My lamp hums.", "--repeat", "2", "--json"]
    assert main(["run", str(triage), *options, "--model", "claude-opus-4-6", *FAST]) == 0

    printed = rows(capsys)
    assert [(row["variant"], row["repeat"], row["model"]) for row in printed] in (
        [("terse", 1, "claude-opus-4-6"), ("terse", 2, "claude-opus-4-6")],
        [("terse", 2, "claude-opus-4-6"), ("terse", 1, "claude-opus-4-6")],
    )
    (saved,) = read_session(Path(str(printed[0]["session"]))).rounds
    bodies = [request.body for request in saved.requests.values()]
    assert all("My lamp hums." in json.dumps(body["messages"]) for body in bodies)
    assert all(body["stream"] is True for body in bodies)


def test_the_second_round_reads_the_cache(tmp_path: Path, capsys: Captured) -> None:
    """On one simulator the policy prompt is written once and read by later runs."""
    policy = own_prompts(tmp_path) / "policy.prompt.yaml"
    options = ["--variant", "base", "--repeat", "2", "--concurrency", "1", "--json"]
    # Not as fast as the others: at 100 a cache of five minutes is gone after three seconds.
    assert main(["run", str(policy), *options, "--speed", "20"]) == 0

    first, second = (row["usage"] for row in rows(capsys))
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["cache_creation_input_tokens"] > 4096
    assert second["cache_read_input_tokens"] == first["cache_creation_input_tokens"]


def test_a_hundred_runs_at_sixteen_at_once_are_a_hundred_complete_runs(
    triage: Path, capsys: Captured
) -> None:
    """None is lost, live or in the session."""
    options = ["--variant", "terse", "--repeat", "100", "--concurrency", "16", "--json"]
    assert main(["run", str(triage), *options, *FAST]) == 0

    printed = rows(capsys)
    assert len({row["run"] for row in printed}) == 100
    (saved,) = read_session(Path(str(printed[0]["session"]))).rounds
    assert [run.end_state for run in saved.finished()] == ["complete"] * 100


def test_tries_that_were_refused_are_told_with_their_request_ids(
    triage: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As plain text and as JSON, live and from the session."""
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
    options = ["--variant", "base", "--model", "claude-haiku-4-5+529x2_then_ok", *FAST]
    assert main(["run", str(triage), *options]) == 0
    live = capsys.readouterr().out
    sessions = ["--sessions", str(triage.parent.parent / "sessions")]
    assert main(["replay", "last", "--json", "--speed", "0", *sessions]) == 0
    (row,) = rows(capsys)

    tries = row["discarded"]
    assert isinstance(tries, list)
    assert [(one["type"], one["status"]) for one in tries] == [("overloaded_error", 529)] * 2
    assert row["attempts"] == 3
    for n, one in enumerate(tries, 1):
        assert f"[try {n} refused: {one['problem']} (request {one['request_id']})]" in live


def test_no_save_leaves_no_file(triage: Path, capsys: Captured) -> None:
    """And says so in the JSON."""
    assert main(["run", str(triage), "--no-save", "--json", "--variant", "terse", *FAST]) == 0

    assert rows(capsys)[0]["session"] is None
    assert not (triage.parents[1] / "sessions").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--variant", "tersee"], "terse"),
        (["--set", "ticket"], "gives no value"),
        (["--set", " =x"], "gives no value"),
        (["--set", "ticket=@/nowhere"], "cannot read /nowhere: No such file"),
        (["--set", "tikcet=x"], "Did you mean `ticket`?"),
        (["--provider", "openai"], "no provider is called"),
        (["--provider", "anthropic"], "ANTHROPIC_API_KEY is not set"),
        (["--base-url", "localhost"], "no base URL"),
        (["--max-cost", "cheap"], "no amount"),
        (["--max-cost", "0.000001"], "over the limit"),
        (["--max-cost", "0"], "over the limit of $0"),
        (["--model", "gpt-9"], "gpt-9"),
        (["--repeat", "0"], "--repeat"),
    ],
)
def test_what_cannot_be_tried_is_one_clear_line_and_exit_2(
    triage: Path, capsys: Captured, options: list[str], said: str
) -> None:
    """Nothing is sent, nothing saved; an unknown model is the provider's to refuse."""
    code = main(["run", str(triage), *options, *FAST])

    out, err = capsys.readouterr()
    assert said in out + err
    assert "Traceback" not in out + err
    if "--model" in options:
        assert code == 1
    else:
        assert code == 2
        assert not (triage.parents[1] / "sessions").exists()


def test_wrong_yaml_says_file_line_and_column(triage: Path, capsys: Captured) -> None:
    """Every problem of the file at once, each on a line a terminal can jump to."""
    triage.write_text("model: claude-haiku-4-5\nmax_token: 5\nmessages: {{ticket}}\n")

    assert main(["run", str(triage), *FAST]) == 2

    err = capsys.readouterr().err
    assert f"{triage}:3:11:" in err
    assert "or use |-" in err


def test_a_missing_variable_is_named_before_anything_is_sent(
    triage: Path, capsys: Captured
) -> None:
    """With the place of its first use and what to do."""
    triage.write_text(
        'model: claude-haiku-4-5\nmax_tokens: 5\nmessages: [{role: user, content: "Hi {{name}}"}]\n'
    )

    assert main(["run", str(triage), *FAST]) == 2

    err = capsys.readouterr().err
    assert f"{triage}:3:" in err
    assert "--set NAME=VALUE" in err


def test_nobody_at_the_base_url_is_a_failed_run_that_is_saved(
    triage: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No network: exit 1, the reason in one line, the session written all the same."""
    monkeypatch.setattr("workbench.engine.round.wait_before_retry", lambda error, attempt: None)
    nobody = ["--base-url", "http://127.0.0.1:9", "--variant", "base", "--json"]

    assert main(["run", str(triage), *nobody]) == 1

    (row,) = rows(capsys)
    assert row["end_state"] == "failed"
    error = row["error"]
    assert isinstance(error, dict)
    assert error["type"] == "connection"
    assert "cannot reach http://127.0.0.1" in error["problem"]
    assert error["hint"]
    assert Path(str(row["session"])).exists()


@pytest.mark.parametrize(
    ("key", "saved"), [("any", "Is there any?"), ("sk-local-0123456789", "Is there [secret]?")]
)
def test_a_key_too_short_to_be_one_spoils_no_session(
    triage: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, key: str, saved: str
) -> None:
    """A server on one's own machine is often given `any`; only a real key is masked."""
    monkeypatch.setattr("workbench.engine.round.wait_before_retry", lambda error, attempt: None)
    monkeypatch.setenv("WORKBENCH_API_KEY", key)
    nobody = ["--base-url", "http://127.0.0.1:9", "--variant", "base", "--json"]

    assert main(["run", str(triage), "--set", f"ticket=Is there {key}?", *nobody]) == 1

    (row,) = rows(capsys)
    (kept,) = read_session(Path(str(row["session"]))).rounds
    assert kept.info.values == {"ticket": saved}


def test_a_server_may_repeat_the_key_with_its_line_end(
    triage: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key pasted with the end of its line reaches no session file, however it is quoted."""
    monkeypatch.setattr("workbench.engine.round.wait_before_retry", lambda error, attempt: None)
    monkeypatch.setenv("WORKBENCH_API_KEY", "sk-local-0123456789\r")
    quoted = ["--set", "ticket='sk-local-0123456789\\r'", "--base-url", "http://127.0.0.1:9"]

    assert main(["run", str(triage), *quoted, "--variant", "base", "--json"]) == 1

    session = Path(str(rows(capsys)[0]["session"]))
    assert "sk-local" not in session.read_text("utf-8")


def test_what_would_be_refused_is_not_sent(triage: Path, capsys: Captured) -> None:
    """Exit 2, each problem with the name of its rule and a fix; `--force` sends it anyway."""
    newer = ["--model", "claude-haiku-5-5", "--variant", "base", "--no-save", *FAST]
    assert main(["run", str(triage), *newer]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert "takes no `temperature` but its default [sampling]\n  Leave it out." in err
    assert "nothing was sent" in err
    assert "--force" in err

    assert main(["run", str(triage), *newer, "--force", "--json"]) == 1
    (row,) = rows(capsys)
    assert isinstance(row["error"], dict)
    assert row["error"]["status"] == 400


def test_only_what_would_be_sent_is_looked_at(triage: Path, capsys: Captured) -> None:
    """A variant that is left out may be as wrong as it likes."""
    text = triage.read_text("utf-8").replace("variants:\n", "variants:\n  bad: {top_p: 0.5}\n")
    triage.write_text(text)

    assert main(["run", str(triage), "--no-save", *FAST]) == 2
    assert main(["run", str(triage), "--variant", "base", "--no-save", *FAST]) == 0
    assert "bad" not in capsys.readouterr().out


def test_the_version_of_a_variant_is_sent_and_saved(triage: Path, capsys: Captured) -> None:
    """The header, not the body; with the run, and beside the round's own."""
    text = triage.read_text("utf-8").replace("temperature: 0\n", "")
    new = 'variants:\n  new: {api_version: "2026-10-21"}\n'
    triage.write_text(text.replace("variants:\n", new))
    options = ["--variant", "new", "--variant", "terse", "--json", *FAST]

    assert main(["run", str(triage), *options]) == 0

    (saved,) = read_session(Path(str(rows(capsys)[0]["session"]))).rounds
    versions = {run.variant: saved.requests[run.run_id].api_version for run in saved.runs}
    assert versions == {"new": "2026-10-21", "terse": ""}
    assert saved.info.api_version == "2023-06-01"
    assert all("api_version" not in request.body for request in saved.requests.values())


def test_a_cost_limit_stops_the_stream_and_keeps_what_came(triage: Path, capsys: Captured) -> None:
    """Aborted, with a reason and a hint; the cost is an estimate just over the limit."""
    options = ["--variant", "warm", "--max-run-cost", "0.0004", "--json", *FAST]
    assert main(["run", str(triage), *options]) == 1

    (row,) = rows(capsys)
    assert (row["end_state"], row["cost_is_estimate"]) == ("aborted", True)
    error = row["error"]
    assert isinstance(error, dict)
    assert error["type"] == "cost_limit"
    assert error["hint"]
    assert row["content"]
    assert 0.0003 < float(str(row["cost_usd"])) < 0.0005


def test_what_the_provider_has_left_is_told(triage: Path, capsys: Captured) -> None:
    """On stderr, in one line, once the round is over."""
    assert main(["run", str(triage), "--variant", "terse", "--no-save", *FAST]) == 0

    assert "of 1,000 requests left" in capsys.readouterr().err


def test_what_is_foreseen_says_what_to_do(triage: Path, capsys: Captured) -> None:
    """A warning before a round has its hint too, and says that it is one."""
    triage.write_text(triage.read_text("utf-8").replace("claude-haiku-4-5", "claude-hiaku-4-5"))

    assert main(["run", str(triage), "--no-save", *FAST]) == 1

    err = capsys.readouterr().err
    assert "warning: the model `claude-hiaku-4-5`" in err
    assert "Did you mean `claude-haiku-4-5`?" in err


def test_simulated_says_why_only_where_it_is_true(triage: Path, capsys: Captured) -> None:
    """Whoever asks for the simulator is not told that a key is missing."""
    options = ["--provider", "simulator", "--variant", "terse", "--no-save"]
    assert main(["run", str(triage), *options, *FAST]) == 0

    err = capsys.readouterr().err
    assert "SIMULATED" in err
    assert "no key is set" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a Linux device")
def test_a_full_disk_behind_stdout_is_one_line(triage: Path) -> None:
    """Our own output fails like everything else: in one line, with exit code 2."""
    triage.write_text("model: 5\n")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "workbench", "check", str(triage), "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "workbench: No space left on device\n")


def test_ctrl_c_keeps_what_arrived_and_exits_130(triage: Path) -> None:
    """An interrupted round ends in order: the words are in the JSON, the session, CI's file."""
    xml = triage.with_name("out.xml")
    options = ["--json", "--speed", "0.3", "--junit", str(xml)]
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", "run", str(triage), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    sessions = triage.parents[1] / "sessions"
    while process.poll() is None and not any(
        b'"content_block_start"' in path.read_bytes() for path in sessions.glob("*.jsonl")
    ):
        os.sched_yield()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)

    assert process.returncode == 130, err
    printed = [json.loads(line) for line in out.splitlines()]
    assert len(printed) == 3
    assert "aborted" in {row["end_state"] for row in printed}
    (saved,) = read_session(Path(printed[0]["session"])).rounds
    assert {run.run_id: run.end_state for run in saved.finished()} == {
        row["run"]: row["end_state"] for row in printed
    }
    whole = sum(row["end_state"] == "complete" for row in printed)
    assert f"out.xml: interrupted, {whole} of 3 runs whole" in err
    assert Xml.parse(xml).getroot().get("errors") == str(3 - whole)


def test_what_is_redacted_reaches_no_file(triage: Path, capsys: Captured) -> None:
    """On stdout all is shown; in the folder of sessions, the index too, nothing of it is."""
    ticket = "My lamp from Zanzibar hums, says Quentin."
    words = ["run", str(triage), "--set", f"ticket={ticket}", "--variant", "base", *FAST]
    assert main([*words, "--redact", "ticket", "--redact-tools", "--json"]) == 0
    out, err = capsys.readouterr()
    assert "redacted in the session: ticket, tools" in err
    path = Path(str(json.loads(out)["session"]))
    saved = read_session(path).rounds[0]
    assert saved.info.values == {"ticket": "[redacted]"}
    assert "[redacted]" in saved.requests["r1-1"].to_json()
    sessions = ["--sessions", str(path.parent)]
    assert main(["sessions", "list", *sessions]) == 0
    capsys.readouterr()
    for file in path.parent.iterdir():
        assert ticket.encode() not in file.read_bytes()

    assert main(["sessions", "show", "last", *sessions]) == 0
    assert "recorded redacted, r1: ticket, tools" in capsys.readouterr().err
    assert main(["sessions", "rerun", "last", *sessions]) == 2
    assert "was recorded redacted (ticket, tools)" in capsys.readouterr().err
    assert main([*words, "--redact", "tikket"]) == 2
    assert "Did you mean `ticket`?" in capsys.readouterr().err


def test_a_prompt_says_itself_what_is_redacted(triage: Path, capsys: Captured) -> None:
    """As it does for rounds that are run on the screen; its own default is masked, too."""
    triage.write_text(f"{triage.read_text()}redact: [ticket]\n")
    assert main(["run", str(triage), "--variant", "terse", "--json", *FAST]) == 0
    out, err = capsys.readouterr()
    assert "redacted in the session: ticket" in err
    path = Path(str(json.loads(out)["session"]))
    text = path.read_text()
    assert "[redacted]" in text
    assert "Order A-1" not in text
    assert main(["sessions", "fork", "last", "--sessions", str(path.parent)]) == 2
    assert "triage.prompt.yaml is not whole in it" in capsys.readouterr().err
