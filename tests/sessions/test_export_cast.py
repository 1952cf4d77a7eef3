"""A recording shows the panes at the moments they had, and obeys nothing but itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.sessions.exported import HOSTILE, hostile, session_of
from workbench.errors import SettingsError
from workbench.sessions.session import Session, read_session
from workbench.telling.flow import cells_of
from workbench.telling.meter import meter, said
from workbench.workbench.export import Wanted, exported
from workbench.workbench.outcome import cost_of

OURS = re.compile(r"\x1b\[(?:(\d+);(\d+)H|[\d;]*m|\?25[hl]|2J)")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Two rounds of all that is hostile."""
    return read_session(session_of(tmp_path, hostile(), rounds=2))


def recorded(session: Session, size: tuple[int, int] | None) -> list[list[object]]:
    """The lines of a recording, as JSON; the header first."""
    text = "".join(exported(session, Wanted("cast", size=size)))
    return [json.loads(line) for line in text.splitlines()]


def screen(events: list[list[object]], width: int, height: int, until_s: float) -> list[str]:
    """What a terminal shows then. It knows our own sequences only, and refuses a line too long."""
    cells = [[" "] * width for _ in range(height)]
    for at_s, _, data in events:
        assert isinstance(at_s, int | float)
        assert isinstance(data, str)
        if at_s > until_s:
            break
        x = y = done = 0
        for found in [*OURS.finditer(data), None]:
            for character in data[done : found.start() if found else None]:
                assert character.isprintable(), repr(character)
                size = cells_of(character)
                if size:
                    cells[y][x : x + size] = [character, *[""] * (size - 1)]
                x += size
                assert x <= width
            if found is None:
                break
            done = found.end()
            if found[1]:
                y, x = int(found[1]) - 1, int(found[2]) - 1
    return ["".join(line).rstrip() for line in cells]


@pytest.mark.parametrize("size", [None, (100, 30), (48, 14)])
def test_it_ends_with_what_the_screen_ends_with(
    session: Session, size: tuple[int, int] | None
) -> None:
    """Every pane there is room for has its name and its meter; nothing hostile reaches it."""
    header, *events = recorded(session, size)
    assert isinstance(header, dict)
    width, height = header["width"], header["height"]
    assert header["version"] == 2
    assert size in (None, (width, height))
    times = [event[0] for event in events]
    assert times == sorted(times)
    assert {event[1] for event in events} == {"o"}

    last = screen(events, width, height, 1e9)

    whole = "\n".join(last)
    assert "REPLAY  round 2 of 2" in whole
    assert "SIMULATED" in whole
    runs = session.rounds[1].finished()
    shown = re.search(r"(\d) of 5 runs", whole)
    for run in runs[: int(shown[1]) if shown else None]:
        first = said(meter(run, cost_of(run), 30)[0]).split()
        assert " ".join(first[:2]) in whole
    if size is None:
        assert "‹U+202E›gnp" in whole
        assert "Cut off at max_tokens." in whole


def test_its_waits_are_those_recorded(session: Session) -> None:
    """In mid-replay the text stands as far as it had come."""
    header, *events = recorded(session, None)
    assert isinstance(header, dict)

    def then(at_s: float) -> str:
        return "\n".join(screen(events, header["width"], header["height"], at_s))

    assert then(0.0).count("waiting for its turn") == 5
    assert "Half an" not in then(0.15)
    assert "Half a" in then(0.21)
    assert "Half an ans" in then(0.3)
    assert len("".join(map(str, events))) < 60 * len(HOSTILE) * 40


def test_a_size_that_is_none_is_refused(session: Session) -> None:
    """In one line, with the bounds."""
    with pytest.raises(SettingsError, match="10x5 is no size") as caught:
        recorded(session, (10, 5))
    assert "40x12" in caught.value.hint
