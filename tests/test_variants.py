"""Variants: a prompt, values and a model make named requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.documents.cases import read_cases
from workbench.documents.prompt import Prompt, load_prompt
from workbench.errors import DocumentError, SettingsError
from workbench.variants import build

MINIMAL = """\
model: claude-haiku-4-5
max_tokens: 100
messages:
  - role: user
    content: hello
"""
ASKING = MINIMAL.replace("hello", '"{{greeting}} {{name}}"')


def prompt(folder: Path, text: str) -> Prompt:
    """A prompt with this text."""
    path = folder / "a.prompt.yaml"
    path.write_text(text, "utf-8")
    return load_prompt(path)


def test_a_prompt_without_variants_is_one_variant(tmp_path: Path) -> None:
    """It is called base and sends the file's body."""
    (variant,) = build(prompt(tmp_path, MINIMAL))

    assert variant.name == "base"
    assert variant.patch == {}
    assert variant.values == {}
    assert variant.request.body["messages"] == [{"role": "user", "content": "hello"}]
    assert variant.request.model == "claude-haiku-4-5"


VARIANTS = """\
temperature: 0
output_config: {effort: low, format: {type: json_schema, schema: {type: string}}}
variants:
  base: {}
  warm: {temperature: 0.7}
  hard: {output_config.effort: high}
  bare: {output_config: null}
  polite: {messages.0.content: please}
  again: {messages.1: {role: assistant, content: hi}}
"""


def test_a_variant_is_the_body_with_its_patch_laid_over(tmp_path: Path) -> None:
    """Merge patches replace, remove and, by dotted names, reach inside."""
    built = build(prompt(tmp_path, MINIMAL + VARIANTS))

    bodies: dict[str, dict[str, Any]] = {v.name: v.request.body for v in built}
    assert list(bodies) == ["base", "warm", "hard", "bare", "polite", "again"]
    assert bodies["warm"]["temperature"] == 0.7
    format_ = {"type": "json_schema", "schema": {"type": "string"}}
    assert bodies["hard"]["output_config"] == {"effort": "high", "format": format_}
    assert "output_config" not in bodies["bare"]
    assert bodies["polite"]["messages"] == [{"role": "user", "content": "please"}]
    assert [m["content"] for m in bodies["again"]["messages"]] == ["hello", "hi"]
    assert bodies["base"]["messages"] == [{"role": "user", "content": "hello"}]


def names(folder: Path, lines: str, **given: Any) -> list[str]:
    """The names of the variants of a prompt with these lines."""
    return [variant.name for variant in build(prompt(folder, MINIMAL + lines), **given)]


MATRIX = """\
variants: {base: {}, terse: {system: Be brief.}}
matrix: {model: [claude-haiku-4-5, claude-haiku-5-5], temperature: [0, 1.0]}
"""


def test_the_matrix_multiplies_every_variant(tmp_path: Path) -> None:
    """Names say what differs, without a sign that a shell would take for its own."""
    assert names(tmp_path, MATRIX) == [
        f"{variant}/{model}/temperature={temperature}"
        for variant in ("base", "terse")
        for model in ("claude-haiku-4-5", "claude-haiku-5-5")
        for temperature in ("0", "1.0")
    ]


def test_exclude_prunes_the_matrix(tmp_path: Path) -> None:
    """A combination is left out when all that the pattern names agrees."""
    exclude = "exclude: [{variant: terse, model: claude-haiku-5-5}, {temperature: 1}]\n"

    assert names(tmp_path, MATRIX + exclude) == [
        "base/claude-haiku-4-5/temperature=0",
        "base/claude-haiku-5-5/temperature=0",
        "terse/claude-haiku-4-5/temperature=0",
    ]


def test_odd_values_of_the_matrix_get_names_too(tmp_path: Path) -> None:
    """Files are called by their names, mappings by their number, and no two are the same."""
    (tmp_path / "terse.system.yaml").write_text("system: Be brief.")
    lines = (
        "matrix:\n"
        "  system: [file://terse.system.yaml, 'You $(are) kind!', You are kind]\n"
        "  thinking: [{type: disabled}, null]\n"
    )

    assert names(tmp_path, lines) == [
        "base/system=terse/thinking=1",
        "base/system=terse/thinking=none",
        "base/system=You-are-kind/thinking=1",
        "base/system=You-are-kind/thinking=none",
        "base/system=You-are-kind/thinking=1~2",
        "base/system=You-are-kind/thinking=none~2",
    ]


def test_a_matrix_that_explodes_is_refused(tmp_path: Path) -> None:
    """A slip must not send ten thousand requests, nor hang."""
    axes = ", ".join(f"metadata.{c}: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]" for c in "abcdefghij")

    with pytest.raises(DocumentError, match="makes 10,000,000,000 variants"):
        prompt(tmp_path, MINIMAL + f"matrix: {{{axes}}}")


def test_only_some_variants_can_be_chosen(tmp_path: Path) -> None:
    """By the whole name, or by the variant's own for all its points."""
    assert len(names(tmp_path, MATRIX, only=["terse"])) == 4
    one = "base/claude-haiku-5-5/temperature=0"
    assert names(tmp_path, MATRIX, only=[one]) == [one]
    with pytest.raises(SettingsError, match="no variant is called `ters`") as refused:
        names(tmp_path, MATRIX, only=["ters"])
    assert "`terse`" in refused.value.hint


