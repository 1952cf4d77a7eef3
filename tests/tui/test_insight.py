"""What is known of a prompt while it is typed, and where its problems are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tui.app import EXAMPLES
from workbench.catalog.profile import SIMULATOR
from workbench.errors import Problem
from workbench.tui.chosen import Chosen
from workbench.tui.insight import Insight, look, named_in
from workbench.tui.placed import placed
from workbench.workbench.bench import open_workbench
from workbench.workbench.forecast import forecast

SMALL = """model: claude-haiku-4-5
max_tokens: 20
messages: [{role: user, content: Hello}]
"""


def seen(folder: Path, text: str, **files: str) -> Insight:
    """What is known of a prompt with this text, not yet saved; `files` lie beside it."""
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)
    path = folder / "own.prompt.yaml"
    path.write_text("")
    return look(path, {path: text}, SIMULATOR, open_workbench(folder).plan)


@pytest.mark.parametrize("name", ["triage", "policy", "orders"])
def test_the_examples_are_ready_to_be_sent(name: str) -> None:
    """No problem, a plan, an estimate for each of their files, a forecast in words."""
    plan_of = open_workbench(EXAMPLES).plan
    insight = look(EXAMPLES / f"{name}.prompt.yaml", {}, SIMULATOR, plan_of)

    assert insight.problems == ()
    assert insight.plan is not None
    assert insight.first_error is None
    assert insight.estimates["prompt"].tokens > 0
    assert insight.estimates["system"].tokens > 0
    assert insight.outlook.startswith(f"next round: {len(insight.plan.runs)} run")
    assert insight.files["system"] is not None
    assert (insight.files["tools"] is not None) == (name == "orders")


def test_the_policy_is_told_to_be_cached() -> None:
    """The note under the system prompt says that it is over the model's minimum."""
    plan_of = open_workbench(EXAMPLES).plan
    insight = look(EXAMPLES / "policy.prompt.yaml", {}, SIMULATOR, plan_of)

    assert insight.notes["system"] == "cached, over 4,096: to be written"


def test_a_breakpoint_below_the_minimum_says_so(tmp_path: Path) -> None:
    """It would silently cache nothing."""
    blocks = "system: [{type: text, text: Hi, cache_control: {type: ephemeral}}]\n"

    assert seen(tmp_path, SMALL + blocks).notes["system"] == "not cached: below the 4,096 minimum"


def test_what_is_typed_counts_not_what_is_saved(tmp_path: Path) -> None:
    """The plan holds the text in the editor."""
    insight = seen(tmp_path, SMALL.replace("Hello", "Bonjour"))

    assert insight.plan is not None
    (request,) = insight.plan.requests.values()
    assert "Bonjour" in request.to_json()


def test_a_broken_prompt_still_names_its_files(tmp_path: Path) -> None:
    """So that the one that is broken can be opened; one that is not there is left out."""
    text = f"{SMALL}system: file://a.system.yaml # mine\ntools: 'file://gone.tools.yaml'\n"
    insight = seen(tmp_path, text, a__system__yaml="system: [")

    assert insight.prompt is None
    assert insight.files == {"system": tmp_path / "a.system.yaml"}
    assert insight.first_error is not None


def test_a_text_as_system_prompt_has_an_editor_too(tmp_path: Path) -> None:
    """`system: file://rules.md` opens rules.md."""
    insight = seen(tmp_path, f"{SMALL}system: file://rules.md\n", rules__md="Be brief.")

    assert insight.prompt is not None
    assert insight.files == {"system": tmp_path / "rules.md", "tools": None}


def test_a_cost_limit_is_a_refusal_not_a_problem_of_a_file(tmp_path: Path) -> None:
    """It is said with what it would have cost."""
    insight = seen(tmp_path, f"{SMALL}limits: {{cost_usd: 0.00000001}}\n")

    assert insight.plan is None
    assert insight.refusal is not None
    assert "over the limit" in insight.refusal.problem


def test_a_model_without_a_price_has_no_forecast_in_dollars(tmp_path: Path) -> None:
    """Unknown is not zero."""
    insight = seen(tmp_path, SMALL.replace("claude-haiku-4-5", "my-own-model"))

    assert insight.outlook == "next round: 1 run, price not known"


def test_a_name_in_a_comment_or_a_text_names_no_file() -> None:
    """Only `system:` and `tools:` at the start of a line do."""
    text = "# system: file://a\nmessages:\n  system: file://b\ntools:   file://c.tools.yaml\n"

    assert named_in(text) == {"tools": "c.tools.yaml"}


# What was chosen for the next round

CHOICES = """model: claude-haiku-4-5
max_tokens: 20
messages: [{role: user, content: "{{a}} {{b}}"}]
inputs: {b: {default: two}}
cases: file://own.cases.yaml
variants:
  base: {}
  long: {max_tokens: 4000}
  other: {model: claude-opus-4-6, system: "so\\nit is", tools: null, output_config: {effort: low}}
"""
CASES = "cases: [{id: one, vars: {a: 1}}, {id: two, vars: {a: 2, b: 3}}]"


