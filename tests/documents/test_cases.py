"""Datasets: YAML, CSV and JSON Lines, and what is asked of the answers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from workbench.documents.cases import Case, cases_in, chosen
from workbench.documents.checks import Check, check_findings, check_in_words, check_of, steps
from workbench.errors import DocumentError, SettingsError

YAML = """
defaults: {vars: {locale: "en"}, assert: [{type: is-json}]}
cases:
  - id: late-order
    vars: {ticket: "Nine days late.", amount: 0.10, lines: [1, 2]}
    ideal: {queue: billing}
    tags: [billing, short]
    assert: [{type: not-equals, path: "$.queue", value: sales}]
  - vars: {ticket: "Hello", locale: de}
"""


def dataset(folder: Path, name: str, text: str | bytes) -> Path:
    """A file of cases."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def wrong_with(path: Path) -> list[str]:
    """`line:column problem` of all that is wrong."""
    with pytest.raises(DocumentError) as raised:
        cases_in(path)
    return [f"{p.line}:{p.column} {p.problem}" for p in raised.value.problems]


def test_yaml_gives_values_as_they_were_written_and_checks_with_the_defaults_first(
    tmp_path: Path,
) -> None:
    """A number keeps its zeros, a list becomes JSON, a case without an id has its number."""
    late, hello = cases_in(dataset(tmp_path, "a.cases.yaml", YAML))

    assert late == Case(
        "late-order",
        {"locale": "en", "ticket": "Nine days late.", "amount": "0.10", "lines": "[1,2]"},
        (Check("is-json"), Check("equals", "sales", negated=True, path=("queue",))),
        '{"queue":"billing"}',
        ("billing", "short"),
    )
    assert (hello.id, hello.values["locale"], hello.checks) == ("2", "de", (Check("is-json"),))


