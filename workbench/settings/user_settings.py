"""What the user chose for all folders: `config.yaml` over what the screen keeps over defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from workbench.catalog.config_file import config_file, config_folder
from workbench.documents.finding import nearest, shown
from workbench.documents.save import write_whole
from workbench.errors import SettingsError
from workbench.settings.stored import read_stored, write_stored

KEY_SETS = ("default", "vim", "emacs")
UNICODE = ("auto", "yes", "no")
SLOWEST_HZ, FASTEST_HZ = 1, 60
_VERSION = 1


@dataclass(frozen=True, slots=True)
class KeyWish:
    """One line of `keys:`: an act by its name, and the keys that are to do it.

    Args:
        act: The act's name, as it was written.
        keys: The keys, as they were written; none to unbind it.
        line: Where it stands in `config.yaml`, from 1.
        column: Likewise.
    """

    act: str
    keys: tuple[str, ...]
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class UserSettings:
    """All settings. Make one with `read_settings()`; change one with `keep()`.

    Args:
        theme: The colours, by name.
        key_set: Keys to begin with: one of `KEY_SETS`.
        paint_hz: How often streaming panes are painted, at most, in a second.
        wrap: Whether the editors wrap long lines.
        autosave: Whether the editors save by themselves.
        vim: Whether the editors have vim's modes.
        unicode: Whether the terminal shows more than ASCII: one of `UNICODE`.
        keys: What `config.yaml` says of single keys.
        by_hand: The settings that `config.yaml` says; they are changed there.
        problems: What is wrong with `config.yaml`, a line each; it counts as unsaid.
    """

    theme: str = "workbench"
    key_set: str = "default"
    paint_hz: float = 20
    wrap: bool = True
    autosave: bool = False
    vim: bool = False
    unicode: str = "auto"
    keys: tuple[KeyWish, ...] = ()
    by_hand: frozenset[str] = frozenset()
    problems: tuple[str, ...] = field(default=(), compare=False)


def _word(value: object) -> str:
    return "" if isinstance(value, str) and value else f"expected a name, not {value!r}"


def _flag(value: object) -> str:
    return "" if isinstance(value, bool) else f"expected true or false, not {value!r}"


def _hertz(value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and SLOWEST_HZ <= value <= FASTEST_HZ:  # type: ignore[operator]
        return ""
    return f"expected a number from {SLOWEST_HZ} to {FASTEST_HZ}, not {value!r}"


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value in choices:
            return ""
        near = nearest(str(value), choices)
        meant = f" (did you mean {near}?)" if near else ""
        return f"expected {', '.join(choices[:-1])} or {choices[-1]}, not {value!r}{meant}"

    return check


_RULES: Mapping[str, Callable[[object], str]] = {
    "theme": _word,
    "key_set": _one_of(KEY_SETS),
    "paint_hz": _hertz,
    "wrap": _flag,
    "autosave": _flag,
    "vim": _flag,
    "unicode": _one_of(UNICODE),
}
"""Every setting, and what is wrong with a value for it."""
_BESIDE = ("providers", "keys")  # the other names that config.yaml may hold at its top


def settings_file() -> Path:
    """Where the settings chosen on the screen are kept."""
    return config_folder() / "settings.json"


def read_settings() -> UserSettings:
    """The settings as they stand; nothing here is ever a reason not to open."""
    ours = {
        name: value
        for name, value in read_stored(settings_file(), _VERSION).items()
        if name in _RULES and not _RULES[name](value)
    }
    settings = replace(UserSettings(), **ours)
    path = config_file()
    return _laid_over(settings, path) if path.is_file() else settings


def kept_names() -> frozenset[str]:
    """The settings that were chosen on the screen, be they said in `config.yaml` since or not."""
    return frozenset(read_stored(settings_file(), _VERSION))


def origins(settings: UserSettings) -> Mapping[str, str]:
    """Which file says each of the settings that one says, by their names."""
    kept = dict.fromkeys(kept_names() & set(_RULES), settings_file().name)
    return {**kept, **dict.fromkeys(settings.by_hand, config_file().name)}


def wrong_with(name: str, value: object) -> str:
    """What is wrong with a value for a setting; empty where nothing is."""
    return _RULES[name](value)


def keep(name: str, value: object, *, by_hand: bool = False) -> None:
    """Keep a setting that was chosen on the screen.

    Args:
        by_hand: Whether `config.yaml` says it: then its value is put right there, and only that.

    Raises:
        SettingsError: The file cannot be written, or not be changed there.
    """
    if by_hand:
        _put_right(config_file(), name, value)
        return
    stored = read_stored(settings_file(), _VERSION)
    write_stored(settings_file(), _VERSION, {**stored, name: value})


def _put_right(path: Path, name: str, value: object) -> None:
    from workbench.catalog.config_patch import with_value

    keys = ("keys", "set") if name == "key_set" else (name,)
    path = path.resolve()  # it may be a link to where the user keeps such files
    try:
        text = with_value(path.read_bytes().decode(), keys, value)
        write_whole(path, text.encode())
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{path} cannot be changed: {error}", hint="What you chose holds until you leave."
        ) from error


def _laid_over(settings: UserSettings, path: Path) -> UserSettings:
    from workbench.catalog.config import read_tree, repeated

    try:
        node, data = read_tree(path)
    except SettingsError as error:
        return replace(settings, problems=(error.problem,))
    said = dict(data) if isinstance(data, Mapping) else {}
    found = _Found(path, node)
    _top_names(said, found)
    for at, problem in repeated(node):
        if at[0] != "providers":  # what is wrong there is said by who reads them
            found.wrong(at, problem, of_name=True)
    keys = _wishes(said.get("keys"), found)
    if isinstance(said.get("keys"), Mapping) and "set" in said["keys"]:
        said["key_set"] = said["keys"]["set"]
    return replace(
        settings, **found.good(said), keys=keys, by_hand=found.named, problems=found.problems
    )


class _Found:
    """What was found in a config file: good values, and problems with their places."""

    def __init__(self, path: Path, node: Any) -> None:
        self.path, self._node = path, node
        self.problems: tuple[str, ...] = ()
        self.named: frozenset[str] = frozenset()

    def place(self, *keys: str, of_name: bool = False) -> tuple[int, int]:
        from workbench.catalog.config import place

        return place(self._node, keys, of_name=of_name)

    def wrong(self, keys: tuple[str, ...], problem: str, *, of_name: bool = False) -> None:
        line, column = self.place(*keys, of_name=of_name)
        self.problems += (shown(f"{self.path}:{line}:{column}: {'.'.join(keys)}: {problem}"),)

    def good(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """The settings said, but for those that do not fit; null is unsaid."""
        values = {}
        for name, rule in _RULES.items():
            if (value := said.get(name)) is None:
                continue
            if name == "unicode" and isinstance(value, bool):
                value = "yes" if value else "no"  # which YAML takes for true and false
            if problem := rule(value):
                self.wrong(("keys", "set") if name == "key_set" else (name,), problem)
            else:
                values[name] = value
        self.named = frozenset(values)
        return values


def _top_names(said: Mapping[str, Any], found: _Found) -> None:
    """Tell of a name that is nearly one of ours. Any other may be meant for a newer workbench."""
    ours = [name for name in (*_RULES, *_BESIDE) if name != "key_set"]
    for name in map(str, said):
        if name not in ours and (near := nearest(name, ours)):
            found.wrong((name,), f"no such setting; did you mean {near}?", of_name=True)


def _wishes(keys: object, found: _Found) -> tuple[KeyWish, ...]:
    if keys is None:
        return ()
    if not isinstance(keys, Mapping):
        found.wrong(("keys",), "expected a mapping, as in {run: ctrl+r, jump: none}")
        return ()
    wishes = []
    for act, value in keys.items():
        if act == "set":
            continue
        listed = value if isinstance(value, list) else [value]
        words = [str(key).strip() for one in listed for key in _split(one)]
        wanted = tuple(word for word in words if word and word.casefold() != "none")
        wishes.append(KeyWish(str(act), wanted, *found.place("keys", str(act), of_name=True)))
    return tuple(wishes)


def _split(value: object) -> list[str]:
    """Keys in one value: `ctrl+r, f5`. A lone comma is the key."""
    text = "none" if value is None or value is False else str(value)  # `no` is false in YAML
    return [text] if text.strip() == "," else text.split(",")


assert set(_RULES) <= {one.name for one in fields(UserSettings)}
