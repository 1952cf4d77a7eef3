"""How the variants of a round stand, as JSON: what `workbench compare --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.compare.figures import Figure
from workbench.compare.ratings import STARS, Rated
from workbench.compare.results import Against, Results, Standing
from workbench.compare.review import Review
from workbench.costs import usd_text
from workbench.errors import SettingsError
from workbench.workbench.reviews import as_json as review_as_json


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
