"""What happens, as lines of a session file. How they look is in the room's docstring."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from workbench.run import Closed, Discarded, Happening, Run, RunEvent, Sent
from workbench.sessions.mask import MASK
from workbench.sessions.redactor import Redaction, Redactor
from workbench.sessions.round import RoundInfo
from workbench.sessions.secrets import Secrets
from workbench.sessions.stretch import Piece, written_pace
from workbench.wire.events import (
    InputJsonDelta,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    read_event,
)
from workbench.wire.head import Head
from workbench.wire.request import MessagesRequest, compact

FORMAT = "workbench-session"
VERSION = 1
IDENTITY = (
    "run_id",
    "round_id",
    "variant",
    "case",
    "repeat",
    "provider",
    "model",
    "simulated",
)
"""The fields of a `Run` that name it."""

Line = dict[str, Any]

_UNPAIRED = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def _plain(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


class _Growing:
    """Deltas of one block, gathered until their line is due."""

    __slots__ = ("deltas", "index", "kind", "tail")

    def __init__(self, kind: type[Piece], index: int) -> None:
        self.kind, self.index = kind, index
        self.deltas: list[tuple[str, int, int]] = []  # text, milliseconds, tie
        self.tail = ""  # the last character

    @property
    def pieces(self) -> list[str]:
        """The texts of the deltas."""
        return [text for text, _, _ in self.deltas]

    def takes(self, piece: Piece, at_ms: int, tie: int) -> bool:
        """Whether the line can go on with this delta."""
        if type(piece) is not self.kind or piece.index != self.index:
            return False
        if (at_ms, tie) <= self.deltas[-1][1:]:
            return False
        # Half an emoji and its other half are two characters; joined they would be read as one.
        return not _UNPAIRED.match(self.tail + piece.text[:1])

    def add(self, text: str, at_ms: int, tie: int) -> None:
        """Gather one more delta."""
        self.deltas.append((text, at_ms, tie))
        self.tail = text[-1:] or self.tail

    def split_off(self, place: int) -> _Growing:
        """Take away, into a new one, the deltas from this place on."""
        rest = _Growing(self.kind, self.index)
        rest.deltas, rest.tail = self.deltas[place:], self.tail
        del self.deltas[place:]
        return rest

    def line(self, name: int | str, pieces: Sequence[str]) -> Line:
        """All of it as a line, with these texts."""
        last_ms = self.deltas[0][1]
        line: Line = {"r": name, "at": last_ms}
        waits_ms, extras, expected = [], [], 0
        for _, at_ms, tie in self.deltas:
            waits_ms.append(at_ms - last_ms)
            extras.append(tie - expected if at_ms == last_ms else tie)
            last_ms, expected = at_ms, tie + 1
        if self.index:
            line["b"] = self.index
        if pace := written_pace(([*map(len, pieces)], waits_ms, extras)):
            line["d"] = pace
        return {**line, self.kind.field: "".join(pieces)}


class Scribe:
    """Turns rounds and events into lines, deltas gathered; for one file, and one thread at a time.

    Events become lines at `take_lines`, or earlier where the order within a run wants it.
    """

    def __init__(self, manifest: Mapping[str, Any], secrets: Collection[str] = ()) -> None:
        self._secrets = Secrets(secrets)
        self._rounds = 0
        self._runs = 0
        self._planned: dict[str, tuple[int, int]] = {}  # run id -> its number, its round's number
        self._last: dict[int, tuple[int, int]] = {}  # round's number -> last `at`, last tie
        self._growing: dict[str, list[_Growing]] = {}  # run id -> deltas not yet written, in order
        self._lines: list[bytes] = []
        self._redactor: Redactor | None = None  # of the newest round
        self._redactors: dict[str, Redactor] = {}  # run id -> of its round
        self._hiding: dict[str, Secrets] = {}
        self._write({"format": FORMAT, "version": VERSION, **manifest})
        self.manifest = self._lines[0]

    def go_on(self, lines: int) -> None:
        """Let what follows stand behind so many lines of an earlier scribe.

        No round or run has a number higher than that of its line.
        """
        self._lines.clear()
        self._rounds = self._runs = lines

    def begin_round(
        self,
        info: RoundInfo,
        runs: Iterable[tuple[Run, MessagesRequest]],
        values: Mapping[str, Mapping[str, str]] = {},
        redaction: Redaction | None = None,
    ) -> None:
        """Write a round down, and the runs planned in it.

        Args:
            values: Run id -> what filled the variables of that run alone.
            redaction: What of it is masked.
        """
        self._redactor = None if redaction is None else Redactor(redaction)
        for run_id in self._growing.keys() - self._planned.keys():
            self._settle(run_id, everything=True)  # by its own name it would be one of this round
        self._rounds += 1
        self._write({"round": self._rounds, **self._hidden_info(info).to_json()})
        for planned, asked in runs:
            self._settle(planned.run_id, everything=True)
            run, request = self._hide(planned, asked)
            self._runs += 1
            self._planned[run.run_id] = self._runs, self._rounds
            identity = {name: getattr(run, name) for name in IDENTITY}
            place = {"run": self._runs, "in": self._rounds}
            own: Line = {}
            if run.stated is not None:
                own["cost_usd"] = None if run.stated.usd is None else format(run.stated.usd, "f")
            if filled := values.get(planned.run_id):
                mask = self._redactor and self._redactor.mask(planned.run_id)
                own["values"] = mask.values(filled) if mask else filled
            self._write({**place, **identity, **own, **_saved_request(request)})

    def say(self, line: Mapping[str, Any]) -> None:
        """Write down what somebody says about the session: a line of `about.about_line`."""
        redactor = self._redactors.get(str(line.get("of")))
        if redactor is not None:
            line = {**line, "about": redactor.mask(line["of"]).said(line.get("about"))}
        self._write(line)

    def add(self, event: RunEvent) -> None:
        """Write an event down.

        Raises:
            TypeError, ValueError, OverflowError, RecursionError: It holds what JSON cannot.
        """
        redactor = self._redactors.get(event.run_id, self._redactor)
        if redactor is None:
            self._add(event.run_id, event.at_s, event.what)
            return
        for what in redactor.happenings(event.run_id, event.what):
            self._add(event.run_id, event.at_s, what)

    def _add(self, run_id: str, at_s: float, what: Happening) -> None:
        at_ms = round(at_s * 1000)
        tie = self._tie(run_id, at_ms)
        if isinstance(what, (TextDelta, ThinkingDelta, InputJsonDelta)):
            growing = self._growing.get(run_id)
            if not growing or not growing[-1].takes(what, at_ms, tie):
                self._settle(run_id)
                growing = self._growing.setdefault(run_id, [])
                growing.append(_Growing(type(what), what.index))
            growing[-1].add(what.text, at_ms, tie)
            return
        self._settle(run_id, everything=isinstance(what, Closed))
        place = {"r": self._name(run_id), "at": at_ms} | ({"tie": tie} if tie else {})
        self._write(_saved(what, place))

    def take_lines(self, *, everything: bool = False) -> bytes:
        """The lines due, each with its end.

        Last characters that may be the beginning of a secret wait for what follows them, except
        where `everything` is due.
        """
        for run_id in list(self._growing):
            self._settle(run_id, everything=everything)
        lines, self._lines = b"".join(self._lines), []
        return lines

    def _tie(self, run_id: str, at_ms: int) -> int:
        """How many events of the round came before this one in its millisecond."""
        _, in_round = self._planned.get(run_id, (0, self._rounds))
        last_ms, last_tie = self._last.get(in_round, (-1, 0))
        tie = last_tie + 1 if at_ms == last_ms else 0
        self._last[in_round] = at_ms, tie
        return tie

    def _settle(self, run_id: str, *, everything: bool = False) -> None:
        """Make lines of the deltas gathered for a run.

        Where its last characters may be the beginning of a secret, they are kept back until more
        text of their kind comes, be it in another block; what else happens is written meanwhile.
        """
        growing, kept = self._growing.pop(run_id, ()), list[_Growing]()
        secrets = self._secrets_of(run_id) if growing else self._secrets
        for kind in dict.fromkeys(each.kind for each in growing):
            same = [each for each in growing if each.kind is kind]
            pieces = [piece for each in same for piece in each.pieces]
            whole = len(pieces) if everything else secrets.whole(pieces)
            shown = secrets.hidden_across(pieces[:whole])
            for each in same:
                kept.append(each.split_off(len(shown)))
                if own := len(each.deltas):
                    self._lines.append(_encoded(each.line(self._name(run_id), shown[:own])))
                    shown = shown[own:]
        if kept := [each for each in kept if each.deltas]:
            self._growing[run_id] = kept

    def _hidden_info(self, info: RoundInfo) -> RoundInfo:
        return info if self._redactor is None else self._redactor.info(info)

    def _hide(self, run: Run, request: MessagesRequest) -> tuple[Run, MessagesRequest]:
        """A planned run and its request, masked where its round is."""
        self._redactors.pop(run.run_id, None)
        self._hiding.pop(run.run_id, None)
        if self._redactor is None:
            return run, request
        self._redactors[run.run_id] = self._redactor
        mask = self._redactor.mask(run.run_id)
        return mask.run(run), mask.request(request)

    def _secrets_of(self, run_id: str) -> Secrets:
        """What must not be written of the texts of a run."""
        redactor = self._redactors.get(run_id, self._redactor)
        if redactor is None:
            return self._secrets
        if run_id not in self._hiding:
            self._hiding[run_id] = self._secrets.also(redactor.mask(run_id).forms, MASK)
        return self._hiding[run_id]

    def _name(self, run_id: str) -> int | str:
        number, _ = self._planned.get(run_id, (0, 0))
        return number or str(self._secrets.hidden(run_id))

    def _write(self, line: Mapping[str, Any]) -> None:
        hidden = {key: self._secrets.hidden(value) for key, value in line.items()}
        self._lines.append(_encoded(hidden))


def _encoded(line: Mapping[str, Any]) -> bytes:
    text = _json(line) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass" if _UNPAIRED.search(text) else "backslashreplace")


def _saved(what: Sent | Head | StreamEvent | Discarded | Closed, place: Line) -> Line:
    match what:
        case Sent(attempt=attempt):
            return {**place, "sent": attempt}
        case Head(status=status, headers=headers):
            return {**place, "head": {"status": status, "headers": headers}}
        case Discarded(problem=problem, wait_s=wait_s):
            return {**place, "discarded": asdict(problem), "wait_s": wait_s}
        case Closed(how=how, problem=problem):
            told = {} if problem is None else {"problem": asdict(problem)}
            return {"closed": how, **place, **told}
        case event:
            data = event.to_json()
            named = {} if read_event(data) == event else {"as": type(event).__name__}
            return {**place, **named, "event": data}


def _saved_request(request: MessagesRequest) -> Line:
    text = request.to_json()
    try:
        body = json.loads(text)
        exact = compact(body) == text
    except (ValueError, RecursionError):
        exact = False
    version = {"api_version": request.api_version} if request.api_version else {}
    return {"request": body, **version} if exact else {"request_text": text, **version}
