"""What was asked, as sections to read: prompt, system, tools, parameters of a request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.sessions.session import SavedRound
from workbench.telling.plain import seen
from workbench.wire.request import MessagesRequest, finite

_LAST = ("system", "messages", "tools", "stream")
"""Fields with a section of their own, and the one that says nothing: all is streamed."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a request: what it is, and its text, controls made visible."""

    label: str
    text: str
    form: Literal["text", "json"] = "text"


Asked = Mapping[str, tuple[Section, ...]]
"""Part of a request -> its sections: a parameter by its name, `system`, `messages`, `tools`."""


def asked(request: MessagesRequest) -> Asked:
    """A request, part by part. A body that is no JSON object has none."""
    body = request.body
    parts: dict[str, tuple[Section, ...]] = {
        name: (Section(name, pretty(body[name]), "json"),) for name in body if name not in _LAST
    }
    parts["system"] = tuple(_content("system", body.get("system", ())))
    parts["messages"] = tuple(
        section
        for message in _list(body.get("messages"))
        if isinstance(message, Mapping)
        for section in _content(seen(str(message.get("role", ""))), message.get("content"))
    )
    tools = body.get("tools")
    parts["tools"] = (Section("tools", pretty(tools), "json"),) if tools else ()
    return {name: sections for name, sections in parts.items() if sections}


def shared(saved: SavedRound) -> Asked:
    """The parts that are the same in every request of a round."""
    requests = [saved.requests[run.run_id] for run in saved.runs if run.run_id in saved.requests]
    common: dict[str, tuple[Section, ...]] | None = None
    for request in dict.fromkeys(requests):
        parts = asked(request)
        if common is None:
            common = dict(parts)
        common = {name: part for name, part in common.items() if parts.get(name) == part}
    return common or {}


def joined(parts: Asked) -> Iterator[Section]:
    """Sections in the order of reading: the parameters as one, then system, messages, tools."""
    parameters = [parts[name][0] for name in parts if name not in _LAST]
    if parameters:
        lines = ",\n".join(f"  {json.dumps(p.label)}: {_indented(p.text)}" for p in parameters)
        yield Section("parameters", f"{{\n{lines}\n}}", "json")
    for name in _LAST:
        yield from parts.get(name, ())


def pretty(value: Any) -> str:
    """JSON laid out for reading, controls made visible."""
    return seen(json.dumps(json.loads(finite(value)), indent=2, ensure_ascii=False))


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


def _content(label: str, content: Any) -> Iterator[Section]:
    if isinstance(content, str):
        yield Section(label, seen(content))
        return
    for block in _list(content):
        yield _block(label, block)


def _block(label: str, block: Any) -> Section:
    match block:
        case {"type": "text", "text": str(text), **more}:
            mark = ", cached up to here" if "cache_control" in more else ""
            return Section(f"{label}{mark}", seen(text))
        case {"type": str(kind), "source": {"data": str(data)} as source, **more}:
            # A picture or a file in base64 is nothing to read.
            size = f"({len(data) * 3 // 4:,} bytes)"
            told = {**block, "source": {**source, "data": size}}
            return Section(f"{label}, {seen(kind)}", pretty(told), "json")
        case {"type": str(kind)}:
            return Section(f"{label}, {seen(kind.replace('_', ' '))}", pretty(block), "json")
    return Section(label, pretty(block), "json")
