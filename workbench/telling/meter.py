"""The figures under a pane: how it stands, tokens, time, cost. Pure.

They stand in one line where there is room for all of them, else in two: that goes by the width
alone, and every figure has its column, so nothing jumps while an answer streams. Where room is
short, units shrink and then counts are rounded to thousands (`4.3k`); where the pane is too narrow
even for that, whole figures go, the least telling first, and an "…" stands for a figure gone: no
number is ever cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from workbench.costs import Cost, shown
from workbench.run import Run
from workbench.telling.figures import (
    UNKNOWN,
    cached,
    glyph,
    number,
    rate,
    rounded,
    seconds,
    spent,
    word,
    written,
)

ONE_LINE = 52
"""Cells from which on one line has room for all: those of a pane of 56 columns."""

Words = tuple[tuple[str, str], ...]
"""A line of figures: (role, text), where role is `state`, `figure` or `quiet`."""

_STATE_COLUMN, _STATE_NARROW = 15, 12
_OUT_COLUMN, _OUT_FEW = len("≈99,999"), len("≈9.9k")
_PACE = {112: 48, 84: 37, 76: 31, 58: 23, 0: 22}
"""In one line: cells for time, speed and cost, by the width from which on there are so many."""
_DENSE = 23
"""Of these, how many are too few for units that stand apart."""
_PACE_AT = 72
"""Where they begin at the furthest: what belongs together is not torn apart."""
_BRIEF = {"failed midway": "failed mid", "no stop event": "no stop"}
"""Our own words that are too long for the narrow column; the API's are cut with an "…"."""


def meter_in_one(run: Run, cost: Cost, width: int, frame: int = 0) -> Words:
    """The one line for a run, at most `width` cells of at least `ONE_LINE`; as `meter`."""
    if not run.usage.known and not run.deltas:
        alone, usd = meter(run, cost, width, frame)
        return (*alone, *usd)
    room = next(cells for least, cells in _PACE.items() if width >= least)
    at = min(width - room, _PACE_AT)
    state = f"{glyph(run, frame)} {word(run)}"
    if room > _DENSE:
        tokens = _tokens(run, state, at)
        pace = _pace(run, cost, room) if room == _PACE[112] else _pace_narrow(run, cost, room)
    else:
        tokens, pace = _tokens_dense(run, state, at - 1), _pace_dense(run, cost, room)
    gap = ("quiet", " " * (at - cell_len(said(tokens))))
    return (*tokens, gap, *pace)


def meter(run: Run, cost: Cost, width: int, frame: int = 0) -> tuple[Words, Words]:
    """The two lines for a run, each at most `width` cells.

    Args:
        run: The run as it stands.
        cost: What it has cost so far.
        width: Cells there are.
        frame: How far the spinner has turned.
    """
    state = f"{glyph(run, frame)} {word(run)}"
    if not run.usage.known and not run.deltas:
        usd = (("figure", f"  {shown(cost)}"),) if run.end_state and cost.usd else ()
        return _cut((("state", state),), width), _cut(usd, width)
    return _tokens(run, state, width), _pace(run, cost, width)


def said(words: Words) -> str:
    """A line of figures as plain text."""
    return "".join(text for _, text in words)


def in_a_row(run: Run, cost: Cost, width: int) -> str:
    """The figures without the state, in one line of at most `width` cells: for a frame's edge."""
    prompt, out, usd = number(run.usage.prompt_tokens), written(run), spent(cost)
    cache, short = cached(run, " read", " written"), cached(run, "r", "w")
    first, pace = seconds(run.first_token_s), rate(run)
    lines = (
        "   ".join((f"{prompt} in{cache} → {out}", first, pace, usd)),
        f"{prompt} in{short} → {out}  {first}  {pace}  {usd}",
        f"{prompt}{short} → {out} {_dense(first, pace, usd)}",
        f"{prompt}{short} → {out} {usd} …",
        f"{prompt} → {out} {usd} …",
        f"{usd} …",
    )
    return next((line for line in lines if len(line) <= width), "…")


def _dense(first: str, pace: str, usd: str) -> str:
    return f"{first} {pace} {usd}".replace(" s ", "s ").replace(" t/s", "t/s")


