"""Prompt files with all that they include."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.documents.conftest import MINIMAL, Write
from workbench.documents.check import check_file
from workbench.documents.prompt import Input, load_prompt, prompts_in
from workbench.errors import DocumentError, Problem
from workbench.variants import build


def problems(path: Path, **given: Any) -> tuple[Problem, ...]:
    """The problems that keep a prompt from being loaded."""
    with pytest.raises(DocumentError) as refused:
        load_prompt(path, **given)
    return tuple(problem for problem in refused.value.problems if problem.severity == "error")


def place(problem: Problem) -> tuple[str, int, int]:
    """Where a problem is."""
    return problem.path.name, problem.line, problem.column


def test_the_example_of_the_design_loads(write: Write) -> None:
    """All names of a prompt file arrive where they belong."""
    path = write(
        "triage.prompt.yaml",
        """\
model: claude-haiku-4-5
max_tokens: 400
temperature: 0
system: file://triage.system.yaml        # or text, or blocks
tools: file://orders.tools.yaml          # or a list
tool_choice: {type: auto}
messages:
  - role: user
    content: |-
      Locale: {{locale}}
      <ticket>{{ticket}}</ticket>
inputs:
  ticket: {required: true}
  locale: {default: "en"}
cases: file://triage.cases.yaml
variants:
  base: {}
  terse: {system: file://triage-terse.system.yaml}
  warm: {temperature: 0.7}
matrix: {model: [claude-haiku-4-5, claude-haiku-5-5]}
limits: {cost_usd: 0.25, concurrency: 4}
""",
    )
    system = "system:\n  - type: text\n    text: file://policy.md\n"
    write("triage.system.yaml", system + "    cache_control: {type: ephemeral}\n")
    write("triage-terse.system.yaml", "system: Be brief, {{locale}}.\n")
    write("policy.md", '# Policy\n\nBe kind: no {"quotes"} change.\n')
    write(
        "orders.tools.yaml",
        """\
tools:
  - name: get_order
    description: Look an order up by its number.
    input_schema: {type: object, properties: {order_id: {type: string}}, required: [order_id]}
mocks:
  get_order:
    - {when: {order_id: "A-1"}, result: {status: shipped, days_late: 9}}
    - {error: "no such order"}
""",
    )
    write("triage.cases.yaml", "cases: []")

    prompt = load_prompt(path)

    assert prompt.name == "triage"
    assert prompt.problems == ()
    assert list(prompt.body) == [
        *("model", "max_tokens", "temperature", "system", "tools", "tool_choice", "messages"),
    ]
    policy = '# Policy\n\nBe kind: no {"quotes"} change.\n'
    marker = {"type": "ephemeral"}
    assert prompt.body["system"] == [{"type": "text", "text": policy, "cache_control": marker}]
    assert prompt.body["tools"][0]["name"] == "get_order"
    assert prompt.inputs == {
        "ticket": Input("ticket", None, True),
        "locale": Input("locale", "en", False),
    }
    assert prompt.variants["terse"] == {"system": "Be brief, {{locale}}."}
    assert prompt.matrix == {"model": ["claude-haiku-4-5", "claude-haiku-5-5"]}
    assert prompt.limits.cost_usd == Decimal("0.25")
    assert prompt.limits.concurrency == 4
    assert prompt.mocks["get_order"][1] == {"error": "no such order"}
    assert [p and p.name for p in (prompt.cases, prompt.system_path, prompt.tools_path)] == [
        *("triage.cases.yaml", "triage.system.yaml", "orders.tools.yaml"),
    ]
    assert {file.name for file in prompt.files} == {
        *("triage.prompt.yaml", "triage.system.yaml", "triage-terse.system.yaml"),
        *("policy.md", "orders.tools.yaml"),
    }


PASTED: list[dict[str, Any]] = [
    {
        "model": "claude-opus-5-5",
        "max_tokens": 1024,
        "system": "You are brief.",
        "messages": [
            {"role": "user", "content": "Hi"},
            {
                "role": "assistant",
                "content": [{"type": "text", "text": "Hello", "citations": None}],
            },
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": {"type": "url", "url": "file://not-read.png"}},
                    {"type": "hologram", "z": 1, "a": [{"b": None}]},
                ],
            },
        ],
        "stop_sequences": ["END"],
        "metadata": {"user_id": "u"},
        "container": {"id": "c", "skills": []},
        "mcp_servers": [{"type": "url", "url": "https://example.com"}],
        "tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 5}],
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {}}},
        "stream": True,
    },
    {
        "model": "m",
        "max_tokens": 5,
        "messages": [
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "", "signature": "EqQB"},
                    {"type": "redacted_thinking", "data": "x"},
                    {
                        "type": "tool_use",
                        "id": "t",
                        "name": "n",
                        "input": {"z": 1, "a": "file://x"},
                    },
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "t",
                        "content": [
                            {"type": "text", "text": "x"},
                            {"type": "tool_reference", "tool_name": "n"},
                        ],
                        "is_error": False,
                    }
                ],
            },
        ],
        "tools": [
            {"name": "n", "input_schema": {"type": "object", "properties": {"no": {"x": None}}}}
        ],
    },
]


@pytest.mark.parametrize("body", PASTED)
def test_a_request_pasted_from_the_documentation_works_unchanged(
    write: Write, body: dict[str, Any]
) -> None:
    """A body as JSON is sent to the letter: unknown blocks, beta fields, key order and all."""
    path = write("pasted.prompt.yaml", json.dumps(body, indent=2))

    (variant,) = build(load_prompt(path))

    sent = {**body, "stream": True}
    assert variant.request.to_json() == json.dumps(sent, separators=(",", ":"))


def test_unsaved_text_wins_over_the_disk(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the editors counts, for the prompt and for what it includes."""
    path = write("a.prompt.yaml", "not: [yaml")
    system = write("a.system.yaml", "system: old")
    overlay = {path: MINIMAL + "system: file://a.system.yaml\n", system: "system: new"}

    assert load_prompt(path, overlay=overlay).body["system"] == "new"
    monkeypatch.chdir(path.parent)
    relative = load_prompt(Path("a.prompt.yaml"), overlay=overlay)
    assert relative.body["system"] == "new"
    assert relative.system_path == Path("a.system.yaml")


def test_a_new_file_may_exist_in_an_editor_only(write: Write) -> None:
    """A file that was never saved can be included all the same."""
    path = write("a.prompt.yaml", MINIMAL + "system: file://new.md\n")

    prompt = load_prompt(path, overlay={path.parent / "new.md": "fresh"})

    assert prompt.body["system"] == "fresh"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../secret.md", "leads out of the workspace"),
        ("sub/../../secret.md", "leads out of the workspace"),
        ("/etc/passwd", "leads out of the workspace"),
        ("link.md", "leads out of the workspace"),
        ("linked/secret.md", "leads out of the workspace"),
        ("", "names no file"),
        ('"\\0"', "names no file"),
        ("polisy.md", "is not there"),
        ("sub", "not a file"),
        ("picture.md", "not UTF-8"),
    ],
)
def test_what_may_not_be_included_is_refused(write: Write, name: str, said: str) -> None:
    """Nothing outside of the workspace is read, by no name and by no link."""
    included = '"file://\\0"' if "\\0" in name else f"file://{name}"
    path = write("a.prompt.yaml", MINIMAL + f"system: {included}\n")
    folder = path.parent
    write("../secret.md", "secret")
    write("policy.md", "policy")
    write("sub/x.md", "x")
    (folder / "picture.md").write_bytes(b"\x89PNG\xff")
    os.symlink(folder.parent / "secret.md", folder / "link.md")
    os.symlink(folder.parent, folder / "linked")

    (problem,) = problems(path)

    assert said in problem.problem
    if name == "polisy.md":
        assert problem.hint == "Did you mean `policy.md`?"
        assert place(problem) == ("a.prompt.yaml", 6, 9)


