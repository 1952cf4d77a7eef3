"""Merge patches, and the dotted names that are ours."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.documents.patch import expand, gaps, merge_patch

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_standard_hold(target: Any, patch: Any, result: Any) -> None:
    """Every row of RFC 7396's appendix A."""
    assert merge_patch(target, patch) == result


@given(JSON, JSON)
def test_a_patch_changes_neither_of_its_sides(target: Any, patch: Any) -> None:
    """Bodies are shared between variants, so nothing may be changed in place."""
    before = copy.deepcopy((target, patch))

    merge_patch(target, patch)

    assert (target, patch) == before


@given(JSON, JSON)
def test_patching_twice_is_patching_once(target: Any, patch: Any) -> None:
    """A merge patch is idempotent."""
    once = merge_patch(target, patch)

    assert merge_patch(once, patch) == once


@pytest.mark.parametrize(
    ("patch", "result"),
    [
        ({"output_config.effort": "low"}, {"messages": [1, 2], "output_config": {"effort": "low"}}),
        ({"messages.0": 9}, {"messages": [9, 2]}),
        ({"messages.2": 9}, {"messages": [1, 2, 9]}),
        ({"messages.0": None}, {"messages": [2]}),
        ({"a.0": 9}, {"messages": [1, 2], "a": {"0": 9}}),
        ({"a.b": 1, "a": {"c": 2}}, {"messages": [1, 2], "a": {"b": 1, "c": 2}}),
    ],
)
def test_dotted_names_reach_inside(patch: Any, result: Any) -> None:
    """A dotted name sets what is inside a mapping or a list, and leaves the rest."""
    opened, wrong = expand(patch)

    assert wrong == []
    assert merge_patch({"messages": [1, 2]}, opened) == result


@pytest.mark.parametrize(
    "patch", [{"a.b": 1, "a": 2}, {"a": {"b": 1}, "a.b": 2}, {"a..b": 1}, {"": 1}, {".": 1}]
)
def test_a_name_that_says_two_things_is_told(patch: Any) -> None:
    """Two names for one place, or a name with an empty part, are findings."""
    _, wrong = expand(patch)

    assert len(wrong) == 1


def test_a_place_beyond_the_end_of_a_list_is_told() -> None:
    """An element can be replaced or added at the end, not somewhere behind it."""
    opened, _ = expand({"messages.3.content": "x"})

    (found,) = gaps({"messages": [1]}, opened)

    assert "has 1 elements" in found.problem
