"""Very many cases: what they share is looked at once, and comes out as if each were alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from workbench.documents.cases import read_cases
from workbench.documents.prompt import Prompt, load_prompt
from workbench.documents.variables import filled_body
from workbench.variants import forms
from workbench.wire.request import MessagesRequest
from workbench.workbench.bench import open_workbench
from workbench.workbench.forecast import forecast, inputs_of
from workbench.workbench.foreseen import foreseen
from workbench.workbench.inputs import input_of
from workbench.workbench.outcome import model_of
from workbench.workbench.plan import Settings

PROMPT = """model: claude-haiku-4-5
max_tokens: 100
system:
  - {type: text, text: "RULES {{rule}}", cache_control: {type: ephemeral}}
  - {type: text, text: "{{ rule }}"}
tools:
  - {name: look, description: "TOOL", input_schema: {type: object}}
messages:
  - {role: user, content: "{{first}}"}
  - {role: assistant, content: [{type: text, text: "So: {{first}}"}]}
  - {role: user, content: [{type: text, text: "Say {{last}} {{first}}"}]}
cases: file://many.csv
variants:
  base: {}
  told: {tools: [{name: look, description: "About {{rule}}", input_schema: {type: object}}]}
  put: {messages: [{role: user, content: "Hi"}, {role: assistant, content: "{{last}}"}]}
"""
ODD = ["a", 'say "no"\n\tnow', "\U0001f600 é \\ {{first}}", " blank at its end ", "long " * 100]


def prompt_with(folder: Path, rows: list[list[str]]) -> Prompt:
    """The prompt above with a dataset of these rows."""
    (folder / "many.prompt.yaml").write_text(PROMPT.replace("RULES", "Be brief. " * 2_000))
    with (folder / "many.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["first", "last", "rule"], *rows])
    return load_prompt(folder / "many.prompt.yaml")


def test_what_cases_share_is_counted_once_and_comes_out_the_same(tmp_path: Path) -> None:
    """Requests to the byte, tokens and money to the last digit, as of each one counted whole."""
    rows = [[a, b, c] for a in ODD for b in (ODD[1], "") for c in ("short", "")]
    prompt = prompt_with(tmp_path, rows)
    cases = read_cases(prompt)
    settings = Settings(cases=[case.id for case in cases], repeat=2)
    plan = open_workbench(tmp_path, provider="simulator").plan(prompt, settings)

    every = forms(prompt)
    assert [plan.requests[run.run_id] for run in plan.runs if run.repeat == 1] == [
        MessagesRequest.of({**filled_body(form.expansion.body, case.values), "stream": True})
        for case in cases
        for form in every
    ]
    alone = [input_of(plan.requests[run.run_id], model_of(run)) for run in plan.runs]
    for ours, whole in zip(inputs_of(plan), alone, strict=True):
        assert ours.size.tokens == whole.size.tokens
        assert ours.size.band == pytest.approx(whole.size.band)
        assert (ours.ttl, ours.size.basis) == (whole.ttl, whole.size.basis)
        assert (ours.usd_read, ours.usd_at_most) == (whole.usd_read, whole.usd_at_most)
    assert any(one.ttl for one in alone)
    ahead = forecast(plan)
    assert ahead.input_tokens.tokens == sum(one.size.tokens for one in alone)
    assert ahead.usd_at_most == sum(one.usd_at_most or 0 for one in alone)


def test_what_is_refused_of_one_case_in_many_is_foreseen(tmp_path: Path) -> None:
    """An empty text, blanks where none may be, a text too long: of whichever case it is."""
    rows = [["a", "b", "c"], ["a", " ", "c"], ["a", "b ", "c"], ["word " * 190_000, "b", "c"]]
    prompt = prompt_with(tmp_path, [["x", f"y{number}", "z"] for number in range(50)] + rows)
    cases = read_cases(prompt)

    def told(*ids: str) -> set[str]:
        found = foreseen(prompt, "anthropic", Settings(cases=ids))
        return {f"{one.line} {one.problem}" for one in found}

    alone = set[str]().union(*(told(case.id) for case in cases[-4:]))
    assert told(*(case.id for case in cases)) == alone
    for word in ("trailing whitespace", "too long", "empty"):
        assert any(word in line for line in alone), alone


def test_looking_ahead_can_be_given_up(tmp_path: Path) -> None:
    """It says how far it has come at every step, and what that raises ends it."""
    prompt = prompt_with(tmp_path, [["a", str(number), "c"] for number in range(1200)])
    bench = open_workbench(tmp_path, provider="simulator")
    settings = Settings(cases=[case.id for case in read_cases(prompt)])
    told: list[tuple[str, int, int]] = []

    def tell(doing: str, done: int, of: int) -> None:
        told.append((doing, done, of))

    plan = bench.plan(prompt, settings, tell)
    forecast(plan, tell)
    assert told[:3] == [("planning cases", done, 1200) for done in (0, 500, 1000)]
    assert told[-1] == ("counting tokens", 3500, 3600)

    def give_up(doing: str, done: int, of: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        foreseen(prompt, "simulator", settings, give_up)


def test_a_dataset_is_read_again_once_it_was_changed(tmp_path: Path) -> None:
    """Several steps ask for it one after another; what another program saves is seen."""
    prompt = prompt_with(tmp_path, [["a", "b", "c"]])
    before = read_cases(prompt)
    assert read_cases(prompt) == before
    (tmp_path / "many.csv").write_text("first,last,rule\nz,b,c\n")
    assert [case.values["first"] for case in read_cases(prompt)] == ["z"]
