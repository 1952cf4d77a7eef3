"""How a run stands, in a cell, a word and figures. Pure.

What is not known is "–", never 0; what is a guess says so with "≈".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from workbench.costs import Cost, shown
from workbench.run import Run
from workbench.telling.plain import plain

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
UNKNOWN = "–"

_GLYPHS = {
    "waiting": "◇",
    "complete": "✓",
    "complete_no_stop": "✓",
    "aborted": "■",
    "truncated": "✗",
    "broken": "✗",
    "stalled": "✗",
    "failed": "✗",
    "failed_midstream": "✗",
}
_STOP_GLYPHS = {"max_tokens": "⋯", "model_context_window_exceeded": "⋯", "refusal": "⊘"}
_SPOKEN = {
    "complete_no_stop": "no stop event",
    "failed_midstream": "failed midway",
    "model_context_window_exceeded": "context full",
}
_CHARACTERS_A_TOKEN = 4
_SHORTEST_S = 0.25  # a speed measured over less than this says nothing


def glyph(run: Run, frame: int = 0) -> str:
    """One cell that tells how a run stands; `frame` turns the spinner of one in flight."""
    if run.state == "complete" and (stopped := _STOP_GLYPHS.get(str(run.stop_reason))):
        return stopped
    return _GLYPHS.get(run.state) or SPINNER[frame % len(SPINNER)]


def word(run: Run) -> str:
    """How a run stands, in a word: the API's stop reason once it is complete."""
    told = str(run.stop_reason if run.state == "complete" and run.stop_reason else run.state)
    return _SPOKEN.get(told, plain(told))


def stands(run: Run) -> Literal["under way", "complete", "cut", "failed"]:
    """How a run stands, as far as colour goes."""
    if run.end_state is None:
        return "under way"
    if run.end_state in ("failed", "failed_midstream"):
        return "failed"
    if run.end_state == "complete":
        return "cut" if str(run.stop_reason) in _STOP_GLYPHS else "complete"
    return "complete" if run.end_state == "complete_no_stop" else "cut"


def _arrived(run: Run) -> int:
    """What has arrived, in tokens: a rough guess, as the provider counts only at the end."""
    return sum(len(block.text) for block in run.blocks.values()) // _CHARACTERS_A_TOKEN


def written(run: Run, as_text: Callable[[int | None], str] | None = None) -> str:
    """Tokens of the answer: billed once that is known, before that a guess with its `≈`.

    Args:
        run: The run.
        as_text: How a count is told; whole, unless said otherwise.
    """
    told = as_text or number
    if _counted(run):
        return told(run.usage.output_tokens)
    return f"≈{told(_arrived(run))}" if run.deltas else UNKNOWN


def _counted(run: Run) -> bool:
    # Until its last message_delta a stream's own count of output is a mere placeholder.
    return run.stop_reason is not None or run.stopped


def answered(run: Run) -> tuple[int, bool]:
    """Tokens of the answer as a number, and whether that is a guess; 0 while there is none."""
    counted = _counted(run)
    tokens = (run.usage.output_tokens or 0) if counted else _arrived(run)
    return tokens, not counted and run.deltas > 0


def rate(run: Run) -> str:
    """How fast the answer came, or comes."""
    if run.stop_reason is not None and run.tokens_per_s is not None:
        return f"{run.tokens_per_s:,.0f} t/s"
    first, last = run.first_token_at_s, run.last_token_at_s
    if first is None or last is None or last - first < _SHORTEST_S:
        return f"{UNKNOWN} t/s"
    return f"≈{_arrived(run) / (last - first):,.0f} t/s"


def cached(run: Run, read_as: str, written_as: str) -> str:
    """What of the prompt was read from the cache and written to it; empty where neither was."""
    counts = (run.usage.cache_read_input_tokens, run.usage.cache_creation_input_tokens)
    named = zip(counts, (read_as, written_as), strict=True)
    parts = [f"{tokens:,}{name}" for tokens, name in named if tokens]
    return f" ({', '.join(parts)})" if parts else ""


def number(tokens: int | None) -> str:
    """A count of tokens."""
    return UNKNOWN if tokens is None else f"{tokens:,}"


def rounded(tokens: int | None) -> str:
    """A count of tokens in at most four cells: `640`, `4.3k`, `43k`, `1.2M`."""
    if tokens is None or tokens < 1_000:
        return number(tokens)
    for unit, sign in ((1_000, "k"), (1_000_000, "M")):
        if (few := tokens / unit) < 9.95:
            return f"{few:.1f}{sign}"
        if few < 999.5:
            return f"{few:.0f}{sign}"
    return f"{tokens / 1_000_000:,.0f}M"


def seconds(seconds: float | None) -> str:
    """A time."""
    return UNKNOWN if seconds is None else f"{seconds:.2f} s"


def spent(cost: Cost) -> str:
    """What a run costs."""
    return UNKNOWN if cost.usd is None else shown(cost)