@pytest.mark.parametrize("by", [",", ";", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_taken_as_spreadsheets_write_it(tmp_path: Path, by: str, coding: str) -> None:
    """Line breaks and quotes in cells, any of three separators, a byte order mark."""
    path = tmp_path / "a.csv"
    with path.open("w", encoding=coding, newline="") as file:
        table = csv.writer(file, delimiter=by)
        table.writerow(["id", "TICKET", "tags", "Ideal Output", "__expected1", "__expected2"])
        table.writerow(
            ["x", f'two\nlines {by} "quoted" é', "a, b", "yes", "contains: y", "is-json"]
        )
        table.writerow([])
        table.writerow(["", "plain"])

    first, second = cases_in(path)

    assert first.values == {"TICKET": f'two\nlines {by} "quoted" é'}
    assert (first.id, first.ideal, first.tags) == ("x", "yes", ("a", "b"))
    assert first.checks == (Check("contains", "y"), Check("is-json"))
    assert (second.id, second.values, second.checks) == ("2", {"TICKET": "plain"}, ())


def test_the_consoles_export_is_taken_as_it_is(tmp_path: Path) -> None:
    """A header in braces is that variable; its own columns are no variables."""
    text = '{{ticket}},{{ locale }},ideal_output\n"Nine days, late.",en,billing\n'
    (case,) = cases_in(dataset(tmp_path, "a.csv", text))

    assert case.values == {"ticket": "Nine days, late.", "locale": "en"}
    assert case.ideal == "billing"


def test_what_is_looked_for_is_the_text_as_it_was_written(tmp_path: Path) -> None:
    """`true`, `1.50`: in a check of the defaults, of a case, of a line of JSON."""
    yaml = """
defaults: {assert: [{type: contains, value: true}]}
cases: [{assert: [{type: is-json}, {type: not-starts-with, value: 1.50}]}]
"""
    (case,) = cases_in(dataset(tmp_path, "a.cases.yaml", yaml))
    assert [check.value for check in case.checks] == ["true", None, "1.50"]

    line = '{"x":"1","assert":[{"type":"icontains","value":false},{"type":"equals","value":false}]}'
    (case,) = cases_in(dataset(tmp_path, "a.jsonl", line))
    assert [check.value for check in case.checks] == ["false", False]


def test_json_lines_are_cases_or_just_their_values(tmp_path: Path) -> None:
    """With `vars`, or flat; what is not text becomes JSON."""
    lines = '{"id":"a","vars":{"x":1},"assert":[{"type":"is-json"}]}\n\n{"x":"text","y":{"z":[]}}\n'
    first, second = cases_in(dataset(tmp_path, "a.jsonl", lines))

    assert (first.id, first.values, first.checks) == ("a", {"x": "1"}, (Check("is-json"),))
    assert (second.id, second.values) == ("2", {"x": "text", "y": '{"z":[]}'})


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.csv", "", "1:1 the first line names no column"),
        ("a.csv", "x,x\n1,2\n", "1:1 two columns are called `x`"),
        ("a.csv", "x\n1\n2,3\n", "3:1 this row has 2 cells, the header 1"),
        ("a.csv", 'x\n1\n"2\n3', "3:1 this row is no CSV: unexpected end of data"),
        ("a.csv", "id,x\na,1\na,2\n", "3:1 the id `a` is used twice"),
        ("a.csv", "x,__expected\n1,similar: y\n", "2:1 `similar` is not supported"),
        ("a.csv", "x,__expected\n1,similar(0.8): y\n", "2:1 `similar` is not supported"),
        ("a.csv", "x,__expected\n1,not-levenshtein(5): y\n", "2:1 `not-levenshtein` is not"),
        ("a.csv", "x,__expected\n1,factuality: y\n", "2:1 `factuality` is not supported"),
        ("a.csv", "x,__expected\n1,latency(3 s)\n", "2:1 `latency` needs a `threshold`"),
        ("a.csv", "x,__expected\n1,is-sql\n", "2:1 `is-sql` is not supported"),
        ("a.csv", "x,__expected\n1,fn: output > 1\n", "2:1 `javascript` is not supported"),
        ("a.csv", "x,__expected\n1,contains(2): y\n", "2:1 `contains` takes no `threshold`"),
        ("a.csv", "x,__expected\n1,is-json: {]\n", "2:1 the value of `is-json` has to be a JSON"),
        (
            "a.csv",
            "x,__expected\n1,is-json: {type: arry}\n",
            "2:1 `assert.0.value.type` cannot be `arry`",
        ),
        ("a.csv", "{{x}},x\n1,2\n", "1:1 two columns are called `x`"),
        ("a.csv", "x,__expected\n1,contans: y\n", "2:1 there is no assertion `contans`"),
        ("a.csv", b"x\ncaf\xe9\n", "2:4 the byte 0xE9 is not UTF-8 text"),
        ("a.csv", b"x\n\0\n", "2:1 the character U+0000 does not belong into text"),
        ("a.jsonl", '{"x":1}\n{"x":\n', "2:6 this line is no JSON"),
        ("a.jsonl", '{"x":1}\n{"x":NaN}\n', "2:1 JSON has no number NaN"),
        ("a.jsonl", '{"x":-1e999}\n', "1:1 JSON has no number -1e999"),
        ("a.jsonl", f'{{"x":{"[" * 9_000}{"]" * 9_000}}}\n', "1:1 this line is no JSON"),
        ("a.jsonl", "[1]\n", "1:1 this line is no JSON object"),
        ("a.jsonl", '{"vars":{},"asert":[]}\n', "1:1 `asert` is not a field that is known here"),
        ("a.txt", "x", "1:1 cases cannot be read from this file"),
        (
            "a.cases.yaml",
            "cases:\n- assert: [{type: contain}]",
            "2:19 there is no assertion `contain`",
        ),
        (
            "a.cases.yaml",
            "cases:\n- assert: [{type: regex, value: '('}]",
            "2:33 this is no regular",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, name: str, text: str | bytes, problem: str
) -> None:
    """One clear line each, and nothing is guessed."""
    (said, *_) = wrong_with(dataset(tmp_path, name, text))

    assert said.startswith(problem)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "x,y\n1,\n"),
        ("a.jsonl", '{"x": "1", "y": null}\n'),
        ("a.cases.yaml", "cases: [{vars: {x: 1, y: null}}]"),
    ],
)
def test_null_is_an_empty_value_as_an_empty_cell_is(tmp_path: Path, name: str, text: str) -> None:
    """As whoever turns a table into JSON means it; never the word."""
    assert [case.values for case in cases_in(dataset(tmp_path, name, text))] == [
        {"x": "1", "y": ""}
    ]


def test_a_hundred_thousand_rows_are_cases(tmp_path: Path) -> None:
    """All of them, in their order."""
    rows = "".join(f"c{n},ticket number {n}\n" for n in range(100_000))
    cases = cases_in(dataset(tmp_path, "a.csv", f"id,ticket\n{rows}"))

    assert len(cases) == 100_000
    assert cases[99_999] == Case("c99999", {"ticket": "ticket number 99999"})


def test_cases_are_chosen_by_tag_and_by_chance(tmp_path: Path) -> None:
    """The same sample with the same seed, in the dataset's own order; a misspelt tag is named."""
    cases = [Case(str(n), {}, tags=("even",) if n % 2 == 0 else ("odd",)) for n in range(100)]
    sample = chosen(cases, ["even"], 10, seed=4)

    assert sample == chosen(cases, ["even"], 10, seed=4)
    assert [int(case.id) for case in sample] == sorted(int(case.id) for case in sample)
    assert {case.tags for case in sample} == {("even",)}
    assert chosen(cases, sample=1_000) == cases
    with pytest.raises(SettingsError, match="no case is tagged `evn`"):
        chosen(cases, ["evn"])


