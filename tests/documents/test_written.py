"""What is written as a new document is what is read back from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from workbench.documents.source import Source
from workbench.documents.tree import read_tree
from workbench.documents.written import written

_odd = st.sampled_from("\0\t\n\r \x1b\x7f\x85\u2028\ufeff\uffff#:-?|>&*!%@`'\"{}[],\\é😀ab1~.")
_texts = st.one_of(
    st.text(_odd, max_size=12),
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.text("ab \n#:-", min_size=60, max_size=80),
    st.sampled_from(["null", "no", "12:30", "1e3", "0x1f", "2026-11-22", "~", "a: b", "- a", ""]),
)
_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_texts.filter(bool), inner, max_size=3)
    ),
    max_leaves=10,
)


def read(text: str) -> Any:
    """What a document says; nothing may be wrong with it."""
    tree = read_tree(Source(Path("new.yaml"), text))
    assert tree.problems == ()
    return tree.root.value


@given(st.dictionaries(_texts.filter(bool), _values, min_size=1, max_size=4))
@example({"a": "one\n\n  two # no comment\n"})
@example({"a": "x" * 70 + " \n"})
@example({"a": ["\ttabbed\nlines", [], {}, [[1]], [{"b": [2]}]]})
def test_any_values_are_read_back(values: dict[str, Any]) -> None:
    """In their order, and of their types."""
    again = read(written(values))

    assert again == values
    assert repr(again) == repr(values)


def test_a_long_text_stands_line_by_line() -> None:
    """As one would write it, to be edited."""
    text = written({"messages": [{"role": "user", "content": "First line: {{x}}\n\nlast\n"}]})

    assert text == (
        "messages:\n  - role: user\n    content: |\n      First line: {{x}}\n\n      last\n"
    )


def test_half_a_pair_is_told_apart_from_any_other_character() -> None:
    """No file can hold it: it becomes the replacement character."""
    assert read(written({"a": "x\ud83dy"})) == {"a": "x\ufffdy"}
