"""Which keys do which act: the acts' own, then those of a set, then those that the user names.

Whoever speaks last is heard: a key that the user gives to one act is taken from any other on the
same screen. What cannot be done is said in a line with its place; everything else holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workbench.documents.finding import nearest, shown
from workbench.settings.user_settings import KeyWish
from workbench.tui.acts import SCREENS, Act
from workbench.tui.bindings import WIDGET_KEYS, bound, yields
from workbench.tui.dialog_acts import DIALOGS
from workbench.tui.editor_acts import BAR_ACTS, EDITOR_ACTS, ERASE_ACTS, MOVE_ACTS, PANEL_ACTS
from workbench.tui.key_sets import SETS
from workbench.tui.keys import read_key
from workbench.tui.look_acts import LOOKS, READ
from workbench.tui.pane_acts import PANE_ACTS, TEXT_ACTS

Keys = Mapping[str, tuple[str, ...]]
"""Keys by the name of the act that they do."""

_IN_EDITORS = (*EDITOR_ACTS, *MOVE_ACTS, *ERASE_ACTS)
_BOARDS = ("workbench", "replay")
_EVERYWHERE = tuple(act for act in SCREENS["workbench"] if act.name in ("help", "palette", "quit"))
_OVER = {
    "find bar": (*SCREENS["workbench"], *PANEL_ACTS, *BAR_ACTS),
    **{name: (*acts, *_EVERYWHERE) for name, acts in DIALOGS.items()},
}
ALONE = (
    *((*acts, *_IN_EDITORS * (name in _BOARDS)) for name, acts in SCREENS.items()),
    *(PANE_ACTS, *LOOKS.values(), *_OVER.values()),
)
"""Acts of which no two may have one key. A focused pane's come before those of its screen."""
ON_SCREENS = {
    **{
        name: (*acts, *(*PANE_ACTS, *_IN_EDITORS) * (name in _BOARDS))
        for name, acts in SCREENS.items()
    },
    **{name: (*acts, *TEXT_ACTS * (name in READ)) for name, acts in LOOKS.items()},
    **{"find bar": BAR_ACTS, **DIALOGS},
}
"""All that is done on each screen."""
_IN_DIALOGS = (act for name, acts in DIALOGS.items() if name != "variants" for act in acts)
_TYPED_BESIDE = {act.name for act in (*_IN_DIALOGS, *BAR_ACTS)}
"""Acts beside a line that one types in: no letter is theirs."""


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The keys that are not the acts' own, and what was wrong with what the user wrote."""

    keys: Keys
    problems: tuple[str, ...] = ()

    def for_textual(self) -> dict[str, str]:
        """As `App.set_keymap` takes it."""
        return {
            name: ",".join(own)
            for act, keys in self.keys.items()
            for name, own, _ in bound(act, keys)
        }


def every_act() -> dict[str, Act]:
    """All acts there are, by name."""
    every: dict[str, Act] = {}
    for acts in ON_SCREENS.values():
        for act in acts:
            every.setdefault(act.name, act)
    return every


def keymap(key_set: str = "default", wishes: Sequence[KeyWish] = (), where: str = "") -> KeyMap:
    """The key map of a set and of what the user wishes.

    Args:
        key_set: One of the sets.
        wishes: The lines of `keys:`.
        where: The file they stand in, to be named with what is wrong.
    """
    acts, problems = every_act(), list[str]()
    places = {wish.act: f"{where}:{wish.line}:{wish.column}: keys.{wish.act}" for wish in wishes}
    given: dict[str, list[str]] = {}
    for wish in wishes:
        if wish.act not in acts:
            near = nearest(wish.act, acts)
            hint = f"did you mean {near}?" if near else "`workbench keys` lists them"
            problems.append(f"{places[wish.act]}: no such act; {hint}")
            continue
        read = [_read(written, acts[wish.act]) for written in wish.keys]
        problems += [f"{places[wish.act]}: {wrong}" for _, wrong in read if wrong]
        keys = [key for key, wrong in read if not wrong]
        if keys or not wish.keys:
            given[wish.act] = list(dict.fromkeys(keys))
    problems += [f"{places[name]}: {wrong}" for name, wrong in _given_twice(given)]
    chosen = {**SETS[key_set], **{name: tuple(keys) for name, keys in given.items()}}
    left, robbed = _left_to_others(given, chosen)
    problems += [f"{places[name]}: {wrong}" for name, wrong in dict.fromkeys(robbed)]
    return KeyMap({**chosen, **left}, tuple(map(shown, problems)))


def _read(written: str, act: Act) -> tuple[str, str]:
    key, wrong = read_key(written)
    if not wrong and key not in act.keys and _is_typed(key, act):
        return "", f"{key} is needed for typing"
    return key, wrong


def _is_typed(key: str, act: Act) -> bool:
    if act.name in _TYPED_BESIDE:
        return yields(key)
    return key in WIDGET_KEYS and act in SCREENS["workbench"]


def slot(key: str, act: Act) -> tuple[str, bool]:
    """What only one act of a screen may have: the key, and whether it is an editor's to take.

    A key that widgets want may do one thing in an editor and another one elsewhere.
    """
    return key, act.edits and yields(key)


def _given_twice(given: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Leave each key to the first act of a screen that the user gave it to."""
    acts = every_act()
    for together in ALONE:
        names = {act.name for act in together}
        owners: dict[tuple[str, bool], str] = {}
        for name in [name for name in given if name in names]:
            for key in list(given[name]):
                first = owners.setdefault(slot(key, acts[name]), name)
                if first != name:
                    given[name].remove(key)
                    yield name, f"{key} does {first} already"


def _left_to_others(given: Mapping[str, Iterable[str]], chosen: Keys) -> tuple[Keys, list[Pair]]:
    """What other acts of the same screens keep; and whose wish took an act's only key."""
    left: dict[str, tuple[str, ...]] = {}
    robbed = []
    for acts in (*ON_SCREENS.values(), *_OVER.values()):
        owners = {slot(key, act): act.name for act in acts for key in given.get(act.name, ())}
        for act in acts:
            had = left.get(act.name) or chosen.get(act.name, act.keys)
            keeps = tuple(key for key in had if slot(key, act) not in owners)
            if act.name in given or keeps == had:
                continue
            left[act.name] = keeps
            if not keeps:
                thief = owners[slot(had[-1], act)]
                robbed.append((thief, f"takes the only key of {act.name}; {_WAYS_OUT}"))
    return left, robbed


Pair = tuple[str, str]
_WAYS_OUT = "give that one another, or `none`"
