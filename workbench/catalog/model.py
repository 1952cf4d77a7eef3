"""One model as one provider offers it. Source: models.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Tokenizer = Literal["classic", "new"]
_NAMED = re.compile(r"claude-([a-z]+)-(\d)(?:-(\d))?(?!\d)")


@dataclass(frozen=True, slots=True)
class Prices:
    """USD per million tokens. None where the price is not known."""

    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> Prices:
        """The prices in this mapping; a name that is missing or null is not known."""
        said = {k: Decimal(str(v)) for k, v in (data or {}).items() if v is not None}
        return cls(**{name: said.get(name) for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Tier:
    """The prices of a whole request, output included, whose prompt exceeds a number of tokens."""

    prompt_tokens_above: int
    prices: Prices
    batch_prices: Prices


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What a key of the first tier may send and get in a minute; cache reads are not counted."""

    requests: int
    input_tokens: int
    output_tokens: int

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> RateLimits | None:
        """The limits in this mapping; None where any of them is not known."""
        said = [(data or {}).get(name) for name in cls.__slots__]
        return None if None in said else cls(*map(int, filter(None, said)))


@dataclass(frozen=True, slots=True)
class Model:
    """A model as one provider offers it.

    Args:
        id: The exact id that the provider answers with.
        name: The name under which models.yaml lists it: an alias that works in requests.
        provider: The profile's name.
        status: active, legacy, deprecated, limited or retired.
        released: The day on which it came out, ISO 8601, where that is known.
        retires: The day on which it goes away, ISO 8601, where one is set.
        context_window: Tokens of prompt and answer together.
        max_output: The largest `max_tokens`.
        prices: List prices, with `batch_prices` for the Batches API.
        tiers: Dearer prices for long prompts, lowest bound first.
        min_cacheable_tokens: Below this a cache breakpoint is silently ignored.
        tokenizer: Which of Claude's two tokenizers it counts with.
        tool_prompt_tokens: Hidden tool prompt for `tool_choice` auto and any; None if unknown.
        sampling: free, xor (temperature or top_p), default_only.
        max_images: The most images in one request, where that is known.
        rate_limits: Of the first tier, where they are known.
        fast_mode: Facts of `speed: fast`, its beta header among them; None where there is none.
        as_of: The day on which these facts were last checked, ISO 8601.
    """

    id: str
    name: str
    provider: str
    display_name: str = ""
    status: str = "active"
    released: str | None = None
    retires: str | None = None
    aliases: tuple[str, ...] = ()
    context_window: int | None = None
    max_output: int | None = None
    prices: Prices = field(default_factory=Prices)
    batch_prices: Prices = field(default_factory=Prices)
    tiers: tuple[Tier, ...] = ()
    min_cacheable_tokens: int | None = None
    tokenizer: Tokenizer | None = None
    tool_prompt_tokens: tuple[int | None, int | None] = (None, None)
    image_tier: str = "standard"
    capabilities: Mapping[str, bool | None] = field(default_factory=dict)
    thinking: Mapping[str, Any] = field(default_factory=dict)
    effort_levels: tuple[str, ...] | None = None
    effort_default: str | None = None
    sampling: str = "free"
    over_window: str = ""
    max_images: int | None = None
    rate_limits: RateLimits | None = None
    fast_mode: Mapping[str, Any] | None = None
    as_of: str = ""

    @classmethod
    def of(cls, provider: str, name: str, data: Mapping[str, Any]) -> Model:
        """The model that models.yaml lists under `name`."""
        overhead = data.get("tool_prompt_overhead") or {}
        effort = data.get("effort") or {}
        levels = effort.get("levels")
        retires = (data.get("retires") or {}).get("scheduled")
        return cls(
            id=str(data.get("id", name)),
            name=name,
            provider=provider,
            display_name=str(data.get("display_name", name)),
            status=str(data.get("status", "active")),
            released=str(data["released"]) if data.get("released") else None,
            retires=str(retires) if retires else None,
            aliases=tuple(data.get("aliases") or ()),
            context_window=data.get("context_window"),
            max_output=data.get("max_output"),
            prices=Prices.of(data.get("prices")),
            batch_prices=Prices.of(data.get("batch_prices")),
            tiers=tuple(_tier(tier) for tier in data.get("long_context_tiers") or ()),
            min_cacheable_tokens=data.get("min_cacheable_tokens"),
            tokenizer=data.get("tokenizer"),
            tool_prompt_tokens=(overhead.get("auto_none"), overhead.get("any_tool")),
            image_tier=str(data.get("image_tier", "standard")),
            capabilities=data.get("capabilities") or {},
            thinking=data.get("thinking") or {},
            effort_levels=tuple(levels) if levels is not None else None,
            effort_default=effort.get("default"),
            sampling=str(data.get("sampling", "free")),
            over_window=str(data.get("over_window", "")),
            max_images=data.get("max_images_per_request"),
            rate_limits=RateLimits.of(data.get("rate_limits")),
            fast_mode=data.get("fast_mode"),
            as_of=str(data.get("as_of", "")),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that means this model, the id first."""
        return tuple(dict.fromkeys((self.id, self.name, *self.aliases)))

    @property
    def line(self) -> str:
        """Its line: haiku, sonnet, opus … as its name has it; empty where it has none."""
        return found[1] if (found := _NAMED.match(self.name)) else ""

    @property
    def generation(self) -> tuple[int, int] | None:
        """Its generation, (4, 5) for 4.5, as its name has it; None where it has none."""
        found = _NAMED.match(self.name)
        return (int(found[2]), int(found[3] or 0)) if found else None


def _tier(data: Mapping[str, Any]) -> Tier:
    return Tier(
        int(data["prompt_tokens_above"]),
        Prices.of(data.get("prices")),
        Prices.of(data.get("batch_prices")),
    )
