"""A pane shows a run: its name, its answer, its figures, its end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from queue import Queue
from types import SimpleNamespace

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from tests.answers import start, stop, text
from tests.tui.runs import (
    Stage,
    after,
    begun,
    cost_of,
    delta,
    ended,
    painted,
    run,
    streaming,
    whole,
)
from workbench.run import Closed, Discarded, Run, RunProblem, Sent
from workbench.tui.clock import PaintClock, terminal_keeps_up
from workbench.tui.find_line import FindLine
from workbench.tui.pane import RunPane
from workbench.tui.pressed import Pressed

pytestmark = pytest.mark.anyio

SIZE = (50, 14)
PANE = partial(RunPane, cost_of)
FAILED = run(Sent(), Closed("failed", RunProblem("x", "the key was refused (401)", "Set it.")))


def pane(pilot: Pilot[None]) -> RunPane:
    """The pane under test."""
    return pilot.app.query_one(RunPane)


async def test_a_whole_run_fills_the_frame() -> None:
    """Title, answer, rule and two lines of figures, each in its place."""
    async with Stage(PANE).run_test(size=(46, 10)) as pilot:
        pane(pilot).show(whole("Billing: [b]late[/b] order."))
        await pilot.pause()
        pane(pilot).screen.set_focus(None)
        await pilot.pause()
        assert painted(pane(pilot)) == [
            "╭─ base ───────────────────────────────── ≡ ─╮",
            "│ Billing: [b]late[/b] order.                │",
            *(["│                                            │"] * 4),
            "├────────────────────────────────────────────┤",
            "│ ✓ end_turn      9 in → 5                   │",
            "│   first  0.30 s       – t/s   $0.0012      │",
            "╰────────────────────────────────────────────╯",
        ]


@pytest.mark.parametrize("size", [(80, 24), (24, 9), (24, 8), (200, 60), (12, 5)])
async def test_the_frame_closes_at_every_size(size: tuple[int, int]) -> None:
    """Every line of a pane is as wide as the pane, whatever the model writes."""
    wild = "日本語 👨\u200d👩 ❤\ufe0f e\u0301 \x1b[2J \u202e \t" * 30
    async with Stage(PANE).run_test(size=size) as pilot:
        for now in (streaming(wild), whole(wild), FAILED):
            pane(pilot).show(now)
            await pilot.pause()
            strips = pane(pilot).render_lines(pane(pilot).outer_size.region)
            assert {strip.cell_length for strip in strips} == {size[0]}
            assert {sum(s.cell_length for s in strip) for strip in strips} == {size[0]}
            assert len(strips) == size[1]


async def test_the_answer_grows_where_it_stands() -> None:
    """A run shown again adds what is new; another run begins anew."""
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        now = streaming("Hello")
        shown.show(now)
        shown.show(after(now, delta(0, type="text_delta", text=" world")))
        assert shown.text == "Hello world"
        shown.show(whole("Other", name="terse"))
        await pilot.pause()
        assert shown.text == "Other"
        assert "terse" in painted(shown)[0]


async def test_waiting_is_said_calmly() -> None:
    """Before anything comes, the pane says what it waits for; a refusal tried again is named."""
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        for now, words in (
            (run(), "waiting for its turn"),
            (run(Sent()), "sent, no answer yet"),
            (
                run(Sent(), Discarded(RunProblem("o", "overloaded"), 1.0), Sent(2)),
                "overloaded; trying again",
            ),
        ):
            shown.show(now)
            await pilot.pause()
            assert words in painted(shown)[1]


async def test_an_error_is_words_and_a_class() -> None:
    """What went wrong and what to do stand in the pane; its class says it failed."""
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.show(FAILED)
        await pilot.pause()
        assert "the key was refused (401)" in painted(shown)[1]
        assert "Set it." in painted(shown)[2]
        assert shown.has_class("failed")
        shown.show(whole("fine", name="next"))
        assert shown.has_class("complete")
        assert not shown.has_class("failed")


async def test_focus_is_seen_without_colour() -> None:
    """The frame of the focused pane is heavier."""
    async with Stage(PANE, PANE).run_test(size=SIZE) as pilot:
        left, right = pilot.app.query(RunPane)
        left.focus()
        await pilot.pause()
        assert painted(left)[0].startswith("┏")
        assert painted(right)[0].startswith("╭")
        await pilot.press("tab")
        assert painted(left)[0].startswith("╭")
        assert painted(right)[0].startswith("┏")


async def test_the_title_names_what_tells_runs_apart() -> None:
    """Variant, case, repeat, and the model where asked; made safe, and shortened to fit."""
    now = replace(whole("x"), variant="warm\x1b", case="late-order", repeat=2)
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.show(now)
        await pilot.pause()
        assert "warm␛  late-order  #2 " in painted(shown)[0]
        assert "haiku" not in painted(shown)[0]
        shown.with_model = True
        assert "claude-haiku-4-5" in painted(shown)[0]
        await pilot.resize_terminal(20, 10)
        assert painted(shown)[0] == "┏━ warm␛  la… ━ ≡ ━┓"


async def test_new_output_is_hinted_at_in_the_rule() -> None:
    """Scrolled back, the rule above the meter says that more has come."""
    now = streaming("line\n" * 40)
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.show(now)
        shown.focus()
        await pilot.press("home")
        shown.show(after(now, delta(0, type="text_delta", text="more\n")))
        await pilot.pause()
        assert "↓ new output" in painted(shown)[-4]
        await pilot.click(RunPane, offset=shown.hint_region.offset)
        assert shown.follows
        assert "↓ new output" not in painted(shown)[-4]


async def test_the_hint_is_painted_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule is outside the text; it is painted anew when the hint comes and when it goes."""
    now = streaming("line\n" * 40)
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.show(now)
        shown.show_row(0)
        await pilot.pause()
        asked: list[Region] = []
        refresh = shown.refresh

        def seen(*regions: Region) -> RunPane:
            asked.extend(regions)
            return refresh(*regions)

        monkeypatch.setattr(shown, "refresh", seen)
        shown.show(after(now, delta(0, type="text_delta", text="more\n")))
        assert any(region.contains_region(shown.hint_region) for region in asked)


