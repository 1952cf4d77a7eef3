"""`workbench code`: the request of a prompt as code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.app import own_prompts
from workbench.cli.main import main

Captured = pytest.CaptureFixture[str]
KEY = "sk-ant-api03-a-key-that-nobody-may-read"


@pytest.fixture
def prompt(tmp_path: Path) -> str:
    """An example to ask for."""
    return str(own_prompts(tmp_path) / "triage.prompt.yaml")


def test_the_code_is_what_is_printed(prompt: str, capsys: Captured) -> None:
    """Of the variant that is asked for, with the values given; stdout holds nothing else."""
    argv = ["code", prompt, "--as", "python", "--variant", "warm", "--set", "ticket=My lamp hums."]
    assert main(argv) == 0
    out, err = capsys.readouterr()
    compile(out, "code", "exec")
    assert "My lamp hums." in out
    assert not err


def test_of_several_it_is_the_first(prompt: str, capsys: Captured) -> None:
    """It says so, beside the code, and names the others."""
    assert main(["code", prompt]) == 0
    out, err = capsys.readouterr()
    assert "curl -N https://api.anthropic.com/v1/messages" in out
    assert err == "This is base. --variant and --case choose: terse, warm\n"


@pytest.mark.parametrize(
    ("options", "variable", "url"),
    [
        (["--provider", "anthropic"], "ANTHROPIC_API_KEY", "https://api.anthropic.com"),
        (["--provider", "bytespike"], "BYTESPIKE_API_KEY", "https://llm.bytespike.ai"),
        (["--base-url", "http://localhost:9"], "WORKBENCH_API_KEY", "http://localhost:9"),
        (["--provider", "simulator"], "ANTHROPIC_API_KEY", "https://api.anthropic.com"),
    ],
)
def test_no_key_stands_in_it(
    options: list[str],
    variable: str,
    url: str,
    prompt: str,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only its variable's name, be it set or not, and be the key written into the prompt."""
    assert main(["code", prompt, *options]) == 0
    unset = capsys.readouterr().out
    monkeypatch.setenv(variable, KEY)
    assert main(["code", prompt, *options, "--set", f"ticket=My key is {KEY}"]) == 0
    told = capsys.readouterr().out
    assert KEY not in told
    for out in (unset, told):
        assert f"${variable}" in out
        assert f"curl -N {url}/v1/messages" in out


def test_a_variant_that_is_none_is_refused(prompt: str, capsys: Captured) -> None:
    """In a line, with the nearest one."""
    assert main(["code", prompt, "--variant", "wram"]) == 2
    assert "no variant is called `wram`" in capsys.readouterr().err
