"""Hints of the rooms below, as a screen says them: what to press in place of an argument."""

from __future__ import annotations

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
