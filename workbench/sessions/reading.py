"""The lines of a session file, each read as far as it has to be, when it has to be.

At a glance every line is given to the round and run that it belongs to; parsed is only what
plans, ends or names something. What happened to a run is parsed when that run is looked at, and
whether every line is sound only when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from workbench.run import Closed, Run, RunEvent, RunProblem
from workbench.sessions.about import About
from workbench.sessions.completed import as_they_ended
from workbench.sessions.later import Later, LookedUp
from workbench.sessions.lines import (
    all_parsed,
    happening_of,
    parsed,
    place_of,
    request_of,
    round_of,
    run_of,
    says_more,
    stretch_of,
    values_of,
)
from workbench.sessions.round import RoundInfo
from workbench.sessions.saved import SavedRound, Story
from workbench.sessions.scribe import IDENTITY, Line
from workbench.sessions.stretch import LAST, Single, Stretch, in_order
from workbench.wire.request import MessagesRequest, compact

CUT = RunProblem("cut", "the workbench stopped before this run ended", "What had arrived is kept.")
"""The problem of a run whose end is not in the file."""

_EVENT, _RUN, _COST = b'{"r":', b'{"run":', b'"cost_usd":'
_NAMED = {"run", "in", *IDENTITY}
_REQUEST = re.compile(rb',"request(?:_text)?":')
"""Where a run's line goes on to its request. Inside a string, its quotes would be escaped."""


@dataclass(slots=True)
class Remarks:
    """What there is to tell about lines. Those are numbered from 0.

    Args:
        damaged: Those that say nothing any more.
        unpaced: Those whose text counts, but not when it came.
        unknown: By the place of its round (-1: none), those that say what we do not know.
        cut: How many runs have no end, and were not sent again on resuming.
    """

    damaged: list[int] = field(default_factory=list)
    unpaced: list[int] = field(default_factory=list)
    unknown: dict[int, list[Line]] = field(default_factory=dict)
    cut: int = 0

    def keep(self, line: Line, round_place: int) -> None:
        """Keep a line that is not understood, or not wholly."""
        self.unknown.setdefault(round_place, []).append(line)


class _Draft:
    """A round, and where in the file it is told.

    Args:
        info: What the round is.
        place: Which round of the file it is, from 0.
        lines: All lines of the file.
    """

    def __init__(self, info: RoundInfo, place: int, lines: Sequence[bytes]) -> None:
        self.info, self.place, self._lines = info, place, lines
        self.runs: dict[str, Run] = {}
        self.plans: dict[str, int] = {}  # run id -> the line that plans it
        self.tales: dict[str, list[int]] = {}  # run id -> the lines of what happened to it
        self.ended: set[str] = set()

    def tale(self, run: Run) -> list[int]:
        """Take up a run; where to note what happened to it."""
        self.runs[run.run_id] = run
        return self.tales.setdefault(run.run_id, [])

    @property
    def cut(self) -> set[str]:
        """The runs that have no end in the file."""
        unended = (run_id for run_id in self.runs if run_id not in self.ended)
        return {run_id for run_id in unended if _is_cut(self._story(run_id)[-1])}

    def saved(self, unknown: Sequence[Mapping[str, Any]]) -> SavedRound:
        """The round, to be read."""
        requests = LookedUp(self.plans, self._request)
        story = LookedUp(self.tales, self._story)
        values = LookedUp(self.plans, self._values)
        return SavedRound(self.info, tuple(self.runs.values()), requests, story, unknown, values)

    def _request(self, run_id: str) -> MessagesRequest | None:
        line = parsed(self._lines[self.plans[run_id]])
        return None if line is None else request_of(line)

    def _values(self, run_id: str) -> Mapping[str, str] | None:
        return values_of(parsed(self._lines[self.plans[run_id]]) or {}) or None

    def _story(self, run_id: str) -> Story:
        pieces = list(self._pieces(run_id))
        if run_id not in self.ended and not any(map(_is_end, pieces)):
            end = RunEvent(run_id, self._last_ms / 1000, Closed("aborted", CUT))
            pieces.append(Single(self._last_ms, LAST, end))
        return in_order(pieces)

    def _pieces(self, run_id: str) -> Iterator[Stretch | Single]:
        for line in all_parsed([self._lines[number] for number in self.tales[run_id]]):
            if line is not None and (piece := _piece(line, run_id)) is not None:
                yield piece

    @cached_property
    def _last_ms(self) -> int:
        """When the last thing happened that is in the file."""
        ends = (piece.last_ms for run_id in self.tales for piece in self._pieces(run_id))
        return max(ends, default=0)


