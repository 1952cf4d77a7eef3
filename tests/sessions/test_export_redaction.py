"""What is redacted is in no form of export, in no spelling, however it came."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sessions.exported import block, in_pieces, over, session_of, started, stopped
from tests.sessions.helpers import INFO
from workbench.errors import SessionError
from workbench.run import Closed, Happening, RunProblem
from workbench.sessions.about import annotate
from workbench.sessions.mask import MASK, forms_of
from workbench.sessions.session import read_session
from workbench.wire.events import InputJsonDelta, TextDelta, ThinkingDelta
from workbench.workbench.export import FORMS, Form, Wanted, exported

PROMPT = """model: claude-haiku-4-5
max_tokens: 9
system: You serve {{shop}}.
messages:
  - role: user
    content: |-
      <ticket>{{ticket}}</ticket> {{locale}}
inputs:
  shop: {default: Fell and Fathom}
  ticket: {default: none at all}
  locale: {required: true}
variants:
  base: {}
"""
# Characters that every form spells in its own way; none of them is part of our own words.
secrets = st.text(st.sampled_from("§¶\"\\\n <>&%é\U0001f600\t'"), min_size=4, max_size=30).filter(
    lambda text: len(text.strip()) >= 4 and set(text) & set("§¶")
)


def spoken(value: str) -> list[Happening]:
    """An answer that repeats a value everywhere: in thinking, words, over blocks, in a call."""
    half = len(value) // 2
    return [
        *started(),
        block(0, type="thinking", thinking="", signature=""),
        *in_pieces(ThinkingDelta, 0, f"They say {value}!"),
        over(0),
        block(1, type="text", text="", citations=[{"type": "x", "cited_text": value}]),
        *in_pieces(TextDelta, 1, f"You wrote: {value} and {json.dumps(value)}, {value[:half]}"),
        over(1),
        block(2, type="text", text=value[half:]),
        over(2),
        block(3, type="tool_use", id="t", name="look_up", input={}),
        *in_pieces(InputJsonDelta, 3, json.dumps({"q": value, value: [value]})),
        over(3),
        *stopped("tool_use", 40),
    ]


def sent(shop: str, ticket: str, locale: str) -> dict[str, Any]:
    """The request that the prompt makes of these values."""
    content = f"<ticket>{ticket}</ticket> {locale}"
    return {
        "model": "claude-haiku-4-5",
        "max_tokens": 9,
        "system": f"You serve {shop}.",
        "messages": [{"role": "user", "content": content}],
    }


def strings(value: Any) -> list[str]:
    """Every string in a JSON value, names too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for each in pair for text in strings(each)]
    return [text for each in value for text in strings(each)] if isinstance(value, list) else []


def texts_in(form: Form, text: str) -> list[str]:
    """The texts that a file of this form holds, as its readers have them."""
    if form == "csv":
        return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    if form == "jsonl":
        return [each for line in text.splitlines() for each in strings(json.loads(line))]
    if form == "html":
        data = text.partition('id="session">')[2].partition("</script>")[0]
        return strings(json.loads(data))
    return [text]


@settings(max_examples=25, deadline=None)
@given(secrets)
def test_no_redacted_value_survives_in_any_form(value: str) -> None:
    """Asked, echoed, split over deltas and blocks, noted, in an error: masked, and said to be."""
    info = replace(
        INFO,
        prompt="p.prompt.yaml",
        documents={"p.prompt.yaml": PROMPT},
        values={"ticket": value, "locale": "en"},
    )
    problem = RunProblem("overloaded_error", f"529: {value}", value, 529)
    stories: dict[str, list[Happening]] = {
        "base": spoken(value),
        f"v {value}": [*started(), Closed("failed", problem)],
    }
    with TemporaryDirectory() as folder:
        path = session_of(Path(folder), stories, info=info, bodies=(sent("x", value, "en"),))
        annotate(path, {"note": f"see {value}", "tags": [value.strip()], "title": value})
        grade = {"passed": False, "results": [{"check": "contains", "why": f"no {value}"}]}
        annotate(path, {"grade": grade}, of="r1-1")
        vote = {"a": "r1-1", "b": "r1-2", "won": "tie", "note": f"both say {value}"}
        annotate(path, {"vote": vote}, of="r1")
        session = read_session(path)
        for form in FORMS:
            text = "".join(exported(session, Wanted(form, redact=["ticket"])))
            assert MASK in text
            for held in texts_in(form, text):
                assert not any(spelt in held for spelt in forms_of(value)), (form, held)


