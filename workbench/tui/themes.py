"""Our own looks, beside Textual's: a calm one with a single accent, a high contrast, greys only.

In all of them what has the focus and what was cut short differ. Colour only repeats what a glyph,
a word or the weight of a frame says, so greys lose nothing.
"""

from __future__ import annotations

import os

from textual.theme import BUILTIN_THEMES, Theme

from workbench.documents.finding import nearest

DEFAULT = "workbench"
NO_COLOUR = "no-colour"

_TRACK = "#1a1e24"
_SCROLLBAR = {
    "scrollbar": "#3c4048",
    "scrollbar-hover": "#5a5f68",
    "scrollbar-active": "#5fb3b3",
    "scrollbar-background": _TRACK,
    "scrollbar-background-hover": _TRACK,
    "scrollbar-background-active": _TRACK,
    "scrollbar-corner-color": _TRACK,
}

THEMES = (
    Theme(
        name=DEFAULT,
        primary="#6aa9d8",
        secondary="#a99bd6",
        accent="#5fb3b3",
        foreground="#d8dce2",
        background="#14171c",
        surface="#1a1e24",
        panel="#232830",
        success="#84b76e",
        warning="#d9a15b",
        error="#db6b6b",
        variables={
            "block-cursor-foreground": "#14171c",
            "input-selection-background": "#5fb3b3 35%",
            **_SCROLLBAR,
        },
    ),
    Theme(
        name="high-contrast",
        primary="#66ccff",
        secondary="#ff99ff",
        accent="#00ffff",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#1c1c1c",
        success="#00ff66",
        warning="#ffcc00",
        error="#ff6666",
        text_alpha=1.0,
    ),
    Theme(
        name=NO_COLOUR,
        primary="#c8c8c8",
        secondary="#b0b0b0",
        accent="#ffffff",
        foreground="#dddddd",
        background="#101010",
        surface="#181818",
        panel="#262626",
        success="#c8c8c8",
        warning="#e8e8e8",
        error="#ffffff",
        variables={"block-cursor-foreground": "#101010", "input-selection-background": "#707070"},
    ),
)


def wrong_theme(name: str) -> str:
    """What is wrong with the name of a theme; empty where there is such a one."""
    known = (*BUILTIN_THEMES, *(theme.name for theme in THEMES))
    if name in known:
        return ""
    near = nearest(name, known)
    hint = f"did you mean {near}?" if near else "the palette lists them"
    return f"there is no theme {name!r}: {hint}"


def first_theme(chosen: str) -> str:
    """The theme to begin with: the chosen one, but for the usual one where NO_COLOR is set.

    Textual itself turns every theme to greys then.
    """
    return NO_COLOUR if chosen == DEFAULT and "NO_COLOR" in os.environ else chosen
