"""What invalidates what in the cache, row by row of section 21.5, and where breakpoints stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.simulator.talk import GET_ORDER, HAIKU, TICKET, asked
from workbench.simulator.cache import CacheUse, PrefixCache
from workbench.simulator.prefix import Position, positions
from workbench.simulator.rules.size import billed
from workbench.simulator.signature import sign

H55, OPUS_46 = "claude-haiku-5-5", "claude-opus-4-6"
EPHEMERAL = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
MANUAL = {"type": "enabled", "budget_tokens": 1024}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
IMAGE = {"type": "image", "source": {"type": "url", "url": "https://a.example/a.png"}}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_order", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "shipped"}
FORMAT = {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def document(**more: Any) -> dict[str, Any]:
    source = {"type": "text", "media_type": "text/plain", "data": "a"}
    return {"type": "document", "source": source, **more}


def user(*blocks: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def assistant(*blocks: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


USUAL: dict[str, Any] = {
    "tools": [{**GET_ORDER, "cache_control": EPHEMERAL}],
    "system": [text("Be kind.", cache_control=EPHEMERAL)],
    "messages": [user(text(TICKET, cache_control=EPHEMERAL))],
}


def prompt(**fields: Any) -> tuple[Position, ...]:
    one = asked(**fields)
    return positions(one, billed(one))


def use_of(cache: PrefixCache, **fields: Any) -> CacheUse:
    """What a request with these fields reads and writes; its answer begins at once."""
    found = prompt(**fields)
    use = cache.plan("a", found, found[-1].tokens, minimum=0, now_s=0)
    cache.begun(use)
    return use


def kept(change: Mapping[str, Any], usual: Mapping[str, Any] = USUAL) -> str:
    """What a changed request finds again of a warm one: `tools`, `tools system`, … or nothing."""
    warm = [one.digest for one in prompt(**usual) if one.ttl]
    found = {one.digest for one in prompt(**{**usual, **change})}
    names = zip(("tools", "system", "messages"), warm, strict=True)
    return " ".join(name for name, digest in names if digest in found)


ROWS: list[tuple[str, dict[str, Any], str]] = [
    ("a tool's definition", {"tools": [{**USUAL["tools"][0], "description": "Find."}]}, ""),
    (
        "the order inside a tool",
        {"tools": [dict(reversed(list(USUAL["tools"][0].items())))]},
        "",
    ),
    ("one more tool in front", {"tools": [{**GET_ORDER, "name": "a"}, *USUAL["tools"]]}, ""),
    ("web search on", {"tools": [*USUAL["tools"], SEARCH]}, "tools"),
    (
        "citations on",
        {
            "messages": [
                user(document(citations={"enabled": True}), *USUAL["messages"][0]["content"])
            ]
        },
        "tools",
    ),
    ("speed", {"speed": "fast"}, "tools"),
    ("system text", {"system": [text("Be curt.", cache_control=EPHEMERAL)]}, "tools"),
    ("tool_choice", {"tool_choice": {"type": "any"}}, "tools system"),
    (
        "parallel tools",
        {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
        "tools system",
    ),
    (
        "an image behind all else",
        {"messages": [user(*USUAL["messages"][0]["content"], IMAGE)]},
        "tools system",
    ),
    ("thinking on", {"thinking": MANUAL}, "tools system"),
    ("output_config.format", {"output_config": {"format": FORMAT}}, ""),
    ("temperature", {"temperature": 0.1}, "tools system messages"),
    ("top_p", {"top_p": 0.9}, "tools system messages"),
    ("top_k", {"top_k": 4}, "tools system messages"),
    ("max_tokens", {"max_tokens": 4}, "tools system messages"),
    ("stop_sequences", {"stop_sequences": ["a"]}, "tools system messages"),
    ("metadata", {"metadata": {"user_id": "a"}}, "tools system messages"),
    ("stream", {"stream": True}, "tools system messages"),
    ("service_tier", {"service_tier": "auto"}, "tools system messages"),
    ("another model", {"model": H55}, ""),
    ("the default tool_choice", {"tool_choice": {"type": "auto"}}, "tools system messages"),
    ("the default speed", {"speed": "standard"}, "tools system messages"),
]


@pytest.mark.parametrize(("name", "change", "still"), ROWS, ids=[row[0] for row in ROWS])
def test_a_change_leaves_of_the_cache_what_the_table_says(
    name: str, change: dict[str, Any], still: str
) -> None:
    """Section 21.5: what is still read after each kind of change."""
    assert kept(change) == still


@pytest.mark.parametrize(
    ("change", "still"),
    [
        ({"output_config": {"effort": "low"}}, "tools system"),
        ({"output_config": {"effort": "medium"}}, "tools system messages"),
        ({"thinking": {"type": "disabled"}}, "tools system"),
        ({"thinking": {"type": "adaptive"}}, "tools system messages"),
        ({"thinking": {"type": "adaptive", "display": "summarized"}}, "tools system messages"),
    ],
)
def test_thinking_and_effort_are_what_they_come_to(change: dict[str, Any], still: str) -> None:
    """Said aloud, the model's own default is no change; anything else loses the messages."""
    assert kept(change, {**USUAL, "model": H55}) == still


def test_another_budget_loses_the_messages() -> None:
    """The budget belongs to the configuration of thinking."""
    other = {"thinking": {**MANUAL, "budget_tokens": 2048}}

    assert kept(other, {**USUAL, "thinking": MANUAL}) == "tools system"


