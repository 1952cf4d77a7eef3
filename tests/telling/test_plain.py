"""What cannot be painted is shown, never obeyed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.telling.plain import oddities, plain

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\x00b\rc\x7f", "a␀b␍c␡"),
        ("\x9b2J", "‹U+009B›2J"),
        ("\u202eevil\u2066", "‹U+202E›evil‹U+2066›"),
        ("\u200bhid\u2060den\ufeff", "‹U+200B›hid‹U+2060›den‹U+FEFF›"),
        ("one\u2028two\x85", "one‹U+2028›two‹U+0085›"),
        ("half \ud83d", "half ‹U+D83D›"),
        ("\U000e0041", "‹U+E0041›"),
        ("soft\xadhyphen", "soft‹U+00AD›hyphen"),
        ("no\uffff character\ufffe", "no‹U+FFFF› character‹U+FFFE›"),
    ],
)
def test_what_is_hidden_is_seen(text: str, shown: str) -> None:
    """Controls, bidi overrides, invisible characters and half pairs each become visible."""
    assert plain(text) == shown


@pytest.mark.parametrize(
    "text", ["", "Grüße, 日本語 – “quoted”\n\tdone", "e\u0301", "می\u200cخواهم"]
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Letters of any script, accents, newlines and tabs stay as they are."""
    assert plain(text) == text.replace("\u200c", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("❤\ufe0f\u200d🔥", "❤🔥"),
        ("1\ufe0f\u20e3", "1\u20e3"),
        ("\u200dstart", "‹U+200D›start"),
        ("pass\u200dword", "pass‹U+200D›word"),
        ("👨\u200d\u200d\u200d", "👨‹U+200D›‹U+200D›"),
        ("x\ufe01", "x‹U+FE01›"),
    ],
)
def test_a_joiner_is_only_left_out_where_it_joins(text: str, shown: str) -> None:
    """Emoji come apart, so that all terminals agree on their width; other joiners are shown."""
    assert plain(text) == shown


@given(ANY_TEXT)
def test_nothing_dangerous_is_left(text: str) -> None:
    """Whatever comes in, no control, surrogate or separator comes out, and it can be encoded."""
    shown = plain(text)
    shown.encode("utf-8")
    assert {unicodedata.category(c) for c in shown if c not in "\n\t"}.isdisjoint(
        {"Cc", "Cs", "Zl", "Zp"}
    )


@given(ANY_TEXT, ANY_TEXT)
def test_a_piece_is_shown_the_same_wherever_it_was_cut(first: str, second: str) -> None:
    """Text that arrives in two pieces, the last two characters remembered, looks the same."""
    kept = first[-2:]
    rest = kept + second
    shown, done = [plain(first)], len(kept)
    for start, end, instead in oddities(rest, len(kept)):
        shown += [rest[done:start], instead]
        done = end
    assert "".join(shown) + rest[done:] == plain(first + second)
