"""How a run ended, in words and with what to do, where that needs saying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.errors import CONNECTION
from workbench.run import Run

_KEPT, _AGAIN = "What arrived is kept.", "Run it again when you like."

_STOPS: Mapping[str, tuple[str, str]] = {
    "max_tokens": ("Cut off at max_tokens.", "Raise max_tokens to let it finish."),
    "model_context_window_exceeded": (
        "Cut off: the model's context window is full.",
        "Shorten the prompt, or take a model with a larger window.",
    ),
    "refusal": ("The model declined to go on.", "Reword the prompt, or take another model."),
    "pause_turn": ("The provider paused this long turn.", "Send the answer back to let it go on."),
}
_STATES: Mapping[str, tuple[str, str]] = {
    "complete_no_stop": ("The stream closed without its last event.", "The answer looks whole."),
    "truncated": ("The stream ended before the answer was whole.", _AGAIN),
    "broken": ("The connection broke off before the answer was whole.", _AGAIN),
    "stalled": ("Nothing more came for too long.", _AGAIN),
    "aborted": ("Cancelled.", _AGAIN),
    "failed": ("The run failed.", ""),
    "failed_midstream": ("The provider gave up in mid-answer.", _AGAIN),
}


_HELD_BACK = (
    "All of it arrived at once: something on the way holds streams back.",
    "Behind a proxy, set NO_PROXY for this host, or turn the proxy's buffering off.",
)


@dataclass(frozen=True, slots=True)
class Ending:
    """What to say under an answer. `kind` is `error` where the run failed, else `notice`."""

    kind: Literal["notice", "error"]
    problem: str
    hint: str


def ending(run: Run) -> Ending | None:
    """What to say of a run that is over; None where it simply ended."""
    if run.end_state is None:
        return None
    if run.end_state == "complete":
        return _of_stop(run)
    problem, hint = _STATES[run.end_state]
    if run.problem is not None:
        problem, hint = run.problem.problem, run.problem.hint
    elif run.blocks and hint == _AGAIN:
        hint = f"{_KEPT} {_AGAIN}"
    failed = run.end_state in ("failed", "failed_midstream")
    if failed and run.request_id:
        hint = "\n".join(filter(None, (hint, f"request {run.request_id}")))
    return Ending("error" if failed else "notice", problem, hint)


def unreachable(run: Run) -> bool:
    """Whether the provider could not be reached at all."""
    return run.end_state == "failed" and run.problem is not None and run.problem.type == CONNECTION


def refused_tries(run: Run) -> str:
    """Each try that was refused before another one, a line with its request id; or nothing.

    Where all of them came to what the run ended with, and no request id would be lost: how many.
    """
    seen = {(problem.problem, problem.request_id) for problem in run.discarded}
    if run.problem is not None and seen == {(run.problem.problem, None)}:
        return f"tried {len(run.discarded) + 1} times"
    lines = (
        f"try {n} refused: {problem.problem}"
        + (f" (request {problem.request_id})" if problem.request_id else "")
        for n, problem in enumerate(run.discarded, 1)
    )
    return "\n".join(lines)


def _of_stop(run: Run) -> Ending | None:
    reason = str(run.stop_reason)
    if reason in _STOPS:
        problem, hint = _STOPS[reason]
        details = run.stop_details
        explanation = details.get("explanation") if isinstance(details, Mapping) else None
        return Ending("notice", problem, f"{explanation}\n{hint}" if explanation else hint)
    if run.arrived_at_once:
        return Ending("notice", *_HELD_BACK)
    if any(block.type != "text" or block.shown for block in run.blocks.values()):
        return None
    return Ending("notice", "An empty answer: the model ended its turn without a word.", "")