def test_a_wider_workspace_lets_includes_out_of_the_folder(write: Write) -> None:
    """With a root above it, a prompt may share texts with its neighbours."""
    path = write("team/a.prompt.yaml", MINIMAL + "system: file://../shared.md\n")
    write("shared.md", "ours")

    assert load_prompt(path, root=path.parent.parent).body["system"] == "ours"
    assert "leads out" in problems(path)[0].problem


def test_a_name_is_relative_to_the_file_that_holds_it(write: Write) -> None:
    """A system file in a folder names its neighbours there."""
    path = write("a.prompt.yaml", MINIMAL + "system: file://parts/b.system.yaml\n")
    write("parts/b.system.yaml", "system: [{type: text, text: file://c.md}]")
    write("parts/c.md", "here")

    assert load_prompt(path).body["system"][0]["text"] == "here"


def test_includes_that_go_in_a_circle_are_refused(write: Write) -> None:
    """Two system files that name each other end in one problem, not in a hang."""
    path = write("a.prompt.yaml", MINIMAL + "system: file://b.system.yaml\n")
    write("b.system.yaml", "system: file://c.system.yaml")
    write("c.system.yaml", "system: file://b.system.yaml")

    (problem,) = problems(path)

    assert "comes back to itself" in problem.problem
    assert place(problem) == ("c.system.yaml", 1, 9)


