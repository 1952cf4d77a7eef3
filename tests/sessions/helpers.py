"""What the tests of this room share: rounds, events, and strategies that draw odd ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from workbench.run import Closed, Discarded, Happening, Run, RunEvent, RunProblem, Sent
from workbench.sessions.journal import Journal, open_journal
from workbench.sessions.round import RoundInfo
from workbench.sessions.session import SavedRound, read_session
from workbench.wire.events import InputJsonDelta, TextDelta, ThinkingDelta, read_event
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest

INFO = RoundInfo(
    "round-1",
    "2026-07-30T14:23:11+00:00",
    prompt="triage",
    documents={"prompts/triage.prompt.yaml": "model: claude-haiku-4-5\n"},
    provider="simulator",
    base_url="http://127.0.0.1:4000",
    api_version="2023-06-01",
    simulated=True,
    values={"ticket": "late"},
    concurrency=4,
    note="first try",
)
BODY = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [], "stream": True}
START = {
    "type": "message_start",
    "message": {"id": "msg_1", "usage": {"input_tokens": 9, "output_tokens": 1}},
}
BLOCK = {
    "type": "content_block_start",
    "index": 0,
    "content_block": {"type": "text", "text": ""},
}
END = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn"},
    "usage": {"output_tokens": 7},
}


def planned(*run_ids: str, round_id: str = "round-1") -> list[tuple[Run, MessagesRequest]]:
    """Runs as a round plans them, each with its request."""
    request = MessagesRequest.of(BODY)
    return [
        (Run(run_id, round_id, "base", None, 1, "simulator", "claude-haiku-4-5", True), request)
        for run_id in run_ids
    ]


def story(run_id: str, text: str = "Hello there, Ana.", began_ms: int = 0) -> list[RunEvent]:
    """One whole run: sent, answered in pieces of four characters every 10 ms, closed."""
    pieces = [TextDelta(0, text[at : at + 4]) for at in range(0, len(text), 4)]
    happenings: list[Happening] = [
        Sent(1),
        Head(200, {"request-id": "req_1"}),
        read_event(START),
        read_event(BLOCK),
        *pieces,
        read_event({"type": "content_block_stop", "index": 0}),
        read_event(END),
        read_event({"type": "message_stop"}),
        Closed("eof"),
    ]
    return [
        RunEvent(run_id, (began_ms + 10 * number) / 1000, what)
        for number, what in enumerate(happenings)
    ]


def interleaved(*stories: Sequence[RunEvent]) -> list[RunEvent]:
    """Several runs as they come out of one round: in time order."""
    return sorted((event for each in stories for event in each), key=lambda event: event.at_s)


def journal_in(folder: Path, name: str = "triage", secrets: Sequence[str] = ()) -> Journal:
    """A journal of this app."""
    return open_journal(
        folder, name, app_version="0.1.0", catalog_as_of="2026-07-01", secrets=secrets
    )


def saved(
    folder: Path, events: Iterable[RunEvent], *run_ids: str, secrets: Sequence[str] = ()
) -> Path:
    """The session file of one round with these events."""
    with journal_in(folder, secrets=secrets) as journal:
        journal.begin_round(INFO, planned(*run_ids))
        for event in events:
            journal.write(event)
    assert journal.problem is None
    assert journal.path is not None
    return journal.path


def only_round(path: Path) -> SavedRound:
    """The one round of a session."""
    (one,) = read_session(path).rounds
    return one


def folded(runs: Iterable[Run], events: Iterable[RunEvent]) -> tuple[Run, ...]:
    """The runs after the events, one by one."""
    stand = {run.run_id: run for run in runs}
    for event in events:
        stand[event.run_id] = stand[event.run_id].after(event)
    return tuple(stand.values())


# Any code points at all: halves of pairs, NUL, line separators, emoji; and often an empty text.
odd_text = st.text(
    st.one_of(
        st.sampled_from('\0\n\r\x1b\x85\u2028\u2029\ud83d\ude00\U0001f600"\\é'),
        st.characters(codec=None, categories=None),
    ),
    max_size=8,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | odd_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_text, inner, max_size=3),
    max_leaves=6,
)
_types = st.sampled_from(
    [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
        "error",
        "new_kind",
    ]
)


def _verbatim(kind: str, more: Mapping[str, Any], *, named: bool) -> Happening:
    """An event as a provider may send it; `named` only by its frame, not in its JSON."""
    return read_event(dict(more), kind) if named else read_event({"type": kind, **more})


problems = st.builds(
    RunProblem,
    odd_text,
    odd_text,
    odd_text,
    st.none() | st.integers(100, 599),
    st.none() | odd_text,
)
_kinds = st.sampled_from([TextDelta, TextDelta, ThinkingDelta, InputJsonDelta])
happenings: st.SearchStrategy[Happening] = st.one_of(
    st.builds(lambda kind, index, text: kind(index, text), _kinds, st.integers(0, 40), odd_text),
    st.builds(lambda kind, text: kind(0, text), _kinds, odd_text),
    st.builds(
        _verbatim,
        _types,
        st.dictionaries(st.sampled_from(["index", "delta", "message", "x"]), json_values),
        named=st.booleans(),
    ),
    st.builds(Sent, st.integers(1, 9)),
    st.builds(Head, st.integers(100, 599), st.dictionaries(odd_text, odd_text, max_size=3)),
    st.builds(Discarded, problems, st.floats(0, 60)),
    st.builds(
        Closed,
        st.sampled_from(["eof", "broken", "stalled", "aborted", "failed"]),
        st.none() | problems,
    ),
)


@st.composite
def rounds_of_events(draw: st.DrawFn) -> tuple[list[str], list[RunEvent]]:
    """Run ids, and what happened to them: in time order, often in the same millisecond."""
    run_ids = draw(st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=4, unique=True))
    waits = st.one_of(st.just(0), st.integers(0, 40), st.integers(0, 200_000))
    steps = draw(st.lists(st.tuples(st.sampled_from(run_ids), waits, happenings), max_size=40))
    events, at_ms = [], 0
    for run_id, wait_ms, what in steps:
        at_ms += wait_ms
        events.append(RunEvent(run_id, round(at_ms / 1000, 3), what))
    return run_ids, events