def chosen(folder: Path, text: str = CHOICES, **choices: Any) -> Insight:
    """What is known of the prompt where this was chosen."""
    (folder / "own.cases.yaml").write_text(CASES)
    path = folder / "own.prompt.yaml"
    path.write_text(text)
    return look(path, {}, SIMULATOR, open_workbench(folder).plan, Chosen(**choices))


def test_variants_are_listed_with_what_they_do_otherwise(tmp_path: Path) -> None:
    """In a few words, whatever they hold."""
    words = [one.words for one in chosen(tmp_path).variants]

    assert words == [
        "",
        "max_tokens 4000",
        'model claude-opus-4-6, system "so\\nit is", no tools, output_config.effort low',
    ]


def test_the_next_round_follows_variants_values_and_cases(tmp_path: Path) -> None:
    """How many runs, what they cost, what is still missing."""
    whole = chosen(tmp_path, values={"a": "x"})
    fewer = chosen(tmp_path, values={"a": "x"}, off=frozenset(("other", "long")))
    longer = chosen(tmp_path, values={"a": "x " * 999}, off=frozenset(("other", "long")))
    cases = chosen(tmp_path, every_case=True, off=frozenset(("other",)))

    assert whole.outlook.startswith("next round: 3 runs, $")
    assert fewer.outlook.startswith("next round: 1 run, $")
    assert cases.outlook.startswith("next round: 4 runs, $")
    assert fewer.plan is not None
    assert longer.plan is not None
    assert forecast(longer.plan).input_tokens.tokens > forecast(fewer.plan).input_tokens.tokens
    assert longer.estimates["prompt"].tokens > fewer.estimates["prompt"].tokens
    assert cases.known == {"a", "b"}


def test_what_is_off_is_not_foreseen(tmp_path: Path) -> None:
    """A variant that would be refused stops nothing while it is off."""
    text = CHOICES.replace("4000", "4000000")
    on = chosen(tmp_path, text, values={"a": "x"})
    off = chosen(tmp_path, text, values={"a": "x"}, off=frozenset(("long",)))

    assert on.first_error is not None
    assert off.first_error is None


def test_every_variant_off_is_a_refusal_with_a_hint(tmp_path: Path) -> None:
    """There is no round to send."""
    insight = chosen(tmp_path, values={"a": "x"}, off=frozenset(("base", "long", "other")))

    assert insight.plan is None
    assert insight.refusal is not None
    assert "alt+v" in insight.refusal.hint


def test_a_value_that_no_text_uses_any_more_is_kept_for_later(tmp_path: Path) -> None:
    """It stops nothing."""
    insight = chosen(tmp_path, values={"a": "x", "gone": "y"})

    assert insight.plan is not None
    assert insight.plan.info.values == {"a": "x"}
    assert "gone" not in insight.values


# Where problems are told

PROMPT, SYSTEM = Path("/p/a.prompt.yaml"), Path("/p/a.system.yaml")
TEXTS = {
    PROMPT: "model: m\n# file://policy.md was here\nsystem: file://a.system.yaml\n",
    SYSTEM: "system:\n  - type: text\n    text: 'file://more/policy.md'\n",
}


def test_a_problem_of_a_file_on_the_screen_stays_there() -> None:
    """As it is."""
    wrong = Problem(SYSTEM, 2, 3, "odd")

    assert placed([wrong], TEXTS) == {PROMPT: [], SYSTEM: [wrong]}


def test_a_problem_of_another_file_is_told_where_that_is_named() -> None:
    """By name and place; a comment names nothing."""
    wrong = Problem(Path("/p/more/policy.md"), 7, 1, "odd", "Mend it.", "warning")
    told = replace(wrong, path=SYSTEM, line=3, column=12, problem="policy.md:7:1 odd")

    assert placed([wrong], TEXTS) == {PROMPT: [], SYSTEM: [told]}


def test_a_problem_of_a_file_that_nothing_names_is_told_first_thing() -> None:
    """At the head of the prompt: said it must be."""
    wrong = Problem(Path("/p/x.cases.yaml"), 4, 2, "odd")
    told = replace(wrong, path=PROMPT, line=1, column=1, problem="x.cases.yaml:4:2 odd")

    assert placed([wrong], TEXTS)[PROMPT] == [told]


def test_what_will_be_redacted_is_said(tmp_path: Path) -> None:
    """In the line of the next round, before anything is sent."""
    text = SMALL.replace("Hello", "'Hello {{who}}'") + "inputs: {who: {default: Ann}}\n"
    told = seen(tmp_path, f"{text}redact: [who]\nredact_tools: true\n")

    assert told.problems == ()
    assert told.outlook.endswith(", who, tools redacted")
