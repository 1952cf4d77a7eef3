"""A recording for asciinema and its like: panes side by side, at the moments they had.

The format is asciicast v2 (docs.asciinema.org/manual/asciicast/v2): a header, then a line for each
change of the screen. Text from others is painted, never obeyed: the only control sequences in the
file are our own. Waits are as recorded; what changes within a 25th of a second (a
tenth where there are many panes) is one change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from workbench.costs import Cost, shown, total
from workbench.errors import SettingsError
from workbench.run import Run, RunEvent
from workbench.sessions.content import stem_of
from workbench.sessions.export.terminal import Cell, Terminal, Words, cells
from workbench.sessions.session import SavedRound, Session
from workbench.telling.columns import columns_for
from workbench.telling.figures import stands
from workbench.telling.flow import Flow
from workbench.telling.meter import meter
from workbench.telling.naming import named, waiting
from workbench.telling.plain import plain
from workbench.telling.transcript import Transcript
from workbench.wire.request import finite

SIZES = ((120, 40), (160, 48), (200, 60))
"""Columns and lines, from which the first is taken that has room for every pane."""

_LEAST = (40, 12)
_MOST = (500, 200)
_LOWEST, _COMFORTABLE = 7, 9  # lines of a pane
_FRAME_MS, _CROWDED_MS, _CROWD = 40, 100, 8  # between changes; with more panes than so many
_TURN_MS = 100  # of the spinner
_AFTER_ROUND_MS = 2_000
_STYLES = {
    "thinking": "2;3",
    "tool": "1;35",
    "json": "2",
    "label": "2",
    "notice": "33",
    "error": "31",
    "quiet": "2",
}
_STATES = {"complete": "32", "cut": "33", "failed": "31"}
_FRAMES = {"cut": "33", "failed": "31"}


def cast(
    session: Session, cost_of: Callable[[Run], Cost], size: tuple[int, int] | None = None
) -> Iterator[str]:
    """The recording, line by line: the session's rounds, one after another.

    Args:
        session: As it is to be shown.
        cost_of: What a run costs as it stands.
        size: Columns and lines; None takes as many as the panes need, within reason.

    Raises:
        SettingsError: The size is none for a screen.
    """
    if size and not all(a <= b <= c for a, b, c in zip(_LEAST, size, _MOST, strict=True)):
        hint = f"From {_LEAST[0]}x{_LEAST[1]} to {_MOST[0]}x{_MOST[1]}."
        raise SettingsError(f"{size[0]}x{size[1]} is no size for a screen", hint=hint)
    return _lines(session, cost_of, size or _fitting(session))


def _lines(
    session: Session, cost_of: Callable[[Run], Cost], size: tuple[int, int]
) -> Iterator[str]:
    title = plain(str(session.manifest.get("name") or stem_of(session.path)))
    header = {"version": 2, "width": size[0], "height": size[1], "title": title}
    if began := _timestamp(session.rounds[0].info.began):
        header["timestamp"] = began
    yield finite({**header, "env": {"TERM": "xterm-256color"}}) + "\n"
    yield _event(0, "\x1b[?25l\x1b[2J")
    terminal, began_ms = Terminal(*size), 0
    for place, saved in enumerate(session.rounds, 1):
        round_words = f"round {place} of {len(session.rounds)}"
        at_ms = 0
        for at_ms, lines in _frames(saved, round_words, cost_of, size):
            if sent := terminal.turned_into(lines):
                yield _event(began_ms + at_ms, sent)
        began_ms += at_ms + _AFTER_ROUND_MS
    yield _event(began_ms, "\x1b[?25h")


def _fitting(session: Session) -> tuple[int, int]:
    most = max(len(saved.runs) for saved in session.rounds)
    for width, height in SIZES:
        if -(-most // columns_for(most, width)) * _COMFORTABLE <= height - 2:
            break
    return width, height


def _event(at_ms: int, sent: str) -> str:
    return f'[{at_ms / 1000}, "o", {finite(sent)}]\n'


def _timestamp(began: str) -> int | None:
    try:
        return int(datetime.fromisoformat(began).timestamp())
    except ValueError:
        return None


def _frames(
    saved: SavedRound, round_words: str, cost_of: Callable[[Run], Cost], size: tuple[int, int]
) -> Iterator[tuple[int, list[list[Cell]]]]:
    """The screen at every moment at which it changes."""
    screen = _Screen(saved, round_words, cost_of, size)
    yield 0, screen.lines(0)
    first_ms = last_ms = None
    frame_ms = _CROWDED_MS if len(saved.runs) > _CROWD else _FRAME_MS
    for event in saved.events:
        at_ms = max(0, round(event.at_s * 1000))
        if first_ms is not None and last_ms is not None and at_ms - first_ms >= frame_ms:
            yield last_ms, screen.lines(last_ms)
            first_ms = None
        first_ms, last_ms = at_ms if first_ms is None else first_ms, at_ms
        screen.take(event)
    if last_ms is not None:
        yield last_ms, screen.lines(last_ms)


class _Screen:
    """The panes of a round, as many as there is room for."""

    def __init__(
        self,
        saved: SavedRound,
        round_words: str,
        cost_of: Callable[[Run], Cost],
        size: tuple[int, int],
    ) -> None:
        self._width, self._height = size
        across = columns_for(len(saved.runs), self._width)
        down = min(-(-len(saved.runs) // across), max(1, (self._height - 2) // _LOWEST))
        shown_runs = saved.runs[: across * down]
        with_model = len({run.model for run in saved.runs}) > 1
        width, tall = self._width // across, (self._height - 2) // down
        panes = [_Pane(run, width, tall, cost_of, with_model=with_model) for run in shown_runs]
        self._rows = [panes[at : at + across] for at in range(0, len(panes), across)]
        self._panes = {pane.run.run_id: pane for pane in panes}
        self._cost_of, self._round_words = cost_of, round_words
        self._title = plain(f"{saved.info.prompt}  {saved.info.began[:19].replace('T', ' ')}")
        self._simulated = saved.info.simulated
        hidden = len(saved.runs) - len(panes)
        self._hidden = f"{len(panes)} of {len(saved.runs)} runs  " if hidden else ""

    def take(self, event: RunEvent) -> None:
        """Something happened."""
        if (pane := self._panes.get(event.run_id)) is not None:
            pane.take(event)

    def lines(self, at_ms: int) -> list[list[Cell]]:
        """The whole screen."""
        lines = [self._line([("1", f" {self._title}"), *self._badges()])]
        for row in self._rows:
            blocks = [pane.lines(at_ms) for pane in row]
            lines += [
                self._fitted([cell for line in side for cell in line])
                for side in zip(*blocks, strict=True)
            ]
        lines += [self._line([])] * (self._height - 1 - len(lines))
        clock = f"{at_ms // 60_000:02}:{at_ms % 60_000 / 1000:05.2f}"
        foot = f"  {self._round_words}  {self._hidden}{clock}"
        return [*lines, self._line([("1;33", " REPLAY"), ("", foot)])]

    def _badges(self) -> Words:
        runs = [pane.run for pane in self._panes.values() if pane.run.billed]
        cost = ("2", f"   round {shown(total(map(self._cost_of, runs)))}")
        made_up = self._simulated or any(pane.run.simulated for pane in self._panes.values())
        return [("1;33", "   SIMULATED"), cost] if made_up else [cost]

    def _line(self, words: Words) -> list[Cell]:
        return cells(words, self._width)

    def _fitted(self, line: list[Cell]) -> list[Cell]:
        return line + cells([], self._width - len(line))


class _Pane:
    """One run: its name, the end of what it said, its meter."""

    def __init__(
        self,
        run: Run,
        width: int,
        height: int,
        cost_of: Callable[[Run], Cost],
        *,
        with_model: bool,
    ) -> None:
        self.run = run
        self._width, self._tall = width, height - 5  # top, rule, two of the meter, bottom
        self._cost_of, self._name = cost_of, named(run, with_model=with_model)
        self._transcript, self._flow = Transcript(), Flow(width - 4)

    def take(self, event: RunEvent) -> None:
        """Something happened to the run."""
        self.run = self.run.after(event)

    def lines(self, at_ms: int) -> list[list[Cell]]:
        """All lines of the pane."""
        self._tell()
        style = _FRAMES.get(stands(self.run), "2")
        spent = self._cost_of(self.run)
        figures = meter(self.run, spent, self._width - 4, at_ms // _TURN_MS)
        colours = {**_STYLES, "state": _STATES.get(stands(self.run), "2")}
        return [
            self._rule(style, "╭╮", [(style, " "), ("1", self._name[0]), ("2", self._name[1])]),
            *(self._side(style, words) for words in self._body()),
            self._rule(style, "├┤"),
            *(self._side(style, _styled(words, colours)) for words in figures),
            self._rule(style, "╰╯"),
        ]

    def _tell(self) -> None:
        news = self._transcript.news(self.run)
        if news is None:
            self._transcript = Transcript()
            self._flow.clear()
            news = self._transcript.news(self.run) or []
        for kind, text in news:
            self._flow.append(kind, text)

    def _body(self) -> Iterator[Words]:
        if self._flow.empty:
            yield [("2", plain(waiting(self.run)))]
            yield from [[]] * (self._tall - 1)
            return
        rows = self._flow.rows[-self._tall :]
        for line, start, end in rows:
            yield _styled(self._flow.lines[line].pieces(start, end), _STYLES)
        yield from [[]] * (self._tall - len(rows))

    def _rule(self, style: str, corners: str, words: Words = ()) -> list[Cell]:
        room = self._width - 4
        inner = cells(words, room)
        while inner and inner[-1] == ("", " "):
            inner.pop()
        gap = [(style, " ")] if inner else []
        fill = [(style, "─")] * (room - len(inner) - len(gap))
        return [
            (style, corners[0]),
            (style, "─"),
            *inner,
            *gap,
            *fill,
            (style, "─"),
            (style, corners[1]),
        ]

    def _side(self, style: str, words: Words) -> list[Cell]:
        return [(style, "│"), ("", " "), *cells(words, self._width - 4), ("", " "), (style, "│")]


def _styled(words: Iterable[tuple[str, str]], styles: dict[str, str]) -> Sequence[tuple[str, str]]:
    return [(styles.get(kind, ""), text) for kind, text in words]
