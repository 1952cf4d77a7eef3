"""Scripted replies: which one is given, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.simulator.talk import GET_ORDER, TICKET, asked, said, talking, text_of
from workbench.errors import SimulatorError
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.draft import Draft
from workbench.simulator.script import load_scripts

SCRIPT = """
[[reply]]
name = "with a result"
when = { tool_result = 'days_late": (?P<days>\\d+)' }
say = "It is {tool_result.days} days late."

[[reply]]
name = "hot"
when = { user = 'Order (?P<id>[A-Z]-\\d+)', temperature_min = 0.5, tool = "get_order" }
say = ["One moment.", "I will see.", "Let me look."]
thinking = "About {user.id}."
tools = [{ name = "get_order", input = { order_id = "{user.id}", deep = [{ id = "{user.id}" }] } }]

[[reply]]
when = { model = 'haiku-5', system = '^Be', last = 'refund', tool_choice = "auto" }
say = "Five."

[[reply]]
when = { user = 'Order (?P<id>[A-Z]-\\d+)' }
say = ["About {user.id}, {user.nobody} {not.a.slot} {\\"a\\": 1}", "Never at 0."]
"""


def drafted(tmp_path: Path, seed: int = 0, **fields: Any) -> Draft | None:
    """What the script above says to a request; None where it says nothing."""
    file = tmp_path / "own.toml"
    file.write_text(SCRIPT)
    own = load_scripts([file])[:4]
    one = asked(**fields)
    drafts = (script.draft(one, Random(seed)) for script in own)
    return next(filter(None, drafts), None)


def test_the_first_reply_that_fits_is_given(tmp_path: Path) -> None:
    """Conditions are tried top to bottom, all of a reply's have to hold."""
    tools, system = [GET_ORDER], "Be kind."
    result = {"type": "tool_result", "tool_use_id": "t", "content": '{"days_late": 9}'}

    hot = drafted(tmp_path, temperature=1.0, tools=tools)
    five = drafted(tmp_path, model="claude-haiku-5-5", tools=tools, system=system, temperature=0.4)
    late = drafted(tmp_path, messages=[{"role": "user", "content": [result]}])

    assert hot is not None
    assert hot.thinking == "About A-17."
    assert hot.calls[0].input == {"order_id": "A-17", "deep": [{"id": "A-17"}]}
    assert five == Draft("Five.")
    assert late == Draft("It is 9 days late.")
    assert drafted(tmp_path, text="Hello") is None


def test_temperature_0_says_the_first_wording_and_slots_are_filled_once(tmp_path: Path) -> None:
    """Only named groups are slots; anything else in braces, JSON above all, stays as it is."""
    for seed in range(5):
        found = drafted(tmp_path, seed, temperature=0)
        assert found == Draft('About A-17, {user.nobody} {not.a.slot} {"a": 1}')


def test_above_0_the_seed_draws_a_wording(tmp_path: Path) -> None:
    """All wordings come up, and the same seed draws the same."""
    found = [drafted(tmp_path, seed, temperature=1.0, tools=[GET_ORDER]) for seed in range(30)]

    assert {draft.text for draft in found if draft} == {
        "One moment.",
        "I will see.",
        "Let me look.",
    }
    assert found[0] == drafted(tmp_path, 0, temperature=1.0, tools=[GET_ORDER])


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ('\n[[reply]]\nsay = "a', 3, "string"),
        ("\n[[reply]]\n\n[[reply]]\nsays = 'a'", 4, "a reply has no 'says'"),
        ("[[reply]]\nsay = 1", 1, "say is of the wrong type"),
        ("[[reply]]\nsay = [1]", 1, "say is a text or a list of texts"),
        ("[[reply]]\nwhen = { user = '(' }", 1, "when.user is no regular expression"),
        ("[[reply]]\nwhen = { users = 'a' }", 1, "when has no 'users'"),
        ("[[reply]]\nwhen = { temperature_min = 'a' }", 1, "when.temperature_min is of the wrong"),
        ("[[reply]]\ntools = [1]", 1, "tools holds tables"),
        ("[reply]\nsay = 'a'", 1, "`reply` is a list of tables"),
        ("reply = [1]", 1, "a reply is a table"),
        ("[[replies]]\nsay = 'a'", 1, "a file of scripts has no 'replies'"),
    ],
)
def test_what_is_wrong_with_a_script_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    """One line, path and line first, and a hint."""
    file = tmp_path / "bad.toml"
    file.write_text(text)

    with pytest.raises(SimulatorError) as error:
        load_scripts([file])

    assert error.value.problem.startswith(f"{file}:{line}: ")
    assert problem in error.value.problem.lower() or problem in error.value.problem
    assert error.value.hint


def test_a_script_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A missing file is a problem in one line, not a traceback."""
    with pytest.raises(SimulatorError, match=r"nowhere\.toml: No such file"):
        load_scripts([tmp_path / "nowhere.toml"])


def test_what_ships_can_be_used() -> None:
    """The scripts of the examples load, and a folder is read in the order of its names."""
    assert all(script.say or script.calls for script in load_scripts())


@pytest.mark.anyio
async def test_scripts_of_ones_own_come_first(tmp_path: Path) -> None:
    """A folder given in the config is tried before what ships, and before words are made up."""
    (tmp_path / "b.toml").write_text('[[reply]]\nsay = "B"\n')
    (tmp_path / "a.toml").write_text("[[reply]]\nwhen = { user = 'tent' }\nsay = \"A\"\n")
    (tmp_path / "notes.txt").write_text("no script")
    async with talking(SimulatorConfig(speed=float("inf"), scripts=(tmp_path,))) as client:
        tent, other = await said(client, text=TICKET), await said(client, text="Hello")

    assert (text_of(tent), text_of(other)) == ("A", "B")
