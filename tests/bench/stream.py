"""What a streamed event costs, from the socket to a folded and journalled run.

Run it: `python -m tests.bench.stream [--sdk PYTHON]`, where PYTHON is the interpreter of an
environment with the official SDK (`pip install "anthropic>=2,<3"`); without it ours is shown alone.

A server in a process of its own plays 32 streams, once paced at 50 events a second each and once
as fast as they are taken. CPU microseconds per event of the reading process alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

STREAMS = 32
KEY = "sk-ant-api03-" + "0123456789" * 9
"""As long as a real one: every delta is looked through for it."""
ROUNDS = 3
PACES = {"paced, 50 events/s each": (50.0, 300), "as fast as they come": (0.0, 2000)}


def frame(data: dict[str, object]) -> bytes:
    """One server-sent event."""
    return f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()


def answer_of(events: int) -> tuple[bytes, bytes, bytes]:
    """Head, one delta and tail of an answer of so many deltas."""
    usage = {"input_tokens": 9, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5"}
    rest: dict[str, object] = {
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    block = {"type": "text", "text": ""}
    head = frame({"type": "message_start", "message": {**message, **rest}})
    head += frame({"type": "content_block_start", "index": 0, "content_block": block})
    piece = {"type": "text_delta", "text": " words"}
    delta = frame({"type": "content_block_delta", "index": 0, "delta": piece})
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    tail = frame({"type": "content_block_stop", "index": 0})
    tail += frame({"type": "message_delta", "delta": stop, "usage": {"output_tokens": events}})
    return head, delta, tail + frame({"type": "message_stop"})


async def requested(reader: asyncio.StreamReader) -> bool:
    """Take the next request; False where whoever asked has gone."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return False
    lines = head.lower().split(b"\r\n")
    lengths = [int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length:")]
    await reader.readexactly(lengths[0])
    return True


async def serve(pace: float, events: int) -> None:
    """Play `events` text deltas to whoever asks, `pace` a second (0: at once); print the port."""
    head, delta, tail = answer_of(events)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await requested(reader):
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                b"transfer-encoding: chunked\r\nrequest-id: req_1\r\n\r\n"
            )
            await play(writer)

    async def play(writer: asyncio.StreamWriter) -> None:
        def send(data: bytes) -> None:
            writer.write(b"%x\r\n%s\r\n" % (len(data), data))

        loop = asyncio.get_running_loop()
        send(head)
        began = loop.time()
        if pace:
            for number in range(events):
                await asyncio.sleep(max(0.0, began + number / pace - loop.time()))
                send(delta)
        else:
            for _ in range(events // 20):
                send(delta * 20)
                await writer.drain()
        send(tail)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def cpu_s() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


BODY = {
    "model": "claude-haiku-4-5",
    "max_tokens": 4000,
    "messages": [{"role": "user", "content": "words"}],
}


async def ours(port: int, transport: str) -> float:
    """CPU seconds of a round of `STREAMS` runs: engine, fold and journal."""
    from workbench.api import transport as transports
    from workbench.api.client import Client
    from workbench.api.endpoint import Endpoint
    from workbench.catalog.profile import Profile
    from workbench.engine import round_of
    from workbench.run import Run
    from workbench.sessions.journal import open_journal
    from workbench.sessions.round import RoundInfo
    from workbench.wire.request import MessagesRequest

    endpoint = Endpoint(Profile("bench"), f"http://127.0.0.1:{port}", KEY)
    chosen = transports.plain(endpoint) if transport == "httpx" else None
    request = MessagesRequest.of({**BODY, "stream": True})
    runs = {f"r{n}": Run(f"r{n}") for n in range(STREAMS)}
    requests = dict.fromkeys(runs, request)
    with tempfile.TemporaryDirectory() as folder:
        journal = open_journal(Path(folder), "bench", app_version="0", catalog_as_of="")
        journal.begin_round(
            RoundInfo(round_id="r1", began=""), [(r, request) for r in runs.values()]
        )
        async with Client(endpoint, transport=chosen) as client:
            began = cpu_s()
            live = round_of(requests, client, at_once=STREAMS, tap=journal.write)
            async with live as events:
                async for event in events:
                    runs[event.run_id] = runs[event.run_id].after(event)
            journal.close()
            took = cpu_s() - began
    assert all(run.end_state == "complete" for run in runs.values()), runs
    return took


SDK = """
import asyncio, json, resource, sys
import anthropic
port, streams, body = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
def cpu_s():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
async def main():
    client = anthropic.AsyncAnthropic(api_key="key", base_url=f"http://127.0.0.1:{port}")
    async def one():
        async with client.messages.stream(**body) as stream:
            async for text in stream.text_stream:
                pass
            return (await stream.get_final_message()).stop_reason
    began = cpu_s()
    reasons = await asyncio.gather(*(one() for _ in range(streams)))
    assert set(reasons) == {"end_turn"}, reasons
    print(cpu_s() - began)
asyncio.run(main())
"""


def measured(port: int, reader: str, sdk: str | None) -> float:
    """CPU seconds of one reader in a fresh process."""
    if reader == "sdk":
        argv = [str(sdk), "-c", SDK, str(port), str(STREAMS), json.dumps(BODY)]
    else:
        argv = [sys.executable, "-m", "tests.bench.stream", "--read", reader, "--port", str(port)]
    return float(subprocess.check_output(argv, text=True))


def compare(sdk: str | None) -> None:
    """Measure every reader on the same streams, in turns, and print the table."""
    readers = ["ours", "httpx", *(["sdk"] if sdk else [])]
    for name, (pace, events) in PACES.items():
        argv = [sys.executable, "-m", "tests.bench.stream", "--serve", str(pace), str(events)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            took: dict[str, list[float]] = {reader: [] for reader in readers}
            for _ in range(ROUNDS):
                for reader in readers:
                    took[reader].append(measured(port, reader, sdk))
            server.kill()
        each = {reader: min(all_) / (STREAMS * events) * 1e6 for reader, all_ in took.items()}
        print(f"{STREAMS} streams, {name}, CPU us per event:")
        for reader, us in each.items():
            ratio = f"   {us / each['sdk']:.2f} of the SDK" if sdk else ""
            print(f"  {_NAMES[reader]:<52}{us:7.1f}{ratio}")


_NAMES = {
    "ours": "workbench, socket to folded and journalled run",
    "httpx": "the same on httpx's own transport",
    "sdk": "official SDK, streaming helper alone",
}


def main() -> None:
    """Serve, read, or compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sdk", default=os.environ.get("SDK_PYTHON"))
    parser.add_argument("--serve", nargs=2)
    parser.add_argument("--read")
    parser.add_argument("--port", type=int)
    args = parser.parse_args()
    if args.serve:
        asyncio.run(serve(float(args.serve[0]), int(args.serve[1])))
    elif args.read:
        print(asyncio.run(ours(args.port, args.read)))
    else:
        compare(args.sdk)


if __name__ == "__main__":
    main()
