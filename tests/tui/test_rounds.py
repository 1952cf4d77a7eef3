"""Long rounds: how far they have come; what the sitting and the day have cost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.app import App
from textual.events import AppBlur
from textual.widgets import Static

from tests.tui.app import notices, opened, own_prompts, states, until
from tests.tui.next_round import PROMPT, asks, own, rows
from tests.tui.provider import provider
from tests.tui.stage import said
from workbench.tui import pane_grid
from workbench.tui.acts import key_of
from workbench.tui.choice import Choice
from workbench.tui.terminal_title import TerminalTitle
from workbench.tui.ticks import Ticks

pytestmark = pytest.mark.anyio

MANY = PROMPT.replace("cases: file://own.cases.yaml\n", "").replace("required: true", "default: a")
TWENTY = MANY + "matrix: {max_tokens: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}\nlimits: {concurrency: 2}\n"


class Driver:
    """What is written to the terminal."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, text: str) -> None:
        """Keep it."""
        self.written.append(text)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_round_of_more_runs_than_are_seen_says_how_far_it_has_come(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """In the variants' line, while it goes on; the terminal's title has it too."""
    async with (
        provider(holds=True) as made,
        opened(own(tmp_path, TWENTY), prompt="own", base_url=made.url, size=size) as (app, pilot),
    ):
        line = app.front.variants
        await until(pilot, lambda: line.side.startswith("next round: 20 runs"))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "0 of 20 runs" in said(line))
        assert line.progress is not None
        await pilot.press("escape", "escape")
        await until(pilot, lambda: not app.front.running)
        assert line.progress is None
        await until(pilot, lambda: "20 runs, price not known" in said(line))


async def test_a_long_round_says_how_long_and_how_dear_the_rest_will_be(tmp_path: Path) -> None:
    """On the screen: runs, time left, money of what it may cost; in the header what is left of the
    provider's limits, and what the session and the day have cost."""
    text = TWENTY.replace("limits: {", "limits: {cost_usd: 0.25, ")
    async with opened(own(tmp_path, text), prompt="own", speed=0.5) as (app, pilot):
        line, header = app.front.variants, app.front.header
        await until(pilot, lambda: line.side.startswith("next round: 20 runs"))
        await pilot.press("ctrl+r")
        far = re.compile(r"[1-9]\d* of 20 runs +about \d+ (s|min) left +≈?\$0\.\d+ of \$0\.25")
        await until(pilot, lambda: bool(far.search(said(line))))
        left = re.compile(r"[\d,]+ of [\d,]+ requests left.*session ≈?\$0\.\d.*day ≈?\$0\.\d")
        await until(pilot, lambda: bool(left.search(said(header))))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: not app.front.running)
        assert "left   " not in said(line)


async def test_a_short_round_says_what_it_comes_to_and_goes_on_saying_so(tmp_path: Path) -> None:
    """In the same place: what its panes tell each of themselves; until another prompt is open."""
    async with (
        provider(holds=True) as made,
        opened(own(tmp_path, MANY), prompt="own", base_url=made.url, size=(80, 24)) as (app, pilot),
    ):
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 2 runs"))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["streaming"] * 2)
        assert app.desk is not None
        app.desk.rounds.tally()
        line = app.front.variants
        assert line.progress is None
        assert line.tally is not None
        assert (line.tally.whole, line.tally.of, line.tally.sent_tokens) == (0, 2, 18)
        made.go.set()
        await until(pilot, lambda: not app.front.running)
        assert (line.tally.whole, line.tally.of, line.tally.written_tokens) == (2, 2, 10)
        assert line.tally.took_s is not None
        assert "next round" in line.side
        await pilot.press("tab")
        app.front.go_to(app.front.grid.panes[0])
        await pilot.press("r")  # one of them again alone
        await until(pilot, lambda: line.tally is not None and line.tally.took_s is None)
        await until(pilot, lambda: not app.front.running)
        assert (line.tally.whole, line.tally.of) == (2, 2)
        other = tmp_path / "other.prompt.yaml"
        other.write_text(MANY)
        app.desk.open_prompt(other)
        assert line.tally is None


async def test_of_very_many_runs_the_first_have_a_pane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is said; the variants' line counts all of them."""
    monkeypatch.setattr(pane_grid, "MOST", 5)
    monkeypatch.setattr("workbench.tui.bench_screen.MOST", 5)
    async with (
        provider() as made,
        opened(own(tmp_path, TWENTY), prompt="own", base_url=made.url) as (app, pilot),
    ):
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 20 runs"))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.front.shows_round and not app.front.running)
        assert "first 5 of 20 runs" in notices(app)
        assert states(app) == ["complete"] * 5
        assert [tab.label[0] for tab in app.front.variants.tabs] == ["✓"] * 20


