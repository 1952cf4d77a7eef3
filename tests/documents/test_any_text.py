"""Whatever stands in a file, it ends in a prompt or in problems."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents.test_tree import PurePythonParser
from workbench.documents import tree as tree_module
from workbench.documents.check import check_file
from workbench.documents.prompt import load_prompt
from workbench.errors import DocumentError, Problem
from workbench.variants import build
from workbench.workbench.foreseen import foreseen

PATH = Path("/nowhere/x.prompt.yaml")
NAMES = (
    *("model", "max_tokens", "messages", "system", "tools", "variants", "matrix", "inputs"),
    *("exclude", "limits", "cases", "thinking", "tool_choice", "temperature", "role", "content"),
    *("type", "text", "name", "input_schema", "output_config.effort", "messages.0.content"),
)
SCALARS = (
    "m",
    "5",
    "user",
    "text",
    "tool_use",
    "{{x}}",
    "file://y.md",
    "file://../z",
    "null",
    "0.5",
)

JUNK = st.text(alphabet="{}[]:,-&*!|>'\"%@`#? \t\n\\abx0.1~<=", max_size=40) | st.text(max_size=40)
VALUES = st.recursive(
    st.sampled_from(SCALARS) | st.integers() | st.none() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)
BASE = {
    "model": "claude-haiku-4-5",
    "max_tokens": 5,
    "messages": [{"role": "user", "content": "x"}],
}


def looked_at(text: str) -> None:
    """Do all that can be done with a text."""
    overlay = {PATH: text, Path("/nowhere/y.md"): "{{x}}"}
    found = check_file(PATH, overlay=overlay)
    assert all(isinstance(p, Problem) and p.line > 0 and p.column > 0 for p in found)
    assert all((p.problem + p.hint).isprintable() for p in found)
    try:
        prompt = load_prompt(PATH, overlay=overlay, force=True)
    except DocumentError:
        return
    assert prompt.problems == found
    for provider in ("anthropic", "bytespike"):
        foreseen(prompt, provider)
    with suppress(DocumentError):  # a variable that junk made
        build(prompt, values={"x": "1"})


@given(JUNK)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text brings anything but problems, each in one line with a place."""
    looked_at(text)


@given(JUNK)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused_without_libyaml(text: str) -> None:
    """The same with PyYAML's own parser."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree_module, "_Parser", PurePythonParser)
        looked_at(text)


@given(JUNK, st.integers(0, 200))
def test_any_slip_in_a_good_file_is_read_or_refused(junk: str, index: int) -> None:
    """Junk anywhere in a file that was good."""
    good = yaml.safe_dump({**BASE, "system": [{"type": "text", "text": "{{x}}"}]})

    looked_at(good[:index] + junk + good[index:])


@given(BODIES)
def test_any_value_under_any_name_is_read_or_refused(body: dict[str, object]) -> None:
    """Known names with values that they were not made for."""
    looked_at(yaml.safe_dump({**BASE, **body}, allow_unicode=True))


@given(BODIES, BODIES, st.sampled_from(NAMES), st.lists(VALUES, min_size=1, max_size=3))
def test_any_patch_is_read_or_refused(
    one: dict[str, object], other: dict[str, object], axis: str, values: list[object]
) -> None:
    """Variants and a matrix that patch anything with anything."""
    extra = {"variants": {"one": one, "other": other}, "matrix": {axis: values}}

    looked_at(yaml.safe_dump({**BASE, **extra}, allow_unicode=True))
