"""Canned tool results: which of a tools file's `mocks` answers a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Mocks = Mapping[str, Sequence[Mapping[str, Any]]]
"""By the tool's name, tried top to bottom."""


def mock_for(mocks: Mocks, tool: str, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first mock of a tool that agrees with what the tool is given.

    One agrees where every value of its `when` is that of the call; without `when`, always.

    Args:
        tool: The tool's name.
        given: The call's input.
    """
    for mock in mocks.get(tool, ()):
        when = mock.get("when") or {}
        if all(name in given and given[name] == value for name, value in when.items()):
            return mock
    return None
