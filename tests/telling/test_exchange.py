"""A request and its answer, told to be looked into."""

from __future__ import annotations

import json

from tests.answers import start, stop, text
from tests.tui.runs import happenings, run
from workbench.run import Closed, Discarded, RunEvent, RunProblem, Sent
from workbench.telling.exchange import (
    answer_told,
    events_as_lines,
    events_told,
    message_of,
    request_told,
)
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest

REFUSED = RunProblem("overloaded_error", "no room just now", "Try later.", 529, "req_0")
HEAD = Head(200, {"request-id": "req_1"})
SAID = (Sent(), Discarded(REFUSED, 0.5), Sent(2), HEAD, start(), text("Hi"), stop(), Closed("eof"))


def as_text(pieces: object) -> str:
    """The pieces as one text."""
    return "".join(text for _, text in pieces)  # type: ignore[attr-defined]


def test_the_request_is_laid_out_with_its_headers() -> None:
    """JSON as it was sent, only indented; a picture is told by its size."""
    png = "iVBORw0KGgoAAAANSUhEUgAAA+gAAAPoCAYAAAAG" + "A" * 2000
    body = {"model": "m", "messages": [{"source": {"data": png}}], "temperature": 1.0}
    told = as_text(request_told(MessagesRequest.of(body), "http://x/v1/messages", {"a": "b"}))

    assert told.startswith("POST http://x/v1/messages\na: b\n\n{\n")
    assert '"temperature": 1.0' in told
    assert '"(1,000 × 1,000, 1.5 kB)"' in told
    damaged = as_text(request_told(None, "http://x", {}))
    assert "damaged" in damaged


def test_the_answer_tells_of_tries_head_message_and_problem() -> None:
    """Discarded tries with their request ids; the message as the API gives it whole."""
    now = run(*SAID)
    told = as_text(answer_told(now))
    assert "try 1, discarded: no room just now (overloaded_error, 529, request req_0)" in told
    assert "HTTP 200\nrequest-id: req_1" in told
    assert message_of(now)["content"] == [{"type": "text", "text": "Hi"}]
    assert message_of(now)["stop_reason"] == "end_turn"
    assert message_of(now)["usage"]["output_tokens"] == 5
    failed = as_text(answer_told(run(Sent(), Closed("failed", REFUSED))))
    assert "failed: no room just now" in failed
    assert as_text(answer_told(run(Sent()))) == "No answer yet.\n"


def test_every_event_is_a_line_with_its_time() -> None:
    """Ours and the provider's, in order; as JSON, a line each."""
    events = [RunEvent("r", at / 10, what) for at, what in enumerate(happenings(*SAID))]
    lines = as_text(events_told(events)).splitlines()
    assert len(lines) == len(events)
    assert lines[0].split() == ["0.000", "s", "sent", '{"attempt":', "1}"]
    assert "discarded" in lines[1]
    assert "req_0" in lines[1]
    assert '{"index":0,"delta":{"type":"text_delta","text":"Hi"}}' in lines[6]
    assert "closed: eof" in lines[-1]
    parsed = [json.loads(line) for line in events_as_lines(events).splitlines()]
    assert [each["at_s"] for each in parsed] == [event.at_s for event in events]
    assert parsed[6]["data"]["delta"]["text"] == "Hi"
