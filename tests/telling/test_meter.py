"""The figures under a pane: in their columns, honest, never cut."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.answers import start, stop, text
from tests.tui.runs import cost_of, run, streaming, whole
from workbench.costs import Cost
from workbench.run import Closed, Run, RunProblem, Sent
from workbench.telling.figures import SPINNER, glyph, rounded, stands
from workbench.telling.meter import ONE_LINE, in_a_row, meter, meter_in_one, said

FAILED = run(Sent(), Closed("failed", RunProblem("x", "no key")))
UNKNOWN = Cost(None)


def lines(run: Run, width: int = 60, cost: Cost | None = None) -> tuple[str, str]:
    """The two lines as text."""
    first, second = meter(run, cost or cost_of(run), width)
    return said(first), said(second)


def cached(read: int, written: int) -> Run:
    """A whole run with so many tokens read from and written to the cache."""
    counts = start(
        input_tokens=640, cache_read_input_tokens=read, cache_creation_input_tokens=written
    )
    return run(Sent(), counts, text("Refund.", " Late."), stop(output_tokens=41), Closed("eof"))


def test_a_whole_run_shows_what_was_billed() -> None:
    """State, tokens in and out, first token, speed and cost, as the sketch has them."""
    assert lines(cached(4318, 0)) == (
        "✓ end_turn      4,958 in (4,318 read) → 41",
        "  first  0.30 s     400 t/s   $0.0012",
    )


def test_reads_and_writes_are_told_apart() -> None:
    """What the cache gave and what it took are both named; nothing is said where it did neither."""
    assert "(12 read, 34 written)" in lines(cached(12, 34))[0]
    assert "(34 written)" in lines(cached(0, 34))[0]
    assert "(" not in lines(cached(0, 0))[0]


def test_what_is_not_known_is_a_dash() -> None:
    """A count that never came is not 0, and neither is a cost."""
    no_usage = run(Sent(), text("x"), Closed("broken"))
    first, second = lines(no_usage, cost=UNKNOWN)
    assert "– in →" in first
    assert second.endswith("–")
    assert "0 in" not in first


def test_guesses_are_marked() -> None:
    """While it streams, and where its last counts never came, output and speed are guesses."""
    under_way, cut = (
        streaming("word " * 20),
        run(Sent(), start(), text("word " * 20), Closed("aborted")),
    )
    assert "→ ≈25" in lines(under_way)[0]
    assert "→ ≈25" in lines(cut)[0]
    assert "≈$0.0012 so far" in lines(under_way)[1]
    assert "≈" not in "".join(lines(whole("word")))


def test_a_run_that_waits_or_never_began_has_no_figures() -> None:
    """A queued run shows its state and nothing that could be taken for a figure."""
    assert lines(Run("r")) == ("◇ waiting", "")
    assert lines(FAILED, cost=Cost(Decimal(0))) == ("✗ failed", "")


def test_nothing_jumps_while_it_streams() -> None:
    """From the first delta to the end each figure begins or ends at the same column."""
    seen = [streaming(*["word "] * n) for n in (1, 9, 30, 90)]
    seen.append(whole(*["word "] * 90))
    begun = (Sent(), start(), text(*["word "] * 90))
    seen.append(run(*begun, stop("stop_sequence"), Closed("eof")))
    seen.append(run(*begun, stop()[:1], Closed("eof")))  # its last event never came
    tokens, pace = zip(*map(lines, seen), strict=True)
    assert {line.index("in →") for line in tokens} == {tokens[0].index("in →")}
    assert {line.index("t/s") for line in pace} == {pace[0].index("t/s")}
    assert {line.index(" s ") for line in pace} == {pace[0].index(" s ")}
    gone = {"type": "error", "error": {"type": "api_error", "message": "gone"}}
    seen.append(run(*begun, gone, Closed("eof")))
    narrow = [lines(each, 26)[0] for each in seen]
    assert "✓ stop_sequ… " in narrow[-3]
    assert "✓ no stop    " in narrow[-2]
    assert "✗ failed mid " in narrow[-1]
    assert len({line.index(" → ") for line in narrow}) == 1


@pytest.mark.parametrize("width", [76, 100, 112, 196])
def test_nothing_jumps_in_one_line_either(width: int) -> None:
    """State, tokens, first token, speed and cost, each at its column, however far the answer is."""
    begun = start(input_tokens=640, cache_read_input_tokens=4318, cache_creation_input_tokens=12)
    seen = [run(Sent(), begun, text(*["word "] * n)) for n in (1, 9, 30, 300)]
    seen += [cached(4318, 12)]
    told = [said(meter_in_one(each, cost_of(each), width)) for each in seen]
    assert {re.sub(r"[≈\d]\S*", "0", line[:12]) for line in told} == {
        "⠋ streaming ",
        "✓ end_turn  ",
    }
    for column in (" → ", " s ", " t/s", "$"):
        ends = {line.index(column) - ("≈$" in line and column == "$") for line in told}
        assert len(ends) == 1, column
    assert all(cell_len(line) <= width for line in told)
    assert "4,970" in told[0]
    assert "4,318" in told[0]
    assert said(meter_in_one(Run("r"), UNKNOWN, width)) == "◇ waiting"
    assert said(meter_in_one(FAILED, Cost(Decimal("0.5")), width)).split() == [
        *("✗", "failed", "$0.5000")
    ]


@pytest.mark.parametrize("width", [53, 56, 58, 62, 75])
def test_nothing_jumps_in_a_short_line(width: int) -> None:
    """Two panes on a screen of 120 columns: all figures in one line, each at its column."""
    begun = start(input_tokens=640, cache_read_input_tokens=4318)
    seen = [run(Sent(), begun, text(*["word "] * n)) for n in (1, 9, 30, 300, 3_000)]
    told = [said(meter_in_one(each, cost_of(each), width)) for each in (*seen, cached(4318, 0))]
    for column in ("→", "s ", "/s ", "$"):
        ends = {line.index(column) - ("≈$" in line and column == "$") for line in told}
        assert len(ends) == 1, column
    sent = "5.0k(r4.3k)" if width < 58 else "4,958(4,318r)"
    assert told[-1].split() == ["✓", "end_turn", f"{sent}→41", "0.30s", "400/s", "$0.0012"]
    assert all(cell_len(line) <= width for line in told)
    assert "…" not in "".join(told)
    small = Cost(Decimal("0.00080"), is_estimate=True)
    assert len({said(meter_in_one(each, small, width)).index("≈$") for each in seen}) == 1
    assert said(meter_in_one(Run("r"), UNKNOWN, width)) == "◇ waiting"


def test_counts_are_rounded_by_what_was_sent_and_what_has_no_room_leaves_a_mark() -> None:
    """The answer grows, and changes nothing before it; of many figures the cache's go, marked."""
    both = cached(4318, 312)
    assert said(meter_in_one(both, UNKNOWN, 62))[13:39].strip() == "5.3k(r4.3k w312)→41"
    assert said(meter_in_one(both, UNKNOWN, ONE_LINE))[13:30].strip() == "5.3k→41 …"
    assert [rounded(n) for n in (None, 999, 1_000, 9_949, 9_951, 999_499, 999_500, 12_345_678)] == [
        *("–", "999", "1.0k", "9.9k", "10k", "999k", "1.0M", "12M")
    ]


