"""Secrets never reach the file, whatever carries them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sessions.helpers import INFO, folded, journal_in, only_round, planned
from workbench.run import Closed, RunEvent
from workbench.sessions.secrets import Secrets
from workbench.wire.events import TextDelta, Unknown

# It ends as it begins: its end may be the beginning of another one.
SECRET = "sk-ant-api03-ABCDEFGHIJKLMNOPsk"


@pytest.mark.parametrize("length", [1, 4, 7, 100])
@pytest.mark.parametrize("flushed", [True, False])
def test_a_secret_is_never_written(tmp_path: Path, length: int, flushed: bool) -> None:
    """Not in documents, requests or values, nor in deltas that carry it in pieces."""
    text = f"The key is {SECRET}, {SECRET[:9]} and {SECRET}!"
    pieces = [text[at : at + length] for at in range(0, len(text), length)]
    events = [
        *(RunEvent("a", number / 1000, TextDelta(0, piece)) for number, piece in enumerate(pieces)),
        RunEvent("a", 1.0, Unknown({"type": "echo", SECRET: [SECRET]})),
        RunEvent("a", 1.1, Closed("eof")),
    ]
    info = replace(INFO, documents={"a.yaml": text}, values={"key": SECRET})
    with journal_in(tmp_path, secrets=["", SECRET]) as journal:
        journal.begin_round(info, planned("a", SECRET))
        for event in events:
            journal.write(event)
            if flushed:
                journal.flush()
    assert journal.path is not None
    content = journal.path.read_text("utf-8")
    one = only_round(journal.path)

    assert SECRET[:12] not in content
    assert one.info.values == {"key": "[secret]"}
    run = one.finished()[0]
    assert run.text == f"The key is [secret], {SECRET[:9]} and [secret]!"
    assert run.deltas == len(pieces)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text("ab", max_size=4), max_size=12),
    st.sets(st.text("ab", min_size=1, max_size=5), max_size=3),
)
def test_masking_over_pieces_gives_what_masking_the_whole_gives(
    pieces: list[str], secrets: set[str]
) -> None:
    """However the text is split, as many pieces come out, and no more is masked than must be."""
    hide = Secrets(secrets)
    masked = hide.hidden_across(pieces)

    assert "".join(masked) == hide.hidden("".join(pieces))
    assert len(masked) == len(pieces)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.text("§¶", max_size=4), st.integers(0, 1), st.booleans()), max_size=12),
    st.sets(st.text("§¶", min_size=1, max_size=5), max_size=3),
)
def test_however_it_comes_and_whenever_it_is_written_the_whole_is_masked(
    deltas: list[tuple[str, int, bool]], secrets: set[str]
) -> None:
    """Over deltas, blocks and what is on the disk already: as if it had come in one piece."""
    with TemporaryDirectory() as folder, journal_in(Path(folder), secrets=[*secrets]) as journal:
        journal.begin_round(INFO, planned("a"))
        block, told = 0, ""
        for number, (text, step, flushed) in enumerate(deltas):
            if step:
                journal.write(RunEvent("a", number / 1000, Unknown({"type": "else"})))
            block += step
            told += text
            journal.write(RunEvent("a", number / 1000, TextDelta(block, text)))
            if flushed:
                journal.flush()
        journal.write(RunEvent("a", 1.0, Closed("eof")))
        journal.close()
        assert journal.path is not None
        one = only_round(journal.path)

    (run,) = one.finished()
    assert "".join(run.blocks[index].shown for index in sorted(run.blocks)) == Secrets(
        secrets
    ).hidden(told)
    assert (run,) == folded(one.runs, one.events)
