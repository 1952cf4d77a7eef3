"""A request to `POST /v1/messages`, and the names that may stand in one.

Source: messages-api.md sections 4 to 8.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.wire.events import Json

REQUIRED_FIELDS = ("model", "max_tokens", "messages")

REQUEST_FIELDS: Mapping[str, str] = {
    "model": "string",
    "max_tokens": "integer",
    "messages": "array",
    "system": "string or array",
    "stream": "boolean",
    "stop_sequences": "array",
    "temperature": "number",
    "top_p": "number",
    "top_k": "integer",
    "tools": "array",
    "tool_choice": "object",
    "thinking": "object",
    "output_config": "object",
    "cache_control": "object",
    "diagnostics": "object",
    "metadata": "object",
    "service_tier": "string",
    "container": "string or object",
    "inference_geo": "string",
    "speed": "string",
}
"""Every top-level field and its JSON type; any other is refused by the API."""

BETA_REQUEST_FIELDS = (
    "context_management",
    "mcp_servers",
    "fallbacks",
    "fallback_credit_token",
    "compaction",
    "thread",
    "billing_policy",
)
"""Fields of the beta endpoint only; kept when they come from a file or a session."""

SAMPLING_FIELDS = ("temperature", "top_p", "top_k")

STOP_REASONS = (
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
)
"""Those known; an unknown one is shown as it comes."""


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def compact(value: Any) -> str:
    """JSON as it goes over the wire: no blanks, raw UTF-8, key order as given.

    Only half a surrogate pair, which UTF-8 cannot carry, is written as an escape.

    Raises:
        ValueError: `value` holds what JSON cannot: NaN or infinity.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if text.isascii():  # no need to look through 10 MB of image
        return text
    return _LONE_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def finite(value: Any) -> str:
    """JSON as `compact` writes it; a number that JSON has no word for (1e999) is null."""
    try:
        return compact(value)
    except ValueError:
        return compact(_finite(value))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True, slots=True)
class MessagesRequest:
    """One whole request, kept as the exact text that is sent and saved.

    Two requests are equal when they are the same bytes for the same version of the API. Make one
    with `MessagesRequest.of`.

    Args:
        text: The body.
        api_version: The `anthropic-version` to send; empty for the provider's usual one.
    """

    text: str
    api_version: str = ""

    @classmethod
    def of(cls, body: Json, api_version: str = "") -> MessagesRequest:
        """The request with this body.

        Raises:
            ValueError: The body holds what JSON cannot (NaN, infinity).
        """
        return cls(compact(body), api_version)

    def to_json(self) -> str:
        """The exact body that is sent and saved."""
        return self.text

    @property
    def body(self) -> dict[str, Any]:
        """The body as a fresh value, free to be changed; empty where it is no JSON object."""
        try:
            body = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def model(self) -> str:
        """The model asked for, id or alias."""
        return str(self.body.get("model", ""))


def text_of(content: object) -> str:
    """The words of a message's content or of a system prompt: a string, or its text blocks."""
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        texts = (block.get("text") for block in content if isinstance(block, Mapping))
        return "\n".join(text for text in texts if isinstance(text, str))
    return ""
