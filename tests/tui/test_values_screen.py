"""What fills the variables: the form, the cases, and what a round makes of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.containers import Vertical
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from tests.tui.app import notices, opened, problems, states, until
from tests.tui.next_round import CASES, asks, click_key, own, rows
from tests.tui.provider import provider
from tests.tui.runs import painted
from tests.tui.stage import said
from workbench.documents.prompt import Prompt, load_prompt
from workbench.sessions.session import read_session
from workbench.tui.app import WorkbenchApp
from workbench.tui.ask import Ask
from workbench.tui.chosen import Chosen
from workbench.tui.dialog_acts import KeysLine
from workbench.tui.picker import Picker
from workbench.tui.ticks import CaseTicks, Ticks
from workbench.tui.values_screen import ValueField, ValuesScreen
from workbench.workbench.plan import Plan, Settings
from workbench.workbench.watched import Tell

pytestmark = pytest.mark.anyio

SIZES = [(80, 24), (160, 45)]


def fields(app: WorkbenchApp) -> dict[str, ValueField]:
    """The form's fields, by the names of their variables."""
    return {field.asked.name: field for field in app.screen.query(ValueField)}


def lacks_a_value(app: WorkbenchApp) -> bool:
    """Whether the variable that has to be given has none, and that is said."""
    return "{{ticket}} has no value" in problems(app)


async def ready(app: WorkbenchApp, pilot: Pilot[None]) -> None:
    """Wait until the next round can be run."""
    await until(pilot, lambda: app.front.variants.side.startswith("next round"))


def test_what_is_masked_in_the_session_is_not_shown_over_the_panes_either(tmp_path: Path) -> None:
    """A screen is shared, and pictured."""
    path = tmp_path / "own.prompt.yaml"
    path.write_text(
        "model: claude-haiku-4-5\nmax_tokens: 9\nredact: [token]\n"
        'messages: [{role: user, content: "{{token}} {{ticket}}"}]\n'
    )
    prompt = load_prompt(path)
    assert Chosen().in_words(prompt) == "token has no value  ticket has no value"
    chosen = Chosen(values={"token": "hunter2", "ticket": "late"})
    assert chosen.in_words(prompt) == 'token masked  ticket "late"'


@pytest.mark.parametrize("size", SIZES)
async def test_a_missing_value_names_the_form_and_the_form_gives_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """Typed, seen in the line, sent, saved with the round; kept for the next one."""
    async with (
        provider() as made,
        opened(own(tmp_path), prompt="own", base_url=made.url, size=size) as (app, pilot),
    ):
        await until(pilot, lambda: lacks_a_value(app))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "alt+i gives it one" in notices(app))
        assert "--set" not in notices(app)
        await asks(app, pilot, Ticks)  # the cases that would give it
        await pilot.press("escape", "alt+i")
        await asks(app, pilot, ValuesScreen)
        assert "needs a value" in str(app.screen.query("Static")[1].render())
        assert rows(fields(app)["locale"]) == ["en"]
        await pilot.press(*"Order A-1")
        await pilot.press("ctrl+n", *"is late.", "enter")
        await ready(app, pilot)
        assert not lacks_a_value(app)
        assert app.front.variants.values == 'ticket "Order A-1…"  locale "en"'
        if size[0] > 100:
            assert 'ticket "Order A-1…"' in said(app.front.variants)

        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 2)
        assert app.bench.journal is not None
        assert app.bench.journal.path is not None
        (saved,) = read_session(app.bench.journal.path).rounds
        assert saved.info.values == {"ticket": "Order A-1\nis late."}
        bodies = [request.body for request in saved.requests.values()]
        assert [body["messages"][0]["content"] for body in bodies] == [
            "Order A-1\nis late. in en"
        ] * 2

        await pilot.click(app.front.variants, offset=(60, 0))
        await pilot.press("escape", "alt+i")
        await asks(app, pilot, ValuesScreen)
        assert fields(app)["ticket"].text == "Order A-1\nis late."
        assert fields(app)["ticket"].size.height == 2


async def test_what_is_pasted_is_taken_as_it_is(tmp_path: Path) -> None:
    """Lines, blanks, tabs, braces and escape sequences; nothing of it is obeyed or expanded."""
    pasted = '  {{locale}}\r\n\tand "so\x1b[31m on: {x}\r\n\r\n'
    kept = '  {{locale}}\n\tand "so\x1b[31m on: {x}\n\n'
    async with opened(own(tmp_path), prompt="own", size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: lacks_a_value(app))
        await pilot.press("alt+i")
        await asks(app, pilot, ValuesScreen)
        app.post_message(Paste(pasted))
        await until(pilot, lambda: fields(app)["ticket"].text == kept)
        assert all("\x1b" not in row for row in rows(fields(app)["ticket"]))
        await pilot.press("enter")
        await ready(app, pilot)
        assert "\x1b" not in app.front.variants.values
        assert app.desk is not None
        plan = app.desk.insight and app.desk.insight.plan
        assert plan
        body = json.loads(plan.requests[plan.runs[0].run_id].to_json())
        assert body["messages"][0]["content"] == f"{kept} in en"


