"""A run: one variant sent once, folded from its events. Pure; no clock, no I/O.

Live and replay are one stream: whoever has the events, from the network or from a session file,
gets the same `Run` out of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, assert_never

from workbench.wire.blocks import Block
from workbench.wire.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    ErrorEvent,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    Unknown,
)
from workbench.wire.head import Head
from workbench.wire.usage import Usage

_MANY_DELTAS, _LONG_S = 20, 2.0
"""From so many deltas, and so many seconds of silence before them, an answer is a long one."""

WHOLE = ("complete", "complete_no_stop")
"""The end states of an answer that is all there."""

EndState = Literal[
    "complete",
    "complete_no_stop",
    "truncated",
    "broken",
    "failed",
    "failed_midstream",
    "stalled",
    "aborted",
]
Closing = Literal["eof", "broken", "stalled", "aborted", "failed"]


@dataclass(frozen=True, slots=True)
class Sent:
    """The request left for the provider: the `attempt`-th try, counted from 1."""

    attempt: int = 1


@dataclass(frozen=True, slots=True)
class RunProblem:
    """What went wrong with a run, as every face shows and every file keeps it.

    Args:
        type: The API's `error.type`, or ours (`connection`, `stalled`, `document` …).
        problem: One line on what is wrong.
        hint: One line on what to do; may be empty.
        status: HTTP status, None where no answer came.
        request_id: The provider's id of the request, if it gave one.
    """

    type: str
    problem: str
    hint: str = ""
    status: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Discarded:
    """A try that the provider refused before anything was shown; another one follows."""

    problem: RunProblem
    wait_s: float


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more will come, and how that came about; `problem` says why, where it is one."""

    how: Closing
    problem: RunProblem | None = None


Frame = (
    BlockStart | BlockStop | MessageStart | MessageDelta | MessageStop | ErrorEvent | Ping | Unknown
)
Happening = Sent | Head | StreamEvent | Discarded | Closed


@dataclass(frozen=True, slots=True)
class RunEvent:
    """Something happened to a run, `at_s` seconds (monotonic, whole ms) after its round began."""

    run_id: str
    at_s: float
    what: Happening


@dataclass(frozen=True, slots=True)
class Stated:
    """What a run of another program's cost, by what that program recorded; None: not a word."""

    usd: Decimal | None = None


