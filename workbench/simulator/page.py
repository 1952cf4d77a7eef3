"""Lists in pages, as Anthropic's list endpoints give them. Source: messages-api.md section 19."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.simulator.refusal import Refusal

MOST = 1_000
_USUAL = 20


def page_of(items: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
    """The page of `items` that `limit`, and `after_id` or `before_id`, ask for.

    `has_more` is about the direction in which the pages are turned.

    Raises:
        Refusal: 400, what is asked for is no page of this list.
    """
    limit, ids = _limit(query), [item["id"] for item in items]
    after, before = _index(ids, query, "after_id"), _index(ids, query, "before_id")
    if after is not None and before is not None:
        raise Refusal(400, "after_id and before_id cannot both be specified")
    if before is not None:
        start, end = max(0, before - limit), before
        has_more = start > 0
    else:
        start = 0 if after is None else after + 1
        end = min(start + limit, len(items))
        has_more = end < len(items)
    data = list(items[start:end])
    return {
        "data": data,
        "has_more": has_more,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
    }


def _limit(query: Mapping[str, str]) -> int:
    said = query.get("limit", str(_USUAL))
    try:
        limit = int(said)
    except ValueError:
        problem = "limit: Input should be a valid integer, unable to parse string as an integer"
        raise Refusal(400, problem) from None
    if limit < 1:
        raise Refusal(400, "limit: Input should be greater than or equal to 1")
    if limit > MOST:
        raise Refusal(400, f"limit: Input should be less than or equal to {MOST}")
    return limit


def _index(ids: Sequence[str], query: Mapping[str, str], name: str) -> int | None:
    said = query.get(name)
    if said is None:
        return None
    if said not in ids:
        raise Refusal(400, f"{name}: {said} is not in this list")
    return ids.index(said)
