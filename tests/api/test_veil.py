"""The veil: a key that comes in pieces is not given out, and nothing else is changed."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.answers import Pieces, frames, start, streamed, text
from tests.traps.stub import REQUEST
from workbench.api.client import Client
from workbench.api.endpoint import HIDDEN_KEY, Endpoint
from workbench.api.veil import Veil
from workbench.catalog.profile import Profile
from workbench.errors import BrokenStream
from workbench.wire.events import InputJsonDelta, Ping, StreamEvent, TextDelta, ThinkingDelta

KEY = "sk-ant-sk-ant-0123456789"
"""It begins again within itself."""


def said(events: list[StreamEvent]) -> str:
    """The text of these deltas."""
    return "".join(e.text for e in events if isinstance(e, TextDelta | ThinkingDelta))


def through(*pieces: str) -> list[StreamEvent]:
    """What a veil gives out of these pieces of one block."""
    veil = Veil(KEY)
    given = [event for piece in pieces for event in veil.over([TextDelta(0, piece)])]
    return given + veil.rest()


@given(
    st.lists(st.sampled_from([KEY, KEY[:9], KEY[:4], KEY[7:], "sk-", "s", " so ", "日"])),
    st.data(),
)
def test_no_way_to_cut_it_shows_the_key(words: list[str], data: st.DataObject) -> None:
    """Beyond the few characters that begin it, which any word may."""
    text = "".join(words)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    ends = [0, *cuts, len(text)]
    shown = said(through(*(text[a:b] for a, b in pairwise(ends))))

    assert KEY[3:] not in shown
    if KEY not in text:
        assert shown == text or shown.endswith(HIDDEN_KEY)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 24])
def test_the_text_around_it_stays(size: int) -> None:
    """Before and behind, to the letter."""
    text = f"Is {KEY} my task? sk-ant, no: {KEY}{KEY}!"
    shown = said(through(*(text[at : at + size] for at in range(0, len(text), size))))

    for few in range(4):
        shown = shown.replace(f"{KEY[:few]}{HIDDEN_KEY}", HIDDEN_KEY)
    assert shown == text.replace(KEY, HIDDEN_KEY)


def test_what_only_begins_as_it_does_is_told_whole() -> None:
    """With the next piece, or with whatever else comes; pings are passed on meanwhile."""
    veil, ping, end = Veil(KEY), Ping({"type": "ping"}), InputJsonDelta(1, "")

    assert veil.over([TextDelta(0, "a sk-ant-"), ping]) == [TextDelta(0, "a "), ping]
    assert veil.over([TextDelta(0, "b")]) == [TextDelta(0, "sk-ant-b")]
    assert veil.over([TextDelta(0, "sk-a")]) == []
    assert veil.over([end]) == [TextDelta(0, "sk-a"), end]
    assert veil.over([TextDelta(0, "x"), TextDelta(0, "sk-a")]) == [TextDelta(0, "x")]
    assert veil.rest() == [TextDelta(0, "sk-a")]


def test_most_of_it_is_as_good_as_all() -> None:
    """A text that ends within the key has a mask in its place."""
    assert said(through("My key is ", KEY[:12], KEY[12:20])) == f"My key is {HIDDEN_KEY}"


@pytest.mark.anyio
async def test_what_is_kept_back_is_not_lost_with_the_connection() -> None:
    """What came before it broke off is given out, then the error."""
    body = Pieces([frames(start(), *text("It is sk-ant-")[:2])], httpx.ReadError("gone"))
    endpoint, got = Endpoint(Profile("anthropic"), "https://api.example", KEY), list[object]()
    transport = httpx.MockTransport(lambda _: streamed(body))
    async with Client(endpoint, transport=transport) as client:
        with suppress(BrokenStream):
            async with client.stream(REQUEST) as stream:
                async for what in stream:
                    got.append(what)
            pytest.fail("it broke off")

    assert got[-2:] == [TextDelta(0, "It is "), TextDelta(0, "sk-ant-")]
