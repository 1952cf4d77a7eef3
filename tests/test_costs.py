"""What usage costs: every row of messages-api.md section 12, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model, Prices
from workbench.costs import (
    Cost,
    cost,
    cost_of_run,
    forecast,
    read_usd,
    shown,
    spent_on,
    total,
    total_known,
)
from workbench.errors import SettingsError
from workbench.run import Closed, Run, RunEvent, RunProblem, Sent
from workbench.wire.events import read_event
from workbench.wire.usage import Usage


def model(name: str = "claude-haiku-4-5", provider: str = "anthropic") -> Model:
    """A model of the catalog."""
    found = catalog().model(provider, name)
    assert found is not None
    return found


HAIKU_4_5, HAIKU_5_5 = "claude-haiku-4-5", "claude-haiku-5-5"


def usd(name: str, **counts: Any) -> Decimal | None:
    """What these counts cost at this model's prices at Anthropic."""
    return cost(Usage(counts), model(name)).usd


def creation(five: int, hour: int) -> dict[str, Any]:
    """Cache writes with their split, as Anthropic gives them."""
    split = {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour}
    return {"cache_creation_input_tokens": five + hour, "cache_creation": split}


@pytest.mark.parametrize(
    ("name", "counts", "expected"),
    [
        (HAIKU_4_5, {"input_tokens": 1_000_000}, "1.00"),
        (HAIKU_4_5, {"output_tokens": 1_000_000}, "5.00"),
        (HAIKU_4_5, {"cache_read_input_tokens": 1_000_000}, "0.10"),
        (HAIKU_4_5, creation(1_000_000, 0), "1.25"),
        (HAIKU_4_5, creation(0, 1_000_000), "2.00"),
        (HAIKU_4_5, creation(1000, 1000), "0.00325"),
        (HAIKU_4_5, {"cache_read_input_tokens": 1}, "0.0000001"),
        (HAIKU_4_5, {"input_tokens": 5, "cache_read_input_tokens": None}, "0.000005"),
        ("claude-sonnet-5-5", {"cache_read_input_tokens": 1_000_000}, "0.10"),
        # thinking is inside output_tokens and is not paid for twice
        (
            HAIKU_4_5,
            {"output_tokens": 100, "output_tokens_details": {"thinking_tokens": 90}},
            "0.0005",
        ),
        (HAIKU_4_5, {"input_tokens": 0, "server_tool_use": {"web_search_requests": 3}}, "0.03"),
        (HAIKU_4_5, {"input_tokens": 0, "server_tool_use": {"web_fetch_requests": 3}}, "0"),
        (HAIKU_4_5, {"input_tokens": 1_000_000, "service_tier": "batch"}, "0.50"),
        (HAIKU_4_5, {"input_tokens": 1_000_000, "service_tier": "priority"}, "1.00"),
        ("claude-opus-5-5", {"input_tokens": 100_000, "inference_geo": "us"}, "0.44"),
        ("claude-opus-5-5", {"input_tokens": 100_000, "inference_geo": "global"}, "0.40"),
        ("claude-opus-5-5", {"input_tokens": 100_000, "speed": "fast"}, "0.80"),
        (
            "claude-opus-5-5",
            {"input_tokens": 100_000, "speed": "fast", "inference_geo": "us"},
            "0.88",
        ),
        # up to 100,000 tokens of prompt Haiku 5.5 is cheap; beyond, the whole request is not
        (HAIKU_5_5, {"input_tokens": 100_000, "output_tokens": 1000}, "0.0105"),
        (HAIKU_5_5, {"input_tokens": 100_001, "output_tokens": 1000}, "0.0525005"),
        (
            HAIKU_5_5,
            {"input_tokens": 1, "cache_read_input_tokens": 99_990, **creation(10, 0)},
            "0.00500625",
        ),
        (HAIKU_5_5, {"input_tokens": 1, "output_tokens": 200_000}, "0.1000001"),
        (HAIKU_5_5, {"input_tokens": 200_000, "service_tier": "batch"}, "0.05"),
    ],
)
def test_usage_costs_what_the_price_list_says(
    name: str, counts: dict[str, Any], expected: str
) -> None:
    """Each count at its own price, with the multipliers that the usage itself names."""
    found = cost(Usage(counts), model(name))

    assert found == Cost(Decimal(expected), False)


