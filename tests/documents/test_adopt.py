"""A file named in a prompt: one line more, before what is said to the model, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.documents.adopt import BEGINNINGS, adopt
from workbench.documents.prompt import load_prompt
from workbench.errors import WorkbenchError

PROMPT = """\
model: claude-haiku-4-5
max_tokens: 50  # enough

# what is asked
messages:
  - {role: user, content: hi}
"""
PATH = Path("a.prompt.yaml")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("kind", BEGINNINGS)
def test_it_stands_before_the_messages(tmp_path: Path, kind: str, newline: str) -> None:
    """Comments and line ends stay; what begins there is sound."""
    path, file = tmp_path / "a.prompt.yaml", f"a.{kind}.yaml"
    text = adopt(path, PROMPT.replace("\n", newline), kind, file)

    line = f"{kind}: file://{file}\n"
    assert text.replace(newline, "\n") == PROMPT.replace("\n\n#", f"\n{line}\n#")
    assert text.count(newline) == PROMPT.count("\n") + 1
    path.write_text(text, newline="")
    (tmp_path / file).write_text(BEGINNINGS[kind])
    prompt = load_prompt(path)
    assert not prompt.problems
    assert prompt.body[kind]


def test_what_is_there_is_not_written_over() -> None:
    """One line says where it stands; a flow mapping takes it too, an empty file does not."""
    with pytest.raises(WorkbenchError, match="itself"):
        adopt(PATH, "system: hello\n" + PROMPT, "system", "a.system.yaml")
    flow = adopt(PATH, "{model: m, messages: []}", "tools", "a.tools.yaml")
    assert flow == "{model: m, tools: file://a.tools.yaml, messages: []}"
    with pytest.raises(WorkbenchError, match="in a way that only you can change"):
        adopt(PATH, "# nothing\n", "tools", "a.tools.yaml")
