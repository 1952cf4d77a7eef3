"""The shape of a tool, the caller's own and those that the provider runs. Rules 1, 2 and 22.

Fields as in messages-api.md section 6 and in the official SDK's types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.simulator.rules.kinds import (
    BOOLEAN,
    INTEGER,
    OBJECT,
    TEXT,
    Kind,
    anything,
    at_least,
    each,
    fields,
    maybe,
    one_of,
    tagged,
    tags,
    typed,
)

CACHE_CONTROL = tags({"ephemeral": ({}, {"ttl": one_of("5m", "1h")})})
CITATIONS = fields({}, {"enabled": BOOLEAN})

_USUAL: Mapping[str, Kind] = {
    "allowed_callers": each(TEXT),
    "cache_control": maybe(CACHE_CONTROL),
    "defer_loading": BOOLEAN,
    "strict": BOOLEAN,
}
_EXAMPLES = {"input_examples": each(OBJECT)}
_SOME = maybe(at_least(1, INTEGER))
_DOMAINS = dict.fromkeys(("allowed_domains", "blocked_domains"), maybe(each(TEXT)))
_PLACE = dict.fromkeys(("city", "country", "region", "timezone"), maybe(TEXT))
_SEARCH = {
    **_DOMAINS,
    "max_uses": _SOME,
    "response_inclusion": one_of("full", "excluded"),
    "user_location": maybe(tags({"approximate": ({}, _PLACE)})),
}
_FETCH = {
    **_DOMAINS,
    "citations": maybe(CITATIONS),
    "max_content_tokens": _SOME,
    "max_uses": _SOME,
    "response_inclusion": one_of("full", "excluded"),
    "url_sources": maybe(OBJECT),
    "use_cache": BOOLEAN,
}

_FAMILIES: tuple[tuple[str, str, Mapping[str, Kind]], ...] = (
    ("web_search", "20250305 20260209 20260318", _SEARCH),
    ("web_fetch", "20250910 20260209 20260309 20260318", _FETCH),
    ("code_execution", "20250522 20250825 20260120 20260521", {}),
    ("bash", "20250124", _EXAMPLES),
    ("memory", "20250818", _EXAMPLES),
    ("text_editor", "20250124 20250429 20250728", {**_EXAMPLES, "max_characters": _SOME}),
    ("tool_search_tool_bm25", "20251119", {}),
    ("tool_search_tool_regex", "20251119", {}),
)
"""The tools that the provider runs: what each type begins with, its dates, its own fields."""
_TOOLSETS = ("browser_toolset_20260801", "computer_toolset_20260801")


def _input_schema(value: Any, path: str) -> Iterator[str]:
    yield from OBJECT(value, path)
    if value.get("type") != "object":
        yield f"{path}.type: Input should be 'object'"


_CUSTOM = typed(
    {"name": TEXT, "input_schema": _input_schema},
    {
        **_USUAL,
        **_EXAMPLES,
        "description": TEXT,
        "eager_input_streaming": maybe(BOOLEAN),
    },
)

TOOL: Kind = tagged(
    {
        "custom": _CUSTOM,
        **{
            f"{family}_{date}": typed({"name": TEXT}, {**_USUAL, **own})
            for family, dates, own in _FAMILIES
            for date in dates.split()
        },
        **dict.fromkeys(
            _TOOLSETS, typed({}, {"cache_control": maybe(CACHE_CONTROL), "configs": anything})
        ),
    },
    usual="custom",
)
