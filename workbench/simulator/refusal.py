"""A request refused, in the API's own shape."""

from __future__ import annotations

from typing import Any

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    413: "request_too_large",
    422: "invalid_request_error",
}


class Refusal(Exception):
    """The simulator will not serve this request; becomes the answer, never an error of ours.

    Source: messages-api.md section 15.
    """

    def __init__(
        self, status: int, message: str, *, code: str | None = None, detail: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.detail = status, message, code, detail

    def body(self, request_id: str) -> dict[str, Any]:
        """The answer's JSON. ByteSpike adds `error.code` to Anthropic's shape.

        `detail` becomes `error.details.error_code`.
        """
        error: dict[str, Any] = {"type": ERROR_TYPES[self.status], "message": self.message}
        if self.code is not None:
            error["code"] = self.code
        if self.detail is not None:
            error["details"] = {"error_code": self.detail}
        return {"type": "error", "error": error, "request_id": request_id}