@dataclass(frozen=True)  # no slots: `after` copies it for every delta, and a dict copies 4x faster
class Run:
    """One variant sent once: what it is, and what has come of it so far.

    The upper fields name it and never change; the lower ones are folded from its events. All
    moments are seconds since the round began. `blocks` stand by their place in the answer, which
    is the stream's own `index` unless that was used twice; `places` has those that had to move.
    """

    run_id: str
    round_id: str = ""
    variant: str = ""
    case: str | None = None
    repeat: int = 1
    provider: str = ""
    model: str = ""
    simulated: bool = False
    stated: Stated | None = None

    blocks: Mapping[int, Block] = field(default_factory=dict)
    places: Mapping[int, int] = field(default_factory=dict)
    message: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: Mapping[str, Any] | None = None
    head: Head | None = None
    attempts: int = 0
    discarded: tuple[RunProblem, ...] = ()
    sent_s: float | None = None
    first_token_at_s: float | None = None
    last_token_at_s: float | None = None
    ended_at_s: float | None = None
    deltas: int = 0
    stopped: bool = False
    end_state: EndState | None = None
    problem: RunProblem | None = None

    @property
    def state(self) -> str:
        """In one word where it stands: waiting, sent, streaming, or its end state."""
        if self.end_state is not None:
            return self.end_state
        if self.sent_s is None:
            return "waiting"
        return "sent" if self.first_token_at_s is None else "streaming"

    @property
    def billed(self) -> bool:
        """Whether there is a bill: it was answered, or another program's records say so."""
        return self.usage.known or self.stated is not None

    @property
    def content(self) -> list[dict[str, Any]]:
        """The answer's content blocks, as received, in their order."""
        return [self.blocks[index].to_json() for index in sorted(self.blocks)]

    @property
    def text(self) -> str:
        """The words of the answer: its text blocks, joined by newlines."""
        texts = (self.blocks[index] for index in sorted(self.blocks))
        return "\n".join(block.shown for block in texts if block.type == "text")

    @property
    def request_id(self) -> str | None:
        """The provider's id of the request, from the headers or from its error."""
        if self.head is not None and self.head.request_id:
            return self.head.request_id
        return self.problem.request_id if self.problem is not None else None

    @property
    def first_token_s(self) -> float | None:
        """Seconds from sending the request to the first delta."""
        if self.first_token_at_s is None or self.sent_s is None:
            return None
        return round(self.first_token_at_s - self.sent_s, 3)

    @property
    def total_s(self) -> float | None:
        """Seconds from sending the request to its end."""
        if self.ended_at_s is None or self.sent_s is None:
            return None
        return round(self.ended_at_s - self.sent_s, 3)

    @property
    def tokens_per_s(self) -> float | None:
        """Billed output tokens by the seconds between the first and the last delta."""
        tokens = self.usage.output_tokens
        if self.end_state is None or tokens is None or tokens < 2:
            return None
        first, last = self.first_token_at_s, self.last_token_at_s
        return (
            (tokens - 1) / (last - first) if first is not None and last and last > first else None
        )

    @property
    def arrived_at_once(self) -> bool:
        """Whether a long answer came in one piece after a long silence: a proxy held it back."""
        first, last = self.first_token_at_s, self.last_token_at_s
        if first is None or last is None or self.deltas < _MANY_DELTAS:
            return False
        silence_s = self.first_token_s or 0.0
        return silence_s > _LONG_S and last - first < silence_s / 20

    def after(self, event: RunEvent) -> Run:
        """The run as it stands once `event` has happened."""
        match event.what:
            case TextDelta() | ThinkingDelta() | InputJsonDelta() | BlockDelta() as delta:
                return self._after_delta(delta, event.at_s)
            case Sent(attempt=attempt):
                return self._with(attempts=attempt, sent_s=event.at_s)
            case Head() as head:
                return self._with(head=head, simulated=self.simulated or head.simulated)
            case Discarded(problem=problem):
                return self._with(discarded=(*self.discarded, problem), head=None)
            case Closed() as closed:
                return self._after_close(closed, event.at_s)
            case frame:
                return self._after_frame(frame)

    def _after_frame(self, frame: Frame) -> Run:
        match frame:
            case BlockStart():
                return self._after_block_start(frame)
            case BlockStop():
                return self._after_block_stop(frame)
            case MessageStart(message=message):
                return self._with(message=message, usage=self.usage.updated(frame.usage))
            case MessageDelta():
                return self._after_message_delta(frame)
            case MessageStop():
                return self._with(stopped=True)
            case ErrorEvent() if not self.stopped:
                return self._with(problem=_problem_of(frame, self.request_id))
            case Ping() | Unknown() | ErrorEvent():
                return self
            case other:
                assert_never(other)

    def _after_delta(
        self, delta: TextDelta | ThinkingDelta | InputJsonDelta | BlockDelta, at_s: float
    ) -> Run:
        return self.after_deltas(delta, at_s, at_s, 1)

    def after_deltas(
        self,
        joined: TextDelta | ThinkingDelta | InputJsonDelta | BlockDelta,
        first_s: float,
        last_s: float,
        count: int,
    ) -> Run:
        """The run after deltas of one kind and block: as folding each, but at once.

        Args:
            joined: All of them as one.
            first_s: When the first came.
            last_s: When the last came.
            count: How many there were.
        """
        place = self.places.get(joined.index, joined.index)
        block = self.blocks.get(place) or Block(_begun_by(joined))
        return self._with(
            blocks={**self.blocks, place: block.after(joined)},
            first_token_at_s=first_s if self.first_token_at_s is None else self.first_token_at_s,
            last_token_at_s=last_s,
            deltas=self.deltas + count,
        )

    def _with(self, **changed: object) -> Run:
        """What `replace` gives, which sets field by field and so takes four times as long."""
        run = object.__new__(Run)
        run.__dict__.update(self.__dict__, **changed)
        return run

    def _after_block_start(self, began: BlockStart) -> Run:
        """A block begins. Proxies send a start late or use an index twice: nothing is lost."""
        index, start = began.index, began.content_block
        place = self.places.get(index, index)
        block = self.blocks.get(place)
        if block is None:
            return self._with(blocks={**self.blocks, place: Block(start)})
        if not block.stopped and block.start.get("id", "") in ("", start.get("id")):
            return self._with(blocks={**self.blocks, place: replace(block, start=start)})
        place = max(self.blocks) + 1
        blocks, places = {**self.blocks, place: Block(start)}, {**self.places, index: place}
        return self._with(blocks=blocks, places=places)

    def _after_block_stop(self, ended: BlockStop) -> Run:
        place = self.places.get(ended.index, ended.index)
        block = self.blocks.get(place)
        if block is None:
            return self
        return self._with(blocks={**self.blocks, place: replace(block, stopped=True)})

    def _after_message_delta(self, delta: MessageDelta) -> Run:
        said, details = delta.delta, delta.delta.get("stop_details")
        return self._with(
            stop_reason=_text(said.get("stop_reason")) or self.stop_reason,
            stop_sequence=_text(said.get("stop_sequence")) or self.stop_sequence,
            stop_details=details if isinstance(details, Mapping) else self.stop_details,
            usage=self.usage.updated(delta.usage),
        )

    def _after_close(self, closed: Closed, at_s: float) -> Run:
        problem = self.problem or closed.problem
        state = self._end_state(closed.how)
        if state in WHOLE:
            problem = None
        elif state == "truncated":
            problem = problem or _CUT_OFF
        return self._with(end_state=state, ended_at_s=at_s, problem=problem)

    def _end_state(self, how: Closing) -> EndState:
        """How the stream ended. Source: messages-api.md section 13.4."""
        if self.problem is not None:
            return "failed_midstream"
        if self.stopped:
            return "complete"
        if self.stop_reason and how in ("eof", "broken", "stalled"):
            return "complete_no_stop"
        return "truncated" if how == "eof" else how


_CUT_OFF = RunProblem(
    "truncated",
    "the stream ended before the answer was whole",
    "What arrived is kept. Run it again when you like.",
)


def _begun_by(delta: TextDelta | ThinkingDelta | InputJsonDelta | BlockDelta) -> dict[str, Any]:
    """A start for a block whose own start never came, as some proxies do (trap 23)."""
    match delta:
        case InputJsonDelta():
            return {"type": "tool_use", "id": "", "name": "", "input": {}}
        case ThinkingDelta():
            return {"type": "thinking", "thinking": "", "signature": ""}
    return {"type": "text", "text": ""}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _problem_of(failure: ErrorEvent, request_id: str | None) -> RunProblem:
    error = failure.error
    kind = str(error.get("type") or "error")
    said = str(error.get("message") or kind)
    return RunProblem(
        kind,
        f"the provider gave up in mid-answer: {said}",
        "What arrived is kept. Run it again when you like.",
        status=200,
        request_id=str(failure.data.get("request_id") or request_id or "") or None,
    )
