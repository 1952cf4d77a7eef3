"""The kinds of document, told apart by the end of the file's name."""

from __future__ import annotations

from pathlib import Path

KINDS = ("prompt", "system", "tools", "cases")


def endings(kind: str) -> tuple[str, str]:
    """How the names of this kind's files end."""
    return f".{kind}.yaml", f".{kind}.yml"


def kind_of(path: Path) -> str | None:
    """prompt, system, tools or cases; None where the name does not say."""
    return next((kind for kind in KINDS if path.name.endswith(endings(kind))), None)


def name_of(path: Path) -> str:
    """The name without the kind: `triage` for `triage.prompt.yaml`."""
    kind = kind_of(path)
    for ending in endings(str(kind)):
        if path.name.endswith(ending):
            return path.name.removesuffix(ending)
    return path.stem
