"""Keys as people write them."""

from __future__ import annotations

import pytest

from workbench.tui.keys import read_key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ctrl+r", "ctrl+r"),
        ("^r", "ctrl+r"),
        ("Ctrl+R", "ctrl+r"),
        ("F5", "f5"),
        ("esc", "escape"),
        ("shift+F6", "shift+f6"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("shift+a", "A"),
        ("G", "G"),
        ("/", "slash"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        (",", "comma"),
        ("PgDn", "pagedown"),
        ("alt+x", "alt+x"),
        ("ctrl+\\", "ctrl+backslash"),
    ],
)
def test_a_key_is_known_however_it_is_written(written: str, key: str) -> None:
    """By the one name that Textual knows."""
    assert read_key(written) == (key, "")


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("ctrl+m", "terminals send enter for ctrl+m"),
        ("alt+enter", "terminals send enter for alt+enter"),
        ("alt+1", "terminals send another character for alt+1"),
        ("ctrl+shift+v", "terminals keep ctrl+shift+v for pasting"),
        ("escpae", "'escpae' is no key; did you mean escape?"),
        ("cmd+r", "'cmd+r' is no key: cmd is none of ctrl, alt, shift, super, hyper, meta"),
        ("f99", "'f99' is no key; did you mean f9?"),
        ("wibble", "'wibble' is no key"),
    ],
)
def test_what_is_no_key_or_never_arrives_is_said(written: str, wrong: str) -> None:
    """With the nearest one, where there is one."""
    assert read_key(written)[1] == wrong
