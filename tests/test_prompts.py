"""The example prompts: they work as they stand, teach what they say, and have their replies."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

import pytest

from workbench.catalog.catalog import catalog
from workbench.documents.prompt import Prompt, load_prompt, prompts_in
from workbench.simulator.asked import Asked
from workbench.simulator.reply import reply
from workbench.simulator.script import Script, load_scripts
from workbench.tokens import parts
from workbench.variants import Variant, build

PROMPTS = Path(__file__).parent.parent / "prompts"
NAMES = ("orders", "policy", "triage")
VARIANTS = [
    *(("triage", name) for name in ("base", "terse", "warm")),
    *(("policy", name) for name in ("base", "phone", "letter")),
    *(("orders", name) for name in ("auto", "forced", "one-call", "answered")),
]


@cache
def prompt(name: str) -> Prompt:
    return load_prompt(PROMPTS / f"{name}.prompt.yaml")


def variant(name: str, which: str, **values: str) -> Variant:
    (found,) = build(prompt(name), values=values, only=[which])
    return found


@cache
def scripts() -> Sequence[Script]:
    return load_scripts()


def asked(sent: Variant) -> Asked:
    model = catalog().model("anthropic", sent.request.model)
    assert model is not None
    return Asked(sent.request.body, model)


def scripted(sent: Variant) -> str | None:
    """The name of the reply that this request gets; None where the simulator improvises."""
    found = (script.name for script in scripts() if script.draft(asked(sent), Random(0)))
    return next(found, None)


def said(sent: Variant, luck: str = "1") -> list[dict[str, Any]]:
    return [block.whole() for block in reply(asked(sent), scripts(), luck).blocks]


def words(sent: Variant, luck: str = "1") -> str:
    (block,) = said(sent, luck)
    return str(block["text"])


def test_these_are_the_examples() -> None:
    """Three prompts, each with its variants, and no problem in any file."""
    assert [path.name for path in prompts_in(PROMPTS)] == [f"{n}.prompt.yaml" for n in NAMES]
    assert [(n, v) for n in ("triage", "policy", "orders") for v in prompt(n).variants] == VARIANTS
    assert [problem for n in NAMES for problem in prompt(n).problems] == []


@pytest.mark.parametrize(("name", "which"), VARIANTS)
def test_every_variant_works_without_any_value_given_and_has_a_reply(name: str, which: str) -> None:
    """`workbench run` on an example needs no `--set`, and the simulator answers in earnest."""
    sent = variant(name, which)

    assert "{{" not in sent.request.to_json()
    assert (scripted(sent) or "").startswith(f"{name}: ")


@pytest.mark.parametrize("name", NAMES)
def test_the_variants_of_an_example_differ_visibly(name: str) -> None:
    """No two panes show the same answer."""
    answers = [json.dumps(said(sent)) for sent in build(prompt(name))]

    assert len(set(answers)) == len(answers)


def test_the_terse_triage_is_one_line_and_the_others_reason() -> None:
    """What the shorter system prompt saves is there to be seen."""
    assert words(variant("triage", "terse")).count("\n") == 0
    for which in ("base", "warm"):
        assert 50 <= len(words(variant("triage", which)).split()) <= 120


def test_the_warm_triage_varies_and_the_others_do_not() -> None:
    """Temperature is shown by several wordings, its absence by one."""
    assert len({words(variant("triage", "warm"), str(luck)) for luck in range(20)}) == 3
    assert len({words(variant("triage", "base"), str(luck)) for luck in range(20)}) == 1


def test_the_replies_speak_of_the_ticket_that_was_sent() -> None:
    """Another order number in the ticket is the one in the answer."""
    ticket = prompt("triage").inputs["ticket"].default
    assert ticket is not None
    edited = ticket.replace("A-1", "C-42")

    for which in ("base", "terse", "warm"):
        answer = words(variant("triage", which, ticket=edited))
        assert "C-42" in answer
        assert "A-1" not in answer


@pytest.mark.parametrize(
    ("ticket", "queue"),
    [
        ("Where is my parcel? It was due on Monday.", "delivery"),
        ("You charged me twice for order C-42.", "billing"),
        ("I cannot log in any more, please reset my password.", "account"),
        ("Your stove burnt my hand and my lawyer will write to you.", "human"),
    ],
)
def test_other_tickets_go_to_other_queues(ticket: str, queue: str) -> None:
    """Whoever edits the ticket sees the answer follow."""
    assert f"Queue: {queue}" in words(variant("triage", "base", ticket=ticket))
    assert words(variant("triage", "terse", ticket=ticket)).startswith(f"{queue} | ")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("triage", {"ticket": "Do the sleeves run long?"}),
        ("policy", {"question": "Do you post to Iceland?"}),
        ("orders", {"order_id": "", "question": "Who are you?"}),
    ],
)
def test_what_no_script_fits_is_left_to_the_simulator(name: str, values: dict[str, str]) -> None:
    """An answer to a question that was not asked would be worse than an improvised one."""
    for which in (which for n, which in VARIANTS if n == name and which != "answered"):
        assert scripted(variant(name, which, **values)) is None


def test_the_cached_part_of_the_policy_is_long_enough_and_the_same_for_all() -> None:
    """Over the 4,096 tokens below which Haiku 4.5 caches nothing, and byte for byte shared."""
    sent = build(prompt("policy"))
    model = catalog().model("anthropic", "claude-haiku-4-5")
    counted = parts(sent[0].request.body, model)
    upto = next(i for i, part in enumerate(counted, 1) if part.ttl is not None)

    assert 4_500 <= sum(part.tokens for part in counted[:upto]) <= 5_300
    assert len({json.dumps(v.request.body["system"]) for v in sent}) == 1
    assert {v.request.model for v in sent} == {"claude-haiku-4-5"}
    assert not any({"tools", "thinking", "output_config"} & set(v.request.body) for v in sent)


def test_the_policys_replies_name_sections_that_the_handbook_has() -> None:
    """A reply that cites (5.3) can be looked up there."""
    handbook = (PROMPTS / "policy.md").read_text(encoding="utf-8")
    text = (resources.files("workbench.simulator") / "scripts/examples.toml").read_text("utf-8")
    wordings = [
        wording
        for given in tomllib.loads(text)["reply"]
        if given["name"].startswith("policy")
        for wording in given["say"]
    ]
    cited = [re.findall(r"\((\d+\.\d+)\)", wording) for wording in wordings]

    assert all(cited)
    assert {n for numbers in cited for n in numbers} <= set(
        re.findall(r"^(\d+\.\d+) ", handbook, re.MULTILINE)
    )


def test_the_policys_lengths_are_as_asked_for() -> None:
    """Two sentences on the telephone, a signed letter, and an answer of some length."""
    assert words(variant("policy", "phone")).count(". ") == 1
    assert words(variant("policy", "letter")).endswith("\nFell & Fathom, Kendal")
    for which in ("base", "letter"):
        assert 80 <= len(words(variant("policy", which)).split()) <= 150


def test_who_decides_that_a_tool_is_called_shows_in_the_answer() -> None:
    """Talk and two calls; two calls and no talk; talk and one call; words alone."""
    kinds = [[b["type"] for b in said(sent)] for sent in build(prompt("orders"))]

    assert kinds == [
        ["text", "tool_use", "tool_use"],
        ["tool_use", "tool_use"],
        ["text", "tool_use"],
        ["text"],
    ]


def test_the_calls_are_for_the_order_that_was_asked_about() -> None:
    """The tools exist, and are asked about the number that the customer gave."""
    blocks = said(variant("orders", "forced", order_id="B-7"))
    tools = {tool["name"] for tool in prompt("orders").body["tools"]}

    assert [block["input"] for block in blocks] == [{"order_id": "B-7"}] * 2
    assert {block["name"] for block in blocks} == {"get_order", "track_parcel"} < tools
    assert set(prompt("orders").mocks) == tools


def test_the_answer_after_the_tools_uses_what_they_said() -> None:
    """The results in the conversation are the mocks, and the words are about them."""
    sent = variant("orders", "answered")
    results = [block["content"] for block in sent.request.body["messages"][2]["content"]]
    mocked = [prompt("orders").mocks[name][0]["result"] for name in ("get_order", "track_parcel")]

    assert json.loads(results[0]).items() <= mocked[0].items()
    assert json.loads(results[1])[0] == mocked[1][0]
    assert "€3.90" in words(sent)
    assert "Utrecht" in words(sent)
