"""What lies ahead of a round, before a cent is spent: runs, money, time, and what it can show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.catalog.model import RateLimits
from workbench.compare.planner import Bought, bought, enough_for
from workbench.costs import Cost, shown
from workbench.workbench.forecast import Forecast, forecast, inputs_of
from workbench.workbench.plan import Plan
from workbench.workbench.watched import Tell


@dataclass(frozen=True, slots=True)
class Size:
    """How many runs a plan has: of how many variants and cases (1 where there are none), how often
    each is sent, how many go on at once.
    """

    runs: int
    variants: int
    cases: int
    repeats: int
    concurrency: int

    @property
    def words(self) -> str:
        """`24 runs (2 variants, 4 cases, 3 times each), 4 at a time`."""
        parts = [_many(self.variants, "variant")]
        if self.cases > 1:
            parts.append(_many(self.cases, "case"))
        if self.repeats > 1:
            parts.append(f"{self.repeats} times each")
        return f"{_many(self.runs, 'run')} ({', '.join(parts)}), {self.concurrency} at a time"


@dataclass(frozen=True, slots=True, repr=False)
class Ahead:
    """What a plan will take, and show.

    Args:
        size: How many runs there are, and of what.
        forecast: Its tokens and money, between two bounds.
        limits_s: Seconds that Anthropic's first tier makes it take at most; None elsewhere, and
            where the limits of none of its models are known.
        limits_unknown: The models at Anthropic whose limits are not known, which `limits_s`
            leaves out.
        pairs: What its pairs are enough to see between two variants; None of one variant alone.
        budget_usd: What it may cost, where that is limited.
        affordable: What that buys, were every answer as dear as it may be: as many pairs of any
            two variants, as all of them are sent. None likewise, or where a price is not known.
    """

    size: Size
    forecast: Forecast
    limits_s: float | None
    limits_unknown: tuple[str, ...]
    pairs: Bought | None
    budget_usd: Decimal | None
    affordable: Bought | None

    @property
    def lines(self) -> list[str]:
        """All of it in words, a line each."""
        ahead = self.forecast
        return [
            f"{self.size.words}, {money(ahead)}",
            f"{ahead.input_tokens.shown()} tokens in",
            *_time(self.limits_s, self.limits_unknown),
            *([] if self.pairs is None else [f"between two variants: {self.pairs.words}"]),
            *self._budget(),
        ]

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _budget(self) -> list[str]:
        if self.budget_usd is None:
            return []
        if self.affordable is None:
            return [f"it may cost ${self.budget_usd:f}"]
        return [f"${self.budget_usd:f} buys at least {self.affordable.words}"]

    def to_json(self) -> dict[str, Any]:
        """What `workbench run --plan --json` prints."""
        return {
            **asdict(self.size),
            "input_tokens": self.forecast.input_tokens.tokens,
            "usd_at_least": _text(self.forecast.usd_at_least),
            "usd_at_most": _text(self.forecast.usd_at_most),
            "limits_s": self.limits_s,
            "limits_unknown": [*self.limits_unknown],
            "pairs": _bought(self.pairs),
            "budget_usd": _text(self.budget_usd),
            "affordable": _bought(self.affordable),
        }


def ahead_of(plan: Plan, tell: Tell | None = None, *, comparisons: int = 0) -> Ahead:
    """What a plan will take, and what it can show between two of its variants.

    Args:
        plan: The round.
        tell: Is told how far the work has come.
        comparisons: How many are made at once; where 0, of each other variant with the first.
    """
    size = size_of(plan)
    found, budget = forecast(plan, tell), plan.max_cost_usd
    pairs = affordable = None
    if size.variants > 1:
        # Repeats of a case count once; of one case alone they are all that there is to count.
        each = "cases" if size.cases > 1 and size.repeats > 1 else "pairs"
        among = comparisons or size.variants - 1
        pairs = enough_for(size.cases if size.cases > 1 else size.repeats, each, among)
        if budget is not None and found.usd_at_most is not None:
            repeats = size.repeats if size.cases > 1 else 1
            pair_usd = found.usd_at_most * size.variants * repeats / len(plan.runs)
            affordable = bought(budget, pair_usd, each, among)
    return Ahead(size, found, *_limits(plan), pairs, budget, affordable)


def summary(plan: Plan, tell: Tell | None = None) -> str:
    """What is said before a long round: how many runs, and what they will cost."""
    return f"{size_of(plan).words}, {money(forecast(plan, tell))}"


def size_of(plan: Plan) -> Size:
    """How many runs a plan has, and of what."""
    return Size(
        len(plan.runs),
        len({run.variant for run in plan.runs}),
        len({run.case for run in plan.runs}),
        max((run.repeat for run in plan.runs), default=1),
        plan.info.concurrency,
    )


def money(found: Forecast) -> str:
    """What a plan will cost: `$0.01 to $0.05`; that nobody knows, where a price is not known."""
    if found.usd_at_least is None and found.usd_at_most is None:
        return "price not known"
    return f"{shown(Cost(found.usd_at_least))} to {shown(Cost(found.usd_at_most))}"


def _limits(plan: Plan) -> tuple[float | None, tuple[str, ...]]:
    """How long the limits of Anthropic's first tier hold it up, and of which models none are known.

    Each model has limits of its own, beside each other; what fills a bucket is free.
    """
    if plan.info.provider not in ("anthropic", "simulator"):
        return None, ()
    needs: dict[str, Counter[str]] = {}
    for run, taken in zip(plan.runs, inputs_of(plan), strict=True):
        need = needs.setdefault(run.model, Counter())
        need["requests"] += 1
        need["input_tokens"] += taken.size.tokens
        need["output_tokens"] += taken.answer_tokens
    limits = {name: _limits_of(plan.info.provider, name) for name in needs}
    waits = [_wait_s(needs[name], one) for name, one in limits.items() if one is not None]
    return max(waits, default=None), tuple(name for name, one in limits.items() if one is None)


def _limits_of(provider: str, name: str) -> RateLimits | None:
    model = catalog().model(provider, name)
    return None if model is None else model.rate_limits


def _wait_s(need: Mapping[str, int], limits: RateLimits) -> float:
    allowed: dict[str, int] = asdict(limits)
    return max(60.0 * max(0, need[name] - most) / most for name, most in allowed.items())


def _time(limits_s: float | None, unknown: Sequence[str]) -> list[str]:
    left = f"rate limits of {', '.join(unknown)} are not known here"
    if limits_s is None:
        return [left] if unknown else []
    long = f"{limits_s:.0f} s" if limits_s < 120 else f"{limits_s / 60:,.0f} min"
    wait = f"up to {long} of waiting" if limits_s else "no waiting"
    said = f"{wait} for rate limits, by Anthropic's Start tier"
    return [f"{said}; {left}" if unknown else said]


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' * (count != 1)}"


def _text(usd: Decimal | None) -> str | None:
    return None if usd is None else format(usd, "f")


def _bought(found: Bought | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"pairs": found.pairs, "seen": found.seen, "unseen": found.unseen, "words": found.words}