def test_the_worked_example() -> None:
    """31 in, 5,120 read, 58 out on Haiku 4.5 cost $0.000833 (messages-api.md section 13.6)."""
    start = {
        "input_tokens": 31,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 5120,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": 1,
        "service_tier": "standard",
    }
    usage = Usage().updated(start).updated({"output_tokens": 58})

    assert cost(usage, model()) == Cost(Decimal("0.000833"), False)


@pytest.mark.parametrize(
    ("ttl", "expected"), [(None, "0.00125"), ("5m", "0.00125"), ("1h", "0.002")]
)
def test_writes_of_unknown_lifetime_cost_what_was_asked_for(ttl: str | None, expected: str) -> None:
    """Without the split, writes are priced at the requested lifetime, and the cost is a guess."""
    usage = Usage({"input_tokens": 0, "cache_creation_input_tokens": 1000})

    assert cost(usage, model(), requested_ttl=ttl) == Cost(Decimal(expected), True)


def test_what_the_split_leaves_out_is_not_forgotten() -> None:
    """A split that names fewer tokens than were written: the rest is priced too, as a guess."""
    split = {"ephemeral_1h_input_tokens": 400}
    usage = Usage({"cache_creation_input_tokens": 1000, "cache_creation": split})

    assert cost(usage, model(), requested_ttl="5m") == Cost(Decimal("0.00155"), True)


def test_a_provider_silent_on_writes_makes_a_guess_of_it() -> None:
    """ByteSpike names reads only: absent is no read, and maybe a write if one was asked for."""
    usage = Usage({"input_tokens": 1000, "output_tokens": 0})
    spike = model(provider="bytespike")

    assert cost(usage, spike) == Cost(Decimal("0.001"), False)
    assert cost(usage, spike, requested_ttl="5m") == Cost(Decimal("0.001"), True)


def test_every_pass_of_a_request_is_paid_for() -> None:
    """With usage.iterations the top counts hold one pass only, and each has its own tier."""
    passes = [
        {"type": "compaction", "input_tokens": 150_000, "output_tokens": 0},
        {"type": "message", "input_tokens": 200, "output_tokens": 10},
    ]
    usage = Usage({"input_tokens": 200, "output_tokens": 10, "iterations": passes})

    dear, cheap = Decimal(150_000) * Decimal("0.5"), 200 * Decimal("0.1") + 10 * Decimal("0.5")
    assert cost(usage, model(HAIKU_5_5)) == Cost((dear + cheap) / 1_000_000, False)


def test_what_has_no_price_has_no_cost() -> None:
    """An unknown model, a count without a price: None. A price that nobody needs may be missing."""
    spike = model(provider="bytespike")
    hour = Usage({"input_tokens": 1, **creation(0, 5)})

    assert spike.prices.cache_write_1h is None
    assert cost(Usage({"input_tokens": 1}), None).usd is None
    assert cost(hour, spike).usd is None
    assert cost(Usage({"input_tokens": 1, "service_tier": "batch"}), spike).usd is None
    assert cost(Usage({"input_tokens": 1, **creation(3, 0)}), spike).usd is not None
    assert cost(Usage({"input_tokens": 1}), replace(spike, prices=Prices())).usd is None


