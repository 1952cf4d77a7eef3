"""What the provider would refuse is known before sending: every row of section 16, everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.talk import body
from tests.simulator.test_rule_table import (
    ASK,
    OLD,
    ROWS,
    Row,
    assistant,
    image,
    png,
    refused,
    text,
    user,
)
from tests.simulator.test_rules import ACCEPTED, REFUSED
from workbench.cli.main import main
from workbench.documents.prompt import load_prompt
from workbench.errors import Problem
from workbench.simulator.refusal import Refusal
from workbench.simulator.turn import take_turn
from workbench.tui.insight import look
from workbench.wire.request import MessagesRequest, compact
from workbench.workbench.bench import open_workbench
from workbench.workbench.foreseen import foreseen, foreseen_of
from workbench.workbench.plan import Settings

PATH = Path("/workspace/a.prompt.yaml")
NAMES: Mapping[int, tuple[str, ...]] = {
    1: ("required", "shape"),
    2: ("shape", "api-version", "beta-field"),
    3: ("no-message",),
    4: ("empty-text",),
    5: ("empty-text",),
    6: ("system-role",),
    7: ("max-output",),
    8: ("range", "stop-sequences"),
    9: ("sampling",),
    10: ("sampling",),
    11: ("sampling",),
    12: ("thinking",),
    13: ("thinking",),
    14: ("effort",),
    15: ("forced-tool",),
    16: ("prefill",),
    17: ("prefill",),
    18: ("prefill",),
    19: ("tool-results",),
    20: ("tool-results",),
    21: ("tool-results",),
    22: ("tool-names", "tool-schema", "served-tools"),
    23: ("tool-choice",),
    24: ("cache-breakpoints",),
    25: ("cache-breakpoints",),
    26: ("cache-breakpoints", "shape"),
    27: ("cache-breakpoints",),
    28: ("context-window",),
    29: ("context-window",),
    30: ("max-tokens-zero",),
    31: ("thinking-blocks",),
    32: ("images", "documents"),
    33: ("output-schema",),
    34: ("api-version",),
    35: ("inference-geo", "fast-mode"),
    36: ("api-version",),
}
"""The names by which a user hears of each row."""

NEVER_SENT = {"^anthropic-version: header is required$": "the header is always sent"}
SECRET = {
    "^messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant "
    "message cannot be modified. These blocks must remain as they were in the original",
    "^messages.1.content.0: Invalid `signature` in `thinking` block$",
    "^messages.1.content.0: Invalid `data` in `redacted_thinking` block$",
}
"""Of row 31: whether a signature is right only the provider can tell."""


def problems_of(
    fields: Mapping[str, Any],
    provider: str = "anthropic",
    version: str = OLD,
    omit: tuple[str, ...] = (),
) -> list[Problem]:
    """What is foreseen of a prompt file with this request in it; long data comes as a value."""
    whole = {key: value for key, value in body(**fields).items() if key not in omit}
    if version != OLD:
        whole["api_version"] = version
    written, values = json.dumps(whole), {}
    if len(written) > 5_000_000:
        block = whole["messages"][0]["content"][0]
        values["data"] = block["source"]["data"]
        written = written.replace(values["data"], "{{data}}")
    prompt = load_prompt(PATH, overlay={PATH: written}, force=True)
    return [*prompt.problems, *foreseen(prompt, provider, Settings(values=values))]


def errors(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def tokens(count: int) -> dict[str, Any]:
    """About so many, in blocks that are short enough to be counted to the token."""
    blocks = [text("tok " * 50_000) for _ in range(count // 50_000)]
    return {"messages": [user(*blocks, text("tok " * (count % 50_000)))]}


COUNTED = {28: (tokens(210_000), tokens(190_000)), 29: (tokens(195_000), tokens(195_000))}
"""What breaks a row and what does not, where the table's own text is only counted roughly."""


def test_every_row_of_section_16_has_a_name() -> None:
    """No row is left out, of the table in the simulator's tests neither."""
    assert list(NAMES) == list(range(1, 37))
    assert {row.number for row in ROWS} == set(NAMES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}-{row.pattern[:48]}")