def test_a_model_given_takes_the_place_of_all(tmp_path: Path) -> None:
    """Also of those in variants and matrix, which then has one point there."""
    lines = "variants: {a: {}, b: {model: y}}\nmatrix: {model: [x, y]}\n"

    built = build(prompt(tmp_path, MINIMAL + lines), model="z")

    assert [v.name for v in built] == ["a/z", "b/z"]
    assert {v.request.model for v in built} == {"z"}


def test_variables_are_filled_given_values_first(tmp_path: Path) -> None:
    """A value given wins over the default; what is filled in is told."""
    text = ASKING + "inputs: {greeting: {default: hello}, name: {default: you}}\n"

    (variant,) = build(prompt(tmp_path, text), values={"name": "{{greeting}}", "other": "x"})

    assert variant.request.body["messages"][0]["content"] == "hello {{greeting}}"
    assert variant.values == {"greeting": "hello", "name": "{{greeting}}"}


def test_a_variable_without_a_value_is_told_at_its_first_use(tmp_path: Path) -> None:
    """All of them at once, with file, line and column and the way to give one."""
    text = ASKING.replace("{{name}}", "{{name}} {{name}}") + "system: file://b.md\n"
    (tmp_path / "b.md").write_text("one\ntwo {{ place }}")

    with pytest.raises(DocumentError) as refused:
        build(prompt(tmp_path, text), values={"nam": "x"})

    found = {p.problem: (p.path.name, p.line, p.column, p.hint) for p in refused.value.problems}
    assert set(found) == {f"{{{{{name}}}}} has no value" for name in ("greeting", "name", "place")}
    assert found["{{greeting}} has no value"][:3] == ("a.prompt.yaml", 5, 15)
    assert found["{{name}} has no value"][:3] == ("a.prompt.yaml", 5, 28)
    assert found["{{place}} has no value"][:3] == ("b.md", 2, 5)
    hint = found["{{name}} has no value"][3]
    assert "You gave `nam`." in hint
    assert "`values=`" in hint
    assert "`inputs:`" in hint


def test_only_what_is_sent_needs_values(tmp_path: Path) -> None:
    """A variable of a variant that is not chosen stops nobody."""
    lines = "variants: {base: {}, other: {system: '{{tone}}'}}\n"

    assert names(tmp_path, lines, only=["base"]) == ["base"]
    with pytest.raises(DocumentError) as refused:
        names(tmp_path, lines)
    (problem,) = refused.value.problems
    assert (problem.line, problem.column) == (6, 39)


def test_a_value_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 reach us as half characters; JSON cannot carry them."""
    with pytest.raises(SettingsError, match="the value of `name` is not text"):
        build(prompt(tmp_path, ASKING), values={"name": "\udcff", "greeting": "hi"})


CASES = """\
defaults: {vars: {name: you, greeting: hi}}
cases:
  - {id: a, vars: {name: 1.50}}
  - {vars: {name: {x: [1]}}}
"""


def test_cases_give_values(tmp_path: Path) -> None:
    """A scalar is the text that was written, anything else JSON; defaults come first."""
    (tmp_path / "x.cases.yaml").write_text(CASES)
    asking = prompt(tmp_path, ASKING + "cases: file://x.cases.yaml\n")

    cases = read_cases(asking)

    assert [(case.id, case.values) for case in cases] == [
        ("a", {"name": "1.50", "greeting": "hi"}),
        ("2", {"name": '{"x":[1]}', "greeting": "hi"}),
    ]
    assert [case.id for case in read_cases(asking, ["2", "a"])] == ["2", "a"]
    with pytest.raises(SettingsError, match="no case is called `b`"):
        read_cases(asking, ["b"])


def test_a_prompt_without_cases_says_so(tmp_path: Path) -> None:
    """Asking for a case where there is none is a setting to mend."""
    with pytest.raises(SettingsError, match="names no file of cases"):
        read_cases(prompt(tmp_path, MINIMAL), ["a"])


def test_a_prompt_with_cases_asks_for_one_of_them(tmp_path: Path) -> None:
    """Whoever forgets --case is told of it, not only of values."""
    (tmp_path / "a.cases.yaml").write_text("cases: [{id: one, vars: {name: Ada}}]", "utf-8")
    text = MINIMAL.replace("hello", '"Hello {{name}}"') + "cases: file://a.cases.yaml\n"

    with pytest.raises(DocumentError) as caught:
        build(prompt(tmp_path, text))

    assert "`cases=`" in caught.value.problems[0].hint


VERSIONS = """\
api_version: 2023-06-01
variants:
  base: {}
  new: {api_version: "2026-10-21"}
  usual: {api_version: null}
"""


def test_the_api_version_goes_beside_the_body(tmp_path: Path) -> None:
    """The file's, or the variant's own; the same body for another version is another request."""
    built = build(prompt(tmp_path, MINIMAL + VERSIONS))

    assert [v.request.api_version for v in built] == ["2023-06-01", "2026-10-21", ""]
    assert len({v.request for v in built}) == 3
    assert len({v.request.to_json() for v in built}) == 1
    assert "api_version" not in built[0].request.body


def test_the_api_version_may_be_in_the_matrix(tmp_path: Path) -> None:
    """Then it is part of the variant's name."""
    text = MINIMAL + 'matrix: {api_version: ["2023-06-01", "2026-10-21"]}\n'

    built = build(prompt(tmp_path, text))

    assert [v.name for v in built] == [
        "base/api_version=2023-06-01",
        "base/api_version=2026-10-21",
    ]
    assert [v.request.api_version for v in built] == ["2023-06-01", "2026-10-21"]
