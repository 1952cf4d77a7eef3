"""Hints of the rooms below, as a command line says them: `rubric=` is `--rubric` here."""

from __future__ import annotations

from workbench.telling.hints import with_arguments

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
    return with_arguments(hint, lambda name: _OURS.get(name) or _flag(name))


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