async def test_the_meter_is_right_also_after_the_hint_was_there() -> None:
    """Figures that changed while the hint stood are not painted from before it came."""
    now = streaming("line\n" * 40)
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.show(now)
        await pilot.pause()
        painted(shown)
        shown.show_row(0)
        shown.show(after(now, delta(0, type="text_delta", text="more\n" * 400)))
        assert "→ ≈550" in painted(shown)[-3]
        shown.show_row(999)
        assert "→ ≈550" in painted(shown)[-3]


async def test_the_meter_takes_one_line_where_there_is_room_and_stays_as_high_as_it_is() -> None:
    """By the pane's width alone: two below 56 columns; whether it waits, streams or is over."""
    steps = (run(), run(Sent()), streaming("A word. " * 9), whole("A word. " * 9))
    async with Stage(PANE).run_test(size=(80, 10)) as pilot:
        for columns, lines in ((56, 1), (55, 2), (80, 1)):
            await pilot.resize_terminal(columns, 10)
            await pilot.pause()
            for step in steps:
                pane(pilot).show(step)
                await pilot.pause()
                assert len(pane(pilot).body_lines) == 7 - lines
        shown = painted(pane(pilot))
        assert shown[7].startswith("┣━")
        assert " ".join(shown[8].split()) == "┃ ✓ end_turn 9 in → 5 0.30 s – t/s $0.0012 ┃"


async def test_a_long_wait_is_told_in_full() -> None:
    """What stands in place of the answer wraps like the answer."""
    refused = RunProblem("overloaded_error", "the provider has no room just now, 529")
    async with Stage(PANE).run_test(size=(24, 12)) as pilot:
        shown = pane(pilot)
        shown.show(run(Sent(), Discarded(refused, 1.0), Sent(2)))
        await pilot.pause()
        words = " ".join(line[2:22].strip() for line in painted(shown)[1:5])
        assert words.strip() == "the provider has no room just now, 529; trying again"


async def test_a_pane_taken_away_can_still_be_shown_a_run() -> None:
    """A run due in a pane that has just been removed harms nothing."""
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown, clock = pane(pilot), PaintClock(pilot.app, hertz=0.001)
        clock.show(shown, streaming("x"))
        await shown.remove()
        clock.tick()
        clock.show(shown, FAILED)
        clock.tick()
        assert not clock.running


async def test_a_paused_replay_stands_still() -> None:
    """With the clock told to be still, no spinner turns."""
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown, clock = pane(pilot), PaintClock(pilot.app, hertz=0.001)
        clock.show(shown, streaming("x"))
        clock.tick()
        clock.still = True
        looks = set()
        for _ in range(9):
            clock.tick()
            looks.add(painted(shown)[-3][2])
        assert len(looks) == 1


async def test_a_terminal_that_lags_is_noticed() -> None:
    """The driver's queue of unwritten output tells whether the terminal keeps up."""
    app = Stage()
    assert terminal_keeps_up(app)
    queue = Queue[str]()
    app._driver = SimpleNamespace(_writer_thread=SimpleNamespace(_queue=queue))  # type: ignore[assignment]
    assert terminal_keeps_up(app)
    queue.put("a frame")
    assert not terminal_keeps_up(app)


