"""Tokens of one content block of a request. Source: research/tokens.md section 5."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from workbench.catalog.model import Model
from workbench.tokens.bases import UNKNOWN_BAND, Estimate
from workbench.tokens.picture import IMAGE_LIMITS, image_size, image_tokens, pdf_pages
from workbench.tokens.text import measure, tokenizer_of
from workbench.wire.events import Json

_CALL_TOKENS, _RESULT_TOKENS = 25, 25
_IMAGE_FRAME_TOKENS = 3
_PDF_PAGE_TOKENS = 2_250 + 1_551
"""Of a page its text, between 1,500 and 3,000, and the picture of an A4 sheet."""


def about(tokens: int, unsure: float) -> Estimate:
    """Overhead known to within `unsure` tokens."""
    return Estimate(tokens, unsure / tokens)


def block_tokens(block: object, model: Model | None) -> Estimate:
    """What a block is billed for. One of unknown type is counted by its JSON."""
    if not isinstance(block, Mapping):
        return _texts(model, str(block))
    return _BLOCKS.get(str(block.get("type")), _unknown)(block, model)


def content_tokens(content: object, model: Model | None) -> Estimate:
    """Content as it may stand inside a block too: a string, or blocks."""
    if isinstance(content, str):
        return _texts(model, content)
    blocks = content if isinstance(content, list | tuple) else ()
    return sum((block_tokens(block, model) for block in blocks), Estimate(0))


def _texts(model: Model | None, *texts: object) -> Estimate:
    counted = (measure(text, tokenizer_of(model)) for text in texts if isinstance(text, str))
    return sum(counted, Estimate(0))


def _text(block: Json, model: Model | None) -> Estimate:
    return _texts(model, block.get("text"))


def _tool_use(block: Json, model: Model | None) -> Estimate:
    """A call and its result cost 42 to 58 tokens beyond name, arguments and result (classic)."""
    arguments = json.dumps(block.get("input"), default=str)
    return _texts(model, block.get("name"), arguments) + _about_half(model, _CALL_TOKENS)


def _tool_result(block: Json, model: Model | None) -> Estimate:
    return content_tokens(block.get("content"), model) + _about_half(model, _RESULT_TOKENS)


def _about_half(model: Model | None, tokens: int) -> Estimate:
    """Half of what a call and its result cost around them; not yet measured on newer models."""
    return about(tokens, 4 if tokenizer_of(model) == "classic" else 12)


def _past_thinking(block: Json, model: Model | None) -> Estimate:
    """Thinking of earlier turns: some models bill it, others drop it."""
    return replace(_texts(model, block.get("thinking")), band=1.0)


def _redacted(block: Json, model: Model | None) -> Estimate:
    """Encrypted thinking, so only its size is known."""
    return Estimate(len(str(block.get("data", ""))) // 8, 1.0)


def _search_result(block: Json, model: Model | None) -> Estimate:
    head = _texts(model, block.get("source"), block.get("title"))
    return head + content_tokens(block.get("content"), model)


def _document(block: Json, model: Model | None) -> Estimate:
    head = _texts(model, block.get("title"), block.get("context"))
    match block.get("source"):
        case {"type": "text", "data": str(text)}:
            return head + _texts(model, text)
        case {"type": "content", "content": content}:
            return head + content_tokens(content, model)
        case {"type": "base64", "data": str(data)} if pages := pdf_pages(data):
            return head + Estimate(_PDF_PAGE_TOKENS * pages, 0.3)
    return head + Estimate(_PDF_PAGE_TOKENS, 1.0)


def _image(block: Json, model: Model | None) -> Estimate:
    tier = model.image_tier if model else "standard"
    source = block.get("source")
    data = source.get("data") if isinstance(source, Mapping) else None
    size = image_size(data) if isinstance(data, str) else None
    if size is None:
        _, most = IMAGE_LIMITS.get(tier, IMAGE_LIMITS["standard"])
        return Estimate(most // 2, 1.0)
    return Estimate(image_tokens(*size, tier) + _IMAGE_FRAME_TOKENS)


def _unknown(block: Json, model: Model | None) -> Estimate:
    told = {key: value for key, value in block.items() if key != "cache_control"}
    return replace(_texts(model, json.dumps(told, default=str)), band=UNKNOWN_BAND)


_BLOCKS: Mapping[str, Callable[[Json, Model | None], Estimate]] = {
    "text": _text,
    "image": _image,
    "document": _document,
    "tool_use": _tool_use,
    "server_tool_use": _tool_use,
    "tool_result": _tool_result,
    "thinking": _past_thinking,
    "redacted_thinking": _redacted,
    "search_result": _search_result,
}
