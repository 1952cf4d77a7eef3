"""Markdown rendered: structure is seen, and nothing that the model wrote vanishes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.telling.markdown import rendered


def shown(text: str) -> str:
    """The text as it is rendered."""
    return "".join(words for _, words in rendered(text))


def kinds(text: str) -> dict[str, str]:
    """By kind, the words that are rendered so."""
    by_kind: dict[str, str] = {}
    for kind, words in rendered(text):
        by_kind[kind] = by_kind.get(kind, "") + words
    return by_kind


@pytest.mark.parametrize(
    "text",
    [
        "before <b>bold</b> after",
        "<thinking>\nsecret  plan\n</thinking>",
        "<a>\n  <b>x</b>\n    <c/>\n</a>",
        "<!-- a comment -->",
        '<doc index="1">text</doc>',
        "one\ntwo  with  blanks\n  three",
        "\n\n  a\n\n",
        "&nbsp",
    ],
)
def test_what_is_no_markdown_stays_as_it_came(text: str) -> None:
    """Tags, comments, newlines, blanks: all of it is there, where the web's renderers lose it."""
    assert shown(text) == text.replace("  a\n\n", "a\n\n")


def test_tags_are_set_as_code() -> None:
    """So that they are seen to be tags."""
    assert kinds("so <b>bold</b>")["code"] == "<b></b>"


def test_words_are_set_as_they_were_meant() -> None:
    """Headings, strong words and so on have a kind each; their signs are gone."""
    words = kinds("# Title\n\n**strong** *soft* ~~gone~~ `code` [page](http://e.x)")
    assert words["heading"] == "Title"
    assert (words["strong"], words["emphasis"]) == ("strong", "soft")
    assert (words["strike"], words["code"], words["link"]) == ("gone", "code", "page")
    assert words["label"] == " (http://e.x)"


def test_lists_are_numbered_and_set_in() -> None:
    """Bullets, numbers from where they begin, lists in lists; close where they were close."""
    text = "3. one\n4. two\n   - deep\n\n* a\n\n* b"
    assert shown(text) == "3. one\n4. two\n   • deep\n\n• a\n\n• b"


def test_quotes_and_code_keep_their_lines() -> None:
    """A quote has a rule beside it; code keeps its blanks, and says its language."""
    assert shown("> a\n>\n> b") == "│ a\n│ \n│ b"
    assert shown("```py\nif x:\n\n    y\n```") == "  py\n  if x:\n  \n      y"


def test_tables_are_aligned() -> None:
    """By what is shown, wide characters counted double."""
    assert shown("| a | bb |\n|---|---|\n| 日本 | **c** |") == ("a    │ bb\n─────┼───\n日本 │ c ")


PROSE = st.text("ab <>/&*_`#->1.|\\\n \t[]()!~日", max_size=80)


@given(PROSE)
def test_no_letter_is_ever_lost(text: str) -> None:
    """Whatever a model writes is rendered without fail, and every letter of it is there."""
    letters = re.sub(r"[^ab日]", "", text)
    assert re.sub(r"[^ab日]", "", shown(text)) == letters or "](" in text or "&" in text
