"""A request as code that sends it again: curl, Python and TypeScript with the official SDKs.

Promises: the code sends the same JSON (curl the same bytes), and no key stands in it, only the
variable that holds one. Characters that a terminal would obey are written as escapes.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from workbench.telling.plain import retold
from workbench.wire.request import MessagesRequest

Language = Literal["curl", "python", "typescript"]
LANGUAGES: Sequence[Language] = get_args(Language)

ANTHROPIC = "https://api.anthropic.com"
_WIDE = 88  # a value longer than this is laid out on lines of its own
_NAMED = (
    *("model", "max_tokens", "system", "messages", "tools", "tool_choice", "thinking"),
    *("stop_sequences", "metadata", "service_tier", "stream"),
)
"""What every version of the Python SDK takes by name; the rest goes into `extra_body`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes.

    Args:
        base_url: Of the provider, without a trailing slash.
        api_version: The `anthropic-version` where the request names no other.
        key_env: The variable that holds the key; empty where none is needed.
    """

    base_url: str
    api_version: str
    key_env: str = ""


def code(request: MessagesRequest, language: Language, place: Place) -> str:
    """The code that sends `request` to `place`; ends with a newline."""
    version = request.api_version or place.api_version
    return f"{_WRITERS[language](request, place, version)}\n"


def _curl(request: MessagesRequest, place: Place, version: str) -> str:
    headers = [shlex.quote(f"anthropic-version: {version}"), "'content-type: application/json'"]
    if place.key_env:
        headers.insert(0, f'"x-api-key: ${place.key_env}"')
    # Not as an argument of curl's: a body with a picture in it is longer than one may be.
    body = shlex.quote(_visible(request.to_json()))
    url = shlex.quote(f"{place.base_url}/v1/messages")
    options = "".join(f" \\\n  -H {header}" for header in headers)
    return f"printf '%s' {body} |\ncurl -N {url}{options} \\\n  --data-binary @-"


def _python(request: MessagesRequest, place: Place, version: str) -> str:
    body = request.body
    given = {name: value for name, value in body.items() if name in _NAMED}
    rest = {name: value for name, value in body.items() if name not in _NAMED}
    lines = ["import os\n"] * bool(place.key_env) + ["from anthropic import Anthropic\n"]
    key = f'os.environ["{place.key_env}"]' if place.key_env else '"none"'
    lines += ["client = Anthropic(", f"    api_key={key},"]
    if place.base_url != ANTHROPIC:
        lines.append(f"    base_url={_quoted(place.base_url)},")
    lines += [f'    default_headers={{"anthropic-version": {_quoted(version)}}},', ")"]
    arguments = [f"{name}={_PYTHON.value(value, 1)}" for name, value in given.items()]
    if rest:
        arguments.append(f"extra_body={_PYTHON.value(rest, 1)}")
    call = "".join(f"    {argument},\n" for argument in arguments)
    lines.append(f"answer = client.messages.create(\n{call})")
    return "\n".join((*lines, *(_PRINTS_EVENTS if body.get("stream") else ("print(answer)",))))


_PRINTS_EVENTS = (
    "for event in answer:",
    '    if event.type == "content_block_delta" and event.delta.type == "text_delta":',
    '        print(event.delta.text, end="", flush=True)',
    "print()",
)


def _typescript(request: MessagesRequest, place: Place, version: str) -> str:
    streams = bool(request.body.get("stream"))
    key = f"process.env.{place.key_env}" if place.key_env else '"none"'
    url = [f"  baseURL: {_quoted(place.base_url)},"] * (place.base_url != ANTHROPIC)
    kind = "MessageCreateParamsStreaming" if streams else "MessageCreateParamsNonStreaming"
    return "\n".join(
        (
            'import Anthropic from "@anthropic-ai/sdk";\n',
            "const client = new Anthropic({",
            f"  apiKey: {key},",
            *url,
            f'  defaultHeaders: {{ "anthropic-version": {_quoted(version)} }},',
            "});",
            f"const request = {_TYPESCRIPT.value(request.body, 0)};",
            f"const answer = await client.messages.create(request as Anthropic.{kind});",
            *(_LOGS_EVENTS if streams else ("console.log(answer);",)),
        )
    )


_LOGS_EVENTS = (
    "for await (const event of answer) {",
    '  if (event.type === "content_block_delta" && event.delta.type === "text_delta") {',
    "    process.stdout.write(event.delta.text);",
    "  }",
    "}",
)


@dataclass(frozen=True, slots=True)
class _Notation:
    """How a language writes JSON's values."""

    words: Mapping[Any, str]  # null, true, false
    indent: str
    quoted: Callable[[str], str]
    name: Callable[[str], str]  # of a property
    joins: str  # between the lines of a text
    opens: str = ""  # around a text of several lines
    closes: str = ""

    def value(self, value: Any, depth: int) -> str:
        """A value, laid out at this depth."""
        if value is None or value is True or value is False:
            return self.words[value]
        if isinstance(value, str):
            return self._text(value, depth)
        if isinstance(value, Mapping | list) and value:
            return self._collection(value, depth)
        return json.dumps(value)

    def _collection(self, value: Mapping[str, Any] | list[Any], depth: int) -> str:
        begins, ends = "{}" if isinstance(value, Mapping) else "[]"
        parts = list(self._parts(value, depth + 1))
        line = f"{begins}{', '.join(parts)}{ends}"
        if len(line) + len(self.indent) * depth <= _WIDE and "\n" not in line:
            return line
        inner = self.indent * (depth + 1)
        lines = "".join(f"{inner}{part},\n" for part in parts)
        return f"{begins}\n{lines}{self.indent * depth}{ends}"

    def _parts(self, value: Mapping[str, Any] | list[Any], depth: int) -> Iterator[str]:
        if isinstance(value, Mapping):
            for name, each in value.items():
                written = self.value(each, depth)
                blank = "" if written.startswith("\n") else " "
                yield f"{self.name(name)}:{blank}{written}"
        else:
            for each in value:
                yield self.value(each, depth)

    def _text(self, text: str, depth: int) -> str:
        lines = re.findall(r"[^\n]*\n|[^\n]+", text)
        if len(lines) < 2 or len(text) + len(self.indent) * depth <= _WIDE // 2:
            return self.quoted(text)
        inner = self.indent * (depth + 1)
        body = f"{self.joins}\n{inner}".join(map(self.quoted, lines))
        closes = f"\n{self.indent * depth}{self.closes}" if self.closes else ""
        return f"{self.opens}\n{inner}{body}{closes}"


