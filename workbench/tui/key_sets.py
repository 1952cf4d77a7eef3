"""Keys for hands that know other editors: what a set changes, by act.

They are for getting around. Under vim's the panes are read as vim reads; the editors stay without
modes.
"""

from __future__ import annotations

from collections.abc import Mapping

Keys = Mapping[str, tuple[str, ...]]

_VIM: Keys = {
    "scroll_down": ("down", "j"),
    "scroll_up": ("up", "k"),
    "scroll_left": ("left", "h"),
    "scroll_right": ("right", "l"),
    "page_down": ("pagedown", "ctrl+d"),
    "page_up": ("pageup", "ctrl+u"),
    "scroll_home": ("home", "g"),
    "scroll_end": ("end", "G"),
    "json": ("J",),
    "loop": ("L",),
}
_EMACS: Keys = {}

SETS: Mapping[str, Keys] = {"default": {}, "vim": _VIM, "emacs": _EMACS}
