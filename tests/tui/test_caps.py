"""What may be spent is set on the screen; what would be refused is not sent unasked."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from tests.tui.app import notices, opened, own_prompts, problems, states, until
from workbench.costs import Cost
from workbench.tui.acts import key_of
from workbench.tui.caps import Caps
from workbench.tui.caps_screen import CapsScreen
from workbench.tui.choice import Choice
from workbench.tui.help import Help

pytestmark = pytest.mark.anyio

REFUSED = """model: claude-haiku-4-5
max_tokens: 50
temperature: 0.5
top_p: 0.9
messages: [{role: user, content: Hello}]
"""


async def test_a_limit_set_on_the_screen_holds_until_it_is_changed(tmp_path: Path) -> None:
    """Nothing is sent over it, which is said with the key; raised, the round runs."""
    async with opened(own_prompts(tmp_path), size=(160, 45)) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, CapsScreen))
        await pilot.press(*"0.00001", "enter")
        await until(pilot, lambda: "over the limit" in app.front.variants.side)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "^n" in notices(app))
        assert not app.front.shows_round

        await pilot.click("#variants", offset=(150, 0))
        await until(pilot, lambda: isinstance(app.screen, CapsScreen))
        assert Decimal(app.screen.query_one("#round", Input).value) == Decimal("0.00001")
        await pilot.press("ctrl+u", *"$2", "tab", *"50c", "enter")
        await until(pilot, lambda: "≤ $2.00, each ≤ $0.5000" in app.front.variants.side)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: [*map(str, states(app))] == ["complete"] * 3)
        await until(pilot, lambda: not app.front.running)

        assert app.desk is not None
        rounds = app.desk.rounds  # what has no price does not hide what has one
        rounds._spent._over.append((datetime.now().astimezone(), True, Cost(None)))
        rounds.tally()
        assert app.front.header.money.startswith("session ≥$0.")
        assert "no price" in str(app.front.header.tooltip)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, CapsScreen))
        assert "no price" in str(app.screen.query_one(".note", Static).content)


async def test_a_run_stopped_at_its_limit_says_so_in_its_pane(tmp_path: Path) -> None:
    """With the key that raises the limit; what arrived is kept, and another round may be sent."""
    async with opened(own_prompts(tmp_path), caps=Caps(run_usd=Decimal("0.0005"))) as (app, pilot):
        await until(pilot, lambda: "each ≤ $0.0005" in app.front.variants.side)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.front.shows_round and not app.front.running)
        runs = app.front.runs.values()
        stopped = [(run, run.problem) for run in runs if run.problem is not None]
        assert stopped
        for run, problem in stopped:
            assert run.end_state == "aborted"
            assert run.text
            assert "may cost $0.0005" in problem.problem
        told = f"\n{key_of('cost_limit')}: what a run may cost."
        panes = app.front.grid.panes
        await until(pilot, lambda: sum(p.flow.text.endswith(told) for p in panes) == len(stopped))


async def test_what_is_no_amount_is_said_and_the_files_limit_is_shown(tmp_path: Path) -> None:
    """The question stays, with one line; esc changes nothing."""
    prompts = own_prompts(tmp_path)
    path = prompts / "triage.prompt.yaml"
    path.write_text(path.read_text() + "\nlimits: {cost_usd: 0.25}\n")
    async with opened(prompts, size=(80, 24)) as (app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, CapsScreen))
        assert "0.25" in app.screen.query_one("#round", Input).placeholder
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, Help))
        assert any("Take both" in str(o.prompt) for o in app.screen.query_one(OptionList).options)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, CapsScreen))
        await pilot.press(*"cheap", "enter")
        wrong = app.screen.query_one(".wrong", Static)
        await until(pilot, lambda: wrong.display)
        assert "no amount" in str(wrong.content)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, CapsScreen))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, CapsScreen))
        assert app.screen.query_one("#round", Input).value == ""


@pytest.mark.parametrize(("line", "rule"), [("top_p: 0.9", "sampling"), ("modle: x", "shape")])
async def test_what_would_be_refused_is_sent_only_when_told_to(
    tmp_path: Path, line: str, rule: str
) -> None:
    """Run asks; esc and enter send nothing, and enter goes to the place; Run again sends."""
    (tmp_path / "own.prompt.yaml").write_text(REFUSED.replace("top_p: 0.9", line))
    async with opened(tmp_path, prompt="own", size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: bool(problems(app)))
        for answer in ("escape", "enter"):
            await pilot.press("ctrl+r")
            await until(pilot, lambda: isinstance(app.screen, Choice))
            said = str(app.screen.query_one(".question", Static).content)
            assert "own.prompt.yaml:4:1" in said
            assert f"[{rule}]" in said
            await pilot.press(answer)
            await until(pilot, lambda: not isinstance(app.screen, Choice))
            assert not app.front.shows_round
        assert app.front.panels["prompt"].editor.cursor_location == (3, 0)

        await pilot.press("ctrl+r")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["failed"])
