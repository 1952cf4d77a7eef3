"""Acts of saved sessions, and of a replay."""

from __future__ import annotations

from pathlib import Path

from tests.tui.app import EXAMPLES
from tests.tui.every.doing import Row, Sitting, changes, leaves, less, more, opens, tells
from tests.tui.every.stage import idle, on_top, over_it, top
from workbench.sessions.session import read_session
from workbench.tui.ask import Ask
from workbench.tui.picker import Picker
from workbench.tui.replay_screen import ReplayScreen
from workbench.tui.sessions.about_screen import AboutScreen
from workbench.tui.sessions.export_screen import ExportScreen
from workbench.tui.sessions.sessions_screen import SessionsScreen


async def sessions(s: Sitting) -> None:
    """All sessions, the last of them chosen."""

    async def opened(s: Sitting) -> None:
        await idle(s)
        s.app.front.action_want("sessions")

    await over_it(s, SessionsScreen, opened)
    screen = top(s, SessionsScreen)
    screen.input.value = ""
    screen.list.focus()
    await s.until(lambda: screen.list.has_focus)
    await s.until(lambda: screen.reading == 0 and screen.chosen is not None)
    while screen.undoes:  # all of them are listed again
        before = screen.undoes
        await screen.run_action("want('bring_back')")
        await s.until_other(lambda: screen.undoes, before)
    await s.pilot.press("end")  # an example, which nobody is writing
    await s.until(
        lambda: screen.chosen is not None and "example" in screen.chosen.summary.path.name
    )


async def thrown(s: Sitting) -> None:
    """One is in the trash."""
    await sessions(s)
    before = entries(s)
    await s.screen.run_action("want('trash')")
    await s.until(lambda: entries(s) != before)


def entries(s: Sitting) -> list[Path]:
    """The sessions that are listed."""
    return [entry.summary.path for entry in top(s, SessionsScreen).list._entries]


def pinned(s: Sitting) -> bool:
    """Whether the chosen session is pinned."""
    chosen = top(s, SessionsScreen).chosen
    return chosen is not None and chosen.summary.about.pinned


async def replaying(s: Sitting) -> None:
    """The example with two rounds, paused in the middle of the first."""

    async def opened(s: Sitting) -> None:
        s.app.show_front()
        path = next(p for p in (EXAMPLES.parent / "sessions").glob("*policy.jsonl"))
        await s.app.push_screen(ReplayScreen(read_session(path)))

    await over_it(s, ReplayScreen, opened)
    screen = top(s, ReplayScreen)
    await s.until(lambda: screen.loaded)
    if not screen._player.paused:
        screen.action_pause()
    screen._seek(screen._player.length_s / 2)
    screen.grid.panes[0].focus()
    await s.pilot.pause()


async def last_round(s: Sitting) -> None:
    """On the last of its rounds."""
    await replaying(s)
    top(s, ReplayScreen)._go_to_round(1)
    await replaying(s)


async def first_round(s: Sitting) -> None:
    """On the first of its rounds."""
    await replaying(s)
    top(s, ReplayScreen)._go_to_round(0)
    await replaying(s)


async def last_runs(s: Sitting) -> None:
    """On the last of a large round's runs."""
    await replaying(s)
    screen = top(s, ReplayScreen)
    screen._open_runs(2)
    await replaying(s)


async def first_runs(s: Sitting) -> None:
    """On the first of a large round's runs."""
    await replaying(s)
    top(s, ReplayScreen)._open_runs(0)
    await replaying(s)


def moment(s: Sitting) -> float:
    """How far the replay has come."""
    return top(s, ReplayScreen)._player.at_s(0.0)


SAVED = {
    "replay": Row(sessions, opens(ReplayScreen)),
    "search": Row(sessions, changes(on_top("input.has_focus"))),
    "describe": Row(sessions, opens(AboutScreen)),
    "export": Row(sessions, opens(ExportScreen)),
    "import": Row(sessions, opens(Ask)),
    "verify": Row(sessions, tells("is whole")),
    "preview": Row(sessions, changes(on_top("classes"))),
    "bring_back": Row(thrown, changes(entries)),
    "trash": Row(sessions, changes(entries)),
    "archive": Row(sessions, changes(entries)),
    "pin_session": Row(sessions, changes(pinned)),
    "back": Row(sessions, leaves),
}
REPLAY = {
    "pause": Row(replaying, changes(on_top("_player.paused"))),
    "step_back": Row(replaying, less(on_top("_player.index"))),
    "step": Row(replaying, more(on_top("_player.index"))),
    "slower": Row(replaying, less(on_top("_player.speed"))),
    "faster": Row(replaying, more(on_top("_player.speed"))),
    "seek_back": Row(replaying, less(moment)),
    "seek_on": Row(replaying, more(moment)),
    "seek_to": Row(replaying, opens(Ask)),
    "fork": Row(replaying, tells("As in ")),
    "rerun": Row(replaying, opens(Picker)),
    "loop": Row(replaying, changes(on_top("_bar.loop"))),
    "round_before": Row(last_round, changes(on_top("_at"))),
    "round_after": Row(first_round, changes(on_top("_at"))),
    "runs_before": Row(last_runs, changes(on_top("_first"))),
    "runs_after": Row(first_runs, changes(on_top("_first"))),
    "leave": Row(replaying, leaves),
}
