"""`{{name}}`: where a value goes. Inserted once, and never looked at again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workbench.documents.finding import Keys

NAME = r"[A-Za-z0-9_.-]+"
VARIABLE = re.compile(r"\{\{[ \t]*(" + NAME + r")[ \t]*\}\}")


def variable(name: str) -> re.Pattern[str]:
    """What the variable of this name looks like in a text."""
    return re.compile(r"\{\{[ \t]*" + re.escape(name) + r"[ \t]*\}\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables replaced; one without a value stays as it is."""
    if "{{" not in text:
        return text
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def filled_body(body: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The body with variables filled in where they may stand."""
    return changed_body(body, lambda text: fill(text, values))


def changed_body(body: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The body with every text changed in which a variable may stand."""
    return {key: _mapped(key, value, change) for key, value in body.items()}


def _mapped(key: str, value: Any, change: Callable[[str], str]) -> Any:
    if key in ("messages", "system"):
        return _strings_changed(value, change)
    if key == "tools" and isinstance(value, list):
        return [_tool_changed(tool, change) for tool in value]
    return value


def _tool_changed(tool: Any, change: Callable[[str], str]) -> Any:
    if isinstance(tool, dict) and isinstance(tool.get("description"), str):
        return {**tool, "description": change(tool["description"])}
    return tool


def _strings_changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _strings_changed(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_strings_changed(inner, change) for inner in value]
    return value


def uses(body: Mapping[Any, Any]) -> Iterator[tuple[str, Keys]]:
    """Every variable of a body, or of a patch on one, with the keys of the text that it is in."""
    for keys, text in _texts(body):
        for found in VARIABLE.finditer(text):
            yield found[1], keys


def _texts(body: Mapping[Any, Any]) -> Iterator[tuple[Keys, str]]:
    for key in ("messages", "system"):
        if key in body:
            yield from _strings((key,), body[key])
    tools = body.get("tools")
    numbered = enumerate(tools) if isinstance(tools, list) else _items(tools)
    for index, tool in numbered:
        if isinstance(tool, Mapping) and isinstance(tool.get("description"), str):
            yield ("tools", index, "description"), tool["description"]


def _strings(keys: Keys, value: Any) -> Iterator[tuple[Keys, str]]:
    if isinstance(value, str):
        if "{{" in value:
            yield keys, value
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings((*keys, index), inner)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _strings((*keys, key), inner)


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
