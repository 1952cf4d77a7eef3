"""The two lines of figures under a pane: how it stands, tokens, time, cost. Pure.

Every figure has its column, so nothing jumps while an answer streams. What is not known is "–",
never 0; what is a guess says so with "≈". Where the pane is too narrow, whole figures go, the
least telling first, and an "…" stands for them: a number is never cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.cells import cell_len, set_cell_size

from workbench.costs import Cost
from workbench.run import Run
from workbench.tui.plain import plain

Words = tuple[tuple[str, str], ...]
"""A line of figures: (role, text), where role is `state`, `figure` or `quiet`."""

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
UNKNOWN = "–"

_GLYPHS = {
    "waiting": "○",
    "complete": "✓",
    "complete_no_stop": "✓",
    "aborted": "■",
    "truncated": "✗",
    "broken": "✗",
    "stalled": "✗",
    "failed": "✗",
    "failed_midstream": "✗",
}
_CUT_SHORT = ("max_tokens", "model_context_window_exceeded")
_SPOKEN = {
    "complete_no_stop": "no stop event",
    "failed_midstream": "failed midway",
    "model_context_window_exceeded": "context full",
}
_STATE_COLUMN, _STATE_NARROW = 14, 12


def glyph(run: Run, frame: int = 0) -> str:
    """One cell that tells how a run stands; `frame` turns the spinner of one in flight."""
    if run.state == "complete" and run.stop_reason in _CUT_SHORT:
        return "⋯"
    if run.state == "complete" and run.stop_reason == "refusal":
        return "⊘"
    return _GLYPHS.get(run.state) or SPINNER[frame % len(SPINNER)]


def word(run: Run) -> str:
    """How a run stands, in a word: the API's stop reason once it is complete."""
    said = run.stop_reason if run.state == "complete" and run.stop_reason else run.state
    return _SPOKEN.get(said, plain(said))


def stands(run: Run) -> Literal["under way", "complete", "cut", "failed"]:
    """How a run stands, as far as colour goes."""
    if run.end_state is None:
        return "under way"
    if run.end_state in ("failed", "failed_midstream"):
        return "failed"
    if run.end_state == "complete":
        return "cut" if run.stop_reason in (*_CUT_SHORT, "refusal") else "complete"
    return "complete" if run.end_state == "complete_no_stop" else "cut"


def meter(run: Run, cost: Cost, width: int, frame: int = 0) -> tuple[Words, Words]:
    """The two lines for a run, each at most `width` cells."""
    return _first_line(run, width, frame), _second_line(run, cost, width)


def said(words: Words) -> str:
    """A line of figures as plain text."""
    return "".join(text for _, text in words)


def _first_line(run: Run, width: int, frame: int) -> Words:
    state = f"{glyph(run, frame)} {word(run)}"
    prompt, written = _count(run.usage.prompt_tokens), output_tokens(run)
    if run.end_state is not None and not run.usage.known:
        return _cut((("state", state),), width)
    wide, narrow = f"{state:{_STATE_COLUMN}}  ", f"{state:{_STATE_NARROW}} "
    read, r = _cache(run, " read", " written"), _cache(run, "r", "w")
    return _first_that_fits(
        [
            _tokens(wide, prompt, f" in{read} → ", written),
            _tokens(narrow, prompt, f"{read} → ", written),
            _tokens(narrow, prompt, f"{r} → ", written),
            _tokens(narrow, prompt, f"{r}→", written),
            _tokens(narrow, prompt, "→", written),
            _tokens(state[0] + " ", prompt, "→", written),
            (("state", state),),
        ],
        width,
    )


def _tokens(state: str, prompt: str, between: str, written: str) -> Words:
    return ("state", state), ("figure", prompt), ("quiet", between), ("figure", written)


def _second_line(run: Run, cost: Cost, width: int) -> Words:
    first, rate, usd = _seconds(run.first_token_s), _rate(run), _usd(run, cost)
    fitting = (
        (
            ("quiet", "  first "),
            ("figure", f"{first:>7}"),
            ("figure", f"  {rate:>9}"),
            ("figure", f"   {usd}"),
        ),
        (("figure", f"  {first:>7}"), ("figure", f"  {rate:>9}"), ("figure", f"   {usd}")),
        (("figure", first), ("figure", f" {rate}"), ("figure", f" {usd}")),
        (("figure", first), ("figure", f" {usd}"), ("quiet", " …")),
        (("figure", usd), ("quiet", " …")),
    )
    return _first_that_fits(fitting, width)


def output_tokens(run: Run) -> str:
    """Tokens of output: what was billed, or a guess from what has arrived while it streams."""
    if run.end_state is not None or run.sent_s is None:
        return _count(run.usage.output_tokens)
    return f"≈{run.deltas:,}" if run.deltas else UNKNOWN


def _cache(run: Run, as_read: str, as_written: str) -> str:
    read = run.usage.cache_read_input_tokens
    written = run.usage.cache_creation_input_tokens
    parts = [f"{n:,}{name}" for n, name in ((read, as_read), (written, as_written)) if n]
    return f" ({', '.join(parts)})" if parts else ""


def _count(tokens: int | None) -> str:
    return UNKNOWN if tokens is None else f"{tokens:,}"


def _seconds(seconds: float | None) -> str:
    return UNKNOWN if seconds is None else f"{seconds:.2f} s"


def _rate(run: Run) -> str:
    rate = run.tokens_per_s
    return f"{UNKNOWN} t/s" if rate is None else f"{rate:,.0f} t/s"


def _usd(run: Run, cost: Cost) -> str:
    if cost.usd is None:
        return f"${UNKNOWN}"
    return f"{'≈' if cost.is_estimate else ''}${cost.usd:.4f}"


def _first_that_fits(choices: Sequence[Words], width: int) -> Words:
    for words in choices:
        if cell_len(said(words)) <= width:
            return words
    return _cut(choices[-1], width)


def _cut(words: Words, width: int) -> Words:
    whole = said(words)
    if cell_len(whole) <= width:
        return words
    return ((words[0][0], set_cell_size(whole, max(0, width - 1)) + "…"),)
