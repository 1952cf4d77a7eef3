"""The shape of a body: required keys, types, unknown keys at any depth. Rules 1 and 2.

What passes can be read without further checks. Fields as in messages-api.md sections 4 to 8 and in
the official SDK's types; a block's fields are those that `wire` knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.simulator.rules.kinds import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    OBJECT,
    TEXT,
    Fields,
    Kind,
    anything,
    at_least,
    each,
    extra,
    fields,
    maybe,
    missing,
    one_of,
    tagged,
    tags,
    text_or,
    typed,
)
from workbench.simulator.rules.tool_shape import CACHE_CONTROL, CITATIONS, TOOL
from workbench.wire.blocks import BLOCK_SHAPES
from workbench.wire.events import Json
from workbench.wire.request import (
    BETA_REQUEST_FIELDS,
    REQUEST_FIELDS,
    REQUIRED_FIELDS,
    SAMPLING_FIELDS,
)

NEW_VERSION = "2026-10-21"
MOST_MESSAGES = 100_000
COUNTED_FIELDS = (
    "model",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "cache_control",
    "speed",
)
"""What `count_tokens` takes. Source: messages-api.md section 18."""

_ONLY_INSIDE = ("tool_reference",)
_INNER = ("text", "image", "document", "search_result", "tool_reference")
"""What may stand inside a tool result."""
_IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_URL_OR_FILE: dict[str, tuple[Fields, Fields]] = {
    "url": ({"url": TEXT}, {}),
    "file": ({"file_id": TEXT}, {}),
}


def shape_refusal(
    body: Json, *, counting: bool = False, version: str = "", betas: bool = False
) -> str | None:
    """What is wrong with the shape of `body`, the first thing only; None where nothing is.

    Args:
        counting: Whether it was sent to `count_tokens`, which takes fewer fields.
        version: The `anthropic-version`; the newer one knows no sampling fields.
        betas: Whether a beta was asked for, so that its fields may stand here.
    """
    return next(_wrong(body, counting=counting, version=version, betas=betas), None)


def _wrong(body: Json, *, counting: bool, version: str, betas: bool) -> Iterator[str]:
    yield from missing(
        body, (f for f in REQUIRED_FIELDS if not counting or f in COUNTED_FIELDS), ""
    )
    known = set(COUNTED_FIELDS if counting else REQUEST_FIELDS)
    if version == NEW_VERSION:
        known -= set(SAMPLING_FIELDS)
    known |= set(BETA_REQUEST_FIELDS) if betas else set()
    yield from extra(body, known, "")
    for field, value in body.items():
        yield from _BODY.get(field, anything)(value, field)


def _blocks(*kinds: str) -> Kind:
    return each(tagged({kind: _BLOCKS[kind] for kind in kinds}))


def _of_role(role: str) -> tuple[str, ...]:
    shapes = BLOCK_SHAPES.items()
    return tuple(kind for kind, s in shapes if role in s.roles and kind not in _ONLY_INSIDE)


def _content(value: Any, path: str) -> Iterator[str]:
    """What a tool result holds."""
    yield from text_or(_blocks(*_INNER))(value, path)


def _texts(value: Any, path: str) -> Iterator[str]:
    """What a search result holds."""
    yield from _blocks("text")(value, path)


def _pages(value: Any, path: str) -> Iterator[str]:
    """What a document made of blocks holds."""
    yield from text_or(_blocks("text", "image"))(value, path)


_CALLER = tags(
    {
        "direct": ({}, {}),
        "code_execution_20250825": ({"tool_id": TEXT}, {}),
        "code_execution_20260120": ({"tool_id": TEXT}, {}),
        "code_execution_20260521": ({"tool_id": TEXT}, {}),
    }
)
_IMAGE_SOURCE = tags(
    {"base64": ({"media_type": one_of(*_IMAGE_TYPES), "data": TEXT}, {}), **_URL_OR_FILE}
)
_DOCUMENT_SOURCE = tags(
    {
        "base64": ({"media_type": one_of("application/pdf"), "data": TEXT}, {}),
        "text": ({"media_type": one_of("text/plain"), "data": TEXT}, {}),
        "content": ({"content": _pages}, {}),
        **_URL_OR_FILE,
    }
)
_CITATION = {
    "char_location": ("document_index", "start_char_index", "end_char_index"),
    "page_location": ("document_index", "start_page_number", "end_page_number"),
    "content_block_location": ("document_index", "start_block_index", "end_block_index"),
    "search_result_location": ("search_result_index", "start_block_index", "end_block_index"),
    "web_search_result_location": (),
}
_CITED: Mapping[str, Kind] = {
    "cited_text": TEXT,
    "document_title": maybe(TEXT),
    "file_id": maybe(TEXT),
    "source": TEXT,
    "title": maybe(TEXT),
    "url": TEXT,
    "encrypted_index": TEXT,
}
_FIELDS: Mapping[str, Kind] = {
    "cache_control": maybe(CACHE_CONTROL),
    "caller": _CALLER,
    "citations": maybe(CITATIONS),
    "context": maybe(TEXT),
    "input": OBJECT,
    "is_error": BOOLEAN,
    "title": maybe(TEXT),
    "transformations": maybe(fields({}, {"oversized_image": one_of("downsize", "error")})),
    **dict.fromkeys(("text", "id", "name", "tool_use_id", "tool_name", "file_id"), TEXT),
    **dict.fromkeys(("thinking", "signature", "data"), TEXT),
}
"""A block's field by its name."""
_OWN: Mapping[str, Mapping[str, Kind]] = {
    "image": {"source": _IMAGE_SOURCE},
    "document": {"source": _DOCUMENT_SOURCE},
    "search_result": {"source": TEXT, "title": TEXT, "content": _texts, "citations": CITATIONS},
    "tool_result": {"content": _content},
    "text": {
        "citations": maybe(
            each(tags({k: (dict.fromkeys(own, INTEGER), _CITED) for k, own in _CITATION.items()}))
        )
    },
}
"""Fields that are something else in this type of block; what a server tool found is not read."""