@pytest.mark.parametrize(
    ("model", "read"), [(HAIKU, False), ("claude-sonnet-4-5", False), (OPUS_46, True)]
)
def test_new_words_of_the_user_strip_old_thoughts(model: str, read: bool) -> None:
    """Up to 4.5 a tool loop's thoughts go once the user speaks, and the cache with them."""
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": sign("Hm.", model, "a")}
    loop = [
        user(text(TICKET)),
        assistant(thinking, CALL),
        user({**RESULT, "cache_control": EPHEMERAL}),
    ]
    fields: dict[str, Any] = {"model": model, "thinking": MANUAL, "max_tokens": 2000}
    cache = PrefixCache()
    written = use_of(cache, **fields, messages=loop)
    again = use_of(cache, **fields, messages=loop)
    more = [*loop, assistant(text("Shipped.")), user(text("Since when?", cache_control=EPHEMERAL))]
    later = use_of(cache, **fields, messages=more)

    assert again.read == written.write_5m > 0
    assert bool(later.read) is read


def test_stripped_thoughts_are_not_billed() -> None:
    """Old thoughts cost nothing where they are dropped, and their tokens where they are kept."""
    long = "I wonder. " * 200

    def tokens(model: str, thoughts: str) -> int:
        thinking = {"type": "thinking", "thinking": thoughts, "signature": "a"}
        turns = [user(text("a")), assistant(thinking, text("b")), user(text("c"))]
        return prompt(model=model, messages=turns)[-1].tokens

    assert tokens(HAIKU, long) == tokens(HAIKU, "short")
    assert tokens(OPUS_46, long) > tokens(OPUS_46, "short") + 300


def marks(**fields: Any) -> list[str | None]:
    """The breakpoints of a prompt, position by position."""
    return [one.ttl for one in prompt(**fields)]


def test_a_breakpoint_inside_counts_for_the_block_around_it() -> None:
    """On the last piece of a tool result or a document it is the block's own."""
    result = {**RESULT, "content": [text("a"), text("b", cache_control=HOUR)]}
    pages = {"type": "content", "content": [text("a"), text("b", cache_control=EPHEMERAL)]}

    assert marks(messages=[assistant(CALL), user(result)]) == [None, "1h"]
    assert marks(messages=[user({"type": "document", "source": pages}, text("a"))]) == ["5m", None]


def test_where_a_breakpoint_inside_stands_changes_nothing() -> None:
    """Marks are no part of what is hashed, however deep they stand."""
    bare = {"type": "document", "source": {"type": "content", "content": [text("a")]}}
    marked = {
        "type": "document",
        "source": {"type": "content", "content": [text("a", cache_control=EPHEMERAL)]},
    }

    one, other = prompt(messages=[user(bare)]), prompt(messages=[user(marked)])

    assert one[-1].digest == other[-1].digest


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([user(text("a"))], ["5m"]),
        ([user(text("a"), text("b", cache_control=EPHEMERAL))], [None, "5m"]),
        (
            [user(text("a")), assistant({"type": "thinking", "thinking": "a", "signature": "b"})],
            ["5m", None],
        ),
        ([{"role": "user", "content": "a"}], ["5m"]),
    ],
)
def test_automatic_caching_marks_the_last_block_that_can_be(
    messages: list[Any], expected: list[str | None]
) -> None:
    """21.4: the last block, one already marked just so, or the nearest before that is eligible."""
    assert marks(model=OPUS_46, messages=messages, cache_control=EPHEMERAL) == expected


def test_automatic_caching_moves_with_the_conversation_up_to_twenty_blocks() -> None:
    """Each turn reads what the last one wrote; a turn of more than 20 blocks misses it."""
    cache = PrefixCache()
    turns = [user(text("first"))]
    first = use_of(cache, messages=turns, cache_control=EPHEMERAL)
    near = [*turns, user(*[text(str(i)) for i in range(19)])]
    far = [*turns, user(*[text(f"far {i}") for i in range(20)])]

    assert use_of(cache, messages=near, cache_control=EPHEMERAL).read == first.write_5m
    assert use_of(cache, messages=far, cache_control=EPHEMERAL).read == 0


def test_four_breakpoints_are_four_entries() -> None:
    """Each of up to four breakpoints is written by itself and read by itself."""
    words = [text(str(i) * 50, cache_control=EPHEMERAL) for i in range(4)]
    cache = PrefixCache()
    written = use_of(cache, messages=[user(*words)])
    sizes = [one.tokens for one in prompt(messages=[user(*words)])]

    assert written.write_5m == sizes[-1]
    for n in range(1, 5):
        other = [*words[:n], text("something else")]
        assert use_of(cache, messages=[user(*other)]).read == sizes[n - 1]


def test_an_hour_first_then_five_minutes() -> None:
    """A, B and C of 21.3 on a real request: an hour's tools are read while the rest is new."""
    fields: dict[str, Any] = {**USUAL, "tools": [{**GET_ORDER, "cache_control": HOUR}]}
    cache = PrefixCache()
    first = use_of(cache, **fields)
    tools, system, whole = (one.tokens for one in prompt(**fields))
    second = use_of(cache, **fields, speed="fast")

    assert (first.write_1h, first.write_5m, first.fresh) == (tools, whole - tools, 0)
    assert (second.read, second.write_1h, second.write_5m) == (tools, 0, whole - tools)
    assert tools < system < whole
