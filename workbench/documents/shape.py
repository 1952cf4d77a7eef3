"""Whether a request body has the shape that the API asks for: names and JSON types.

Pure: values in, findings out. Blocks and tools of unknown type pass without complaint, and so do
the fields of the beta endpoint. Source: messages-api.md sections 4 to 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from workbench.documents.blocks import blank, block_findings, breakpoint_findings
from workbench.documents.finding import Finding, Keys, dotted
from workbench.documents.tool_shape import tool_findings
from workbench.documents.typed import (
    choice_findings,
    mapping_findings,
    of_type,
    tagged_findings,
    unknown_field,
)
from workbench.wire.request import BETA_REQUEST_FIELDS, REQUEST_FIELDS

ROLES = ("user", "assistant", "system")
_PARALLEL = {"disable_parallel_tool_use": "boolean"}
_TAGGED: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "tool_choice": {
        "auto": _PARALLEL,
        "any": _PARALLEL,
        "tool": {"name": "string", **_PARALLEL},
        "none": {},
    },
    "thinking": {
        "enabled": {"budget_tokens": "integer", "display": "string"},
        "adaptive": {"display": "string"},
        "disabled": {},
        "between_tools": {},
    },
}
"""Mappings whose `type` decides which fields they have."""
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "service_tier": ("auto", "standard_only"),
    "inference_geo": ("global", "us"),
    "speed": ("standard", "fast"),
}
_DISPLAYS = ("summarized", "omitted")
_FORMAT = {"json_schema": {"schema": "object"}}
_RANGES: Mapping[str, tuple[float, float]] = {
    "max_tokens": (0, 10**9),
    "temperature": (0, 1),
    "top_p": (0, 1),
    "top_k": (0, 10**9),
}


def body_findings(body: Mapping[str, Any], ours: Iterable[str] = ()) -> Iterator[Finding]:
    """What is wrong with the names and types of a request body; `ours` are names to suggest.

    What names no rule of its own breaks rules 1 and 2 of section 16: `shape`.
    """
    for finding in _findings(body, (*REQUEST_FIELDS, *ours)):
        yield finding if finding.rule else replace(finding, rule="shape")


def _findings(body: Mapping[str, Any], known: Iterable[str]) -> Iterator[Finding]:
    for name, value in body.items():
        if name not in REQUEST_FIELDS:
            if name not in BETA_REQUEST_FIELDS:
                yield unknown_field((name,), known)
        elif (wrong := of_type((name,), value, REQUEST_FIELDS[name])) is not None:
            yield wrong
        elif name in _CHECKS:
            yield from _CHECKS[name]((name,), value)


def _range(keys: Keys, value: float) -> Iterator[Finding]:
    low, high = _RANGES[dotted(keys)]
    if not low <= value <= high:
        bound = f"between {low:g} and {high:g}" if high < 10**9 else f"at least {low:g}"
        problem = f"`{dotted(keys)}` is {value}, outside what the API takes"
        yield Finding(keys, problem, f"Give a number {bound}.", rule="range")


def _choice(keys: Keys, value: str) -> Iterator[Finding]:
    yield from choice_findings(keys, value, _CHOICES[dotted(keys)])


def _tagged(keys: Keys, value: Mapping[str, Any]) -> Iterator[Finding]:
    yield from tagged_findings(keys, value, _TAGGED[dotted(keys)], whole=False)
    yield from choice_findings((*keys, "display"), value.get("display"), _DISPLAYS)


def _output_config(keys: Keys, value: Mapping[str, Any]) -> Iterator[Finding]:
    yield from mapping_findings(keys, value, {"effort": "string", "format": "object"})
    if isinstance(form := value.get("format"), dict):
        yield from tagged_findings((*keys, "format"), form, _FORMAT, whole=True)


def _metadata(keys: Keys, value: Mapping[str, Any]) -> Iterator[Finding]:
    yield from mapping_findings(keys, value, {"user_id": "string or null"})


def _diagnostics(keys: Keys, value: Mapping[str, Any]) -> Iterator[Finding]:
    yield from mapping_findings(keys, value, {"previous_message_id": "string or null"})


def _stop_sequences(keys: Keys, value: list[Any]) -> Iterator[Finding]:
    for index, text in enumerate(value):
        if (wrong := of_type((*keys, index), text, "string")) is not None:
            yield wrong
        elif not text.strip():
            problem = f"`{dotted((*keys, index))}` is nothing but blanks"
            hint = "Give a text that can be seen."
            yield Finding((*keys, index), problem, hint, rule="stop-sequences")


def _messages(keys: Keys, value: list[Any]) -> Iterator[Finding]:
    if not value:
        problem = "`messages` needs at least one message"
        yield Finding(keys, problem, "Add a message.", at_key=True, rule="no-message")
    for index, message in enumerate(value):
        yield from _message((*keys, index), message)
        may_be_empty = 0 < index == len(value) - 1 and _role(message) == "assistant"
        if not may_be_empty and isinstance(message, dict) and message.get("content") == []:
            yield blank((*keys, index, "content"))


def _role(message: Any) -> Any:
    return message.get("role") if isinstance(message, dict) else None


def _message(keys: Keys, message: Any) -> Iterator[Finding]:
    if (wrong := of_type(keys, message, "object")) is not None:
        yield Finding(keys, wrong.problem, "Write `- role: user` and `content:` below it.")
        return
    known = {"role": "string", "content": "string or array"}
    yield from mapping_findings(keys, message, known, ("role", "content"))
    role, content = message.get("role"), message.get("content")
    yield from choice_findings((*keys, "role"), role, ROLES)
    if isinstance(content, list):
        yield from block_findings((*keys, "content"), content, role if role in ROLES else None)
    elif isinstance(content, str) and not content.strip():
        yield blank((*keys, "content"))


def _system(keys: Keys, value: Any) -> Iterator[Finding]:
    if isinstance(value, list):
        yield from block_findings(keys, value, "system")


_CHECKS: Mapping[str, Callable[[Keys, Any], Iterator[Finding]]] = {
    **dict.fromkeys(_RANGES, _range),
    **dict.fromkeys(_CHOICES, _choice),
    **dict.fromkeys(_TAGGED, _tagged),
    "messages": _messages,
    "system": _system,
    "tools": tool_findings,
    "stop_sequences": _stop_sequences,
    "cache_control": breakpoint_findings,
    "output_config": _output_config,
    "metadata": _metadata,
    "diagnostics": _diagnostics,
}
