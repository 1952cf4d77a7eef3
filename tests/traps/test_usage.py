"""Traps 12 to 15, 33 and 34: what was billed, and at which price. messages-api.md section 26."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.answers import frames, start, stop, text
from tests.traps.stub import REQUEST, run_of_bytes
from workbench.catalog.catalog import catalog
from workbench.cli.show import figures
from workbench.costs import cost, cost_of_run
from workbench.run import Run
from workbench.telling.meter import meter, said
from workbench.wire.usage import Usage
from workbench.workbench.inputs import input_of
from workbench.workbench.outcome import cost_of

pytestmark = pytest.mark.anyio


async def answered(begun: dict[str, Any], ended: dict[str, Any]) -> Run:
    """A run whose usage is `begun` in message_start and `ended` in message_delta."""
    first, last = start(), stop()
    first["message"]["usage"] = begun
    last[0]["usage"] = ended
    return await run_of_bytes(frames(first, *text("x"), *last))


def usd(millionths: str) -> Decimal:
    """USD out of millionths of one."""
    return Decimal(millionths) / 1_000_000


async def test_trap_12_cache_tokens_read_only_from_message_delta() -> None:
    """Cache counts of message_start survive, and reads are priced as reads (section 13.6)."""
    run = await answered(
        {"input_tokens": 31, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 5120},
        {"output_tokens": 58},
    )

    assert run.usage.cache_read_input_tokens == 5120
    assert run.usage.prompt_tokens == 5151
    assert cost_of(run).usd == usd(str(31 * 1 + 5120 * Decimal("0.10") + 58 * 5))


async def test_trap_13_summing_start_and_delta_usage() -> None:
    """Counts are totals: what comes later replaces, however often it is said."""
    first, last = start(input_tokens=100, output_tokens=3), stop()
    between = {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 20}}
    last[0]["usage"] = {"input_tokens": 100, "output_tokens": 50}

    run = await run_of_bytes(frames(first, *text("x"), between, *last))

    assert (run.usage.input_tokens, run.usage.output_tokens) == (100, 50)
    assert cost_of(run).usd == usd("350")


@pytest.mark.parametrize("begun", [{"input_tokens": 0, "output_tokens": 0}, {}])
async def test_trap_14_usage_zero_until_message_delta(begun: dict[str, Any]) -> None:
    """Proxies send zeros, or nothing, first: the real numbers of message_delta count."""
    run = await answered(begun, {"input_tokens": 100, "output_tokens": 50})

    assert (run.usage.input_tokens, run.usage.output_tokens) == (100, 50)
    assert cost_of(run).usd == usd("350")


async def test_trap_14_null_in_message_delta_replaces_nothing() -> None:
    """A null is no number: what message_start said stays."""
    run = await answered(
        {"input_tokens": 100, "cache_read_input_tokens": 7, "output_tokens": 1},
        {"input_tokens": None, "cache_read_input_tokens": None, "output_tokens": 50},
    )

    assert (run.usage.input_tokens, run.usage.cache_read_input_tokens) == (100, 7)


async def test_trap_15_server_tools_raise_input_tokens_in_message_delta() -> None:
    """The later, larger input is what is billed, and each search with it."""
    run = await answered(
        {"input_tokens": 100, "output_tokens": 1},
        {
            "input_tokens": 9_000,
            "output_tokens": 50,
            "server_tool_use": {"web_search_requests": 2},
        },
    )

    assert run.usage.input_tokens == 9_000
    assert cost_of(run).usd == usd(str(9_000 + 250)) + Decimal("0.02")


@pytest.mark.parametrize(("read", "written"), [(1500, 0), (0, 1500), (0, 0)])
async def test_trap_33_cache_minimum_differs_from_the_docs(read: int, written: int) -> None:
    """Every face shows the counters as they came, whatever the catalog's minimum is."""
    run = await answered(
        {
            "input_tokens": 10,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": written,
        },
        {"output_tokens": 5},
    )
    line, pane = figures(run), said(meter(run, cost_of(run), 100)[0])

    for shown in (line, pane):
        assert ("1,500 read" in shown) == bool(read)
        assert ("1,500 written" in shown) == bool(written)


@pytest.mark.parametrize(
    ("prompt", "factor"),
    [(100_000, 1), (100_001, 5)],
    ids=["up to 100,000", "above it"],
)
def test_trap_34_haiku_5_5_above_100k_tokens(prompt: int, factor: int) -> None:
    """Past 100,000 prompt tokens, cached ones counted, every price is five times as high."""
    model = catalog().model("anthropic", "claude-haiku-5-5")
    assert model is not None
    low = model.prices
    assert low.input is not None
    assert low.cache_read is not None
    assert low.output is not None
    counts = {
        "input_tokens": 1_000,
        "cache_read_input_tokens": prompt - 1_000,
        "output_tokens": 2_000,
    }
    per_mtok = 1_000 * low.input + (prompt - 1_000) * low.cache_read + 2_000 * low.output

    assert cost(Usage(counts), model).usd == factor * per_mtok / 1_000_000
    run = Run("r1-1", provider="anthropic", model=model.id, usage=Usage(counts), stop_reason="x")
    assert cost_of_run(run, model).usd == factor * per_mtok / 1_000_000


def test_trap_34_the_forecast_knows_the_tier_too() -> None:
    """Before sending, a prompt past the tier is priced by it, input and output."""
    model = catalog().model("anthropic", "claude-haiku-5-5")
    assert model is not None
    short, long = (
        input_of(REQUEST.of({**REQUEST.body, "messages": [{"role": "user", "content": w}]}), model)
        for w in ("word " * 50_000, "word " * 150_000)
    )
    assert short.usd_at_most is not None
    assert long.usd_at_most is not None

    # Three times the words at five times the price.
    assert long.usd_at_most > 12 * short.usd_at_most
