"""A paste arrives as one text, however it is cut on its way and whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste
from textual.message import Message

from workbench.tui.pasted import PasteParser

HOSTILE = "A1 \x1b[31mred\x1b[0m B \x12 \x07[({ C1\r\nend"


def fed(*pieces: str) -> list[Message]:
    """All messages that these pieces of input make."""
    parser = PasteParser()
    return [message for piece in pieces for message in parser.feed(piece)]


@given(st.integers(0, 60), st.integers(0, 60))
def test_nothing_of_a_paste_is_pressed(one: int, two: int) -> None:
    """Wherever the input is cut between what is surely the mark of a paste and its end."""
    sent = f"a\x1b[200~{HOSTILE}\x1b[201~b"
    cuts = sorted(max(4, min(cut, len(sent) - 1)) for cut in (one, two))
    pieces = (sent[: cuts[0]], sent[cuts[0] : cuts[1]], sent[cuts[1] :])

    first, paste, last = fed(*filter(None, pieces))

    assert isinstance(first, Key)
    assert isinstance(paste, Paste)
    assert isinstance(last, Key)
    assert (first.key, paste.text, last.key) == ("a", HOSTILE, "b")


def test_two_pastes_are_two() -> None:
    """Also one that is empty, and one of what looks like the beginning of another."""
    messages = fed("\x1b[200~\x1b[201~\x1b[200~x\x1b[200~\x1b[201~")
    assert [message.text for message in messages if isinstance(message, Paste)] == [
        "",
        "x\x1b[200~",
    ]
    assert len(messages) == 2


@pytest.mark.parametrize(
    ("sent", "keys"),
    [("ab", ["a", "b"]), ("\x1b[A", ["up"]), ("\x1b[20~", ["f9"]), ("\x1b[1;3A", ["alt+up"])],
)
def test_keys_are_keys(sent: str, keys: list[str]) -> None:
    """As they were, in one piece or in two."""
    for cut in range(len(sent)):
        messages = fed(*filter(None, (sent[:cut], sent[cut:])))
        assert [message.key for message in messages if isinstance(message, Key)] == keys
