"""How an answer ends and what it is made of: thoughts, stops, refusals, pauses, pictures."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.simulator.talk import GET_ORDER, HAIKU, TICKET, asked, body, said, streamed, talking
from workbench import tokens
from workbench.errors import SimulatorError
from workbench.simulator.answer import Answer, AnswerBlock, TextBlock, ThinkingBlock, ToolBlock
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.pace import Pace
from workbench.simulator.refusal import Refusal
from workbench.simulator.reply import reply
from workbench.simulator.script import load_scripts
from workbench.simulator.signature import sign, verdict
from workbench.simulator.stream import moments
from workbench.simulator.turn import Turn, take_turn
from workbench.wire.request import compact

H55, OPUS_46, SONNET_55 = "claude-haiku-5-5", "claude-opus-4-6", "claude-sonnet-5-5"
BUDGET = 1024
MANUAL = {"type": "enabled", "budget_tokens": BUDGET}
MARKER = "WORKBENCH_SIMULATE_REFUSAL"
LONG = (
    "Compare the order A-17, the blue tent, the refund, the invoice, the courier, the warehouse, "
    "the customer, the policy, the deadline and the complaint with each other and say which one "
    "matters most to the manager, the lawyer, the accountant and the driver."
)
POLICY = "Refunds take nine days. Late parcels are free."
CITE = {"citations": {"enabled": True}}
SOURCES: list[dict[str, Any]] = [
    {"type": "document", "source": {"type": "url", "url": "https://a.example/a.pdf"}},
    {
        "type": "document",
        "title": "Policy",
        "source": {"type": "text", "media_type": "text/plain", "data": POLICY},
        **CITE,
    },
    {
        "type": "search_result",
        "source": "https://a.example",
        "title": "FAQ",
        "content": [{"type": "text", "text": "We ship on Mondays."}],
        **CITE,
    },
    {
        "type": "document",
        "source": {"type": "content", "content": [{"type": "text", "text": "A first page."}]},
        **CITE,
    },
]
CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_order", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "shipped"}
CANCEL = {**GET_ORDER, "name": "cancel_order", "description": "Cancel an order."}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
TERMS: dict[str, Any] = {"provider": "anthropic", "version": "2023-06-01", "betas": "", "seed": 0}


def turn(scripts: Any = (), **fields: Any) -> Turn:
    return take_turn(compact(body(**fields)).encode(), scripts=scripts, **TERMS)


def answer(**fields: Any) -> Answer:
    return turn(**fields).answer


def words(found: Answer) -> str:
    return "".join(block.text for block in found.blocks if isinstance(block, TextBlock))


def thoughts(found: Answer) -> ThinkingBlock:
    (block,) = [block for block in found.blocks if isinstance(block, ThinkingBlock)]
    return block


def kinds(found: Answer) -> list[type[AnswerBlock]]:
    return [type(block) for block in found.blocks]


# Thinking


def test_thinking_keeps_to_its_budget() -> None:
    """A larger budget thinks longer, none thinks more than it may, and all of it is counted."""
    few, many = (
        answer(text=LONG, max_tokens=20_000, thinking={"type": "enabled", "budget_tokens": budget})
        for budget in (BUDGET, 8 * BUDGET)
    )

    assert 0 < few.thinking_tokens < many.thinking_tokens <= 8 * BUDGET
    assert few.thinking_tokens <= BUDGET
    assert few.usage()["output_tokens_details"] == {"thinking_tokens": few.thinking_tokens}
    assert few.tokens == few.thinking_tokens + tokens.count(words(few), "classic")


def test_scripted_thoughts_are_cut_at_the_budget(tmp_path: Path) -> None:
    """Thoughts beyond the budget stop there; the answer follows all the same."""
    (tmp_path / "a.toml").write_text(f'[[reply]]\nthinking = "{"so on " * 3000}"\nsay = "Done."\n')
    found = turn(load_scripts([tmp_path]), thinking=MANUAL, max_tokens=4000).answer

    assert thoughts(found).tokens <= BUDGET
    assert thoughts(found).tokens > BUDGET - 10
    assert (words(found), found.stop_reason) == ("Done.", "end_turn")
    assert thoughts(found).signature is not None


def test_effort_changes_how_long_it_thinks_and_answers() -> None:
    """From low to max both grow, whatever else stays the same."""
    sizes = []
    for effort in ("low", "medium", "high", "xhigh", "max"):
        config = {"effort": effort}
        one = answer(model="claude-opus-5", text=LONG, output_config=config, max_tokens=9000)
        sizes.append((one.thinking_tokens, len(words(one))))

    assert [size[0] for size in sizes] == sorted({size[0] for size in sizes})
    assert sizes[0][1] < sizes[-1][1]


def test_adaptive_thinking_leaves_easy_things_unthought() -> None:
    """At low effort a word of greeting is answered at once, a long question is thought about."""
    low: dict[str, Any] = {"model": H55, "output_config": {"effort": "low"}}

    assert answer(**low, text="Good morning.").thinking_tokens == 0
    assert answer(**low, text=LONG).thinking_tokens > 0


def test_thinking_between_tools_waits_for_results() -> None:
    """`between_tools` thinks once tools have found something, not before."""
    between: dict[str, Any] = {"model": SONNET_55, "thinking": {"type": "between_tools"}}
    turns = [
        {"role": "user", "content": TICKET},
        {"role": "assistant", "content": [CALL]},
        {"role": "user", "content": [RESULT]},
    ]

    assert answer(**between).thinking_tokens == 0
    assert answer(**between, tools=[GET_ORDER], messages=turns).thinking_tokens > 0


@pytest.mark.parametrize(
    ("model", "display", "shown"),
    [
        (HAIKU, None, True),
        (HAIKU, "omitted", False),
        (OPUS_46, None, True),
        (H55, None, False),
        (H55, "summarized", True),
    ],
)
def test_thoughts_are_shown_as_asked_or_as_the_model_does(
    model: str, display: str | None, shown: bool
) -> None:
    """Omitted ones are empty, signed and billed; the signature fits what was sent."""
    thinking = MANUAL if model == HAIKU else {"type": "adaptive"}
    config = thinking if display is None else {**thinking, "display": display}
    block = thoughts(answer(model=model, thinking=config, max_tokens=3000)).whole()

    assert bool(block["thinking"]) is shown
    assert verdict(block["thinking"], block["signature"]) == "whole"


def test_a_signature_tells_edited_and_foreign_thoughts() -> None:
    """One letter more is edited; a signature that we did not make, or a cut one, is foreign."""
    signature = sign("I wonder.", HAIKU, "luck")

    assert verdict("I wonder.", signature) == "whole"
    assert verdict("I wonder!", signature) == "edited"
    assert verdict("", signature) == "edited"
    for foreign in ("", "Es", "EqMBabc", signature[:-4], signature[2:], "Es" + "A" * 99):
        assert verdict("I wonder.", foreign) == "foreign"
    assert sign("", HAIKU, "one") != sign("", HAIKU, "other")


@pytest.mark.anyio
@pytest.mark.parametrize("model", [H55, "claude-opus-5", OPUS_46])
async def test_a_streamed_turn_can_be_sent_back_verbatim(model: str) -> None:
    """What streamed, put together and echoed, is accepted; with one word edited it is not."""
    fields: dict[str, Any] = {"model": model, "thinking": {"type": "adaptive"}}
    async with talking() as client:
        seen = await streamed(client, **fields)
        deltas = [event["delta"] for event in seen if event["type"] == "content_block_delta"]
        thinking = "".join(delta.get("thinking", "") for delta in deltas)
        (signature,) = [d["signature"] for d in deltas if d["type"] == "signature_delta"]
        block = {"type": "thinking", "thinking": thinking, "signature": signature}
        text = {"type": "text", "text": "".join(delta.get("text", "") for delta in deltas)}

        def turns(*blocks: Mapping[str, Any]) -> list[dict[str, Any]]:
            first = {"role": "user", "content": TICKET}
            return [first, {"role": "assistant", "content": list(blocks)}, first]

        await said(client, **fields, messages=turns(block, text))
        edited = {**block, "thinking": thinking + " And more."}
        refused = await client.post(
            "/v1/messages", json=body(**fields, messages=turns(edited, text))
        )

    assert refused.status_code == 400
    assert "cannot be modified" in refused.json()["error"]["message"]


# Cuts


def test_a_cut_inside_thinking_leaves_no_signature() -> None:
    """Thoughts cut at `max_tokens` are not whole: unsigned, and nothing follows."""
    cut = answer(model=H55, text=LONG, max_tokens=20, thinking={"type": "adaptive"})

    assert kinds(cut) == [ThinkingBlock]
    assert (cut.stop_reason, cut.tokens) == ("max_tokens", 20)
    assert thoughts(cut).signature is None


def test_a_stop_sequence_is_found_across_deltas() -> None:
    """However the text is cut into pieces, nothing of the sequence is sent."""
    text = words(answer(temperature=0, text=LONG))
    sequence = text[20:60]
    found = answer(temperature=0, text=LONG, stop_sequences=[sequence])
    message = {"id": "msg_1", "usage": {}}
    events = [e for _, e in moments(message, found, Pace(0, 0, 0), Random(3))]
    pieces = [
        event["delta"]["text"]
        for event in events
        if event["type"] == "content_block_delta" and event["delta"]["type"] == "text_delta"
    ]

    assert max(map(len, pieces)) < len(sequence)
    assert "".join(pieces) == text[: text.index(sequence)]
    assert found.ending()["stop_sequence"] == sequence
    assert found.stop_reason == "stop_sequence"


def test_a_full_window_is_told_from_a_reached_cap() -> None:
    """Prompt and answer over the window: the answer is cut where the window is full."""
    one = asked()
    full = reply(one, (), "luck", room=5)
    capped = reply(asked(max_tokens=5), (), "luck", room=6)
    nothing = reply(one, (), "luck", room=0)

    assert (full.stop_reason, full.tokens) == ("model_context_window_exceeded", 5)
    assert (capped.stop_reason, capped.tokens) == ("max_tokens", 5)
    assert (nothing.stop_reason, nothing.blocks) == ("model_context_window_exceeded", ())


def test_a_prompt_that_nearly_fills_the_window_is_answered_as_far_as_it_goes() -> None:
    """On 4.5 and later a large `max_tokens` does not get such a prompt refused."""
    text = "tok " * 174_000
    size = turn(text=text, max_tokens=1).total
    found = turn(text="tok " * round(174_000 * 199_990 / size), max_tokens=64_000)

    assert 0 < 200_000 - found.total < 64_000
    assert found.answer.tokens <= 200_000 - found.total


# Tools


def test_several_tools_are_called_at_once_unless_that_is_forbidden() -> None:
    """Each tool that the user speaks of is called; with parallel use disabled only one is."""
    fields: dict[str, Any] = {"tools": [GET_ORDER, CANCEL], "text": "Cancel order A-17."}
    one_only = {"type": "auto", "disable_parallel_tool_use": True}
    both = answer(**fields)
    any_one = {"type": "any", "disable_parallel_tool_use": True}

    def called(found: Answer) -> list[str]:
        return [block.name for block in found.blocks if isinstance(block, ToolBlock)]

    assert called(both) == ["get_order", "cancel_order"]
    assert len({block.id for block in both.blocks if isinstance(block, ToolBlock)}) == 2
    assert len(called(answer(**fields, tool_choice=one_only))) == 1
    assert len(called(answer(**fields, tool_choice=any_one))) == 1


# Refusals, pauses, silence


@pytest.mark.parametrize(
    ("marker", "category"),
    [
        (MARKER, None),
        (f"{MARKER}:cyber", "cyber"),
        (f"{MARKER}:general_harms", "general_harms"),
        (f"{MARKER}:weather", None),
    ],
)
def test_a_marker_in_the_users_words_makes_it_refuse(marker: str, category: str | None) -> None:
    """Nothing is said, the category is told where it is one, and nobody pays."""
    found = answer(text=f"Please: {marker}")

    assert (found.blocks, found.stop_reason, found.free) == ((), "refusal", True)
    details = found.ending()["stop_details"]
    assert (details["type"], details["category"]) == ("refusal", category)
    assert details["explanation"]


def test_a_refusal_may_come_midway() -> None:
    """Half an answer, then the refusal; that much is billed."""
    found = answer(text=f"{LONG} {MARKER}_MIDWAY:bio")

    assert found.stop_reason == "refusal"
    assert words(found)
    assert found.tokens == tokens.count(words(found), "classic")
    assert not found.free


def scripted(tmp_path: Path, script: str, **fields: Any) -> Answer:
    (tmp_path / "a.toml").write_text("[[reply]]\n" + script)
    return turn(load_scripts([tmp_path]), **fields).answer


def test_a_script_may_refuse(tmp_path: Path) -> None:
    """`stop = "refusal"` after what is said, with category and explanation."""
    script = 'say = "Well,"\nstop = "refusal"\ncategory = "bio"\nexplanation = "No."\n'
    found = scripted(tmp_path, script)

    assert (words(found), found.stop_reason) == ("Well,", "refusal")
    assert found.stop_details == {"type": "refusal", "category": "bio", "explanation": "No."}


def test_a_script_may_pause_and_the_turn_goes_on(tmp_path: Path) -> None:
    """A call of a tool that the provider runs, `pause_turn`, and the content sent back as it is."""
    script = (
        'when = { user = "tent" }\nsay = "I look."\nstop = "pause_turn"\n'
        'tools = [{ name = "web_search", input = { query = "tent" } }]\n'
    )
    found = scripted(tmp_path, script, tools=[SEARCH])
    (_, call) = [block.whole() for block in found.blocks]
    first = {"role": "user", "content": "And then?"}
    paused = {"role": "assistant", "content": [block.whole() for block in found.blocks]}
    after = answer(model=H55, tools=[SEARCH], messages=[first, paused])

    assert found.stop_reason == "pause_turn"
    assert call["type"] == "server_tool_use"
    assert call["id"].startswith("srvtoolu_")
    assert after.stop_reason == "end_turn"


def test_a_script_may_say_nothing(tmp_path: Path) -> None:
    """No content, `end_turn`, and two or three tokens billed."""
    found = scripted(tmp_path, 'say = ""\nstop = "end_turn"\n')

    assert (found.blocks, found.stop_reason) == ((), "end_turn")
    assert found.tokens in (2, 3)


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ('stop = "tired"', "stop is one of end_turn, pause_turn, refusal"),
        ('category = "bio"', "category and explanation need"),
        ('stop = "refusal"\ncategory = "mood"', "category is one of cyber, "),
    ],
)
def test_a_stop_that_is_none_is_told(tmp_path: Path, script: str, problem: str) -> None:
    """A script's mistakes are told with their line."""
    with pytest.raises(SimulatorError, match=problem):
        scripted(tmp_path, script)


