"""A results file of promptfoo becomes a session of one round."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sessions.foreign.files import only, result, results, taken
from workbench.errors import SessionError
from workbench.run import Run
from workbench.sessions.session import Session
from workbench.workbench.export import Wanted, exported
from workbench.workbench.outcome import as_json, cost_of


def ended(session: Session) -> list[Run]:
    """The runs of its one round."""
    (saved,) = session.rounds
    return list(saved.finished())


@pytest.mark.parametrize("version", [2, 3])
def test_an_evaluation_is_a_session_of_one_round(tmp_path: Path, version: int) -> None:
    """A variant is a prompt on a provider, a case a test; the figures are the file's own."""
    other = {"id": "openai:gpt-5", "label": "big"}
    path = results(
        tmp_path / "results.json",
        result(),
        result(id="row-2", provider=other, promptIdx=1, success=False, score=0.75, cost=0.002)
        | {"gradingResult": {"reason": "Latency 1794ms is over 3ms"}, "error": "Latency"},
        result(id="row-3", testIdx=1, testCase={"description": "a long name"}),
        version=version,
    )
    session = only(path, tmp_path / "s")

    runs = ended(session)
    assert [(run.variant, run.case, run.repeat) for run in runs] == [
        ("Say hi to {{name}}/openai:gpt-5-mini", "test-1", 1),
        ("Say hi to {{name}}/big", "test-1", 1),
        ("Say hi to {{name}}/openai:gpt-5-mini", "a long name", 1),
    ]
    one = runs[0]
    assert (one.provider, one.model) == ("promptfoo", "openai:gpt-5-mini")
    assert (one.text, one.stop_reason, one.total_s) == ("Hi, Ana!", "stop", 1.794)
    assert (one.first_token_s, one.tokens_per_s) == (None, None)
    assert (one.usage.prompt_tokens, one.usage.output_tokens) == (12, 18)
    assert one.usage.thinking_tokens == 9
    assert cost_of(one).usd == Decimal("0.00049925")
    assert as_json(one, None)["cost_usd"] == "0.00049925"
    assert runs[1].end_state == "complete"  # what failed is an assertion, not the run
    assert session.rounds[0].info.began == "2025-10-01T20:08:11.168+00:00"
    assert session.about.title == "Greetings"
    assert session.path.name == "20251001T200811Z-Greetings.jsonl"


def test_verdicts_values_and_all_else_are_kept(tmp_path: Path) -> None:
    """Verdicts as tags and notes, values as what filled the variables, the rest as it came."""
    failed = result(success=False, score=0.5) | {"gradingResult": {"reason": "Too long"}}
    session = only(results(tmp_path / "r.json", failed), tmp_path / "s")

    about = session.abouts["r1-1"]
    assert (about.tags, about.note) == (("fail",), "score 0.5: Too long")
    assert session.rounds[0].values == {"r1-1": {"name": "Ana"}}
    (line,) = session.rounds[0].unknown
    assert line["source"]["testCase"]["assert"] == [{"type": "icontains", "value": "ana"}]
    assert line["source"]["gradingResult"] == {"reason": "Too long"}
    assert line["of"] == "r1-1"
    masked = "".join(exported(session, Wanted("jsonl", redact=["name"])))
    assert "Ana" not in masked
    assert json.loads(masked)["values"] == {"name": "[redacted]"}


@pytest.mark.parametrize(
    ("told", "usd"),
    [
        ({"cost": 0.5, "response": {"output": "x"}}, "0.5"),
        ({"cost": 0, "response": {"output": "x"}}, None),
        ({"cost": 0, "response": {"output": "x", "cost": 0, "cached": True}}, "0"),
        ({"cost": 1e999, "response": {"output": "x"}}, None),
        ({"cost": -1, "response": {"output": "x"}}, None),
        ({"cost": "1", "response": {"output": "x"}}, None),
        ({"cost": True, "response": None, "error": "429"}, None),
    ],
)
def test_a_cost_is_what_the_file_says_or_not_known(
    tmp_path: Path, told: dict[str, Any], usd: str | None
) -> None:
    """Never 0 for what nobody told, not even of a run that failed."""
    session = only(results(tmp_path / "r.json", result(**told)), tmp_path / "s")

    assert cost_of(ended(session)[0]).usd == (None if usd is None else Decimal(usd))


