"""A file of its own for `system` or `tools`: its name in a prompt's text, and how it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.documents.page import Page
from workbench.errors import WorkbenchError

BEGINNINGS: Mapping[str, str] = {
    "system": "system: |-\n  You answer in one sentence.\n",
    "tools": """\
tools:
  - name: look_up
    description: Look something up, and say what was found.
    input_schema:
      type: object
      properties: {query: {type: string}}
      required: [query]
mocks:
  look_up:
    - {result: "nothing was found"}
""",
}
"""What such a file holds to begin with, by the name it is given in the prompt."""
_BEFORE = "messages"


def adopt(path: Path, text: str, kind: str, file: str) -> str:
    """The text of a prompt with one line more, that names a file for `system` or `tools`.

    Args:
        path: Whose text it is, for what is said of it.
        kind: `system` or `tools`, which the prompt may not say yet.
        file: The file's name, relative to the prompt.

    Raises:
        DocumentError: The text cannot be read.
        WorkbenchError: The prompt has it already, or is laid out in a way that only its author can
            change.
    """
    page = _Prompt.read(path, text)
    root = page.root.value or {}
    if kind in root:
        raise WorkbenchError(f"`{kind}` stands in {path.name} itself", hint="Change it there.")
    names = [*root]
    if not names:
        raise page.refusal()
    at = names.index(_BEFORE) - 1 if _BEFORE in names[1:] else len(names) - 1
    value = f"file://{file}"
    candidates = page.with_entry_at(page.root, at, f"{kind}: {value}")
    return page.or_refuse(page.taken(candidates, {**root, kind: value})).whole


@dataclass(frozen=True, slots=True)
class _Prompt(Page):
    """A prompt file's text."""

    def refusal(self) -> WorkbenchError:
        """What is said where no way of writing does it."""
        return WorkbenchError(
            f"{self.path.name} is written in a way that only you can change",
            hint="Name the file in it yourself: system: file://NAME.system.yaml.",
        )
