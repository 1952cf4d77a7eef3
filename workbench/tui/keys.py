"""A key as people write it, read into the name that Textual knows it by."""

from __future__ import annotations

import unicodedata

from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character

from workbench.documents.finding import nearest

_HELD = ("ctrl", "alt", "shift", "super", "hyper", "meta")
_NAMED = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *("backspace", "enter", "escape", "tab", "space"),
    *(f"f{number}" for number in range(1, 25)),
)
_SPOKEN = {
    **{"esc": "escape", "return": "enter", "del": "delete", "ins": "insert"},
    **{"pgup": "pageup", "pgdn": "pagedown", "pgdown": "pagedown", "control": "ctrl"},
}
_ARRIVES_AS = {
    **{"ctrl+m": "enter", "ctrl+i": "tab", "ctrl+h": "backspace"},
    **{"alt+enter": "enter", "shift+enter": "enter", "ctrl+slash": "ctrl+underscore"},
}
"""What most terminals make of keys that they have no code of their own for."""


def read_key(written: str) -> tuple[str, str]:
    """The key's name, and what is wrong with it (or "").

    `"^r"` and `"Ctrl+R"` are ctrl+r, `"?"` is question_mark, `"shift+a"` is A.
    """
    *held, last = _parts(written)
    held = [_SPOKEN.get(word.lower(), word.lower()) for word in held]
    last = _SPOKEN.get(last.lower(), last)
    if wrong := [word for word in held if word not in _HELD]:
        return "", f"{written!r} is no key: {wrong[0]} is none of {', '.join(_HELD)}"
    if len(last) == 1:
        if held == ["shift"] and last.isalpha():
            held, last = [], last.upper()
        last = _name_of(last.lower() if held else last)
    elif last.lower() in _NAMED or key_to_character(last.lower()) is not None:
        last = last.lower()
    else:
        near = nearest(last, _NAMED)
        return "", f"{written!r} is no key" + (f"; did you mean {near}?" if near else "")
    key = "+".join((*sorted(held, key=_HELD.index), last))
    return key, _lost(key)


def _parts(written: str) -> list[str]:
    if len(written) == 2 and written[0] == "^":
        return ["ctrl", written[1]]
    if len(written) > 1 and written.endswith("+"):  # the plus itself, as in ctrl++
        return [*filter(None, written[:-1].split("+")), "+"]
    return written.split("+") if len(written) > 1 else [written]


def _name_of(character: str) -> str:
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace(" ", "_").replace("-", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _lost(key: str) -> str:
    """Why pressing this key does not arrive as this key, where it does not."""
    if key in _ARRIVES_AS:
        return f"terminals send {_ARRIVES_AS[key]} for {key}"
    if key.startswith("alt+") and len(key) == 5 and key[-1].isdigit():
        return f"terminals send another character for {key}"
    if key == "ctrl+shift+v":
        return f"terminals keep {key} for pasting"
    return ""
