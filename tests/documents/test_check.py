"""What a model or provider would refuse, foreseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.conftest import MINIMAL, Write
from workbench.documents.check import check_prompt
from workbench.documents.prompt import load_prompt
from workbench.errors import Problem

TOOL = "{name: %s, input_schema: {type: object}}"
MARK = "cache_control: {type: ephemeral%s}"
BLOCK = "{type: text, text: x, " + MARK + "}"
ROOMY = MINIMAL.replace("100", "4000")
"""Leaves room to think for the models that think unasked."""
HAIKU_4_5, HAIKU_5_5, OPUS_5_5 = "claude-haiku-4-5", "claude-haiku-5-5", "claude-opus-5-5"


def foreseen(path: Path, text: str, provider: str = "anthropic") -> tuple[Problem, ...]:
    """What is foreseen of a prompt with this text."""
    return check_prompt(load_prompt(path, overlay={path: text}), provider)


@pytest.fixture
def path(write: Write) -> Path:
    """A prompt file without anything to foresee."""
    return write("a.prompt.yaml", MINIMAL)


@pytest.mark.parametrize("provider", ["anthropic", "bytespike", "simulator"])
def test_a_sound_prompt_has_nothing_to_foresee(path: Path, provider: str) -> None:
    """No false alarm on the plainest request, at any provider."""
    assert foreseen(path, MINIMAL, provider) == ()


@pytest.mark.parametrize(
    ("model", "lines", "said", "at"),
    [
        (HAIKU_4_5, "temperature: 0.5\ntop_p: 0.9", "cannot both be specified", (7, 1)),
        (HAIKU_5_5, "temperature: 0.5", "takes no `temperature` but its default", (6, 1)),
        (HAIKU_5_5, "top_k: 5", "takes no `top_k`", (6, 1)),
        (HAIKU_4_5, "output_config: {effort: low}", "does not support the effort", (6, 25)),
        (HAIKU_5_5, "output_config: {effort: hihg}", "knows no effort `hihg`", (6, 25)),
        (HAIKU_4_5, "thinking: {type: adaptive}", "`adaptive` is not supported", (6, 18)),
        (HAIKU_5_5, "thinking: {type: enabled, budget_tokens: 2000}", "`enabled` is not", (6, 18)),
        (OPUS_5_5, "thinking: {type: disabled}", "`disabled` is not supported", (6, 18)),
        (HAIKU_4_5, "thinking: {type: enabled}", "needs `budget_tokens`", (6, 11)),
        (HAIKU_4_5, "thinking: {type: enabled, budget_tokens: 9}", "1024 to below", (6, 42)),
        (
            HAIKU_5_5,
            "thinking: {type: disabled}\noutput_config: {effort: max}",
            "cannot switch thinking off at effort `max`",
            (7, 25),
        ),
        (
            OPUS_5_5,
            f"tools: [{TOOL % 'x'}]\ntool_choice: {{type: any}}",
            "cannot be forced",
            (7, 21),
        ),
        (HAIKU_4_5, f"tools: [{TOOL % 'x'}, {TOOL % 'x'}]", "must be unique", (6, 57)),
        (HAIKU_4_5, f"tools: [{TOOL % 'x y'}]", "should match", (6, 16)),
        (HAIKU_4_5, f"tools: [{TOOL % ('x' * 129)}]", "should match", (6, 16)),
        (HAIKU_4_5, "tool_choice: {type: auto}", "only be given with `tools`", (6, 1)),
        (
            HAIKU_4_5,
            f"tools: [{TOOL % 'get'}]\ntool_choice: {{type: tool, name: gte}}",
            "names no tool that is there",
            (7, 33),
        ),
        (HAIKU_4_5, f"system: [{', '.join([BLOCK % ''] * 5)}]", "Found 5", None),
        (HAIKU_4_5, f"system: [{', '.join([BLOCK % ''] * 4)}]\n{MARK % ''}", "Found 5", (7, 1)),
        (HAIKU_4_5, f"system: [{BLOCK % ''}, {BLOCK % ', ttl: 1h'}]", "after a 5m one", (6, 89)),
    ],
)
def test_what_the_api_would_refuse_is_foreseen(
    path: Path, model: str, lines: str, said: str, at: tuple[int, int] | None
) -> None:
    """Each rule of section 16 that the catalog can tell, at the place of the slip."""
    text = f"{ROOMY.replace(HAIKU_4_5, model)}{lines}\n"

    (problem,) = foreseen(path, text)

    assert said in problem.problem
    assert problem.severity == "error"
    assert problem.hint
    assert at is None or (problem.line, problem.column) == at


def test_max_tokens_is_held_against_the_model(path: Path) -> None:
    """Each provider's own maximum counts."""
    text = MINIMAL.replace("100", "9000")

    assert foreseen(path, text) == ()
    (problem,) = foreseen(path, text, "bytespike")
    assert problem.problem.startswith("max_tokens: 9000 > 8192")
    (problem,) = foreseen(path, MINIMAL.replace("100", "64001"))
    assert problem.problem.startswith("max_tokens: 64001 > 64000")


