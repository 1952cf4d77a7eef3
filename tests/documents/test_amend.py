"""Variants are added, renamed and removed in the text, and nothing else of it changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench.documents.amend import add_variant, remove_variant, rename_variant
from workbench.documents.patch import expand
from workbench.documents.source import Source
from workbench.documents.tree import read_tree
from workbench.errors import DocumentError, WorkbenchError

PATH = Path("/nowhere/own.prompt.yaml")
HEAD = "model: m # mine\n"


def value(text: str) -> Any:
    """What a text says."""
    return read_tree(Source(PATH, text.removeprefix("\ufeff"))).root.value


def in_order(value: Any) -> str:
    """A value in a form that tells orders and types apart."""
    return json.dumps(value)


# Each layout, to the letter


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "variants:\n  base: {}\n  new: {temperature: 0.5}\n"),
        (HEAD, f"{HEAD}\nvariants:\n  base: {{}}\n  new: {{temperature: 0.5}}\n"),
        (f"{HEAD}variants:\n", f"{HEAD}variants:\n  base: {{}}\n  new: {{temperature: 0.5}}\n"),
        (
            f"{HEAD}variants: {{}} # none\nmax_tokens: 5",
            f"{HEAD}variants: # none\n  base: {{}}\n  new: {{temperature: 0.5}}\nmax_tokens: 5",
        ),
        (
            "{model: m, max_tokens: 5} # all of it",
            "{model: m, max_tokens: 5, variants: {base: {}, new: {temperature: 0.5}}} # all of it",
        ),
        (
            "variants: {base: {}, warm: {temperature: 0.7}, }\n",
            "variants: {base: {}, new: {temperature: 0.5}, warm: {temperature: 0.7}, }\n",
        ),
        (
            "variants:\n    base:   # as it is\n\n    # another\n    warm: {temperature: 0.7}\n",
            "variants:\n    base:   # as it is\n    new: {temperature: 0.5}\n\n    # another\n"
            "    warm: {temperature: 0.7}\n",
        ),
        (
            "variants:\r\n  base: {a: 1}\r\n\r\nmodel: m\r\n",
            "variants:\r\n  base: {a: 1}\r\n  new: {a: 1, temperature: 0.5}\r\n\r\nmodel: m\r\n",
        ),
        (
            "variants:\n  base:\n    a: |-\n      # text\n      more\n    temperature: 1 # hot\n",
            "variants:\n  base:\n    a: |-\n      # text\n      more\n    temperature: 1 # hot\n"
            "  new:\n    a: |-\n      # text\n      more\n    temperature: 0.5\n",
        ),
        (
            "variants:\n  base:\n    a: |-\n      text\n\nmodel: m",
            "variants:\n  base:\n    a: |-\n      text\n  new:\n    a: |-\n      text\n"
            "    temperature: 0.5\n\nmodel: m",
        ),
        (
            "variants:\n  base:\n    a: |+\n      text\n\nmodel: m",
            "variants:\n  base:\n    a: |+\n      text\n\n  new:\n    a: |+\n      text\n\n"
            "    temperature: 0.5\nmodel: m",
        ),
        (
            "metadata: &m {a: 1}\nvariants:\n  base: *m\n  other: {}",
            "metadata: &m {a: 1}\nvariants:\n  base: *m\n  new: {a: 1, temperature: 0.5}\n"
            "  other: {}",
        ),
        (
            "messages: |+\n  said\n\n",
            "messages: |+\n  said\n\nvariants:\n  base: {}\n  new: {temperature: 0.5}\n",
        ),
        (
            "---\nmodel: m\n...\n",
            "---\nvariants:\n  base: {}\n  new: {temperature: 0.5}\n\nmodel: m\n...\n",
        ),
        ("\ufeffmodel: m", "\ufeffmodel: m\n\nvariants:\n  base: {}\n  new: {temperature: 0.5}\n"),
    ],
)
def test_a_variant_comes_after_the_one_it_is_like(before: str, after: str) -> None:
    """In the layout of its neighbours; comments, blank lines and line ends stay."""
    assert add_variant(PATH, before, "new", changes={"temperature": 0.5}) == after


@pytest.mark.parametrize(
    ("patch", "after"),
    [
        ("{}", "{output_config.effort: low}"),
        ("{output_config.effort: max}", "{output_config.effort: low}"),
        ("{output_config: {effort: max, f: 1}}", "{output_config: {effort: low, f: 1}}"),
        ("{output_config: {f: 1}}", "{output_config: {f: 1, effort: low}}"),
        ("{output_config: null}", "{output_config: {effort: low}}"),
        ("{output_config.f: 1}", "{output_config.f: 1, output_config.effort: low}"),
    ],
)
def test_a_dotted_name_is_changed_where_it_is_written(patch: str, after: str) -> None:
    """As one name, or inside a mapping; never twice."""
    text = add_variant(
        PATH, f"variants: {{base: {patch}}}", "new", changes={"output_config.effort": "low"}
    )

    assert text == f"variants: {{base: {patch}, new: {after}}}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "variants:\n  # first\n  base: {} # as it is\n  # second\n  warm: {t: 1}\n\nmodel: m\n",
            "variants:\n  # first\n  # second\n  warm: {t: 1}\n\nmodel: m\n",
        ),
        (
            "variants:\n  warm:\n    t: |-\n      text\n  base:\n    t: 1",
            "variants:\n  warm:\n    t: |-\n      text\n",
        ),
        ("variants: {base: {}, warm: {t: 1}}", "variants: {warm: {t: 1}}"),
        ("variants: {warm: {t: 1}, base: {}} # all", "variants: {warm: {t: 1}} # all"),
    ],
)
def test_a_variant_goes_with_what_stands_behind_it(before: str, after: str) -> None:
    """Comments above it, and all of its neighbours, stay."""
    assert remove_variant(PATH, before, "base") == after


def test_another_name_is_another_name_in_exclude_too() -> None:
    """The file still means what it meant."""
    text = "variants:\n  base: {} # it\n  b: {}\nexclude: [{variant: base, model: base}]\n"

    assert rename_variant(PATH, text, "base", "my own: 1") == (
        'variants:\n  "my own: 1": {} # it\n  b: {}\n'
        'exclude: [{variant: "my own: 1", model: base}]\n'
    )


# What is refused


@pytest.mark.parametrize(
    ("text", "name", "like", "said"),
    [
        ("variants: {base: {}}", "base", "base", "already"),
        ("variants: {base: {}}", "new", "gone", "no variant `gone`"),
        ("variants: {base: {}}", "  ", "base", "needs a name"),
        ("variants: {base: {}}", "a\nb", "base", "needs a name"),
        ("variants: [1]", "new", "base", "only you can change"),
        ("a: &v {base: {}}\nvariants: *v", "new", "base", "only you can change"),
        ("variants: {base: 7}", "new", "base", "only you can change"),
        ("[1, 2]", "new", "base", "only you can change"),
    ],
)
def test_what_cannot_be_done_is_said(text: str, name: str, like: str, said: str) -> None:
    """In one line; nothing is changed."""
    with pytest.raises(WorkbenchError, match=said):
        add_variant(PATH, text, name, like=like)


@pytest.mark.parametrize("text", ["variants: {", "a: 1\na: 2\n"])
def test_a_file_that_cannot_be_read_is_mended_first(text: str) -> None:
    """Its problems are said, with their places."""
    with pytest.raises(DocumentError) as refused:
        add_variant(PATH, text, "new")
    assert refused.value.problems


def test_the_last_variant_stays() -> None:
    """And one whose anchor others need."""
    with pytest.raises(WorkbenchError, match="only variant"):
        remove_variant(PATH, "variants: {base: {}}", "base")
    with pytest.raises(WorkbenchError, match="only you can change"):
        remove_variant(PATH, "variants: {base: &b {t: 1}, other: *b}", "base")


# Any file


NAMES = st.sampled_from(["base", "warm", "a b", "1", "null", "x: y", "été", "{", "don't", "#1"])
SCALARS = (
    st.sampled_from(["text", "two\nlines", "end\n\n", "# no comment", "- x", ": ", "", "'q\"", "ü"])
    | st.integers(-5, 5)
    | st.booleans()
    | st.none()
    | st.floats(-2, 2)
)
KEYS = ("temperature", "model", "output_config", "output_config.effort", "messages.0.content", "a")
PATCHES = st.dictionaries(
    st.sampled_from(KEYS),
    SCALARS
    | st.lists(SCALARS, max_size=2)
    | st.dictionaries(st.sampled_from(["effort", "format", "a"]), SCALARS, max_size=2),
    max_size=3,
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.sampled_from([0, 0.5, 1, None]),
        "model": st.sampled_from(["m", "claude-haiku-5-5", "a: b"]),
        "output_config.effort": st.sampled_from(["low", "max"]),
    },
)
COMMENTS = ("# a comment", "      # deep", "", "   ")


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A prompt file in any layout, with comments anywhere; and its variants."""
    variants = draw(st.dictionaries(NAMES, PATCHES, min_size=1, max_size=3))
    parts: list[dict[str, Any]] = [{"model": "m"}, {"variants": variants}, {"z": draw(SCALARS)}]
    wholes = [
        yaml.safe_dump(
            part,
            default_flow_style=draw(st.sampled_from([None, True, False]))
            if "variants" in part
            else False,
            default_style=draw(st.sampled_from([None, '"', "'", "|"])),
            indent=draw(st.sampled_from([2, 3])),
            width=draw(st.sampled_from([20, 1000])),
            allow_unicode=True,
            sort_keys=False,
        )
        for part in parts
    ]
    bare = [whole[1:-2] if whole.startswith("{") else whole for whole in wholes]
    lines = "".join(part.rstrip(" ") for part in draw(st.permutations(bare))).splitlines()
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines)))
        lines.insert(at, draw(st.sampled_from(COMMENTS)))
    for _ in range(draw(st.integers(0, 2))):
        lines[draw(st.integers(0, len(lines) - 1))] += " # behind"
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join(lines) + draw(st.sampled_from(["", newline, newline * 3]))
    try:
        tree = read_tree(Source(PATH, text))
    except DocumentError:
        assume(False)
        raise
    assume(not tree.problems and isinstance(tree.root.value, dict))
    assume(in_order(tree.root.value.get("variants")) == in_order(variants))
    return text, variants


