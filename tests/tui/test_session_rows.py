"""A session is one line, whatever it is called and however wide the list is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.sessions.helpers import odd_text
from tests.tui.stage import Stage
from workbench.sessions.gist import End
from workbench.sessions.shelf import SessionSummary
from workbench.tui.sessions.rows import began, heads, row
from workbench.tui.sessions.session_list import SessionList
from workbench.workbench.library import About, Entries, Entry


def entry(name: str = "triage", about: About | None = None, *, runs: int = 3) -> Entry:
    """A session."""
    summary = SessionSummary(
        *(Path("x.jsonl"), "2026-11-22T23:22:35.6+00:00", name, 1, runs, ("m",), ("p",)),
        simulated=True,
        cut=False,
        size=9,
        about=about or About(),
    )
    return Entry(summary, Decimal("0.0018"), (End("failed", "✗", "failed", 2),))


def line(one: Entry, width: int) -> str:
    """Its line."""
    return "".join(text for _, text in row(one, width, year="2026-"))


@given(odd_text, odd_text, st.lists(odd_text, max_size=4), st.integers(76, 200))
def test_every_line_is_as_wide_as_the_list(
    name: str, title: str, tags: list[str], width: int
) -> None:
    """So figures stand in their columns."""
    assert cell_len(line(entry(name, About(title, tuple(tags))), width)) == width


@pytest.mark.parametrize("width", [76, 100, 150])
def test_heads_stand_over_their_columns(width: int) -> None:
    """Runs and cost at their right ends."""
    told, head = line(entry(runs=10_000), width), heads(width)

    assert head.index("runs") + 4 == told.index("10,000") + 6
    assert head.index("cost") + 4 == told.index("$0.0018") + 7
    assert head.index("ended") == told.index("✗ 2 failed")
    assert head.index("session") == told.index("triage")


def test_title_tags_and_name_as_far_as_there_is_room() -> None:
    """The title first; what has no room is left out, nothing stands half."""
    one = entry("triage", About("Queues", ("good", "tent"), archived=True))

    assert "Queues  archived  #good  #tent  triage  " in line(one, 140)
    assert "Queues  archived  " in line(one, 80)


def test_when_is_told_as_short_as_there_is_room() -> None:
    """The year only where it is another one."""
    assert began("2026-11-22T23:22:35", 16, "2026-") == "2026-11-22 23:22"
    assert began("2026-11-22T23:22:35", 11, "2026-") == "11-22 23:22"
    assert began("2026-11-22T23:22:35", 11, "2027-") == "2026-11-22 "
    assert began("", 11, "2026-") == " " * 11


class Counted(Entries):
    """Ten thousand sessions, and how many of them were looked at."""

    looked = 0

    def __len__(self) -> int:
        return 10_000

    def __getitem__(self, at: int) -> Entry:  # type: ignore[override]
        type(self).looked += 1
        return entry(f"number {at}")

    def place_of(self, path: Path) -> int | None:
        """None of them: they all have one name."""
        return None


@pytest.mark.anyio
async def test_a_long_list_costs_what_is_seen_of_it() -> None:
    """Ten thousand sessions, a screenful of work."""
    sessions = SessionList()
    app = Stage(sessions)
    async with app.run_test(size=(100, 30)) as pilot:
        sessions.show(Counted(Path(), ()))
        sessions.focus()
        await pilot.press("pagedown", "end")
        await pilot.pause()

        assert sessions.chosen == entry("number 9999")
        assert sessions.render_line(sessions.size.height - 1).text.split()[2:4] == [
            "number",
            "9999",
        ]
        assert Counted.looked < 300