def test_nothing_said_yet_has_no_cost() -> None:
    """Before the first count arrives the cost is not known, rather than 0."""
    assert cost(Usage(), model(), whole=False) == Cost(None, True)


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (Cost(Decimal("0.0012")), "$0.0012"),
        (Cost(Decimal("0.00111"), True), "≈$0.0011"),
        (Cost(Decimal("0.00111"), True, is_least=True), "≥$0.0011"),
        (Cost(None), "n/a"),
        (Cost(None, True), "n/a"),
        (Cost(Decimal("12.3")), "$12.30"),
        (Cost(Decimal("1234.5")), "$1,234.50"),
        (Cost(Decimal("0.000083")), "$0.000083"),
        (Cost(Decimal("0.0000831")), "$0.000083"),
        (Cost(Decimal("0.0000001")), "$0.00000010"),
        (Cost(Decimal("0.05")), "$0.0500"),
        (Cost(Decimal(0)), "$0.00"),
    ],
)
def test_a_cost_is_shown_in_dollars(cost: Cost, text: str) -> None:
    """Four decimals, more where they would hide it, two from a dollar on; ≈ guessed, ≥ in part."""
    assert shown(cost) == text


def test_what_is_known_of_a_sum_is_told_as_the_least_that_it_is() -> None:
    """Also where that is added up further; where nothing dear is known, the sum is not."""
    cent, none, nothing = Cost(Decimal("0.01")), Cost(None), Cost(Decimal(0))
    assert total_known([cent, none, cent]) == Cost(Decimal("0.02"), is_least=True)
    assert total_known([total_known([cent, none]), cent]) == Cost(Decimal("0.02"), is_least=True)
    assert total_known([none, nothing]).usd is None
    assert total_known([cent, cent]) == Cost(Decimal("0.02"))
    assert total_known([]) == nothing
    assert total([cent, none]) == none


@given(st.decimals("0.000000001", 10**6, places=9))
def test_what_costs_something_never_shows_as_nothing(amount: Decimal) -> None:
    """However small, at least one digit that is not 0 is shown."""
    assert set(shown(Cost(amount))) & set("123456789")


tokens = st.integers(0, 3_000_000)
counts = st.fixed_dictionaries(
    {
        "input_tokens": tokens,
        "output_tokens": tokens,
        "cache_read_input_tokens": tokens,
    }
)


@given(counts, counts)
def test_costs_add_up(one: dict[str, int], other: dict[str, int]) -> None:
    """At flat prices two requests cost together what their counts together cost."""
    both = {key: one[key] + other[key] for key in one}

    together, apart = usd(HAIKU_4_5, **both), (usd(HAIKU_4_5, **one), usd(HAIKU_4_5, **other))
    assert None not in apart
    assert together == sum(part for part in apart if part is not None)


@given(
    counts, st.sampled_from(["input_tokens", "output_tokens", "cache_read_input_tokens"]), tokens
)
def test_more_tokens_never_cost_less(fewer: dict[str, int], which: str, more: int) -> None:
    """Cost rises with every count, across the tier of long prompts too."""
    less, dearer = (usd(HAIKU_5_5, **c) for c in (fewer, {**fewer, which: fewer[which] + more}))

    assert less is not None
    assert dearer is not None
    assert dearer >= less


# ---- runs --------------------------------------------------------------------------------------

START = {
    "type": "message_start",
    "message": {"usage": {"input_tokens": 1000, "output_tokens": 1}},
}
END = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn"},
    "usage": {"output_tokens": 200},
}


def run_of(*happenings: Any) -> Run:
    """A run to which all of this happened; dicts are events of the stream."""
    run = Run("r1", provider="anthropic", model=HAIKU_4_5)
    for at, what in enumerate((Sent(), *happenings)):
        event = read_event(what) if isinstance(what, dict) else what
        run = run.after(RunEvent("r1", float(at), event))
    return run


def test_a_whole_run_costs_its_usage() -> None:
    """Once the stream has ended the cost is no estimate, whatever anyone thinks was written."""
    run = run_of(START, END, {"type": "message_stop"}, Closed("eof"))

    assert cost_of_run(run, model(), output_tokens=9999) == Cost(Decimal("0.002"), False)


