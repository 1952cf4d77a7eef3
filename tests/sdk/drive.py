"""Drives a simulator with the official SDK. Run by the Python of an environment that has it.

    python drive.py '{"anthropic": URL, "bytespike": URL, …}'

Prints one JSON line a scene: `{"scene": name, "saw": {…}}`, or `"crashed"` with the traceback. The
SDK is used as its users use it: no patches, no transport of ours. What it sent is read from the
request that it hands out beside its answers; hooks of the HTTP client, which it documents, note
the requests of the tool runner, which sends several.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable
from typing import Any

anthropic: Any = importlib.import_module("anthropic")
pydantic: Any = importlib.import_module("pydantic")

HAIKU, OLDER = "claude-haiku-4-5", "claude-haiku-4-5-20251001"
KEY = f"sk-ant-api03-sdk-{anthropic.__version__}"
"""An account of its own, since limits, batches and tries are counted for each."""
WORDS = "Order A-17 is nine days late and the customer wants a refund for the blue tent."
ASK: dict[str, Any] = {
    "model": HAIKU,
    "max_tokens": 600,
    "messages": [{"role": "user", "content": WORDS}],
}
GET_ORDER: dict[str, Any] = {
    "name": "get_order",
    "description": "Look an order up by its number.",
    "input_schema": {
        "type": "object",
        "properties": {"order_id": {"type": "string", "description": "Like A-17."}},
        "required": ["order_id"],
    },
}
HEADERS_SHOWN = (
    *("x-api-key", "authorization", "anthropic-version", "anthropic-beta", "accept"),
    *("user-agent", "x-stainless-retry-count", "x-stainless-stream-helper"),
)
POLLS, POLL_S = 200, 0.05

Saw = dict[str, Any]
URLS = json.loads(sys.argv[1])
SCENES: dict[str, Callable[[], Any]] = {}


def scene(act: Callable[[], Any]) -> Callable[[], Any]:
    """Add a scene, named after its function."""
    SCENES[act.__name__] = act
    return act


def sync(server: str = "anthropic", **options: Any) -> Any:
    """The SDK's client as its README makes one."""
    settings = {"api_key": KEY, "base_url": URLS[server], "max_retries": 0, **options}
    return anthropic.Anthropic(**settings)


def at_once(**options: Any) -> Any:
    """The SDK's async client."""
    return anthropic.AsyncAnthropic(
        **{"api_key": KEY, "base_url": URLS["anthropic"], "max_retries": 0, **options}
    )


def sent(request: Any) -> Saw:
    """What the SDK sent."""
    return {
        "method": request.method,
        "path": request.url.raw_path.decode(),
        "headers": {k: v for k, v in request.headers.items() if k in HEADERS_SHOWN},
    }


def shown(message: Any) -> Saw:
    """A message as the SDK understood it."""
    return dict(message.to_dict())


def events_seen(events: Iterable[Any]) -> Saw:
    """A raw stream: the types of its events in order, its text and its last usage."""
    types: list[str] = []
    text = ""
    output = None
    for event in events:
        types.append(event.type)
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            text += event.delta.text
        if event.type == "message_delta":
            output = event.usage.output_tokens
    return {"types": types, "text": text, "output_tokens": output}


def refused(error: Any) -> Saw:
    """An error as the SDK raised it: its class with all of its parents, and what it carries."""
    headers = error.response.headers if hasattr(error, "response") else {}
    return {
        "class": type(error).__name__,
        "classes": [kind.__name__ for kind in type(error).__mro__],
        "status": getattr(error, "status_code", None),
        "type": getattr(error, "type", None),
        "code": getattr(error, "error_code", None),
        "details": (error.body.get("error") or {}).get("details")
        if isinstance(getattr(error, "body", None), dict)
        else None,
        "message": str(error),
        "request_id": getattr(error, "request_id", None),
        "body_is_json": isinstance(getattr(error, "body", None), dict),
        "headers": dict(headers.items()),
    }


