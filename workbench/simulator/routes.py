"""Which paths there are. Source: messages-api.md sections 2 and 24.8."""

from __future__ import annotations

import re

from workbench.simulator.config import Provider
from workbench.simulator.refusal import Refusal

_BATCH = r"/v1/messages/batches/([^/]+)"
_ROUTES: tuple[tuple[str, str, str], ...] = (
    ("POST", r"/v1/messages", "message"),
    ("GET", r"/v1/models/?", "models"),
    ("GET", r"/v1/models/([^/]+)", "model"),
    ("POST", r"/v1/messages/count_tokens", "count"),
    ("POST", r"/v1/messages/batches", "create_batch"),
    ("GET", r"/v1/messages/batches", "list_batches"),
    ("GET", _BATCH, "batch"),
    ("DELETE", _BATCH, "delete_batch"),
    ("GET", rf"{_BATCH}/results", "batch_results"),
    ("POST", rf"{_BATCH}/cancel", "cancel_batch"),
    ("GET", "/api/v1/me/(account|usage)", "ledger"),
    ("GET", "/v1/(usage)", "ledger"),
    ("GET", "/api/v1/me/(billing)/transactions", "ledger"),
)
"""Method, path, and the name of what answers there."""
_AT_BYTESPIKE = ("message", "models", "model", "ledger")
_AT_ANTHROPIC = tuple(name for _, _, name in _ROUTES if name != "ledger")


def route_of(method: str, path: str, provider: Provider) -> tuple[str, tuple[str, ...]]:
    """The name of what answers at this path, and the words in it that vary.

    Raises:
        Refusal: 404, there is nothing; 405, something of another method.
    """
    there = False
    served = _AT_BYTESPIKE if provider == "bytespike" else _AT_ANTHROPIC
    for known, pattern, name in _ROUTES:
        if name not in served:
            continue
        if match := re.fullmatch(pattern, path):
            if known == method:
                return name, match.groups()
            there = True
    if there:
        raise Refusal(405, f"Method Not Allowed: {method} {path}")
    raise Refusal(404, f"Not found: {method} {path}")