@pytest.mark.parametrize("line", ["system: file://b.tools.yaml", "tools: file://b.md"])
def test_a_part_comes_from_a_file_of_its_kind(write: Write, line: str) -> None:
    """Tools are no system prompt, and a plain text is no list of tools."""
    path = write("a.prompt.yaml", MINIMAL + line)
    write("b.tools.yaml", "tools: []")
    write("b.md", "x")

    (problem,) = problems(path)

    assert "cannot be taken from" in problem.problem


def test_problems_of_included_files_stand_where_they_are(write: Write) -> None:
    """A slip in a tools file is told with that file's name, line and column."""
    path = write(
        "a.prompt.yaml", MINIMAL + "tools: file://b.tools.yaml\nsystem: file://c.system.yaml\n"
    )
    write("b.tools.yaml", "tools:\n  - name: x\n    input_shema: {type: object}\nmoks: {}\n")
    write("c.system.yaml", "system:\n  - {type: text, text: 3}\n")

    found = {place(problem): problem for problem in problems(path)}

    assert found["b.tools.yaml", 3, 5].hint == "Did you mean `input_schema`?"
    assert found["b.tools.yaml", 4, 1].hint == "Did you mean `mocks`?"
    assert "has to be text" in found["c.system.yaml", 2, 24].problem


@pytest.mark.parametrize(
    ("line", "column", "said", "hint"),
    [
        ("modle: x", 1, "`modle`", "Did you mean `model`?"),
        ("variant: {}", 1, "`variant`", "Did you mean `variants`?"),
        ("stop_sequences: END", 17, "has to be a list", ""),
        ("stop_sequences: [' ']", 18, "blanks", ""),
        ("temperature: warm", 14, "has to be a number, not text", ""),
        ("temperature:", 1, "is empty", "remove the line"),
        ("temperature: 1.5", 14, "is 1.5", "between 0 and 1"),
        ("top_k: true", 8, "has to be a whole number", ""),
        ("tool_choice: {type: forced}", 21, "cannot be `forced`", "auto"),
        ("tool_choice: {name: x}", 14, "lacks `type`", ""),
        ("thinking: {type: enabled, budget: 5}", 27, "`thinking.budget`", "budget_tokens"),
        ("cache_control: {type: ephemeral, ttl: 10m}", 39, "cannot be `10m`", ""),
        ("template: jinja", 1, "not supported yet", "Remove the line"),
        ("inputs: {x: 5}", 13, "has to be a mapping", "default"),
        ("inputs: {x y: {}}", 10, "cannot be the name", "letters"),
        ("inputs: {x: {default: [1]}}", 23, "has to be text", ""),
        ("inputs: {x: {default: a, required: true}}", 14, "never used", ""),
        ("cases: x.cases.yaml", 8, "has to name a file", "file://"),
        ("cases: [{id: a}]", 8, "has to be text, not a list", "file://NAME.cases.yaml"),
        ("cases: file://x.cases.yaml", 8, "is not there", ""),
        ("limits: {cost: 1}", 10, "`limits.cost`", "cost_usd"),
        ("limits: {run_cost_usd: -1}", 24, "too small", "At least 0"),
        ("api_version: 2", 14, "has to be a version of the API", "2026-10-21"),
        ("api_version: newest", 14, "has to be a version of the API", "2026-10-21"),
        ("variants: {a: {api_version: 3}}", 29, "has to be a version of the API", "2026-10-21"),
        ("limits: {concurrency: 0}", 23, "too small", "At least 1"),
        ("redact: [3]", 10, "has to be the name of a variable", "[ticket]"),
        ("redact: ticket", 9, "has to be a list", ""),
        ("redact: [tikket]", 10, "`tikket`, which no text uses", ""),
        ("redact_tools: yes please", 15, "has to be true or false", ""),
        ("variants: [a]", 11, "has to be a mapping", ""),
        ("variants: {a: [1]}", 15, "has to be a mapping", ""),
        ("variants: {a: {temprature: 1}}", 16, "`temprature`", "Did you mean `temperature`?"),
        ("variants: {a: {temperature: hot}}", 29, "has to be a number", ""),
        ("variants: {a: {output_config.efort: low}}", 16, "`output_config.efort`", "`effort`"),
        ("variants: {a: {messages.3.content: x}}", 16, "has 1 elements", ""),
        ("variants: {a: {messages.0.role: usr}}", 33, "cannot be `usr`", "`user`"),
        ("variants: {a: {model: null}}", 12, "`a` has no `model`", ""),
        ("matrix: {tempratur: [1, 2]}", 10, "`tempratur`", "Did you mean `temperature`?"),
        ("matrix: {temperature: [1, hot]}", 27, "has to be a number", ""),
        ("matrix: {temperature: 1}", 23, "has to be a list", ""),
        ("matrix: {model: []}", 17, "is empty", ""),
        ("exclude: [{modle: x}]", 12, "neither `variant` nor", "variant"),
        ("exclude: [{variant: base}]", 1, "leaves no variant", ""),
    ],
)
def test_each_slip_is_told_where_it_stands(
    write: Write, line: str, column: int, said: str, hint: str
) -> None:
    """One slip in a line of a prompt file: one problem there, with what to do."""
    (problem,) = problems(write("a.prompt.yaml", MINIMAL + line))

    assert said in problem.problem
    assert hint in problem.hint
    assert problem.hint
    assert place(problem) == ("a.prompt.yaml", 6, column)


