"""How far a round has come, how long and how dear the rest will be: arithmetic."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from workbench.api.headroom import Bucket, Headroom
from workbench.costs import Cost
from workbench.run import EndState, Run
from workbench.wire.usage import Usage
from workbench.workbench.progress import Progress, progress_of, shown

NOTHING = Cost(Decimal(0))


def runs(
    done: int,
    under_way: int,
    waiting: int,
    *,
    each_s: float = 10.0,
    at_s: float = 10.0,
    end_state: EndState = "complete",
) -> list[Run]:
    """Runs that took so long, others halfway, others not begun."""
    over = Run("a", sent_s=at_s - each_s, ended_at_s=at_s, end_state=end_state)
    half = Run("b", sent_s=at_s - each_s / 2)
    return [over] * done + [half] * under_way + [Run("c")] * waiting


def left_s(
    of: list[Run], at_s: float = 10.0, headroom: Headroom | None = None, shut_s: float = 0.0
) -> float | None:
    """Seconds left."""
    return progress_of(of, at_s=at_s, spent=NOTHING, headroom=headroom, shut_s=shut_s).left_s


# How much is done


def test_what_has_no_whole_answer_counts_as_failed() -> None:
    """Whoever cancelled it; an answer without its last event is whole."""
    states: list[EndState] = ["complete", "complete_no_stop", "aborted", "failed", "truncated"]
    ended = [Run("a", end_state=state) for state in states]
    spent, limit = Cost(Decimal("0.1")), Decimal(1)
    made = progress_of([*ended, Run("b")], at_s=1.0, spent=spent, limit_usd=limit)

    assert (made.done, made.of, made.failed) == (5, 6, 3)
    assert (made.spent, made.limit_usd) == (spent, limit)


# How long it will go on


def test_before_a_run_has_ended_nothing_tells_how_long() -> None:
    """Nor does one that was cancelled; once all have ended nothing is left."""
    assert left_s(runs(0, 4, 4)) is None
    assert left_s(runs(4, 0, 4, end_state="aborted")) is None
    assert left_s(runs(4, 0, 0)) == 0


def test_the_pace_so_far_goes_on() -> None:
    """Four at once, ten seconds each: the next four take ten more; halfway there, five."""
    assert left_s(runs(4, 0, 4), 10.0) == 10.0
    assert left_s(runs(4, 4, 0, at_s=15.0), 15.0) == pytest.approx(5.0)
    assert left_s(runs(100, 0, 900), 10.0) == pytest.approx(90.0)


def test_a_run_that_takes_long_is_nearly_done_at_most() -> None:
    """What is left never becomes nothing, or less, while it is under way."""
    slow = Run("slow", sent_s=0.0)
    left = left_s([*runs(4, 0, 0), slow], 500.0)

    assert left is not None
    assert left > 0


def test_of_many_runs_the_last_ones_tell_the_pace() -> None:
    """It began slowly: one in ten seconds; now it is ten a second."""
    ends = [*(at * 10.0 for at in range(60)), *(600 + at / 10 for at in range(100))]
    ended = [Run("a", sent_s=end - 1, ended_at_s=end, end_state="complete") for end in ends]

    assert left_s([*ended, *runs(0, 0, 100)], 610.0) == pytest.approx(10.0, rel=0.1)


def test_a_gate_that_is_shut_adds_its_time() -> None:
    """And the run that comes after it."""
    assert left_s(runs(4, 0, 1), 10.0, shut_s=30.0) == 40.0
    assert left_s(runs(4, 1, 0), 10.0, shut_s=30.0) == pytest.approx(1.1, abs=0.2)


def test_the_providers_limits_are_waited_for() -> None:
    """Half a request a second, ten left: thirty more need forty seconds, and ten for the last."""
    requests = Headroom(0.0, requests=Bucket(10, 40, 60.0))

    assert left_s(runs(40, 0, 30), 10.0, requests) == pytest.approx(40.0 + 10.0)
    assert left_s(runs(40, 0, 10), 10.0, requests) == pytest.approx(10.0)


@pytest.mark.parametrize("limit", ["input_tokens", "tokens", "output_tokens"])
def test_limits_of_tokens_are_waited_for_too(limit: str) -> None:
    """By what the runs so far took on the average."""
    usage = Usage({"input_tokens": 100, "output_tokens": 100})
    done = [replace(run, usage=usage, stop_reason="end_turn") for run in runs(20, 0, 0)]
    headroom = Headroom(0.0, **{limit: Bucket(0, 6000, 60.0)})  # type: ignore[arg-type]

    assert left_s([*done, *runs(0, 0, 60)], 10.0, headroom) == pytest.approx(60.0 + 10.0)


@pytest.mark.parametrize("bucket", [Bucket(5), Bucket(5, 5, 10.0), Bucket(0, 10), Bucket(0, 9, 0)])
def test_limits_that_do_not_say_how_they_fill_say_nothing(bucket: Bucket) -> None:
    """The pace alone tells."""
    assert left_s(runs(4, 0, 4), 10.0, Headroom(0.0, requests=bucket)) == 10.0


# In words

LONG = Progress(37, 200, 2, 62.0, Cost(Decimal("0.12")), Decimal("0.25"))


@pytest.mark.parametrize(
    ("room", "line"),
    [
        (80, "37 of 200 runs   2 failed   about 1 min left   $0.1200 of $0.25"),
        (60, "37 of 200   2 failed   1 min left   $0.1200 of $0.25"),
        (40, "37 of 200   2 failed   1 min left"),
        (30, "37 of 200   2 failed"),
        (12, "37 of 200"),
        (3, "37 of 200"),
    ],
)
def test_a_line_says_as_much_as_there_is_room_for(room: int, line: str) -> None:
    """How many are done is said in any case."""
    assert shown(LONG, room) == line


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "10 s"),
        (12.0, "10 s"),
        (38.0, "40 s"),
        (54.0, "50 s"),
        (56.0, "1 min"),
        (150.0, "2 min"),
        (5000.0, "83 min"),
        (6000.0, "2 h"),
    ],
)
def test_a_time_is_round(seconds: float, words: str) -> None:
    """It does not change with every tick."""
    assert f"about {words} left" in shown(replace(LONG, left_s=seconds), 80)


def test_what_is_not_known_is_not_said() -> None:
    """No time, no failure, no limit."""
    made = Progress(0, 8, 0, None, Cost(None))

    assert shown(made, 80) == "0 of 8 runs   n/a"
