"""The figures under a pane: how it stands, tokens, time, cost. Pure.

They stand in one line where there is room for all of them, else in two: that goes by the width
alone, and every figure has its column, so nothing jumps while an answer streams. Where the pane is
too narrow, words and then whole figures go, the least telling first, and an "…" stands for a
figure gone: no number is ever cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from workbench.costs import Cost, shown
from workbench.run import Run
from workbench.telling.figures import cached, glyph, number, rate, seconds, spent, word, written

ONE_LINE = 76
"""Cells from which on one line has room for all: those of the only pane at 80 columns."""

Words = tuple[tuple[str, str], ...]
"""A line of figures: (role, text), where role is `state`, `figure` or `quiet`."""

_STATE_COLUMN, _STATE_NARROW, _OUT_COLUMN = 15, 12, len("≈99,999")
_PACE = {112: 48, 84: 37, 0: 31}
"""In one line: cells for time, speed and cost, by the width from which on there are so many."""
_PACE_AT = 72
"""Where they begin at the furthest: what belongs together is not torn apart."""
_BRIEF = {"failed midway": "failed mid", "no stop event": "no stop"}
"""Our own words that are too long for the narrow column; the API's are cut with an "…"."""


def meter_in_one(run: Run, cost: Cost, width: int, frame: int = 0) -> Words:
    """The one line for a run, at most `width` cells of at least `ONE_LINE`; as `meter`."""
    if not run.usage.known and not run.deltas:
        state, usd = meter(run, cost, width, frame)
        return (*state, *usd)
    room = next(cells for least, cells in _PACE.items() if width >= least)
    at = min(width - room, _PACE_AT)
    tokens = _tokens(run, f"{glyph(run, frame)} {word(run)}", at)
    gap = ("quiet", " " * (at - cell_len(said(tokens))))
    pace = _pace(run, cost, room) if room == _PACE[112] else _pace_narrow(run, cost, room)
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
    named = "  first" if room > _PACE[0] else " "
    lines = (f" {first:>7}  {pace:>8}  {usd}", f" {_dense(first, pace, usd)}", f" {usd} …")
    return _first_that_fits([(("quiet", named), ("figure", line)) for line in lines], room)


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