def attempt(act: Callable[[], Any]) -> Saw:
    """What an act that must fail raises."""
    try:
        got = act()
    except anthropic.AnthropicError as error:
        return refused(error)
    except (OSError, RuntimeError, LookupError, AssertionError, ValueError) as error:
        return {"class": type(error).__name__, "message": str(error)}
    except Exception as error:  # noqa: BLE001 the HTTP library's own errors, which it lets through
        return {
            "class": type(error).__name__,
            "module": type(error).__module__,
            "message": str(error),
        }
    return {"class": None, "got": shown(got) if hasattr(got, "to_dict") else got}


# Plain requests


@scene
def version() -> Saw:
    """Which SDK this is."""
    return {"sdk": anthropic.__version__, "python": sys.version.split()[0]}


@scene
def create() -> Saw:
    """One message in one piece, with the head of the answer."""
    raw = sync().messages.with_raw_response.create(**ASK)
    return {
        "message": shown(raw.parse()),
        "sent": sent(raw.http_request),
        "headers": dict(raw.headers.items()),
    }


@scene
async def create_async() -> Saw:
    """The same by the async client."""
    async with at_once() as client:
        return {"message": shown(await client.messages.create(**ASK))}


@scene
def create_in_beta() -> Saw:
    """The same by the beta resource, whose path differs between versions."""
    raw = sync().beta.messages.with_raw_response.create(**ASK)
    return {"message": shown(raw.parse()), "sent": sent(raw.http_request)}


@scene
def bearer_token() -> Saw:
    """A token instead of a key goes out as Bearer in both versions."""
    raw = sync(api_key=None, auth_token=KEY).messages.with_raw_response.create(**ASK)
    return {"message": shown(raw.parse()), "sent": sent(raw.http_request)}


@scene
def count_tokens() -> Saw:
    """Counting agrees with what the answer says was billed."""
    body = {"model": HAIKU, "messages": ASK["messages"], "tools": [GET_ORDER]}
    client = sync()
    counted = client.messages.count_tokens(**body)
    usage = client.messages.create(**body, max_tokens=100).usage
    in_beta = client.beta.messages.count_tokens(**body)
    billed = sum(
        filter(
            None,
            (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens),
        )
    )
    return {
        "counted": counted.input_tokens,
        "in_beta": in_beta.input_tokens,
        "billed": billed,
    }


class Ticket(pydantic.BaseModel):  # type: ignore[misc]
    """What the structured answer must be."""

    queue: str
    urgent: bool
    days_late: int


@scene
def parse() -> Saw:
    """A structured answer, validated by the SDK against a pydantic model."""
    message = sync().messages.parse(**ASK, output_format=Ticket)
    return {"parsed": message.parsed_output.model_dump(), "stop_reason": message.stop_reason}


# Streams


@scene
def stream_raw() -> Saw:
    """`stream=True`: the events themselves."""
    return events_seen(sync().messages.create(**ASK, stream=True))


@scene
async def stream_raw_async() -> Saw:
    """The same by the async client."""
    async with at_once() as client:
        stream = await client.messages.create(**ASK, stream=True)
        return events_seen([event async for event in stream])


@scene
def stream_helper() -> Saw:
    """`messages.stream`: the text as it comes, then the whole message."""
    with sync().messages.stream(**ASK) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    return {"text": text, "final": shown(final), "request_id": stream.request_id}


@scene
def stream_helper_events() -> Saw:
    """`messages.stream`, iterated: the SDK's own events beside the provider's."""
    kinds: list[str] = []
    snapshot = ""
    with sync().messages.stream(**ASK) as stream:
        for event in stream:
            kinds.append(event.type)
            if event.type == "text":
                snapshot = event.snapshot
        text = stream.get_final_text()
    return {"kinds": sorted(set(kinds)), "snapshot": snapshot, "text": text}


@scene
async def stream_helper_async() -> Saw:
    """The same by the async client."""
    async with at_once() as client, client.messages.stream(**ASK) as stream:
        text = "".join([piece async for piece in stream.text_stream])
        return {"text": text, "final": shown(await stream.get_final_message())}