class Reading:
    """A session file's lines, given to their rounds and runs.

    Args:
        lines: Without the first one, which is the manifest.
    """

    def __init__(self, lines: Sequence[bytes]) -> None:
        self.abouts: dict[str, About] = {}
        self.lost = 0
        """How many rounds and runs have lost their own line."""
        self._lines = lines
        self._rounds: list[_Draft] = []
        self._numbered: dict[int, _Draft] = {}
        self._tales: dict[bytes, list[int]] = {}  # what names a run in a line -> its tale
        self._of_tale: dict[bytes, tuple[_Draft, str]] = {}  # the same -> whose it is
        self._taken: dict[int, int] = {}  # any other line -> the place of its round; -1 for none
        self._said: set[int] = set()  # the lines that say what somebody thinks of it
        self._take_all()

    @property
    def rounds(self) -> tuple[SavedRound, ...]:
        """The rounds, in the order in which they began."""
        return tuple(draft.saved(self.unknown(draft.place)) for draft in self._rounds)

    def unknown(self, round_place: int = -1) -> Sequence[Mapping[str, Any]]:
        """The lines of a round, or of none, that say what we do not know."""
        return Later(lambda: self.remarks.unknown.get(round_place, ()))

    @cached_property
    def remarks(self) -> Remarks:
        """What there is to tell about the lines: every one of them is read."""
        remarks = Remarks()
        whose = {
            **self._taken,
            **{n: draft.place for draft in self._rounds for t in draft.tales.values() for n in t},
        }
        for number, line in enumerate(all_parsed(self._lines)):
            if line is None or (number not in whose and number not in self._said):
                if self._lines[number].strip():
                    remarks.damaged.append(number)
            elif "r" in line:
                self._remark_on(number, line, whose[number], remarks)
            elif number in self._said:
                if says_more(line):
                    remarks.keep(line, -1)
            elif number in whose and (says_more(line) or not line.keys() & {"run", "round"}):
                remarks.keep(line, whose[number])
        last = as_they_ended((draft.info, [*draft.runs.values()]) for draft in self._rounds)
        cut = {run_id for draft in self._rounds for run_id in draft.cut}
        remarks.cut = sum(run.run_id in cut for run in last)
        return remarks

    def _remark_on(self, number: int, line: Line, place: int, remarks: Remarks) -> None:
        at = place_of(line)
        if at is None:
            remarks.damaged.append(number)
            return
        try:
            understood = bool(stretch_of(line, "", at[0]) or happening_of(line))
        except ValueError:
            remarks.unpaced.append(number)
            understood = True
        if not understood or says_more(line):
            remarks.keep(line, place)

    # At a glance

    def _take_all(self) -> None:
        heads = [_head(line) for line in self._lines if not line.startswith(_EVENT)]
        read = all_parsed(heads)
        for number, line in enumerate(self._lines):
            if not line.startswith(_EVENT):
                self._take(next(read), number)
            elif (tale := self._tales.get(line[5 : line.find(b",", 5)])) is not None:
                tale.append(number)
            else:
                self._take_event(parsed(line), number)

    def _take(self, line: Line | None, number: int) -> None:
        if line is None:
            return
        if "r" in line:
            self._take_event(line, number)
        elif "run" in line:
            self._take_run(line, number)
        elif "round" in line:
            self._take_round(line, number)
        elif isinstance(said := line.get("about"), dict):
            self._said.add(number)
            of = str(line.get("of", ""))
            self.abouts[of] = self.abouts.get(of, About()).updated(said)
        else:
            self._taken[number] = len(self._rounds) - 1

    def _take_round(self, line: Line, number: int) -> None:
        info, place = round_of(line), line["round"]
        if info is not None and type(place) is int:
            self._taken[number] = self._begin_round(place, info).place

    def _begin_round(self, place: int, info: RoundInfo) -> _Draft:
        draft = self._numbered[place] = _Draft(info, len(self._rounds), self._lines)
        self._rounds.append(draft)
        return draft

    def _take_run(self, line: Line, number: int) -> None:
        if not line.keys() >= _NAMED:  # something may stand behind its request
            line = parsed(self._lines[number]) or line
        run, place, whose = run_of(line), line.get("in"), line.get("run")
        if run is None or type(place) is not int or type(whose) is not int:
            return
        draft = self._numbered.get(place)
        if draft is None:
            self.lost += 1
            draft = self._begin_round(place, RoundInfo(run.round_id, ""))
        draft.plans[run.run_id] = number
        self._taken[number] = draft.place
        self._name(whose, draft, run)

    def _name(self, named: int | str, draft: _Draft, run: Run) -> list[int]:
        key = _key(named)
        self._of_tale[key] = draft, run.run_id
        self._tales[key] = draft.tale(run)
        return self._tales[key]

    def _take_event(self, line: Line | None, number: int) -> None:
        """An event that is not known by how its line begins: an end, or one of a run unplanned."""
        if line is None or place_of(line) is None:
            return
        named = line["r"]
        if type(named) is not int and not isinstance(named, str):
            return
        key = _key(named)
        tale = self._tales.get(key)
        if tale is None:
            if not self._rounds:
                return
            draft = self._rounds[-1]
            run_id = named if isinstance(named, str) else f"lost-{named}"
            self.lost += not isinstance(named, str)
            run = draft.runs.get(run_id) or Run(run_id, draft.info.round_id)
            tale = self._name(named, draft, run)
        tale.append(number)
        if (piece := _piece(line, "")) and _is_end(piece):
            draft, run_id = self._of_tale[key]
            draft.ended.add(run_id)


def _key(named: int | str) -> bytes:
    """How a line names a run, by its number or by its id."""
    return b"%d" % named if isinstance(named, int) else compact(named).encode()


def _head(line: bytes) -> bytes:
    """A line without the request of a run, which is most of it, where that stands last."""
    found = _REQUEST.search(line) if line.startswith(_RUN) else None
    if found is None or line.find(_COST, found.start()) >= 0:
        return line
    return line[: found.start()] + b"}"


def _piece(line: Line, run_id: str) -> Stretch | Single | None:
    """What a line tells of a run, if anything that we understand."""
    place = place_of(line)
    if place is None:
        return None
    at_ms, tie = place
    try:
        stretch = stretch_of(line, run_id, at_ms)
    except ValueError:  # when it came is damaged: it comes in one piece
        stretch = stretch_of({**line, "d": ""}, run_id, at_ms)
    if stretch is not None:
        return stretch
    what = happening_of(line)
    return None if what is None else Single(at_ms, tie, RunEvent(run_id, at_ms / 1000, what))


def _is_end(piece: Stretch | Single) -> bool:
    return isinstance(piece, Single) and isinstance(piece.event.what, Closed)


def _is_cut(piece: Stretch | Single) -> bool:
    return isinstance(piece, Single) and piece.event.what == Closed("aborted", CUT)
