"""Two runs' figures, and by how much they differ."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.answers import start, stop, text
from tests.tui.runs import run, streaming
from workbench.costs import Cost
from workbench.run import Closed, Run, Sent
from workbench.telling.deltas import deltas
from workbench.workbench.two import two_as_json


def costs(run: Run) -> Cost:
    """A cost that tells the runs apart."""
    if not run.usage.known:
        return Cost(None)
    return Cost(Decimal("0.0012") * (run.usage.output_tokens or 0), run.end_state is None)


def ended(out: int, name: str = "base", **usage: int) -> Run:
    """A whole run of so many tokens."""
    said = text(*"abc" * out)
    return run(Sent(), start(**usage), said, stop(output_tokens=out), Closed("eof"), name=name)


def changes(before: Run, after: Run) -> dict[str, str]:
    """By figure, the change."""
    return {delta.name: delta.change for delta in deltas(before, after, costs)}


def test_changes_have_a_sign() -> None:
    """From the first run to the second; `=` where there is none."""
    one, two = ended(3, cache_read_input_tokens=1000), ended(5)
    told = changes(one, two)
    assert told["in"] == "−1,000"
    assert told["out"] == "+2"
    assert told["first"] == "="
    assert told["total"] == "+0.60 s"
    assert told["cost"] == "+$0.0024"
    assert changes(two, one)["cost"] == "−$0.0024"


def test_less_is_minus_in_lines_and_in_json() -> None:
    """Of cache reads, the first token and the speed: from the first run to the second, each way."""
    one = ended(40, cache_read_input_tokens=1000)
    two = ended(40, cache_read_input_tokens=400)
    assert two.first_token_at_s is not None
    assert two.last_token_at_s is not None
    later = replace(
        two,
        first_token_at_s=two.first_token_at_s + 0.5,
        last_token_at_s=two.last_token_at_s + 30.5,
    )
    told, back = changes(one, later), changes(later, one)
    assert (told["read"], back["read"]) == ("−600", "+600")
    assert (told["first"], back["first"]) == ("+0.50 s", "−0.50 s")
    assert (told["speed"][0], back["speed"][0]) == ("−", "+")

    less, more = two_as_json(one, later)["deltas"], two_as_json(later, one)["deltas"]
    assert (less["cache_read_input_tokens"], more["cache_read_input_tokens"]) == (-600, 600)
    assert (less["first_token_s"], more["first_token_s"]) == (0.5, -0.5)
    assert less["tokens_per_s"] == -more["tokens_per_s"] < 0


def test_what_is_not_known_is_not_reckoned_with() -> None:
    """No change of what has not come yet; a cost that is a guess gives a guess."""
    told = changes(ended(3), streaming("Hello"))
    assert told["out"] == ""
    assert told["total"] == ""
    assert told["cost"].startswith("−≈$")
    waiting = changes(ended(3), run())
    assert waiting["in"] == ""
    assert waiting["cost"] == ""


def test_what_neither_has_is_left_out() -> None:
    """No line for a cache that nobody used."""
    assert "read" not in changes(ended(3), ended(4))
    assert "read" in changes(ended(3), ended(4, cache_read_input_tokens=7))
