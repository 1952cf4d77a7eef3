"""A conversation goes on elsewhere: what was received is sent back as it came, where it may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.answers import stop
from workbench.documents.prompt import load_prompt
from workbench.errors import DocumentError, SessionError
from workbench.run import Closed, Run, RunEvent
from workbench.sessions.continued import (
    Conversation,
    Target,
    continued,
    conversation_of,
    mocks_of,
)
from workbench.sessions.fork import Fork
from workbench.sessions.session import read_session
from workbench.variants import build
from workbench.wire.events import read_event
from workbench.wire.request import MessagesRequest

EXAMPLES = Path(__file__).parents[2] / "sessions"
HERE = Target("anthropic", account="key-1")
TEXT = {"type": "text", "text": "The order is late."}
THINKING = {"type": "thinking", "thinking": "", "signature": "c2ln"}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_order", "input": {"order_id": "A-1"}}


def asked(
    *content: Mapping[str, Any],
    model: str = "claude-haiku-4-5",
    messages: list[Any] | None = None,
    stop_reason: str = "end_turn",
    **more: Any,
) -> Conversation:
    """A conversation with this answer."""
    messages = [{"role": "user", "content": "Where is it?"}] if messages is None else messages
    body = {"model": model, "max_tokens": 99, "messages": messages, **more, "stream": True}
    run = Run("r1-1", "r1", "base", provider="anthropic", model=model)
    told: list[dict[str, Any]] = []
    for index, block in enumerate(content):
        told.append({"type": "content_block_start", "index": index, "content_block": block})
        told.append({"type": "content_block_stop", "index": index})
    for at, data in enumerate([*told, *stop(stop_reason)]):
        run = run.after(RunEvent("r1-1", at / 1000, read_event(data)))
    run = run.after(RunEvent("r1-1", 9.0, Closed("eof")))
    request = MessagesRequest.of(body)
    return Conversation("session r1-1", "orders", request, run, "key-1")


def sent(fork: Fork, folder: Path, **values: str) -> dict[str, Any]:
    """What the documents send, once they are written and their variables are filled in."""
    fork.write(folder / "new")
    (variant,) = build(load_prompt(folder / "new" / fork.prompt), values=values)
    return variant.request.body


def test_it_goes_on_with_all_that_was_sent_and_answered(tmp_path: Path) -> None:
    """System, tools and parameters too; only what comes next is for the user to say."""
    system = [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]
    tools = [{"name": "get_order", "input_schema": {"type": "object"}}]
    before = asked(THINKING, TEXT, system=system, tools=tools, temperature=0.0)
    fork = continued(before, HERE)

    assert sorted(fork.files) == [
        f"orders-continued.{kind}.yaml" for kind in ("prompt", "system", "tools")
    ]
    body = before.request.body
    body["messages"] += [
        {"role": "assistant", "content": [THINKING, TEXT]},
        {"role": "user", "content": "Why?"},
    ]
    again = sent(fork, tmp_path, message="Why?")
    assert json.dumps(again) == json.dumps(body)


def test_what_comes_next_cannot_be_forgotten(tmp_path: Path) -> None:
    """Sending it as it is stops at the message that nobody has written yet."""
    fork = continued(asked(TEXT), HERE)
    fork.write(tmp_path / "new")

    with pytest.raises(DocumentError, match=r"message.* has no value"):
        build(load_prompt(tmp_path / "new" / fork.prompt))


_odd = st.text(st.sampled_from("{} x\n:#'\"-\\\u2028é"), min_size=1, max_size=12)
_texts = st.sampled_from(["{{message}}", "{{ x }}", "file://a.md", "file://{{a}}", "{{{{x}}}}"])


@settings(max_examples=100, deadline=None)
@given(st.lists((_odd | _texts).filter(str.strip), min_size=1, max_size=3))
@example(["file://{{x}} {{message}}"])
def test_no_text_of_it_is_taken_for_a_name_of_ours(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    """Braces and file:// in what was said, in tool calls and descriptions, stay as they are."""
    blocks = [{"type": "text", "text": text} for text in texts]
    call = {**CALL, "input": {"q": texts[0], "more": {"text": texts[-1]}}}
    tools = [{"name": "get_order", "description": texts[0], "input_schema": {"type": "object"}}]
    before = asked(*blocks, call, system=texts[-1], tools=tools)
    before = replace(before, mocks={"get_order": [{"result": texts[0]}]})
    again = sent(continued(before, HERE), tmp_path_factory.mktemp("odd"))

    expected = before.request.body
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": texts[0]}
    expected["messages"] += [
        {"role": "assistant", "content": [*blocks, call]},
        {"role": "user", "content": [result]},
    ]
    assert again == expected


