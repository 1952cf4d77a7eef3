"""The key map: whoever speaks last is heard, and what cannot be is said."""

from __future__ import annotations

import pytest

from workbench.settings.user_settings import KeyWish
from workbench.tui.key_sets import SETS
from workbench.tui.keymap import ALONE, every_act, keymap, slot


def wish(act: str, *keys: str) -> KeyWish:
    """One line of `keys:`."""
    return KeyWish(act, keys, 3, 5)


def test_an_act_gets_the_keys_that_the_user_names() -> None:
    """Instead of its own; none at all where the user says so."""
    made = keymap(wishes=[wish("run", "alt+e", "F11"), wish("jump")])

    assert made.keys == {"run": ("alt+e", "f11"), "jump": ()}
    assert not made.problems


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ([wish("rum", "f11")], "c.yaml:3:5: keys.rum: no such act; did you mean run?"),
        ([wish("xyz", "f11")], "c.yaml:3:5: keys.xyz: no such act; `workbench keys` lists them"),
        ([wish("run", "ctrl+m")], "c.yaml:3:5: keys.run: terminals send enter for ctrl+m"),
        ([wish("run", "enter")], "c.yaml:3:5: keys.run: enter is needed for typing"),
        (
            [wish("run", "f11"), wish("jump", "f11")],
            "c.yaml:3:5: keys.jump: f11 does run already",
        ),
        (
            [wish("run", "ctrl+o")],
            "c.yaml:3:5: keys.run: takes the only key of jump; give that one another, or `none`",
        ),
    ],
)
def test_what_cannot_be_is_one_line_with_its_place(wishes: list[KeyWish], told: str) -> None:
    """Unknown acts and keys, keys that never arrive, keys given twice, acts left without any."""
    assert keymap(wishes=wishes, where="c.yaml").problems == (told,)


def test_what_is_wrong_takes_nothing_else_along() -> None:
    """The act keeps its own keys; other lines hold."""
    made = keymap(wishes=[wish("run", "ctrl+m"), wish("save", "ctrl+m", "f11")])

    assert made.keys == {"save": ("f11",)}


def test_the_users_key_is_taken_from_others_on_the_same_screen() -> None:
    """Not from those on another; one that keeps another key is not worth a word."""
    made = keymap(wishes=[wish("jump", "f5"), wish("save", "p")])

    assert made.keys["run"] == ("ctrl+r", "ctrl+enter")
    assert "round_before" not in made.keys
    assert not made.problems


def test_two_acts_may_change_places() -> None:
    """Both are the user's own wish."""
    made = keymap(wishes=[wish("run", "ctrl+o"), wish("jump", "ctrl+r")])

    assert made.keys == {"run": ("ctrl+o",), "jump": ("ctrl+r",)}
    assert not made.problems


@pytest.mark.parametrize("name", SETS)
def test_a_set_names_acts_that_there_are_and_gives_no_key_twice(name: str) -> None:
    """On any screen."""
    assert set(SETS[name]) <= set(every_act())
    for acts in ALONE:
        keys = [slot(key, act) for act in acts for key in SETS[name].get(act.name, act.keys)]
        assert len(keys) == len(set(keys))


def test_an_act_without_a_key_cannot_be_pressed() -> None:
    """Textual wants one for every binding."""
    assert set(keymap(wishes=[wish("jump")]).for_textual().values()) == {"unbound+jump"}


def test_a_dialog_keeps_the_keys_that_are_typed_in_it_and_shares_none() -> None:
    """Nor does it lose any to the workbench, which lies under it; help is over both."""
    wishes = [wish("dialog_back", "q"), wish("tick", "f11"), wish("tick_all", "f11")]
    wishes += [wish("save", "f8"), wish("help", "ctrl+t"), wish("variant_copy", "c")]
    made = keymap(wishes=wishes)

    assert [told.rpartition("keys.")[2] for told in made.problems] == [
        "dialog_back: q is needed for typing",
        "tick_all: f11 does tick already",
        "save: takes the only key of reload; give that one another, or `none`",
        "help: takes the only key of value_case; give that one another, or `none`",
        "help: takes the only key of mask_tools; give that one another, or `none`",
    ]
    assert made.keys["variant_copy"] == ("c",)
    assert "values_clear" not in made.keys
