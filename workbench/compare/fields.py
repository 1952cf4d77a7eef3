"""What differs between two JSON values, field by field: answers in JSON, and tool calls. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.run import Run


class _Absent:
    """Stands where a field is not there: null is a value."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Any = _Absent()


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: its value in A and in B, `ABSENT` where it is not there."""

    path: str
    a: Any
    b: Any


def changes(a: Any, b: Any, path: str = "$") -> Iterator[Change]:
    """Every field in which two JSON values differ, in A's order, then what only B has."""
    if isinstance(a, dict) and isinstance(b, dict):
        for name in [*a, *(name for name in b if name not in a)]:
            yield from changes(a.get(name, ABSENT), b.get(name, ABSENT), f"{path}.{name}")
    elif isinstance(a, list) and isinstance(b, list):
        for at in range(max(len(a), len(b))):
            one, other = (side[at] if at < len(side) else ABSENT for side in (a, b))
            yield from changes(one, other, f"{path}[{at}]")
    elif type(a) is not type(b) or a != b:
        yield Change(path, a, b)


def fields_of(run: Run) -> Any:
    """What of an answer is compared by field: its tool calls, else the JSON it is; else None."""
    calls = [block for block in run.content if block.get("type") in ("tool_use", "server_tool_use")]
    if calls:
        return {"tools": [{"name": call.get("name"), "input": call.get("input")} for call in calls]}
    try:
        value = json.loads(run.text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None
