"""What the simulator says, and where it is cut."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.simulator.talk import GET_ORDER, HAIKU, TICKET, asked, body
from workbench import tokens
from workbench.simulator.answer import Answer, TextBlock, ThinkingBlock, ToolBlock
from workbench.simulator.asked import Asked
from workbench.simulator.prefix import positions
from workbench.simulator.reply import luck_of, reply

H55 = "claude-haiku-5-5"
SCHEMA = GET_ORDER["input_schema"]
MANUAL = {"type": "enabled", "budget_tokens": 1024}


def answer(seed: int = 0, **fields: Any) -> Answer:
    """The answer to a request, no scripts."""
    one = asked(**fields)
    return reply(one, (), _luck(one, seed))


def _luck(one: Asked, seed: int) -> str:
    return luck_of(one, positions(one, tokens.parts(one.body, one.model)), seed)


def words(found: Answer) -> str:
    """The words of an answer."""
    return "".join(block.text for block in found.blocks if isinstance(block, TextBlock))


def call(found: Answer) -> ToolBlock:
    """The one tool call of an answer."""
    (block,) = [block for block in found.blocks if isinstance(block, ToolBlock)]
    return block


def test_an_answer_quotes_the_prompt() -> None:
    """What is said is about the request: its words come back."""
    text = words(answer(temperature=0))

    assert TICKET.rstrip(".") in text
    assert "the refund" in text


def test_temperature_0_says_the_same_whatever_the_seed() -> None:
    """The seed matters only above 0."""
    assert answer(0, temperature=0) == answer(7, temperature=0)
    assert len({words(answer(seed, temperature=1)) for seed in range(8)}) > 4


def test_the_same_request_and_seed_say_the_same() -> None:
    """Nothing but request and seed decides."""
    assert answer(3) == answer(3)


def test_temperature_changes_the_words() -> None:
    """0 and 1 differ, and so do two prompts at 0."""
    assert words(answer(temperature=0)) != words(answer(temperature=1))
    assert words(answer(temperature=0)) != words(answer(temperature=0, text="Why is the sky blue?"))


@pytest.mark.parametrize(
    "change", [{"stream": True}, {"max_tokens": 900}, {"stop_sequences": ["#"]}, {"metadata": {}}]
)
def test_what_does_not_shape_the_prompt_does_not_change_the_words(change: dict[str, Any]) -> None:
    """Raising the cap or switching to streaming gives the same answer, not another one."""
    assert words(answer(temperature=1, **change)) == words(answer(temperature=1))


@pytest.mark.parametrize("most", [1, 2, 5, 20, 40])
@pytest.mark.parametrize("model", [HAIKU, H55])
def test_max_tokens_cuts_at_the_token(model: str, most: int) -> None:
    """A cut answer is billed exactly the cap, and its text is a beginning of the whole one's."""
    disabled: dict[str, Any] = {"thinking": {"type": "disabled"}}
    whole = answer(model=model, **disabled)
    cut = answer(model=model, max_tokens=most, **disabled)

    assert (cut.stop_reason, cut.tokens) == ("max_tokens", most)
    assert words(whole).startswith(words(cut))
    tokenizer = asked(model=model).tokenizer
    assert tokens.count(words(cut), tokenizer) <= most


def test_a_small_cap_on_a_thinking_model_leaves_no_text() -> None:
    """Thinking comes first and is billed: with few tokens there is nothing else."""
    cut = answer(model=H55, max_tokens=10)

    assert [type(block) for block in cut.blocks] == [ThinkingBlock]
    assert (cut.stop_reason, cut.tokens, cut.thinking_tokens) == ("max_tokens", 10, 10)


def test_max_tokens_cuts_inside_a_tools_arguments() -> None:
    """The call is there, its JSON is a beginning, and in one piece only whole pairs are given."""
    fields: dict[str, Any] = {"tools": [GET_ORDER], "tool_choice": {"type": "any"}}
    whole = answer(**fields)
    cut = answer(**fields, max_tokens=whole.tokens - 4)

    assert cut.stop_reason == "max_tokens"
    assert call(whole).text.startswith(call(cut).text)
    assert len(call(cut).text) < len(call(whole).text)
    assert set(call(cut).whole()["input"]) < set(call(whole).input)


def test_a_stop_sequence_ends_the_answer_before_it() -> None:
    """The earliest match counts, is left out, and is named."""
    text = words(answer(temperature=0))
    cut = answer(temperature=0, stop_sequences=["nine days", "the refund", "never said"])

    assert (cut.stop_reason, cut.stop_sequence) == ("stop_sequence", "nine days")
    assert words(cut) == text[: text.index("nine days")]


