"""Rules on the context window: 28 and 29."""

from __future__ import annotations

from workbench.simulator.asked import Asked
from workbench.tokens import parts


def input_tokens(asked: Asked) -> int:
    """What the request is billed for as input; counts are remembered by text."""
    return sum(part.tokens for part in parts(asked.body, asked.model))


def prompt_fits(asked: Asked) -> str | None:
    """28: The prompt fits into the window."""
    window = asked.model.context_window
    if window is None or (size := input_tokens(asked)) <= window:
        return None
    return f"prompt is too long: {size} tokens > {window} maximum"


def answer_fits(asked: Asked) -> str | None:
    """29: Where the provider wants it so, `max_tokens` fits into what the prompt leaves."""
    window, wanted = asked.model.context_window, asked.body.get("max_tokens", 0)
    if window is None or asked.model.over_window != "error_400":
        return None
    if (size := input_tokens(asked)) + wanted <= window:
        return None
    return (
        f"input length and `max_tokens` exceed context limit: {size} + {wanted} > {window}, "
        "decrease input length or `max_tokens` and try again"
    )