@scene
def stream_thinking() -> Saw:
    """Thinking arrives as text and one signature; the final message has both."""
    thinking = {"type": "enabled", "budget_tokens": 1024}
    kinds: list[str] = []
    body = {**ASK, "max_tokens": 3000}
    with sync().messages.stream(**body, thinking=thinking) as stream:
        kinds += [event.type for event in stream]
        final = stream.get_final_message()
    return {"kinds": sorted(set(kinds)), "final": shown(final)}


@scene
def stream_tool_call() -> Saw:
    """A call's arguments come in pieces; the SDK joins them into one object."""
    with sync().messages.stream(**ASK, tools=[GET_ORDER], tool_choice={"type": "any"}) as stream:
        pieces = [e.partial_json for e in stream if e.type == "input_json"]
        final = stream.get_final_message()
    return {"pieces": pieces, "final": shown(final)}


# Tools


@scene
def tool_call_answered() -> Saw:
    """A call, its result, and the answer that follows."""
    client = sync()
    tools = {"tools": [GET_ORDER]}
    call = client.messages.create(**ASK, **tools, tool_choice={"type": "tool", "name": "get_order"})
    used = [block for block in call.content if block.type == "tool_use"]
    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": "shipped, 9 days late"}
        for block in used
    ]
    turns = [
        *ASK["messages"],
        {"role": "assistant", "content": call.content},
        {"role": "user", "content": results},
    ]
    answer = client.messages.create(**{**ASK, "messages": turns}, **tools)
    return {"call": shown(call), "answer": shown(answer)}


def get_order(order_id: str) -> str:
    """Look an order up by its number.

    Args:
        order_id: The order's number, like A-17.
    """
    return f"{order_id}: shipped, nine days late"


async def get_order_async(order_id: str) -> str:
    """Look an order up by its number.

    Args:
        order_id: The order's number, like A-17.
    """
    return get_order(order_id)


class Noted:
    """The requests of a client and how each was answered."""

    def __init__(self) -> None:
        self.seen: list[Saw] = []

    def client(self) -> Any:
        """An HTTP client, made as the SDK's documentation says, that notes what passes."""
        return anthropic.DefaultHttpxClient(event_hooks={"response": [self._note]})

    def async_client(self) -> Any:
        """The same for the async client."""

        async def note(response: Any) -> None:
            await response.aread()
            self._write_down(response)

        return anthropic.DefaultAsyncHttpxClient(event_hooks={"response": [note]})

    def _note(self, response: Any) -> None:
        response.read()
        self._write_down(response)

    def _write_down(self, response: Any) -> None:
        body = json.loads(response.request.content)
        answer = response.text
        kind = response.headers.get("content-type", "")
        error = json.loads(answer).get("error") if "json" in kind else None
        self.seen.append(
            {
                **sent(response.request),
                "thread": body.get("thread"),
                "messages": len(body["messages"]),
                "status": response.status_code,
                "error": error,
            }
        )


@scene
def tool_runner() -> Saw:
    """The tool runner runs the tool and gives its result back until the model has done."""
    noted = Noted()
    client = sync(http_client=noted.client())
    runner = client.beta.messages.tool_runner(**ASK, tools=[anthropic.beta_tool(get_order)])
    final = runner.until_done()
    return {"final": shown(final), "requests": noted.seen}


@scene
def tool_runner_streaming() -> Saw:
    """The tool runner on streams."""
    noted = Noted()
    client = sync(http_client=noted.client())
    texts = []
    tool = anthropic.beta_tool(get_order)
    for stream in client.beta.messages.tool_runner(**ASK, tools=[tool], stream=True):
        texts.append(stream.get_final_message().stop_reason)
    return {"stop_reasons": texts, "requests": noted.seen}


@scene
async def tool_runner_async() -> Saw:
    """The tool runner of the async client."""
    noted = Noted()
    async with at_once(http_client=noted.async_client()) as client:
        tool = anthropic.beta_async_tool(get_order_async, name="get_order")
        final = await client.beta.messages.tool_runner(**ASK, tools=[tool]).until_done()
    return {"final": shown(final), "requests": noted.seen}


