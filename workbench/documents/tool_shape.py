"""Whether a tool has the shape that the API asks for: the user's own, and those the provider runs.

Pure: values in, findings out. Tools of unknown type pass without complaint: they are newer than we
are. Source: messages-api.md section 6 and the official SDK's types (anthropic 2.12.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.documents.blocks import breakpoint_findings
from workbench.documents.finding import Finding, Keys, dotted, nearest_hint
from workbench.documents.typed import mapping_findings, of_type

OWN_TYPE = "custom"
TOOL_FIELDS: Mapping[str, str] = {
    "name": "string",
    "description": "string",
    "input_schema": "object",
    "input_examples": "array",
    "strict": "boolean",
    "cache_control": "object",
    "defer_loading": "boolean",
    "allowed_callers": "array",
    "eager_input_streaming": "boolean",
    "type": "string",
}
"""The fields of a tool of the user's own. Source: messages-api.md section 6."""

_USUAL = ("type", "name", "allowed_callers", "cache_control", "defer_loading", "strict")
_SEARCH = ("allowed_domains", "blocked_domains", "max_uses", "response_inclusion")
_FETCH = (*_SEARCH, "citations", "max_content_tokens", "url_sources", "use_cache")
_TOOLSET = ("type", "cache_control", "configs", "name")
_SERVED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "web_search": ("20250305 20260209 20260318", (*_USUAL, *_SEARCH, "user_location")),
    "web_fetch": ("20250910 20260209 20260309 20260318", (*_USUAL, *_FETCH)),
    "code_execution": ("20250522 20250825 20260120 20260521", _USUAL),
    "bash": ("20250124", (*_USUAL, "input_examples")),
    "memory": ("20250818", (*_USUAL, "input_examples")),
    "text_editor": (
        "20250124 20250429 20250728",
        (*_USUAL, "input_examples", "max_characters"),
    ),
    "tool_search_tool_bm25": ("20251119", _USUAL),
    "tool_search_tool_regex": ("20251119", _USUAL),
    "browser_toolset": ("20260801", _TOOLSET),
    "computer_toolset": ("20260801", _TOOLSET),
}
"""What the provider runs: the dates that follow each name in a type, and the fields."""


SERVED_TYPES: tuple[str, ...] = tuple(
    f"{family}_{dates.split()[-1]}" for family, (dates, _) in _SERVED.items()
)
"""The types of what the provider runs, of each the newest."""


def served_fields(kind: str) -> tuple[str, ...]:
    """The fields of a tool of this type that the provider runs; none where it is not known."""
    family, _, date = kind.rpartition("_")
    dates, fields = _SERVED.get(family, ("", ()))
    return fields if date in dates.split() else ()


def tool_findings(keys: Keys, tools: list[Any]) -> Iterator[Finding]:
    """What is wrong with the shape of a list of tools."""
    for index, tool in enumerate(tools):
        here = (*keys, index)
        if (wrong := of_type(here, tool, "object")) is not None:
            yield wrong
            continue
        if not isinstance(kind := tool.get("type", OWN_TYPE), str) or kind == OWN_TYPE:
            yield from _own(here, tool)
        else:
            yield from _served(here, tool)
        yield from breakpoint_findings((*here, "cache_control"), tool.get("cache_control"))


def _own(keys: Keys, tool: Mapping[str, Any]) -> Iterator[Finding]:
    yield from mapping_findings(keys, tool, TOOL_FIELDS, ("name", "input_schema"))
    schema = tool.get("input_schema")
    if isinstance(schema, dict) and schema.get("type") != "object":
        here = (*keys, "input_schema")
        problem = f"`{dotted(here)}` has to be of `type: object`"
        yield Finding(here, problem, "Add `type: object`.", rule="tool-schema")


def _served(keys: Keys, tool: Mapping[str, Any]) -> Iterator[Finding]:
    """Only names are looked at: what they hold is the provider's business."""
    known = served_fields(str(tool["type"]))
    if not known:
        return  # newer than we are
    for name in tool:
        if name not in known:
            problem = f"`{dotted((*keys, name))}` is no field of a `{tool['type']}` tool"
            yield Finding((*keys, name), problem, nearest_hint(name, known), at_key=True)
    if known is not _TOOLSET:
        yield from mapping_findings(keys, {}, {}, () if "name" in tool else ("name",))
