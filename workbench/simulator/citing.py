"""What an answer cites: the beginning of each document and search result that wants to be cited.

Source: messages-api.md section 10. End indexes are exclusive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.simulator.asked import Asked, blocks_of
from workbench.wire.events import Json
from workbench.wire.request import text_of

_MOST = 3
_LONGEST = 160
_UNREAD = "(a page that the simulator does not read)"


def citations(asked: Asked) -> tuple[dict[str, Any], ...]:
    """The citations of an answer; none where nothing wants to be cited."""
    found, seen = [], Counter[str]()
    for block in _sources([block for m in asked.messages for block in blocks_of(m)]):
        kind = block["type"]
        if (block.get("citations") or {}).get("enabled"):
            cite = _document if kind == "document" else _search_result
            found.append(cite(block, seen[kind]))
        seen[kind] += 1
    return tuple(found[:_MOST])


def _sources(blocks: Sequence[Any]) -> Iterator[Json]:
    """Every document and search result, those that tools have brought too."""
    for block in blocks:
        if not isinstance(block, Mapping):
            continue  # what the provider's own tools have found may be anything
        if block.get("type") in ("document", "search_result"):
            yield block
        elif isinstance(inner := block.get("content"), list):
            yield from _sources(inner)


def _document(block: Json, index: int) -> dict[str, Any]:
    named = {"document_index": index, "document_title": block.get("title"), "file_id": None}
    match block["source"]:
        case {"type": "text", "data": str(text)} | {"type": "content", "content": str(text)}:
            words = _beginning(text)
            span = {"start_char_index": 0, "end_char_index": len(words)}
            return {"type": "char_location", "cited_text": words, **named, **span}
        case {"type": "content", "content": content}:
            blocks = {"start_block_index": 0, "end_block_index": 1}
            words = text_of(content[:1])
            return {"type": "content_block_location", "cited_text": words, **named, **blocks}
    pages = {"start_page_number": 1, "end_page_number": 2}
    return {"type": "page_location", "cited_text": _UNREAD, **named, **pages}


def _search_result(block: Json, index: int) -> dict[str, Any]:
    return {
        "type": "search_result_location",
        "cited_text": text_of(block["content"][:1]),
        "source": block["source"],
        "title": block["title"],
        "search_result_index": index,
        "start_block_index": 0,
        "end_block_index": 1,
    }


def _beginning(text: str) -> str:
    """The first sentence, or as much of it as may be cited."""
    stop = text.find(". ", 0, _LONGEST)
    return text[: stop + 1] if stop >= 0 else text[:_LONGEST]