def test_a_value_from_a_case_or_a_default_is_found_in_what_was_sent(tmp_path: Path) -> None:
    """Neither is in the round's own values: the request is read by the prompt as it stood."""
    info = replace(
        INFO, prompt="p.prompt.yaml", documents={"p.prompt.yaml": PROMPT}, values={"locale": "en"}
    )
    body = sent("Fell and Fathom", "Ada Lovelace\nordered a tent", "en")
    story = [*started(), block(0, type="text", text="")]
    story += [*in_pieces(TextDelta, 0, "Dear Ada Lovelace ordered a tent!"), over(0)]
    path = session_of(
        tmp_path,
        {"base": [*story, *stopped("end_turn", 9)]},
        info=info,
        bodies=(body,),
        cases=("late",),
    )

    text = "".join(exported(read_session(path), Wanted("jsonl", redact=["ticket", "shop"])))

    assert "Lovelace" not in text
    assert "Fathom" not in text
    row = json.loads(text)
    assert row["request"]["messages"][0]["content"] == f"<ticket>{MASK}</ticket> en"
    assert row["content"][0]["text"] == f"Dear {MASK}!"
    assert (row["case"], row["variant"]) == ("late", "base")


def test_what_cannot_be_told_is_refused_not_leaked(tmp_path: Path) -> None:
    """A variable that there is none of; a request that can be read in two ways."""
    info = replace(
        INFO, prompt="p.prompt.yaml", documents={"p.prompt.yaml": PROMPT}, values={"locale": "en"}
    )
    body = sent("Fell and Fathom", "a</ticket> en and b", "en")
    twice = {**body, "messages": [{"role": "user", "content": "<ticket>x</ticket> nl"}]}
    story = {"base": [*started(), *stopped("end_turn", 1)]}
    for sent_body, cases, name, said in (
        (body, (None,), "tikket", "has no variable 'tikket'"),
        (twice, ("late",), "ticket", "what filled 'ticket' in round r1 cannot be told"),
    ):
        path = session_of(tmp_path, story, info=info, bodies=(sent_body,), cases=cases)
        with pytest.raises(SessionError, match=said):
            exported(read_session(path), Wanted("md", redact=[name]))


def test_tools_are_masked_on_both_sides(tmp_path: Path) -> None:
    """What they were given and what they gave, asked and answered; their names stay."""
    body = {
        **sent("x", "y", "en"),
        "messages": [
            {"role": "user", "content": "Where is it?"},
            {
                "role": "assistant",
                "content": [
                    {"type": "tool_use", "id": "t", "name": "get_order", "input": {"id": "A-1"}}
                ],
            },
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "t", "content": "at A-1"}],
            },
        ],
    }
    story = [
        *started(),
        block(0, type="tool_use", id="t", name="refund", input={}),
        *in_pieces(InputJsonDelta, 0, '{"order_id": "A-1", "amount": 3}'),
        over(0),
        block(1, type="web_search_tool_result", tool_use_id="s", content=[{"title": "A-1"}]),
        over(1),
        *stopped("tool_use", 40),
    ]
    session = read_session(session_of(tmp_path, {"base": story}, bodies=(body,)))

    for form in FORMS:
        text = "".join(exported(session, Wanted(form, redact_tools=True)))
        assert "A-1" not in text, form
        if form != "csv":
            assert "refund" in text
    row = json.loads("".join(exported(session, Wanted("jsonl", redact_tools=True))))
    assert row["content"][0]["input"] == MASK
    assert row["request"]["messages"][2]["content"][0]["content"] == MASK