THINKING = "thinking: {type: enabled, budget_tokens: 2000}\n"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("temperature: 0.5", "only be set to 1"),
        ("top_k: 5", "`top_k` may not"),
        ("top_p: 0.5", "0.95 to 1"),
        (f"tools: [{TOOL % 'x'}]\ntool_choice: {{type: any}}", "cannot be forced while"),
    ],
)
def test_manual_thinking_rules_others_out(path: Path, lines: str, said: str) -> None:
    """Sampling and forced tools do not go with a thinking budget."""
    text = MINIMAL.replace("100", "4000") + THINKING + lines

    (problem,) = foreseen(path, text)

    assert said in problem.problem


PREFILL = "  - role: assistant\n    content: '%s'\n"


@pytest.mark.parametrize(
    ("model", "prefilled", "lines", "said"),
    [
        (HAIKU_4_5, "{", "", []),
        (HAIKU_4_5, "{ ", "", ["trailing whitespace"]),
        (HAIKU_5_5, "{", "", ["does not support assistant message prefill"]),
        (HAIKU_4_5, "{", THINKING, ["while thinking"]),
        (
            HAIKU_4_5,
            "{",
            "output_config: {format: {type: json_schema, schema: {additionalProperties: false}}}",
            ["`output_config.format`"],
        ),
    ],
)
def test_prefill_is_only_for_those_that_take_it(
    path: Path, model: str, prefilled: str, lines: str, said: list[str]
) -> None:
    """An answer begun by the user: only up to the 4.5 generation, and not with thinking."""
    text = MINIMAL.replace(HAIKU_4_5, model).replace("100", "4000")

    found = foreseen(path, text + PREFILL % prefilled + lines)

    assert len(found) == len(said)
    assert all(part in problem.problem for part, problem in zip(said, found, strict=True))


def test_a_system_message_inside_the_conversation_needs_a_newer_model(path: Path) -> None:
    """Haiku 5.5 takes the role, Haiku 4.5 does not."""
    text = ROOMY + "  - {role: system, content: Now in French.}\n  - {role: user, content: x}\n"

    assert foreseen(path, text.replace(HAIKU_4_5, HAIKU_5_5)) == ()
    (problem,) = foreseen(path, text)
    assert (problem.line, problem.column) == (6, 12)


CALL = "  - {role: assistant, content: [{type: tool_use, id: %s, name: x, input: {}}]}\n"
ANSWER = "  - {role: user, content: [%s{type: tool_result, tool_use_id: %s}]}\n"


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (CALL % "t1" + ANSWER % ("", "t1"), []),
        (CALL % "t1" + ANSWER % ("", "t2"), ["unexpected", "t1 has no `tool_result`"]),
        (CALL % "t1" + "  - {role: user, content: hi}\n", ["t1 has no `tool_result`"]),
        (CALL % "t1", ["t1 has no `tool_result`"]),
        (ANSWER % ("", "t1"), ["unexpected", "before other content"]),  # one turn with `hello`
        (
            CALL % "t1" + ANSWER % ("{type: text, text: hm}, ", "t1"),
            ["before other content"],
        ),
    ],
)
def test_tool_calls_and_results_belong_together(path: Path, messages: str, said: list[str]) -> None:
    """Every call is answered at once and first, every answer has its call."""
    found = [problem.problem for problem in foreseen(path, MINIMAL + messages)]

    assert len(found) == len(said)
    assert all(any(part in problem for problem in found) for part in said)


@pytest.mark.parametrize(
    ("model", "provider", "said", "hint"),
    [
        ("claude-haiku-4-6", "anthropic", "not in the catalog", "claude-haiku-4-5"),
        ("claude-haiku-5-5", "bytespike", "does not list", ""),
        ("claude-sonnet-4-5", "anthropic", "is deprecated", "another"),
        ("claude-mythos-5-2", "anthropic", "limited to approved", "another"),
    ],
)
def test_doubts_about_a_model_only_warn(
    path: Path, model: str, provider: str, said: str, hint: str
) -> None:
    """A model newer than the catalog, or an old one, may still answer."""
    (problem,) = foreseen(path, ROOMY.replace(HAIKU_4_5, model), provider)

    assert said in problem.problem
    assert hint in problem.hint
    assert problem.severity == "warning"
    assert (problem.line, problem.column) == (1, 8)


