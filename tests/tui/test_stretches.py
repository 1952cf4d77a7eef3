"""Which lines are sent as one, what they cost, which are cached, until when that is held."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.answers import start
from tests.tui.app import EXAMPLES, notices, opened, own_prompts, until
from tests.tui.runs import after
from workbench.catalog.profile import SIMULATOR
from workbench.run import Run
from workbench.tokens import Estimate
from workbench.tui.editor_status import EditorStatus
from workbench.tui.insight import Insight, look
from workbench.tui.stretch import Stretch, at_line, cached_lines
from workbench.workbench.bench import open_workbench
from workbench.workbench.warm import Warm, held_until, left_by

pytestmark = pytest.mark.anyio

PROMPT = """\
model: claude-haiku-4-5
max_tokens: 20
system: file://own.system.yaml
messages:
  - role: user
    content: |-
      Hello {{name}},
      how are you?

  - role: assistant
    content:
      - {type: text, text: Well.}
      - type: text
        text: file://more.md
  - {role: user, content: Good.}
inputs: {name: {default: Ada}}
"""
SYSTEM = """\
system:
  - type: text
    text: file://rules.md
    cache_control: {type: ephemeral}
  - {type: text, text: Be brief.}
"""


def seen(folder: Path, prompt: str = PROMPT, warm: Sequence[Warm] = ()) -> Insight:
    """What is known of a prompt with these files."""
    files = {"own.system.yaml": SYSTEM, "rules.md": "Rule one.\n" * 2_000, "more.md": "a\nb\n"}
    for name, text in files.items():
        (folder / name).write_text(text)
    path = folder / "own.prompt.yaml"
    path.write_text(prompt)
    return look(path, {}, SIMULATOR, open_workbench(folder).plan, warm=warm)


def named(insight: Insight, path: Path) -> dict[str, tuple[int, int]]:
    """The lines of each stretch of a file, by its name."""
    return {one.name: (one.first, one.last) for one in insight.stretches[path]}


def test_every_block_knows_its_lines(tmp_path: Path) -> None:
    """In the file where it is written; one that comes from a file of its own, in both."""
    insight = seen(tmp_path)

    assert named(insight, tmp_path / "own.prompt.yaml") == {
        "message 1": (5, 8),
        "message 2": (10, 14),
        "message 2, block 1": (12, 12),
        "message 2, block 2": (13, 14),
        "message 3": (15, 15),
    }
    assert named(insight, tmp_path / "more.md")["message 2, block 2"] == (1, 2)
    assert named(insight, tmp_path / "own.system.yaml") == {
        "system, block 1": (2, 4),
        "system, block 2": (5, 5),
    }


def test_the_figures_add_up(tmp_path: Path) -> None:
    """To what the whole is said to cost; a message is the sum of its blocks."""
    insight = seen(tmp_path)
    of = {one.name: one.tokens.tokens for one in insight.stretches[tmp_path / "own.prompt.yaml"]}

    assert of["message 2"] == of["message 2, block 1"] + of["message 2, block 2"]
    assert of["message 1"] + of["message 2"] + of["message 3"] == insight.estimates["prompt"].tokens


def test_what_stands_before_the_breakpoint_is_cached(tmp_path: Path) -> None:
    """Line by line, in the file that it comes from too; what comes after it is not."""
    insight = seen(tmp_path)

    assert cached_lines(insight.stretches[tmp_path / "own.system.yaml"]) == {2, 3, 4}
    assert cached_lines(insight.stretches[tmp_path / "rules.md"]) == set(range(1, 2_001))
    assert cached_lines(insight.stretches[tmp_path / "own.prompt.yaml"]) == set()


def test_what_is_below_the_minimum_is_not_marked(tmp_path: Path) -> None:
    """Its breakpoint does nothing, and the gutter must not say otherwise."""
    block = "{type: text, text: Hi, cache_control: {type: ephemeral}}"
    text = f"messages: [{{role: user, content: [{block}]}}]\n"
    insight = seen(tmp_path, f"model: claude-haiku-4-5\nmax_tokens: 9\n{text}")

    assert insight.notes["prompt"].startswith("not cached: below")
    assert not cached_lines(insight.stretches[tmp_path / "own.prompt.yaml"])


def test_a_variant_that_patches_a_message_has_it_at_its_own_place(tmp_path: Path) -> None:
    """The first run is what is counted."""
    patch = "variants:\n  other:\n    messages.0.content: Bonjour, {{name}}!\n"
    insight = seen(tmp_path, PROMPT + patch)
    lines = [one for one in insight.stretches[tmp_path / "own.prompt.yaml"] if 19 in one]

    assert [one.name for one in lines] == ["message 1"]


def test_tools_are_called_by_their_names() -> None:
    """Each with its lines; the mocks below them are not sent."""
    path = EXAMPLES / "orders.prompt.yaml"
    insight = look(path, {}, SIMULATOR, open_workbench(EXAMPLES).plan)
    found = insight.stretches[EXAMPLES / "orders.tools.yaml"]

    assert found
    assert all(one.name.startswith("tool ") for one in found)
    text = (EXAMPLES / "orders.tools.yaml").read_text().split("\n")
    assert at_line(found, text.index("mocks:") + 1) is None


def test_the_smallest_stretch_is_the_one_that_is_meant() -> None:
    """A block rather than the message around it."""
    whole = Stretch(1, 9, "message 1", Estimate(9), cached=False)
    block = Stretch(3, 4, "message 1, block 1", Estimate(4), cached=False)

    assert [at_line([whole, block], line) for line in (1, 3, 4, 5, 10)] == [
        *(whole, block, block, whole, None)
    ]


# What is held


def billed(insight: Insight, **usage: int) -> Run:
    """The first run of the plan, billed for these tokens."""
    assert insight.plan is not None
    return after(insight.plan.runs[0], start(**usage))


def test_what_was_written_is_read_until_its_time_is_up(tmp_path: Path) -> None:
    """By any request that begins with the very same; the note says until when."""
    insight = seen(tmp_path)
    assert insight.plan is not None
    assert insight.notes["system"].endswith("to be written")
    run = billed(insight, input_tokens=9, cache_creation_input_tokens=9_000)
    now = time.time()
    warm = left_by(insight.plan, [run], now)

    again = seen(tmp_path, PROMPT.replace("Good.", "Bad."), warm)
    until_s = time.strftime("%H:%M", time.localtime(now + 300))
    assert again.notes["system"] == f"cached, over 4,096: read until {until_s}"
    (one,) = warm
    assert held_until(one.body, "system.0", warm, now + 299) == now + 300
    assert held_until(one.body, "system.0", warm, now + 301) is None

    other = seen(tmp_path, PROMPT.replace("haiku-4-5", "haiku-5-5"), warm)
    assert "read" not in other.notes["system"]


@pytest.mark.parametrize("usage", [{}, {"input_tokens": 9_000}])
def test_what_was_billed_for_no_cache_has_left_nothing(
    tmp_path: Path, usage: dict[str, int]
) -> None:
    """The bill is what counts, not what was asked for."""
    insight = seen(tmp_path)
    assert insight.plan is not None

    assert left_by(insight.plan, [billed(insight, **usage)], 0.0) == []


# On the screen


async def test_the_status_line_tells_of_the_block_under_the_cursor(tmp_path: Path) -> None:
    """As one moves; its lines are marked where they will be cached."""
    async with opened(own_prompts(tmp_path), prompt="policy") as (app, pilot):
        prompt, system = (app.front.panels[kind] for kind in ("prompt", "system"))
        status = prompt.query_one(EditorStatus)
        await until(pilot, lambda: bool(system.path and system._stretches))
        line = prompt.text.split("\n").index("messages:") + 2
        prompt.go_to(line)
        await until(pilot, lambda: status.block.startswith("message 1: ≈"))
        prompt.go_to(1)
        await until(pilot, lambda: not status.block)
        rows = [system.editor.render_line(y).text for y in range(system.editor.size.height)]
        marked = cached_lines(system._stretches)
        assert marked
        system.go_to(min(marked))
        await pilot.pause()
        rows = [system.editor.render_line(y).text for y in range(system.editor.size.height)]
        assert any(row.startswith("▌") for row in rows)
        assert any(row.startswith(" ") for row in rows)


async def test_after_a_round_the_note_says_what_will_be_read(tmp_path: Path) -> None:
    """The first round writes, and from then on it is said until when that is held."""
    async with opened(own_prompts(tmp_path), prompt="policy", speed=100) as (app, pilot):
        status = app.front.panels["system"].query_one(EditorStatus)
        await until(pilot, lambda: status.note == "cached, over 4,096: to be written")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "read until" in status.note)


async def test_problems_are_gone_through_by_key_in_all_files(tmp_path: Path) -> None:
    """Round at the ends of a file; from a file without any to the one that has some."""
    prompts = own_prompts(tmp_path)
    text = (prompts / "triage.prompt.yaml").read_text()
    (prompts / "triage.prompt.yaml").write_text(
        text.replace("max_tokens", "max_tokns").replace("role: user", "role: usr")
    )
    async with opened(prompts) as (app, pilot):
        panel, system = (app.front.panels[kind] for kind in ("prompt", "system"))
        await until(pilot, lambda: len(panel._problems) >= 2 and system.path is not None)
        places = sorted({(one.line - 1, one.column - 1) for one in panel._problems})
        status = panel.query_one(EditorStatus)
        for place in (*places, places[0]):
            await pilot.press("alt+m")
            assert panel.editor.cursor_location == place
            assert status.problems[0].line == place[0] + 1
        await pilot.press("alt+shift+m")
        assert panel.editor.cursor_location == places[-1]

        system.editor.focus()
        await pilot.press("alt+m")
        await until(pilot, lambda: panel.has_focus_within)
        assert panel.editor.cursor_location in places


async def test_where_nothing_is_wrong_that_is_said(tmp_path: Path) -> None:
    """The cursor stays."""
    async with opened(own_prompts(tmp_path)) as (app, pilot):
        await pilot.press("alt+m")
        await until(pilot, lambda: "no problem" in notices(app))
        assert app.front.panels["prompt"].editor.cursor_location == (0, 0)
