"""A conversation gone on with: a request and its answer as the documents of a new prompt.

What was received is kept as it came, but for what the API would refuse if it were sent back, or
what nobody but the model, the provider or the account it came from can read; that is said. Source:
messages-api.md sections 6, 7 and 26 (traps 11, 26, 27, 36 and 39).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.documents.kinds import name_of
from workbench.documents.literal import literal
from workbench.documents.mocks import Mocks, mock_for
from workbench.documents.prompt import load_prompt
from workbench.documents.written import written
from workbench.errors import DocumentError, SessionError
from workbench.run import Run
from workbench.sessions.content import stem_of
from workbench.sessions.fork import Fork, meant
from workbench.sessions.mask import MASK
from workbench.sessions.round import RoundInfo
from workbench.sessions.session import Session
from workbench.telling.plain import plain
from workbench.wire.request import MessagesRequest

Block = Mapping[str, Any]
Message = Mapping[str, Any]

NEXT = "message"
"""The variable that stands for what to say next; sending without a value for it is an error."""
RESULT = "result_"
"""How the variables begin that stand for the results of tools."""

_THINKING = ("thinking", "redacted_thinking")
_NUMBERED = re.compile(r"-continued(?:-\d+)?$")
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A request and what came of it.

    Args:
        origin: What to call it: the name of a session, and a run.
        name: The prompt's name.
        request: As it was sent.
        run: As it ended.
        account: Whose key it was sent with; empty where it took none.
        mocks: Canned results of its tools.
    """

    origin: str
    name: str
    request: MessagesRequest
    run: Run
    account: str = ""
    mocks: Mocks = field(default_factory=dict)

    @property
    def messages(self) -> list[Message]:
        """What was said, the answer last, as far as it can be sent again."""
        return _said_in(self)[0]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a conversation is to go on.

    Args:
        provider: The profile's name.
        model: Another model; the conversation's own where empty.
        account: Whose key is there, empty where none is needed; None where it is not known.
    """

    provider: str
    model: str = ""
    account: str | None = None


def continued(
    conversation: Conversation,
    target: Target,
    *,
    turns: int | None = None,
    taken: Collection[str] = (),
) -> Fork:
    """The documents of a prompt that goes on where a conversation stood.

    Args:
        conversation: The conversation.
        target: Where it is to go on.
        turns: How many of its messages are kept, from the first one; all where None.
        taken: Names of prompts that are taken.

    Raises:
        SessionError: The run has not ended, or there are not so many messages.
    """
    if conversation.run.end_state is None:
        raise SessionError(
            f"{conversation.origin} has not ended yet", hint="Wait for it, or cancel it."
        )
    messages, said = _said_in(conversation)
    kept = _first(messages, turns, conversation.origin)
    if len(kept) < len(messages):
        said = [f"its first {len(kept)} of {len(messages)} messages"]
    kept, dropped = _readable(kept, conversation, target)
    asked, gaps, told = _next(kept, conversation)
    sent = conversation.request.body
    body, inputs = literal({**sent, "messages": [*kept, *asked]})
    body["messages"] = [_filled(message) for message in body["messages"]]
    body["model"] = target.model or sent.get("model", "")
    said += [*dropped, *_held(sent, kept, conversation, target), *told]
    if _HALF.search(json.dumps([sent, conversation.run.content], ensure_ascii=False)):
        said.append("half characters, which no file can hold, have become U+FFFD")
    name = _free(conversation.name, taken)
    values = {given: {"default": value} for given, value in inputs.items()}
    files = _files(name, body, conversation, values | {gap: {"required": True} for gap in gaps})
    head = [f"Goes on from {conversation.origin}.", *said]
    prompt = f"{name}.prompt.yaml"
    files[prompt] = "".join(f"# {_line(one)}\n" for one in head) + files[prompt]
    return Fork(conversation.origin, prompt, "", {}, files, tuple(gaps), tuple(said))


def conversation_of(session: Session, run_id: str = "") -> Conversation:
    """The conversation of a run of a session, by its id.

    Args:
        session: The session.
        run_id: The run; may be empty where the last round has only one.

    Raises:
        SessionError: There is no such run, or its request is damaged.
    """
    saved, run = meant(session, run_id)
    if run is None:
        if len(saved.runs) != 1:
            known = ", ".join(run.run_id for run in saved.runs[:20])
            problem = f"{saved.info.round_id} of {session.path.name} has {len(saved.runs)} runs"
            raise SessionError(problem, hint=f"Name one of them: {known}")
        run = saved.runs[0]
    request = saved.requests.get(run.run_id)
    if request is None:
        problem = f"the request of {run.run_id} is damaged in {session.path.name}"
        raise SessionError(problem, hint="Choose another run.")
    if saved.info.masked and MASK in request.text:
        raise SessionError(
            f"{saved.info.round_id} of {session.path.name} was recorded redacted"
            f" ({saved.info.masked}): what {run.run_id} sent is not in it, so nothing can go on",
            hint="`sessions fork` takes up its documents, to be filled anew.",
        )
    (ended,) = saved.only([run.run_id]).finished()
    return Conversation(
        f"{stem_of(session.path)} {run.run_id}",
        name_of(Path(saved.info.prompt)),
        request,
        ended,
        str(session.manifest.get("account", "")),
        mocks_of(saved.info),
    )


def mocks_of(info: RoundInfo) -> Mocks:
    """The canned results of tools among the documents of a round."""
    folder = Path.cwd() / ".saved"  # nothing is read from it: every document is at hand
    texts = {folder / name: text for name, text in info.documents.items()}
    named = [path for path in texts if path.name == info.prompt]
    try:
        return load_prompt(named[0], overlay=texts, force=True).mocks if named else {}
    except DocumentError:
        return {}


def _first(messages: Sequence[Message], turns: int | None, origin: str) -> list[Message]:
    if not messages:
        raise SessionError(f"the messages of {origin} are damaged", hint="Choose another run.")
    if turns is None:
        return list(messages)
    if not 1 <= turns <= len(messages):
        count = "1 message" if len(messages) == 1 else f"{len(messages)} messages"
        raise SessionError(f"{origin} has {count}, not {turns}", hint="Keep so many, or fewer.")
    return list(messages[:turns])


def _files(
    name: str, body: Mapping[str, Any], conversation: Conversation, inputs: Mapping[str, Any]
) -> dict[str, str]:
    """The prompt, and files of their own for the system prompt and the tools."""
    prompt = {key: value for key, value in body.items() if key != "stream"}
    files = {f"{name}.prompt.yaml": ""}
    if "system" in prompt:
        files[f"{name}.system.yaml"] = written({"system": prompt["system"]})
        prompt["system"] = f"file://{name}.system.yaml"
    if prompt.get("tools"):
        used = {tool.get("name") for tool in prompt["tools"] if isinstance(tool, dict)}
        mocks = {tool: list(each) for tool, each in conversation.mocks.items() if tool in used}
        tools = {"tools": prompt["tools"], **({"mocks": mocks} if mocks else {})}
        files[f"{name}.tools.yaml"] = written(tools)
        prompt["tools"] = f"file://{name}.tools.yaml"
    if conversation.request.api_version:
        prompt["api_version"] = conversation.request.api_version
    files[f"{name}.prompt.yaml"] = written({**prompt, **({"inputs": inputs} if inputs else {})})
    return files


def _free(name: str, taken: Collection[str]) -> str:
    base = f"{_NUMBERED.sub('', name) or 'conversation'}-continued"
    number, free = 1, base
    while free in taken:
        number += 1
        free = f"{base}-{number}"
    return free


def _line(words: str) -> str:
    return plain(words).replace("\n", " ")


# What can be sent again


def _said_in(conversation: Conversation) -> tuple[list[Message], list[str]]:
    """What was said, the answer last, and what is said of what is left out of it."""
    sent = conversation.request.body.get("messages")
    messages: list[Message] = []
    messages += [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    answer, said = _sendable(conversation.run.content)
    if not answer:
        return messages, [*said, "there is no answer that could be sent again"]
    if messages and messages[-1].get("role") == "assistant":  # it was begun for the model
        answer = [*_blocks(messages.pop()), *answer]
    return [*messages, {"role": "assistant", "content": answer}], said


def _blocks(message: Message) -> list[Block]:
    content = message.get("content")
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [block for block in content or () if isinstance(block, dict)]


def _sendable(content: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """The blocks of an answer that the API takes back, and what is said of the others."""
    kept: list[Block] = []
    said: list[str] = []
    for block in content:
        match block:
            case {"type": "text", "text": str(text)} if not text.strip():
                pass  # the API gives it, and refuses it
            case {"type": "thinking"} if not block.get("signature"):
                said.append("thinking that was cut off before its signature is left out")
            case {"partial_json": _}:
                said.append(f"a call of {block.get('name')}, cut off in its input, is left out")
            case _:
                kept.append(block)
    return kept, said


def _readable(
    messages: Sequence[Message], conversation: Conversation, target: Target
) -> tuple[list[Message], list[str]]:
    """The messages without the thinking that cannot be read where they go."""
    why = _unreadable(conversation, target)
    if not why:
        return list(messages), []
    kept: list[Message] = []
    count = 0
    for message in messages:
        blocks = _blocks(message) if message.get("role") == "assistant" else []
        others = [block for block in blocks if block.get("type") not in _THINKING]
        if len(others) == len(blocks):
            kept.append(message)
            continue
        count += len(blocks) - len(others)
        if others:
            kept.append({**message, "content": others})
    return kept, [f"thinking is left out: {why}"] if count else []


def _unreadable(conversation: Conversation, target: Target) -> str:
    """Why thinking cannot be read there; empty where it can. Source: section 7."""
    run = conversation.run
    then, now = run.model, target.model or run.model
    model, other = (catalog().model(*one) for one in ((run.provider, then), (target.provider, now)))
    same = then == now or (model is not None and other is not None and model.id == other.id)
    if run.provider != target.provider or not same:
        return f"{now} at {target.provider} cannot read that of {then} at {run.provider}"
    bound = model is None or bool(model.thinking.get("account_bound_blocks"))
    if bound and _is_elsewhere(conversation, target):
        return f"that of {now} is bound to its account"
    return ""


def _is_elsewhere(conversation: Conversation, target: Target) -> bool:
    return target.account is not None and target.account != conversation.account


def _held(
    body: Mapping[str, Any], kept: list[Message], conversation: Conversation, target: Target
) -> Iterator[str]:
    """What is said where the provider keeps something that only the same account can use."""
    another = target.provider != conversation.run.provider
    if not another and not _is_elsewhere(conversation, target):
        return
    where = "another provider" if another else "another key"
    names = [name for name in ("container", "diagnostics") if body.get(name)]
    names += ["files"] * _has(kept, "file_id")
    names += ["encrypted results"] * _has(kept, "encrypted_content")
    if names:
        yield f"{', '.join(names)}: kept by the provider for its account, and this is {where}"
    elif not another:
        yield "the key here is another one than then"


def _has(value: Any, name: str) -> bool:
    if isinstance(value, Mapping):
        return name in value or any(_has(inner, name) for inner in value.values())
    return isinstance(value, list) and any(_has(inner, name) for inner in value)


# What comes next


@dataclass(frozen=True, slots=True)
class _Gap:
    """Where a variable is to stand, and not a text that only looks like one."""

    name: str


def _filled(message: Message) -> Message:
    """The message with its variables written out."""
    content = message.get("content")
    if isinstance(content, _Gap):
        return {**message, "content": f"{{{{{content.name}}}}}"}
    if isinstance(content, list):
        return {**message, "content": [_filled(b) if isinstance(b, dict) else b for b in content]}
    return message


def _next(
    messages: Sequence[Message], conversation: Conversation
) -> tuple[list[Message], list[str], list[str]]:
    """The user's next message, the names of the variables in it, and what is said of it."""
    if messages[-1].get("role") != "assistant":
        return [], [], ["it ends with a message of the user's, which is answered anew"]
    calls = [block for block in _blocks(messages[-1]) if block.get("type") == "tool_use"]
    if not calls:
        if conversation.run.stop_reason == "pause_turn":
            return [], [], ["the provider paused in mid-answer: it is sent back as it is"]
        return [{"role": "user", "content": _Gap(NEXT)}], [NEXT], [f"say what comes next: {NEXT}"]
    results = [_result(call, conversation.mocks) for call in calls]
    gaps = list[str]()
    for number, result in enumerate(results, 1):
        if "content" not in result:
            gaps.append(f"{RESULT}{number}")
            result["content"] = _Gap(gaps[-1])
    said = [f"fill in what the tools gave: {', '.join(gaps)}"] * bool(gaps)
    said += ["what the tools gave is what their mocks give"] * (len(gaps) < len(results))
    return [{"role": "user", "content": results}], gaps, said


def _result(call: Block, mocks: Mocks) -> dict[str, Any]:
    """The result of a call; without its content where no mock gives one."""
    given = call.get("input")
    mock = mock_for(mocks, str(call.get("name")), given if isinstance(given, dict) else {})
    result = {"type": "tool_result", "tool_use_id": call.get("id", "")}
    if mock is None:
        return result
    if "error" in mock:
        return {**result, "content": str(mock["error"]), "is_error": True}
    value = mock.get("result")
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return {**result, "content": told}