@given(
    st.integers(0, 70),
    st.integers(0, 3_000_000),
    st.integers(0, 3_000_000),
    st.decimals(0, 999, places=6),
    st.sampled_from(["end_turn", "max_tokens", "model_context_window_exceeded", "日本\x1b[2J"]),
)
def test_a_narrow_meter_never_cuts_a_number(
    width: int, read: int, written: int, usd: Decimal, reason: str
) -> None:
    """At any width each line fits, and every number in it is whole; what went is marked."""
    counts = start(cache_read_input_tokens=read, cache_creation_input_tokens=written)
    now = run(Sent(), counts, text("x", "y"), stop(reason), Closed("eof"))
    widest = [set(re.findall(r"[\d.,]*\d", line)) for line in lines(now, 200, Cost(usd))]
    for line, numbers in zip(lines(now, width, Cost(usd)), widest, strict=True):
        assert cell_len(line) <= width
        found = set(re.findall(r"[\d.,]*\d", line))
        assert found <= numbers
        assert found == numbers or "…" in line or not width
        assert "\x1b" not in line
    whole_line, known = said(meter_in_one(now, Cost(usd), width + ONE_LINE)), widest[0] | widest[1]
    assert cell_len(whole_line) <= width + ONE_LINE
    for figure, unit in re.findall(r"([\d.,]*\d)([kM]?)", whole_line):
        exact = {float(each.replace(",", "")) for each in known}
        value = float(figure.replace(",", "")) * {"": 1, "k": 1_000, "M": 1_000_000}[unit]
        assert figure in known or any(abs(value - each) <= 0.06 * each for each in exact)


def test_at_24_columns_the_figures_still_fit() -> None:
    """Words and gaps go before figures, and a figure that goes leaves a mark."""
    assert lines(cached(4318, 0), 24) == ("✓ end_turn 4,958→41 …", "0.30 s 400 t/s $0.0012")
    assert lines(cached(0, 4318), 20) == ("✓ 4,958→41 …", "0.30s 400t/s $0.0012")
    assert lines(whole("a", "b"), 20)[0] == "✓ end_turn   9 → 5"


def test_in_a_frame_s_edge_the_cost_is_what_goes_last() -> None:
    """As many figures as fit, each whole; what goes leaves a mark."""
    now = cached(4318, 0)
    shown = {in_a_row(now, cost_of(now), width) for width in range(70)}
    assert shown == {
        "4,958 in (4,318 read) → 41   0.30 s   400 t/s   $0.0012",
        "4,958 in (4,318r) → 41  0.30 s  400 t/s  $0.0012",
        "4,958 (4,318r) → 41 0.30s 400t/s $0.0012",
        *("4,958 (4,318r) → 41 $0.0012 …", "4,958 → 41 $0.0012 …", "$0.0012 …", "…"),
    }
    assert all(len(in_a_row(now, cost_of(now), width)) <= width for width in range(1, 70))


@pytest.mark.parametrize(
    ("now", "sign", "mood"),
    [
        (Run("r"), "◇", "under way"),
        (run(Sent()), SPINNER[0], "under way"),
        (streaming("x"), SPINNER[0], "under way"),
        (whole("x"), "✓", "complete"),
        (run(Sent(), start(), text("x"), stop("max_tokens"), Closed("eof")), "⋯", "cut"),
        (run(Sent(), start(), text("x"), stop("refusal"), Closed("eof")), "⊘", "cut"),
        (run(Sent(), start(), text("x"), Closed("aborted")), "■", "cut"),
        (run(Sent(), start(), text("x"), Closed("eof")), "✗", "cut"),
        (FAILED, "✗", "failed"),
    ],
)
def test_state_is_a_glyph_of_one_cell(now: Run, sign: str, mood: str) -> None:
    """State is told without colour, by a sign that every terminal draws one cell wide."""
    assert glyph(now) == sign
    assert cell_len(sign) == 1
    assert ord(sign) < 0x10000
    assert stands(now) == mood