async def test_a_case_fills_the_form(tmp_path: Path) -> None:
    """Its values are seen and may be changed; the round is of the case; clear takes all away."""
    async with opened(own(tmp_path), prompt="own") as (app, pilot):
        await until(pilot, lambda: lacks_a_value(app))

        async def act(key: str) -> None:
            await asks(app, pilot, ValuesScreen)
            await pilot.press(key)

        await pilot.press("alt+i")
        await act("ctrl+t")
        await asks(app, pilot, Picker)
        await pilot.press(*"zip", "enter")
        await asks(app, pilot, ValuesScreen)
        assert {name: field.text for name, field in fields(app).items()} == {
            "ticket": "My zip broke.",
            "locale": "nl",
        }
        await act("enter")
        await ready(app, pilot)
        assert app.front.variants.values == "case zip"
        assert [run.case for run in app.front.runs.values()] == ["zip", "zip"]

        await pilot.press("alt+i")
        await asks(app, pilot, ValuesScreen)
        await pilot.press("tab", *" NL", "enter")
        await until(pilot, lambda: app.front.variants.values == 'case zip  locale "nl NL"')

        await pilot.press("alt+i")
        await act("f8")
        await pilot.pause()
        assert not any(field.text for field in fields(app).values())
        await act("escape")
        await until(pilot, lambda: app.screen is app.front)
        assert app.front.variants.values == 'case zip  locale "nl NL"'
        await pilot.press("alt+i")
        await act("f8")
        await act("enter")
        await until(pilot, lambda: lacks_a_value(app))
        assert app.front.variants.values == 'ticket has no value  locale "en"'