@scene
def held_thread() -> Saw:
    """A thread that the server shall hold, asked for by hand; SDK 1.x has none."""
    messages = sync().beta.messages
    if not hasattr(messages, "thread"):
        return {"has_threads": False}
    thread = messages.thread(model=HAIKU, max_tokens=100)
    return {"has_threads": True, **attempt(lambda: thread.send(ASK["messages"][0]))}


# Models


@scene
def models() -> Saw:
    """Every model over several pages, one by its alias, one that is none."""
    client = sync()
    pages = [model.id for model in client.models.list(limit=2)]
    one = client.models.retrieve(HAIKU)
    return {
        "paged": pages,
        "listed": [model.id for model in client.models.list(limit=100)],
        "one": shown(one),
        "unknown": attempt(lambda: client.models.retrieve("claude-none")),
        "in_beta": [model.id for model in client.beta.models.list(limit=100)],
    }


@scene
async def models_async() -> Saw:
    """The pages by the async client."""
    async with at_once() as client:
        return {"paged": [model.id async for model in client.models.list(limit=3)]}


# Batches


def ended(batches: Any, batch: Any) -> Any:
    """The batch once it has ended, polled as its documentation says."""
    for _ in range(POLLS):
        if batch.processing_status == "ended":
            break
        time.sleep(POLL_S)
        batch = batches.retrieve(batch.id)
    return batch


@scene
def batches() -> Saw:
    """Create, poll, results; what is wrong with one request is its own result."""
    batches = sync().messages.batches
    good = {"custom_id": "good", "params": ASK}
    bad = {"custom_id": "bad", "params": {**ASK, "max_tokens": 10_000_000}}
    made = batches.create(requests=[good, bad])
    early = attempt(lambda: batches.results(made.id))
    whole = ended(batches, made)
    results = {entry.custom_id: entry.to_dict() for entry in batches.results(made.id)}
    return {
        "made": shown(made),
        "early": early,
        "ended": shown(whole),
        "results": results,
        "unknown": attempt(lambda: batches.retrieve("msgbatch_none")),
    }


@scene
def batch_cancelled() -> Saw:
    """Cancelled, then deleted; what had not run by then says so."""
    batches = sync().messages.batches
    made = batches.create(
        requests=[{"custom_id": f"c{i}", "params": {**ASK, "max_tokens": 500}} for i in range(40)]
    )
    cancelled = batches.cancel(made.id)
    whole = ended(batches, cancelled)
    kinds = sorted({entry.result.type for entry in batches.results(made.id)})
    return {
        "cancelled": shown(cancelled),
        "ended": shown(whole),
        "kinds": kinds,
        "deleted": shown(batches.delete(made.id)),
        "after": attempt(lambda: batches.retrieve(made.id)),
    }


@scene
async def batches_async() -> Saw:
    """Batches by the async client, in beta."""
    async with at_once() as client:
        made = await client.beta.messages.batches.create(
            requests=[{"custom_id": "only", "params": ASK}]
        )
        for _ in range(POLLS):
            batch = await client.beta.messages.batches.retrieve(made.id)
            if batch.processing_status == "ended":
                break
            await asyncio.sleep(POLL_S)
        results = await client.beta.messages.batches.results(made.id)
        return {
            "made": shown(made),
            "results": [entry.to_dict() async for entry in results],
            "listed": [batch.id async for batch in client.messages.batches.list(limit=1)],
        }


# Errors


