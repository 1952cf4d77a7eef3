"""Content blocks as they grow: messages-api.md sections 5, 10 and 13.2."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.wire.blocks import BLOCK_SHAPES, Block
from workbench.wire.events import BlockDelta, InputJsonDelta, TextDelta, ThinkingDelta
from workbench.wire.request import compact

TOOL = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}, "caller": {"type": "direct"}}


def other(delta: dict[str, Any]) -> BlockDelta:
    return BlockDelta({"type": "content_block_delta", "index": 0, "delta": delta})


def called(*pieces: str) -> Block:
    block = Block(TOOL)
    for piece in pieces:
        block = block.after(InputJsonDelta(0, piece))
    return block


def test_text_grows_from_where_it_began() -> None:
    """Deltas are appended to what the start already held."""
    block = (
        Block({"type": "text", "text": "Hel"}).after(TextDelta(0, "lo")).after(TextDelta(0, "!"))
    )

    assert block.shown == "Hello!"
    assert block.to_json() == {"type": "text", "text": "Hello!"}


def test_thinking_keeps_its_signature() -> None:
    """A thinking block must be sent back with text and signature as they came."""
    block = Block({"type": "thinking", "thinking": "", "signature": ""})
    block = block.after(ThinkingDelta(0, "So. ")).after(ThinkingDelta(0, "Yes."))
    signed = block.after(other({"type": "signature_delta", "signature": "EqQB"}))

    assert signed.to_json() == {"type": "thinking", "thinking": "So. Yes.", "signature": "EqQB"}


def test_a_newer_signature_replaces_the_older() -> None:
    """A signature is set, never appended."""
    block = Block({"type": "thinking", "thinking": "", "signature": ""})
    for signature in ("old", "new"):
        block = block.after(other({"type": "signature_delta", "signature": signature}))

    assert block.to_json()["signature"] == "new"


def test_omitted_thinking_is_an_empty_block_with_a_signature() -> None:
    """With `display: omitted` the signature is the only delta; the empty text is sent back too."""
    block = Block({"type": "thinking", "thinking": "", "signature": ""})
    block = block.after(other({"type": "signature_delta", "signature": "EqQB"}))

    assert block.to_json() == {"type": "thinking", "thinking": "", "signature": "EqQB"}


def test_citations_are_added_to_those_that_were_there() -> None:
    """Each `citations_delta` brings one; the block that has none says nothing of them."""
    first, second = {"cited_text": "a"}, {"cited_text": "b"}
    block = Block({"type": "text", "text": "", "citations": [first]})
    cited = block.after(other({"type": "citations_delta", "citation": second}))

    assert cited.to_json()["citations"] == [first, second]
    assert "citations" not in Block({"type": "text", "text": ""}).to_json()


def test_a_known_delta_with_a_field_of_the_future_still_counts() -> None:
    """A text delta that carries more than text loses neither."""
    block = Block({"type": "text", "text": ""})

    assert block.after(other({"type": "text_delta", "text": "x", "new": 1})).shown == "x"


@pytest.mark.parametrize("delta", [{"type": "of the future", "x": 1}, {"type": "text_delta"}, {}])
def test_an_unknown_delta_changes_nothing(delta: dict[str, Any]) -> None:
    """It is in the session file; the block goes on without it."""
    block = Block({"type": "text", "text": "x"})

    assert block.after(other(delta)) == block


def test_arguments_are_read_once_they_are_whole() -> None:
    """Pieces of JSON mean nothing by themselves; together they are the call's input."""
    assert called("", '{"row": 7').input is None
    assert called("", '{"row": 7', "}").input == {"row": 7}
    assert called("", '{"row": 7', "}").to_json() == {**TOOL, "input": {"row": 7}}


@pytest.mark.parametrize("pieces", [(), ("",), ("{}",)])
def test_a_tool_without_arguments_is_called_with_none(pieces: tuple[str, ...]) -> None:
    """No delta, one empty delta or `{}`: the input is the empty object."""
    assert called(*pieces).input == {}
    assert called(*pieces).to_json() == TOOL


@pytest.mark.parametrize("cut", ['{"row": 7', '{"row": NaN}', '{"row": -Infinity}', "[" * 200_000])
def test_arguments_that_are_no_json_are_kept_but_never_an_input(cut: str) -> None:
    """A call cut at max_tokens keeps what came as `partial_json`; nobody can run it by mistake."""
    block = called(cut)

    assert block.input is None
    assert block.to_json() == {**TOOL, "partial_json": cut}
    assert json.loads(compact(block.to_json()))["partial_json"] == cut


@pytest.mark.parametrize(
    "whole",
    [
        {"type": "redacted_thinking", "data": "EuY="},
        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [{"url": "x"}]},
        {"type": "bash_code_execution_tool_result", "tool_use_id": "s", "content": {"stdout": ""}},
        {"type": "a block of the future", "b": 1, "a": [None, {"text": ""}]},
        {"no": "type"},
    ],
)
def test_what_arrives_whole_stays_as_it_came(whole: dict[str, Any]) -> None:
    """Results, redacted thinking and the unknown come out verbatim, key order included."""
    assert json.dumps(Block(whole, stopped=True).to_json()) == json.dumps(whole)


def test_a_server_tools_arguments_arrive_like_any_others() -> None:
    """`server_tool_use` streams its input as `tool_use` does."""
    start = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    block = Block(start).after(InputJsonDelta(0, '{"query":"tents"}'))

    assert block.to_json() == {**start, "input": {"query": "tents"}}


def test_every_block_type_of_the_reference_is_known() -> None:
    """Sections 5 and 10 name these; a prompt that uses one is not warned about."""
    assert set(BLOCK_SHAPES) >= {
        *("text", "image", "document", "search_result", "tool_use", "tool_result", "thinking"),
        *("redacted_thinking", "server_tool_use", "web_search_tool_result", "container_upload"),
        *("web_fetch_tool_result", "code_execution_tool_result", "tool_search_tool_result"),
        *("bash_code_execution_tool_result", "text_editor_code_execution_tool_result"),
        "tool_reference",
    }
    for name in ("thinking", "redacted_thinking"):
        assert "cache_control" not in BLOCK_SHAPES[name].optional


@pytest.mark.parametrize(
    ("stopped", "signature", "whole"),
    [
        (False, None, {"type": "thinking", "thinking": "half"}),
        (False, "c2ln", {"type": "thinking", "thinking": "half", "signature": "c2ln"}),
        (True, None, {"type": "thinking", "thinking": "half", "signature": ""}),
    ],
)
def test_thinking_cut_off_before_its_signature_has_none(
    stopped: bool, signature: str | None, whole: dict[str, Any]
) -> None:
    """An empty signature would be refused when sent back; a whole block is kept as it came."""
    begun = {"type": "thinking", "thinking": "", "signature": ""}

    assert Block(begun, "half", signature, stopped=stopped).to_json() == whole
