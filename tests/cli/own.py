"""A prompt of two variants over a dataset of the test's own."""

from __future__ import annotations

from pathlib import Path

PROMPT = """\
model: claude-haiku-4-5
max_tokens: 60
messages: [{role: user, content: "Name {{what}}."}]
cases: file://own.csv
variants: {base: {}, terse: {max_tokens: 5}}
"""


def own_prompt(folder: Path, cases: str) -> Path:
    """The prompt's file, with these lines of CSV beside it, in a new folder."""
    folder.mkdir()
    (folder / "own.csv").write_text(cases)
    path = folder / "own.prompt.yaml"
    path.write_text(PROMPT)
    return path
