"""Faults in the events of a stream: which come, in which order, when, and with what in them.

Source: messages-api.md sections 13 and 26.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from workbench.simulator.faults.table import Fault, applied
from workbench.simulator.stream import PING, Moment
from workbench.wire.events import Json

Moments = list[Moment]

ERROR: Json = {
    "type": "error",
    "error": {"details": None, "type": "overloaded_error", "message": "Overloaded"},
}
SEPARATORS = "one\u2028two\u2029three\u0085four "
EMOJI = "🙂👩‍🚒 "
_MID = 3
_PING_S = 5.0
_COUNTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_ENDING = ("message_delta", "message_stop")


def moments_with(faults: Sequence[Fault], moments: Moments) -> Moments:
    """The events with their moments, as these faults change them."""
    return applied(faults, EVENTS, moments) if moments else moments


def error_first(moments: Moments, fault: Fault) -> Moments:
    """An error and nothing else."""
    return [(moments[0][0], ERROR)]


def error_mid(moments: Moments, fault: Fault) -> Moments:
    """An error in place of the next delta."""
    begun, rest = _after_deltas(moments, fault.amount)
    return [*begun, (rest[0][0] if rest else begun[-1][0], ERROR)]


def cut_mid(moments: Moments, fault: Fault) -> Moments:
    """Nothing after the next delta, half of which the frames' fault of that name leaves out."""
    if fault.amount is None:
        return []
    begun, rest = _after_deltas(moments, fault.amount)
    return [*begun, *rest[:1]]


def eof_no_stop(moments: Moments, fault: Fault) -> Moments:
    """It ends without having said why."""
    return [moment for moment in moments if moment[1].get("type") not in _ENDING]


def eof_after_message_delta(moments: Moments, fault: Fault) -> Moments:
    """It has said why it ends, and ends too early all the same."""
    return [moment for moment in moments if moment[1].get("type") != "message_stop"]


def stall(moments: Moments, fault: Fault) -> Moments:
    """Everything from the fourth delta on comes late."""
    begun, rest = _after_deltas(moments, _MID)
    return [*begun, *((due_s + fault.seconds, event) for due_s, event in rest)]


def stall_with_pings(moments: Moments, fault: Fault) -> Moments:
    """Everything from the fourth delta on comes late, and until then there are pings."""
    begun, rest = _after_deltas(moments, _MID)
    late_s, count = fault.seconds, max(1, int((fault.amount or 0) / _PING_S))
    from_s = rest[0][0] if rest else begun[-1][0]
    pings = [(from_s + late_s * (i + 1) / (count + 1), PING) for i in range(count)]
    return [*begun, *pings, *((due_s + late_s, event) for due_s, event in rest)]


def usage_only_in_delta(moments: Moments, fault: Fault) -> Moments:
    """The counts of the input come at the end."""
    return _counted_late(moments, {})


def zero_usage_in_start(moments: Moments, fault: Fault) -> Moments:
    """The counts of the input come at the end; until then they are said to be 0."""
    return _counted_late(moments, {**dict.fromkeys(_COUNTS, 0), "output_tokens": 0})


def non_contiguous_index(moments: Moments, fault: Fault) -> Moments:
    """Blocks are numbered from 1, with gaps."""
    found: Moments = []
    for due_s, event in moments:
        match event:
            case {"index": int(index)}:
                event = {**event, "index": 2 * index + 1}
        found.append((due_s, event))
    return found


def blocks_open_at_once(moments: Moments, fault: Fault) -> Moments:
    """All blocks begin, then all go on in turns, then all end. There are at least two."""
    while len(_indexes(moments)) < 2:
        moments = _with_block(moments, "Two blocks are open at once. ")
    starts = [event for _, event in _of_type(moments, "content_block_start")]
    stops = [event for _, event in _of_type(moments, "content_block_stop")]
    deltas = [event for _, event in _of_type(moments, "content_block_delta")]
    queues = [[d for d in deltas if d.get("index") == index] for index in _indexes(moments)]
    longest = max(map(len, queues))
    turns = [queue[i] for i in range(longest) for queue in queues if i < len(queue)]
    reordered = iter([*starts, *turns, *stops])
    return [(due_s, next(reordered) if "index" in event else event) for due_s, event in moments]


def unknown_event(moments: Moments, fault: Fault) -> Moments:
    """Before the first block ends, there is something new."""
    found: Moments = []
    for due_s, event in moments:
        if event.get("type") == "content_block_stop" and not event.get("index"):
            delta = {"type": "aside_delta", "aside": "what nobody asked for"}
            found.append((due_s, {**event, "type": "content_block_delta", "delta": delta}))
        if event.get("type") == "message_delta":
            found.append((due_s, {"type": "message_aside", "aside": {"mood": "curious"}}))
        found.append((due_s, event))
    return found