@pytest.mark.parametrize(
    ("model", "target", "kept", "said"),
    [
        ("claude-haiku-4-5", HERE, True, ""),
        ("claude-haiku-4-5", Target("anthropic", "claude-haiku-4-5-20251001", "key-1"), True, ""),
        ("claude-haiku-4-5", Target("anthropic", "claude-haiku-5-5", "key-1"), False, "cannot"),
        ("claude-haiku-4-5", Target("bytespike", account="key-9"), False, "at bytespike cannot"),
        ("claude-haiku-4-5", Target("anthropic", account="key-2"), True, "another one than then"),
        ("claude-haiku-5-5", HERE, True, ""),
        ("claude-haiku-5-5", Target("anthropic", account="key-2"), False, "bound to its account"),
        ("claude-haiku-5-5", Target("anthropic"), True, ""),
        ("claude-new-9", Target("anthropic", account="key-2"), False, "bound to its account"),
    ],
)
def test_thinking_goes_only_where_it_can_be_read(
    model: str, target: Target, kept: bool, said: str
) -> None:
    """By model, provider and, where blocks are bound to it, account; what is left out is said."""
    earlier = {"role": "assistant", "content": [THINKING, TEXT]}
    question = {"role": "user", "content": "And then?"}
    before = asked(THINKING, TEXT, model=model, messages=[question, earlier, question])
    fork = continued(before, target)

    assert fork.files[fork.prompt].count("signature:") == 2 * kept
    assert fork.files[fork.prompt].count("The order is late.") == 2
    assert said in "\n".join(fork.said)
    assert bool(said) or fork.said == ("say what comes next: message",)


def test_what_the_api_would_refuse_is_left_out(tmp_path: Path) -> None:
    """Empty texts, thinking without its signature, a call cut off in its input."""
    cut = {"type": "thinking", "thinking": "so", "signature": ""}
    empty = {"type": "text", "text": " "}
    call = {"type": "tool_use", "id": "t", "name": "get_order", "input": {}}
    before = asked(cut, empty, TEXT, call)
    delta = {"type": "input_json_delta", "partial_json": '{"a'}
    late = {"type": "content_block_delta", "index": 3, "delta": delta}
    before = replace(before, run=before.run.after(RunEvent("r1-1", 9.1, read_event(late))))
    fork = continued(before, HERE)

    body = sent(fork, tmp_path, message="Go on.")
    assert body["messages"][1] == {"role": "assistant", "content": [TEXT]}
    told = "\n".join(fork.said)
    assert "before its signature" in told
    assert "a call of get_order" in told


def test_results_of_tools_are_those_of_mocks_or_for_the_user_to_give(tmp_path: Path) -> None:
    """One for each call, first in the next message; errors as errors."""
    calls = [{**CALL, "id": f"t{n}", "input": {"n": n}} for n in range(3)]
    before = replace(
        asked(TEXT, *calls, stop_reason="tool_use"),
        mocks={
            "get_order": [
                {"when": {"n": 0}, "result": {"late": True}},
                {"when": {"n": 2}, "error": "no such order"},
            ]
        },
    )
    fork = continued(before, HERE)

    body = sent(fork, tmp_path, result_2="it is here")
    assert body["messages"][-1]["content"] == [
        {"type": "tool_result", "tool_use_id": "t0", "content": '{"late": true}'},
        {"type": "tool_result", "tool_use_id": "t1", "content": "it is here"},
        {
            "type": "tool_result",
            "tool_use_id": "t2",
            "content": "no such order",
            "is_error": True,
        },
    ]
    assert any("result_2" in line for line in fork.said)


