"""A request's body as a document may hold it: what only looks like a name of ours is none there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.documents.joiner import SCHEME
from workbench.documents.variables import VARIABLE, changed_body

PREFIX = "as_written_"
"""How the variables begin that stand for what would be read as something else."""


def literal(body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The body for a prompt file, and the values of variables that it then has.

    A text with `{{name}}` in it, or one that begins with `file://`, would be filled in or followed
    when the file is read; that part is taken out, and put back as the value of a variable, which
    is never looked at again.
    """
    values: dict[str, str] = {}
    names: dict[str, str] = {}

    def named(text: str) -> str:
        if text not in names:
            names[text] = f"{PREFIX}{len(names) + 1}"
            values[names[text]] = text
        return f"{{{{{names[text]}}}}}"

    def told(text: str) -> str:
        text = VARIABLE.sub(lambda found: named(found[0]), text)
        if text.startswith(SCHEME):
            text = named(SCHEME[:-2]) + text[len(SCHEME) - 2 :]
        return text

    return changed_body(body, told), values