_OF_TOOLSETS = ("tool_use", "tool_result")


def _block(kind: str) -> Kind:
    shape, known = BLOCK_SHAPES[kind], {**_FIELDS, **_OWN.get(kind, {})}
    required = {name: known.get(name, anything) for name in shape.required}
    optional = {name: known.get(name, anything) for name in shape.optional}
    if kind in _OF_TOOLSETS:  # only the official SDK knows it
        optional["toolset_name"] = maybe(TEXT)
    return typed(required, optional)


_BLOCKS: Mapping[str, Kind] = {kind: _block(kind) for kind in BLOCK_SHAPES}
_SAID = {role: text_or(_blocks(*(_of_role(role)))) for role in ("user", "assistant", "system")}


def _message(value: Any, path: str) -> Iterator[str]:
    yield from OBJECT(value, path)
    yield from missing(value, ("role", "content"), path)
    yield from extra(value, ("role", "content"), path)
    if value["role"] not in tuple(_SAID):
        yield f"{path}.role: Input should be 'user' or 'assistant'"
    yield from _SAID[value["role"]](value["content"], f"{path}.content")


_DISPLAY = {"display": maybe(one_of("summarized", "omitted"))}
_PARALLEL = {"disable_parallel_tool_use": BOOLEAN}
_SKILL = fields({"skill_id": TEXT, "type": one_of("anthropic", "custom")}, {"version": TEXT})

_BODY: Mapping[str, Kind] = {
    "model": TEXT,
    "max_tokens": at_least(0, INTEGER),
    "messages": each(_message, MOST_MESSAGES),
    "system": _SAID["system"],
    "stream": BOOLEAN,
    "stop_sequences": each(TEXT),
    "temperature": NUMBER,
    "top_p": NUMBER,
    "top_k": INTEGER,
    "tools": each(TOOL),
    "tool_choice": tags(
        {
            "auto": ({}, _PARALLEL),
            "any": ({}, _PARALLEL),
            "tool": ({"name": TEXT}, _PARALLEL),
            "none": ({}, {}),
        }
    ),
    "thinking": tags(
        {
            "enabled": ({"budget_tokens": INTEGER}, _DISPLAY),
            "adaptive": ({}, _DISPLAY),
            "disabled": ({}, {}),
            "between_tools": ({}, {}),
        }
    ),
    "output_config": fields(
        {},
        {
            "effort": maybe(one_of("low", "medium", "high", "xhigh", "max")),
            "format": maybe(tags({"json_schema": ({"schema": OBJECT}, {})})),
        },
    ),
    "cache_control": maybe(CACHE_CONTROL),
    "diagnostics": maybe(fields({}, {"previous_message_id": maybe(TEXT)})),
    "metadata": fields({}, {"user_id": maybe(TEXT)}),
    "service_tier": one_of("auto", "standard_only"),
    "container": maybe(text_or(fields({}, {"id": maybe(TEXT), "skills": maybe(each(_SKILL))}))),
    "inference_geo": maybe(TEXT),
    "speed": maybe(one_of("standard", "fast")),
}
