"""Terminals that show nothing but ASCII."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.driver import Driver

from workbench.telling.figures import SPINNER
from workbench.tui.ascii import Plain, made_plain, to_ascii, wants_ascii


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
@example("\u2764\ufe0f \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea e\u0301")
def test_what_is_written_is_ascii_and_as_wide(text: str) -> None:
    """Whatever a model says; as the screen counts it, where several characters are one, too."""
    row = f"|{text}"
    assert to_ascii(row).isascii()
    assert cell_len(to_ascii(row)) == cell_len(row)


def test_the_frame_stays_a_frame_and_the_focus_is_seen() -> None:
    """Light and heavy differ; glyphs of state do too; the spinner turns."""
    assert to_ascii("╭─ base ─╮") == "+- base -+"
    assert to_ascii("┏━ base ━┓") == "#= base =#"
    assert len(set(to_ascii("✓✗○◇●⋯⊘■"))) == 8
    assert all(a != b for a, b in zip(to_ascii(SPINNER), to_ascii(SPINNER[1:]), strict=False))
    assert to_ascii("Café “naïve” 漢") == 'Cafe "naive" ??'
    assert to_ascii("about 720 ±25% tokens") == "about 720 ~25% tokens"  # no increase
    assert to_ascii("\x1b[31mred\x1b[0m") == "\x1b[31mred\x1b[0m"


@pytest.mark.parametrize(
    ("unicode", "environ", "ascii_only"),
    [
        ("auto", {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, False),
        ("auto", {"TERM": "xterm-256color", "LANG": "C.utf8"}, False),
        ("auto", {"TERM": "xterm-256color"}, False),
        ("auto", {"TERM": "linux", "LANG": "en_US.UTF-8"}, True),
        ("auto", {"TERM": "xterm", "LANG": "C"}, True),
        ("auto", {"TERM": "xterm", "LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, True),
        ("auto", {"TERM": "xterm", "LANG": "de_DE.ISO-8859-1"}, True),
        ("yes", {"TERM": "linux", "LANG": "C"}, False),
        ("no", {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, True),
    ],
)
def test_the_terminal_is_judged_by_its_name_and_the_locale(
    unicode: str, environ: dict[str, str], ascii_only: bool
) -> None:
    """The setting has the last word."""
    assert wants_ascii(unicode, environ) is ascii_only


def test_the_switch_holds_for_all_that_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the next frame on."""
    written: list[str] = []

    class Base:
        def write(self, data: str) -> None:
            written.append(data)

    driver = made_plain(cast(type[Driver], Base)).__new__(made_plain(cast(type[Driver], Base)))
    for on in (False, True):
        monkeypatch.setattr(Plain, "on", on)
        driver.write("✓")

    assert written == ["✓", "+"]
