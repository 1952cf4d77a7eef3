"""Bytes to server-sent events: every row of messages-api.md section 13.5."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.wire.sse import ServerSentEvent, SSEReader

PING = ServerSentEvent("ping", '{"type": "ping"}')
FRAME = b'event: ping\ndata: {"type": "ping"}\n\n'


def read(*chunks: bytes) -> list[ServerSentEvent]:
    """All events in `chunks`, the end of the stream included."""
    reader = SSEReader()
    events = [event for chunk in chunks for event in reader.feed(chunk)]
    return events + reader.close()


def data_of(*chunks: bytes) -> list[str]:
    return [event.data for event in read(*chunks)]


def bytes_of(stream: bytes) -> Iterable[bytes]:
    return (stream[i : i + 1] for i in range(len(stream)))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_a_line_ends_at_lf_crlf_or_cr_however_the_bytes_come(end: bytes) -> None:
    """Two frames are two frames with any line end, whole or one byte a chunk."""
    stream = (FRAME * 2).replace(b"\n", end)

    assert read(stream) == [PING, PING]
    assert read(*bytes_of(stream)) == [PING, PING]


def test_cr_and_lf_in_different_chunks_are_one_line_end() -> None:
    """A CRLF split between two chunks does not make a blank line, which would end the frame."""
    assert read(b"event: ping\r", b'\ndata: {"type": "ping"}\r', b"\n\r", b"\n") == [PING]


def test_an_event_is_given_as_soon_as_its_blank_line_is_there() -> None:
    """A reader waits for nothing beyond the frame, or streaming would lag behind."""
    reader = SSEReader()

    assert reader.feed(FRAME[:-1]) == []
    assert reader.feed(FRAME[-1:]) == [PING]


def test_a_character_split_over_chunks_stays_whole() -> None:
    """UTF-8 is decoded by the line: no byte of an emoji is ever decoded alone."""
    assert data_of(*bytes_of('data: {"text":"né 🏔️ 山"}\n\n'.encode())) == ['{"text":"né 🏔️ 山"}']


def test_bytes_that_are_no_utf_8_do_not_stop_the_stream() -> None:
    """Broken bytes are shown as replacement characters; what follows is read."""
    assert data_of(b'data: "\xff"\n\ndata: 2\n\n') == ['"\ufffd"', "2"]


def test_several_data_lines_are_joined_by_newlines() -> None:
    """`data:` may be given in lines; together they are one event's data."""
    assert data_of(b'data: {"a":\ndata: 1}\n\n') == ['{"a":\n1}']


def test_comments_and_fields_of_no_use_to_us_are_dropped() -> None:
    """Lines that begin with a colon, `id:` and `retry:` say nothing; a comment ends no frame."""
    noise = b": keep-alive\nid: 7\nretry: 100\n"

    assert read(noise + b"event: ping\n" + noise + b'data: {"type": "ping"}\n' + noise + b"\n") == [
        PING
    ]


def test_a_frame_without_data_is_no_event() -> None:
    """A lone comment, a lone name, or empty data, as some gateways send to keep alive."""
    assert read(b": hello\n\nevent: ping\n\ndata:\n\ndata: \n\n\n\n") == []


def test_the_name_of_a_frame_without_data_does_not_stick_to_the_next() -> None:
    """A blank line forgets the frame's name."""
    assert read(b"event: error\n\ndata: 1\n\n") == [ServerSentEvent("", "1")]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c"])
def test_separators_inside_json_do_not_split_the_line(separator: str) -> None:
    """What Python's `splitlines` takes for a line end is part of what a model wrote."""
    text = json.dumps({"text": f"one{separator}two"}, ensure_ascii=False)

    assert data_of(f"data: {text}\n\n".encode()) == [text]
    assert data_of(*bytes_of(f"data: {text}\n\n".encode())) == [text]


def test_one_byte_order_mark_is_dropped_even_in_pieces() -> None:
    """The first event after a BOM is not lost; a second BOM is somebody's data."""
    bom = b"\xef\xbb\xbf"

    assert read(bom + FRAME) == [PING]
    assert read(b"", bom[:1], bom[1:2], bom[2:] + FRAME) == [PING]
    assert data_of(bom + b"data: " + bom + b"\n\n") == ["\ufeff"]


def test_bytes_that_only_begin_like_a_byte_order_mark_are_kept() -> None:
    """Half a BOM is no BOM; the frames behind its line are read."""
    assert read(b"\xef\xbb", b"\n" + FRAME) == [PING]


def test_a_frame_without_a_name_is_an_event_without_a_name() -> None:
    """Proxies drop `event:`; the JSON says the type anyway."""
    assert read(b'data: {"type": "ping"}\n\n') == [ServerSentEvent("", '{"type": "ping"}')]


def test_one_blank_after_the_colon_is_no_data_and_more_are() -> None:
    """`data:` may stand with or without a following blank; only one belongs to the syntax."""
    assert data_of(b"data:1\n\ndata: 1\n\ndata:  1\n\n") == ["1", "1", " 1"]


def test_blanks_after_the_json_do_no_harm() -> None:
    """The API pads its JSON at times; it still parses."""
    assert [json.loads(data) for data in data_of(b'data: {"a": 1}   \r\n\r\n')] == [{"a": 1}]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r", b"\r\n"])
def test_a_last_frame_without_its_blank_line_counts_if_its_json_is_whole(end: bytes) -> None:
    """A proxy that drops the last newline has not lost the last event."""
    assert read(FRAME.removesuffix(b"\n\n") + end) == [PING]


@pytest.mark.parametrize("cut", range(1, len(b'{"type": "ping"}')))
def test_a_last_frame_that_was_cut_is_no_event(cut: int) -> None:
    """Half a frame is not shown as if it were one."""
    assert read(FRAME + FRAME.removesuffix(b"\n\n")[:-cut]) == [PING]


def test_a_last_frame_nested_beyond_reason_is_no_event() -> None:
    """A server cannot crash us with brackets."""
    assert read(b"data: " + b"[" * 200_000) == []


def test_a_whole_frame_is_given_whether_or_not_it_is_json() -> None:
    """What a gateway says in its own words is kept by whoever reads; at the very end, too."""
    assert data_of(b"data: [DONE]\n\n") == ["[DONE]"]
    assert data_of(b"data: [DONE]\r\r") == ["[DONE]"]


WHATEVER_THE_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = st.sampled_from(
    [
        *(b"data:", b" ", b"event: ping", b": x", b'{"a":"', b'"}', b"1"),
        *(b"\n", b"\r", b"\r\n", b"\n\n"),
        *(b"\xef\xbb\xbf", b"\xef", b"\xbb", b"\xff", b"\xe2\x80\xa8", "🏔".encode()),
    ]
)


@WHATEVER_THE_MACHINE
@given(st.lists(PIECES, max_size=40).map(b"".join), st.data())
def test_how_the_bytes_are_cut_changes_nothing(stream: bytes, data: st.DataObject) -> None:
    """Any chunking of any stream gives the events that the whole gives."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    assert read(*chunks) == read(stream)
    assert read(*bytes_of(stream)) == read(stream)
