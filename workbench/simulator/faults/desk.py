"""Which faults a request meets: those it asks for, the whole server's, its scripted reply's.

A fault asked for is never ignored: one that is unknown, or needs a stream where none is wanted,
is refused with the reason.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.simulator.answer import Answer
from workbench.simulator.asked import Asked
from workbench.simulator.faults.answers import ANSWERS, answer_with
from workbench.simulator.faults.asked import asked_in_header, asked_in_model
from workbench.simulator.faults.events import moments_with
from workbench.simulator.faults.frames import Ending, ending_of, frames_with, headers_with
from workbench.simulator.faults.refusals import REFUSALS, refused_by
from workbench.simulator.faults.table import HEADER, Fault, read_faults
from workbench.simulator.refusal import Refusal
from workbench.simulator.script import Script
from workbench.simulator.stream import Frame, Moment, frames

_SLOW, _RESET, _JSON = "slow_headers[:<s>]", "reset[:<n>]", "json_instead"
_PENDING = "diagnosis_pending"
_NEED_NO_STREAM = {*REFUSALS, *ANSWERS, _SLOW, _RESET, _PENDING}
_BREAKING = {
    "error_first",
    "error_mid:<n>",
    "cut_mid:<n>",
    "eof_no_stop",
    "unknown_only",
    "empty_response",
    "random_bytes",
    _RESET,
}


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults that one request meets, at the server's speed.

    Args:
        own: Those it asks for itself.
        others: The server's, and its scripted reply's.
    """

    own: tuple[Fault, ...] = ()
    others: tuple[Fault, ...] = ()

    @property
    def all(self) -> tuple[Fault, ...]:
        """All of them."""
        return self.own + self.others

    def __bool__(self) -> bool:
        return bool(self.all)

    def check(self, *, stream: bool, recorded: bool = False) -> None:
        """Whether what was asked for can be had.

        Raises:
            Refusal: A fault of streams where none is wanted, or of words that are recorded.
        """
        for fault in self.own:
            if not stream and fault.name not in _NEED_NO_STREAM:
                raise Refusal(400, f"{HEADER}: {fault.name} needs `stream`: true")
            if recorded and fault.name in ANSWERS:
                raise Refusal(400, f"{HEADER}: {fault.name} would change what was recorded")

    def check_batched(self) -> None:
        """The same of one request of a batch, whose answer nobody waits for.

        Raises:
            Refusal: A fault of streams, or of a connection.
        """
        for fault in self.own:
            if fault.name not in {*REFUSALS, *ANSWERS}:
                raise Refusal(400, f"{HEADER}: {fault.name} cannot be had in a batch")

    @property
    def late_s(self) -> float:
        """How long the head is kept back."""
        return sum(fault.seconds for fault in self.all if fault.name == _SLOW)

    @property
    def json_instead(self) -> bool:
        """Whether a request for a stream gets JSON."""
        return any(fault.name == _JSON for fault in self.all)

    @property
    def breaks(self) -> bool:
        """Whether they keep a stream from being whole."""
        return any(fault.name in _BREAKING for fault in self.all)

    def diagnosis(self, found: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is said about the cache in place of what was found."""
        pending = any(fault.name == _PENDING for fault in self.all)
        return {"diagnostics": {"cache_miss_reason": None}} if pending else found

    def resets_at_once(self, *, stream: bool) -> bool:
        """Whether the connection is reset before a byte of the answer."""
        resets = [fault for fault in self.all if fault.name == _RESET]
        return any(fault.amount is None or not stream for fault in resets)

    def answer(self, answer: Answer, asked: Asked) -> Answer:
        """What is said instead."""
        return answer_with(self.all, answer, asked) if self else answer

    def frames(self, moments: Iterable[Moment]) -> Iterable[Frame]:
        """The bytes of these events, each piece with its moment."""
        if not self:
            return frames(moments)
        return frames_with(self.all, list(frames(moments_with(self.all, list(moments)))))

    @property
    def headers(self) -> Mapping[str, str]:
        """What a stream's headers have besides."""
        return headers_with(self.all)

    @property
    def ending(self) -> Ending:
        """What becomes of the connection after a stream."""
        return ending_of(self.all)


class FaultDesk:
    """Hands out the faults of one server.

    Args:
        everywhere: The words of those that every message meets.
        scripts: Scripted replies, which may have faults of their own.
        speed: The server's.
    """

    def __init__(self, everywhere: Sequence[str], scripts: Sequence[Script], speed: float) -> None:
        self._speed = speed
        # Whose script it is matters only where one has faults; matching them costs time.
        self._scripts = scripts if any(script.faults for script in scripts) else ()
        self._everywhere = self._paced(read_faults(",".join(everywhere)))
        self._tries: Counter[bytes] = Counter()

    def asked(self, header: str, raw: bytes) -> tuple[Faults, bytes]:
        """The faults that this request meets, and its body without those in it.

        Raises:
            Refusal: It asks for an unknown one.
        """
        try:
            in_header = asked_in_header(header)
            in_model, bare = asked_in_model(raw)
        except ValueError as error:
            raise Refusal(400, str(error)) from None
        return Faults(self._paced(in_header + in_model), self._everywhere), bare

    def scripted(self, faults: Faults, asked: Asked) -> Faults:
        """With them, those of the scripted reply that this request gets."""
        script = next((script for script in self._scripts if script.fits(asked)), None)
        if script is None or not script.faults:
            return faults
        return replace(faults, others=faults.others + self._paced(script.faults))

    def refuse(self, faults: Faults, account: str, raw: bytes) -> None:
        """Refuse this request of this account where one of its faults says so.

        Raises:
            Refusal: By the API.
            EdgeRefusal: Before it came that far.
        """
        if not any(fault.name in REFUSALS for fault in faults.all):
            return
        request = hashlib.sha256(account.encode() + raw).digest()
        self._tries[request] += 1
        refused = refused_by(faults.all, self._tries[request] - 1)
        if refused is not None:
            raise refused

    def _paced(self, faults: Sequence[Fault]) -> tuple[Fault, ...]:
        return tuple(replace(fault, speed=self._speed) for fault in faults)