def test_a_cap_reached_before_a_stop_sequence_wins() -> None:
    """Where the text is cut first decides why it stopped."""
    cut = answer(temperature=0, stop_sequences=["the refund"], max_tokens=3)

    assert (cut.stop_reason, cut.stop_sequence) == ("max_tokens", None)


@pytest.mark.parametrize("choice", ["any", "tool"])
def test_a_forced_call_satisfies_the_tools_schema(choice: str) -> None:
    """`any` and `tool` give one call and no words, with arguments that the schema accepts."""
    named = {"name": "get_order"} if choice == "tool" else {}
    found = answer(tools=[GET_ORDER], tool_choice={"type": choice, **named}, text="Hello there")

    assert found.stop_reason == "tool_use"
    assert [type(block) for block in found.blocks] == [ToolBlock]
    jsonschema.validate(json.loads(call(found).text), SCHEMA)
    assert call(found).whole()["input"] == json.loads(call(found).text)


def test_arguments_are_taken_from_the_prompt() -> None:
    """An order number and a reason that the user gave are the ones that are looked up."""
    found = call(answer(tools=[GET_ORDER], temperature=0))

    assert found.input == {"order_id": "A-17", "reason": "late", "days": 3}


def test_auto_calls_a_tool_only_when_the_user_speaks_of_it() -> None:
    """The same tool is called for an order and left alone for the weather."""
    tools = [GET_ORDER]

    assert answer(tools=tools).stop_reason == "tool_use"
    assert answer(tools=tools, text="Is it going to rain?").stop_reason == "end_turn"
    assert answer(tools=tools, tool_choice={"type": "none"}).stop_reason == "end_turn"


def test_results_are_answered_in_words() -> None:
    """With tool results in hand it talks about them instead of calling again."""
    turn = {"type": "tool_use", "id": "t", "name": "get_order", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "t", "content": '{"days_late": 9}'}
    messages = [
        body()["messages"][0],
        {"role": "assistant", "content": [turn]},
        {"role": "user", "content": [result]},
    ]
    found = answer(tools=[GET_ORDER], messages=messages)

    assert found.stop_reason == "end_turn"
    assert "days late: 9" in words(found)


def test_json_is_given_where_it_is_asked_for() -> None:
    """The keys named in the system prompt come back as JSON, so do those of an example."""
    named = answer(system='Reply as JSON with the keys "queue" and "reply".')
    example = answer(
        system='Reply in JSON like {"queue": "sales|billing", "score": 0.5, "ok": true}'
    )

    assert list(json.loads(words(named))) == ["queue", "reply"]
    found = json.loads(words(example))
    assert (found["queue"], type(found["ok"])) == ("sales", bool)
    assert isinstance(found["score"], int | float)


def test_a_format_is_kept_to() -> None:
    """A json_schema gets one text block that satisfies it."""
    schema = {
        "type": "object",
        "properties": {
            "queue": {"enum": ["billing", "delivery"]},
            "when": {"type": "string", "format": "date"},
            "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "minItems": 1},
            "note": {"anyOf": [{"type": "null"}, {"type": "string"}]},
        },
        "required": ["queue", "when", "tags", "note"],
        "additionalProperties": False,
        "$defs": {"tag": {"type": "object", "properties": {"id": {"type": "string"}}}},
    }
    found = answer(output_config={"format": {"type": "json_schema", "schema": schema}})

    jsonschema.validate(json.loads(words(found)), schema)


def test_a_prefill_is_gone_on_from() -> None:
    """The answer continues the words that were put into its mouth and does not repeat them."""
    system = 'Reply as JSON with the key "queue".'
    begun = {"role": "assistant", "content": "{"}
    fields: dict[str, Any] = {"system": system, "messages": [*body()["messages"], begun]}
    rest = words(answer(**fields))

    assert list(json.loads("{" + rest)) == ["queue"]


def test_thinking_is_shown_or_omitted_as_the_model_does() -> None:
    """Haiku 4.5 summarizes what it was asked to think; 5.5 thinks unasked and tells nobody."""
    shown = answer(thinking=MANUAL, max_tokens=2000).blocks[0]
    hidden = answer(model=H55).blocks[0]
    asked_for = answer(model=H55, thinking={"type": "adaptive", "display": "summarized"}).blocks[0]

    assert isinstance(shown, ThinkingBlock)
    assert shown.whole()["thinking"]
    assert shown.signature
    assert isinstance(hidden, ThinkingBlock)
    assert (hidden.whole()["thinking"], hidden.tokens > 0) == ("", True)
    assert asked_for.whole()["thinking"]
    assert not isinstance(answer().blocks[0], ThinkingBlock)


def test_more_effort_is_more_thought() -> None:
    """Low effort thinks less than the highest."""
    low = answer(model=H55, output_config={"effort": "low"}).thinking_tokens
    most = answer(model=H55, output_config={"effort": "max"}).thinking_tokens

    assert 0 < low < most
