"""What will be cached, and why a cache misses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from workbench.caching import first_difference, prefixes, summary
from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model
from workbench.tokens import parts

MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
TOOL = {"name": "get_order", "input_schema": {"type": "object"}}


def haiku(version: str = "4-5", **changes: Any) -> Model:
    """Haiku 4.5 caches from 4,096 tokens, Haiku 5.5 from 512."""
    model = catalog().model("anthropic", f"claude-haiku-{version}")
    assert model is not None
    return replace(model, **changes)


def text(words: int, **more: Any) -> dict[str, Any]:
    """A block of so many words."""
    return {"type": "text", "text": "word " * words, **more}


def body(*system: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A request with these system blocks and one short message."""
    message = {"role": "user", "content": "Hello"}
    return {"model": "m", "max_tokens": 9, "system": [*system], "messages": [message], **more}


def test_each_breakpoint_keeps_everything_before_it() -> None:
    """Prefixes stand in cache order and hold the tokens of all parts up to their own."""
    request = body(
        text(5000),
        text(3, cache_control=MARK),
        text(9),
        tools=[TOOL, {**TOOL, "name": "b", "cache_control": HOUR}],
    )
    model = haiku()
    sizes = {part.path: part.tokens for part in parts(request, model)}

    tools, system = prefixes(request, model)

    assert (tools.path, tools.ttl, tools.cacheable) == ("tools.1", "1h", False)
    assert (system.path, system.ttl, system.cacheable) == ("system.1", "5m", True)
    assert tools.tokens == sizes["tools"] + sizes["tools.0"] + sizes["tools.1"]
    assert system.tokens == tools.tokens + sizes["system.0"] + sizes["system.1"]
    assert system.min_tokens == 4096


def test_nothing_marked_is_nothing_said() -> None:
    """Without a breakpoint there is no prefix and nothing to tell."""
    assert prefixes(body(text(9)), haiku()) == ()
    assert summary(body(text(9)), haiku()) == ""


def test_a_prefix_over_the_minimum_is_told_as_cached() -> None:
    """The figure is the prefix's own, and shown as the estimate that it is."""
    request = body(text(9000, cache_control=MARK))
    (prefix,) = prefixes(request, haiku())

    assert summary(request, haiku()) == (
        f"cached: {prefix.size.shown()} tokens, over the 4,096 minimum"
    )
    assert prefix.tokens > 4096


def test_a_prefix_below_the_minimum_is_told_as_not_cached() -> None:
    """What the provider ignores in silence, we say."""
    assert summary(body(text(9, cache_control=MARK)), haiku()).endswith(
        "tokens, below 4,096: not cached"
    )


def test_the_same_prefix_may_be_cached_by_one_model_only() -> None:
    """1,500 words are far too few for Haiku 4.5 and plenty for Haiku 5.5."""
    request = body(text(1500, cache_control=MARK))

    assert [p.cacheable for p in prefixes(request, haiku("4-5"))] == [False]
    assert [p.cacheable for p in prefixes(request, haiku("5-5"))] == [True]


def test_the_longest_prefix_that_is_kept_is_told() -> None:
    """A short breakpoint before a long one, or after it, does not hide that one is cached."""
    request = body(text(9, cache_control=HOUR), text(9000, cache_control=MARK))

    assert summary(request, haiku()).startswith("cached: ")


def test_close_to_the_minimum_nothing_is_promised() -> None:
    """Where the band of the estimate spans the minimum, it may go either way."""
    picture = {"type": "image", "source": {"type": "url", "url": "u"}, "cache_control": MARK}
    request, model = body(picture), haiku(min_cacheable_tokens=900)

    assert [p.cacheable for p in prefixes(request, model)] == [None]
    assert summary(request, model).endswith("close to the 900 minimum: may not be cached")


@pytest.mark.parametrize("model", [None, haiku(min_cacheable_tokens=None)])
def test_an_unknown_minimum_is_said_to_be_unknown(model: Model | None) -> None:
    """A model that the catalog does not know, or knows without its minimum."""
    request = body(text(9, cache_control=MARK))

    assert [p.cacheable for p in prefixes(request, model)] == [None]
    assert summary(request, model).endswith("the model's minimum is not known")


BASE = body(text(3), text(4), tools=[TOOL, {**TOOL, "name": "b"}])


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({}, None),
        ({"max_tokens": 1, "temperature": 0, "stop_sequences": ["x"], "metadata": {}}, None),
        ({"tool_choice": {"type": "auto"}, "speed": "standard"}, None),
        ({"system": [text(3, cache_control=MARK), text(4)]}, None),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]}, None),
        ({"model": "other", "tools": []}, "model"),
        ({"tools": [TOOL, {**TOOL, "name": "c"}], "system": "x"}, "tools.1"),
        ({"tools": [{"input_schema": {"type": "object"}, "name": "get_order"}]}, "tools.0"),
        ({"tools": [TOOL]}, "tools.1"),
        ({"tools": [TOOL, {**TOOL, "name": "b"}, TOOL]}, "tools.2"),
        ({"output_config": {"format": {"type": "json_schema"}}}, "output_config.format"),
        ({"speed": "fast"}, "speed"),
        ({"system": [text(3)]}, "system.1"),
        ({"system": [text(3), text(5)]}, "system.1"),
        ({"system": text(3)["text"]}, "system.1"),
        ({"tool_choice": {"type": "any"}}, "tool_choice"),
        ({"thinking": {"type": "adaptive"}}, "thinking"),
        ({"output_config": {"effort": "low"}}, "output_config.effort"),
        ({"messages": [{"role": "assistant", "content": "Hello"}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": "Hi"}]}, "messages.0.content"),
        ({"messages": [*BASE["messages"], {"role": "user", "content": "x"}]}, "messages.1.content"),
        ({"messages": []}, "messages.0.content"),
    ],
)
def test_two_requests_part_where_they_first_differ(
    changes: dict[str, Any], path: str | None
) -> None:
    """In cache order, whichever is compared with which; what is not cached makes no difference."""
    other = {**BASE, **changes}

    assert first_difference(BASE, other) == path
    assert first_difference(other, BASE) == path


def test_within_messages_the_earlier_one_is_named() -> None:
    """A message with a block more differs there, not at the next message of the other."""
    said = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    longer, shorter = (
        {"messages": [{"role": "user", "content": c}, {"role": "user", "content": "c"}]}
        for c in (said, said[:1])
    )

    assert first_difference(longer, shorter) == "messages.0.content.1"
    assert first_difference(shorter, longer) == "messages.0.content.1"
