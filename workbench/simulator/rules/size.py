"""Rules on the context window: 28 and 29."""

from __future__ import annotations

from workbench.simulator.asked import Asked
from workbench.simulator.rules.wrong import Wrong
from workbench.tokens import Part, parts

TOO_LONG = "context_length_exceeded"
"""ByteSpike's `error.code`; Anthropic gives none."""
BETA = "model-context-window-exceeded-2025-08-26"
_KNOWS_WINDOW = (4, 5)


def input_tokens(asked: Asked) -> int:
    """What the request is billed for as input; counts are remembered by text."""
    return sum(part.tokens for part in billed(asked))


def billed(asked: Asked) -> tuple[Part, ...]:
    """The parts of the prompt that are billed: all but the thoughts that the model drops."""
    stripped = asked.stripped
    return tuple(part for part in parts(asked.body, asked.model) if part.path not in stripped)


def prompt_fits(asked: Asked) -> Wrong | None:
    """28: The prompt fits into the window."""
    window = asked.model.context_window
    if window is None or (size := input_tokens(asked)) <= window:
        return None
    return Wrong(f"prompt is too long: {size} tokens > {window} maximum", TOO_LONG)


def answer_fits(asked: Asked) -> Wrong | None:
    """29: At ByteSpike, and on models before 4.5, `max_tokens` fits into what the prompt leaves."""
    model, wanted = asked.model, asked.body.get("max_tokens", 0)
    window = model.context_window
    strict = model.over_window == "error_400" or model.provider == "bytespike"
    old = (model.generation or _KNOWS_WINDOW) < _KNOWS_WINDOW and BETA not in asked.betas
    if window is None or not (strict or old):
        return None
    if (size := input_tokens(asked)) + wanted <= window:
        return None
    return Wrong(
        f"input length and `max_tokens` exceed context limit: {size} + {wanted} > {window}, "
        "decrease input length or `max_tokens` and try again",
        TOO_LONG,
    )
