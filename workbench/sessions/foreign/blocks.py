"""Content blocks of the Messages API, made of what other programs keep in their place."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from workbench.sessions.foreign.shape import json_in

Blocks = dict[str, Any]


def text_block(text: str) -> Blocks:
    """Words."""
    return {"type": "text", "text": text}


def thinking_block(text: str) -> Blocks:
    """Thinking, as far as it was shown."""
    return {"type": "thinking", "thinking": text}


def call_block(key: object, name: object, arguments: object) -> Blocks:
    """A tool call; its arguments as JSON or as the text of it."""
    told = json_in(arguments) if isinstance(arguments, str) else arguments
    given = told if isinstance(told, Mapping) else {"arguments": arguments}
    return {"type": "tool_use", "id": str(key or ""), "name": str(name or ""), "input": given}


def result_block(key: object, output: object, problem: object = None) -> Blocks:
    """What a tool gave."""
    block = {"type": "tool_result", "tool_use_id": str(key or ""), "content": str(output or "")}
    return {**block, "is_error": True} if problem else block


def attached_block(media: object, content: object, url: object, path: object) -> Blocks:
    """A picture or a file. One that lies elsewhere on the disk is named, and not looked at."""
    kind = str(media or "")
    if isinstance(content, bytes) and content:
        data = base64.b64encode(content).decode("ascii")
        source = {"type": "base64", "media_type": kind, "data": data}
    elif url:
        source = {"type": "url", "url": str(url)}
    else:
        source = {"type": "path", "path": str(path or "")}
    return {"type": "image" if kind.startswith("image/") else "document", "source": source}