async def test_a_pane_can_be_maximized() -> None:
    """The whole screen for one pane, wrapped to its new width."""
    async with Stage(PANE, PANE).run_test(size=SIZE) as pilot:
        first = pilot.app.query(RunPane).first()
        first.show(whole("word " * 20))
        pilot.app.screen.maximize(first)
        await pilot.pause()
        assert first.outer_size.width > SIZE[0] // 2
        assert first.flow.width == first.outer_size.width - 4


async def test_the_clock_shows_the_newest_and_stops() -> None:
    """Of many states between two ticks only the last is painted; nothing in flight, no ticks."""
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        clock = PaintClock(pilot.app, hertz=0.001)
        now = run(Sent(), start())
        for _ in range(5):
            now = after(now, text("x"))
            clock.show(shown, now)
        assert shown.run is None
        clock.tick()
        assert shown.run is now
        assert clock.running
        clock.show(shown, over := after(now, stop(), Closed("eof")))
        clock.tick()
        assert shown.run is over
        assert not clock.running


@pytest.mark.parametrize("turns", [1, 4])
async def test_a_pane_is_painted_twenty_times_a_second_at_most(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often its run changes: a second of the clock's timer, a change a millisecond."""
    every_s, painted = list[float](), list[Run]()
    timer = SimpleNamespace(resume=lambda: None, pause=lambda: None)

    def set_interval(interval: float, *_: object, **__: object) -> SimpleNamespace:
        every_s.append(interval)
        return timer

    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown, now = pane(pilot), run(Sent(), start())
        monkeypatch.setattr(pilot.app, "set_interval", set_interval)
        monkeypatch.setattr(shown, "show", lambda run, _: painted.append(run))
        clock, ticks = PaintClock(pilot.app, turns=turns), 0
        for ms in range(1_000):
            now = after(now, text("x"))
            clock.show(shown, now)
            if ms / 1_000 >= ticks * every_s[0]:
                ticks += 1
                clock.tick()
        assert len(every_s) == 1
        assert len(painted) == 20 == len({*map(id, painted)})


async def test_many_panes_take_turns() -> None:
    """Four at a time where asked for, each as it stands at its turn; none is left out."""
    async with Stage(*[PANE] * 9).run_test(size=(200, 20)) as pilot:
        panes = list(pilot.app.query(RunPane))
        clock, now = PaintClock(pilot.app, hertz=0.001, turns=2), streaming("x")
        for shown in panes:
            clock.ask(shown, lambda: now)
        seen = []
        for _ in range(3):
            now = after(now, text("x"))
            before = [shown.run for shown in panes]
            clock.tick()
            seen.append(
                [a.run is now for a, b in zip(panes, before, strict=True) if a.run is not b]
            )
        assert sorted(map(len, seen)) == [1, 4, 4]
        assert all(map(all, seen))


async def test_the_clock_waits_for_a_slow_terminal() -> None:
    """While the terminal has not taken the last frame, nothing is painted and nothing lost."""
    keeps_up = False
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        clock = PaintClock(pilot.app, hertz=0.001, ready=lambda: keeps_up)
        clock.show(pane(pilot), whole("hello"))
        clock.tick()
        assert pane(pilot).run is None
        keeps_up = True
        clock.tick()
        assert pane(pilot).text == "hello"


async def test_a_key_is_painted_before_panes() -> None:
    """What a key changed need not wait for panes, which wait for it two turns at the most."""
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        pressed, shown = Pressed(), pane(pilot)
        clock = PaintClock(pilot.app, hertz=0.001, pressed=pressed)
        clock.show(shown, whole("hello"))
        pressed.came()
        clock.tick()
        clock.tick()
        assert shown.run is None
        clock.tick()
        assert shown.text == "hello"
        pressed.came()
        pressed.painted()
        clock.show(shown, whole("hello again"))
        clock.tick()
        assert shown.text == "hello again"


async def test_the_clock_turns_the_spinner_and_forgets_panes_that_are_gone() -> None:
    """A run in flight is seen to be alive; a pane taken away is not painted any more."""
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown, clock = pane(pilot), PaintClock(pilot.app, hertz=0.001)
        clock.show(shown, streaming("x"))
        looks = set()
        for _ in range(9):
            clock.tick()
            looks.add(painted(shown)[-3][2])
        assert len(looks) > 2
        await shown.remove()
        clock.tick()
        assert not clock.running


MARKED = "# Head\n\n<b>**bold**</b>"


async def test_markdown_waits_for_the_end() -> None:
    """Asked for while it streams, it is raw until the run has ended; a new run is raw again."""
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.focus()
        shown.show(streaming(MARKED))
        await pilot.press("m")
        assert shown.text == MARKED
        assert "rendered once the run has ended" in [*pilot.app._notifications][-1].message
        shown.show(whole(MARKED))
        assert shown.text == "Head\n\n<b>bold</b>"
        assert "markdown" in painted(shown)[0]
        shown.show(streaming(MARKED, name="next"))
        assert shown.text == MARKED
        shown.show(whole(MARKED))
        await pilot.press("m")
        assert shown.text == MARKED
        assert "markdown" not in painted(shown)[0]


async def test_markdown_is_never_rendered_for_a_delta(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pieces come, it is rendered once, at the end."""
    calls: list[str] = []

    def rendered(text: str) -> list[tuple[str, str]]:
        calls.append(text)
        return []

    monkeypatch.setattr("workbench.telling.markdown.rendered", rendered)
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.action_markdown()
        now = run(Sent(), start())
        for _ in range(20):
            now = after(now, text("x"))
            shown.show(now)
        assert not calls
        shown.show(after(now, stop(), Closed("eof")))
        assert len(calls) == 1


async def test_what_stands_still_may_be_rendered() -> None:
    """While a replay is paused; it goes on raw."""
    now = streaming(MARKED)
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.action_markdown()
        shown.show(now)
        shown.still = True
        assert shown.text == "Head\n\n<b>bold</b>"
        shown.still = False
        assert shown.text == MARKED
        shown.show(after(now, delta(0, type="text_delta", text="!")))
        assert shown.text == f"{MARKED}!"


async def test_thinking_folds_and_json_is_laid_out() -> None:
    """By a key each, and back, or by a click on its words; where there is no JSON that is said."""
    thinking = [
        begun(0, type="thinking", thinking="", signature=""),
        delta(0, type="thinking_delta", thinking="x" * 1204),
        ended(0),
    ]
    json = run(Sent(), start(), thinking, text('{"a":1}', index=1), stop(), Closed("eof"))
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.focus()
        shown.show(json)
        as_it_came = shown.text
        await pilot.press("t", "j")
        assert shown.text == 'thinking, 1,204 characters\n\n{\n  "a": 1\n}'
        assert "json folded" in painted(shown)[0]
        await pilot.click(shown, offset=(4, 1))  # on the words over it
        await pilot.press("j")
        assert shown.text == as_it_came
        await pilot.click(shown, offset=(4, 2))  # on the thinking itself
        await pilot.press("home")
        assert shown.text == as_it_came
        shown.show(whole("prose", name="next"))
        await pilot.press("j")
        assert [*pilot.app._notifications][-1].message == "This answer is not JSON."
        assert not shown.view.json


async def test_what_is_read_stays_in_sight_when_it_is_told_otherwise() -> None:
    """Scrolled back, a pane told anew shows about the same part; at its end it stays there."""
    long = whole("".join(f"line {n}\n" for n in range(100)))
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.show(long)
        shown.show_row(50)
        shown.action_markdown()
        assert abs(shown.top - 50) < 5
        shown.show_row(999)
        shown.action_markdown()
        assert shown.follows


async def test_a_pane_copies_its_answer() -> None:
    """The words as they came, whatever way they are shown; thinking and notices are not in it."""
    over = run(Sent(), start(), text(MARKED), stop("max_tokens"), Closed("eof"))
    async with Stage(PANE).run_test(size=SIZE) as pilot:
        shown = pane(pilot)
        shown.show(over)
        shown.focus()
        await pilot.press("m", "y")
        await pilot.app.workers.wait_for_complete()
        assert pilot.app.clipboard == MARKED


async def test_the_find_line_stands_in_the_frame() -> None:
    """Above the meter; the frame closes around it, and stays heavy while one types there."""
    for size in ((50, 14), (24, 8)):
        async with Stage(PANE).run_test(size=size) as pilot:
            shown = pane(pilot)
            shown.show(whole("one two\n" * 30))
            shown.focus()
            await pilot.press("slash", *"two")
            await pilot.pause()
            (line,) = pilot.app.query(FindLine)
            assert line.region.y == shown.body.bottom
            assert (line.region.x, line.region.right) == (2, size[0] - 2)
            strips = shown.render_lines(shown.outer_size.region)
            assert {strip.cell_length for strip in strips} == {size[0]}
            assert painted(shown)[line.region.y].strip("┃ █▐") == ""
            assert painted(shown)[0].startswith("┏")
