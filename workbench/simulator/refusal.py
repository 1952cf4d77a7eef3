"""A request refused, in the shape of the provider that is played."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.simulator.config import Provider

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    500: "api_error",
    502: "api_error",
    503: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
BYTESPIKE_CODES = {
    402: "insufficient_balance",
    403: "permission_denied",
    422: "unsupported_parameter",
}
"""`error.code` where a refusal names none; elsewhere it is the type. [G] for 422."""


class Refusal(Exception):
    """The simulator will not serve this request; becomes the answer, never an error of ours.

    Args:
        status: The HTTP status.
        message: What is wrong, in the API's words.
        code: ByteSpike's `error.code`.
        detail: Anthropic's `error.details.error_code`.
        details: What stands beside it in `error.details`.
        headers: Headers of the answer besides those that every answer has.

    Source: messages-api.md sections 15 and 24.6.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        detail: str | None = None,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.detail = status, message, code, detail
        self.headers, self.details = dict(headers or {}), dict(details or {})

    def body(self, request_id: str, provider: Provider = "anthropic") -> dict[str, Any]:
        """The answer's JSON, which the provider shapes: ByteSpike adds a code to every error.

        Its 429 comes without the `type` that marks all the others as an error.
        """
        error: dict[str, Any] = {"type": ERROR_TYPES[self.status], "message": self.message}
        if provider == "bytespike":
            error["code"] = self.code or BYTESPIKE_CODES.get(self.status, error["type"])
        elif self.detail is not None:
            error["details"] = {"error_code": self.detail, **self.details}
        marked = {} if provider == "bytespike" and self.status == 429 else {"type": "error"}
        return {**marked, "error": error, "request_id": request_id}
