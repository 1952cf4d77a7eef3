"""One Message Batch and its life on the provider's clock: in progress, perhaps canceling, ended.

Each request is due at a moment of its own, drawn by seed; what is not due by the end has been
canceled, or has expired. Source: messages-api.md section 20.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from workbench.simulator.clock import ProviderClock, rfc3339

DAY_S = 86_400.0
KEPT_S = 29 * DAY_S
WINDS_UP_S = 5.0
"""How long a batch that is canceled goes on with what cannot be interrupted. [G]"""
ENDINGS = ("succeeded", "errored", "canceled", "expired")


@dataclass(frozen=True, slots=True)
class Item:
    """One request of a batch.

    Args:
        custom_id: The client's name for it.
        params: A request to `/v1/messages`, not looked into yet.
        due_s: When it is done, if the batch goes on until then.
    """

    custom_id: str
    params: Mapping[str, Any]
    due_s: float


@dataclass(slots=True)
class Batch:
    """One batch. Moments are seconds of the provider's time.

    Args:
        id: `msgbatch_…`.
        created_s: When it came.
        lasts_s: How long it takes; with 0 it is done as soon as somebody asks how it stands.
        items: Its requests, in the order in which they are done.
        terms: The headers that it came with, as far as its requests depend on them.
        faults: Those that its own header asks for; each of its requests meets them.
        results: By custom id what has been worked out so far of those that get done.
    """

    id: str
    created_s: float
    lasts_s: float
    items: Sequence[Item]
    terms: Mapping[str, Any] = field(default_factory=dict)
    faults: str = ""
    canceled_s: float | None = None
    asked_for: bool = False
    results: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def expires_s(self) -> float:
        """When a day is over."""
        return self.created_s + DAY_S

    @property
    def ends_s(self) -> float:
        """When all is done, canceled or expired."""
        ends_s = min(self.created_s + self.lasts_s, self.expires_s)
        if self.canceled_s is None:
            return ends_s
        return min(ends_s, self.canceled_s + WINDS_UP_S) if self.lasts_s else self.canceled_s

    def ended(self, now_s: float) -> bool:
        """Whether it is over by the clock; what is `to_do` may not be worked out yet."""
        return now_s >= self.ends_s and (self.lasts_s > 0 or self.asked_for)

    def archived(self, now_s: float) -> bool:
        """Whether its results are gone."""
        return now_s >= self.created_s + KEPT_S

    def to_do(self) -> list[Item]:
        """The requests that get done and have not been worked out."""
        if not self.lasts_s and self.canceled_s is not None:
            return []
        due = (item for item in self.items if item.due_s <= self.ends_s)
        return [item for item in due if item.custom_id not in self.results]

    def result(self, item: Item) -> Mapping[str, Any]:
        """What became of a request, once the batch has ended."""
        done = self.results.get(item.custom_id)
        if done is not None:
            return done
        return {"type": "expired" if self.ends_s >= self.expires_s else "canceled"}

    def shown(self, now_s: float, clock: ProviderClock, url: str) -> dict[str, Any]:
        """The batch as the API shows it; `url` is where it stands, on this host."""
        ended, archived = self.ended(now_s) and not self.to_do(), self.archived(now_s)
        counts = Counter({"processing": len(self.items)})
        if ended:
            counts = Counter(str(self.result(item)["type"]) for item in self.items)
        moments = {
            "created_at": self.created_s,
            "expires_at": self.expires_s,
            "ended_at": self.ends_s if ended else None,
            "cancel_initiated_at": self.canceled_s,
            "archived_at": self.created_s + KEPT_S if archived else None,
        }
        status = "in_progress" if self.canceled_s is None else "canceling"
        return {
            "id": self.id,
            "type": "message_batch",
            "processing_status": "ended" if ended else status,
            "request_counts": {name: counts[name] for name in ("processing", *ENDINGS)},
            **{k: s if s is None else rfc3339(clock.day(s)) for k, s in moments.items()},
            "results_url": f"{url}/results" if ended and not archived else None,
        }


def planned(
    requests: Sequence[Mapping[str, Any]], created_s: float, lasts_s: float, luck: Random
) -> tuple[Item, ...]:
    """The requests in the order in which they will be done, spread over the batch's time."""
    order = luck.sample(requests, len(requests))
    dues_s = sorted(created_s + lasts_s * luck.random() for _ in order)
    return tuple(
        Item(request["custom_id"], request["params"], due_s)
        for request, due_s in zip(order, dues_s, strict=True)
    )