@scene
def errors() -> Saw:
    """Every class of error that the reference names, by what a user would do to meet it."""
    client, spike = sync(), sync("bytespike")
    old = {"anthropic-version": "2023-06-01"}
    ask: dict[str, Callable[[], Any]] = {
        "400": lambda: client.messages.create(**{**ASK, "messages": []}),
        "400 sampling": lambda: client.messages.create(**ASK, extra_body={"temperature": 0.5}),
        "401": lambda: sync(api_key="sk-ant-invalid").messages.create(**ASK),
        "403": lambda: client.messages.create(**ASK, extra_headers={"host": "evil.example"}),
        "404": lambda: client.messages.create(**{**ASK, "model": "claude-none"}),
        "404 path": lambda: client.post("/v1/nothing", cast_to=object, body={}),
        "413": lambda: client.messages.create(
            **{**ASK, "messages": [{"role": "user", "content": "x" * (33 * 1024 * 1024)}]}
        ),
        "402": lambda: sync("poor").messages.create(**ASK, extra_headers=old),
        "400 credit": lambda: sync("broke").messages.create(**ASK),
        "422": lambda: spike.messages.create(
            **ASK, extra_body={"service_tier": "auto"}, extra_headers=old
        ),
    }
    return {name: attempt(act) for name, act in ask.items()}


@scene
def rate_limited() -> Saw:
    """Two requests a minute: the third is refused, and the head counts down to it."""
    create = sync("limited").messages.with_raw_response.create
    left = [
        create(**ASK).headers["anthropic-ratelimit-requests-remaining"],
        create(**ASK).headers["anthropic-ratelimit-requests-remaining"],
    ]
    return {"left": left, "third": attempt(lambda: create(**ASK))}


FAULTS = (
    *("overloaded_before", "429:7", "429_spend", "529x1_then_ok", "html_502", "413_html"),
    *("slow_headers:2", "reset", "reset:2"),
    *("refusal_before", "refusal_mid", "pause_turn", "empty_content", "max_tokens_in_tool"),
    *("redacted_thinking", "diagnosis_pending", "pings:2"),
    *("error_first", "error_mid:2", "cut_mid:2", "eof_no_stop", "eof_after_message_delta"),
    *("stall:2", "stall:2:pings", "usage_only_in_delta", "zero_usage_in_start"),
    *("non_contiguous_index", "blocks_open_at_once", "unknown_event", "unknown_only"),
    *("ping_first", "dup_message_stop", "u2028", "emoji_split", "json_instead"),
    *("empty_response", "random_bytes", "missing_event_name", "padded_data", "done_marker"),
    *("bom", "crlf", "cr", "gzip", "chunks:1", "chunks:random"),
)


@scene
def faults() -> Saw:
    """Every fault: in a message in one piece, in a raw stream, in the stream helper."""
    client = sync()
    seen = {}
    for knob in FAULTS:
        # A text of its own, since tries are counted for each request by itself.
        messages = [{"role": "user", "content": f"{WORDS} Fault {knob}."}]
        body = {**ASK, "messages": messages, "extra_headers": {"x-sim-fault": knob}}

        def whole(body: Saw = body) -> Any:
            return client.messages.create(**body)

        def stream(body: Saw = body) -> Saw:
            return events_seen(client.messages.create(**body, stream=True))

        def helper(body: Saw = body) -> Any:
            with client.messages.stream(**body) as stream:
                return stream.get_final_message()

        seen[knob] = {act.__name__: attempt(act) for act in (whole, stream, helper)}
    return seen


@scene
def retried() -> Saw:
    """A server that is overloaded twice and then has room: the SDK's own retries get through."""
    noted = Noted()
    client = sync(max_retries=2, http_client=noted.client())
    body = {**ASK, "messages": [{"role": "user", "content": "Is there room now?"}]}
    message = client.messages.create(**body, extra_headers={"x-sim-fault": "529x2_then_ok"})
    return {"message": shown(message), "requests": noted.seen}


def run(name: str, act: Callable[[], Any]) -> Saw:
    """Play one scene; its line."""
    try:
        saw = act()
        if inspect.iscoroutine(saw):
            saw = asyncio.run(saw)
    except Exception:  # noqa: BLE001 the crash is what the line is for
        return {"scene": name, "crashed": traceback.format_exc()}
    return {"scene": name, "saw": saw}


def main() -> None:
    """Play every scene."""
    warnings.simplefilter("ignore")
    for name, act in SCENES.items():
        sys.stdout.write(json.dumps(run(name, act), default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
