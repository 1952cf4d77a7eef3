"""Textual's bindings for acts, with the ids by which a key map gives them other keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.keys import key_to_character

from workbench.tui.acts import Act


def bindings_of(
    acts: Sequence[Act], *, of_screen: bool = True, first: bool = True
) -> list[Binding]:
    """Textual's bindings for these acts, two for each, so that a key map can give it other keys.

    One comes before what a focused widget binds; the other, for keys that widgets type or move
    by, acts only where nobody takes them.

    Args:
        of_screen: Whether a screen has them, or a panel; else the widget that does them itself.
        first: Whether any of them comes before what a focused widget binds.
    """
    return [
        Binding(
            ",".join(keys),
            act.action if of_screen else act.does or act.name,
            act.label,
            show=False,
            priority=firm and first,
            id=name,
        )
        for act in acts
        for name, keys, firm in bound(act.name, act.keys)
    ]


def bound(name: str, keys: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...], bool], ...]:
    """Ids and keys of an act's two bindings, and whether it comes first. Textual wants a key."""
    soft = tuple(key for key in keys if yields(key))
    firm = tuple(key for key in keys if key not in soft)
    nobody = (f"unbound+{name}",)  # which cannot be pressed
    return (name, firm or nobody, True), (f"{name}.soft", soft or nobody, False)


def yields(key: str) -> bool:
    """Whether a key is left to a focused widget that wants it."""
    return key in WIDGET_KEYS or key_to_character(key) is not None


WIDGET_KEYS = frozenset(
    (
        *("left", "right", "up", "down", "home", "end", "pageup", "pagedown"),
        *("enter", "tab", "space", "delete", "ctrl+z"),
    )
)
"""Keys that widgets move or undo by; letters and signs are theirs as well."""
