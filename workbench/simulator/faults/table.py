"""The faults by name: the one list that help texts, refusals of unknown names and tests go by.

A name is its own grammar: `<n>` stands for a number, what is in brackets may be left out.
Source: messages-api.md sections 25.4 and 25.5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

FAULTS: Mapping[str, str] = {
    # Refused before anything is said.
    "overloaded_before": "529 overloaded_error instead of an answer",
    "429:<retry-after>": "429 rate_limit_error with this retry-after, in seconds",
    "429_spend": "429 for a spending limit: an error_code, no retry-after",
    "529x<k>_then_ok": "the first k tries of each request are refused with 529, the rest served",
    "html_502": "502 from a gateway: HTML, no request-id",
    "413_html": "413 from the edge: HTML, no request-id",
    # Served late, or not at all.
    "slow_headers[:<s>]": "nothing at all for s seconds (10), then a sound answer",
    "reset[:<n>]": "the connection is reset: at once, or in mid-frame after n deltas",
    # Another answer than the model's.
    "refusal_before": "stop_reason refusal with nothing said",
    "refusal_mid": "stop_reason refusal in mid-sentence",
    "pause_turn": "stop_reason pause_turn",
    "empty_content": "stop_reason end_turn with no content",
    "redacted_thinking": "thoughts as a block of redacted_thinking, whole and unreadable",
    "diagnosis_pending": "cache diagnostics that are still being worked out",
    "max_tokens_in_tool": "a tool call cut in its arguments by max_tokens",
    # Other events than a sound stream's.
    "error_first": "an error event before any other, after status 200",
    "error_mid:<n>": "an error event after n deltas, then the end",
    "cut_mid:<n>": "the connection breaks off in mid-frame after n deltas",
    "eof_no_stop": "a clean end without message_delta and message_stop",
    "eof_after_message_delta": "a clean end without message_stop",
    "stall:<s>": "not a byte for s seconds after the third delta",
    "stall:<s>:pings": "nothing but pings for s seconds after the third delta",
    "usage_only_in_delta": "no counts in message_start, all of them in message_delta",
    "zero_usage_in_start": "zeros in message_start, the counts in message_delta",
    "non_contiguous_index": "blocks numbered 1, 3, 5",
    "blocks_open_at_once": "every block begins before any has ended; deltas take turns",
    "unknown_event": "an event and a delta of types that nobody knows",
    "unknown_only": "a stream of another dialect: no event that we know",
    "ping_first": "a ping before message_start",
    "pings:<s>": "a ping after every s seconds of silence; with 0 none at all",
    "dup_message_stop": "message_stop twice",
    "u2028": "U+2028, U+2029 and U+0085 raw in the text",
    "emoji_split": "an emoji in the text, and every one cut in two by the chunks",
    # Other bytes than a sound stream's.
    "json_instead": "the message as JSON to a request that wanted a stream",
    "empty_response": "status 200 and no body",
    "random_bytes": "status 200 and random bytes for a stream",
    "missing_event_name": "frames without their event: line",
    "padded_data": "blanks around the JSON of every data: line",
    "done_marker": "data: [DONE] at the end",
    "bom": "a byte order mark before the first frame",
    "crlf": "lines end with CR LF",
    "cr": "lines end with CR",
    "gzip": "compressed, each piece flushed, whatever the client accepts",
    "chunks:<size>": "the stream in chunks of so many bytes",
    "chunks:random": "the stream in chunks of 1 to 600 bytes",
}
"""Each fault, and what it does in one sentence. Times run at the simulator's speed."""

HEADER = "x-sim-fault"
_NUMBERS = {
    "n": r"\d{1,6}",
    "k": r"[1-9]\d{0,2}",
    "size": r"[1-9]\d{0,5}",
    "s": r"\d{1,6}(?:\.\d{1,6})?",
    "retry-after": r"\d{1,6}(?:\.\d{1,6})?",
}
_LEFT_OUT = {"slow_headers[:<s>]": "10"}
_PART = re.compile(r"<([\w-]+)>|\[|\]|[^<\[\]]+")

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault asked for.

    Args:
        name: As in `FAULTS`.
        amount: The number in it; None where it has none, or it was left out.
        speed: How many times as fast as the real one the simulator runs.
    """

    name: str
    amount: float | None = None
    speed: float = 1.0

    @property
    def seconds(self) -> float:
        """The number as a time to wait."""
        return (self.amount or 0.0) / self.speed


def read_faults(words: str, separators: str = ",") -> tuple[Fault, ...]:
    """The faults that these words name, one or several.

    Raises:
        ValueError: One is unknown; the message lists those that there are.
    """
    named = re.split(f"[{re.escape(separators)}]", words)
    return tuple(_read(word.strip()) for word in named if word.strip())


def applied(
    faults: Sequence[Fault], acts: Mapping[str, Callable[[Thing, Fault], Thing]], thing: Thing
) -> Thing:
    """`thing` after those of `faults` that `acts` knows, in the order of `acts`."""
    for name, act in acts.items():
        for fault in faults:
            if fault.name == name:
                thing = act(thing, fault)
    return thing


def _grammar(name: str) -> re.Pattern[str]:
    def pattern(part: re.Match[str]) -> str:
        match part[0]:
            case "[":
                return "(?:"
            case "]":
                return ")?"
        return f"({_NUMBERS[part[1]]})" if part[1] else re.escape(part[0])

    return re.compile(_PART.sub(pattern, name))


_GRAMMARS = {name: _grammar(name) for name in FAULTS}


def _read(word: str) -> Fault:
    for name, grammar in _GRAMMARS.items():
        if match := grammar.fullmatch(word):
            number = next(filter(None, match.groups()), _LEFT_OUT.get(name))
            return Fault(name, None if number is None else float(number))
    raise ValueError(f"{word!r} is no fault; there are {', '.join(FAULTS)}")
