"""How the variants of a round stand: verdicts in words, columns, and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.compare.figures import Figure, middle_in_words, rate_in_words, stars_in_words
from workbench.compare.ratings import STARS, Rated
from workbench.compare.results import Against, Results, Standing
from workbench.compare.review import Review
from workbench.costs import shown, usd_text
from workbench.errors import SettingsError
from workbench.workbench.reviews import as_json as review_as_json
from workbench.workbench.reviews import whose


def baseline_of(results: Results, baseline: str, where: str) -> str:
    """The variant that others are held against: the one that is named, or the first.

    Raises:
        SettingsError: There is no such variant, or none at all.
    """
    if not results.variants:
        raise SettingsError(f"{where} has no run to compare", hint="Run something first.")
    if baseline and baseline not in results.variants:
        known = ", ".join(results.variants)
        raise SettingsError(f"{where} has no variant {baseline!r}", hint=f"It has: {known}.")
    return baseline or results.variants[0]


@dataclass(frozen=True, slots=True)
class Stands:
    """How each variant stands, and what the statistics say of them in words."""

    standings: Sequence[Standing]
    verdicts: Sequence[str]


def stands(
    results: Results,
    reviews: Iterable[Review] = (),
    *,
    baseline: str = "",
    seed: int = 0,
    over: bool = True,
) -> Stands:
    """Work it out, against the baseline; the first variant is it where none is named.

    Before all runs have ended (`over`) no verdict by checks is told as sure. What judges have voted
    is told at once, what people have once their review is over: before, it would sway them.
    """
    names = results.variants
    first = baseline or next(iter(names), "")
    against = results.against(first, seed=seed, over=over) if names else []
    verdicts = [one.words for one in against if one.difference.between is not None]
    rated = results.by_stars(first) if names else []
    verdicts += [f"{one.by}: {one.verdict.words}" for one in rated]
    verdicts += [
        f"by {whose(review)}: {review.verdict.words}"
        for review in reviews
        if review.judge or review.verdict.sure or not review.left_over
    ]
    return Stands([results.standing(name) for name in names], verdicts)


def columns(standings: Sequence[Standing], *, ranges: bool) -> dict[str, Callable[[Standing], str]]:
    """What is worth a column of a table, by name: how a standing's cell is written.

    Args:
        standings: Of all variants.
        ranges: Whether each figure is told with its range.
    """
    columns: dict[str, Callable[[Standing], str]] = {"runs": lambda s: f"{s.runs:,}"}
    if any(s.unanswered for s in standings):
        columns["unanswered"] = lambda s: f"{s.unanswered:,}"
    if any(s.passed for s in standings):
        columns["passed"] = lambda s: rate_in_words(s.passed)
    if any(s.score is not None and s.passed and s.score != s.passed.value for s in standings):
        columns["score"] = lambda s: "–" if s.score is None else f"{s.score:.2f}"
    if any(s.stars for s in standings):
        columns["rated"] = lambda s: stars_in_words(s.stars)
    if any(s.stability is not None for s in standings):
        columns["same answer"] = lambda s: "–" if s.stability is None else f"{s.stability:.0%}"
    return columns | {
        "first": lambda s: middle_in_words(s.first_token_s, "{:.2f}", " s", ranges=ranges),
        "whole": lambda s: middle_in_words(s.total_s, "{:.2f}", " s", ranges=ranges),
        "out": lambda s: middle_in_words(s.tokens_out, "{:,.0f}", ranges=ranges),
        "a run": lambda s: middle_in_words(s.usd, "${:.5f}", ranges=ranges),
        "spent": lambda s: "–" if s.spent.usd is None else shown(s.spent),
    }


def as_json(
    results: Results, baseline: str, seed: int = 0, reviews: Sequence[Review] = ()
) -> list[dict[str, Any]]:
    """One object a variant: its figures, and how it stands to the baseline.

    Also by the votes of people, and of judges, where there are reviews of it against the baseline.
    """
    against = {one.variant: one for one in results.against(baseline, seed=seed)}
    standings = {variant: results.standing(variant) for variant in results.variants}
    rated = {one.b: one for one in results.by_stars(baseline)}
    voted = {review.b: review_as_json(review) for review in reviews if not review.judge}
    return [
        _variant(standing, against.get(variant), baseline)
        | {
            "ratings": _ratings(standing.stars, rated.get(variant)),
            "votes": voted.get(variant),
            "judged": [review_as_json(r) for r in reviews if r.judge and r.b == variant],
        }
        for variant, standing in standings.items()
    ]


def _variant(standing: Standing, against: Against | None, baseline: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "variant": standing.variant,
        "runs": standing.runs,
        "unanswered": standing.unanswered,
        "passed": _figure(standing.passed),
        "score": standing.score,
        "stability": standing.stability,
        "first_token_s": _figure(standing.first_token_s),
        "total_s": _figure(standing.total_s),
        "output_tokens": _figure(standing.tokens_out),
        "cost_usd": _figure(standing.usd),
        "spent_usd": usd_text(standing.spent.usd),
        "spent_is_estimate": standing.spent.is_estimate,
        "baseline": baseline,
    }
    if against is None:
        return told
    found = against.difference
    between = None if found.between is None else [found.between.low, found.between.high]
    return told | {
        "difference": found.points,
        "difference_between": between,
        "cases": found.cases,
        "better": found.better,
        "worse": found.worse,
        "p": found.p,
        "test": found.test,
        "evidence": None if against.evidence is None else round(against.evidence, 3),
        "sure": against.verdict.sure,
        "verdict": against.verdict.words,
    }


def _ratings(stars: Figure | None, rated: Rated | None) -> dict[str, Any] | None:
    """What a person thinks of a variant, 1 to 5, and what that says of it and the baseline."""
    if stars is None:
        return None
    told: dict[str, Any] = {"mean": stars.value, "of": stars.of}
    if rated is None:
        return told
    between = rated.between
    return told | {
        "counted": rated.each,
        "cases": len(rated.leads),
        "difference": rated.lead * STARS,
        "difference_between": [between.low * STARS, between.high * STARS],
        "better": rated.better,
        "worse": rated.worse,
        "evidence": round(rated.evidence, 3),
        "among": rated.among,
        "sure": rated.sure,
        "verdict": rated.verdict.words,
    }


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    between = None if figure.between is None else [figure.between.low, figure.between.high]
    return {"value": figure.value, "between": between, "of": figure.of}
