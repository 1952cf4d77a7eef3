"""A saved session, read back: what is undamaged is there, what is not is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from workbench.errors import SessionError
from workbench.run import Closed, Run, RunEvent, RunProblem
from workbench.sessions.about import About
from workbench.sessions.content import read_content
from workbench.sessions.lines import (
    all_parsed,
    happening_of,
    place_of,
    read_manifest,
    request_of,
    round_of,
    run_of,
    says_more,
    stretch_of,
    values_of,
)
from workbench.sessions.round import RoundInfo
from workbench.sessions.scribe import VERSION, Line
from workbench.sessions.stretch import LAST, Single, Stretch, after_stretches
from workbench.wire.request import MessagesRequest

CUT = RunProblem("cut", "the workbench stopped before this run ended", "What had arrived is kept.")
"""The problem of a run whose end is not in the file."""


@dataclass(frozen=True, slots=True)
class SavedRound:
    """One round as it was saved. A run whose end was not saved ends as cut.

    Args:
        info: What the round is.
        runs: Its runs as planned, before any event.
        requests: Run id -> the request as it was sent; a run whose request is damaged has none.
        story: What happened, in order for each run.
        unknown: The lines that say what we do not know, as they stand in the file.
        values: Run id -> what filled the variables of that run alone.
    """

    info: RoundInfo
    runs: tuple[Run, ...]
    requests: Mapping[str, MessagesRequest]
    story: tuple[Stretch | Single, ...] = field(repr=False)
    unknown: tuple[Mapping[str, Any], ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def events(self) -> tuple[RunEvent, ...]:
        """All that happened, in time order. Made afresh each time: a long round has many."""
        moments: list[int] = []
        events: list[RunEvent] = []
        for piece in self.story:
            for when, event in piece.moments():
                moments.append(when)
                events.append(event)
        order = sorted(range(len(events)), key=moments.__getitem__)
        return tuple([events[place] for place in order])

    def finished(self) -> tuple[Run, ...]:
        """The runs as they ended: `events` folded, only faster."""
        stories: dict[str, list[Stretch | Single]] = {run.run_id: [] for run in self.runs}
        for piece in self.story:
            stories[piece.run_id].append(piece)
        return tuple(_folded(run, stories[run.run_id]) for run in self.runs)


@dataclass(frozen=True, slots=True)
class Session:
    """A session file, read.

    Args:
        path: The file.
        manifest: Its first line.
        rounds: In the order in which they began.
        notes: One line each on what is damaged, cut or newer than we are; none when all is well.
        unknown: Lines that belong to no round and say what we do not know.
        about: Title, tags and note of the session.
        abouts: The same of its rounds and runs, by id.
        damaged: The numbers of the lines that say nothing any more, from 1.
    """

    path: Path
    manifest: Mapping[str, Any]
    rounds: tuple[SavedRound, ...]
    notes: tuple[str, ...] = ()
    unknown: tuple[Mapping[str, Any], ...] = ()
    about: About = field(default_factory=About)
    abouts: Mapping[str, About] = field(default_factory=dict)
    damaged: tuple[int, ...] = ()


def read_session(path: Path) -> Session:
    """Read a saved session. The file is never written to.

    Lines that are damaged or cut short are left out, and every other line counts.

    Raises:
        SessionError: There is no such file, it cannot be read, or it is no session at all.
    """
    try:
        content = read_content(path)
    except (OSError, ValueError) as error:
        raise SessionError(
            f"cannot read {path}: {getattr(error, 'strerror', None) or error}",
            hint="`workbench sessions list` shows what there is.",
        ) from error
    first, *lines = content.data.removesuffix(b"\n").split(b"\n")
    manifest = read_manifest(first, path)
    reading = _Reading()
    for number, (text, line) in enumerate(zip(lines, all_parsed(lines), strict=True), 2):
        if line is not None:
            reading.take(line, number)
        elif text.strip():
            reading.damaged.append(number)
    reading.cut_short, every = content.cut, tuple(reading.damaged)
    if not content.data.endswith(b"\n") and reading.damaged[-1:] == [len(lines) + 1]:
        reading.damaged.pop()
        reading.torn = True
    rounds = tuple(draft.finished() for draft in reading.rounds)
    about = reading.abouts.pop("", About())
    unknown = tuple(reading.unknown)
    notes, abouts = reading.notes(manifest), reading.abouts
    return Session(path, manifest, rounds, notes, unknown, about, abouts, every)


class _Draft:
    """A round while its lines are read."""

    def __init__(self, info: RoundInfo) -> None:
        self.info = info
        self.runs: dict[str, Run] = {}
        self.requests: dict[str, MessagesRequest] = {}
        self.values: dict[str, dict[str, str]] = {}
        self.story: list[Stretch | Single] = []
        self.unknown: list[Line] = []
        self.ended: set[str] = set()

    @property
    def cut(self) -> list[str]:
        """The runs whose end is not in the file."""
        return [run_id for run_id in self.runs if run_id not in self.ended]

    def finished(self) -> SavedRound:
        if cut := self.cut:
            last_ms = max((piece.last_ms for piece in self.story), default=0)
            end = Closed("aborted", CUT)
            for run_id in cut:
                event = RunEvent(run_id, last_ms / 1000, end)
                self.story.append(Single(last_ms, LAST, event))
        runs, story = tuple(self.runs.values()), _in_order(self.story)
        unknown = tuple(self.unknown)
        return SavedRound(self.info, runs, self.requests, story, unknown, self.values)


class _Reading:
    """Takes the lines one by one, and knows what the next one may refer to."""

    def __init__(self) -> None:
        self.rounds: list[_Draft] = []
        self.unknown: list[Line] = []
        self.damaged: list[int] = []
        self.torn = self.cut_short = False
        self.abouts: dict[str, About] = {}
        self._numbered: dict[int, _Draft] = {}
        self._runs: dict[int | str, tuple[str, _Draft]] = {}
        self._unpaced: list[int] = []
        self._lost = 0

    def take(self, line: Line, number: int) -> None:
        """Read the line with this number."""
        if "r" in line:
            self._take_event(line, number)
        elif "run" in line:
            self._take_run(line, number)
        elif "round" in line:
            self._take_round(line, number)
        elif isinstance(said := line.get("about"), dict):
            of = str(line.get("of", ""))
            self.abouts[of] = self.abouts.get(of, About()).updated(said)
        else:
            self._keep(line, self.rounds[-1] if self.rounds else None)

    def notes(self, manifest: Line) -> tuple[str, ...]:
        """What there is to tell about the file."""
        return tuple(self._notes(manifest))

    def _notes(self, manifest: Line) -> Iterator[str]:
        version = manifest.get("version")
        if version != VERSION:
            yield f"format version {version}: read as far as version {VERSION} goes"
        if self.damaged:
            yield f"damaged and left out: {_lines(self.damaged)}"
        if self._unpaced:
            yield f"text kept, but not its timing: {_lines(self._unpaced)}"
        if self._lost:
            yield f"{self._lost} rounds or runs have lost their own line; what came of them is here"
        if imported := imported_note(manifest):
            yield imported
        if self.cut_short:
            yield "the compressed file is cut short: what came before is here"
        if self.torn:
            yield "the last line is cut short and left out"
        if cut := sum(len(draft.cut) for draft in self.rounds):
            runs = "1 run is" if cut == 1 else f"{cut} runs are"
            yield f"{runs} cut: the workbench stopped before the end"

    def _take_round(self, line: Line, number: int) -> None:
        info, place = round_of(line), line["round"]
        if info is None or type(place) is not int:
            self.damaged.append(number)
            return
        draft = self._begin_round(place, info)
        if says_more(line):
            self._keep(line, draft)

    def _begin_round(self, place: int, info: RoundInfo) -> _Draft:
        draft = self._numbered[place] = _Draft(info)
        self.rounds.append(draft)
        return draft

    def _take_run(self, line: Line, number: int) -> None:
        run, place, whose = run_of(line), line.get("in"), line["run"]
        if run is None or type(place) is not int or type(whose) is not int:
            self.damaged.append(number)
            return
        draft = self._numbered.get(place)
        if draft is None:
            self._lost += 1
            draft = self._begin_round(place, RoundInfo(run.round_id, ""))
        draft.runs[run.run_id] = run
        self._runs[whose] = run.run_id, draft
        if request := request_of(line):
            draft.requests[run.run_id] = request
        if values := values_of(line):
            draft.values[run.run_id] = values
        if says_more(line):
            self._keep(line, draft)

    def _take_event(self, line: Line, number: int) -> None:
        place, whose = place_of(line), self._whose(line["r"])
        if place is None or whose is None:
            self.damaged.append(number)
            return
        (at_ms, tie), (run_id, draft) = place, whose
        try:
            stretch = stretch_of(line, run_id, at_ms)
        except ValueError:
            self._unpaced.append(number)
            stretch = stretch_of({**line, "d": ""}, run_id, at_ms)
        if stretch:
            draft.story.append(stretch)
        elif what := happening_of(line):
            event = RunEvent(run_id, at_ms / 1000, what)
            draft.story.append(Single(at_ms, tie, event))
            if isinstance(what, Closed):
                draft.ended.add(run_id)
        else:
            self._keep(line, draft)
            return
        if says_more(line):
            self._keep(line, draft)

    def _whose(self, named: object) -> tuple[str, _Draft] | None:
        """The run that an event names. One whose own line is missing is known by its number."""
        if type(named) is not int and not isinstance(named, str):
            return None
        if named not in self._runs and self.rounds:
            draft = self.rounds[-1]
            run_id = named if isinstance(named, str) else f"lost-{named}"
            self._lost += type(named) is int
            draft.runs[run_id] = Run(run_id, draft.info.round_id)
            self._runs[named] = run_id, draft
        return self._runs.get(named)

    def _keep(self, line: Line, draft: _Draft | None) -> None:
        (self.unknown if draft is None else draft.unknown).append(line)


def imported_note(manifest: Mapping[str, Any]) -> str:
    """What is said of a session made from another program's records; empty for one of our own."""
    told = manifest.get("imported")
    if not isinstance(told, Mapping):
        return ""
    return (
        f"imported from {told.get('from')}: requests are put together from what it kept; of the"
        " timing only how long an answer took is known, where it says so"
    )


def _lines(numbers: Sequence[int]) -> str:
    """Line numbers in words: `line 7`, `lines 7-9, 12`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    word = "line" if len(numbers) == 1 else "lines"
    return f"{word} " + ", ".join("-".join(map(str, span)) for span in spans)


def _in_order(story: Sequence[Stretch | Single]) -> tuple[Stretch | Single, ...]:
    """In order for each run; lines may stand in another one where a secret was looked for."""
    last: dict[str, int] = {}
    for piece in story:
        if piece.began < last.get(piece.run_id, piece.began):
            return tuple(sorted(story, key=lambda each: each.began))
        last[piece.run_id] = piece.began
    return tuple(story)


def _folded(run: Run, story: Sequence[Stretch | Single]) -> Run:
    for block, pieces in groupby(story, key=_block):
        if block is None:
            for single in pieces:
                for _, event in single.moments():
                    run = run.after(event)
        else:
            run = after_stretches(run, [each for each in pieces if isinstance(each, Stretch)])
    return run


def _block(piece: Stretch | Single) -> tuple[str, int] | None:
    """What the deltas of a stretch add to; None for a single event."""
    return (piece.kind.field, piece.index) if isinstance(piece, Stretch) else None