def test_what_a_provider_does_not_document_is_not_sent_unasked(path: Path) -> None:
    """ByteSpike may refuse what its pages do not name (422): `--force` is how to try it."""
    (problem,) = foreseen(path, MINIMAL + MARK % "", "bytespike")

    assert "does not document `cache_control`" in problem.problem
    assert (problem.severity, problem.rule) == ("error", "undocumented-field")


def test_a_long_tool_name_only_warns(path: Path) -> None:
    """The documentation allows 64 characters, the API takes 128."""
    (problem,) = foreseen(path, MINIMAL + f"tools: [{TOOL % ('x' * 65)}]")

    assert problem.severity == "warning"


def test_sampling_is_refused_under_the_newer_version(path: Path, own_home: Path) -> None:
    """A profile that pins the API's newer version takes no sampling field at all."""
    config = own_home / "config" / "config.yaml"
    config.parent.mkdir()
    config.write_text(
        "providers: {newer: {base_url: 'https://x.test', prices_from: anthropic,"
        " api_versions: {default_for_us: '2026-10-21'}}}"
    )
    from workbench.catalog.catalog import catalog

    catalog.cache_clear()
    try:
        (problem,) = foreseen(path, MINIMAL + "temperature: 1", "newer")
    finally:
        catalog.cache_clear()

    assert "refused by API version 2026-10-21" in problem.problem


VERSIONED = """variants:
  old: {}
  new: {api_version: 2026-10-21, temperature: null}
  wrong: {api_version: "2026-10-21"}
"""


def test_the_version_that_a_variant_names_decides(path: Path) -> None:
    """Sampling goes with the older one only; ByteSpike is not known to take the newer one."""
    text = MINIMAL + "temperature: 0.5\n" + VERSIONED

    (problem,) = foreseen(path, text)
    assert "`temperature` is refused by API version 2026-10-21" in problem.problem
    assert problem.rule == "api-version"
    assert {p.rule for p in foreseen(path, text, "bytespike")} == {"api-version"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "  - {role: assistant, content: [{type: document, source: {type: text,"
            " media_type: text/plain, data: x}}]}\n"
            "  - {role: user, content: and?}\n",
            "a document in an assistant message",
        ),
        (
            "  - {role: assistant, content: x}\n"
            "  - {role: user, content: [{type: text, text: y, citations: [{cited_text: x}]}]}\n",
            "citations of a user's text",
        ),
    ],
)
def test_what_moved_in_the_newer_version(path: Path, content: str, said: str) -> None:
    """Blocks that the older one takes where they stand."""
    text = MINIMAL + content

    assert foreseen(path, text) == ()
    (problem,) = foreseen(path, text + 'api_version: "2026-10-21"\n')
    assert said in problem.problem


def test_every_problem_foreseen_names_its_rule(path: Path) -> None:
    """So that it can be looked up; only what is asked for is looked at."""
    text = (
        MINIMAL
        + "temperature: 0.5\ntop_p: 0.9\nvariants:\n  a: {}\n  b: {output_config.effort: low}\n"
    )
    prompt = load_prompt(path, overlay={path: text})

    assert {p.rule for p in check_prompt(prompt, "anthropic")} == {"sampling", "effort"}
    assert {p.rule for p in check_prompt(prompt, "anthropic", only=["a"])} == {"sampling"}
    newer = check_prompt(prompt, "anthropic", only=["b"], model=HAIKU_5_5)
    assert all(HAIKU_5_5 in p.problem for p in newer)


def test_a_slip_is_told_where_the_variant_or_the_matrix_made_it(path: Path) -> None:
    """The place of a problem is the patch that brought it about."""
    text = ROOMY + (
        "variants:\n"
        "  warm: {temperature: 0.7}\n"
        "  quick: {output_config.effort: low}\n"
        f"matrix:\n  model: [{HAIKU_4_5}, {HAIKU_5_5}, claude-haiku-9]\n"
    )

    found = {(p.line, p.column): p.problem for p in foreseen(path, text)}

    assert HAIKU_5_5 in found[7, 10]
    assert HAIKU_4_5 in found[8, 33]
    assert "claude-haiku-9" in found[10, 47]
    assert len(found) == 3


def test_of_a_server_given_by_its_address_nothing_is_foreseen_but_the_model(path: Path) -> None:
    """It has no profile of its own; the model's rules hold wherever it is served."""
    text = MINIMAL + "variants:\n  quick: {output_config.effort: low}\n"

    found = {p.severity: p.problem for p in foreseen(path, text, "127.0.0.1")}

    assert "effort" in found["error"]
    assert "is not known" in found["warning"]
