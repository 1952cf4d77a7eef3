"""How an answer is cut into events, and when each of them is due."""

from __future__ import annotations

import json
from random import Random
from statistics import mean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.talk import events
from workbench.simulator.answer import Answer, TextBlock, ToolBlock, arguments_text
from workbench.simulator.cache import CacheUse
from workbench.simulator.pace import Pace, pace_of
from workbench.simulator.stream import frames, moments, text_chunks

HAIKU = "claude-haiku-4-5-20251001"
INPUT = {"order_id": "A-1", "tags": ["x", "y"], "note": "für Ünal, 東京"}
ANSWER = Answer(
    (
        TextBlock("Looking order A-1 up. " * 20, 140),
        ToolBlock("toolu_1", "get_order", INPUT, arguments_text(INPUT), 60),
    ),
    "tool_use",
)


def pace(
    fresh: int = 100,
    read: int = 0,
    speed: float = 1,
    seed: int = 0,
    m: str = HAIKU,
    *,
    fast: bool = False,
) -> Pace:
    return pace_of(m, CacheUse(read, 0, 0, fresh), speed=speed, rng=Random(seed), fast=fast)


def test_fast_mode_writes_faster_and_reads_no_faster() -> None:
    """The first token comes as soon as ever, the others sooner."""
    usual, fast = pace(), pace(fast=True)

    assert fast.first_token_s == usual.first_token_s
    assert fast.token_s < usual.token_s / 2


@given(st.text(max_size=300), st.integers(0, 9))
def test_chunks_add_up_to_the_text(text: str, seed: int) -> None:
    """Nothing is lost or added between the deltas, and none of them is empty."""
    chunks = list(text_chunks(text, Random(seed)))

    assert "".join(chunks) == text
    assert all(chunks)


def test_deltas_are_a_few_words_and_not_all_alike() -> None:
    """A delta is more than a letter and less than a sentence."""
    sizes = [
        len(chunk) for chunk in text_chunks("Looking the order up right now. " * 30, Random(1))
    ]

    assert 8 < mean(sizes) < 30
    assert len(set(sizes)) > 5


def test_events_are_due_in_their_order_and_the_whole_takes_as_long_as_its_tokens() -> None:
    """Moments never go back; first token and last one are where the pace puts them."""
    tempo = pace()
    due = [due_s for due_s, _ in moments({"id": "msg_1"}, ANSWER, tempo, Random(2))]

    assert due == sorted(due)
    assert due[0] == tempo.begins_s < due[3] == tempo.first_token_s
    assert due[-1] == pytest.approx(tempo.first_token_s + 200 * tempo.token_s)


def test_arguments_come_by_whole_pairs() -> None:
    """Unless eager, each delta of a call is an empty start, a key with its value, or the brace."""
    raw = b"".join(frame for _, frame in frames(moments({"id": "m"}, ANSWER, pace(), Random(2))))
    deltas = [event["delta"] for event in events(raw.decode()) if "delta" in event]
    parts = [d["partial_json"] for d in deltas if d.get("type") == "input_json_delta"]

    assert parts[:3] == ["", '{"order_id": "A-1"', ', "tags": ["x", "y"]']
    assert parts[-1] == "}"
    assert json.loads("".join(parts)) == INPUT


def test_frames_are_raw_utf_8_with_the_apis_ping() -> None:
    """JSON is compact and unescaped, the ping has the blank that the real one has."""
    every = [frame for _, frame in frames(moments({"id": "m"}, ANSWER, pace(), Random(2)))]

    assert every[2] == b'event: ping\ndata: {"type": "ping"}\n\n'
    assert "東京".encode() in b"".join(every)


def median(**fields: Any) -> Pace:
    """The middle one of many paces."""
    paces = sorted((pace(seed=i, **fields) for i in range(101)), key=lambda p: p.first_token_s)
    return paces[50]


def test_haiku_is_as_fast_as_haiku() -> None:
    """Half a second to the first token, some 140 tokens a second; 5.5 faster, Opus slower."""
    four, five, opus = median(), median(m="claude-haiku-5-5"), median(m="claude-opus-5-5")

    assert four.first_token_s == pytest.approx(0.52, abs=0.06)
    assert five.first_token_s < four.first_token_s < opus.first_token_s
    rates = [1 / pace(seed=i).token_s for i in range(101)]
    assert mean(rates) == pytest.approx(140, rel=0.05)
    assert max(rates) > 1.1 * min(rates)


def test_a_prompt_that_is_read_from_the_cache_begins_visibly_sooner() -> None:
    """Five thousand tokens cost a third of a second afresh and next to nothing when cached."""
    cold, warm = median(fresh=5000), median(fresh=100, read=4900)

    assert cold.first_token_s - warm.first_token_s > 0.25
    assert warm.first_token_s == pytest.approx(median().first_token_s, abs=0.05)


def test_speed_divides_every_wait() -> None:
    """Ten times as fast is a tenth of the time; infinitely fast is none."""
    one, ten, instant = pace(), pace(speed=10), pace(speed=float("inf"))

    assert ten.due_s(100) == pytest.approx(one.due_s(100) / 10)
    assert instant.due_s(1_000_000) == instant.begins_s == 0
