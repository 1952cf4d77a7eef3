"""The magics send, show, compare and replay in a real IPython shell, by the words of the door."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from workbench.errors import SettingsError

pytest.importorskip("IPython", reason="IPython is not installed")

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A shell of IPython in a copy of the examples, with the magics, on a fast simulator."""
    from IPython.core.interactiveshell import InteractiveShell

    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    monkeypatch.chdir(tmp_path)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "workbench")
    opened = shell.run_line_magic("wb", "open prompts --provider simulator --speed 100")
    yield shell
    opened.close()
    InteractiveShell.clear_instance()


def test_a_cell_is_sent_with_what_earlier_cells_and_variables_give(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Plain text and YAML, `%%system` and `%%tools`, `{{name}}` filled from Python."""
    shell.user_ns.update(who="Ada <b>", unused=1, years=36)
    shell.run_cell_magic("system", "", "Be kind.\n")
    shell.run_cell_magic("tools", "", (ROOT / "prompts" / "orders.tools.yaml").read_text("utf-8"))
    shell.run_cell_magic("prompt", "--repeat 2", "Hello {{who}}, {{years}}.\n# no YAML: one")

    round = shell.user_ns["_round"]
    assert [run.end_state for run in round] == ["complete", "complete"]
    assert "2 of 2 runs complete" in capsys.readouterr().out
    request = _request(round)
    assert request["system"] == "Be kind."
    assert next(tool["name"] for tool in request["tools"]) == "get_order"
    assert request["messages"][0]["content"] == "Hello Ada <b>, 36.\n# no YAML: one"

    shell.run_line_magic("wb", "forget")
    cell = (
        "max_tokens: 60\nmessages:\n  - {role: user, content: 'Hi {{who}} {{more}}'}\n"
        "variants:\n  base: {}\n  warm: {temperature: 0.9}\n"
    )
    shell.run_cell_magic("prompt", "--variants warm --set more='and all' --set who=Bo", cell)
    assert [run.variant for run in shell.user_ns["_round"]] == ["warm"]
    request = _request(shell.user_ns["_round"])
    assert request["messages"][0]["content"] == "Hi Bo and all"
    assert "system" not in request
    assert "tools" not in request


def _request(round: wb.Round) -> Any:
    """What the newest round of a session sent."""
    assert round.session is not None
    from workbench.sessions.session import read_session

    saved = read_session(round.session).rounds[-1]
    return saved.requests[saved.runs[0].run_id].body


def test_rounds_of_files_are_run_compared_replayed_and_found(shell: Any) -> None:
    """`%wb run`, `compare`, `replay`, `sessions`; the last round is at hand."""
    shell.run_line_magic("wb", "run triage --variants base,terse")
    sent = shell.user_ns["_round"]
    assert [run.variant for run in sent] == ["base", "terse"]

    compared = shell.run_line_magic("wb", "compare terse")
    assert compared["base"]["baseline"] == "terse"

    shell.run_line_magic("wb", "replay last --speed 0")
    again = shell.user_ns["_round"]
    assert again.replayed
    assert again.runs == sent.runs
    (session,) = shell.run_line_magic("wb", "sessions name:triage")
    assert session.path == sent.session


def test_what_is_wrong_is_a_line_and_no_traceback(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A prompt or an act that is not there, a value that is missing, a wrong word, bad YAML."""
    cells = {
        "%wb run triag": "Did you mean `triage`?",
        "%wb dance": "It can: open, run",
        "%wb run triage --repeat x": "invalid int value",
        "%wb compare": "there is no round yet",
        "%%prompt\nHello {{nobody_set_this}}": "nobody_set_this",
        "%%prompt\nmessages: [\n": "cell.prompt.yaml:",
        "%%tools\n- name: x": "no `tools:`",
    }
    for cell, words in cells.items():
        result = shell.run_cell(cell)
        assert isinstance(result.error_in_exec, wb.WorkbenchError), cell
        told = capsys.readouterr().out
        assert words in told, (cell, told)
        assert "Traceback" not in told
    error = SettingsError("a\x1b[31m", hint="b")
    assert error._render_traceback_() == ["a\ufffd[31m\n  b"]
    shell.run_line_magic("wb", "")
    assert "%wb replay" in capsys.readouterr().out


def test_names_and_options_are_completed(shell: Any) -> None:
    """What may stand there, and the prompts that there are."""
    from IPython.core.completer import provisionalcompleter

    def offered(line: str) -> set[str]:
        with provisionalcompleter():
            return {one.text for one in shell.Completer.completions(line, len(line))}

    assert "replay" in offered("%wb re")
    assert "triage" in offered("%wb run ")
    assert "--variants" in offered("%%prompt ")


def test_an_interrupt_cancels_and_keeps_what_arrived(
    shell: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The cell ends in a line, without a traceback; the partial answers are at hand and saved."""
    slow = shell.run_line_magic("wb", "open prompts --provider simulator --speed 0.2")
    settled = wb.Underway.settled

    def interrupted(going: wb.Underway, within_s: float) -> bool:
        if any(run.text for run in going.runs):
            raise KeyboardInterrupt
        return settled(going, within_s)

    monkeypatch.setattr(wb.Underway, "settled", interrupted)

    result = shell.run_cell("%wb run triage")

    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    told = capsys.readouterr().out
    assert "What arrived is kept" in told
    assert "Traceback" not in told
    round = shell.user_ns["_round"]
    assert {run.end_state for run in round} == {"aborted"}
    assert any(run.text for run in round)
    assert round.session is not None
    assert round.session.exists()
    slow.close()