def test_it_may_go_on_from_any_message(tmp_path: Path) -> None:
    """After one of the model's the user speaks; one of the user's is answered anew."""
    talk = [
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": "Two"},
        {"role": "user", "content": "Three"},
    ]
    before = asked(TEXT, messages=talk)
    for turns, expected in (
        (1, talk[:1]),
        (2, [*talk[:2], {"role": "user", "content": "New"}]),
        (3, talk),
        (4, [*talk, {"role": "assistant", "content": [TEXT]}, {"role": "user", "content": "New"}]),
    ):
        fork = continued(before, HERE, turns=turns)
        values = {"message": "New"} if turns % 2 == 0 else {}
        assert sent(fork, tmp_path / str(turns), **values)["messages"] == expected
    for turns in (0, 5, -1):
        with pytest.raises(SessionError, match="has 4 messages"):
            continued(before, HERE, turns=turns)


def test_an_answer_begun_for_the_model_is_one_message(tmp_path: Path) -> None:
    """What it was begun with, and how it went on."""
    talk = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "{"}]
    body = sent(continued(asked(TEXT, messages=talk), HERE), tmp_path, message="x")

    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    assert body["messages"][1]["content"] == [{"type": "text", "text": "{"}, TEXT]


def test_a_pause_of_the_provider_is_sent_back_as_it_is(tmp_path: Path) -> None:
    """Nothing is added behind it."""
    call = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "q"}}
    body = sent(continued(asked(call, stop_reason="pause_turn"), HERE), tmp_path)

    assert body["messages"][-1] == {"role": "assistant", "content": [call]}


def test_without_an_answer_the_question_is_asked_again(tmp_path: Path) -> None:
    """That is said; a run that goes on has to end first."""
    fork = continued(asked(), HERE)
    assert sent(fork, tmp_path)["messages"] == [{"role": "user", "content": "Where is it?"}]
    assert "no answer" in fork.said[0]

    running = replace(asked(TEXT), run=Run("r1-1"))
    with pytest.raises(SessionError, match="not ended"):
        continued(running, HERE)


def test_what_another_account_cannot_use_is_said() -> None:
    """Files, containers and what is encrypted stay with whose key it was."""
    picture = {"type": "image", "source": {"type": "file", "file_id": "file_1"}}
    talk = [{"role": "user", "content": [picture]}]
    before = asked(TEXT, messages=talk, container="c_1")

    assert not any("kept by the provider" in line for line in continued(before, HERE).said)
    for target in (Target("anthropic", account="key-2"), Target("bytespike", account="key-1")):
        assert any("container, files" in line for line in continued(before, target).said)


def test_its_name_is_free() -> None:
    """Numbered where it is taken, and no longer each time it goes on."""
    taken = {"orders-continued"}
    fork = continued(asked(TEXT), HERE, taken=taken)
    assert fork.prompt == "orders-continued-2.prompt.yaml"
    again = replace(asked(TEXT), name="orders-continued-2")
    assert continued(again, HERE).prompt == "orders-continued.prompt.yaml"


def test_a_saved_run_goes_on_with_the_mocks_of_its_tools(tmp_path: Path) -> None:
    """Whatever has become of the files since; what it then sends is what the API wants."""
    session = read_session(EXAMPLES / "example-orders.jsonl")
    before = conversation_of(session, "r1-1")
    assert before.mocks == mocks_of(session.rounds[0].info)
    fork = continued(before, Target("simulator", account=""))

    body = sent(fork, tmp_path)
    calls = [b for b in body["messages"][-2]["content"] if b["type"] == "tool_use"]
    results = body["messages"][-1]["content"]
    assert [r["tool_use_id"] for r in results] == [call["id"] for call in calls]
    assert all("skua" in r["content"].lower() or "utrecht" in r["content"].lower() for r in results)
    with pytest.raises(SessionError, match="4 runs"):
        conversation_of(session)
