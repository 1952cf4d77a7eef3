"""Usage and how later reports change it: messages-api.md sections 12 and 13.3."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.wire.usage import Usage

START = {
    "input_tokens": 31,
    "cache_creation_input_tokens": 7,
    "cache_read_input_tokens": 5120,
    "cache_creation": {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 3},
    "output_tokens": 1,
    "service_tier": "standard",
}


@pytest.mark.parametrize(
    ("later", "changed"),
    [
        ({"output_tokens": 58}, {"output_tokens": 58}),
        ({"output_tokens": 58, "input_tokens": None}, {"output_tokens": 58}),
        ({"cache_read_input_tokens": 0}, {"cache_read_input_tokens": 0}),
        ({"input_tokens": 900, "output_tokens": 2}, {"input_tokens": 900, "output_tokens": 2}),
        ({"of_the_future": {"a": 1}}, {"of_the_future": {"a": 1}}),
        ({}, {}),
    ],
    ids=["only output", "null", "zero", "server tools raise input", "unknown", "nothing"],
)
def test_what_is_said_replaces_and_what_is_not_said_stays(
    later: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Non-null replaces, null and absent keep; totals are never added up."""
    assert Usage(START).updated(later).counts == {**START, **changed}


def test_zeros_at_the_start_and_real_numbers_later_are_the_real_numbers() -> None:
    """Some proxies know the counts only at the end."""
    zeros = dict.fromkeys(("input_tokens", "cache_read_input_tokens", "output_tokens"), 0)
    usage = (
        Usage()
        .updated(zeros)
        .updated({"input_tokens": 31, "cache_read_input_tokens": 5120, "output_tokens": 58})
    )

    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (
        31,
        5120,
        58,
    )


def test_the_prompt_is_the_three_disjoint_counts_together() -> None:
    """What was read from and written to the cache is not in `input_tokens`."""
    assert Usage(START).prompt_tokens == 31 + 5120 + 7
    assert Usage({"input_tokens": 31}).prompt_tokens == 31


def test_what_was_never_said_is_none_and_not_zero() -> None:
    """No count is made up; whoever shows or prices it decides what None means."""
    usage = Usage()

    assert not usage.known
    assert usage.input_tokens is None
    assert usage.output_tokens is None
    assert usage.cache_read_input_tokens is None
    assert usage.cache_creation_input_tokens is None
    assert usage.cache_write_5m_tokens is None
    assert usage.cache_write_1h_tokens is None
    assert usage.thinking_tokens is None
    assert usage.prompt_tokens is None


def test_the_counts_inside_counts_are_found() -> None:
    """The split of cache writes, thinking tokens and searches stand one level deeper."""
    usage = Usage(
        {
            **START,
            "output_tokens_details": {"thinking_tokens": 11},
            "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 1},
        }
    )

    assert (usage.cache_write_5m_tokens, usage.cache_write_1h_tokens) == (4, 3)
    assert usage.thinking_tokens == 11
    assert usage.web_search_requests == 2


@pytest.mark.parametrize("odd", ["31", 3.5, True, [1], {"a": 1}])
def test_a_count_that_is_no_whole_number_is_kept_but_not_counted(odd: object) -> None:
    """A server's odd value is in the file as it came; nobody does sums with it."""
    usage = Usage({"input_tokens": odd, "cache_creation": odd, "server_tool_use": odd})

    assert usage.counts["input_tokens"] == odd
    assert usage.input_tokens is None
    assert usage.cache_write_5m_tokens is None
    assert usage.web_search_requests == 0
