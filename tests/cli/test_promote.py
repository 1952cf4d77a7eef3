"""`workbench promote`: shown first, written when told to, committed with the evidence."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from workbench.cli.main import main
from workbench.sessions.about import annotate
from workbench.sessions.session import read_session

PROMPT = """\
model: claude-haiku-4-5
max_tokens: 60   # enough
messages: [{role: user, content: "Name {{what}}."}]
cases: file://own.csv
variants: {base: {}, terse: {max_tokens: 5}}
"""
CASES = "id,what,__expected\na,a prime,max-tokens-out: 5\nb,a colour,max-tokens-out: 5\n"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in git, with a session in which two variants were tried on two cases."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "own.csv").write_text(CASES)
    (folder / "own.prompt.yaml").write_text(PROMPT)
    git("init", "--quiet")
    git("config", "user.name", "Ada")
    git("config", "user.email", "ada@example.org")
    git("add", "prompts")
    git("commit", "--quiet", "--message", "Begin")
    assert main(["run", "own", "--cases", "--speed", "100"]) == 1  # base fails its checks
    return folder


def git(*words: str) -> str:
    """What git says here."""
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout


def session() -> str:
    """The name of the only session."""
    (path,) = Path("sessions").glob("*.jsonl*")
    return path.name


def test_it_is_shown_and_not_written_unasked(prompts: Path, capsys: Captured) -> None:
    """Nobody is asked where nobody is there; the diff is on standard output."""
    capsys.readouterr()
    assert main(["promote", session(), "terse"]) == 0

    out, err = capsys.readouterr()
    assert "-max_tokens: 60   # enough\n+max_tokens: 5   # enough\n" in out
    assert "careful: nothing shows that terse is better: terse ahead by" in err
    assert "Nothing is written" in err
    assert (prompts / "own.prompt.yaml").read_text() == PROMPT


def test_a_commit_carries_the_evidence(prompts: Path) -> None:
    """The file and nothing else; rates, votes, cases and session in the message."""
    path = Path("sessions") / session()
    ids = {run.variant: run.run_id for run in read_session(path).rounds[0].runs if run.case == "a"}
    annotate(path, {"vote": {"a": ids["base"], "b": ids["terse"], "won": "b"}}, of="r1")
    (prompts / "other.txt").write_text("not yet")
    git("add", "prompts/other.txt")
    assert main(["promote", session(), "terse", "--commit"]) == 0

    message = git("log", "-1", "--format=%B")
    assert message.startswith("Promote terse to the base of own.prompt.yaml\n\nterse ")
    assert "terse: 100 % of 2 runs passed (34 to 100), $" in message
    assert "By people's votes: terse ahead, 100% of 1 decided pair, evidence" in message
    assert session().partition(".")[0] in message
    assert git("show", "--name-only", "--format=", "HEAD") == "prompts/own.prompt.yaml\n"
    assert "max_tokens: 5   # enough" in (prompts / "own.prompt.yaml").read_text()


def test_what_is_not_committed_is_not_swept_in(prompts: Path, capsys: Captured) -> None:
    """A file with other changes is refused before it is written; --yes alone writes it."""
    path = prompts / "own.prompt.yaml"
    path.write_text(PROMPT.replace("enough", "plenty"))
    assert main(["promote", session(), "terse", "--commit"]) == 2

    assert "is not in git as it stands" in capsys.readouterr().err
    assert "max_tokens: 60   # plenty" in path.read_text()
    assert main(["promote", session(), "terse", "--yes"]) == 0
    assert "has changed since that round" in capsys.readouterr().err
    assert "max_tokens: 5   # plenty" in path.read_text()


def test_a_variant_that_is_not_there_is_one_line(prompts: Path, capsys: Captured) -> None:
    """With those that there are."""
    assert main(["promote", session(), "nope"]) == 2
    assert "It has: base, terse." in capsys.readouterr().err
