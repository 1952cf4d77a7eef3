"""What has come of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.answers import start, text
from tests.tui.runs import run, whole
from workbench.run import Closed, RunProblem, Sent
from workbench.workbench.outcome import as_json, cost_of, model_of

FIELDS = """
run round variant case repeat provider model simulated end_state stop_reason content
usage cost_usd cost_is_estimate first_token_s total_s request_id attempts discarded error session
"""


def test_json_has_every_field_of_the_design_in_its_order() -> None:
    """Whatever has become of the run."""
    for one in (run(), whole("Hello"), run(Sent(), Closed("aborted"))):
        assert list(as_json(one, None)) == FIELDS.split()
        json.dumps(as_json(one, None))


def test_a_whole_run_costs_what_its_usage_says() -> None:
    """A decimal string, no estimate."""
    one = replace(whole("Hello"), provider="anthropic")
    told = as_json(one, Path("s.jsonl"))

    assert told["content"] == [{"type": "text", "text": "Hello"}]
    assert Decimal(told["cost_usd"]) > 0
    assert "E" not in told["cost_usd"]
    assert told["cost_is_estimate"] is False
    assert told["session"] == "s.jsonl"


def test_a_cut_run_costs_an_estimate_that_grows_with_what_was_written() -> None:
    """The provider bills it, and says not how much."""
    cuts = [
        replace(
            run(Sent(), start(), text("word " * n)[:-1], Closed("aborted")), provider="anthropic"
        )
        for n in (1, 400)
    ]
    short, long = (cost_of(cut) for cut in cuts)

    assert short.is_estimate
    assert long.is_estimate
    assert short.usd is not None
    assert long.usd is not None
    assert short.usd < long.usd


def test_a_run_without_its_last_bill_costs_an_estimate_too() -> None:
    """Where a proxy swallowed the message_delta, the count of output is a placeholder."""
    ended = {"type": "message_stop"}
    unbilled = run(Sent(), start(), text("word " * 400), ended, Closed("eof"))
    cost = cost_of(replace(unbilled, provider="anthropic"))

    assert unbilled.end_state == "complete"
    assert cost.is_estimate
    assert cost.usd is not None
    assert cost.usd > Decimal("0.0015")


def test_an_unknown_model_has_no_cost() -> None:
    """Not zero, not a guess."""
    one = replace(whole("Hello"), model="my-own-model", provider="anthropic")

    assert model_of(one) is None
    assert as_json(one, None)["cost_usd"] is None


def test_an_error_is_told_by_type_status_problem_and_hint() -> None:
    """As the provider gave it."""
    wrong = RunProblem("authentication_error", "invalid x-api-key", "Check the key.", 401)
    told = as_json(run(Sent(), Closed("failed", wrong)), None)

    assert told["error"] == {
        "type": "authentication_error",
        "status": 401,
        "problem": "invalid x-api-key",
        "hint": "Check the key.",
    }