@pytest.mark.parametrize(
    "told",
    [
        {"failureReason": 2, "error": "Error: 401\nno key", "response": {"output": None}},
        {"failureReason": 2, "error": "Error: 401\nno key"},
        {"error": "Error: 401\nno key", "response": None},
        {"response": {"error": "Error: 401\nno key"}},
    ],
)
def test_an_error_is_a_failed_run(tmp_path: Path, told: dict[str, Any]) -> None:
    """In one line; how long it took is kept."""
    told = {"failureReason": None, **told}
    (run,) = ended(only(results(tmp_path / "r.json", result(**told)), tmp_path / "s"))

    assert (run.end_state, run.total_s) == ("failed", 1.794)
    assert run.problem is not None
    assert run.problem.problem == "Error: 401 no key"


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        ("Hi", {"messages": [{"role": "user", "content": "Hi"}]}),
        ("[1, 2", {"messages": [{"role": "user", "content": "[1, 2"}]}),
        (
            '[{"role": "system", "content": "S"}, {"role": "user", "content": [{"a": 1}]}]',
            {"system": "S", "messages": [{"role": "user", "content": [{"a": 1}]}]},
        ),
    ],
)
def test_a_prompt_is_words_or_messages(tmp_path: Path, raw: str, body: dict[str, Any]) -> None:
    """As promptfoo itself reads it; the model is named as it came."""
    session = only(results(tmp_path / "r.json", result(prompt={"raw": raw})), tmp_path / "s")

    assert session.rounds[0].requests["r1-1"].body == {"model": "openai:gpt-5-mini", **body}


@pytest.mark.parametrize(
    ("output", "content"),
    [
        ({"a": [1]}, [{"type": "text", "text": '{"a": [1]}'}]),
        (None, []),
        (
            [{"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"x": 1}'}}],
            [{"type": "tool_use", "id": "c", "name": "f", "input": {"x": 1}}],
        ),
    ],
)
def test_an_answer_may_be_json_or_calls(tmp_path: Path, output: Any, content: list[Any]) -> None:
    """What is no text is shown as JSON; calls are calls."""
    told = result(response={"output": output})
    assert ended(only(results(tmp_path / "r.json", told), tmp_path / "s"))[0].content == content


def test_repeats_of_a_test_are_numbered(tmp_path: Path) -> None:
    """The same prompt, provider and test once more."""
    path = results(tmp_path / "r.json", result(), result(id="row-2"))
    assert [run.repeat for run in ended(only(path, tmp_path / "s"))] == [1, 2]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*result()]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*result()]), _json))
def test_any_json_in_any_field_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, odd: dict[str, Any]
) -> None:
    """The right words with the wrong values: a session, or one line."""
    folder = tmp_path_factory.mktemp("odd")
    path = results(folder / "r.json", result(**odd))
    session = only(path, folder / "s")
    assert ended(session)[0].end_state in ("complete", "failed")
    for form in ("jsonl", "md", "csv"):
        assert "".join(exported(session, Wanted(form)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"results": 3}',
        b'{"results": {"results": [1]}}',
        b'{"results": {"version": 1, "table": []}}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"format":"workbench-session"}\n',
    ],
)
def test_another_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    """With what to do; nothing is written."""
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    with pytest.raises(SessionError, match="neither a database of llm nor") as caught:
        taken(path, tmp_path / "s")

    assert "\n" not in str(caught.value)
    assert caught.value.hint
    assert not (tmp_path / "s").exists()
