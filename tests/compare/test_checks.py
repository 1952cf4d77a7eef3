"""Checks: each kind passes what it asks for, fails what it does not, and says why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.answers import start, stop, text
from tests.tui.runs import after
from workbench.compare.checks import Grade, Opinion, grade, saved_grade, tried
from workbench.documents.checks import Check, check_findings, check_of
from workbench.run import Closed, Run, RunEvent, RunProblem, Sent

JSON = '{"queue": "billing", "items": [{"n": 1}, {"n": 2.0}], "late": true}'
SCHEMA = {"type": "object", "required": ["queue"], "properties": {"queue": {"enum": ["billing"]}}}


def answered(
    words: str,
    *,
    tool: str = "",
    kind: str = "tool_use",
    stop_reason: str = "end_turn",
    took_s: float = 1.0,
) -> Run:
    """A run that has brought this answer."""
    call = {"type": kind, "id": "toolu_1", "name": tool, "input": {}}
    begun = {"type": "content_block_start", "index": 1, "content_block": call}
    called = [begun, {"type": "content_block_stop", "index": 1}] if tool else []
    run = after(Run("r1-1"), Sent(), start(), text(words), called, stop(stop_reason))
    run = replace(run, usage=run.usage.updated({"output_tokens": 12}))
    return run.after(RunEvent("r1-1", took_s, Closed("eof")))


def nobody(_: Check) -> str:
    """There is no judge."""
    return "no judge was asked"


def result(run: Run, usd: str | None = "0.002", **written: Any) -> tuple[bool | None, str]:
    """What comes of an assertion as it is written in a dataset."""
    assert list(check_findings((), written)) == []
    found = tried(run, check_of(written), None if usd is None else Decimal(usd), nobody)
    return found.passed, found.why


@pytest.mark.parametrize(
    ("words", "written", "passed", "why"),
    [
        ("Paris it is", {"type": "contains", "value": "Paris"}, True, "contains 'Paris'"),
        ("Paris it is", {"type": "contains", "value": "paris"}, False, "does not contain 'paris'"),
        ("PARIS", {"type": "icontains", "value": "paris"}, True, "contains"),
        ("Paris", {"type": "not-contains", "value": "Paris"}, False, "contains 'Paris'"),
        ("Rome", {"type": "not-contains", "value": "Paris"}, True, "as asked, not"),
        ("a b", {"type": "contains-all", "value": ["a", "c"]}, False, "does not contain 'c'"),
        ("a b", {"type": "contains-any", "value": ["x", "b"]}, True, "has one of"),
        ("a b", {"type": "icontains-any", "value": ["X", "Y"]}, False, "has none of"),
        ("42", {"type": "equals", "value": 42}, True, "is '42'"),
        ("42\n", {"type": "equals", "value": "42"}, False, "not '42'"),
        ("[1, 2]", {"type": "equals", "value": [1, 2.0]}, True, "is "),
        ("[1, true]", {"type": "equals", "value": [1, 1]}, False, "not "),
        ("order A-12", {"type": "regex", "value": r"[A-Z]-\d+"}, True, "matches"),
        ("order", {"type": "regex", "value": r"\d"}, False, "does not match"),
        ("Dear Ada", {"type": "starts-with", "value": "Dear"}, True, "begins with"),
        ("Oh dear", {"type": "starts-with", "value": "Dear"}, False, "not 'Dear'"),
        (JSON, {"type": "is-json"}, True, "is JSON"),
        ("{NaN}", {"type": "is-json"}, False, "is no JSON"),
        (JSON, {"type": "is-json", "value": SCHEMA}, True, "fits the schema"),
        ('{"queue": 1}', {"type": "json-schema", "value": SCHEMA}, False, "$.queue: 1 is not one"),
        (
            JSON,
            {"type": "json-schema", "value": {"minItems": -1}},
            None,
            "the schema cannot be used",
        ),
        (f"So: {JSON} {{", {"type": "contains-json", "value": SCHEMA}, True, "holds JSON"),
        ("{ {", {"type": "contains-json"}, False, "holds no JSON"),
        (JSON, {"type": "equals", "path": "$.queue", "value": "billing"}, True, "is 'billing'"),
        (JSON, {"type": "equals", "path": "$.items[1].n", "value": 2}, True, "is '2.0'"),
        (JSON, {"type": "equals", "path": "$.late", "value": 1}, False, "is 'true', not '1'"),
        (JSON, {"type": "equals", "path": "$.items[2].n", "value": 2}, False, "no $.items[2]"),
        ("no", {"type": "not-equals", "path": "$.x", "value": 1}, False, "the answer is no JSON"),
        ("x", {"type": "cost", "threshold": 0.002}, True, "cost $0.002, within $0.002"),
        ("x", {"type": "cost", "threshold": 0.001}, False, "over $0.001"),
        ("x", {"type": "latency", "threshold": 900}, False, "took 1,000 ms, over 900"),
        ("x", {"type": "stop_reason", "value": "end_turn"}, True, "stopped by end_turn"),
        ("x", {"type": "tool-called", "value": "get_order"}, False, "called no tool"),
        ("x", {"type": "max-tokens-out", "value": 11}, False, "12 tokens out, 11 allowed"),
        ("x", {"type": "llm-rubric", "value": "is polite"}, None, "no judge was asked"),
    ],
)
def test_each_kind_tells_passed_from_failed_and_says_why(
    words: str, written: dict[str, Any], passed: bool | None, why: str
) -> None:
    """In promptfoo's words, and ours."""
    found, said = result(answered(words), **written)

    assert found is passed, said
    assert why in said


