"""A fork has the documents as they were, and writes over nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.sessions.helpers import INFO, journal_in, planned
from workbench.documents.prompt import load_prompt
from workbench.errors import SessionError
from workbench.sessions.fork import forked
from workbench.sessions.session import Session, read_session
from workbench.variants import build

EXAMPLES = Path(__file__).parents[2] / "sessions"


def session_of(folder: Path, documents: dict[str, str]) -> Session:
    """A session of one round with these documents."""
    with journal_in(folder) as book:
        info = replace(INFO, prompt="a.prompt.yaml", documents=documents, values={"who": "Ana"})
        book.begin_round(info, planned("a"))
    assert book.path is not None
    return read_session(book.path)


@pytest.mark.parametrize("name", ["triage", "policy", "orders"])
def test_a_fork_sends_what_the_round_sent(tmp_path: Path, name: str) -> None:
    """Written to a new folder and run unchanged, every request is the same to the byte."""
    session = read_session(EXAMPLES / f"example-{name}.jsonl")
    for saved in session.rounds:
        fork = forked(session, saved.info.round_id)
        folder = tmp_path / saved.info.round_id
        fork.write(folder)
        built = build(load_prompt(folder / fork.prompt), values=fork.values)
        again = {variant.name: variant.request.to_json() for variant in built}
        for run in saved.runs:
            assert again[run.variant] == saved.requests[run.run_id].to_json()
        assert fork.differences(folder) == ""


def test_a_fork_of_a_run_names_its_variant_and_shows_what_changed(tmp_path: Path) -> None:
    """The diff goes from then to now; a file that is gone is all taken away."""
    session = session_of(tmp_path / "s", {"a.prompt.yaml": "one\n", "b.system.yaml": "two"})
    fork = forked(session, "a")
    (tmp_path / "a.prompt.yaml").write_text("one\nmore\n")

    assert fork.variant == session.rounds[0].runs[0].variant
    assert fork.values == {"who": "Ana"}
    assert fork.origin.endswith(" a")
    assert "+more" in fork.differences(tmp_path)
    assert "-two" in fork.differences(tmp_path)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder that is there is refused."""
    fork = forked(session_of(tmp_path, {"a.prompt.yaml": "one"}))
    with pytest.raises(SessionError, match="there already"):
        fork.write(tmp_path)


@pytest.mark.parametrize("name", ["../a.yaml", "/etc/passwd", "x/../../a", "C:\\a", "..\\a", ""])
def test_a_session_cannot_write_outside_the_folder(tmp_path: Path, name: str) -> None:
    """Somebody else's session is not trusted with paths."""
    with pytest.raises(SessionError, match="outside its folder"):
        forked(session_of(tmp_path, {name: "one"}))


@pytest.mark.parametrize(("of", "said"), [("r9", "no round or run"), ("", "no documents")])
def test_what_is_not_there_is_said(tmp_path: Path, of: str, said: str) -> None:
    """In one line, with what there is."""
    with pytest.raises(SessionError, match=said):
        forked(session_of(tmp_path, {}), of)
