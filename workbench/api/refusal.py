"""An HTTP answer that is no stream, read leniently into a typed error with a hint.

Gateways answer in HTML, with an empty body, with `error` as a bare string: nothing about the
body is taken for granted. Source: messages-api.md sections 15 and 24.6.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from workbench.api.headroom import duration, now_at
from workbench.api.retry import PATIENCE_S
from workbench.catalog.profile import Profile
from workbench.errors import (
    ApiError,
    AuthenticationFailed,
    InvalidRequest,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    RateLimited,
    ServerFault,
)
from workbench.wire.head import Head

_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: InvalidRequest,
    401: AuthenticationFailed,
    402: PaymentRequired,
    403: PermissionDenied,
    404: NotFound,
    413: InvalidRequest,
    422: InvalidRequest,
    429: RateLimited,
    529: Overloaded,
}
_HINTS: Mapping[type[ApiError], str] = {
    InvalidRequest: "Change the request: sending it again as it is cannot help.",
    AuthenticationFailed: "Check the key: is it complete, not revoked, and for this provider?",
    PaymentRequired: "Top up the account, or raise its spending cap.",
    PermissionDenied: "This key may not use this model or feature: check its workspace and plan.",
    NotFound: "Check the model's name and the base URL; `workbench check` knows the models.",
    RateLimited: "Wait a little, or send fewer runs at once.",
    ServerFault: "The trouble is on the provider's side; try again in a moment.",
    Overloaded: "The provider has no room now; try again in a moment.",
}
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_SHOULD = {"true": True, "false": False}
_ANY = Profile("any")
_TAG = re.compile(r"<[^>]*>|\s+")
_LONGEST = 300
_SPENT = "spend_limit_reached"
"""How the codes of a 429 end that no waiting helps against."""
_LOW_CREDIT = "credit balance is too low"


def refusal(head: Head, body: bytes, profile: Profile = _ANY) -> ApiError:
    """The error that this answer means, at this provider."""
    error = _error_in(body)
    status = head.status
    kind = _BY_STATUS.get(status) or (ServerFault if status >= 500 else ApiError)
    details = error.get("details")
    code = details.get("error_code") if isinstance(details, Mapping) else None
    said = str(error.get("message") or "").strip() or _words(body)
    request_id = head.request_id or _text(error.get("request_id"))
    wait_s = retry_after_s(head, profile)
    if str(code).endswith(_SPENT):
        hint = _HINTS[PaymentRequired]
    elif _LOW_CREDIT in said:
        hint = _credit_hint(request_id)
    else:
        hint = _hint(kind, head, wait_s)
    return kind(
        f"{status} {error.get('type') or _TYPES.get(status, '')}: {said}".replace(" :", ":"),
        hint=hint,
        status=status,
        type=str(error.get("type") or _TYPES.get(status) or "api_error"),
        request_id=request_id,
        error_code=_text(code) or _text(error.get("code")),
        retry_after_s=wait_s,
        should_retry=_SHOULD.get(head.headers.get("x-should-retry", "").strip().lower()),
    )


def retry_after_s(head: Head, profile: Profile = _ANY) -> float | None:
    """How long the provider asks us to wait. Source: messages-api.md sections 14 and 24.6."""
    headers = head.headers
    if not profile.retry_after:
        # It stands on every answer; only on a 429 is it a time to wait for.
        reset = _number(headers.get(profile.reset_header)) if head.status == 429 else None
        return None if reset is None else max(0.0, reset - now_at(headers).timestamp())
    if (ms := _number(headers.get("retry-after-ms"))) is not None:
        return ms / 1000
    after = headers.get("retry-after")
    if after is None or (seconds := _number(after)) is not None:
        return seconds if after is not None else None
    try:
        moment = parsedate_to_datetime(after)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)  # "-0000": UTC, of unknown origin
    return max(0.0, (moment - now_at(headers)).total_seconds())


def _hint(kind: type[ApiError], head: Head, wait_s: float | None) -> str:
    if kind is RateLimited and wait_s is not None and wait_s > PATIENCE_S:
        return f"The limit is lifted in {duration(wait_s)}: run it again then."
    if 300 <= head.status < 400:
        return "The server redirects elsewhere; a key is never sent on. Correct the base URL."
    return _HINTS.get(kind, "")


def _credit_hint(request_id: str | None) -> str:
    """It is also said of keys and models that have nothing to do with credit (trap 37)."""
    quote = f" Its support will ask for {request_id}." if request_id else ""
    return f"Top up; if there is credit, try a new key, or a model that the account may use.{quote}"


def _error_in(body: bytes) -> dict[str, Any]:
    """The `error` object of a body, with the body's request id; {} where there is none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    error = data.get("error")
    if isinstance(error, str):
        error = {"message": error}
    if not isinstance(error, dict):
        error = {"message": data.get("message")}
    return {"request_id": data.get("request_id"), **error}


def _words(body: bytes) -> str:
    """What a body that is not the API's says, without its tags: one short line."""
    words = _TAG.sub(" ", body[:4096].decode("utf-8", "replace"))
    line = " ".join(words.split())
    return (line[:_LONGEST] + "…" if len(line) > _LONGEST else line) or "no reason given"


def _text(value: object) -> str | None:
    return str(value) if value else None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
