"""Whether content blocks have the shape that the API asks for, and may stand where they do.

Pure: values in, findings out. Blocks of unknown type pass without complaint: they are newer than
we are. Source: messages-api.md section 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.documents.finding import Finding, Keys, dotted
from workbench.documents.typed import (
    choice_findings,
    described,
    mapping_findings,
    of_type,
    tagged_findings,
    unknown_field,
)
from workbench.wire.blocks import BLOCK_SHAPES, BlockShape

IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")

_ELSEWHERE = {"url": {"url": "string"}, "file": {"file_id": "string"}}
_ENCODED = {"media_type": "string", "data": "string"}
_SOURCES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "image": {"base64": _ENCODED, **_ELSEWHERE},
    "document": {
        "base64": _ENCODED,
        "text": _ENCODED,
        "content": {"content": "string or array"},
        **_ELSEWHERE,
    },
}
_MEDIA_TYPES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("image", "base64"): IMAGE_TYPES,
    ("document", "base64"): ("application/pdf",),
    ("document", "text"): ("text/plain",),
}
_FIELDS = {
    **dict.fromkeys(("text", "thinking", "signature", "data", "title", "context"), "string"),
    **dict.fromkeys(("id", "name", "tool_use_id", "file_id"), "string"),
    **dict.fromkeys(("input", "cache_control", "transformations"), "object"),
    "source": "string or object",
    "citations": "array or object",
    "is_error": "boolean",
}
_OWN = {
    "text": {"citations": "array"},
    "image": {"source": "object"},
    "document": {"source": "object", "citations": "object"},
    "search_result": {"source": "string", "citations": "object", "content": "array"},
}
"""Fields that are something narrower in this type of block."""
_PLACE_OF = {
    "system": "the system prompt",
    "user": "a user message",
    "assistant": "an assistant message",
    "tool_result": "a tool result",
    "search_result": "a search result",
}
_INSIDE = {
    "tool_result": ("text", "image", "document", "search_result", "tool_reference"),
    "search_result": ("text",),
}
_OVERSIZED = ("downsize", "error")
_SMALL = {"citations": {"enabled": "boolean"}, "transformations": {"oversized_image": "string"}}


def block_findings(keys: Keys, blocks: list[Any], role: str | None) -> Iterator[Finding]:
    """What is wrong with a list of blocks; `role` is None where nobody knows who speaks."""
    for index, block in enumerate(blocks):
        yield from _block((*keys, index), block, role)


def breakpoint_findings(keys: Keys, marker: Any) -> Iterator[Finding]:
    """What is wrong with a `cache_control`."""
    if isinstance(marker, dict):
        yield from mapping_findings(keys, marker, {"type": "string", "ttl": "string"}, ("type",))
        yield from choice_findings((*keys, "type"), marker.get("type"), ("ephemeral",))
        yield from choice_findings((*keys, "ttl"), marker.get("ttl"), ("5m", "1h"))


def _block(keys: Keys, block: Any, role: str | None) -> Iterator[Finding]:
    if not isinstance(block, dict):
        problem = f"`{dotted(keys)}` has to be a content block, not {described(block)}"
        yield Finding(keys, problem, 'Write {type: text, text: "..."}.')
        return
    kind = block.get("type")
    if not isinstance(kind, str):
        yield Finding(keys, f"`{dotted(keys)}` lacks `type`", "Say `type: text`, for example.")
        return
    shape = BLOCK_SHAPES.get(kind)
    if shape is None:
        return  # newer than we are: kept, never guessed at
    if role is not None and not _may_stand(kind, shape, role):
        places = ", ".join(_PLACE_OF[name] for name in shape.roles) or _PLACE_OF["tool_result"]
        problem = f"`{kind}` blocks may not stand in {_PLACE_OF[role]}"
        yield Finding(keys, problem, f"They may in {places}.")
    yield from _fields(keys, block, shape)
    yield from _inside(keys, block, kind)


def _may_stand(kind: str, shape: BlockShape, role: str) -> bool:
    return kind in _INSIDE[role] if role in _INSIDE else role in shape.roles


def _fields(keys: Keys, block: Mapping[str, Any], shape: BlockShape) -> Iterator[Finding]:
    names = ("type", *shape.required, *shape.optional)
    types = {**_FIELDS, **_OWN.get(block["type"], {})}
    for name, value in block.items():
        here = (*keys, name)
        if name not in names:
            yield unknown_field(here, names)
        elif value is None and name in shape.optional:
            continue  # as answers of the API give it
        elif name in types:
            wrong = of_type(here, value, types[name])
            yield from () if wrong is None else (wrong,)
    for name in shape.required:
        if name not in block:
            problem = f"`{dotted(keys)}`, a `{block['type']}` block, lacks `{name}`"
            yield Finding(keys, problem, f"Add `{name}:`.")


def _inside(keys: Keys, block: Mapping[str, Any], kind: str) -> Iterator[Finding]:
    text, content = block.get("text"), block.get("content")
    if kind == "text" and isinstance(text, str) and not text.strip():
        yield blank((*keys, "text"), marked=not text and bool(block.get("cache_control")))
    if kind == "tool_result" and content is not None:
        wrong = of_type((*keys, "content"), content, "string or array")
        yield from () if wrong is None else (wrong,)
        if isinstance(content, list):
            yield from block_findings((*keys, "content"), content, "tool_result")
    if kind == "search_result" and isinstance(content, list):
        yield from block_findings((*keys, "content"), content, "search_result")
    for name, known in _SMALL.items():
        if isinstance(value := block.get(name), dict):
            yield from mapping_findings((*keys, name), value, known)
            wish = value.get("oversized_image")
            yield from choice_findings((*keys, name, "oversized_image"), wish, _OVERSIZED)
    yield from breakpoint_findings((*keys, "cache_control"), block.get("cache_control"))
    if kind in _SOURCES and isinstance(source := block.get("source"), dict):
        yield from _source((*keys, "source"), source, kind)


def blank(keys: Keys, *, marked: bool = False) -> Finding:
    """That the text at `keys` is empty; `marked`, where a cache breakpoint stands on it."""
    rule = "cache-breakpoints" if marked else "empty-text"
    hint = "Give it a text, or remove the block."
    return Finding(keys, f"`{dotted(keys)}` is empty", hint, rule=rule)


def _source(keys: Keys, source: Mapping[str, Any], kind: str) -> Iterator[Finding]:
    """Where an image's or a document's data is."""
    yield from tagged_findings(keys, source, _SOURCES[kind], whole=True)
    told, media = source.get("type"), source.get("media_type")
    types = _MEDIA_TYPES.get((kind, told)) if isinstance(told, str) else None
    if types and isinstance(media, str) and "{{" not in media:
        yield from choice_findings((*keys, "media_type"), media, types)
    if kind == "document" and isinstance(content := source.get("content"), list):
        yield from block_findings((*keys, "content"), content, None)
