"""What completes at a place of a text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from workbench.documents.offers import files_at
from workbench.tui.completion import Completion, Place, completion
from workbench.tui.highlight import Contexts, is_text
from workbench.tui.known import Known

KNOWN = Known(("claude-haiku-4-5", "claude-opus-4-8"), ("ticket", "locale"), ("get_order",))
FILES = ("policy.md", "triage.system.yaml", "orders.tools.yaml", "sub/")
USER = "messages:\n  - role: user\n    "


def at(text: str, kind: str = "prompt", files: Sequence[str] = FILES) -> Completion | None:
    """What completes where the bar stands."""
    before = text.partition("|")[0]
    lines = text.replace("|", "", 1).split("\n")
    contexts = Contexts(lines)
    row, column = before.count("\n"), len(before) - (before.rfind("\n") + 1)
    place = Place(
        lines, row, column, kind, lambda r: is_text(lines[r], contexts.at(r)), lambda _: files
    )
    return completion(place, KNOWN)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("mod|", "model: "),
        ("mess|", "messages:"),
        ("model: claude-h|", "claude-haiku-4-5"),
        ("variants:\n  warm: {model: claude-o|", "claude-opus-4-8"),
        ("variants:\n  warm:\n    thinking.ty|", "thinking.type: "),
        ("matrix:\n  model: [|", "claude-haiku-4-5"),
        ("tool_choice: {type: tool, name: |", "get_order"),
        ("messages:\n  - ro|", "role: "),
        ("messages:\n  - role: as|", "assistant"),
        (USER + "content:\n      - type: im|", "image"),
        (USER + "content: Hi {{t|", "ticket}}"),
        ("inputs:\n  |", "ticket:"),
        ("system: file://tri|", "triage.system.yaml"),
        ("tools: file://|", "orders.tools.yaml"),
    ],
)
def test_what_fits_a_place_is_offered(text: str, first: str) -> None:
    """Names, values, models, variables, tools and files, each where it may stand."""
    found = at(text)

    assert found is not None
    assert found.candidates[0].inserted == first


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# mod|", "prompt"),
        ("max_tokens: |", "prompt"),
        ("model: claude-haiku-4-5|", "prompt"),
        ("stop_sequences:\n  - |", "prompt"),
        (USER + "content: |-\n      mod|".replace("|", ">", 1), "prompt"),
        ("Dear model|", ""),
        ("}}]{ ,: |", "prompt"),
    ],
)
def test_where_nothing_fits_nothing_is_offered(text: str, kind: str) -> None:
    """In comments, in what is text, where the answer is open, and where all is typed."""
    assert at(text, kind) is None


def test_what_is_there_is_not_offered_again() -> None:
    """Neither the names above a place nor those below it; another mapping's names are."""
    found = at("model: x\n|\nmessages: []")

    assert found is not None
    names = {one.shown for one in found.candidates}
    assert not names & {"model", "messages"}
    assert {"max_tokens", "system", "variants"} <= names


def test_what_is_half_there_is_not_put_in_twice() -> None:
    """The rest of a name, its colon, the brackets that close: what stands behind is replaced."""
    variable = at("system: a {{ti|cke}} b")
    name = at("mod|: x")

    assert variable is not None
    assert (variable.start, variable.end) == (12, 19)
    assert variable.candidates[0].inserted == "ticket}}"
    assert name is not None
    assert name.candidates[0].inserted == "model"


def test_a_tool_that_the_provider_runs_has_other_names() -> None:
    """Its type decides."""
    own = at("tools:\n  - name: x\n    |", "tools")
    served = at("tools:\n  - type: web_search_20250305\n    name: web_search\n    max|", "tools")

    assert own is not None
    assert "input_schema" in {one.shown for one in own.candidates}
    assert served is not None
    assert served.candidates[0].shown == "max_uses"


def test_files_are_those_beside_it_and_below(tmp_path: Path) -> None:
    """Never hidden ones, never those outside of its folder."""
    (tmp_path / "sub").mkdir()
    for name in ("a.md", ".hidden", "sub/b.md"):
        (tmp_path / name).write_text("")

    assert files_at(tmp_path, "") == ["a.md", "sub/"]
    assert files_at(tmp_path, "sub/b") == ["sub/b.md"]
    assert files_at(tmp_path / "sub", "../a") == []
    assert files_at(tmp_path, "none/") == []


def test_what_may_not_stand_there_is_not_offered() -> None:
    """The schema knows a name only to refuse it."""
    assert at("mod|") is not None
    found = at("templ|")
    assert found is None or "template" not in str(found)
