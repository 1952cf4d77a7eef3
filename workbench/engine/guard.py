"""Keeps a round, and each of its runs, from costing more than was allowed.

A provider cannot be told a sum, so the guard does the sums itself: before a run is sent, when its
headers arrive, and with every piece of its answer. Until the bill comes, tokens are counted from
the text; thinking that a provider keeps to itself is guessed at when it is over.
Source: messages-api.md section 24.4.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from workbench.catalog.profile import Profile
from workbench.costs import Cost, shown
from workbench.engine.bill import Bill, Stake
from workbench.errors import COST_LIMIT
from workbench.run import Happening, RunProblem
from workbench.wire.events import MessageDelta, MessageStart
from workbench.wire.head import Head

_QUOTA = "x-quota-remaining-credits"
_HINT = "What arrived is kept. Raise the cost limit, or lower max_tokens."


class Guard:
    """Says when a run has to be stopped. One for each round.

    Args:
        stakes: What each run may cost, by its id.
        profile: The provider, for what its headers mean.
        round_usd: What the round may cost; None without limit.
        run_usd: What each run may cost; None without limit.
    """

    def __init__(
        self,
        stakes: Mapping[str, Stake],
        profile: Profile,
        *,
        round_usd: Decimal | None = None,
        run_usd: Decimal | None = None,
    ) -> None:
        self._stakes, self._profile = stakes, profile
        self._round_usd, self._run_usd = round_usd, run_usd
        self._spent_usd = Decimal(0)
        self._bills: dict[str, Bill] = {}
        self._settled = asyncio.Event()

    @property
    def over(self) -> RunProblem | None:
        """Why every run has to stop, once the round has cost what it may."""
        if self._round_usd is None or self._spent_usd < self._round_usd:
            return None
        return _problem(
            f"stopped: the round has cost {_shown(self._spent_usd)}, and may cost "
            f"{_shown(self._round_usd, exact=True)}"
        )

    async def admit(self, run_id: str) -> RunProblem | None:
        """Wait until a run may be sent; a problem where its input alone could cost too much.

        What an input will cost is known once its answer begins: often less than it could, where
        another run has written the cache. Runs that would not fit wait for that.
        """
        stake = self._stakes[run_id]
        self.forget(run_id)
        while (room := self._room_usd(run_id)) is not None and stake.input_usd > room:
            if not any(bill.reserved for bill in self._bills.values()):
                return _problem(
                    f"not sent: its input may cost {_shown(stake.input_usd)}, and only "
                    f"{_shown(max(room, Decimal(0)))} may still be spent"
                )
            self._settled.clear()
            await self._settled.wait()
        self._bills[run_id] = Bill(stake)
        self._spent_usd += stake.input_usd
        return None

    def after(self, run_id: str, what: Happening) -> RunProblem | None:
        """Book what has happened; a problem where the run has to be stopped for it."""
        bill = self._bills[run_id]
        if isinstance(what, Head):
            return self._warned(run_id, what)
        before_usd = bill.usd
        bill.take(what)
        self._spent_usd += bill.usd - before_usd
        if isinstance(what, MessageStart):
            self._settled.set()
        if bill.usd == before_usd or isinstance(what, MessageDelta):
            return None  # after a message_delta the answer is over, and nothing is left to save
        if self._run_usd is not None and bill.usd >= self._run_usd:
            return _problem(
                f"stopped: it has cost {_shown(bill.usd)}, and a run may cost "
                f"{_shown(self._run_usd, exact=True)}"
            )
        return self.over

    def closed(self, run_id: str) -> None:
        """Nothing more will come of a run; what it has cost stays booked."""
        if (bill := self._bills.get(run_id)) is not None:
            bill.reserved = False
        self._settled.set()

    def forget(self, run_id: str) -> None:
        """A run was refused, or was given up before its answer began: it costs nothing."""
        if (bill := self._bills.pop(run_id, None)) is not None:
            self._spent_usd -= bill.usd
        self._settled.set()

    def _room_usd(self, run_id: str) -> Decimal | None:
        """What the run may cost in all as things stand; None without limit."""
        rooms = [self._run_usd] if self._run_usd is not None else []
        if self._round_usd is not None:
            mine = self._bills[run_id].usd if run_id in self._bills else Decimal(0)
            rooms.append(self._round_usd - self._spent_usd + mine)
        return min(rooms, default=None)

    def _warned(self, run_id: str, head: Head) -> RunProblem | None:
        """What the provider says before the answer begins, which is before it costs anything."""
        room, could = self._room_usd(run_id), self._stakes[run_id].most_usd
        could = could if room is None else min(could, room)
        quota = _number(head, _QUOTA)
        if quota is not None and quota < could:
            return _problem(
                f"stopped before it began: {_shown(quota, exact=True)} is left on the key, and "
                f"it may cost {_shown(could)}",
                "Top up, or lower max_tokens.",
                head,
            )
        credits = _number(head, self._profile.estimated_credits_header)
        if credits is None or room is None:
            return None
        usd = credits / self._profile.credits_per_usd
        if usd <= room:
            return None
        return _problem(
            f"stopped before it began: the provider reckons with {_shown(usd)}, and only "
            f"{_shown(room)} may still be spent",
            head=head,
        )


def _problem(said: str, hint: str = _HINT, head: Head | None = None) -> RunProblem:
    if head is None:
        return RunProblem(COST_LIMIT, said, hint)
    return RunProblem(COST_LIMIT, said, hint, head.status, head.request_id)


def _shown(usd: Decimal, *, exact: bool = False) -> str:
    return shown(Cost(usd, not exact))


def _number(head: Head, name: str) -> Decimal | None:
    try:
        number = Decimal(head.headers.get(name, ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
