"""A run as a pane shows it from moment to moment, told so that a page needs only to look it up.

The words are made here, by what the screen makes them with; the page adds no rule of its own but
for the guesses that grow with every delta (tokens so far, speed, cost so far).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.costs import Cost, cost_of_run
from workbench.run import Run, RunEvent
from workbench.sessions.stretch import Single, Stretch, after_stretches, written_pace
from workbench.telling.figures import (
    cached,
    glyph,
    number,
    rate,
    seconds,
    spent,
    stands,
    word,
    written,
)
from workbench.telling.naming import waiting
from workbench.telling.plain import LOOKS_BACK, oddities, seen
from workbench.telling.transcript import Piece, Transcript
from workbench.wire.events import InputJsonDelta, TextDelta, ThinkingDelta

_DELTAS = (TextDelta, ThinkingDelta, InputJsonDelta)
_PROBE_TOKENS = 1_000_000


def timeline(
    run: Run, story: Sequence[Stretch | Single], cost_of: Callable[[Run], Cost]
) -> dict[str, Any]:
    """All that a pane shows of a run, by the millisecond.

    Args:
        run: As it was planned.
        story: What happened to it, in order.
        cost_of: What it costs as it stands.

    Returns:
        `pace`: for every tick, as in a session file: by how many UTF-16 units the text shown
        grows, the milliseconds since the tick before, and one more than the characters of a delta
        that came (0 where none did); `began`: the moment of the first tick; `tellings`: the text
        from a tick on, with where each kind begins in it (there is more than one where something
        told before has changed); `stands`: state and figures from a moment on.
    """
    teller = _Teller(run, cost_of)
    for piece in story:
        if isinstance(piece, Stretch):
            teller.take_stretch(piece)
        else:
            teller.take(piece.last_ms, piece.event)
    return teller.told()


class _Teller:
    def __init__(self, run: Run, cost_of: Callable[[Run], Cost]) -> None:
        self._run, self._cost_of = run, cost_of
        self._stands: list[dict[str, Any]] = []
        self._last_ms = self._began_ms = 0
        self._grown: list[int] = []
        self._waits_ms: list[int] = []
        self._came: list[int] = []
        self._tellings: list[_Telling] = []
        self._begin()
        self._note(-1)

    def told(self) -> dict[str, Any]:
        """What was recorded."""
        return {
            "began": self._began_ms,
            "pace": written_pace((self._grown, self._waits_ms, self._came)),
            "ticks": len(self._grown),
            "tellings": [each.to_json() for each in self._tellings],
            "stands": self._stands,
        }

    def take(self, at_ms: int, event: RunEvent) -> None:
        """Something happened."""
        was = self._run
        self._run = was.after(event)
        tellings = len(self._tellings)
        units = self._tell(self._run)
        anew = len(self._tellings) > tellings
        came = len(event.what.text) + 1 if isinstance(event.what, _DELTAS) else 0
        came = came or self._run.deltas - was.deltas
        if units or came or anew:
            self._tick(at_ms, units, came)
        if not came or not was.deltas:
            self._note(at_ms)

    def take_stretch(self, stretch: Stretch) -> None:
        """Deltas came."""
        if stretch.kind is InputJsonDelta or self._is_odd(stretch.text):
            for _, event in stretch.moments():
                self.take(round(event.at_s * 1000), event)
            return
        first = not self._run.deltas
        self._run = after_stretches(self._run, [stretch])
        lengths = _units(stretch)
        before = self._tell(self._run) - sum(lengths)
        if before < 0:  # the text is told otherwise than it came: all at once, then
            before, lengths = before + sum(lengths), [0 for _ in lengths]
        at_ms = stretch.at_ms
        for units, wait_ms, length in zip(lengths, stretch.pace[1], stretch.pace[0], strict=True):
            at_ms += wait_ms
            self._tick(at_ms, before + units, length + 1)
            before = 0
        if first:
            self._note(stretch.at_ms)

    def _tick(self, at_ms: int, units: int, came: int) -> None:
        if not self._grown:
            self._began_ms = self._last_ms = at_ms
        self._grown.append(units)
        self._waits_ms.append(max(0, at_ms - self._last_ms))
        self._came.append(came)
        self._last_ms = max(self._last_ms, at_ms)

    def _begin(self) -> None:
        self._transcript = Transcript()
        self._tellings.append(_Telling(len(self._grown)))

    def _tell(self, run: Run) -> int:
        """Tell what is new; by how many UTF-16 units the text has grown."""
        news = self._transcript.news(run)
        if news is None:
            self._begin()
            news = self._transcript.news(run) or []
        return self._tellings[-1].add(news)

    def _is_odd(self, text: str) -> bool:
        return next(oddities(self._tellings[-1].before + text), None) is not None

    def _note(self, at_ms: int) -> None:
        stand = _stand(self._run, self._cost_of)
        if not self._stands or stand.items() - self._stands[-1].items():
            self._stands.append({"at": at_ms, **stand})


class _Telling:
    """A text that grows, its kinds, and what of it is safe to show."""

    def __init__(self, first_tick: int) -> None:
        self._first_tick = first_tick
        self._texts: list[str] = []
        self._kinds: list[tuple[int, str]] = []
        self._length = 0
        self.before = ""

    def add(self, pieces: Sequence[Piece]) -> int:
        """Add pieces; by how many UTF-16 units the text has grown."""
        begun = self._length
        for kind, text in pieces:
            shown = self._seen(text)
            if shown and (not self._kinds or self._kinds[-1][1] != kind):
                self._kinds.append((self._length, kind))
            self._texts.append(shown)
            self._length += _utf16(shown)
        return self._length - begun

    def to_json(self) -> dict[str, Any]:
        """The text from its first tick on."""
        return {"from": self._first_tick, "text": "".join(self._texts), "kinds": self._kinds}

    def _seen(self, text: str) -> str:
        known, whole = len(self.before), self.before + text
        self.before = whole[-LOOKS_BACK:]
        return seen(whole, known)


def _stand(run: Run, cost_of: Callable[[Run], Cost]) -> dict[str, Any]:
    """State and figures; null or a triple stand for what grows with every delta."""
    turns = run.end_state is None and run.state != "waiting"
    silent = not run.usage.known and not run.deltas
    final = run.stop_reason is not None
    return {
        "glyph": None if turns else glyph(run),
        "word": word(run),
        "stands": stands(run),
        "silent": silent,
        "live": run.end_state is None,
        "waiting": seen(waiting(run)),
        "prompt": number(run.usage.prompt_tokens),
        "cache": cached(run, " read", " written"),
        "out": written(run) if final else None,
        "first": seconds(run.first_token_s),
        "rate": rate(run) if final and run.tokens_per_s is not None else None,
        "cost": _spent(run, cost_of, silent=silent),
    }


def _spent(
    run: Run, cost_of: Callable[[Run], Cost], *, silent: bool
) -> str | tuple[float, float, int]:
    """What it costs; while it streams: USD so far, USD a token more, the tokens that are in it."""
    if run.end_state is None and run.stop_reason is None and run.usage.known:
        model, counted = catalog().model(run.provider, run.model), run.usage.output_tokens or 0
        usd = cost_of_run(run, model, output_tokens=counted).usd
        more = cost_of_run(run, model, output_tokens=counted + _PROBE_TOKENS).usd
        if usd is not None and more is not None:
            return float(usd), float((more - usd) / Decimal(_PROBE_TOKENS)), counted
    cost = cost_of(run)
    return "" if silent and not cost.usd else spent(cost)


def _units(stretch: Stretch) -> list[int]:
    """The lengths of the deltas in UTF-16 units, in which JavaScript counts."""
    if not stretch.text or max(stretch.text) <= "\uffff":
        return list(stretch.pace[0])
    deltas = (event.what for _, event in stretch.moments())
    return [_utf16(what.text) for what in deltas if isinstance(what, _DELTAS)]


def _utf16(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
