"""What a round comes to, in one line."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.tui.runs import run, streaming, whole
from workbench.costs import Cost
from workbench.run import Closed, Run, RunProblem, Sent
from workbench.workbench.tally import Tally, shown, tally_of

OVER = Tally(2, 3, 4958, 233, False, 12.34, Cost(Decimal("0.0018")))


def test_a_round_s_runs_are_added_up_and_only_whole_answers_counted() -> None:
    """What streams is a guess; of a failed run there are no tokens; the last end is the round's."""
    failed = run(Sent(), Closed("failed", RunProblem("x", "no")))
    cost = Cost(Decimal("0.01"))
    going = tally_of([whole("a"), failed, streaming("word " * 20), Run("w")], spent=cost, took_s=9)
    assert (going.whole, going.of) == (1, 4)
    assert (going.sent_tokens, going.written_tokens, going.is_guess) == (18, 5 + 25, True)
    assert (going.took_s, going.spent) == (9, cost)

    over = tally_of([whole("a"), failed], spent=cost, took_s=9)
    assert not over.is_guess
    assert over.took_s == whole("a").ended_at_s
    assert tally_of([whole("a")], spent=cost, took_s=None).took_s is None


@pytest.mark.parametrize(
    ("room", "line"),
    [
        (80, "2 of 3 complete  4,958 → 233      12.3 s    $0.0018"),
        (40, "2/3  5.0k→233    12.3 s    $0.0018"),
        (24, "5.0k→233      $0.0018"),
        (10, "$0.0018"),
        (6, ""),
    ],
)
def test_words_go_and_then_figures_where_room_is_short(room: int, line: str) -> None:
    """What it cost goes last, and no figure is cut."""
    assert shown(OVER, room) == line


def test_no_figure_moves_another() -> None:
    """From the start to the end of a round."""
    states = [
        Tally(0, 3, 0, 0, False, 0.2, Cost(Decimal(0))),
        Tally(0, 3, 593, 12, True, 1.2, Cost(Decimal("0.0008"), True)),
        Tally(3, 3, 593, 1233, False, 62.2, Cost(Decimal("0.00012"))),
    ]
    for room in (80, 40, 24):
        assert len({len(shown(each, room)) for each in states}) == 1
        assert len({shown(each, room).index("→") for each in states}) == 1