def test_what_the_simulator_refuses_is_foreseen_by_name(row: Row) -> None:
    """An error with the row's name, a place and a fix; nothing against what just does not break it.

    Three things are ours: the version is always sent, so is `stream`, and a beta header never is.
    """
    if row.pattern in NEVER_SENT:
        return
    if row.number in COUNTED:
        breaks, passes = ({**more, "max_tokens": 8_000} for more in COUNTED[row.number])
        row = replace(row, breaks=breaks, passes=passes)
        assert refused(breaks, provider=row.provider)
        assert not refused(passes)
    found = errors(problems_of(row.breaks, row.provider, row.version, row.omit))
    passing = problems_of(row.passes, row.passing_provider, row.passing_version)

    named = [problem for problem in found if problem.rule in NAMES[row.number]]
    assert bool(named) == (row.pattern not in SECRET)
    assert all(problem.hint and problem.line for problem in named)
    ours = {"max-tokens-zero"} if row.passes.get("max_tokens") == 0 else set()
    ours |= {"fast-mode"} if row.passing_betas else set()
    assert {problem.rule for problem in errors(passing)} == ours


@pytest.mark.parametrize(("message", "fields"), REFUSED, ids=[m[:60] for m, _ in REFUSED])
def test_further_refusals_are_foreseen_as_well(message: str, fields: dict[str, Any]) -> None:
    """All that the simulator's own tests know; a block newer than we are is let pass."""
    if "'song'" in message:
        assert problems_of(fields) == []
        return
    found = errors(problems_of(fields))

    assert found
    assert all(problem.rule and problem.hint for problem in found)


@pytest.mark.parametrize("fields", ACCEPTED)
def test_what_is_answered_is_not_foreseen_to_fail(fields: dict[str, Any]) -> None:
    """No false alarm; but `max_tokens: 0` cannot be streamed."""
    ours = {"max-tokens-zero"} if fields.get("max_tokens") == 0 else set()

    assert {problem.rule for problem in errors(problems_of(fields))} == ours


DIFFERENCES: list[tuple[str, dict[str, Any]]] = [
    ("tool_choice", {"tools": [{"name": "a", "input_schema": {"type": "object"}}]}),
    ("ttl", {"system": [text("a", cache_control={"type": "ephemeral", "ttl": "1h"})]}),
    ("speed", {"speed": "standard"}),
]
DIFFERENCES[0][1]["tool_choice"] = {"type": "none"}


@pytest.mark.parametrize(("name", "fields"), DIFFERENCES, ids=[n for n, _ in DIFFERENCES])
def test_what_bytespike_does_not_document_is_foreseen_there_alone(
    name: str, fields: dict[str, Any]
) -> None:
    """The simulator in its place answers 422; Anthropic takes the same request."""
    with pytest.raises(Refusal) as refusal:
        take_turn(
            compact(body(**fields)).encode(),
            provider="bytespike",
            version=OLD,
            betas="",
            scripts=(),
            seed=0,
        )

    (problem,) = errors(problems_of(fields, "bytespike"))
    assert refusal.value.status == 422
    assert (problem.rule, name in problem.problem) == ("undocumented-field", True)
    assert errors(problems_of(fields)) == []


def test_a_guessed_count_refuses_only_what_is_too_long_at_its_lower_end() -> None:
    """A text too long to be counted to the token may still fit: that is a warning."""
    (doubtful,) = problems_of({"text": "tok " * 191_000})
    (sure,) = problems_of({"text": "tok " * 250_000})

    assert (doubtful.severity, sure.severity) == ("warning", "error")
    assert {doubtful.rule, sure.rule} == {"context-window"}
    assert "±" in sure.problem


def test_values_count_as_much_as_what_stands_in_the_file() -> None:
    """A value may leave a text empty, or overfill the window; a case's own values decide."""
    written = json.dumps(body("{{a}}") | {"inputs": {"a": {"default": "Hello"}}})
    prompt = load_prompt(PATH, overlay={PATH: written})

    assert foreseen(prompt, "anthropic") == ()
    (empty,) = foreseen(prompt, "anthropic", Settings(values={"a": " "}))
    (long,) = foreseen(prompt, "anthropic", Settings(values={"a": "tok " * 250_000}))
    assert (empty.rule, long.rule) == ("empty-text", "context-window")