def _visible(text: str, *, wide: str = "") -> str:
    """JSON with escapes for what would not be seen, or be obeyed; what joins emoji stays.

    Args:
        text: The JSON.
        wide: How characters past U+FFFF are written, where not as JSON's pair of halves.
    """

    def escaped(came: str, instead: str) -> str:
        if not instead:
            return came
        return wide.format(ord(came)) if wide and ord(came) > 0xFFFF else json.dumps(came)[1:-1]

    return retold(text, escaped)


def _quoted(text: str) -> str:
    """A text between double quotes, as JSON and JavaScript have it."""
    return _visible(json.dumps(text, ensure_ascii=False))


def _quoted_python(text: str) -> str:
    """The same in Python, where two halves of a pair are no character."""
    return _visible(json.dumps(text, ensure_ascii=False), wide="\\U{:08x}")


def _property(name: str) -> str:
    """A name in an object; this one, written plainly, would be no property of its own."""
    return '["__proto__"]' if name == "__proto__" else _quoted(name)


_PYTHON = _Notation(
    {None: "None", True: "True", False: "False"},
    "    ",
    _quoted_python,
    _quoted_python,
    "",
    "(",
    ")",
)
_TYPESCRIPT = _Notation(
    {None: "null", True: "true", False: "false"}, "  ", _quoted, _property, " +"
)
_WRITERS: Mapping[Language, Callable[[MessagesRequest, Place, str], str]] = {
    "curl": _curl,
    "python": _python,
    "typescript": _typescript,
}
