"""What the user chose: read generously, kept beside what is written by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.catalog.config_file import config_file
from workbench.errors import SettingsError
from workbench.settings.user_settings import (
    KeyWish,
    UserSettings,
    keep,
    read_settings,
    settings_file,
)


def by_hand(text: str) -> None:
    """Write the user's own config file."""
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text, encoding="utf-8")


def test_without_files_all_is_as_it_comes() -> None:
    """And nothing is written."""
    assert read_settings() == UserSettings()
    assert not settings_file().parent.exists()


def test_what_is_chosen_is_kept() -> None:
    """Each for itself."""
    keep("theme", "nord")
    keep("wrap", False)

    assert read_settings() == UserSettings(theme="nord", wrap=False)


def test_what_is_written_by_hand_counts_and_is_never_written_over() -> None:
    """`config.yaml` lies over `settings.json`; keeping touches the latter only."""
    text = "# mine\ntheme: dracula   # dark\npaint_hz: 5\n"
    by_hand(text)
    keep("theme", "nord")
    keep("autosave", True)
    settings = read_settings()

    assert (settings.theme, settings.paint_hz, settings.autosave) == ("dracula", 5, True)
    assert settings.by_hand == {"theme", "paint_hz"}
    assert config_file().read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"version": 99, "theme": "nord"}', "\x00\x00", "[" * 100_000]
)
def test_a_damaged_file_of_ours_counts_as_none(damage: str) -> None:
    """It is written anew with the next choice."""
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(damage)
    assert read_settings() == UserSettings()

    keep("theme", "nord")
    assert read_settings().theme == "nord"


def test_a_value_of_ours_that_does_not_fit_counts_as_unsaid() -> None:
    """The others hold."""
    settings_file().parent.mkdir(parents=True)
    kept = {"version": 1, "theme": 7, "paint_hz": 1e9, "wrap": False, "problems": ["x"], "new": 1}
    settings_file().write_text(json.dumps(kept))

    assert read_settings() == UserSettings(wrap=False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("theem: nord\n", "1:1: theem: no such setting; did you mean theme?"),
        ("\npaint_hz: fast\n", "2:11: paint_hz: expected a number from 1 to 60, not 'fast'"),
        ("paint_hz: 0\n", "1:11: paint_hz: expected a number from 1 to 60, not 0"),
        ("wrap: 2\n", "1:7: wrap: expected true or false, not 2"),
        ("theme: [nord]\n", "1:8: theme: expected a name, not ['nord']"),
        (
            "keys: {set: vi}\n",
            "1:13: keys.set: expected default, vim or emacs, not 'vi' (did you mean vim?)",
        ),
        ("keys: ctrl+r\n", "1:7: keys: expected a mapping, as in {run: ctrl+r, jump: none}"),
        ("theme: nord: x\n", "1:12: mapping values are not allowed"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(text: str, told: str) -> None:
    """It counts as unsaid."""
    by_hand(text)
    settings = read_settings()

    assert settings == UserSettings()
    (problem,) = settings.problems
    assert problem.startswith(f"{config_file()}:{told}")
    assert "\n" not in problem


def test_a_name_given_twice_is_told_and_the_last_one_holds() -> None:
    """With the place of the second; what is wrong with providers is said by who reads them."""
    by_hand("theme: nord\nkeys: {run: f5, run: f6}\ntheme: dracula\nproviders: {a: {}, a: {}}\n")
    settings = read_settings()

    assert sorted(settings.problems) == [
        f"{config_file()}:2:17: keys.run: given twice; first in line 2",
        f"{config_file()}:3:1: theme: given twice; first in line 1",
    ]
    assert settings.theme == "dracula"
    assert settings.keys == (KeyWish("run", ("f6",), 2, 17),)


def test_names_that_are_not_ours_are_left_alone() -> None:
    """They may be a newer workbench's."""
    by_hand("holograms: true\nproviders: {}\n")

    assert read_settings().problems == ()


def test_keys_may_be_written_in_several_ways() -> None:
    """One, several, a list, none; each with its place."""
    by_hand(
        "keys:\n  set: vim\n  run: ctrl+x, f5\n  help: [f1, '?']\n  jump: none\n"
        "  layout: no\n  save: ','\n  quit:\n"
    )
    settings = read_settings()

    assert settings.key_set == "vim"
    assert settings.keys == (
        KeyWish("run", ("ctrl+x", "f5"), 3, 3),
        KeyWish("help", ("f1", "?"), 4, 3),
        KeyWish("jump", (), 5, 3),
        KeyWish("layout", (), 6, 3),
        KeyWish("save", (",",), 7, 3),
        KeyWish("quit", (), 8, 3),
    )


@pytest.mark.parametrize(("said", "means"), [("no", "no"), ("yes", "yes"), ("auto", "auto")])
def test_yes_and_no_need_no_quotes(said: str, means: str) -> None:
    """YAML takes them for true and false."""
    by_hand(f"unicode: {said}\n")

    assert read_settings().unicode == means


def test_what_cannot_be_kept_is_said(own_home: Path) -> None:
    """In a line, with what it means."""
    (own_home / "config").write_text("a file where the folder should be")

    with pytest.raises(SettingsError, match="cannot be written") as refused:
        keep("theme", "nord")
    assert "until you leave" in refused.value.hint