def test_the_title_is_set_and_given_back() -> None:
    """Once for each change; what others wrote in it is not obeyed."""
    app, driver = App[None](), Driver()
    app._driver = driver  # type: ignore[assignment]
    app.title = "workbench"
    title = TerminalTitle(app)
    for words in ("", "triage 1 of 9", "triage 1 of 9", "tri\x1b]2;x\aage 2 of 9", "", ""):
        title.show(words)

    assert driver.written == [
        "\x1b[22;2t\x1b]2;triage 1 of 9\a",
        "\x1b]2;tri␛]2;x␇age 2 of 9\a",
        "\x1b]2;workbench\a\x1b[23;2t",
    ]


def usd(words: str) -> float:
    """The amount in `session $0.0031`."""
    return float(words.rpartition("$")[2])


async def test_the_header_has_model_session_and_day(tmp_path: Path) -> None:
    """The day has the other sessions of the same folder, and this one as it goes on."""
    prompts = own_prompts(tmp_path)
    spent = 0.0
    for _ in range(2):
        async with opened(prompts, speed=100.0, size=(200, 60)) as (app, pilot):
            header = app.front.header
            await until(pilot, lambda header=header: header.model == "claude-haiku-4-5")  # type: ignore[misc]
            assert app.desk is not None
            app.desk.rounds.look_up_the_day()
            await until(pilot, lambda header=header: header.day != "")  # type: ignore[misc]
            assert usd(header.day) == pytest.approx(spent, abs=0.0002)
            await pilot.press("ctrl+r")
            await until(pilot, lambda app=app: app.front.shows_round and not app.front.running)  # type: ignore[misc]
            assert usd(header.money) > 0
            spent += usd(header.money)
            assert usd(header.day) == pytest.approx(spent, abs=0.0002)
            assert header.day in said(header)


async def test_code_runs_once_it_is_allowed(tmp_path: Path) -> None:
    """Asked first, with what would run and what that means; until then, and where forbidden, not.

    A function that is not there stops the round before anything is sent.
    """
    dataset = "cases:\n- id: late\n  vars: {ticket: x}\n  assert: [{type: python, value: file://own.py:ok}]\n"
    folder = own(tmp_path, cases=dataset)
    (folder / "own.py").write_text("def ok(text, run):\n    return bool(text)\n")
    async with opened(folder, prompt="own") as (app, pilot):
        assert app.desk is not None
        rounds = app.desk.rounds
        await pilot.press("alt+s")
        await asks(app, pilot, Ticks)
        await pilot.press("ctrl+t", "enter")
        await until(pilot, lambda: "2 runs" in app.front.variants.side)

        async def sends() -> list[str]:
            before = rounds.sheet
            await pilot.press("ctrl+r")
            await until(
                pilot, lambda: rounds.sheet is not before and len(rounds.sheet.entries) == 2
            )
            await until(pilot, lambda: not app.front.running)
            return [entry.grade.results[0].why for entry in rounds.sheet.entries.values()]

        assert await sends() == [f"code runs only once you allow it: {key_of('allow_code')}"] * 2
        assert "Not tried: checks by own.py:ok." in notices(app)

        await pilot.press("alt+shift+y")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        question = "\n".join(rows(app.screen.query_one(".question", Static)))
        assert "The next round's checks run own.py:ok." in question
        assert "as you, with all that you may do" in " ".join(question.split())
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Choice))
        assert not rounds.code.allowed

        await pilot.press("alt+shift+y")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("a")
        await until(pilot, lambda: rounds.code.allowed)
        assert await sends() == ["returned True"] * 2

        (folder / "own.py").write_text("")
        before = rounds.sheet
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "has no function `ok`" in notices(app))
        assert (rounds.sheet, app.front.running) == (before, False)
        await pilot.press("alt+shift+y")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("f")
        await until(pilot, lambda: not rounds.code.allowed)


async def test_who_looks_at_another_window_is_called_back_when_the_round_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the terminal's bell, once a round; in front of the screen nothing rings."""
    rung: list[bool] = []
    async with provider() as made, opened(own_prompts(tmp_path), base_url=made.url) as (app, pilot):
        monkeypatch.setattr(app, "bell", lambda: rung.append(app.app_focus))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 3 and not app.front.running)
        app.post_message(AppBlur())
        await until(pilot, lambda: not app.app_focus)
        app.front.action_want("run")  # a key would tell that somebody is here
        await until(pilot, lambda: bool(rung))
        assert rung == [False]
