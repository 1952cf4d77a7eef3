"""Two runs' figures beside each other, and by how much they differ. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from workbench.costs import Cost, shown
from workbench.run import Run
from workbench.telling.figures import UNKNOWN, number, rate, seconds, spent, word, written

SAME = "="


@dataclass(frozen=True, slots=True)
class Delta:
    """One figure of two runs, as it is shown.

    Args:
        name: What it is.
        before: Of the first run.
        after: Of the second.
        change: From the first to the second, with its sign; `=` where there is none, empty where
            there is nothing to reckon.
    """

    name: str
    before: str
    after: str
    change: str = ""


def deltas(
    before: Run,
    after: Run,
    cost_of: Callable[[Run], Cost],
    passed_of: Callable[[Run], float | None] = lambda run: None,
) -> list[Delta]:
    """How two runs differ in their ends, tokens, times and cost, and their variants in passes.

    A figure that neither has is left out. What is not known, or only guessed, is not reckoned
    with; but for the cost, where the change is a guess then, too.
    """
    one, two = before.usage, after.usage
    found = [
        Delta("end", word(before), word(after)),
        _counts("in", one.prompt_tokens, two.prompt_tokens),
        _counts("read", one.cache_read_input_tokens, two.cache_read_input_tokens),
        _counts("written", one.cache_creation_input_tokens, two.cache_creation_input_tokens),
        Delta("out", written(before), written(after), _change(_billed(before), _billed(after))),
        _times("first", before.first_token_s, after.first_token_s),
        _times("total", before.total_s, after.total_s),
        Delta(
            "speed",
            rate(before),
            rate(after),
            _change(before.tokens_per_s, after.tokens_per_s, "{:,.0f} t/s"),
        ),
        _costs(cost_of(before), cost_of(after)),
        _rates(passed_of(before), passed_of(after)),
    ]
    return [each for each in found if not {each.before, each.after} <= {UNKNOWN, "0", _NO_RATE}]


_NO_RATE = f"{UNKNOWN} t/s"


def _billed(run: Run) -> int | None:
    """The tokens of an answer, once they are known; while it streams they are a placeholder."""
    return run.usage.output_tokens if run.stop_reason is not None else None


def _counts(name: str, before: int | None, after: int | None) -> Delta:
    return Delta(name, number(before), number(after), _change(before, after))


def _rates(before: float | None, after: float | None) -> Delta:
    """What part of its runs a variant passes, 0 to 1; the change in points of a hundred."""
    a, b = (None if part is None else part * 100 for part in (before, after))
    shown = [UNKNOWN if points is None else f"{points:.0f}%" for points in (a, b)]
    return Delta("passed", shown[0], shown[1], _change(a, b, "{:.0f} points"))


def _times(name: str, before: float | None, after: float | None) -> Delta:
    return Delta(name, seconds(before), seconds(after), _change(before, after, "{:.2f} s"))


def _costs(before: Cost, after: Cost) -> Delta:
    change = ""
    if before.usd is not None and after.usd is not None:
        guessed = before.is_estimate or after.is_estimate
        size = Cost(abs(after.usd - before.usd), guessed)
        change = f"{_sign(before.usd, after.usd)}{shown(size)}" if size.usd else SAME
    return Delta("cost", spent(before), spent(after), change)


def _change(before: float | None, after: float | None, form: str = "{:,}") -> str:
    """What is added to `before`, or taken away, to make it `after`."""
    if before is None or after is None:
        return ""
    size = form.format(abs(after - before))
    return SAME if size == form.format(0) else f"{_sign(before, after)}{size}"


def _sign(before: float | Decimal, after: float | Decimal) -> str:
    return "+" if after > before else "\N{MINUS SIGN}"