def test_a_tool_call_is_seen() -> None:
    """By its name, whoever runs the tool."""
    assert result(answered("", tool="refund"), type="tool-called", value="refund")[0] is True
    assert result(answered("", tool="refund"), type="not-tool-called", value="refund")[0] is False
    search = answered("", tool="web_search", kind="server_tool_use")
    assert result(search, type="tool-called", value="web_search") == (True, "called web_search")


def test_a_schema_that_points_elsewhere_opens_no_connection() -> None:
    """It cannot be used, which is said."""
    elsewhere = {"$ref": "http://127.0.0.1:9/schema.json"}
    passed, why = result(answered("{}"), type="is-json", value=elsewhere)

    assert (passed, why.partition(":")[0]) == (None, "the schema cannot be used")


def test_a_price_nobody_knows_is_neither_passed_nor_failed() -> None:
    """Never taken for nothing."""
    assert result(answered("x"), None, type="cost", threshold=1)[0] is None


def test_a_run_without_an_answer_is_not_tried() -> None:
    """What its provider did says nothing about its prompt."""
    failed = Run("r").after(
        RunEvent("r", 0.0, Closed("failed", RunProblem("overloaded_error", "no room")))
    )

    assert result(failed, type="contains", value="x") == (None, "no whole answer: no room")
    assert grade(failed, [Check("is-json")], None, nobody).passed is None


def test_a_grade_is_all_or_nothing_and_a_weighted_score() -> None:
    """Its reason is the first that failed; asking nothing passes nothing."""
    checks = [Check("contains", "a", weight=3), Check("contains", "b")]

    assert grade(answered("ab"), checks, None, nobody).passed is True
    mixed = grade(answered("a"), checks, None, nobody)
    assert (mixed.passed, mixed.score, mixed.why) == (False, 0.75, "does not contain 'b'")
    assert grade(answered("a"), [], None, nobody) == Grade(None, None)


def test_a_check_that_failed_settles_it_and_is_told_before_those_not_tried() -> None:
    """Whatever a judge will say; rates leave such a run out, else only what fails would count."""
    checks = [Check("llm-rubric", "x"), Check("equals", 2, path=("n",))]
    waiting = grade(answered('{"n": 1}'), checks, None, nobody)

    assert (waiting.settled, waiting.passed) == (False, None)
    assert [one.why for one in waiting.wrong] == ["$.n: is '1', not '2'", "no judge was asked"]
    assert grade(answered('{"n": 2}'), checks, None, nobody).settled is None


@pytest.mark.parametrize(
    ("check", "said", "passed", "score"),
    [
        (Check("llm-rubric", "x"), Opinion(1.0), True, 1.0),
        (Check("llm-rubric", "x"), Opinion(0.8), False, 0.8),
        (Check("llm-rubric", "x", threshold=0.7), Opinion(0.8), True, 0.8),
        (Check("python", "x", negated=True), Opinion(1.0, passed=True), False, 0.0),
        (Check("python", "x"), Opinion(7.0), True, 1.0),
        (Check("python", "x"), "not allowed", None, None),
    ],
)
def test_what_others_decide_is_held_against_its_threshold(
    check: Check, said: Opinion | str, passed: bool | None, score: float | None
) -> None:
    """A judge's score, a function's word, or why neither was asked."""
    found = tried(answered("x"), check, None, lambda _: said)

    assert (found.passed, found.score) == (passed, score)


def test_a_run_is_judged_by_what_the_model_said_last() -> None:
    """An answer cut by its own stop reason is still an answer."""
    run = answered("cut of", stop_reason="max_tokens")

    assert result(run, type="starts-with", value="cut")[0] is True
    assert replace(run, end_state="truncated").end_state == "truncated"


def test_a_saved_grade_comes_back_as_it_was() -> None:
    """Its words, its figures; of one that somebody else wrote, what is understood."""
    found = grade(answered("a"), [Check("contains", "a"), Check("cost", threshold=1)], None, nobody)
    back = saved_grade(found.to_json())

    assert (back.passed, back.score, back.why) == (found.passed, found.score, found.why)
    assert [one.check.title for one in back.results] == ["contains a", "cost 1"]
    assert saved_grade({"passed": 1, "results": [3, {"score": "x"}]}).passed is None