async def test_a_long_dataset_is_said_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before its list is there; of a short one nothing is said."""
    async with opened(own(tmp_path), prompt="own") as (app, pilot):
        await until(pilot, lambda: lacks_a_value(app))
        for much, said in ((1_000_000, False), (10, True)):
            monkeypatch.setattr("workbench.tui.next_round.MUCH", much)
            await pilot.press("alt+s")
            await asks(app, pilot, Ticks)
            assert ("Reading the cases in " in notices(app)) is said
            await pilot.press("escape")


async def test_a_round_of_several_cases(tmp_path: Path) -> None:
    """All of them by one key, or some; a round of cases times variants; estimates follow."""
    async with (
        provider() as made,
        opened(own(tmp_path), prompt="own", base_url=made.url) as (app, pilot),
    ):
        await until(pilot, lambda: lacks_a_value(app))
        await pilot.press("alt+s")
        await asks(app, pilot, Ticks)
        await pilot.press("ctrl+t", "enter")
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 6 runs"))
        assert app.front.variants.values == 'cases: all  locale "en"'
        assert not lacks_a_value(app)

        await pilot.press("alt+s")
        await asks(app, pilot, Ticks)
        await pilot.click(OptionList, offset=(4, 1))
        await click_key(app, pilot, "take")
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 4 runs"))
        assert app.front.variants.values == 'cases late, two  locale "en"'
        await pilot.press("ctrl+r")
        await until(pilot, lambda: states(app) == ["complete"] * 4)
        runs = app.front.runs.values()
        assert [(run.case, run.variant) for run in runs] == [
            (case, variant) for case in ("late", "two") for variant in ("base", "warm")
        ]
        await until(
            pilot,
            lambda: [tab.label for tab in app.front.variants.tabs] == ["✓ base 2/2", "✓ warm 2/2"],
        )
        line = app.front.variants
        for pane in (0, 2, 0):
            await pilot.click(line, offset=(said(line).index("base") + 1, 0))
            await until(pilot, lambda pane=pane: app.front.grid.panes[pane].has_focus)  # type: ignore[misc]

        await pilot.press("alt+s")
        await asks(app, pilot, Ticks)
        await pilot.press("ctrl+t", "ctrl+t", "enter")
        await until(pilot, lambda: app.front.variants.values.startswith("ticket has no value"))


async def test_a_case_added_to_the_file_is_among_all_of_them(tmp_path: Path) -> None:
    """All means those that are there when Run is pressed; one that is gone is said."""
    prompts = own(tmp_path)
    async with opened(prompts, prompt="own") as (app, pilot):
        await until(pilot, lambda: lacks_a_value(app))
        await pilot.press("alt+s")
        await asks(app, pilot, Ticks)
        await pilot.press("ctrl+t", "enter")
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 6 runs"))
        (prompts / "own.cases.yaml").write_text(CASES + "  - {id: new, vars: {ticket: x}}\n")
        await pilot.press("#")
        await until(pilot, lambda: app.front.variants.side.startswith("next round: 8 runs"))

        await pilot.press("alt+s")
        await asks(app, pilot, Ticks)
        await pilot.press(*"no such case")
        empty = app.screen.query_one(".empty")
        await until(pilot, lambda: bool(empty.display))
        assert app.screen.query_one(Vertical).border_subtitle == "4 of 4 ticked"
        await pilot.press("ctrl+u")
        await until(pilot, lambda: not empty.display)
        await pilot.press(*"new", "ctrl+t", "ctrl+u", *"zip", "tab", "enter")
        await until(pilot, lambda: app.front.variants.values.startswith("cases late, two"))
        (prompts / "own.cases.yaml").write_text(CASES.replace("id: late", "id: early"))
        await pilot.press("#")
        await until(pilot, lambda: "no case is called `late`" in app.front.variants.side)
        (prompts / "own.cases.yaml").write_text("cases: []\n")
        await pilot.press("alt+s")
        await until(pilot, lambda: "there is no case in it" in notices(app))
        await pilot.press("alt+s")
        await pilot.pause()
        assert "has no cases" not in notices(app)


async def test_a_prompt_without_cases_or_variables_says_how_to_get_some(tmp_path: Path) -> None:
    """Calmly, in both places."""
    text = "model: claude-haiku-4-5\nmax_tokens: 5\nmessages: [{role: user, content: Hello}]\n"
    async with opened(own(tmp_path, text), prompt="own") as (app, pilot):
        await pilot.press("alt+s")
        await until(pilot, lambda: "has no cases" in notices(app))
        await pilot.press("alt+i")
        await until(pilot, lambda: isinstance(app.screen, ValuesScreen))
        told = [str(widget.content) for widget in app.screen.query(Static)]
        assert any("{{name}} in a text makes one" in words for words in told)


async def test_cases_are_ticked_by_tag_and_by_chance(tmp_path: Path) -> None:
    """Typed, a tag narrows the list; a sample is of what is listed; what lies ahead is said then.

    However long the list is, the keys are seen.
    """
    rows = (f"  - {{id: c{n}, vars: {{ticket: x}}, tags: [t{n % 2}]}}\n" for n in range(40))
    folder = own(tmp_path, cases="cases:\n" + "".join(rows))
    async with opened(folder, prompt="own", size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: lacks_a_value(app))
        await pilot.press("alt+s")
        await asks(app, pilot, CaseTicks)
        dialog, box = app.screen, app.screen.query_one(Vertical)
        keys = dialog.query_one(KeysLine)
        await until(pilot, lambda: box.content_region.contains_region(keys.region))
        await pilot.press(*"#t1", "ctrl+n")
        await asks(app, pilot, Ask)
        await pilot.press(*"no", "enter")
        wrong = app.screen.query_one(".wrong")
        await until(pilot, lambda: "is no number" in "\n".join(painted(wrong)))
        await pilot.press("ctrl+u", "3", "enter")
        await until(pilot, lambda: app.screen is dialog and box.border_subtitle == "3 of 40 ticked")
        await pilot.press("enter")
        await until(pilot, lambda: "6 runs (2 variants, 3 cases), 4 at a time" in notices(app))
        assert "between two variants: 3 pairs" in notices(app)
        assert app.desk is not None
        picked = app.desk.next_round.of(folder / "own.prompt.yaml").cases
        assert all(int(name[1:]) % 2 for name in picked)


async def test_what_very_many_cases_will_take_is_told_on_the_way_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How far it has come, in the variants' line; what stops it takes the choice of cases back."""
    monkeypatch.setattr("workbench.tui.insight._SAID_EVERY_S", 0.02)
    monkeypatch.setattr("workbench.tui.picker.MOST", 2)
    async with opened(own(tmp_path), prompt="own", size=(80, 24)) as (app, pilot):
        assert app.desk is not None
        bench, path = app.desk.bench, app.desk.prompt_path
        plan = bench.plan

        def endless(prompt: Prompt, settings: Settings, tell: Tell) -> Plan:
            while settings.cases:
                tell("planning cases", 500, 100_000)
            return plan(prompt, settings, tell)

        monkeypatch.setattr(bench, "plan", endless)
        await until(pilot, lambda: lacks_a_value(app))
        for key in ("", "ctrl+r"):  # stopped while it is looked at, and while it is to be sent
            await pilot.press("alt+s")
            await asks(app, pilot, Ticks)
            assert app.screen.query_one(OptionList).option_count == 2
            told = str(app.screen.query_one(Vertical).border_subtitle)
            assert told == "0 of 3 ticked, the first 2 of 3 listed: type to narrow it"
            await pilot.press("ctrl+t", "enter")
            await until(pilot, lambda: "cases: 500 of 100,000" in app.front.variants.side)
            assert path is not None
            assert app.desk.next_round.of(path).every_case
            if key:
                await pilot.press(key)
            await pilot.press("escape")
            await until(pilot, lambda: not app.front.looking and lacks_a_value(app))
            assert not app.desk.next_round.of(path).every_case
        assert "Stopped: no case is chosen now." in notices(app)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "gives it one" in notices(app))
