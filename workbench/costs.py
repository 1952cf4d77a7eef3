"""Usage times dated prices: what a run costs, in USD. All money is `Decimal`.

What is not known stays unknown: a model without prices, or a count without one, makes the whole
cost None, never 0. Source: messages-api.md section 12.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from workbench.catalog.model import Model, Prices
from workbench.errors import SettingsError
from workbench.wire.usage import Usage

_MTOK = Decimal(1_000_000)
_WEB_SEARCH_USD = Decimal("0.01")
_GEO_US, _FAST = Decimal("1.1"), Decimal(2)
_MOST_PLACES = 12
"""Digits before or after the point of an amount that somebody can mean."""
_WHOLE = ("complete", "complete_no_stop")


@dataclass(frozen=True, slots=True)
class Cost:
    """What something costs.

    Args:
        usd: None where it is not known; never 0 instead.
        is_estimate: Whether anything in it was guessed.
        is_least: Whether something in it has no price, so that it is more than this, or as much.
    """

    usd: Decimal | None
    is_estimate: bool = False
    is_least: bool = False


class _Stated(Protocol):
    @property
    def usd(self) -> Decimal | None: ...


class _Problem(Protocol):
    @property
    def status(self) -> int | None: ...


class PaidRun(Protocol):
    """What costs need to know of a run; `run.Run`, a neighbour on this floor, is one."""

    @property
    def stated(self) -> _Stated | None: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def stop_reason(self) -> str | None: ...
    @property
    def end_state(self) -> str | None: ...
    @property
    def problem(self) -> _Problem | None: ...
    @property
    def blocks(self) -> Mapping[int, object]: ...


def cost(
    usage: Usage, model: Model | None, *, whole: bool = True, requested_ttl: str | None = None
) -> Cost:
    """What this usage costs at the model's prices.

    Args:
        usage: The counts as the provider gave them; nothing said yet has no cost yet.
        model: Whose prices to take; None where the catalog does not know it.
        whole: False while the answer streams or where it was cut: its counts are not final.
        requested_ttl: The lifetime that the request's cache breakpoints asked for, if it had any;
            prices cache writes whose lifetime the provider does not tell.
    """
    if model is None or not usage.known:
        return Cost(None, not whole)
    # Where the provider worked in several passes, each is billed and the top counts hold only one.
    passes = _passes(usage) or (usage,)
    usd, guessed = _extras(usage), not whole
    for one in passes:
        tokens, split_known = _billed(one, requested_ttl)
        price = _tokens_usd(tokens, _prices(usage, one, model))
        if price is None:
            return Cost(None, guessed)
        usd += price * _factor(usage)
        guessed = guessed or not split_known
    return Cost(usd, guessed)


def cost_of_run(
    run: PaidRun,
    model: Model | None,
    *,
    output_tokens: int | None = None,
    requested_ttl: str | None = None,
) -> Cost:
    """What a run has cost so far; an estimate unless its answer is whole.

    Args:
        run: The run as it stands.
        model: Whose prices to take; None where the catalog does not know it.
        output_tokens: How many tokens the text that arrived is thought to be. Before its last
            `message_delta` a stream's own count is a mere placeholder.
        requested_ttl: As in `cost`.
    """
    if run.stated is not None:
        return Cost(run.stated.usd)  # another program sent it: our prices need not be what it paid
    if run.end_state == "failed":
        answered = run.problem is not None and run.problem.status is not None
        return Cost(Decimal(0), not answered)  # only answers are billed, errors never
    if run.stop_reason == "refusal" and not run.blocks:
        return Cost(Decimal(0), False)  # section 11: free where nothing was generated
    usage = run.usage
    if usage.known and run.stop_reason is None and output_tokens is not None:
        usage = usage.updated({"output_tokens": max(output_tokens, usage.output_tokens or 0)})
    whole = run.end_state in _WHOLE and run.stop_reason is not None
    return cost(usage, model, whole=whole, requested_ttl=requested_ttl)


Usd = Decimal | float | str
"""An amount in USD, as Python code may write it."""


def read_usd(text: str, what: str) -> Decimal:
    """An amount as people write it: `0.25`, `$0.25`, `25c`.

    Args:
        what: Names it in what is said of one that cannot be read.

    Raises:
        SettingsError: It is no amount, less than nothing, or beyond all reason (`1e999`).
    """
    bare, cents = text.strip().removeprefix("$"), text.strip().endswith(("c", "¢"))
    try:
        usd = Decimal(bare[:-1]) / 100 if cents else Decimal(bare)
    except InvalidOperation:
        usd = Decimal("NaN")
    if not usd.is_finite() or usd < 0 or abs(usd.adjusted()) > _MOST_PLACES:
        raise SettingsError(f"{what} {text!r} is no amount", hint="Write USD, as in 0.25 or 25c.")
    return usd


def in_usd(amount: Usd | None, what: str) -> Decimal | None:
    """The same of an amount that Python code gives, if it gives one; raises what that does."""
    return None if amount is None else read_usd(str(amount), what)


def forecast(input_tokens: int, output_tokens: int, model: Model | None) -> Cost:
    """What a request of this size would cost with nothing in the cache; always an estimate."""
    counts = {"input_tokens": input_tokens, "output_tokens": output_tokens}
    return cost(Usage(counts), model, whole=False)


def total(costs: Iterable[Cost]) -> Cost:
    """All of them together: unknown as soon as one is, an estimate as soon as one is."""
    usd, guessed = Decimal(0), False
    for one in costs:
        guessed = guessed or one.is_estimate
        if one.usd is None:
            return Cost(None, guessed)
        usd += one.usd
    return Cost(usd, guessed)


def total_known(costs: Iterable[Cost]) -> Cost:
    """All of them together as far as they are known, for people to read; see `is_least`.

    Where nothing that costs anything is known, that is not known.
    """
    every = [*costs]
    least = any(one.usd is None or one.is_least for one in every)
    usd = sum((one.usd for one in every if one.usd is not None), Decimal(0))
    return Cost(None if least and not usd else usd, any(o.is_estimate for o in every), least)


def spent_on(runs: Iterable[tuple[PaidRun, Cost]]) -> Cost:
    """What runs, each with its cost, have cost together.

    A run that was cut before the provider said anything has no bill that we know of; the sum of
    the others is then an estimate, and None only where there is no other.
    """
    known, unsaid = list[Cost](), False
    for run, one in runs:
        if one.usd is None and run.end_state is not None and not run.usage.known:
            unsaid = True
        else:
            known.append(one)
    found = total(known)
    if not unsaid:
        return found
    return Cost(found.usd if known else None, True)


def usd_text(usd: Decimal | None) -> str | None:
    """USD as JSON and CSV have them: digits without needless zeros; None where not known."""
    return None if usd is None else format(usd.normalize(), "f")


def shown(cost: Cost) -> str:
    """As faces show it: `$0.0012`, `≈$0.0011`, `≥$0.0011`, `$12.30`, `$0.000083`, `n/a`."""
    if cost.usd is None:
        return "n/a"
    usd = cost.usd
    # Below a dollar four decimals, below $0.0001 the first two digits that are not 0.
    places = 2 if usd == 0 or abs(usd) >= 1 else max(4, 1 - usd.adjusted())
    sign = "≥" if cost.is_least else "≈" if cost.is_estimate else ""
    return f"{sign}${usd:,.{places}f}"


def _passes(usage: Usage) -> tuple[Usage, ...]:
    listed = usage.counts.get("iterations")
    if not isinstance(listed, list | tuple):
        return ()
    return tuple(Usage(counts) for counts in listed if isinstance(counts, Mapping))


def _billed(usage: Usage, requested_ttl: str | None) -> tuple[Mapping[str, int], bool]:
    """Tokens by the name of their price, and whether the lifetime of every write is known."""
    w5, w1 = usage.cache_write_5m_tokens or 0, usage.cache_write_1h_tokens or 0
    written = usage.cache_creation_input_tokens
    unsplit = max(0, (written or 0) - w5 - w1)
    if requested_ttl == "1h":
        w1 += unsplit
    else:
        w5 += unsplit
    tokens = {
        "input": usage.input_tokens or 0,
        "output": usage.output_tokens or 0,
        "cache_read": usage.cache_read_input_tokens or 0,
        "cache_write_5m": w5,
        "cache_write_1h": w1,
    }
    # ByteSpike tells of reads but not of writes: what was asked for may have been written.
    silent = requested_ttl is not None and written is None
    return tokens, not unsplit and not silent


def _prices(usage: Usage, one: Usage, model: Model) -> Prices:
    """The price list of one pass: by the length of its whole prompt, and by how it was sent."""
    batch = usage.counts.get("service_tier") == "batch"
    prices = model.batch_prices if batch else model.prices
    tokens, _ = _billed(one, None)
    prompt = sum(tokens.values()) - tokens["output"]
    for tier in model.tiers:
        if prompt > tier.prompt_tokens_above:
            prices = tier.batch_prices if batch else tier.prices
    return prices


def _tokens_usd(tokens: Mapping[str, int], prices: Prices) -> Decimal | None:
    usd = Decimal(0)
    for name, number in tokens.items():
        price: Decimal | None = getattr(prices, name)
        if number and price is None:
            return None
        usd += number * (price or 0) / _MTOK
    return usd


def _factor(usage: Usage) -> Decimal:
    """What the provider says it did that multiplies every price of a token."""
    geo = _GEO_US if usage.counts.get("inference_geo") == "us" else Decimal(1)
    return geo * _FAST if usage.counts.get("speed") == "fast" else geo


def _extras(usage: Usage) -> Decimal:
    return usage.web_search_requests * _WEB_SEARCH_USD
