"""Variables in texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.documents.variables import fill, filled_body, uses


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{a}}", "1"),
        ("{{ a }}", "1"),
        ("x{{a}}y{{a}}z", "x1y1z"),
        ("{{b.c-d_e}}", "{{a}}"),
        ("{{{a}}}", "{1}"),
        ("{{unknown}}", "{{unknown}}"),
        ("{{no such}} {a} {{}} {{#if a}}", "{{no such}} {a} {{}} {{#if a}}"),
        ("{{a\n}}", "{{a\n}}"),
    ],
)
def test_a_variable_is_replaced_by_its_value(text: str, filled: str) -> None:
    """Names in double braces are replaced, everything else stays to the letter."""
    assert fill(text, {"a": "1", "b.c-d_e": "{{a}}"}) == filled


@given(st.text(), st.text())
def test_a_value_is_never_expanded_again(one: str, other: str) -> None:
    """Whatever a value holds, variables and backslashes included, arrives as it is."""
    values = {"a": one + "{{b}}\\1{{a}}", "b": other}

    assert fill("<{{a}}|{{b}}>", values) == f"<{values['a']}|{other}>"


BODY = {
    "model": "{{m}}",
    "system": [{"type": "text", "text": "{{s}}"}],
    "messages": [{"role": "user", "content": [{"type": "x", "{{k}}": ["{{c}}", 3]}]}],
    "tools": [{"name": "{{n}}", "description": "{{d}}", "input_schema": {"title": "{{i}}"}}],
}


def test_variables_stand_in_texts_for_the_model_only() -> None:
    """Messages, system and descriptions of tools are filled; names, keys and schemas are not."""
    filled = filled_body(BODY, dict.fromkeys("msckdni", "!"))

    assert filled == {
        "model": "{{m}}",
        "system": [{"type": "text", "text": "!"}],
        "messages": [{"role": "user", "content": [{"type": "x", "{{k}}": ["!", 3]}]}],
        "tools": [{"name": "{{n}}", "description": "!", "input_schema": {"title": "{{i}}"}}],
    }


def test_every_use_is_found_where_it_stands() -> None:
    """What is filled is exactly what is looked for."""
    assert dict(uses(BODY)) == {
        "s": ("system", 0, "text"),
        "c": ("messages", 0, "content", 0, "{{k}}", 0),
        "d": ("tools", 0, "description"),
    }
