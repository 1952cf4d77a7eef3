"""Hints of the rooms below, as a command line says them: `rubric=` is `--rubric` here."""

from __future__ import annotations

import re

_NAMED = re.compile(r"`([a-z_]+)=`")
_OURS = {
    "values": "--set NAME=VALUE",
    "cases": "--case ID",
    "rounds": "--round",
    "form": "--as",
    "provider": "--provider",
}
"""Where an option is called otherwise than the argument of the Python function."""


def in_flags(hint: str) -> str:
    """The hint with every argument that it names told as the option for it."""
    return _NAMED.sub(lambda found: _OURS.get(found[1]) or _flag(found[1]), hint)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