@pytest.mark.parametrize(
    ("messages", "line", "said"),
    [
        ("messages: []", 3, "at least one message"),
        ("messages:\n  - hello", 4, "has to be a mapping"),
        ("messages:\n  - {role: user}", 4, "lacks `content`"),
        ("messages:\n  - {role: user, content: ''}", 4, "is empty"),
        ("messages:\n  - {role: bot, content: x}", 4, "cannot be `bot`"),
        ("messages:\n  - {role: user, content: x, name: y}", 4, "`messages.0.name`"),
        ("messages:\n  - role: user\n    content:\n      - hello", 6, "content block"),
        ("messages:\n  - role: user\n    content:\n      - {text: hello}", 6, "lacks `type`"),
        ("messages:\n  - role: user\n    content:\n      - {type: text}", 6, "lacks `text`"),
        ("messages:\n  - role: user\n    content:\n      - {type: text, text: ' '}", 6, "is empty"),
        ("messages:\n  - role: user\n    content:\n      - {type: text, text: a, x: 1}", 6, "`x`"),
        (
            "messages:\n  - role: assistant\n    content:\n"
            "      - {type: image, source: {type: url, url: x}}",
            6,
            "may not stand in an assistant message",
        ),
    ],
)
def test_messages_are_checked_to_the_block(
    write: Write, messages: str, line: int, said: str
) -> None:
    """What is wrong inside the messages is told at its own line."""
    text = f"model: m\nmax_tokens: 5\n{messages}\n"

    (problem,) = problems(write("a.prompt.yaml", text))

    assert said.strip("`") in problem.problem
    assert problem.line == line


@pytest.mark.parametrize("text", ["", "# nothing yet", "hello", "- a", "3"])
def test_a_file_that_is_no_mapping_gets_one_problem(write: Write, text: str) -> None:
    """Whatever else stands in a prompt file is told in one line."""
    (problem,) = problems(write("a.prompt.yaml", text))

    assert "has to be a mapping" in problem.problem


def test_what_is_missing_is_told(write: Write) -> None:
    """A prompt file lacks the three required fields until the user writes them."""
    found = problems(write("a.prompt.yaml", "temperature: 1"))

    assert [p.problem for p in found] == [
        f"`{name}` is missing" for name in ("model", "max_tokens", "messages")
    ]


def test_a_variant_or_the_matrix_may_give_what_is_missing(write: Write) -> None:
    """What counts is what would be sent."""
    text = MINIMAL.replace("model: claude-haiku-4-5\n", "").replace("max_tokens: 100\n", "")
    extra = "variants: {a: {max_tokens: 5}, b: {max_tokens: 6}}\nmatrix: {model: [x, y]}\n"

    prompt = load_prompt(write("a.prompt.yaml", text + extra))

    assert len(build(prompt)) == 4


def test_halves_of_a_mapping_may_come_from_variant_and_matrix(write: Write) -> None:
    """A patch is judged by the body that it makes, not on its own."""
    extra = "variants: {a: {thinking.budget_tokens: 2000}}\nmatrix: {thinking.type: [enabled]}\n"

    (variant,) = build(load_prompt(write("a.prompt.yaml", MINIMAL + extra)))

    assert variant.request.body["thinking"] == {"budget_tokens": 2000, "type": "enabled"}


def test_all_problems_come_at_once_in_the_order_of_the_file(write: Write) -> None:
    """One look at the list is enough to mend a file."""
    text = "model: 3\nmodel: 4\nmax_tokens: x\nmessages:\n  - {role: u}\nfoo: {{x}}\n"

    found = problems(write("a.prompt.yaml", text))

    assert [p.line for p in found] == [1, 2, 3, 5, 5, 6, 6]


