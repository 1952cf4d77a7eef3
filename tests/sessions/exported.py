"""Sessions for the tests of exports, hostile ones too, and what a page in a browser shows."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tests.sessions.helpers import BODY, INFO, journal_in
from workbench.run import Closed, Discarded, Happening, Run, RunEvent, RunProblem, Sent
from workbench.sessions.round import RoundInfo
from workbench.wire.events import InputJsonDelta, TextDelta, ThinkingDelta, read_event
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest

HOSTILE = (
    "</script><img src=x onerror=alert(1)><!--<script>&lt;\n"
    "\x1b[31mred\x1b[2J\x1b]0;owned\x07 \x9b31m \u202egnp.exe\u2066 \u2028\u2029\0\r\x7f\n"
    "``````\n# [a](javascript:alert(1)) | <b>bold</b> \ud83d 👩\u200d🚀 \U0001f600\n"
    "=cmd|' /C calc'!A0"
)
STEP_S = 0.04


def block(index: int, **content: Any) -> Happening:
    """`content_block_start`."""
    return read_event({"type": "content_block_start", "index": index, "content_block": content})


def over(index: int) -> Happening:
    """`content_block_stop`."""
    return read_event({"type": "content_block_stop", "index": index})


def started(**counts: int) -> list[Happening]:
    """A request that is sent, and the head and start of its answer."""
    usage = {"input_tokens": 640, "output_tokens": 1, **counts}
    start = {"type": "message_start", "message": {"id": "msg_1", "usage": usage}}
    return [Sent(1), Head(200, {"request-id": "req_1"}), read_event(start)]


def stopped(reason: str, tokens: int) -> list[Happening]:
    """The end of an answer."""
    usage = {"output_tokens": tokens}
    delta = {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}
    return [read_event(delta), read_event({"type": "message_stop"}), Closed("eof")]


def in_pieces(
    kind: type[TextDelta | ThinkingDelta | InputJsonDelta], index: int, text: str
) -> list[Happening]:
    """A text as deltas of seven characters."""
    return [kind(index, text[at : at + 7]) for at in range(0, len(text), 7)]


def hostile() -> dict[str, list[Happening]]:
    """Variant -> what happened to it: everything that a run may say, and every way to end."""
    words = [block(1, type="text", text=""), *in_pieces(TextDelta, 1, HOSTILE), over(1)]
    call = '{"path": "</script>\\u001b[1m", "n": [1, 2, {"deep": "=1+1"}]}'
    refused = RunProblem("overloaded_error", "529 overloaded_error: " + HOSTILE, "Wait.", 529)
    return {
        "<b>base</b> =1+1": [
            *started(cache_read_input_tokens=4318),
            block(0, type="thinking", thinking="", signature=""),
            *in_pieces(ThinkingDelta, 0, "Let me think about " + HOSTILE),
            over(0),
            *words,
            *stopped("end_turn", 90),
        ],
        "tools": [
            *started(cache_creation_input_tokens=4318),
            block(0, type="tool_use", id="t1", name="get_<b>order\x1b", input={}),
            *in_pieces(InputJsonDelta, 0, call),
            over(0),
            *stopped("tool_use", 31),
        ],
        "refused": [Sent(1), Discarded(refused, 0.1), Sent(2), Closed("failed", refused)],
        "cut": [
            *started(),
            block(0, type="text", text=""),
            *in_pieces(TextDelta, 0, "Half an ans"),
        ],
        "long": [
            *started(),
            block(0, type="text", text=""),
            *in_pieces(TextDelta, 0, "A line of some length.\n" * 40),
            over(0),
            *stopped("max_tokens", 400),
        ],
    }


def session_of(
    folder: Path,
    stories: dict[str, list[Happening]],
    *,
    info: RoundInfo = INFO,
    bodies: Sequence[dict[str, Any]] = (BODY,),
    rounds: int = 1,
    cases: Sequence[str | None] = (None,),
) -> Path:
    """A session file: each story is a run of a variant of that name, in every round."""
    with journal_in(folder) as journal:
        for number in range(1, rounds + 1):
            round_id = f"r{number}"
            runs, events = [], []
            for place, (variant, story) in enumerate(stories.items(), 1):
                run_id = f"{round_id}-{place}"
                body = bodies[(place - 1) % len(bodies)]
                case = cases[(place - 1) % len(cases)]
                run = Run(run_id, round_id, variant, case, 1, "simulator", "claude-haiku-4-5", True)
                runs.append((run, MessagesRequest.of(body)))
                events += [
                    RunEvent(run_id, round(STEP_S * at + 0.003 * place, 3), what)
                    for at, what in enumerate(story)
                ]
            fields = {**info.to_json(), "round_id": round_id}
            journal.begin_round(RoundInfo(**fields), runs)
            for event in sorted(events, key=lambda event: event.at_s):
                journal.write(event)
    assert journal.problem is None
    assert journal.path is not None
    return journal.path


class Shown(HTMLParser):
    """The panes of a page as a browser has them: of each, name, text, words of the meter."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.panes: list[dict[str, str]] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.append(tag)
        if tag in ("meta", "input", "link", "img", "br"):
            return
        classes = (dict(attrs).get("class") or "").split()
        if "pane" in classes:
            self.panes.append({"classes": " ".join(classes), "name": "", "said": "", "meter": ""})
        self._open.append(classes[0] if classes else tag)
        if tag == "div" and self._open[-2:-1] == ["said"]:
            self.panes[-1]["said"] += "\n"

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        del self._open[-1:]

    def handle_data(self, data: str) -> None:
        """A text."""
        for part, mark in (("said", "said"), ("meter", "meter"), ("name", "h2")):
            if mark in self._open and "pane" in self._open:
                self.panes[-1][part] += data + (" " if part == "meter" else "")