def unknown_only(moments: Moments, fault: Fault) -> Moments:
    """The words as another API streams them."""
    return [(due_s, _other_dialect(event)) for due_s, event in moments]


def ping_first(moments: Moments, fault: Fault) -> Moments:
    """The ping comes before anything else."""
    return [(moments[0][0], PING), *moments]


def pings(moments: Moments, fault: Fault) -> Moments:
    """A ping whenever nothing else has come for so long; none at all where that is 0."""
    if not fault.amount:
        return [moment for moment in moments if moment[1] != PING]
    found: Moments = []
    for due_s, event in moments:
        while found and due_s - found[-1][0] > fault.seconds:
            found.append((found[-1][0] + fault.seconds, PING))
        found.append((due_s, event))
    return found


def dup_message_stop(moments: Moments, fault: Fault) -> Moments:
    """The end is told twice."""
    return [*moments, *_of_type(moments, "message_stop")]


def u2028(moments: Moments, fault: Fault) -> Moments:
    """The text begins with what some take for the end of a line."""
    return _with_words(moments, SEPARATORS)


def emoji_split(moments: Moments, fault: Fault) -> Moments:
    """The text begins with characters of four bytes, for the bytes' fault of that name to cut."""
    return _with_words(moments, EMOJI)


EVENTS: Mapping[str, Callable[[Moments, Fault], Moments]] = {
    "u2028": u2028,
    "emoji_split": emoji_split,
    "usage_only_in_delta": usage_only_in_delta,
    "zero_usage_in_start": zero_usage_in_start,
    "blocks_open_at_once": blocks_open_at_once,
    "unknown_event": unknown_event,
    "non_contiguous_index": non_contiguous_index,
    "dup_message_stop": dup_message_stop,
    "ping_first": ping_first,
    "stall:<s>": stall,
    "stall:<s>:pings": stall_with_pings,
    "pings:<s>": pings,
    "eof_no_stop": eof_no_stop,
    "eof_after_message_delta": eof_after_message_delta,
    "error_mid:<n>": error_mid,
    "error_first": error_first,
    "unknown_only": unknown_only,
    "cut_mid:<n>": cut_mid,
    "reset[:<n>]": cut_mid,
}
"""In the order in which they are put in: what is said, then what ends it."""


def _after_deltas(moments: Moments, count: float | None) -> tuple[Moments, Moments]:
    """What comes until so many deltas have come, and what comes then: a delta, or the ending."""
    seen = 0
    for place, (_, event) in enumerate(moments):
        if event.get("type") == "content_block_delta":
            seen += 1
        if seen > (count or 0) or event.get("type") in _ENDING:
            return moments[:place], moments[place:]
    return moments, []


def _of_type(moments: Moments, kind: str) -> Iterator[Moment]:
    return (moment for moment in moments if moment[1].get("type") == kind)


def _indexes(moments: Moments) -> list[int]:
    return [event.get("index", 0) for _, event in _of_type(moments, "content_block_start")]


def _counted_late(moments: Moments, counts_at_first: Json) -> Moments:
    """The counts of `message_start` in `message_delta`, and these in their place."""
    counted: dict[str, Any] = {}
    found: Moments = []
    for due_s, event in moments:
        match event:
            case {"type": "message_start", "message": {"usage": usage} as message}:
                counted = {name: usage[name] for name in _COUNTS if name in usage}
                event = {**event, "message": {**message, "usage": counts_at_first}}
            case {"type": "message_delta", "usage": usage}:
                event = {**event, "usage": {**counted, **usage}}
        found.append((due_s, event))
    return found


def _with_words(moments: Moments, words: str) -> Moments:
    """The stream with these words before its first words, in a block of their own if need be."""
    for place, (due_s, event) in enumerate(moments):
        match event:
            case {"type": "content_block_delta", "delta": {"type": "text_delta", "text": text}}:
                delta = {"type": "text_delta", "text": words + text}
                return [*moments[:place], (due_s, {**event, "delta": delta}), *moments[place + 1 :]]
    return _with_block(moments, words)


def _with_block(moments: Moments, words: str) -> Moments:
    """The stream with a last block of these words."""
    index = max(_indexes(moments), default=-1) + 1
    place = next((i for i, (_, e) in enumerate(moments) if e.get("type") in _ENDING), len(moments))
    due_s = moments[min(place, len(moments) - 1)][0]
    begins = {"type": "content_block_start", "content_block": {"type": "text", "text": ""}}
    goes_on = {"type": "content_block_delta", "delta": {"type": "text_delta", "text": words}}
    events: list[dict[str, Any]] = [begins, goes_on, {"type": "content_block_stop"}]
    block = [(due_s, {**event, "index": index}) for event in events]
    return [*moments[:place], *block, *moments[place:]]


def _other_dialect(event: Json) -> Json:
    delta = event.get("delta") or {}
    words = {"content": delta["text"]} if "text" in delta else {}
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": words}]}