def _tokens(run: Run, state: str, width: int) -> Words:
    prompt, out = number(run.usage.prompt_tokens), written(run)
    wide, narrow = f"{state:{_STATE_COLUMN}} ", f"{_brief(state)} "
    cache, short = cached(run, " read", " written"), cached(run, "r", "w")
    gone = " …" if cache else ""
    lines = (
        (wide, f" in{cache} → ", ""),
        (narrow, f"{cache} → ", ""),
        (narrow, f"{short} → ", ""),
        (narrow, f"{short}→", ""),
        (f"{state} ", "→", gone),
        (f"{state[0]} ", "→", gone),
    )
    choices: list[Words] = [
        (("state", begin), ("figure", prompt), ("quiet", to), ("figure", out), ("quiet", end))
        for begin, to, end in lines
    ]
    if cell_len(said(choices[0])) + max(0, _OUT_COLUMN - len(out)) > width:
        del choices[0]  # else it would give way, and all of it move, as the answer grows
    return _first_that_fits([*choices, (("state", state), ("quiet", " …"))], width)


def _tokens_dense(run: Run, state: str, width: int) -> Words:
    """How it stands and tokens, in few cells.

    What is rounded, and what goes, is settled by what was sent, which is known at once: so nothing
    moves as the answer grows.
    """
    begin, usage = f"{_brief(state)} ", run.usage
    read, wrote = usage.cache_read_input_tokens, usage.cache_creation_input_tokens
    cache = " ".join(f"{sign}{rounded(n)}" for sign, n in (("r", read), ("w", wrote)) if n)
    prompt = rounded(usage.prompt_tokens)
    whole = number(usage.prompt_tokens) + cached(run, "r", "w").strip().replace(", ", " ")
    few = f"{prompt}({cache})" if cache else prompt
    choices = (
        (whole, written(run), _OUT_COLUMN, ""),
        (few, written(run, rounded), _OUT_FEW, ""),
        (prompt, written(run, rounded), _OUT_FEW, " …" if cache else ""),
    )
    room = width - cell_len(begin)
    sent, out, _, end = next(
        (each for each in choices if cell_len(f"{each[0]}→{each[3]}") + each[2] <= room),
        choices[-1],
    )
    figures = (("figure", sent), ("quiet", "→"), ("figure", out), ("quiet", end))
    return _first_that_fits([(("state", begin), *figures)], width)


def _brief(state: str) -> str:
    """A state as wide as the narrow column."""
    brief = state[:2] + _BRIEF.get(state[2:], state[2:])
    if cell_len(brief) > _STATE_NARROW:
        brief = set_cell_size(brief, _STATE_NARROW - 1) + "…"
    return set_cell_size(brief, _STATE_NARROW)


def _pace(run: Run, cost: Cost, width: int) -> Words:
    first, pace = seconds(run.first_token_s), rate(run)
    usd = spent(cost)
    so_far = " so far" if run.end_state is None else ""
    columns = ("figure", f"{first:>7}   {pace:>9}   {usd}")
    return _first_that_fits(
        [
            (("quiet", "  first "), columns, ("quiet", so_far)),
            (("quiet", "  first "), columns),
            (("quiet", "  "), columns),
            (("figure", f"{first} {pace} {usd}"),),
            (("figure", _dense(first, pace, usd)),),
            (("figure", f"{first} {usd}"), ("quiet", " …")),
            (("figure", usd), ("quiet", " …")),
        ],
        width,
    )


def _pace_narrow(run: Run, cost: Cost, room: int) -> Words:
    first, pace, usd = seconds(run.first_token_s), rate(run), spent(cost)
    named = "  first" if room > _PACE[76] else " "
    lines = (f" {first:>7}  {pace:>8}  {usd}", f" {_dense(first, pace, usd)}", f" {usd} …")
    return _first_that_fits([(("quiet", named), ("figure", line)) for line in lines], room)


def _pace_dense(run: Run, cost: Cost, room: int) -> Words:
    first = UNKNOWN if run.first_token_s is None else _brief_time(run.first_token_s)
    pace, usd = rate(run).replace(" t/s", "/s"), spent(cost)
    lines = (f"{first:>5} {pace:>6} {usd}", f"{first} {pace} {usd}", f"{usd} …")
    return _first_that_fits([(("figure", line),) for line in lines], room)


def _brief_time(time_s: float) -> str:
    """A time in three digits: `0.31s`, `12.3s`, `123s`."""
    places = 2 if time_s < 9.995 else 1 if time_s < 99.95 else 0
    return f"{time_s:.{places}f}s"


def _first_that_fits(choices: Sequence[Words], width: int) -> Words:
    for words in choices:
        if cell_len(said(words)) <= width:
            return words
    return _cut(choices[-1], width)


def _cut(words: Words, width: int) -> Words:
    """Words cut to the width, and seen to be cut. A figure goes whole."""
    whole = said(words)
    if cell_len(whole) <= width:
        return words
    if words[0][0] == "figure":
        return (("quiet", "…"[:width]),)
    return (("state", set_cell_size(whole, max(0, width - 1)) + "…"[:width]),)