@pytest.mark.anyio
async def test_a_refusal_is_an_answer_over_http() -> None:
    """Status 200, stop reason and details in whole messages and in streams alike."""
    async with talking(SimulatorConfig(speed=float("inf"))) as client:
        whole = await said(client, text=f"{MARKER}:cyber")
        seen = await streamed(client, text=f"{MARKER}:cyber")

    delta = next(event["delta"] for event in seen if event["type"] == "message_delta")
    assert (whole["content"], whole["stop_reason"]) == ([], "refusal")
    assert delta["stop_details"] == whole["stop_details"]
    assert whole["stop_details"]["category"] == "cyber"


# Pictures


def test_pictures_are_counted_and_spoken_of() -> None:
    """An image costs what its size does, a PDF by page, and the answer says what was sent."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 1092, 1092, 8, 2, 0, 0, 0)
    picture = {"type": "base64", "media_type": "image/png", "data": _base64(head)}
    paper = {"type": "base64", "media_type": "application/pdf"}
    paper["data"] = _base64(b"%PDF-1.7 /Type /Page /Type /Page ")
    ask = {"type": "text", "text": "What is this?"}
    bare = turn(messages=[{"role": "user", "content": [ask]}])
    seen = turn(
        temperature=0,
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": picture},
                    {"type": "document", "source": paper},
                    ask,
                ],
            }
        ],
    )

    assert seen.total - bare.total > 1521 + 2 * 1551
    assert "an image of 1092 by 1092 pixels and a PDF of 2 pages" in words(seen.answer)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def test_usage_tells_speed_and_place() -> None:
    """Fast mode and a place asked for come back in usage; older models know no place."""
    from workbench.simulator.cache import CacheUse

    use = CacheUse(0, 0, 0, 9)
    fast = turn(model="claude-opus-5-5", speed="fast", inference_geo="us")
    usage = fast.message("anthropic", "req_1", use)["usage"]
    plain = turn().message("anthropic", "req_1", use)["usage"]

    assert (usage["speed"], usage["inference_geo"]) == ("fast", "us")
    assert ("speed" in plain, plain["inference_geo"]) == (False, "not_available")


def test_a_number_beyond_all_bounds_is_no_json() -> None:
    """A number that no float holds is refused, wherever it stands."""
    raw = compact(body()).encode()[:-1] + b',"metadata":{"user_id":1e999}}'

    with pytest.raises(Refusal, match="not valid JSON"):
        take_turn(raw, scripts=(), **TERMS)


@pytest.mark.anyio
async def test_an_answer_cites_what_wants_to_be_cited() -> None:
    """Each by its place among those of its kind; the answer may be sent back as it came."""
    ask = {"role": "user", "content": [*SOURCES, {"type": "text", "text": "When?"}]}
    async with talking() as client:
        message = await said(client, messages=[ask], temperature=0)
        streaming = await streamed(client, messages=[ask], temperature=0)
        again = {"role": "assistant", "content": message["content"]}
        await said(client, messages=[ask, again, {"role": "user", "content": "Sure?"}])
        plain = await said(client, messages=[{"role": "user", "content": "When?"}])

    (block,) = message["content"]
    policy, faq, page = block["citations"]
    span = slice(policy["start_char_index"], policy["end_char_index"])
    assert (policy["type"], policy["document_index"]) == ("char_location", 1)
    assert POLICY[span] == policy["cited_text"] == "Refunds take nine days."
    assert (faq["type"], faq["search_result_index"]) == ("search_result_location", 0)
    assert (faq["title"], faq["cited_text"]) == ("FAQ", "We ship on Mondays.")
    assert (page["type"], page["document_index"]) == ("content_block_location", 2)
    begun = next(e for e in streaming if e["type"] == "content_block_start")
    deltas = [e["delta"] for e in streaming if e["type"] == "content_block_delta"]
    assert begun["content_block"] == {"type": "text", "text": "", "citations": []}
    cited = [delta["citation"] for delta in deltas if delta["type"] == "citations_delta"]
    assert cited == block["citations"]
    assert "citations" not in plain["content"][0]
