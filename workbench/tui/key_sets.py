"""Keys for hands that know other editors: what a set changes, by act.

They are for getting around. Under vim's the panes are read as vim reads; modes in the editors are
a setting of their own, which brings this set along. Under emacs' both take its keys, as far as they
arrive: Alt with a sign never does.
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
_EMACS: Keys = {
    # In editors and panes. M-f, M-b, C-a, C-e, C-d and C-k do what they do in any case.
    "cursor_down": ("down", "ctrl+n"),
    "cursor_up": ("up", "ctrl+p"),
    "cursor_right": ("right", "ctrl+f"),
    "cursor_left": ("left", "ctrl+b"),
    "cursor_page_down": ("pagedown", "ctrl+v"),
    "cursor_page_up": ("pageup", "alt+v"),
    "cut": ("ctrl+x", "ctrl+w"),
    "copy_selection": ("ctrl+c", "alt+w"),
    "paste": ("ctrl+y",),
    "erase_word": ("alt+backspace", "ctrl+backspace"),
    "undo": ("ctrl+z", "ctrl+underscore"),
    "redo": ("alt+y",),
    "comment": ("alt+c",),
    "scroll_down": ("down", "ctrl+n"),
    "scroll_up": ("up", "ctrl+p"),
    "page_down": ("pagedown", "ctrl+v"),
    "page_up": ("pageup", "alt+v"),
    "copy": ("y", "alt+w"),
    "find_words": ("slash", "ctrl+s"),
    # And what has to make room for them.
    "find": ("ctrl+s",),
    "palette": ("alt+x",),
    "find_regex": ("alt+shift+x",),
    "cost_limit": ("f10",),
    "close_file": ("alt+k",),
    "variants": ("alt+n",),
    "go_on": ("alt+j",),
}

SETS: Mapping[str, Keys] = {"default": {}, "vim": _VIM, "emacs": _EMACS}
