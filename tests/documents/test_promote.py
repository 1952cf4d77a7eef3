"""A variant that has won becomes the body of its file; nothing else of the text changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.documents.promote import promote_variant
from workbench.documents.prompt import load_prompt
from workbench.errors import WorkbenchError
from workbench.variants import build

HERE = Path("own.prompt.yaml")
TEXT = """\
# what stands on top
model: claude-haiku-4-5   # which
max_tokens: 40
system: Be kind.
messages:
  - role: user
    content: |-
      Greet {{name}},
      at length.
# ours
inputs:
  name: {default: Ada}
variants:
  base: {}
  # the short one
  short: {max_tokens: 10, messages.0.content: "Greet {{name}}.\\nNow.", output_config.effort: low}
  bare: {system: null}
matrix: {model: [claude-haiku-4-5, claude-sonnet-4-6]}  # two
exclude: [{variant: bare, model: claude-sonnet-4-6}]
"""


def test_what_it_sends_is_what_the_file_says(tmp_path: Path) -> None:
    """Every line that it does not touch stays; the body is the variant's at its point."""
    path = tmp_path / HERE.name
    path.write_text(TEXT)
    sent = next(v for v in build(load_prompt(path)) if v.name == "short/claude-sonnet-4-6")

    after = promote_variant(HERE, TEXT, "short", {"model": 1})

    path.write_text(after)
    (base, _) = build(load_prompt(path))
    assert json.loads(base.request.to_json()) == json.loads(sent.request.to_json())
    assert after.splitlines() == [
        "# what stands on top",
        "model: claude-sonnet-4-6   # which",
        "max_tokens: 10",
        "system: Be kind.",
        "output_config: {effort: low}",
        "messages:",
        "  - role: user",
        "    content: |-",
        "      Greet {{name}}.",
        "      Now.",
        "# ours",
        "inputs:",
        "  name: {default: Ada}",
        "variants:",
        "  base: {}",
        "  # the short one",
        "  bare: {system: null}",
    ]


def test_the_only_variant_that_changes_nothing_keeps_its_name() -> None:
    """Where all others differ from the body, it stays, without a patch."""
    after = promote_variant(HERE, "model: a\nvariants:\n  hot: {temperature: 1}\n", "hot")
    assert after == "model: a\ntemperature: 1\nvariants:\n  hot: {}\n"


def test_what_a_variant_removes_and_the_matrix_sets_stays_where_it_is() -> None:
    """Its line keeps its place and its comment."""
    text = TEXT.replace("bare: {system: null}", "bare: {model: null}")
    after = promote_variant(HERE, text, "bare", {"model": 0})
    assert after.splitlines()[:4] == TEXT.splitlines()[:4]


def test_what_is_removed_goes() -> None:
    """A null takes the field out of the body."""
    after = promote_variant(HERE, TEXT, "bare")
    assert "Be kind." not in after
    assert "bare:" not in after


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        (TEXT, "base", "changes nothing"),
        (TEXT, "nope", "no variant `nope`"),
        ("tools: [a]\nvariants: {one: {tools.3.name: x}, two: {}}\n", "one", "only you can"),
    ],
)
def test_what_cannot_be_is_refused(text: str, name: str, words: str) -> None:
    """In one line; the text is left alone."""
    with pytest.raises(WorkbenchError, match=words):
        promote_variant(HERE, text, name)