def is_inserted(before: str, after: str) -> bool:
    """Whether `after` is `before` with something put in at one place."""
    same = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    head = len(before) if same is None else same
    return any(after.endswith(before[at:]) for at in range(head, -1, -1))


@settings(max_examples=60)
@given(texts(), st.data(), CHANGES)
def test_adding_changes_nothing_else(
    made: tuple[str, dict[str, Any]], data: st.DataObject, changes: dict[str, Any]
) -> None:
    """The text is as it was but for one insertion; the new variant is the old one, changed."""
    text, variants = made
    like = data.draw(st.sampled_from(sorted(variants)))
    after = add_variant(PATH, text, "new one", like=like, changes=changes)

    assert is_inserted(text, after)
    whole, names = value(after), list(variants)
    new = whole["variants"].pop("new one")
    assert in_order(whole) == in_order(value(text))
    assert list(value(after)["variants"]).index("new one") == names.index(like) + 1
    if not changes:
        assert in_order(new) == in_order(variants[like])
        return
    was: dict[Any, Any]
    patch: dict[Any, Any]
    was, wrong = expand(variants[like])
    assume(not wrong)
    patch, wrong = expand(new)
    assert not wrong
    effort = changes.pop("output_config.effort", None)
    config, config_was = patch.pop("output_config", {}), was.pop("output_config", {})
    was.update(**changes)
    assert was == patch
    if effort is None:
        assert config == config_was
    else:
        kept = config_was if isinstance(config_was, dict) else {}
        assert config == {**kept, "effort": effort}


@settings(max_examples=60)
@given(texts(), st.data())
def test_removing_and_renaming_change_nothing_else(
    made: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    """What is removed is gone, what is renamed is the same under its new name; all in order."""
    text, variants = made
    name = data.draw(st.sampled_from(sorted(variants)))
    after = rename_variant(PATH, text, name, "new: one")
    expected = value(text)
    renamed = {"new: one" if each == name else each: patch for each, patch in variants.items()}
    assert in_order(value(after)) == in_order({**expected, "variants": renamed})

    assume(len(variants) > 1)
    gone = remove_variant(PATH, text, name)
    left = {each: patch for each, patch in variants.items() if each != name}
    assert in_order(value(gone)) == in_order({**expected, "variants": left})
    assert is_inserted(gone, text)


@settings(max_examples=60)
@given(texts())
def test_adding_and_removing_gives_the_text_back(made: tuple[str, dict[str, Any]]) -> None:
    """To the letter, but for a line end that the last line lacked."""
    text, variants = made
    added = add_variant(PATH, text, "new one", like=list(variants)[-1])

    assert remove_variant(PATH, added, "new one").rstrip() == text.rstrip()