def test_where_says_what_was_written_where(write: Write) -> None:
    """Every value, joined ones and dotted ones included, is found in its file."""
    path = write(
        "a.prompt.yaml",
        MINIMAL + "system: file://b.system.yaml\nvariants:\n  low: {output_config.effort: low}\n",
    )
    write("b.system.yaml", "# system\nsystem:\n  - type: text\n    text: file://c.md\n")
    write("c.md", "hello")
    prompt = load_prompt(path)

    def at(*keys: str | int) -> tuple[str, int, int]:
        where, line, column = prompt.where(*keys)
        return where.name, line, column

    assert at("messages", 0, "content") == ("a.prompt.yaml", 5, 14)
    assert at("system", 0, "type") == ("b.system.yaml", 3, 11)
    assert at("system", 0, "text") == ("c.md", 1, 1)
    assert at("variants", "low", "output_config", "effort") == ("a.prompt.yaml", 8, 31)
    assert at("messages", 0, "nothing", "here") == ("a.prompt.yaml", 4, 5)


def test_an_unused_input_is_a_warning(write: Write) -> None:
    """A declared variable that no text uses stops nothing, but is told."""
    text = MINIMAL.replace("hello", "'{{tickt}}'") + "inputs: {ticket: {}}\n"

    prompt = load_prompt(write("a.prompt.yaml", text))

    (warning,) = prompt.problems
    assert warning.severity == "warning"
    assert warning.hint == "Did you mean `tickt`?"


def test_a_default_is_the_text_that_was_written(write: Write) -> None:
    """Numbers and truth values fill a text as they stand in the file; a file may be named."""
    text = MINIMAL + (
        "inputs: {a: {default: 1.50}, b: {default: true}, c: {default: 12:30}, "
        "d: {default: file://d.md}, e: {default: null}, f: }\n"
    )
    write("d.md", "long\n")

    inputs = load_prompt(write("a.prompt.yaml", text)).inputs

    assert [i.default for i in inputs.values()] == ["1.50", "true", "12:30", "long\n", None, None]


def test_the_prompts_of_a_folder_are_listed_by_name(write: Write) -> None:
    """Only prompt files, sorted."""
    for name in ("b.prompt.yaml", "a.prompt.yml", "c.system.yaml", "d.yaml"):
        write(name, "")

    found = prompts_in(write("e.md", "").parent)

    assert [path.name for path in found] == ["a.prompt.yml", "b.prompt.yaml"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.system.yaml", "system: 3", "has to be text or a list"),
        ("a.system.yaml", "system: [{type: text, txt: x}]", "`system.0.txt`"),
        ("a.system.yaml", "sytem: x", "`sytem`"),
        ("a.system.yaml", "hello", "has to be a mapping"),
        ("a.system.yaml", "system: file://nope.md", "is not there"),
        ("a.tools.yaml", "tools: [{name: x}]", "lacks `input_schema`"),
        ("a.tools.yaml", "tools: []\nmocks: {x: [{}]}", "either a `result` or an `error`"),
        ("a.tools.yaml", "tools: []\nmocks: {x: {result: 1}}", "has to be a list"),
        ("a.cases.yaml", "cases: [{id: a}, {id: a}]", "used twice"),
        ("a.cases.yaml", "cases: [{var: {}}]", "`cases.0.var`"),
        ("a.yaml", "a: [1", "a list in [ ]"),
        ("a.md", "\x00", "U+0000"),
        ("missing.md", "", "no such file"),
    ],
)
def test_every_kind_of_file_can_be_checked(write: Write, name: str, text: str, said: str) -> None:
    """A file is checked by its kind, on its own, and nothing is raised."""
    path = write("x/" + name, text)
    if name == "missing.md":
        path.unlink()

    found = check_file(path)

    assert any(said in problem.problem for problem in found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.prompt.yaml", MINIMAL),
        ("a.system.yaml", "system: |-\n  hello\n"),
        ("a.tools.yaml", "tools: []\nmocks: {x: [{error: e}]}\n"),
        ("a.cases.yaml", "defaults: {vars: {a: 1}}\ncases: [{id: 1, vars: {b: x}, ideal: {}}]\n"),
        ("a.yaml", "{a: 1}"),
        ("a.md", "{{anything}} [goes"),
    ],
)
def test_a_good_file_has_no_problems(write: Write, name: str, text: str) -> None:
    """What is right is left alone."""
    assert check_file(write(name, text)) == ()
