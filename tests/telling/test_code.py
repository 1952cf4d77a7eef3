"""A request as code is the same request: run, it sends the same JSON, and there is no key in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.telling.code import ANTHROPIC, LANGUAGES, Language, Place, code
from workbench.telling.plain import oddities
from workbench.wire.request import MessagesRequest

HERE = Place(ANTHROPIC, "2023-06-01", "ANTHROPIC_API_KEY")
THERE = Place("http://localhost:8080/a'b", "2023-06-01", "MY_KEY")
WORDS = (
    "it's <b>\"quoted\"</b>, $HOME `id` $(id) \\n %s 'x'\nénd 日本 👨\u200d👩",
    "\u202eevil\x1b[31m \x7f \U000e0041\n" * 4,
    "",
    "one\n" * 30 + "last",
)
BODY: dict[str, Any] = {
    "model": "claude-haiku-4-5",
    "max_tokens": 400,
    "temperature": 0.5,
    "system": [
        {"type": "text", "text": text, "cache_control": {"type": "ephemeral"}} for text in WORDS
    ],
    "messages": [{"role": "user", "content": text} for text in WORDS],
    "tools": [
        {
            "name": "get",
            "input_schema": {
                "type": "object",
                "properties": {"__proto__": {"type": ["string", "null"]}, "x": {}},
                "additionalProperties": False,
                "required": [],
            },
        }
    ],
    "metadata": None,
    "mystery": [1, 2.5, -1e-9, True, False, None],
    "stream": True,
}


def as_curl(written: str, folder: Path) -> tuple[list[str], bytes]:
    """What curl is called with, and given, by a shell that runs the code."""
    fake = folder / "curl"
    fake.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        f"open({str(folder / 'body')!r}, 'wb').write(sys.stdin.buffer.read())\n"
        f"json.dump(sys.argv[1:], open({str(folder / 'argv')!r}, 'w'))\n"
    )
    fake.chmod(0o755)
    env = {"PATH": f"{folder}:{os.environ['PATH']}", "MY_KEY": "k", "ANTHROPIC_API_KEY": "sk"}
    subprocess.run(["/bin/sh", "-ec", written], env=env, check=True, cwd=folder)
    return json.loads((folder / "argv").read_text()), (folder / "body").read_bytes()


def as_python(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the SDK is made with, and asked to send, by the code."""
    made: dict[str, Any] = {}
    asked: dict[str, Any] = {}

    def create(**given: Any) -> list[Any]:
        asked.update(given, **given.pop("extra_body", {}))
        asked.pop("extra_body", None)
        return []

    def anthropic(**given: Any) -> Any:
        made.update(given)
        return SimpleNamespace(messages=SimpleNamespace(create=create))

    monkeypatch.setitem(sys.modules, "anthropic", SimpleNamespace(Anthropic=anthropic))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk")
    monkeypatch.setenv("MY_KEY", "k")
    exec(compile(written, "code", "exec"), {})
    return made, asked


def literal(written: str) -> Any:
    """The request in TypeScript code, read as the JSON that it nearly is."""
    text = written.partition("const request = ")[2].partition(";\nconst answer")[0]
    text = re.sub(r'"\s*\+\n\s*"', "", text.replace('["__proto__"]', '"__proto__"'))
    return json.loads(re.sub(r",\n(\s*[}\]])", r"\1", text))


def test_curl_sends_the_same_bytes(tmp_path: Path) -> None:
    """To the same place, with the version and the key's variable, whatever stands in the body."""
    request = MessagesRequest.of({**BODY, "system": WORDS[0], "messages": []})
    argv, body = as_curl(code(request, "curl", THERE), tmp_path)

    assert body.decode() == request.to_json()
    assert argv[:2] == ["-N", "http://localhost:8080/a'b/v1/messages"]
    assert "x-api-key: k" in argv
    assert "anthropic-version: 2023-06-01" in argv
    assert "content-type: application/json" in argv


def test_what_a_terminal_would_obey_is_escaped(tmp_path: Path) -> None:
    """The code can be shown; the JSON that it sends is the same."""
    for language in LANGUAGES:
        written = code(MessagesRequest.of(BODY), language, HERE)
        assert not [found for found in oddities(written) if found[2]]
    _, body = as_curl(code(MessagesRequest.of(BODY), "curl", HERE), tmp_path)
    assert json.loads(body) == BODY


def test_python_asks_the_sdk_for_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the SDK does not know by name goes along beside it; inner order stays."""
    made, asked = as_python(code(MessagesRequest.of(BODY), "python", HERE), monkeypatch)

    assert asked == BODY
    assert list(map(json.dumps, asked["tools"])) == list(map(json.dumps, BODY["tools"]))
    assert made == {"api_key": "sk", "default_headers": {"anthropic-version": "2023-06-01"}}
    made, _ = as_python(code(MessagesRequest.of(BODY), "python", THERE), monkeypatch)
    assert (made["api_key"], made["base_url"]) == ("k", THERE.base_url)


def test_typescript_holds_the_same() -> None:
    """In the same order, as its bytes are what the cache goes by."""
    written = code(MessagesRequest.of(BODY), "typescript", HERE)
    assert json.dumps(literal(written)) == json.dumps(BODY)
    assert "process.env.ANTHROPIC_API_KEY" in written


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters(codec="ascii"), max_size=5), JSON, max_size=3))
def test_any_body_survives(body: dict[str, Any]) -> None:
    """Whatever a body holds, Python and TypeScript hold the same."""
    request = MessagesRequest.of({**body, "messages": [], "stream": False})
    with pytest.MonkeyPatch.context() as patch:
        _, asked = as_python(code(request, "python", HERE).replace("print(answer)", ""), patch)
    assert asked == request.body
    assert literal(code(request, "typescript", HERE)) == request.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_where_none_is_needed(language: Language) -> None:
    """A server on one's own machine may want none."""
    written = code(MessagesRequest.of(BODY), language, Place("http://localhost:8080", "1", ""))
    assert "API_KEY" not in written
    assert "x-api-key" not in written


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_request_may_speak_a_version_of_its_own(language: Language) -> None:
    """It goes before the provider's."""
    written = code(MessagesRequest.of(BODY, "2026-10-21"), language, HERE)
    assert "2026-10-21" in written
    assert "2023-06-01" not in written