def test_what_may_be_empty_is_not_held_against_a_value() -> None:
    """A tool result without words, an argument without any, a system prompt left out."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "get", "input": {"text": "{{a}}"}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "{{a}}"}
    turns = [ASK, assistant(call), user(result)]
    written = json.dumps(body(messages=turns, system="{{a}}") | {"inputs": {"a": {"default": ""}}})

    assert foreseen(load_prompt(PATH, overlay={PATH: written}), "anthropic") == ()


@pytest.mark.parametrize(
    ("fields", "warned"),
    [
        ({"max_tokens": 400}, True),
        ({"max_tokens": 2_048}, False),
        ({"max_tokens": 400, "thinking": {"type": "disabled"}}, False),
        ({"max_tokens": 400, "model": "claude-haiku-4-5"}, False),
    ],
)
def test_trap_35_too_little_room_to_think_is_a_warning(
    fields: dict[str, Any], warned: bool
) -> None:
    """A model that thinks unasked may use up a small `max_tokens` and say nothing."""
    found = problems_of({"model": "claude-haiku-5-5", **fields})

    assert [(p.rule, p.severity) for p in found] == [("room-to-think", "warning")] * warned


def test_pictures_by_address_are_counted_and_not_opened() -> None:
    """A URL counts as an image; what is no https address may not be fetched."""
    named = {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}}
    local = {"type": "image", "source": {"type": "url", "url": "http://localhost/b.png"}}

    assert problems_of({"messages": [user(*[named] * 100)]}) == []
    (many,) = errors(problems_of({"messages": [user(*[named] * 101)]}))
    (warning,) = problems_of({"messages": [user(local, image())]})
    assert "101 > 100" in many.problem
    assert warning.severity == "warning"


WRONG = f"""\
model: claude-haiku-4-5
max_tokens: 100
messages:
  - role: user
    content:
      - type: image
        source:
          type: base64
          media_type: image/gif
          data: {png(10, 10)}
"""


def test_every_face_says_it_at_its_place_and_force_sends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`check`, `run` and the editors name line, column, rule and fix; `--force` goes on."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "prompts" / "a.prompt.yaml"
    path.parent.mkdir()
    path.write_text(WRONG, "utf-8")
    send = ["run", str(path), "--provider", "simulator", "--no-save"]

    assert main(["check"]) == 1
    checked = capsys.readouterr().out
    assert main(send) == 2
    unsent = capsys.readouterr().err
    assert main([*send, "--force"]) == 1
    forced = capsys.readouterr()
    bench = open_workbench(path.parent, provider="simulator")
    (shown,) = look(path, {}, "simulator", bench.plan).problems

    for said in (checked, unsent, forced.err):
        assert "a.prompt.yaml:9:23: the image is said to be image/gif" in said
        assert "[images]\n  Write image/png." in said
    assert "--force" in unsent
    assert "appears to be a image/png image" in forced.out
    assert (shown.line, shown.column, shown.rule) == (9, 23, "images")


def test_force_sends_what_has_not_even_the_apis_shape(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A field that is newer than we are can be tried; without --force nothing is sent."""
    path = tmp_path / "a.prompt.yaml"
    path.write_text(json.dumps(body("Hello") | {"frequency": 1}), "utf-8")
    send = ["run", str(path), "--provider", "simulator", "--no-save"]

    assert main(send) == 2
    assert "[shape]" in capsys.readouterr().err
    assert main([*send, "--force"]) == 1
    assert "frequency: Extra inputs are not permitted" in capsys.readouterr().out


def test_a_paused_turn_that_is_sent_back_is_no_prefill() -> None:
    """What the provider's own tools paused goes on where it stopped, on every model."""
    search = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    tools = [{"type": "web_search_20250305", "name": "web_search"}]
    turns = [ASK, assistant(text("I look."), search)]

    assert errors(problems_of({"messages": turns, "tools": tools, "model": "claude-opus-5"})) == []


def test_a_saved_request_is_looked_at_like_a_prompt() -> None:
    """By the same names, with the way to the place; its own API version counts."""
    fields: dict[str, Any] = {"temperature": 1, "messages": [user(image(8_001))]}
    old, new = (MessagesRequest.of(body(**fields), version) for version in ("", "2026-10-21"))
    torn = MessagesRequest.of({"model": "claude-haiku-4-5", "messages": "Hello"})

    assert [f.rule for f in foreseen_of(old, "anthropic")] == ["images"]
    assert {f.rule for f in foreseen_of(new, "anthropic")} == {"images", "api-version"}
    assert [f.rule for f in foreseen_of(torn, "anthropic")] == ["required", "shape"]
    assert foreseen_of(old, "anthropic")[0].keys == ("messages", 0, "content", 0)