def test_a_run_without_its_last_event_is_whole_all_the_same() -> None:
    """A stop reason came, message_stop did not: the usage is final."""
    run = run_of(START, END, Closed("eof"))

    assert run.end_state == "complete_no_stop"
    assert cost_of_run(run, model()) == Cost(Decimal("0.002"), False)


@pytest.mark.parametrize("how", ["eof", "broken", "stalled", "aborted"])
def test_a_cut_run_costs_about_what_had_arrived(how: Any) -> None:
    """Its own output count is a placeholder, so the text that came is taken instead."""
    run = run_of(START, Closed(how))

    assert cost_of_run(run, model(), output_tokens=100) == Cost(Decimal("0.0015"), True)
    assert cost_of_run(run, model()) == Cost(Decimal("0.001005"), True)


def test_a_run_that_streams_costs_an_estimate() -> None:
    """While it streams the cost grows with the text, and never falls below what was said."""
    run = run_of(START)

    assert cost_of_run(run, model(), output_tokens=0) == Cost(Decimal("0.001005"), True)
    assert cost_of_run(run, model(), output_tokens=100).is_estimate


def test_a_refused_run_costs_nothing() -> None:
    """Only answers are billed; where no answer of any kind came, that is all but sure."""
    refused = run_of(Closed("failed", RunProblem("rate_limit_error", "wait", status=429)))
    lost = run_of(Closed("failed", RunProblem("connection", "no route")))

    assert cost_of_run(refused, None) == Cost(Decimal(0), False)
    assert cost_of_run(lost, None) == Cost(Decimal(0), True)


def test_a_refusal_before_the_first_word_costs_nothing() -> None:
    """Nothing was generated; in mid-answer it is billed as any answer is."""
    end = {**END, "delta": {"stop_reason": "refusal"}}
    word = {"type": "content_block_start", "index": 0, "content_block": {"type": "text"}}
    stop = {"type": "message_stop"}

    assert cost_of_run(run_of(START, end, stop, Closed("eof")), model()) == Cost(Decimal(0), False)
    assert cost_of_run(run_of(START, word, end, stop, Closed("eof")), model()).usd == Decimal(
        "0.002"
    )


def test_a_forecast_is_an_estimate() -> None:
    """Before sending, nothing is taken to be cached; the tier of long prompts applies."""
    assert forecast(1000, 100, model()) == Cost(Decimal("0.0015"), True)
    assert forecast(200_000, 0, model(HAIKU_5_5)) == Cost(Decimal("0.1"), True)
    assert forecast(1000, 100, None) == Cost(None, True)


def test_an_interrupted_round_has_cost_what_is_known_of_it() -> None:
    """About that: a run cut before it was answered has no bill; a model without prices has."""
    cut, alone = run_of(Sent(), Closed("aborted")), Cost(None, True)
    paid = Run("r1-2", usage=Usage({"input_tokens": 9}), end_state="complete")
    assert spent_on([(cut, alone), (paid, Cost(Decimal(2)))]) == Cost(Decimal(2), True)
    assert spent_on([(paid, Cost(Decimal(2)))]) == Cost(Decimal(2), False)
    assert spent_on([(cut, alone)]) == Cost(None, True)
    assert spent_on([(paid, Cost(Decimal(2))), (paid, Cost(None))]).usd is None


@pytest.mark.parametrize("text", ["0.25", "$0.25", "25c", " 25 ¢", "25e-2"])
def test_amounts_are_read_as_people_write_them(text: str) -> None:
    """In dollars or cents."""
    assert read_usd(text, "--max-cost") == Decimal("0.25")


@pytest.mark.parametrize("text", ["", "c", "cheap", "-1", "nan", "inf", "1e999999", "1e-999999"])
def test_what_nobody_can_mean_is_no_amount(text: str) -> None:
    """Refused by its name, before it is written out in a million digits."""
    with pytest.raises(SettingsError, match=r"^--max-cost .* is no amount\n"):
        read_usd(text, "--max-cost")
