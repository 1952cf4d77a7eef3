"""Whether a prompt, and the answer that it asks for, fit into the model's window.

Source: messages-api.md section 16, rules 28 and 29, and section 24.6 for ByteSpike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.catalog.model import Model
from workbench.documents.finding import Finding, Keys
from workbench.tokens import Estimate, Part, parts

MOST_BYTES = 32 * 1024 * 1024
"""Of the body of one request."""

_KNOWS_WINDOW = (4, 5)
"""Models of this generation on stop where the window ends; older ones refuse to begin."""
_HIDDEN_TOKENS = 4_000
_HIDDEN_TOKENS_A_TOOL = 900
_UNREADABLE = ('"image"', '"document"', '"redacted_thinking"')
"""Blocks whose tokens the length of their JSON does not bound."""


def window_findings(body: Mapping[str, Any], model: Model | None) -> Iterator[Finding]:
    """What of this body's size the provider would refuse.

    Where the count is an estimate, only what is too long at its lower end is an error.
    """
    text = json.dumps(body, default=str)
    if len(text) > MOST_BYTES:
        problem = f"the request has {len(text):,} bytes, over the limit of {MOST_BYTES:,}"
        yield Finding(("messages",), problem, "Send less.", at_key=True, rule="request-size")
        return
    window = model.context_window if model else None
    asked = body.get("max_tokens")
    answer = asked if isinstance(asked, int) else 0
    spare = _spare(text, body, model)
    if model is None or window is None or (spare is not None and spare >= 0):
        return
    counted = parts(body, model)
    size = sum((Estimate(p.tokens, p.band, p.basis) for p in counted), Estimate(0))
    least = round(size.tokens * (1 - size.band))
    if size.tokens > window:
        yield _too_long(counted, size, window, sure=least > window)
    elif size.tokens + answer > window:
        yield _no_room(model, size, answer, window, sure=least + answer > window)


def spare_chars(body: Mapping[str, Any], model: Model | None) -> int | None:
    """By how many characters of JSON this body may grow and `window_findings` has nothing to say.

    Below 0 where it has to shrink; None where its length does not tell.
    """
    return _spare(json.dumps(body, default=str), body, model)


def _spare(text: str, body: Mapping[str, Any], model: Model | None) -> int | None:
    """A token is a character at least, and what is billed beyond the texts is bounded."""
    room, window = MOST_BYTES, model.context_window if model else None
    if window is not None:
        if any(kind in text for kind in _UNREADABLE):
            return None
        asked = body.get("max_tokens")
        room = min(room, window - (asked if isinstance(asked, int) else 0) - _hidden(body))
    return room - len(text)


def _hidden(body: Mapping[str, Any]) -> int:
    """What is billed beyond the texts, at most."""
    tools = body.get("tools")
    return _HIDDEN_TOKENS + _HIDDEN_TOKENS_A_TOOL * (len(tools) if isinstance(tools, list) else 0)


def _too_long(counted: Sequence[Part], size: Estimate, window: int, *, sure: bool) -> Finding:
    """At the largest part, which is where there is most to be gained."""
    largest = max(counted, key=lambda part: part.tokens)
    over = f"prompt is too long: {size.shown()} tokens > {window} maximum"
    return Finding(
        _keys_of(largest),
        over if sure else f"the prompt may be too long: {size.shown()} tokens, {window} maximum",
        f"Cut about {size.tokens - window:,} tokens, or choose a model with a larger window.",
        "error" if sure else "warning",
        rule="context-window",
    )


def _no_room(model: Model, size: Estimate, answer: int, window: int, *, sure: bool) -> Finding:
    """Most models stop where the window ends; some providers, and old models, refuse at once."""
    told = f"{size.shown()} + {answer} > {window}"
    strict = model.over_window == "error_400" or (model.generation or (9, 9)) < _KNOWS_WINDOW
    refused = strict and sure
    return Finding(
        ("max_tokens",),
        f"input length and `max_tokens` exceed the context limit: {told}"
        if refused
        else f"the answer may end where the context window does: {told}",
        f"Ask for at most {max(0, window - size.tokens):,}, or shorten the prompt.",
        "error" if refused else "warning",
        rule="context-window",
    )


def _keys_of(part: Part) -> Keys:
    return tuple(int(word) if word.isdigit() else word for word in part.path.split("."))
