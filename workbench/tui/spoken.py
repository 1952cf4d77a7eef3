"""Hints, those of the rooms below too, as a screen says them: what to press, not what to type."""

from __future__ import annotations

from workbench.errors import COST_LIMIT
from workbench.run import Run
from workbench.telling.ending import unreachable
from workbench.telling.hints import with_arguments
from workbench.tui.acts import key_of

_ACTS = {
    "max_cost": "cost_limit",
    "max_run_cost": "cost_limit",
    "values": "values",
    "cases": "cases",
    "allow_code": "allow_code",
}


def in_keys(hint: str) -> str:
    """The hint with every argument that it names told by its key, else by its name alone."""

    def told(name: str) -> str:
        act = _ACTS.get(name)
        return key_of(act) if act else f"`{name}`"

    return with_arguments(hint, told)


def no_file(kind: str) -> str:
    """What to press where the editor for this kind of file has none."""
    if kind == "prompt":
        lists, begins = key_of("prompts"), key_of("new_prompt")
        return f"No prompt is open: {lists} lists those of this folder, {begins} begins one."
    return f"No {kind} file is open here: {key_of(f'new_{kind}')} begins one."


def to_press(run: Run) -> str:
    """What to press where a run could not be sent, or was stopped for its cost; else nothing."""
    if run.problem is not None and run.problem.type == COST_LIMIT:
        return f"{key_of('cost_limit')}: what a run may cost."
    return f"{key_of('provider')}: another provider, or the simulator." if unreachable(run) else ""
