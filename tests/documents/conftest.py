"""What the tests of documents share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]

MINIMAL = """\
model: claude-haiku-4-5
max_tokens: 100
messages:
  - role: user
    content: hello
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files into a workspace: `write("a.prompt.yaml", text)` gives the path."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / "workspace" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return written