@pytest.mark.parametrize(
    ("words", "check"),
    [
        ("Paris", {"type": "equals", "value": "Paris"}),
        ("contains: Paris", {"type": "contains", "value": "Paris"}),
        ("not-icontains:no", {"type": "not-icontains", "value": "no"}),
        ("contains-any: a, b", {"type": "contains-any", "value": ["a", "b"]}),
        ("is-json", {"type": "is-json"}),
        ("cost(0.01)", {"type": "cost", "threshold": 0.01}),
        ("latency: 900", {"type": "latency", "threshold": 900.0}),
        ("Reason: refund", {"type": "equals", "value": "Reason: refund"}),
        ("grade: is polite", {"type": "llm-rubric", "value": "is polite"}),
        ("note: not a type", {"type": "equals", "value": "note: not a type"}),
        ("moderation", {"type": "equals", "value": "moderation"}),
        ("max-tokens-out(90)", {"type": "max-tokens-out", "value": 90}),
        ("not-cost(0.5)", {"type": "not-cost", "threshold": 0.5}),
        ("cost: a lot", {"type": "equals", "value": "cost: a lot"}),
        ("not-cost(-1)", {"type": "not-cost"}),
        ("latency(soon)", {"type": "latency"}),
        ("llm-rubric(0.8): is kind", {"type": "llm-rubric", "value": "is kind", "threshold": 0.8}),
        ('is-json: {"type": "array"}', {"type": "is-json", "value": {"type": "array"}}),
        (
            "not-contains-json: {type: array}",
            {"type": "not-contains-json", "value": {"type": "array"}},
        ),
        ("is-json:", {"type": "is-json"}),
        ("file://own.py:long", {"type": "python", "value": "file://own.py:long"}),
    ],
)
def test_promptfoos_column_is_understood(words: str, check: dict[str, object]) -> None:
    """`type: value`; anything else has to be the answer."""
    assert check_in_words(words) == check


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ([], "an assertion has to be a mapping"),
        ({}, "an assertion needs a `type`"),
        ({"type": "javascript", "value": "true"}, "`javascript` is not supported"),
        ({"type": "g-eval", "value": "x"}, "`g-eval` is not supported"),
        ({"type": "is-json", "value": "{"}, "the value of `is-json` has to be a JSON Schema"),
        ({"type": "equals", "value": "x", "threshold": 1}, "`equals` takes no `threshold`"),
        ({"type": "contains"}, "`contains` needs a `value`: text"),
        ({"type": "contains-all", "value": "a"}, "the value of `contains-all` has to be a list"),
        ({"type": "latency"}, "`latency` needs a `threshold` in milliseconds"),
        ({"type": "is-json", "path": "queue"}, "`queue` is no path to a field"),
        ({"type": "python", "value": "1 == 1"}, "the value of `python` has to be file://"),
        ({"type": "is-json", "weight": -1}, "a `weight` is 0 or more, not -1"),
        ({"type": "cost", "threshold": -0.1}, "the `threshold` of `cost` is 0 or more, not -0.1"),
        (
            {"type": "llm-rubric", "value": "x", "threshold": 4},
            "the `threshold` of `llm-rubric` is a score from 0 to 1, not 4",
        ),
        ({"type": "equals", "vlaue": 1, "value": 2}, "is not a field that is known here"),
    ],
)
def test_an_assertion_that_cannot_be_tried_is_named(written: object, problem: str) -> None:
    """With what it needs."""
    assert any(problem in finding.problem for finding in check_findings(("assert", 0), written))


def test_javascript_is_refused_with_what_to_write_instead() -> None:
    """So is every other type of promptfoo's that we lack."""
    (found,) = check_findings((), {"type": "javascript", "value": "output.length < 9"})
    assert found.hint == "Write it as `python`, `regex` or `json-schema`; we run no JavaScript."
    (found,) = check_findings((), {"type": "select-best", "value": "x"})
    assert "workbench judge --pairs" in found.hint


def test_an_assertion_becomes_a_check() -> None:
    """Its path in steps, its bound, its judge."""
    check = check_of({"type": "latency", "threshold": 900, "metric": "fast", "weight": 2})

    assert check == Check("latency", threshold=900, name="fast", weight=2.0)
    assert steps("$.items[0].name") == ("items", 0, "name")
    assert steps("$") == ()
    assert steps("$..x") is None


def test_a_bound_is_called_as_it_is_written() -> None:
    """Not 3000.0, not 1e-05."""
    assert Check("latency", threshold=3000.0).title == "latency 3000"
    assert Check("cost", threshold=0.00001).title == "cost 0.00001"
